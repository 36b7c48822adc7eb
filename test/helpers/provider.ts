import { createCall } from '../../src/datasources/http/call.ts';
import type {
  Call,
  DeploymentSlice,
  ProviderDefinition,
  ProviderSource,
  Source,
} from '../../src/datasources/provider.ts';
import { createSource } from '../../src/datasources/source.ts';
import { GatewayError } from '../../src/errors.ts';
import type { Deployment } from '../../src/schema/deployment.ts';

/** Makes a provider as the gateway does, for tests below GraphQL. */
export function createProvider<Options>(
  definition: ProviderDefinition<Options>,
  baseUrl: string,
  options: unknown,
  { name = 'under-test', timeoutMs = 5_000, retries = 0 } = {},
): ProviderSource {
  return createSource(
    definition,
    { name, baseUrl, timeoutMs, concurrency: 8, retries },
    definition.options.parse(options),
  );
}

/** A fresh operation without a deadline. */
export function newCall(signal: AbortSignal = new AbortController().signal): Call {
  return createCall(signal);
}

/** The value at a key of a batch; fails when it is absent or an error. */
export function present<T>(batch: ReadonlyMap<string, T | GatewayError>, id: string): T {
  const value = batch.get(id);
  if (value === undefined) throw new Error(`absent: ${Buffer.from(id, 'base64url').toString()}`);
  if (value instanceof GatewayError) throw value;
  return value;
}

/** Reads a source's deployments from the newest to the oldest, `step` at a time. */
export async function walk(
  provider: ProviderSource,
  source: Source,
  step: number,
): Promise<Deployment[]> {
  const seen = new Map<string, Deployment>();
  let from: 'newest' | Date | 'undated' = 'newest';
  for (let turn = 0; turn < 1_000; turn += 1) {
    const slice: DeploymentSlice = await provider.listDeployments(
      source,
      { from, limit: step },
      newCall(),
    );
    for (const row of slice.items) seen.set(row.id, row);
    if (slice.complete) return [...seen.values()];
    const last = slice.items.at(-1);
    if (!last) throw new Error('an incomplete slice must have rows');
    const next = last.createdAt ?? 'undated';
    if (next === from || (next instanceof Date && from instanceof Date && +next === +from)) {
      from = next instanceof Date ? new Date(next.getTime() - 1) : next;
    } else {
      from = next;
    }
  }
  throw new Error('the walk does not end');
}
