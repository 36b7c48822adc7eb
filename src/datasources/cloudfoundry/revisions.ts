import { ErrorCode, GatewayError, toGatewayError } from '../../errors.ts';
import { type Ref, toRef } from '../../ids.ts';
import type { Revision } from '../../schema/revision.ts';
import { groupBy } from '../batch.ts';
import type { Batch, Call, Listing, ProviderSource } from '../provider.ts';
import { parseAppKeys, parseScopeKeys, parseVersionKeys } from './keys.ts';
import { type Foundation, isFault, readAll, readByGuids } from './lists.ts';
import { NEWEST_FIRST } from './newest.ts';
import { revisionRow } from './revision-rows.ts';
import { letIn } from './scopes.ts';

/** Revisions of apps that keep them. The platform has no list of them over several apps. */
export function createRevisions(foundation: Foundation) {
  return {
    async listRevisions(versions, call) {
      const wanted = new Map<string, Ref | undefined>();
      for (const version of versions) {
        const keys = parseVersionKeys(version);
        if (keys) wanted.set(version.id, revisionRefOf(version.provider, keys));
      }
      const refs = [...wanted.values()].filter((ref) => ref !== undefined);
      const found = await getRevisions(foundation, refs, call);
      const lists = new Map<string, Listing<Revision> | GatewayError>();
      for (const [id, ref] of wanted) {
        const revision = ref && found.get(ref.id);
        if (revision && isFault(revision)) lists.set(id, revision);
        else lists.set(id, { items: revision ? [revision] : [], faults: [] });
      }
      return lists;
    },

    getRevisions: (refs, call) => getRevisions(foundation, refs, call),

    async listScopeRevisions(scope, { after }, call) {
      const { items, faults } = await listOfApp(foundation, scope, call);
      if (after === undefined) return { items, faults, complete: true };
      // What is behind a revision that was pruned ("at most 100 are kept") was pruned before it.
      const start = items.findIndex(({ nativeId }) => nativeId === after);
      return { items: start < 0 ? [] : items.slice(start + 1), faults, complete: true };
    },
  } satisfies Partial<ProviderSource>;
}

/** Revisions by id: one request for each app. One that is not of the app in its id is absent. */
export async function getRevisions(
  foundation: Foundation,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Revision>> {
  const asked = refs.flatMap((ref) => {
    const keys = parseAppKeys(ref);
    return keys ? [{ id: ref.id, ...keys }] : [];
  });
  const byApp = groupBy(asked, ({ app }) => app);
  const visible = await letIn(foundation, byApp.keys(), call);
  const answers = new Map<string, Revision | GatewayError>();
  const reads = [...visible].map(async (app) => {
    const ofApp = byApp.get(app) ?? [];
    const guids = [...new Set(ofApp.map((keys) => keys.guid))];
    const found = await readOfApp(foundation, app, guids, call);
    for (const { id, guid: wanted } of ofApp) {
      const revision = found.get(wanted);
      if (revision && (isFault(revision) || revision.id === id)) answers.set(id, revision);
    }
  });
  await Promise.all(reads);
  return answers;
}

async function readOfApp(
  foundation: Foundation,
  app: string,
  guids: readonly string[],
  call: Call,
): Promise<Batch<Revision>> {
  const schema = revisionRow(foundation.name);
  const [only] = guids;
  if (only === undefined || guids.length > 1) {
    return absentIfGone(
      await readByGuids(
        foundation,
        `/v3/apps/${encodeURIComponent(app)}/revisions`,
        schema,
        guids,
        call,
      ),
    );
  }
  try {
    const path = `/v3/revisions/${encodeURIComponent(only)}`;
    const revision = await foundation.http.find(path, schema, call);
    return new Map(revision ? [[only, revision]] : []);
  } catch (error) {
    call.signal.throwIfAborted();
    return new Map([[only, toGatewayError(error, foundation.name)]]);
  }
}

/** An app that does not exist answers 404 to a list below it: then all of the list is absent. */
function absentIfGone(found: Batch<Revision>): Batch<Revision> {
  return new Map([...found].filter(([, value]) => !isAbsent(value)));
}

async function listOfApp(
  foundation: Foundation,
  scope: Ref,
  call: Call,
): Promise<Listing<Revision>> {
  const keys = parseScopeKeys(scope);
  if (keys?.nativeKind !== 'app') return { items: [], faults: [] };
  const visible = await letIn(foundation, [keys.guid], call);
  if (!visible.has(keys.guid)) return { items: [], faults: [] };
  const path = `/v3/apps/${encodeURIComponent(keys.guid)}/revisions`;
  const query = { order_by: NEWEST_FIRST };
  try {
    return await readAll(foundation, path, revisionRow(foundation.name), query, call);
  } catch (error) {
    if (isAbsent(error)) return { items: [], faults: [] };
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof GatewayError && error.code === ErrorCode.NOT_FOUND;
}

function revisionRefOf(provider: string, keys: { app: string; revision: string }): Ref | undefined {
  return keys.revision === '' ? undefined : toRef(provider, 'Revision', [keys.app, keys.revision]);
}
