import { z } from 'zod';
import type { Ref } from '../../ids.ts';
import type { AuditEvent } from '../../schema/audit-event.ts';
import { AuditAction } from '../../schema/enums.ts';
import type { Query } from '../http/client.ts';
import type { Call, Page, ProviderSource } from '../provider.ts';
import { type Fields, NO_FIELDS, toFields, toText } from './fields.ts';
import { parseAppKeys, parseScopeKeys } from './keys.ts';
import { type Foundation, isFault, MAX_PER_PAGE, readPage } from './lists.ts';
import { NEWEST_FIRST, toTimestamp } from './newest.ts';
import { date, part } from './payloads.ts';
import { letIn } from './scopes.ts';

/** An event, and the rollout it is about where it says so. */
interface EventRow {
  event: AuditEvent;
  deployment: string | null;
}

/** The events that name a rollout; they target its app. */
const DEPLOYMENT_EVENTS = ['create', 'cancel', 'continue']
  .map((verb) => `audit.app.deployment.${verb}`)
  .join(',');

/** So many requests are made for a page of events that match, and then it may be short. */
const MAX_REQUESTS = 5;

/** Rows read at a time where only some of them match. */
const SCAN = 200;

const party = part((value) => {
  const { guid, type, name }: Fields = toFields(value) ?? NO_FIELDS;
  return { guid: toText(guid), type: toText(type), name: toText(name) };
});

/** `GET /v3/audit_events`. Of `data` nothing is shown: it repeats requests, with what they held. */
function eventRow(provider: string): z.ZodType<EventRow> {
  return z
    .object({
      guid: z.string().min(1),
      created_at: date,
      type: z.string(),
      actor: party,
      target: party,
      data: part((value) => toText(toFields(value)?.deployment_guid)),
    })
    .transform(({ guid, created_at, type, actor, target, data }) => ({
      deployment: data,
      event: {
        id: `${provider}/${guid}`,
        occurredAt: created_at,
        actor: actor.name ?? actor.guid,
        action: toAction(type),
        objectType: target.type,
        objectName: target.name,
        message: type,
      },
    }));
}

const ACTIONS = new Map([
  ['create', AuditAction.CREATE],
  ['add', AuditAction.CREATE],
  ['upload', AuditAction.CREATE],
  ['update', AuditAction.UPDATE],
  ['patch', AuditAction.UPDATE],
  ['delete', AuditAction.DELETE],
  ['remove', AuditAction.DELETE],
]);

/** The last word of a type says what was done: `audit.app.delete-request`, `audit.space.create`. */
export function toAction(type: string): AuditAction {
  const words = type.split('.').at(-1)?.split(/[-_]/) ?? [];
  for (const word of words) {
    const action = ACTIONS.get(word);
    if (action) return action;
  }
  return AuditAction.INFO;
}

export function createAudit(foundation: Foundation) {
  return {
    async listAuditEvents(owner, { first, after, action }, call) {
      const filter = await toFilter(foundation, owner, call);
      if (!filter) return null;
      const deployment = owner.type === 'Deployment' ? owner.keys[1] : undefined;
      const matches = (row: EventRow) =>
        (action === undefined || row.event.action === action) &&
        (deployment === undefined || row.deployment === deployment);
      const isScan = action !== undefined || deployment !== undefined;
      return readMatching(foundation, { filter, first, after, matches, isScan }, call);
    },
  } satisfies Partial<ProviderSource>;
}

/** Where to look for the events of an owner; `undefined`: it has none, or is not let in. */
async function toFilter(
  foundation: Foundation,
  owner: Ref,
  call: Call,
): Promise<Query | undefined> {
  const { spaces } = foundation;
  const keys = owner.type === 'Scope' ? parseScopeKeys(owner) : undefined;
  const deployment = owner.type === 'Deployment' ? parseAppKeys(owner) : undefined;
  const app = deployment?.app ?? (keys?.nativeKind === 'app' ? keys.guid : undefined);
  if (app !== undefined) {
    if (!(await letIn(foundation, [app], call)).has(app)) return undefined;
    return { target_guids: app, types: deployment && DEPLOYMENT_EVENTS };
  }
  const letInSpaces = spaces?.join(',');
  switch (keys?.nativeKind) {
    case 'foundation':
      return { space_guids: letInSpaces };
    case 'organization':
      return { organization_guids: keys.guid, space_guids: letInSpaces };
    case 'space':
      return !spaces || spaces.includes(keys.guid) ? { space_guids: keys.guid } : undefined;
    default:
      return undefined;
  }
}

interface Scan {
  filter: Query;
  first: number;
  after: string | undefined;
  matches: (row: EventRow) => boolean;
  /** Whether only some rows are expected to match. */
  isScan: boolean;
}

/**
 * Reads on from a position until there are enough matches. The position is a second and how many of
 * its events are behind us, not a page number: that would show events again when new ones arrive.
 */
async function readMatching(
  foundation: Foundation,
  { filter, first, after, matches, isScan }: Scan,
  call: Call,
): Promise<Page<AuditEvent>> {
  const schema = eventRow(foundation.name);
  const result: Page<AuditEvent> = { items: [], faults: [], next: null };
  let position = parsePosition(after);
  for (let request = 0; request < MAX_REQUESTS; request += 1) {
    const wanted = (isScan ? SCAN : first) + position.seen;
    const query = {
      ...filter,
      'created_ats[lte]': position.second,
      order_by: NEWEST_FIRST,
      per_page: Math.min(MAX_PER_PAGE, wanted),
    };
    const page = await readPage(foundation, '/v3/audit_events', schema, query, call);
    const rows = page.rows.slice(position.seen);
    for (const [index, { value }] of rows.entries()) {
      position = advance(position, isFault(value) ? null : value.event.occurredAt);
      if (isFault(value)) result.faults.push(value);
      else if (matches(value)) result.items.push(value.event);
      const isLast = index === rows.length - 1 && !page.hasNext;
      if (isLast) return result;
      // A row that is not understood takes a place: to fill it would cost another request.
      const isFull = result.items.length + result.faults.length >= first;
      if (isFull) return { ...result, next: formatPosition(position) };
    }
    if (rows.length === 0) return result;
  }
  return { ...result, next: formatPosition(position) };
}

interface Position {
  /** `undefined`: at the beginning. */
  second: string | undefined;
  /** How many events from the beginning of this second have been seen. */
  seen: number;
}

function advance({ second, seen }: Position, occurredAt: Date | null): Position {
  const next = occurredAt ? toTimestamp(occurredAt) : second;
  return next === second ? { second, seen: seen + 1 } : { second: next, seen: 1 };
}

function formatPosition({ second, seen }: Position): string {
  return `${second ?? ''}+${seen}`;
}

function parsePosition(text: string | undefined): Position {
  const [, second, seen] = /^([\d:TZ-]*)\+(\d{1,6})$/.exec(text ?? '') ?? [];
  return { second: second === '' ? undefined : second, seen: Number(seen ?? 0) };
}
