import type { ProviderAccess } from '../auth/credentials.ts';
import { ErrorCode, GatewayError } from '../errors.ts';
import { providerNameOf } from '../ids.ts';
import type { DeliveryOptions } from '../subscriptions/delivery/delivery.ts';
import type { Watcher } from '../subscriptions/watch/watcher.ts';

/** Has watched what a subscription wants to know of, where the gateway can watch it. */
export function watchFor(
  watcher: Watcher,
  { watching }: ProviderAccess,
): DeliveryOptions['onInterest'] {
  return ({ type, ids, scopeIds, providers }) => {
    // Writes go through the gateway: nobody has to look for them.
    if (type === 'Write') return () => undefined;
    const targets = [...(ids ?? []), ...(scopeIds ?? [])];
    for (const name of [...(providers ?? []), ...targets.map(providerNameOf)]) {
      if (!watching.has(name)) throw unwatched(name);
    }
    return watcher.interest(
      ids || scopeIds ? { ids: targets } : providers ? { providers: [...providers] } : {},
    );
  };
}

function unwatched(provider: string): GatewayError {
  return new GatewayError(
    ErrorCode.UNSUPPORTED,
    `${provider} is asked with the tokens of its viewers only, so nobody can watch it for them. An operator can give it watchCredentials.`,
    { provider },
  );
}
