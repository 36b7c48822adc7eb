import type { GatewayError } from '../errors.ts';
import type { ShareBudget } from './http/budget-talk.ts';
import { createHttpClient } from './http/client.ts';
import type { Attempt } from './http/attempt.ts';
import { createLine, type Line, type OnEnd } from './http/line.ts';
import type { ProviderDefinition, ProviderSource } from './provider.ts';

/** An entry of the configuration, as far as every kind of provider has it. */
export interface SourceSettings {
  name: string;
  baseUrl: string;
  /** Time for one request, in milliseconds. */
  timeoutMs: number;
  /** Requests under way at a time. */
  concurrency: number;
  /** How often a read that could not be answered is repeated. */
  retries: number;
}

/** The lines of one entry by the URL of the service, see `Line`. */
export type Lines = (baseUrl: string) => Line;

/** Lines that several sources of an entry share, which differ in their credentials. */
export function createLines(
  { name, timeoutMs, concurrency }: SourceSettings,
  onEnd?: OnEnd,
): Lines {
  const lines = new Map<string, Line>();
  return (baseUrl) => {
    const line =
      lines.get(baseUrl) ?? createLine({ provider: name, timeoutMs, concurrency, onEnd });
    lines.set(baseUrl, line);
    return line;
  };
}

export interface SourceExtras {
  /** What it shares with the entry's other sources; absent: nothing. */
  lines?: Lines | undefined;
  /** How instances share the budget of a service, by its URL; absent: each goes on alone. */
  share?: ((baseUrl: string) => ShareBudget) | undefined;
  /** Is told of each request that was sent. */
  report?: ((attempt: Attempt) => void) | undefined;
  /** Why nothing can be asked: every request fails with it before it is sent. */
  refusal?: GatewayError;
}

/** Makes a provider, with HTTP clients that are limited and timed as its entry says. */
export function createSource<Options>(
  definition: ProviderDefinition<Options>,
  { name, baseUrl, timeoutMs, concurrency, retries }: SourceSettings,
  options: Options,
  { lines, share, report, refusal }: SourceExtras = {},
): ProviderSource {
  return definition.create(
    {
      name,
      baseUrl,
      createHttp: (dialect, otherBaseUrl) =>
        createHttpClient({
          provider: name,
          baseUrl: otherBaseUrl ?? baseUrl,
          dialect: refusal ? { ...dialect, authorize: () => Promise.reject(refusal) } : dialect,
          timeoutMs,
          concurrency,
          retries,
          line: lines?.(otherBaseUrl ?? baseUrl),
          share: share?.(otherBaseUrl ?? baseUrl),
          report,
        }),
    },
    options,
  );
}
