import {
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type NamedTypeNode,
  visit,
} from 'graphql';
import { conditionOf } from './analysis.ts';

/**
 * The document as it is for one set of decisions: what is skipped is gone, and so are the
 * directives. Variables take a value of any kind, because theirs are checked beforehand.
 */
export function specialise(
  document: DocumentNode,
  decisions: ReadonlyMap<string, boolean>,
  anyType: string,
): DocumentNode {
  const type: NamedTypeNode = {
    kind: Kind.NAMED_TYPE,
    name: { kind: Kind.NAME, value: anyType },
  };
  const decide = (node: ASTNode & { directives?: readonly DirectiveNode[] | undefined }) => {
    if (!node.directives?.length) return undefined;
    return node.directives.every((directive) => includes(directive, decisions))
      ? { ...node, directives: [] }
      : null;
  };
  return visit(document, {
    Field: decide,
    FragmentSpread: decide,
    InlineFragment: decide,
    VariableDefinition: ({ variable }) => ({ kind: Kind.VARIABLE_DEFINITION, variable, type }),
  });
}

function includes(directive: DirectiveNode, decisions: ReadonlyMap<string, boolean>): boolean {
  const condition = conditionOf(directive);
  const isTrue =
    condition?.kind === Kind.VARIABLE
      ? decisions.get(condition.name.value)
      : condition?.kind === Kind.BOOLEAN && condition.value;
  return directive.name.value === 'skip' ? !isTrue : isTrue !== false;
}
