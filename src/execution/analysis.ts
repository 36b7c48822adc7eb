import {
  BREAK,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ValueNode,
  visit,
} from 'graphql';

/** What has to be known of an operation before it is compiled. */
export interface Analysis {
  operation: OperationDefinitionNode;
  /** Variables that decide in a `@skip` or `@include`, sorted. */
  conditions: string[];
  /** Variables inside of an object or a list that is written in the document. */
  nested: string[];
}

/** Each further one doubles the number of programs that a document can become. */
const MAX_CONDITIONS = 4;

/** graphql-jit turns strings with these marks into code: see decision 0004. */
const FORBIDDEN_TEXT = '__MAGIC_';

/** As a key of an object it would set the prototype. */
const FORBIDDEN_NAME = '__proto__';

/** Looks at an operation. `undefined`: it has to be interpreted. */
export function analyse(
  document: DocumentNode,
  operation: OperationDefinitionNode | null | undefined,
): Analysis | undefined {
  if (operation?.operation !== OperationTypeNode.QUERY) return undefined;
  const conditions = new Set<string>();
  const nested = new Set<string>();
  let isFit = true;
  const refuse = () => {
    isFit = false;
    return BREAK;
  };
  visit(document, {
    Name: ({ value }) => (value === FORBIDDEN_NAME ? refuse() : undefined),
    Field: ({ name }) => (['__schema', '__type'].includes(name.value) ? refuse() : undefined),
    StringValue: ({ value }) => (value.includes(FORBIDDEN_TEXT) ? refuse() : undefined),
    Directive: (directive) => {
      const decider = conditionOf(directive);
      if (decider?.kind === Kind.VARIABLE) conditions.add(decider.name.value);
    },
    ObjectField: ({ value }) => collectVariable(value, nested),
    ListValue: ({ values }) => values.forEach((value) => collectVariable(value, nested)),
  });
  if (!isFit || conditions.size > MAX_CONDITIONS) return undefined;
  return { operation, conditions: [...conditions].sort(), nested: [...nested] };
}

/** The value that decides whether a `@skip` or `@include` applies. */
export function conditionOf({ name, arguments: args }: DirectiveNode): ValueNode | undefined {
  if (name.value !== 'skip' && name.value !== 'include') return undefined;
  return args?.find((argument) => argument.name.value === 'if')?.value;
}

function collectVariable(value: ValueNode, names: Set<string>): void {
  if (value.kind === Kind.VARIABLE) names.add(value.name.value);
}
