import { Field, ObjectType } from 'type-graphql';
import { Label } from './common.ts';
import { VersionDetails } from './details/index.ts';
import { Status } from './enums.ts';
import { Node, VariableOwner } from './node.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  implements: [Node, VariableOwner],
  simpleResolvers: true,
  description:
    'What runs, with its own settings and state. A UbiOps deployment has many; a rollout has exactly one, whose state is the rollout’s.',
})
export class Version extends Node {
  override readonly __typename: 'Version';

  @Field(() => String, {
    description:
      'The provider’s own id: a UbiOps version’s UUID, a Humanitec set, a commit hash, a Cloud Foundry revision number or droplet.',
  })
  nativeId: string;

  @Field(() => String)
  name: string;

  @Field(() => String, { nullable: true })
  description: string | null;

  @Field(() => Status)
  status: Status;

  @Field(() => String, { description: 'The state in the provider’s words; "" where it has none.' })
  rawStatus: string;

  @Field(() => Boolean, { description: 'Whether requests go to it unless another is named.' })
  default: boolean;

  @Field(() => DateTime, { nullable: true })
  createdAt: Date | null;

  @Field(() => DateTime, { nullable: true })
  updatedAt: Date | null;

  @Field(() => [Label])
  labels: Label[];

  @Field(() => VersionDetails, { nullable: true, description: 'What only this provider has.' })
  details: typeof VersionDetails | null;

  /** Global id of the deployment it belongs to, always known from the version's own id. */
  deploymentId: string;

  /** Global id of the revision it runs; null: none. */
  revisionId: string | null;

  /** Global id of its newest build; null: it has none. `undefined`: only the builds tell. */
  latestBuildId?: string | null;
}
