import { Field, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true })
export class CloudFoundryDeploymentDetails {
  readonly __typename: 'CloudFoundryDeploymentDetails';

  @Field(() => String)
  placeholder: string;
}

@ObjectType({ simpleResolvers: true })
export class CloudFoundryVersionDetails {
  readonly __typename: 'CloudFoundryVersionDetails';

  @Field(() => String)
  placeholder: string;
}

@ObjectType({ simpleResolvers: true })
export class CloudFoundryBuildDetails {
  readonly __typename: 'CloudFoundryBuildDetails';

  @Field(() => String)
  placeholder: string;
}

@ObjectType({ simpleResolvers: true })
export class CloudFoundryRevisionDetails {
  readonly __typename: 'CloudFoundryRevisionDetails';

  @Field(() => String)
  placeholder: string;
}
