import { z } from 'zod';
import { Status } from '../../schema/enums.ts';
import type { Observation, StatusChange } from '../events.ts';
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

const fields = z
  .array(z.union([z.string(), z.number()]).transform(String))
  .transform((list): unknown =>
    Object.fromEntries(
      list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1]]] : [])),
    ),
  )
  .pipe(
    z.object({
      epoch: z.string(),
      sequence: z.string().transform(Number),
      from: z.string().transform((from) => (from === '' ? null : status.parse(from))),
      body: z.string().transform((text) => body.parse(JSON.parse(text))),
    }),
  );

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

/**
 * Entries as changes. One that cannot be read, for instance of a newer gateway that knows more
 * statuses, is left out.
 */
export function toChanges(entries: readonly unknown[]): (StatusChange & { epoch: string })[] {
  return entries.flatMap((raw) => {
    const parsed = safely(() => entry.parse(raw));
    if (!parsed) return [];
    const [place, { epoch, sequence, from, body: known }] = parsed;
    return {
      ...known,
      occurredAt: known.occurredAt === null ? null : new Date(known.occurredAt),
      observedAt: new Date(known.observedAt),
      epoch,
      sequence,
      from,
      cursor: toEventCursor({ epoch, ...place }),
    };
  });
}

/** A change as its listeners get it. */
export function withoutEpoch({
  epoch: _epoch,
  ...change
}: StatusChange & { epoch: string }): StatusChange {
  return change;
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

function safely<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
