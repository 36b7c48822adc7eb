import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import type { Context } from '../context.ts';

type Method = (root: unknown, context: Context, info: unknown) => unknown;

/** What a method may take to be called directly: these, in this order, or fewer of them. */
const PARAMETERS = ['root', 'context', 'info'];

/**
 * Calls the edges that take no arguments directly. type-graphql would sort their parameters, look
 * for middleware and ask its container for the resolver in every row: see docs/performance.md.
 */
export function callDirectly(schema: GraphQLSchema): void {
  const { fieldResolvers, objectTypes } = getMetadataStorage();
  const names = new Map(objectTypes.map(({ target, name }) => [target, name]));
  const instances = new Map<unknown, Record<string, Method>>();
  for (const { kind, target, methodName, schemaName, params, ...rest } of fieldResolvers) {
    const owner = rest.getObjectType?.();
    const type = schema.getType((owner && names.get(owner)) ?? '');
    const isPlain = !rest.middlewares?.length && !rest.roles && isInOrder(params ?? []);
    if (kind !== 'external' || !isObjectType(type) || !isPlain) continue;
    const field = type.getFields()[schemaName];
    // Decorators know the class of a resolver as a function; ours are made without arguments.
    const instance = instances.get(target) ?? new (target as new () => Record<string, Method>)();
    instances.set(target, instance);
    if (field) field.resolve = toResolve(instance, methodName);
  }
}

function isInOrder(params: readonly { kind: string; index: number }[]): boolean {
  const sorted = [...params].sort((left, right) => left.index - right.index);
  return sorted.every(
    (param, index) =>
      param.index === index &&
      param.kind === PARAMETERS[index] &&
      !('propertyName' in param && param.propertyName),
  );
}

function toResolve(
  instance: Record<string, Method>,
  methodName: string,
): GraphQLFieldResolver<unknown, Context> {
  return (root, _args, context, info) => instance[methodName]?.(root, context, info);
}
