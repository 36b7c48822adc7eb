import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { ErrorCode, WriteResult } from './enums.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  description:
    'Somebody changed something through the gateway, or tried to: who, what, where and what came of it. Never any values. An input that the gateway refuses before it asks the provider is no write.',
})
export class WriteEvent {
  @Field(() => String, {
    description: 'Give the last one you saw as `since`, and you miss nothing.',
  })
  cursor: string;

  @Field(() => String, { description: 'Who did it: the `name` of their `viewer`.' })
  viewerName: string;

  @Field(() => String, {
    description:
      'The mutation, for instance "startDeployment". "uploadRevision" is a file that was sent to an upload URL.',
  })
  mutation: string;

  @Field(() => ID, { description: 'Id of what it was done to, also when that is gone.' })
  targetId: string;

  @Field(() => WriteResult)
  result: WriteResult;

  @Field(() => ErrorCode, {
    nullable: true,
    description: 'Why it, or a part of it, was not done; null where all was.',
  })
  code: ErrorCode | null;

  @Field(() => [ID], { description: 'Ids of what was made or changed, as far as they are known.' })
  changedIds: string[];

  @Field(() => String, {
    description:
      'The id of the request, as in the header `x-request-id` of its answer and in logs.',
  })
  requestId: string;

  @Field(() => DateTime, { description: 'When it began, by the gateway’s clock.' })
  at: Date;

  @Field(() => Int, { description: 'How long it took, in milliseconds.' })
  durationMs: number;
}

@InputType({
  description:
    'Which writes to be told of. All that is given must hold; within a list one is enough.',
})
export class WriteEventFilter {
  @Field(() => [ID], {
    nullable: true,
    description: 'Ids of the scopes, deployments, versions, revisions or builds written to.',
  })
  targetIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'What was done to these scopes and to all that is below them.',
  })
  scopeIds?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Names of providers.' })
  providers?: string[] | null;

  @Field(() => [WriteResult], { nullable: true, description: 'Only those that ended so.' })
  results?: WriteResult[] | null;
}
