import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type Cache, createCache } from '../../src/cache/cache.ts';
import { credentialScope } from '../../src/cache/credentials.ts';
import { cachedSource } from '../../src/cache/source.ts';
import { tagsOfChange } from '../../src/cache/tags.ts';
import type { ProviderSource } from '../../src/datasources/provider.ts';
import { cloudFoundry } from '../../src/datasources/cloudfoundry/index.ts';
import { GatewayError } from '../../src/errors.ts';
import { refOf } from '../../src/ids.ts';
import { createProvider, newCall, present } from '../helpers/provider.ts';

describe('a provider that remembers', () => {
  let sandbox: Sandbox;
  let cache: Cache;
  let now = 0;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  beforeEach(() => {
    now = Date.now();
    cache = createCache({ memoryBytes: 2 ** 24, now: () => now });
    sandbox.cloudfoundry.setFaults([]);
    sandbox.cloudfoundry.clearRequests();
  });
  afterAll(() => sandbox.close());

  const foundation = (token = 'sandbox'): ProviderSource => {
    const options = { credentials: { token } };
    const { url } = sandbox.cloudfoundry;
    const source = createProvider(cloudFoundry, url, options);
    return cachedSource(source, cache, credentialScope(source.name, url, options));
  };
  const asked = () => sandbox.cloudfoundry.requests().length;
  const listAll = async (provider: ProviderSource) => {
    const call = newCall();
    const { items } = await provider.listSources(undefined, call);
    const [source] = items;
    if (!source) throw new Error('the foundation is the source');
    const query = { from: 'newest', limit: 10 } as const;
    return { call, slice: await provider.listDeployments(source, query, call) };
  };

  it('has the rows of a list for whoever asks by id', async () => {
    const provider = foundation();
    const { slice } = await listAll(provider);
    const count = asked();
    const refs = slice.items.map(({ id }) => refOf(id));
    const rows = await provider.getDeployments(refs, newCall());
    expect(slice.items.map(({ id }) => present(rows, id))).toEqual(slice.items);
    expect(asked()).toBe(count);
  });

  it('forgets the rows of a scope and the lists over it when something happens in it', async () => {
    const provider = foundation();
    const { call, slice } = await listAll(provider);
    const [row] = slice.items;
    if (!row) throw new Error('there are deployments');
    const tags = tagsOfChange(row.scopeId, row.id);
    expect([...call.rests.tags].flat().some((tag) => tags.includes(tag))).toBe(true);
    const count = asked();
    await cache.invalidate(tags);
    await listAll(provider);
    expect(asked()).toBeGreaterThan(count);
  });

  it('says in a list that it is out of date, where its provider is not there', async () => {
    const provider = foundation();
    const { slice } = await listAll(provider);
    now += 60_000;
    sandbox.cloudfoundry.setFaults([{ status: 503 }]);
    const old = await listAll(provider);
    expect(old.slice.items).toEqual(slice.items);
    expect(old.slice.faults).toMatchObject([{ code: 'PROVIDER_UNAVAILABLE', stale: true }]);
    expect(old.call.rests.whole).toBe(false);
  });

  it('shows nothing to one token that another has read, also when they ask together', async () => {
    const [mine, yours] = [foundation(), foundation('wrong')];
    const [allowed, refused] = await Promise.allSettled([listAll(mine), listAll(yours)]);
    expect(allowed.status).toBe('fulfilled');
    expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(GatewayError) });
    await expect(listAll(yours)).rejects.toMatchObject({ code: 'PROVIDER_UNAUTHORIZED' });
  });
});
