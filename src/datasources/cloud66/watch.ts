import { z } from 'zod';
import { toGatewayError } from '../../errors.ts';
import { type Ref, toRef } from '../../ids.ts';
import type { Call } from '../http/call.ts';
import { parseRows } from '../http/parse.ts';
import { joinLooks, seeBatch, seeDeployment, toTell, wholeProvider } from '../sightings.ts';
import type { Look, LookQuery, Watch } from '../watch.ts';
import { type Account, parseKeys, UID } from './account.ts';
import { orAbsent, readAll } from './envelope.ts';
import { openHistory } from './history.ts';
import { getDeployments } from './lookup.ts';

/** 3,000 requests an hour for all that the account does: half of them is one in 2.4 seconds. */
const PACE = { quickMs: 10_000, slowMs: 30_000, windowMs: 3_600_000 };

const word = z.union([z.string(), z.number(), z.boolean()]).nullish().catch(null);

/** What of a stack changes when one of its deployments does. */
const activity = z
  .object({
    uid: z.string().regex(UID),
    status: word,
    is_busy: word,
    last_activity_iso: word,
    last_activity: word,
  })
  .transform(({ uid, ...rest }) => ({ uid, sign: JSON.stringify(Object.values(rest)) }));

/** Stack events have the fields of the stack at the top, service events in `stack`. */
const payload = z.union([
  z.object({ uid: z.string().regex(UID) }).transform(({ uid }) => uid),
  z.object({ stack: z.object({ uid: z.string().regex(UID) }) }).transform(({ stack }) => stack.uid),
]);

/**
 * The unit is the account. The list of stacks (one request for 30) tells which stacks have been
 * active since the last look; of each of these, and of those with something under way, the first
 * page of deployments is read. Only the first look of an instance reads every stack. Between two
 * thorough looks only the stacks with something under way are read: a request each.
 */
export function createWatch(account: Account): Watch {
  const { provider } = account;
  const unit = wholeProvider(provider);
  return {
    pace: PACE,
    unitOf: () => unit,
    listUnits: async () => [unit],
    open() {
      const signs = new Map<string, string>();
      return { look: (query, call) => look(account, signs, query, call) };
    },
    lookUp: async (subjects, call) =>
      seeBatch(await getDeployments(account, subjects, call), seeDeployment),
    readWebhook(body) {
      const uid = payload.safeParse(body).data;
      const scope = uid === undefined ? undefined : toRef(provider, 'Scope', [uid]);
      return scope && parseKeys(account, scope) && scope;
    },
  };
}

async function look(
  account: Account,
  signs: Map<string, string>,
  { known, unfinished, hints, thorough }: LookQuery,
  call: Call,
): Promise<Look> {
  const uids = new Set([...unfinished, ...hints].flatMap((ref) => stackOf(account, ref)));
  const isWhole = thorough || known === undefined || uids.size === 0;
  const active = isWhole ? await listActivity(account, call) : undefined;
  for (const { uid, sign } of active?.rows ?? []) if (signs.get(uid) !== sign) uids.add(uid);

  const looks = await Promise.all(
    [...uids].map(async (uid): Promise<Look> => {
      try {
        const page = await orAbsent(openHistory(account, uid, call).page(1));
        const sign = active?.rows.find((row) => row.uid === uid)?.sign;
        const rows = toTell(page?.deployments ?? [], known);
        return {
          observations: rows.flatMap(seeDeployment),
          faults: page?.faults ?? [],
          recorded: () => sign !== undefined && signs.set(uid, sign),
        };
      } catch (error) {
        call.signal.throwIfAborted();
        return { observations: [], faults: [toGatewayError(error, account.provider)] };
      }
    }),
  );
  return joinLooks([...looks, { observations: [], faults: active?.faults ?? [] }]);
}

async function listActivity({ http, stacks }: Account, call: Call) {
  const pages = await readAll(http, '/stacks', call);
  const listings = pages.map(({ rows, origin }) => parseRows(rows, activity, origin));
  return {
    rows: listings.flatMap(({ items }) => items).filter(({ uid }) => stacks?.has(uid) ?? true),
    faults: listings.flatMap(({ faults }) => faults),
  };
}

/** The stack that a reference is about. */
function stackOf(account: Account, { provider, keys }: Ref): string[] {
  const uid = keys.slice(0, 1);
  return parseKeys(account, toRef(provider, 'Scope', uid)) ? uid : [];
}
