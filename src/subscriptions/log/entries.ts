import { z } from 'zod';
import { ErrorCode, Status, WriteResult } from '../../schema/enums.ts';
import type { WriteRecord } from '../../writes/audit.ts';
import type { LogEvent, Observation } from '../events.ts';
import { type Extent, toEventCursor } from './cursors.ts';
import { FINAL } from './known.ts';

/** What the log in Redis is made of: ids of a stream, and entries of alternating names and values. */

const stamp = z
  .string()
  .regex(/^\d+-\d+$/)
  .transform((id) => {
    const [time = '', count = ''] = id.split('-');
    return { time: Number(time), count: Number(count) };
  });

const status = z.enum(Status);

const body = z.object({
  type: z.enum(['Deployment', 'Version', 'Build']),
  subjectId: z.string(),
  scopeId: z.string(),
  status,
  rawStatus: z.string(),
  occurredAt: z.number().nullable(),
  observedAt: z.number(),
});

const changeFields = z
  .object({
    sequence: z.string().transform(Number),
    from: z.string().transform((from) => (from === '' ? null : status.parse(from))),
    body: z.string().transform((text) => body.parse(JSON.parse(text))),
  })
  .transform(({ sequence, from, body: seen }) => ({
    ...seen,
    occurredAt: seen.occurredAt === null ? null : new Date(seen.occurredAt),
    observedAt: new Date(seen.observedAt),
    sequence,
    from,
  }));

const write = z.object({
  id: z.string(),
  requestId: z.string(),
  viewer: z.string(),
  action: z.string(),
  provider: z.string(),
  targetId: z.string(),
  result: z.enum(WriteResult),
  code: z.enum(ErrorCode).optional(),
  changedIds: z.array(z.string()),
  at: z.number().transform((at) => new Date(at)),
  durationMs: z.number(),
});

const writeFields = z
  .object({ write: z.string().transform((text) => write.parse(JSON.parse(text))) })
  .transform(({ write: { code, ...known } }) => ({ ...known, code, type: 'Write' as const }));

const fields = z
  .array(z.union([z.string(), z.number()]).transform(String))
  .transform((list): unknown =>
    Object.fromEntries(
      list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1]]] : [])),
    ),
  )
  .pipe(z.intersection(z.object({ epoch: z.string() }), z.union([changeFields, writeFields])));

const entry = z.tuple([stamp, fields]);

export const extentOf = z
  .tuple([z.string(), stamp, stamp], z.unknown())
  .transform(([epoch, floor, last, entries]) => ({
    extent: { epoch, floor, last } satisfies Extent,
    entries: z.array(z.unknown()).parse(entries ?? []),
  }));

/** What XREAD of one stream answers; null: nothing came. */
export const arrivals = z
  .tuple([z.tuple([z.string(), z.array(z.tuple([z.string(), z.unknown()]))])])
  .nullable()
  .transform((streams) => streams?.[0][1] ?? []);

/** An entry of the stream, and which log it belongs to. */
export interface Entry {
  epoch: string;
  event: LogEvent;
}

/**
 * What can be read of the stream. What cannot, for instance of a newer gateway that knows more
 * statuses, is left out.
 */
export function toEntries(raw: readonly unknown[]): Entry[] {
  return raw.flatMap((each) => {
    const parsed = safely(() => entry.parse(each));
    if (!parsed) return [];
    const [place, { epoch, ...known }] = parsed;
    return { epoch, event: { ...known, cursor: toEventCursor({ epoch, ...place }) } };
  });
}

export function toEvents(raw: readonly unknown[]): LogEvent[] {
  return toEntries(raw).map(({ event }) => event);
}

/** An observation as the script takes it. */
export function toArguments(observation: Observation, observedAt: number) {
  const { type, subjectId, scopeId, rawStatus } = observation;
  const occurredAt = observation.occurredAt?.getTime() ?? null;
  const content: z.infer<typeof body> = {
    type,
    subjectId,
    scopeId,
    status: observation.status,
    rawStatus,
    occurredAt,
    observedAt,
  };
  return [
    subjectId,
    observation.status,
    FINAL.has(observation.status),
    occurredAt ?? false,
    occurredAt ?? observedAt,
    JSON.stringify(content),
  ];
}

/** A write as the script takes it. */
export function toText(record: WriteRecord): string {
  return JSON.stringify({ ...record, at: record.at.getTime() });
}

function safely<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
