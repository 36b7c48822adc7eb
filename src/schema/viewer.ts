import { Field, ObjectType } from 'type-graphql';
import { DateTime } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'What the viewer may do on a provider, or in some scopes of it.',
})
export class ViewerPermission {
  @Field(() => Boolean, { description: 'See scopes, deployments and what belongs to them.' })
  canRead: boolean;

  @Field(() => Boolean, {
    description: 'See the values of environment variables that are no secrets.',
  })
  canReadVariables: boolean;

  @Field(() => Boolean, {
    description: 'Start, redo, roll back, continue and cancel; change versions and variables.',
  })
  canDeploy: boolean;

  @Field(() => Boolean, {
    description: 'Create and delete services, and change what a whole platform shares.',
  })
  canAdminister: boolean;

  providerName: string;

  /** Global ids; null: the whole provider. */
  scopeIds: string[] | null;
}

@ObjectType({ simpleResolvers: true, description: 'Whoever asks.' })
export class Viewer {
  @Field(() => String)
  name: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the credentials expire that were sent; null where they do not.',
  })
  expiresAt: Date | null;

  @Field(() => [ViewerPermission], {
    description:
      'At least one for each provider that can be seen, in the order of the configuration. They add up: what any of them allows is allowed.',
  })
  permissions: ViewerPermission[];
}
