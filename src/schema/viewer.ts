import { Field, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'What the viewer may do on one provider.' })
export class ViewerPermission {
  @Field(() => Boolean, { description: 'See scopes, deployments and what belongs to them.' })
  canRead: boolean;

  @Field(() => Boolean, { description: 'See the values of environment variables.' })
  canReadVariables: boolean;

  providerName: string;
}

@ObjectType({ simpleResolvers: true, description: 'Whoever asks.' })
export class Viewer {
  @Field(() => String)
  name: string;

  @Field(() => [ViewerPermission], { description: 'One for each provider that can be seen.' })
  permissions: ViewerPermission[];
}
