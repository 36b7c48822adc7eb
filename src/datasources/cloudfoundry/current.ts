import { z } from 'zod';
import type { Call } from '../provider.ts';
import { orMissing } from '../rollouts.ts';
import { type Foundation, readPage } from './lists.ts';
import { NEWEST_FIRST } from './newest.ts';
import { guid, guidInside, pairs } from './payloads.ts';

const revisionRow = z.object({ guid, droplet: guidInside });
const snapshot = z.object({ var: pairs });

/**
 * Whether what a deployment rolled out is what its app's newest revision holds: the platform then
 * refuses to go to its revision, "the same as the deployed revision".
 */
export async function isCurrent(
  foundation: Foundation,
  app: string,
  target: { revision: string; droplet: string | undefined },
  call: Call,
): Promise<boolean> {
  const path = `/v3/apps/${encodeURIComponent(app)}/revisions`;
  const query = { order_by: NEWEST_FIRST, per_page: 1 };
  const { rows } = await readPage(foundation, path, revisionRow, query, call);
  const [newest] = rows;
  if (!newest) return false;
  const { guid: newestGuid, droplet } = orMissing(newest.value, foundation.name, 'revision');
  if (newestGuid === target.revision) return true;
  if (droplet !== target.droplet) return false;
  const [left, right] = await Promise.all([
    readSnapshot(foundation, newestGuid, call),
    readSnapshot(foundation, target.revision, call),
  ]);
  return left === right;
}

/** The variables of a revision as one text, whatever their order. */
async function readSnapshot({ http }: Foundation, revision: string, call: Call): Promise<string> {
  const path = `/v3/revisions/${encodeURIComponent(revision)}/environment_variables`;
  const kept = await http.find(path, snapshot, call);
  const entries = (kept?.var ?? []).map(([name, value]) => JSON.stringify([name, value]));
  return entries.sort().join();
}
