import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { flag, text, wholeNumber } from '../settings.ts';
import { persistedQuerySettings } from './persisted-queries.ts';

const documents = z.record(z.string(), z.string());

/** The documents of a file as GraphQL Code Generator writes it: each text by its hash. */
const documentFile = text('the path of a file').transform((path, context) => {
  const parsed = documents.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  const message = 'write the path of a JSON file with documents by their hashes';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

export const serverSettings = z.strictObject({
  host: text('an address to listen on').default('127.0.0.1'),
  port: wholeNumber('a port', 0, 65_535).default(4000),
  /**
   * The explorer at `/`, introspection, and hints at what a misspelt name may have meant. Where
   * nothing is said: not in production (NODE_ENV).
   */
  explorer: flag().optional(),
  executor: z
    .enum(['compiled', 'interpreter'], { error: 'write compiled or interpreter' })
    .default('compiled'),
  /**
   * How long it serves on, when it is told to stop, with `/health/ready` at 503: until every load
   * balancer has looked.
   */
  drainMs: wholeNumber('milliseconds', 0, 300_000).default(5_000),
  /** How long requests that are then under way may take, uploads too, before they are cut off. */
  graceMs: wholeNumber('milliseconds', 0, 3_600_000).default(10_000),
  /** Pages of these origins may ask from a browser; "*": of any. */
  allowedOrigins: z
    .array(text('an origin, for instance https://app.example.com'), {
      error: 'write a list of origins',
    })
    .default([]),
  /** Who may read `/metrics`: everybody, nobody, or who shows the token; unsaid: this machine. */
  metrics: z
    .union([z.boolean(), z.strictObject({ token: text('a token, from a variable') })])
    .optional(),
  trustedDocuments: z
    .strictObject({
      file: documentFile,
      /** Refuse every other document. */
      only: flag().default(false),
    })
    .optional(),
  persistedQueries: persistedQuerySettings,
});
export type ServerSettings = z.infer<typeof serverSettings> & { explorer: boolean };

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
