import type { MiddlewareFn } from 'type-graphql';
import { type Ref, refOf } from '../ids.ts';

/** What a field that may hold values of environment variables has to know of the viewer. */
interface Viewer {
  grants: { may(permission: 'readVariables', target: Ref): boolean };
}

/** Null for viewers who may not read the values of environment variables of the object's owner. */
export const readersOfValuesOnly: MiddlewareFn<Viewer> = async ({ root, context }, next) => {
  const { ownerId } = root as { ownerId: string };
  return context.grants.may('readVariables', refOf(ownerId)) ? ((await next()) as unknown) : null;
};
