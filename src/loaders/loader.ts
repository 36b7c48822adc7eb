import DataLoader from 'dataloader';
import type { Batch, Call, ProviderSource } from '../datasources/provider.ts';
import { groupBy } from '../datasources/batch.ts';
import { toGatewayError } from '../errors.ts';
import { providerNameOf, type Ref, refOf } from '../ids.ts';

export type Providers = ReadonlyMap<string, ProviderSource>;

/** Reads by id: `null` for what does not exist, or whose provider is not there. */
export type ById<T> = DataLoader<string, T | null>;

/** Batches ids of one tick, asks each provider once, and answers in the order of the keys. */
export function createByIdLoader<T>(
  providers: Providers,
  call: Call,
  read: (provider: ProviderSource, refs: Ref[], call: Call) => Promise<Batch<T>> | undefined,
): ById<T> {
  return new DataLoader(async (ids) => {
    const groups = groupBy(ids.map(refOf), ({ provider }) => provider);
    const answers = await readGroups(providers, groups, (provider, refs) =>
      read(provider, refs, call),
    );
    return ids.map((id) => answers.get(id) ?? null);
  });
}

/** The same for reads that need the object itself, not just its id. */
export function createByObjectLoader<Item extends { id: string }, T>(
  providers: Providers,
  call: Call,
  read: (provider: ProviderSource, items: Item[], call: Call) => Promise<Batch<T>> | undefined,
): DataLoader<Item, T | null, string> {
  return new DataLoader<Item, T | null, string>(
    async (items) => {
      const groups = groupBy(items, ({ id }) => providerNameOf(id));
      const answers = await readGroups(providers, groups, (provider, group) =>
        read(provider, group, call),
      );
      return items.map(({ id }) => answers.get(id) ?? null);
    },
    { cacheKeyFn: ({ id }) => id },
  );
}

/** Asks each provider for its share; one that fails fails its share alone. */
async function readGroups<Item extends { id: string }, T>(
  providers: Providers,
  groups: ReadonlyMap<string, Item[]>,
  read: (provider: ProviderSource, items: Item[]) => Promise<Batch<T>> | undefined,
): Promise<Map<string, T | Error>> {
  const answers = new Map<string, T | Error>();
  await Promise.all(
    [...groups].map(async ([name, group]) => {
      const provider = providers.get(name);
      if (!provider) return;
      try {
        for (const [id, answer] of (await read(provider, group)) ?? []) answers.set(id, answer);
      } catch (error) {
        const failure = toGatewayError(error, name);
        for (const { id } of group) answers.set(id, failure);
      }
    }),
  );
  return answers;
}
