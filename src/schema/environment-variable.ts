import { Field, ObjectType } from 'type-graphql';
import { VariableChange } from './enums.ts';
import { Node } from './node.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'A definition that another one, nearer to the owner, hides.',
})
export class VariableDefinition {
  @Field(() => String, { nullable: true, description: 'Null when secret or not allowed.' })
  value: string | null;

  @Field(() => Boolean)
  secret: boolean;

  /** Global id of the level that defines it. */
  ownerId: string;
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'An environment variable as its owner sees it. The id is that of owner and name.',
})
export class EnvironmentVariable extends Node {
  override readonly __typename: 'EnvironmentVariable';

  @Field(() => String)
  name: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The effective value. Null when the variable is secret, or when the viewer may not read values.',
  })
  value: string | null;

  @Field(() => Boolean, {
    description: 'Whether the provider or the gateway keeps the value from being read.',
  })
  secret: boolean;

  @Field(() => Boolean, {
    description:
      'Whether the provider refuses changes. An inherited variable is not read-only: it can be shadowed.',
  })
  readOnly: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'What it is for, where the provider keeps that (Humanitec).',
  })
  description: string | null;

  @Field(() => Boolean, { description: 'Whether it is defined above the owner that was asked.' })
  inherited: boolean;

  @Field(() => DateTime, { nullable: true })
  updatedAt: Date | null;

  /** Global id of the level that defines the effective value. */
  definedById: string;

  /** What the effective definition hides, nearest level first. */
  overrides: VariableDefinition[];
}

@ObjectType({ simpleResolvers: true, description: 'A variable on two owners.' })
export class EnvironmentVariableDifference {
  @Field(() => String)
  name: string;

  @Field(() => VariableChange)
  change: VariableChange;

  @Field(() => EnvironmentVariable, { nullable: true })
  left: EnvironmentVariable | null;

  @Field(() => EnvironmentVariable, { nullable: true })
  right: EnvironmentVariable | null;
}
