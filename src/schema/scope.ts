import { Field, ObjectType } from 'type-graphql';
import { ScopeKind } from './enums.ts';
import { Node, VariableOwner } from './node.ts';

@ObjectType({
  implements: [Node, VariableOwner],
  simpleResolvers: true,
  description:
    'A place that deployments belong to: a UbiOps project; a Humanitec organization, application or environment; a Cloud 66 stack; a Cloud Foundry foundation, organization, space or app.',
})
export class Scope extends Node {
  override readonly __typename: 'Scope';

  @Field(() => ScopeKind)
  kind: ScopeKind;

  @Field(() => String, { description: 'The provider’s own word for it, for instance "stack".' })
  nativeKind: string;

  /** `undefined` on a scope that was built from its id alone. */
  name?: string;

  /** `undefined` on a scope that was built from its id alone. */
  environment?: string | null;

  /** What the provider calls it in its paths; stands in where the name cannot be had. */
  nativeKey: string;

  /** The global id of the enclosing scope; `undefined` where only the provider can tell. */
  parentId?: string | null;
}
