import {
  type FieldNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Whether a client wants this field of what a resolver returns, fragments looked into. */
export function isSelected(info: GraphQLResolveInfo, field: string): boolean {
  return info.fieldNodes.some((node) => selects(node, info, (name) => name === field));
}

/** Whether a client wants nothing but these fields of what a resolver returns. */
export function selectsOnly(info: GraphQLResolveInfo, fields: readonly string[]): boolean {
  return !info.fieldNodes.some((node) => selects(node, info, (name) => !fields.includes(name)));
}

/**
 * What stands in for an object of which a client wants nothing but type and id: that costs no
 * request. `undefined`: more is wanted.
 */
export function idAlone<T extends { __typename: string; id: string }>(
  info: GraphQLResolveInfo,
  __typename: T['__typename'],
  id: string,
): T | undefined {
  if (!selectsOnly(info, ['__typename', 'id'])) return undefined;
  // Nobody reads the rest of it, since nothing else is selected.
  return { __typename, id } as T;
}

function selects(
  { selectionSet }: Pick<FieldNode, 'selectionSet'> | { selectionSet: SelectionSetNode },
  info: GraphQLResolveInfo,
  matches: (name: string) => boolean,
): boolean {
  return (selectionSet?.selections ?? []).some((selection) => {
    if (!isIncluded(selection, info)) return false;
    if (selection.kind === Kind.FIELD) return matches(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return selects(selection, info, matches);
    const fragment = info.fragments[selection.name.value];
    return fragment !== undefined && selects(fragment, info, matches);
  });
}

/** Whether `@skip` and `@include` leave it in. */
function isIncluded(node: SelectionNode, { variableValues }: GraphQLResolveInfo): boolean {
  if (!node.directives?.length) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues);
  return skip?.if !== true && include?.if !== false;
}
