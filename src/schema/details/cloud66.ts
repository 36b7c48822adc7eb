import { Field, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true })
export class Cloud66DeploymentDetails {
  readonly __typename: 'Cloud66DeploymentDetails';

  @Field(() => String)
  placeholder: string;
}

@ObjectType({ simpleResolvers: true })
export class Cloud66VersionDetails {
  readonly __typename: 'Cloud66VersionDetails';

  @Field(() => String)
  placeholder: string;
}

@ObjectType({ simpleResolvers: true })
export class Cloud66RevisionDetails {
  readonly __typename: 'Cloud66RevisionDetails';

  @Field(() => String)
  placeholder: string;
}
