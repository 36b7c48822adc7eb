import { type GatewayError, toGatewayError } from '../errors.ts';
import { type Ref, refOf } from '../ids.ts';
import type { DeploymentFilter } from '../schema/inputs.ts';
import type { Call, Listing, ProviderSource, Source } from './provider.ts';

/** What could not be had of a provider, or of one of its scopes. */
export interface Failure {
  provider: string;
  scopeId: string | null;
  error: GatewayError;
}

/** A provider to ask, and within which of its scopes; `undefined`: all of it. */
export interface Target {
  provider: ProviderSource;
  within: readonly Ref[] | undefined;
}

/** The sources of all targets, each once, in the environments that the filter lets in. */
export async function findSources(
  targets: readonly Target[],
  filter: DeploymentFilter,
  call: Call,
): Promise<{ found: { provider: ProviderSource; source: Source }[]; failures: Failure[] }> {
  const failures: Failure[] = [];
  const asked = targets.flatMap(({ provider, within }) =>
    (within ?? [undefined]).map((scope) => listSources(provider, scope, filter, call, failures)),
  );
  const found = new Map<string, { provider: ProviderSource; source: Source }>();
  for (const { provider, sources } of await Promise.all(asked)) {
    for (const source of sources) found.set(source.scope.id, { provider, source });
  }
  return { found: [...found.values()], failures };
}

async function listSources(
  provider: ProviderSource,
  within: Ref | undefined,
  filter: DeploymentFilter,
  call: Call,
  failures: Failure[],
): Promise<{ provider: ProviderSource; sources: Source[] }> {
  const failed = (error: GatewayError) =>
    failures.push({ provider: provider.name, scopeId: within?.id ?? null, error });
  let listing: Listing<Source> = { items: [], faults: [] };
  try {
    const { items, faults } = await provider.listSources(within, call);
    listing = { items: await inEnvironments(provider, items, filter, call), faults };
  } catch (error) {
    call.signal.throwIfAborted();
    failed(toGatewayError(error, provider.name));
  }
  listing.faults.forEach(failed);
  return { provider, sources: listing.items };
}

/** The sources in the environments of a filter; asks for the scopes that do not tell theirs. */
async function inEnvironments(
  provider: ProviderSource,
  sources: Source[],
  { environments }: DeploymentFilter,
  call: Call,
): Promise<Source[]> {
  if (!environments) return sources;
  const wanted = new Set(environments.map((name) => name.toLowerCase()));
  const silent = sources.filter(({ scope }) => scope.environment === undefined);
  const scopes = silent.length
    ? await provider.getScopes(
        silent.map(({ scope }) => refOf(scope.id)),
        call,
      )
    : new Map<string, never>();
  return sources.filter(({ scope }) => {
    const known = scopes.get(scope.id) ?? scope;
    if (known instanceof Error) throw known;
    const { environment, nativeKey } = known;
    return (
      environment && (wanted.has(environment.toLowerCase()) || wanted.has(nativeKey.toLowerCase()))
    );
  });
}
