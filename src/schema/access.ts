import type { MiddlewareFn } from 'type-graphql';

/** What a field that may hold values of environment variables has to know of the viewer. */
interface Grants {
  grants: { canReadVariables: boolean };
}

/** Null for viewers who may not read the values of environment variables. */
export const readersOfValuesOnly: MiddlewareFn<Grants> = async ({ context }, next) =>
  context.grants.canReadVariables ? ((await next()) as unknown) : null;
