import { Field, Int, ObjectType } from 'type-graphql';
import { Commit } from './common.ts';
import { RevisionDetails } from './details/index.ts';
import { Node, VariableOwner } from './node.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  implements: [Node, VariableOwner],
  simpleResolvers: true,
  description:
    'The immutable source of a version: an uploaded UbiOps file, a Humanitec deployment set with its values, a commit, a Cloud Foundry app revision.',
})
export class Revision extends Node {
  override readonly __typename: 'Revision';

  @Field(() => String, { description: 'The provider’s own id.' })
  nativeId: string;

  @Field(() => Int, { nullable: true, description: 'Cloud Foundry’s revision number.' })
  number: number | null;

  @Field(() => String, { nullable: true })
  description: string | null;

  @Field(() => DateTime, { nullable: true })
  createdAt: Date | null;

  @Field(() => String, { nullable: true })
  createdBy: string | null;

  @Field(() => Commit, { nullable: true })
  commit: Commit | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it can still be deployed; null where the provider does not say.',
  })
  deployable: boolean | null;

  @Field(() => RevisionDetails, { nullable: true, description: 'What only this provider has.' })
  details: typeof RevisionDetails | null;
}
