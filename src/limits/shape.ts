import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** How large an operation is, with each fragment counted wherever it is spread. */
export interface Shape {
  depth: number;
  fields: number;
  aliases: number;
  directives: number;
}

export function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION
        ? [[definition.name.value, definition] as const]
        : [],
    ),
  );
}

/**
 * Measures a valid operation in the time of reading its document once: a fragment that is spread
 * often is measured once, so that fragments of fragments cannot make it slow.
 */
export function shapeOf(document: DocumentNode, operation: OperationDefinitionNode): Shape {
  const fragments = fragmentsOf(document);
  const measured = new Map<string, Shape>();

  const ofFragment = (name: string): Shape => {
    const known = measured.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    const shape = fragment ? ofSet(fragment.selectionSet) : EMPTY;
    measured.set(name, shape);
    return shape;
  };

  const ofSelection = (selection: SelectionNode): Shape => {
    const directives = selection.directives?.length ?? 0;
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      return add(ofFragment(selection.name.value), { ...EMPTY, directives });
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return add(ofSet(selection.selectionSet), { ...EMPTY, directives });
    }
    const own = { depth: 0, fields: 1, aliases: selection.alias ? 1 : 0, directives };
    // The depth of introspection is graphql-js’s own business; it has a rule for it.
    const isIntrospection = selection.name.value.startsWith('__');
    const below = selection.selectionSet ? ofSet(selection.selectionSet) : EMPTY;
    return add({ ...below, depth: isIntrospection ? 1 : below.depth + 1 }, own);
  };

  const ofSet = ({ selections }: SelectionSetNode): Shape =>
    selections.map(ofSelection).reduce(add, EMPTY);

  return add(ofSet(operation.selectionSet), {
    ...EMPTY,
    directives: operation.directives?.length ?? 0,
  });
}

const EMPTY: Shape = { depth: 0, fields: 0, aliases: 0, directives: 0 };

/** Side by side: depths do not add up. */
function add(left: Shape, right: Shape): Shape {
  return {
    depth: Math.max(left.depth, right.depth),
    fields: left.fields + right.fields,
    aliases: left.aliases + right.aliases,
    directives: left.directives + right.directives,
  };
}
