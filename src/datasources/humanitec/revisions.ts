import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import { type Ref, refOf } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import type { Revision } from '../../schema/revision.ts';
import { collect } from '../batch.ts';
import type { Call } from '../http/call.ts';
import type { Batch, Listing } from '../provider.ts';
import { readDeployments } from './deployments.ts';
import {
  environmentKeys,
  KEY,
  pathOf,
  type Reach,
  revisionId,
  revisionKeys,
  type RevisionKeys,
  versionKeys,
} from './keys.ts';
import { json } from './primitives.ts';
import {
  type Context,
  createLoners,
  findRows,
  isAnswer,
  once,
  orThrow,
  pickFrom,
} from './reads.ts';

/** SetResponse: "if omitted, version 0 is assumed". A set never changes. */
const setRow = z.object({
  id: z.string().regex(KEY),
  modules: json,
  shared: json,
  version: z.int32().catch(0),
});
type SetRow = z.infer<typeof setRow>;

/** A version's revision is the set in its keys; none where the deployment does not tell its set. */
export async function listRevisions(
  context: Context,
  versions: readonly Ref[],
  call: Call,
): Promise<Batch<Listing<Revision>>> {
  const sources = new Map<string, Ref | undefined>();
  for (const version of versions) {
    const keys = versionKeys(context, version);
    const source = keys && keys.set !== '' ? refOf(revisionId(context, keys)) : undefined;
    if (keys) sources.set(version.id, source);
  }
  const refs = [...sources.values()].filter((ref) => ref !== undefined);
  const revisions = await getRevisions(context, refs, call);
  return collect(
    [...sources],
    ([id]) => id,
    context.provider,
    async ([, ref]) => {
      const revision = ref && orThrow(revisions.get(ref.id));
      return { items: revision ? [revision] : [], faults: [] };
    },
  );
}

/** One set of an application is read alone, several are one read of all its sets. */
export async function getRevisions(
  context: Context,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Revision>> {
  const wanted = new Map(refs.map((ref) => [ref.id, revisionKeys(context, ref)]));
  const isAlone = createLoners(
    [...wanted.values()].filter((keys) => keys !== undefined),
    ({ application }) => application,
    ({ set }) => set,
  );
  const setsOf = once(String, async (application: string) => {
    const path = `${pathOf(context, { application })}/sets`;
    return (await findRows(context, path, setRow, call)) ?? { items: [], faults: [] };
  });
  return collect(
    [...wanted],
    ([id]) => id,
    context.provider,
    async ([, keys]) => {
      if (!keys) return undefined;
      const row = isAlone(keys)
        ? await findSet(context, keys, call)
        : orThrow(pickFrom(await setsOf(keys.application), ({ id }) => id === keys.set));
      return row && toRevision(context, keys, row);
    },
  );
}

/**
 * The sets of an environment in the order of the deployments that rolled them out, each with the
 * values of its newest deployment. Two requests: the deployments, then the sets.
 */
export async function listScopeRevisions(
  context: Context,
  scope: Ref,
  { after, limit }: { after: string | undefined; limit: number },
  call: Call,
): Promise<Listing<Revision> & { complete: boolean }> {
  const keys = environmentKeys(context, scope);
  const deployments = keys && (await readDeployments(context, keys, call));
  if (!deployments) return { items: [], faults: [], complete: true };
  const behind = refsBehind(deployments.items, after);
  const revisions = await getRevisions(context, behind, call);
  const answers = behind.map(({ id }) => revisions.get(id));
  const items = answers.filter(isAnswer<Revision>);
  const faults = new Set(answers.filter((answer) => answer instanceof GatewayError));
  const [fault] = faults;
  if (fault && items.length === 0) throw fault;
  return {
    items: items.slice(0, limit),
    faults: [...deployments.faults, ...faults],
    complete: items.length <= limit,
  };
}

/** The distinct revisions that follow the one with the native id `after`, none if that is unknown. */
function refsBehind(deployments: readonly Deployment[], after: string | undefined): Ref[] {
  const bySet = new Map<string, Ref>();
  for (const { version } of deployments) {
    if (!version?.revisionId || bySet.has(version.nativeId)) continue;
    bySet.set(version.nativeId, refOf(version.revisionId));
  }
  const refs = [...bySet.values()];
  if (after === undefined) return refs;
  const position = [...bySet.keys()].indexOf(after);
  return position < 0 ? [] : refs.slice(position + 1);
}

async function findSet(
  context: Context,
  { application, set }: RevisionKeys,
  call: Call,
): Promise<SetRow | undefined> {
  const path = `${pathOf(context, { application })}/sets/${encodeURIComponent(set)}`;
  return context.http.find(path, setRow, call);
}

function toRevision(reach: Reach, keys: RevisionKeys, row: SetRow): Revision {
  return {
    __typename: 'Revision',
    id: revisionId(reach, keys),
    nativeId: keys.set,
    number: null,
    description: null,
    createdAt: null,
    createdBy: null,
    commit: null,
    deployable: null,
    details: {
      __typename: 'HumanitecRevisionDetails',
      ownerId: revisionId(reach, keys),
      modules: row.modules,
      shared: row.shared,
      version: row.version,
      valueSetVersionId: keys.values || null,
    },
  };
}
