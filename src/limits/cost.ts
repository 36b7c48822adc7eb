import {
  type DocumentNode,
  type FieldNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { fragmentsOf } from './shape.ts';

/** How many objects a list without a page size is expected to have. */
const LIST_SIZE = 10;

/** Beyond every limit, and still far from where numbers lose their digits. */
const MOST = 1e12;

/**
 * How many objects the answer to a valid operation may have: a page counts its whole `first`, a
 * list by ids its ids, another list `LIST_SIZE`. Leaves count nothing. Takes the time of reading
 * the document once.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fragments = fragmentsOf(document);
  const known = new Map<string, number>();
  const defaults = new Map(
    (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue,
    ]),
  );

  /** What an argument comes down to: a number, the length of a list, or undefined for null. */
  const amountOf = (value: ValueNode | undefined): number | undefined => {
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind === Kind.LIST) return value.values.length;
    if (value?.kind !== Kind.VARIABLE) return undefined;
    const name = value.name.value;
    const given = variables[name];
    if (given === undefined) return amountOf(defaults.get(name));
    if (Array.isArray(given)) return given.length;
    return typeof given === 'number' ? given : undefined;
  };

  const timesOf = (node: FieldNode, field: GraphQLField<unknown, unknown>): number => {
    for (const name of ['first', 'ids']) {
      const argument = field.args.find((each) => each.name === name);
      if (!argument) continue;
      const given = amountOf(node.arguments?.find((each) => each.name.value === name)?.value);
      const byDefault = typeof argument.defaultValue === 'number' ? argument.defaultValue : 1;
      return Math.max(1, given ?? byDefault);
    }
    return isListType(getNullableType(field.type)) && !isPage(node) ? LIST_SIZE : 1;
  };

  const ofFragment = (name: string): number => {
    const fragment = fragments.get(name);
    if (!fragment) return 0;
    const cost =
      known.get(name) ??
      ofSet(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value));
    known.set(name, cost);
    return cost;
  };

  const ofSelection = (selection: SelectionNode, type: GraphQLNamedType | undefined): number => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition } = selection;
      const narrowed = typeCondition ? schema.getType(typeCondition.name.value) : type;
      return ofSet(selection.selectionSet, narrowed);
    }
    const field = fieldOf(type, selection.name.value);
    const below = field && getNamedType(field.type);
    if (!field || !selection.selectionSet || !isCompositeType(below)) return 0;
    return timesOf(selection, field) * (1 + ofSet(selection.selectionSet, below));
  };

  const ofSet = ({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined): number =>
    Math.min(
      MOST,
      selections.reduce((sum, selection) => sum + ofSelection(selection, type), 0),
    );

  return ofSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
}

/** The lists of a connection are as long as its `first`, which counts already. */
function isPage({ name }: FieldNode): boolean {
  return name.value === 'nodes' || name.value === 'edges';
}

function fieldOf(
  type: GraphQLNamedType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}
