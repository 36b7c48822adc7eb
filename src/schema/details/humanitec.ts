import { Field, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true })
export class HumanitecDeploymentDetails {
  readonly __typename: 'HumanitecDeploymentDetails';

  @Field(() => String)
  placeholder: string;
}

@ObjectType({ simpleResolvers: true })
export class HumanitecVersionDetails {
  readonly __typename: 'HumanitecVersionDetails';

  @Field(() => String)
  placeholder: string;
}

@ObjectType({ simpleResolvers: true })
export class HumanitecRevisionDetails {
  readonly __typename: 'HumanitecRevisionDetails';

  @Field(() => String)
  placeholder: string;
}
