import { z } from 'zod';
import { type Ref, refOf } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import { collect } from '../batch.ts';
import type { Call } from '../http/call.ts';
import type { Batch, VariableEntry, VariableLevel } from '../provider.ts';
import { getDeployments } from './deployments.ts';
import {
  deploymentKeys,
  type EnvironmentKeys,
  pathOf,
  revisionKeys,
  scopeId,
  scopeKeys,
  versionKeys,
} from './keys.ts';
import { detailsOf } from './payloads.ts';
import { type Context, orThrow } from './reads.ts';
import { time } from './primitives.ts';

/**
 * ValueResponse, a "shared value". The API sends "" for the value of a secret. What is not plainly
 * said to be no secret is taken for one, and what has no known source for the environment's own.
 */
const valueRow = z
  .object({
    key: z.string().min(1),
    value: z.string().nullable().catch(null),
    is_secret: z.boolean().catch(true),
    description: z.string().nullish().catch(null),
    source: z.enum(['app', 'env']).catch('env'),
    updated_at: time,
  })
  .transform((row) => ({
    source: row.source,
    entry: {
      name: row.key,
      value: row.is_secret ? null : row.value,
      secret: row.is_secret,
      readOnly: false,
      updatedAt: row.updated_at,
      description: row.description || null,
    } satisfies VariableEntry,
  }));
type Value = z.infer<typeof valueRow>;

/** Variables are only of use when they are all there: one bad row is an error of its owner. */
const valueRows = z.array(valueRow);

const snapshot = z
  .object({ values: z.record(z.string(), valueRow) })
  .transform(({ values }) => Object.values(values));

/**
 * The shared values of scopes as they are now, and of what was rolled out as they were then.
 * For an environment one request tells both levels; only `shadowed` asks the application too.
 */
export async function getVariableLevels(
  context: Context,
  owners: readonly Ref[],
  { shadowed }: { shadowed: boolean },
  call: Call,
): Promise<Batch<VariableLevel[] | null>> {
  const deployments = getDeployments(
    context,
    owners.filter(({ type }) => type === 'Deployment'),
    call,
  );
  return collect(
    owners,
    ({ id }) => id,
    context.provider,
    async (owner) => {
      if (owner.type === 'Scope') return readScope(context, owner, shadowed, call);
      if (owner.type !== 'Deployment') return readSnapshot(context, pinnedBy(context, owner), call);
      const deployment = orThrow((await deployments).get(owner.id));
      return deployment && readSnapshot(context, deploymentPin(context, deployment), call);
    },
  );
}

/** Which value set version something runs with; `values`: "" for none. */
type Pin = EnvironmentKeys & { values: string };

async function readScope(
  context: Context,
  scope: Ref,
  shadowed: boolean,
  call: Call,
): Promise<VariableLevel[] | undefined> {
  const { application, environment } = scopeKeys(context, scope) ?? {};
  if (application === undefined) {
    return scopeKeys(context, scope) && [{ ownerId: scope.id, variables: [] }];
  }
  const valuesOf = (keys: Partial<EnvironmentKeys>) =>
    context.http.find(`${pathOf(context, keys)}/values`, valueRows, call);
  if (environment === undefined) {
    const values = await valuesOf({ application });
    return values && [{ ownerId: scope.id, variables: values.map(({ entry }) => entry) }];
  }
  const keys = { application, environment };
  const [merged, own] = await Promise.all([
    valuesOf(keys),
    shadowed ? valuesOf({ application }) : undefined,
  ]);
  return merged && toLevels(context, keys, merged, own);
}

/** `undefined`: no such owner; `null`: it pins no values, or those are gone. */
async function readSnapshot(
  context: Context,
  pin: Pin | undefined,
  call: Call,
): Promise<VariableLevel[] | null | undefined> {
  if (!pin) return undefined;
  if (pin.values === '') return null;
  const path = `${pathOf(context, pin)}/value-set-versions/${encodeURIComponent(pin.values)}`;
  const values = await context.http.find(path, snapshot, call);
  return values ? toLevels(context, pin, values) : null;
}

/** The environment's own values and those of its application; these also from their own list. */
function toLevels(
  context: Context,
  { application, environment }: EnvironmentKeys,
  values: readonly Value[],
  ofApplication = values.filter(({ source }) => source === 'app'),
): VariableLevel[] {
  const own = values.filter(({ source }) => source === 'env');
  return [
    {
      ownerId: scopeId(context, application, environment),
      variables: own.map(({ entry }) => entry),
    },
    {
      ownerId: scopeId(context, application),
      variables: ofApplication.map(({ entry }) => entry),
    },
  ];
}

function pinnedBy(context: Context, owner: Ref): Pin | undefined {
  return owner.type === 'Version' ? versionKeys(context, owner) : revisionKeys(context, owner);
}

function deploymentPin(context: Context, deployment: Deployment): Pin | undefined {
  const keys = deploymentKeys(context, refOf(deployment.id));
  return keys && { ...keys, values: detailsOf(deployment)?.valueSetVersionId ?? '' };
}
