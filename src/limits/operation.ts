import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { ErrorCode, GatewayError } from '../errors.ts';
import { costOf } from './cost.ts';
import type { OperationLimits } from './settings.ts';
import { type Shape, shapeOf } from './shape.ts';

/**
 * Refuses an operation that is too large, before any of it is run.
 * @throws GatewayError OPERATION_TOO_COMPLEX, saying what is too much and what is allowed.
 */
export type OperationCheck = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
) => void;

export function createOperationCheck(
  schema: GraphQLSchema,
  limits: OperationLimits,
): OperationCheck {
  const shapes = new WeakMap<OperationDefinitionNode, Shape>();
  return (document, operation, variables) => {
    const shape = shapes.get(operation) ?? shapeOf(document, operation);
    shapes.set(operation, shape);
    refuseAbove(limits.maxDepth, shape.depth, 'levels deep');
    refuseAbove(limits.maxFields, shape.fields, 'fields');
    refuseAbove(limits.maxAliases, shape.aliases, 'aliases');
    refuseAbove(limits.maxDirectives, shape.directives, 'directives');
    const cost = costOf(schema, document, operation, variables);
    refuseAbove(limits.maxCost, cost, 'objects in its answer');
  };
}

function refuseAbove(most: number, found: number, what: string): void {
  if (found <= most) return;
  throw new GatewayError(
    ErrorCode.OPERATION_TOO_COMPLEX,
    `The operation has ${found} ${what}; ${most} are allowed. Ask for less at a time, with smaller pages or in several operations.`,
  );
}
