import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import { type Ref, refOf } from '../../ids.ts';
import { collect } from '../batch.ts';
import type { Batch, Call, ProviderSource, VariableEntry, VariableLevel } from '../provider.ts';
import { getDeployments, getVersions } from './deployments.ts';
import { parseAppKeys, parseScopeKeys, scopeId } from './keys.ts';
import { type Foundation, isFault } from './lists.ts';
import { date, pairs } from './payloads.ts';
import { getRevisions } from './revisions.ts';
import { getScopes, letIn } from './scopes.ts';

/** What the platform puts in place of a value that it does not show. */
const REDACTED = new Set([
  '[PRIVATE DATA HIDDEN]',
  '[PRIVATE DATA HIDDEN IN LISTS]',
  '[REDACTED]',
  '***',
]);

type Levels = VariableLevel[] | null;

/**
 * `GET /v3/apps/:guid/env`. Of its five parts `system_env_json` and `application_env_json` are not
 * here: what they hold (VCAP_SERVICES, VCAP_APPLICATION) is made by the platform, and no user sets
 * it. `staging_env_json` takes the place of the running group only while a droplet is made.
 */
const appEnvironment = z.object({ environment_variables: pairs, running_env_json: pairs });

/** `GET /v3/environment_variable_groups/:name` */
const group = z.object({ updated_at: date, var: pairs });

/** `GET /v3/revisions/:guid/environment_variables` */
const snapshot = z.object({ var: pairs });

/**
 * Variables of a scope are those in effect now: the running group, and on apps their own. A
 * rollout, its version and its revision have the snapshot that the revision keeps of the app's own.
 * The platform marks none as secret; whose values are shown is up to the gateway.
 */
export function createVariables(foundation: Foundation) {
  return {
    async getVariableLevels(owners, _options, call) {
      const scopes = owners.filter(({ type }) => type === 'Scope');
      const others = owners.filter(({ type }) => type !== 'Scope');
      const [ofScopes, ofRollouts] = await Promise.all([
        levelsOfScopes(foundation, scopes, call),
        levelsOfRollouts(foundation, others, call),
      ]);
      return new Map([...ofScopes, ...ofRollouts]);
    },
  } satisfies Partial<ProviderSource>;
}

async function levelsOfScopes(
  foundation: Foundation,
  owners: readonly Ref[],
  call: Call,
): Promise<Batch<Levels>> {
  const middle = owners.filter((owner) => {
    const kind = parseScopeKeys(owner)?.nativeKind;
    return kind === 'organization' || kind === 'space';
  });
  const apps = owners.flatMap((owner) => {
    const keys = parseScopeKeys(owner);
    return keys?.nativeKind === 'app' ? [keys.guid] : [];
  });
  const [known, visible] = await Promise.all([
    getScopes(foundation, middle, call),
    letIn(foundation, apps, call),
  ]);
  return collect(
    owners,
    ({ id }) => id,
    foundation.name,
    async (owner): Promise<Levels | undefined> => {
      const keys = parseScopeKeys(owner);
      if (keys?.nativeKind === 'foundation') return levelsOfFoundation(foundation, call);
      if (keys?.nativeKind === 'app') {
        return visible.has(keys.guid) ? levelsOfApp(foundation, owner, keys.guid, call) : undefined;
      }
      const scope = known.get(owner.id);
      if (scope && isFault(scope)) throw scope;
      if (!scope) return undefined;
      const running = await readGroup(foundation, 'running', false, call);
      return [{ ownerId: owner.id, variables: [] }, running];
    },
  );
}

/** Both groups are the foundation's own. What runs sees the running one, so that comes first. */
async function levelsOfFoundation(foundation: Foundation, call: Call): Promise<Levels> {
  return Promise.all([
    readGroup(foundation, 'running', true, call),
    readGroup(foundation, 'staging', true, call),
  ]);
}

async function levelsOfApp(
  foundation: Foundation,
  owner: Ref,
  app: string,
  call: Call,
): Promise<Levels | undefined> {
  const path = `/v3/apps/${encodeURIComponent(app)}/env`;
  const environment = await foundation.http.find(path, appEnvironment, call);
  return (
    environment && [
      { ownerId: owner.id, variables: toEntries(environment.environment_variables) },
      {
        ownerId: scopeId(foundation.name, { nativeKind: 'foundation' }),
        variables: toEntries(environment.running_env_json),
      },
    ]
  );
}

/** @param isOwn whether it is asked of the foundation itself: only admins change a group. */
async function readGroup(
  { name, http }: Foundation,
  which: 'running' | 'staging',
  isOwn: boolean,
  call: Call,
): Promise<VariableLevel> {
  const read = await http.get(`/v3/environment_variable_groups/${which}`, group, call);
  const variables = toEntries(read.var, { readOnly: isOwn, updatedAt: read.updated_at });
  return { ownerId: scopeId(name, { nativeKind: 'foundation' }), variables };
}

/** A snapshot is only read for a revision that was found to belong to the app in the owner's id. */
async function levelsOfRollouts(
  foundation: Foundation,
  owners: readonly Ref[],
  call: Call,
): Promise<Batch<Levels>> {
  const revisions = await revisionsOf(foundation, owners, call);
  return collect(
    [...revisions],
    ([id]) => id,
    foundation.name,
    async ([, revision]): Promise<Levels> => {
      if (revision === null) return null;
      if (revision instanceof GatewayError) throw revision;
      const guid = parseAppKeys(refOf(revision))?.guid ?? '';
      const path = `/v3/revisions/${encodeURIComponent(guid)}/environment_variables`;
      const kept = await foundation.http.find(path, snapshot, call);
      return kept ? [{ ownerId: revision, variables: toEntries(kept.var) }] : null;
    },
  );
}

/** The id of each owner's revision; null where it has none. Owners that do not exist are absent. */
async function revisionsOf(
  foundation: Foundation,
  owners: readonly Ref[],
  call: Call,
): Promise<Map<string, string | GatewayError | null>> {
  const ofType = (type: Ref['type']) => owners.filter((owner) => owner.type === type);
  const [deployments, versions, revisions] = await Promise.all([
    getDeployments(foundation, ofType('Deployment'), call),
    getVersions(foundation, ofType('Version'), call),
    getRevisions(foundation, ofType('Revision'), call),
  ]);
  const found = new Map<string, string | GatewayError | null>();
  for (const [id, deployment] of deployments) {
    found.set(id, isFault(deployment) ? deployment : (deployment.version?.revisionId ?? null));
  }
  for (const [id, version] of versions)
    found.set(id, isFault(version) ? version : version.revisionId);
  for (const [id, revision] of revisions) found.set(id, isFault(revision) ? revision : revision.id);
  return found;
}

function toEntries(
  variables: readonly (readonly [string, unknown])[],
  { readOnly, updatedAt }: Pick<VariableEntry, 'readOnly' | 'updatedAt'> = {
    readOnly: false,
    updatedAt: null,
  },
): VariableEntry[] {
  return variables.map(([name, value]) => {
    const secret = typeof value === 'string' && REDACTED.has(value);
    return { name, value: secret ? null : toText(value), secret, readOnly, updatedAt };
  });
}

/** "Stored non-strings come back as bool, int or float." */
export function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
