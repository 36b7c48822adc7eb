import { Field, ObjectType } from 'type-graphql';
import { BuildDetails } from './details/index.ts';
import { Status } from './enums.ts';
import { Node } from './node.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    'What turned a revision into something that runs: a UbiOps build (from API 3.15 on the revision’s own state) or a Cloud Foundry build. Humanitec and Cloud 66 have none.',
})
export class Build extends Node {
  override readonly __typename: 'Build';

  @Field(() => String, { description: 'The provider’s own id.' })
  nativeId: string;

  @Field(() => Status)
  status: Status;

  @Field(() => String, { description: 'The state in the provider’s words; "" where it has none.' })
  rawStatus: string;

  @Field(() => String, { nullable: true, description: 'Why it failed.' })
  errorMessage: string | null;

  @Field(() => String, { nullable: true, description: 'What set it off.' })
  trigger: string | null;

  @Field(() => DateTime, { nullable: true })
  createdAt: Date | null;

  @Field(() => DateTime, { nullable: true })
  updatedAt: Date | null;

  @Field(() => String, { nullable: true })
  createdBy: string | null;

  @Field(() => Boolean, {
    description: 'Whether it is in a state that can be cancelled, and this viewer may.',
  })
  canCancel: boolean;

  @Field(() => BuildDetails, { nullable: true, description: 'What only this provider has.' })
  details: typeof BuildDetails | null;

  /** Global id of the version it was made for; null where the build does not tell. */
  versionId: string | null;

  /** Global id of the revision it was made from; null where the build does not tell. */
  revisionId: string | null;
}
