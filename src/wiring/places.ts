import type { Realm } from '../auth/rights.ts';
import { createCall } from '../datasources/http/call.ts';
import type { ProviderSource } from '../datasources/provider.ts';
import { refOf } from '../ids.ts';
import { createLineage } from '../subscriptions/delivery/lineage.ts';
import type { Places } from '../subscriptions/delivery/selection.ts';

/** Time for asking a provider which scopes something is in. */
const PATIENCE_MS = 10_000;

/** Which scopes things are in, found out with the gateway's own credentials. */
export function createPlaces(
  sources: ReadonlyMap<string, ProviderSource>,
  realmOf: (provider: string) => Realm | undefined,
): Places {
  return {
    lineage: createLineage(sources),
    isWithin(targetId, scopeIds) {
      const target = refOf(targetId);
      const scopes = [...scopeIds]
        .map(refOf)
        .filter(({ provider }) => provider === target.provider);
      const whereabouts = realmOf(target.provider)?.whereabouts;
      if (!whereabouts || scopes.length === 0) return false;
      const source = sources.get(target.provider);
      if (whereabouts.areInIds || whereabouts.isWithin(target, scopes) || !source) {
        return whereabouts.isWithin(target, scopes);
      }
      const call = createCall(AbortSignal.timeout(PATIENCE_MS), Date.now() + PATIENCE_MS);
      return whereabouts
        .find([target], source, call)
        .then(() => whereabouts.isWithin(target, scopes));
    },
  };
}
