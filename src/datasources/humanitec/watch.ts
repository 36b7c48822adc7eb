import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import { refOf, toRef } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import type { Observation } from '../../subscriptions/events.ts';
import type { Call } from '../http/call.ts';
import { seeBatch, seeDeployment, toTell } from '../sightings.ts';
import type { Look, LookQuery, Watch } from '../watch.ts';
import { getDeployments, readDeployments } from './deployments.ts';
import { type Environment, readEnvironments } from './environments.ts';
import { environmentKeys, KEY, scopeKeys } from './keys.ts';
import type { Context } from './reads.ts';
import { listApplications } from './scopes.ts';

/** Humanitec publishes no budget, and its headers tell none: the window is never used. */
const PACE = { quickMs: 2_000, slowMs: 30_000, windowMs: 60_000 };

const id = z.string().regex(KEY);

/** What the default payload of a webhook has, and every payload needs that is to be of use. */
const payload = z.object({ org_id: id, app_id: id, env_id: id.optional() });

/**
 * The unit is an application: `A/envs` tells the newest deployments of all its environments, so a
 * look costs one request, and one more for each environment where a new deployment has begun.
 */
export function createWatch(context: Context): Watch {
  const { provider, organization } = context;
  return {
    pace: PACE,
    unitOf({ keys: [ofOrganization, application] }) {
      if (ofOrganization !== organization || application === undefined) return undefined;
      const unit = toRef(provider, 'Scope', [organization, application]);
      return scopeKeys(context, unit) && unit;
    },
    async listUnits(call) {
      const { items } = await listApplications(context, call);
      return items.map((application) => toRef(provider, 'Scope', [organization, application]));
    },
    open: (unit) => ({
      look: (query, call) => look(context, unit.keys[1] ?? '', query, call),
    }),
    lookUp: async (subjects, call) =>
      seeBatch(await getDeployments(context, subjects, call), seeDeployment),
    readWebhook(body) {
      const told = payload.safeParse(body).data;
      if (told?.org_id !== organization) return undefined;
      const { app_id: application, env_id: environment } = told;
      const keys = [organization, application, ...(environment === undefined ? [] : [environment])];
      const scope = toRef(provider, 'Scope', keys);
      return scopeKeys(context, scope) && scope;
    },
  };
}

async function look(
  context: Context,
  application: string,
  { known }: LookQuery,
  call: Call,
): Promise<Look> {
  const environments = await readEnvironments(context, application, call);
  const faults: GatewayError[] = [...(environments?.faults ?? [])];
  const tell = async (environment: Environment): Promise<Observation[]> => {
    const { last } = environment;
    if (last === null) return [];
    if (last instanceof GatewayError) {
      faults.push(last);
      return [];
    }
    const isNew = known !== undefined && !known.has(last.id);
    const rows = isNew ? await rowsOf(context, environment, call) : [last];
    return toTell(rows, known).flatMap(seeDeployment);
  };
  const told = await Promise.all((environments?.items ?? []).map(tell));
  return { observations: told.flat(), faults };
}

/** All deployments of an environment: more than one may have begun since the last look. */
async function rowsOf(
  context: Context,
  { scope }: Environment,
  call: Call,
): Promise<readonly Deployment[]> {
  const keys = environmentKeys(context, refOf(scope.id));
  return (keys && (await readDeployments(context, keys, call))?.items) ?? [];
}
