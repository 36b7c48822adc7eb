import { Field, ID, InterfaceType } from 'type-graphql';

/** The names of the object types that have a global id. */
export type NodeType =
  'Provider' | 'Scope' | 'Deployment' | 'Version' | 'Build' | 'Revision' | 'EnvironmentVariable';

@InterfaceType({
  description: 'Anything that can be fetched again by its id, with `node` or `nodes`.',
  resolveType: (value: Node) => value.__typename,
})
export abstract class Node {
  readonly __typename: NodeType;

  @Field(() => ID, {
    description:
      'Global and opaque: unique over all providers, valid until the object is renamed or removed.',
  })
  id: string;
}

/** The names of the object types that own environment variables. */
export type VariableOwnerType = 'Scope' | 'Deployment' | 'Version' | 'Revision';

@InterfaceType({
  description: 'A level that environment variables can be defined at, or that runs with them.',
  resolveType: (value: VariableOwner) => value.__typename,
})
export abstract class VariableOwner {
  readonly __typename: VariableOwnerType;

  @Field(() => ID, { description: 'The global id of the owner.' })
  id: string;
}
