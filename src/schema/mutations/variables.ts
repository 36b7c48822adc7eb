import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { MutationInput } from './input.ts';

export enum VariableMode {
  MERGE = 'MERGE',
  REPLACE = 'REPLACE',
}
registerEnumType(VariableMode, {
  name: 'VariableMode',
  description: 'What happens to variables of the owner that are not named.',
  valuesConfig: {
    MERGE: { description: 'They stay as they are.' },
    REPLACE: { description: 'They are deleted. Inherited and read-only ones stay.' },
  },
});

@InputType({ description: 'One variable to set.' })
export class EnvironmentVariableInput {
  @Field(() => String, { description: 'Its name, by the provider’s rules.' })
  name: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its value. Absent: it stays, which is for `newName` and for making it secret.',
  })
  value?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the provider keeps the value from being read. Absent: as it is, and not secret where it is new. A secret cannot become readable again.',
  })
  secret?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'A new name. Not for a secret, except on UbiOps.',
  })
  newName?: string | null;
}

@InputType({ description: 'Creates and changes the variables of an owner.' })
export class SetEnvironmentVariablesInput extends MutationInput {
  @Field(() => ID, {
    description: 'A scope, or on UbiOps a deployment or version, whose own variables are set.',
  })
  ownerId: string;

  @Field(() => [EnvironmentVariableInput])
  variables: EnvironmentVariableInput[];

  @Field(() => VariableMode, { defaultValue: VariableMode.MERGE })
  mode: VariableMode;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Store values that are asked to be secret in plain text where the provider keeps no secrets. Otherwise they are refused.',
  })
  allowPlaintext: boolean;
}

@InputType({ description: 'Deletes variables of an owner by name.' })
export class DeleteEnvironmentVariablesInput extends MutationInput {
  @Field(() => ID, { description: 'The owner whose own variables are deleted.' })
  ownerId: string;

  @Field(() => [String])
  names: string[];
}

@InputType({ description: 'Copies variables from one owner to another, also between providers.' })
export class CopyEnvironmentVariablesInput extends MutationInput {
  @Field(() => ID, { description: 'The owner to copy from: what is in effect there.' })
  fromId: string;

  @Field(() => ID, { description: 'The owner to copy to, also of another provider.' })
  toId: string;

  @Field(() => [String], { nullable: true, description: 'Only these; absent: all.' })
  names?: string[] | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'As for `setEnvironmentVariables`.',
  })
  allowPlaintext: boolean;
}
