import type { ProviderAccess } from '../auth/credentials.ts';
import type { ProviderSource } from '../datasources/provider.ts';
import { ErrorCode, GatewayError } from '../errors.ts';
import { providerNameOf, type Ref, refOf } from '../ids.ts';
import type { DeliveryOptions } from '../subscriptions/delivery/delivery.ts';
import type { LiveOperation } from '../subscriptions/delivery/subscriber.ts';
import type { Interest, Watcher } from '../subscriptions/watch/watcher.ts';

type AreaOf = LiveOperation['areaOf'];

/**
 * Has watched what a subscription wants to know of, where the gateway can watch it and whoever
 * subscribed may see any of it: what they are never told must not cost requests.
 */
export function watchFor(
  watcher: Watcher,
  { watching }: ProviderAccess,
): DeliveryOptions['onInterest'] {
  return ({ type, ids, scopeIds, providers }, areaOf) => {
    // Writes go through the gateway: nobody has to look for them.
    if (type === 'Write') return () => undefined;
    const targets = [...(ids ?? []), ...(scopeIds ?? [])];
    for (const name of [...(providers ?? []), ...targets.map(providerNameOf)]) {
      if (!watching.has(name)) throw unwatched(name);
    }
    const wanted =
      ids || scopeIds
        ? [{ ids: targets.flatMap((id) => visibleTargets(refOf(id), watching, areaOf)) }]
        : visibleProviders(providers, [...watching.keys()], areaOf);
    const releases = wanted.map((interest) => watcher.interest(interest));
    return () => {
      for (const release of releases) release();
    };
  };
}

/** Providers as a whole, and of those that are seen in parts these; all of all are one interest. */
function visibleProviders(
  asked: ReadonlySet<string> | undefined,
  all: readonly string[],
  areaOf: AreaOf,
): Interest[] {
  const names = asked ? [...asked] : all;
  const whole = names.filter((name) => areaOf(name) === 'everywhere');
  if (!asked && whole.length === names.length) return [{}];
  const ids = names.flatMap((name) => partsOf(areaOf(name))).map(({ id }) => id);
  return [{ providers: whole }, { ids }];
}

/**
 * What to watch for the sake of one target: itself where any of its unit may be seen; the visible
 * scopes where it spans several units; nothing where nothing can be seen of it.
 */
function visibleTargets(
  target: Ref,
  watching: ReadonlyMap<string, ProviderSource>,
  areaOf: AreaOf,
): string[] {
  const area = areaOf(target.provider);
  if (area === 'everywhere') return [target.id];
  const unitOf = (ref: Ref) => watching.get(target.provider)?.watch.unitOf(ref)?.id;
  const unit = unitOf(target);
  if (unit === undefined) return area.map(({ id }) => id);
  const isSeen = area.some((scope) => (unitOf(scope) ?? unit) === unit);
  return isSeen ? [target.id] : [];
}

function partsOf(area: ReturnType<AreaOf>): readonly Ref[] {
  return area === 'everywhere' ? [] : area;
}

function unwatched(provider: string): GatewayError {
  return new GatewayError(
    ErrorCode.UNSUPPORTED,
    `${provider} is asked with the tokens of its viewers only, so nobody can watch it for them. An operator can give it watchCredentials.`,
    { provider },
  );
}
