import { z } from 'zod';
import { GatewayError, toGatewayError } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import { Status } from '../../schema/enums.ts';
import type { Scope } from '../../schema/scope.ts';
import { collect } from '../batch.ts';
import type { Call } from '../http/call.ts';
import { type Origin, parse } from '../http/parse.ts';
import type { Batch, Listing, Source } from '../provider.ts';
import { environmentKeys, pathOf, scopeKeys } from './keys.ts';
import { deploymentOf, deploymentWithin, isActive, withStanding } from './payloads.ts';
import { type Context, findRows, isAnswer, once, pickFrom } from './reads.ts';
import { environmentScope, listApplications, namedRow } from './scopes.ts';

/** An environment with the deployments that `A/envs` embeds in it. */
export interface Environment {
  scope: Scope;
  /** Its newest deployment; `null`: it has none. */
  last: Deployment | GatewayError | null;
  /** The base of its next deployment, which may be one of another environment. */
  base: Deployment | GatewayError | null;
}

/** EnvironmentResponse. Before the first deployment both are left out. */
const environmentRow = namedRow.extend({
  last_deploy: z.unknown().optional(),
  from_deploy: z.unknown().optional(),
});

/** The environments of an application; `undefined`: there is no such application. */
export async function readEnvironments(
  context: Context,
  application: string,
  call: Call,
): Promise<Listing<Environment> | undefined> {
  const path = `${pathOf(context, { application })}/envs`;
  const rows = await findRows(context, path, environmentRow, call);
  if (!rows) return undefined;
  const anywhere = deploymentWithin(context, application);
  const items = rows.items.map((row) => {
    const keys = { application, environment: row.id };
    const last = embedded(row.last_deploy, deploymentOf(context, keys), rows.origin);
    return {
      scope: environmentScope(context, keys, row),
      last: isAnswer(last) ? newest(last) : last,
      base: embedded(row.from_deploy, anywhere, rows.origin),
    };
  });
  return { items, faults: rows.faults };
}

/** The environments of a scope, or all, each with its newest deployment. */
export async function listSources(
  context: Context,
  within: Ref | undefined,
  call: Call,
): Promise<Listing<Source>> {
  const keys = within ? scopeKeys(context, within) : {};
  if (!keys) return { items: [], faults: [] };
  const applications =
    keys.application === undefined
      ? await listApplications(context, call)
      : { items: [keys.application], faults: [] };
  const answers = await collect(applications.items, String, context.provider, (application) =>
    readEnvironments(context, application, call),
  );
  call.signal.throwIfAborted();

  const failures = [...answers.values()].filter((answer) => answer instanceof GatewayError);
  if (failures[0] && failures.length === applications.items.length) throw failures[0];
  const listings = [...answers.values()].filter(isAnswer<Listing<Environment>>);
  return {
    items: listings
      .flatMap(({ items }) => items)
      .filter(({ scope }) => (keys.environment ?? scope.nativeKey) === scope.nativeKey)
      .map(toSource),
    faults: [...applications.faults, ...failures, ...listings.flatMap(({ faults }) => faults)],
  };
}

/** `A/envs` tells the newest deployments of all environments of an application. */
export async function getLatestDeployments(
  context: Context,
  scopes: readonly Ref[],
  call: Call,
): Promise<Batch<Deployment>> {
  const environmentsOf = once(String, (application: string) =>
    readEnvironments(context, application, call),
  );
  return collect(
    scopes,
    ({ id }) => id,
    context.provider,
    async (ref) => {
      const keys = environmentKeys(context, ref);
      const listing = keys && (await environmentsOf(keys.application));
      const found = listing && pickFrom(listing, ({ scope }) => scope.id === ref.id);
      if (found instanceof GatewayError) throw found;
      if (found?.last instanceof GatewayError) throw found.last;
      return found?.last ?? undefined;
    },
  );
}

/**
 * A newest deployment that cannot be understood, or has no readable date, does not tell what the
 * first row of the list will be: then it stays open.
 */
function toSource({ scope, last }: Environment): Source {
  const open = last !== null && (last instanceof GatewayError || last.createdAt === null);
  return open ? { scope } : { scope, newest: last };
}

/** The newest deployment is live exactly when it succeeded, and none but it can be active. */
function newest(deployment: Deployment): Deployment {
  const live = deployment.status === Status.SUCCEEDED;
  return withStanding(deployment, { live, busy: isActive(deployment) });
}

function embedded(
  row: unknown,
  schema: z.ZodType<Deployment>,
  origin: Origin,
): Deployment | GatewayError | null {
  if (row === undefined || row === null) return null;
  try {
    return parse(row, schema, origin);
  } catch (error) {
    return toGatewayError(error, origin.provider);
  }
}
