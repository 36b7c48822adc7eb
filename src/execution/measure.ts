import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

interface Source {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** One place in an answer, as graphql-jit names it: from the field out to the root. */
interface Place {
  type: GraphQLCompositeType;
  nodes: readonly { selectionSet?: SelectionSetNode | undefined }[];
  name: string;
  lists: number;
}

/**
 * How many fields an operation becomes when fragments and interfaces are spelled out, which is what
 * compiling it costs. `undefined`: more than `most`, or two of its fields would be mixed up because
 * graphql-jit gives them one name (`a_b { c }` and `b { c_a }`). Expects a document without
 * directives.
 */
export function measure(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  most: number,
): number | undefined {
  const root = schema.getRootType(operation.operation);
  if (!root) return undefined;
  const source: Source = { schema, fragments: fragmentsOf(document) };
  const names = new Set<string>();
  const places: Place[] = [{ type: root, nodes: [operation], name: '', lists: 0 }];
  let count = 0;
  for (let place = places.pop(); place; place = places.pop()) {
    for (const { name, type, nodes } of fieldsAt(source, place)) {
      count += 1;
      if (count > most || names.has(name)) return undefined;
      names.add(name);
      const below = type && placeBelow(name, type, nodes, place.lists);
      if (below) places.push(below);
    }
  }
  return count;
}

function fragmentsOf({ definitions }: DocumentNode): Source['fragments'] {
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
}

function* fieldsAt(source: Source, { type, nodes, name }: Place) {
  const objects = isAbstractType(type) ? source.schema.getPossibleTypes(type) : [type];
  for (const object of objects) {
    const place = isAbstractType(type) ? `${object.name}_${name}` : name;
    const fields = new Map<string, FieldNode[]>();
    const seen = new Set<string>();
    for (const { selectionSet } of nodes) {
      if (selectionSet) collect(source, object, selectionSet, fields, seen);
    }
    for (const [key, found] of fields) {
      const field = found[0] && object.getFields()[found[0].name.value];
      yield { name: `${key}_${place}`, type: field?.type, nodes: found };
    }
  }
}

/** Where the selections of a field lead; `undefined` for a leaf. */
function placeBelow(
  name: string,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  lists: number,
): Place | undefined {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return undefined;
  const place = { type: named, nodes, name, lists };
  for (let inner = getNullableType(type); isListType(inner);) {
    place.name = `idx${place.lists}_${place.name}`;
    place.lists += 1;
    inner = getNullableType(inner.ofType);
  }
  return place;
}

/** Groups the fields that an object of this type answers with, by their key in the answer. */
function collect(
  { schema, fragments }: Source,
  object: GraphQLObjectType,
  { selections }: SelectionSetNode,
  fields: Map<string, FieldNode[]>,
  seen: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      fields.set(key, [...(fields.get(key) ?? []), selection]);
      continue;
    }
    const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
    const name = isSpread ? selection.name.value : '';
    const fragment = isSpread ? fragments.get(name) : selection;
    if (!fragment || (isSpread && seen.has(name))) continue;
    if (isSpread) seen.add(name);
    const on = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value);
    if (on && on !== object && !(isAbstractType(on) && schema.isSubType(on, object))) continue;
    collect({ schema, fragments }, object, fragment.selectionSet, fields, seen);
  }
}
