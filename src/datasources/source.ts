import { createHttpClient } from './http/client.ts';
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

/** Makes a provider, with HTTP clients that are limited and timed as its entry says. */
export function createSource<Options>(
  definition: ProviderDefinition<Options>,
  { name, baseUrl, timeoutMs, concurrency, retries }: SourceSettings,
  options: Options,
): ProviderSource {
  return definition.create(
    {
      name,
      baseUrl,
      createHttp: (dialect, otherBaseUrl) =>
        createHttpClient({
          provider: name,
          baseUrl: otherBaseUrl ?? baseUrl,
          dialect,
          timeoutMs,
          concurrency,
          retries,
        }),
    },
    options,
  );
}
