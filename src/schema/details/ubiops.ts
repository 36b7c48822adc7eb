import { Field, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true })
export class UbiOpsDeploymentDetails {
  readonly __typename: 'UbiOpsDeploymentDetails';

  @Field(() => String)
  placeholder: string;
}

@ObjectType({ simpleResolvers: true })
export class UbiOpsVersionDetails {
  readonly __typename: 'UbiOpsVersionDetails';

  @Field(() => String)
  placeholder: string;
}

@ObjectType({ simpleResolvers: true })
export class UbiOpsBuildDetails {
  readonly __typename: 'UbiOpsBuildDetails';

  @Field(() => String)
  placeholder: string;
}

@ObjectType({ simpleResolvers: true })
export class UbiOpsRevisionDetails {
  readonly __typename: 'UbiOpsRevisionDetails';

  @Field(() => String)
  placeholder: string;
}
