import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars.ts';

@ObjectType({
  simpleResolvers: true,
  description:
    'A value that Cloud 66 sends as a number and a word. Either may be missing; the word is the one to trust, Cloud 66 documents few of the numbers.',
})
export class Cloud66Code {
  @Field(() => Int, { nullable: true, description: 'The number, for instance 1.' })
  code: number | null;

  @Field(() => String, { nullable: true, description: 'The word, for instance "success".' })
  meaning: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What only Cloud 66 has of a deployment: one deploy of one stack.',
})
export class Cloud66DeploymentDetails {
  readonly __typename: 'Cloud66DeploymentDetails';

  @Field(() => Cloud66Code, {
    description: 'How it ended: "pending" until then, "success" or "failed".',
  })
  outcome: Cloud66Code;

  @Field(() => Cloud66Code, {
    description: 'What set it off: "web" (the dashboard), "api" or "hook" (a redeployment hook).',
  })
  triggeredVia: Cloud66Code;

  @Field(() => Cloud66Code, {
    description: 'What kind it is: "build", "redeploy", "scale", "first_build" or "revert".',
  })
  deployType: Cloud66Code;

  @Field(() => String, {
    nullable: true,
    description: 'The key of the deploy session, under which Cloud 66 keeps its log.',
  })
  deploySession: string | null;

  @Field(() => String, { nullable: true, description: 'The hash of the commit it deployed.' })
  gitHash: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The branch or tag it deployed; null on API versions that do not tell.',
  })
  gitRef: string | null;

  @Field(() => String, { nullable: true, description: 'The page of the commit it deployed.' })
  commitUrl: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'The provider’s mark for the newest deployment of a stack; it does not define it further.',
  })
  isHead: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the stack runs what this deployment brought.',
  })
  isLive: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is under way right now.' })
  isDeploying: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it was undone afterwards; null where Cloud 66 does not say.',
  })
  reverted: boolean | null;

  @Field(() => String, { nullable: true, description: 'Who undid it; null unless reverted.' })
  revertedBy: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was undone.' })
  revertedAt: Date | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'What only Cloud 66 has of a version. A deployment there has exactly one: the commit that it deployed.',
})
export class Cloud66VersionDetails {
  readonly __typename: 'Cloud66VersionDetails';

  @Field(() => String, { nullable: true, description: 'The hash of the commit.' })
  gitHash: string | null;

  @Field(() => String, { nullable: true, description: 'The branch or tag, where Cloud 66 tells.' })
  gitRef: string | null;

  @Field(() => Cloud66Code, {
    description: 'How it was brought: "build", "redeploy", "scale", "first_build" or "revert".',
  })
  deployType: Cloud66Code;

  @Field(() => String, {
    nullable: true,
    description: 'The key of the deploy session that made it.',
  })
  deploySession: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the stack runs it.' })
  isLive: boolean | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What only Cloud 66 has of a revision: a commit, as one deployment tells of it.',
})
export class Cloud66RevisionDetails {
  readonly __typename: 'Cloud66RevisionDetails';

  @Field(() => Int, {
    description: 'The number of the deployment that tells of the commit, unique in its stack.',
  })
  deploymentNumber: number;

  @Field(() => DateTime, { nullable: true, description: 'When that deployment started.' })
  deployedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Who started that deployment.' })
  deployedBy: string | null;
}
