import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { createRecorder, openInitialised, openStream } from '../helpers/connections.ts';
import { startTestGatewayOf, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { describeWithRedis, readAll, startRedis, type TestRedis } from '../helpers/redis.ts';
import { type Body, type Send, TRANSPORTS } from '../helpers/transports.ts';
import { waitFor } from '../helpers/wait-for.ts';

leavesNothingBehind();

const hashOf = (query: string) => createHash('sha256').update(query).digest('hex');
const named = (query: string, sha256Hash = hashOf(query)) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash } },
});
const codeOf = ({ errors }: Body) => errors?.[0]?.extensions.code;
/** Unlike any other, whatever else was asked. */
const queryCalled = (name: string) => `query ${name} { providers { name } }`;

const byAddress =
  (path: string): Send =>
  async (url, { extensions, ...request }) => {
    const search = new URLSearchParams(request as Record<string, string>);
    search.set('extensions', JSON.stringify(extensions));
    const response = await fetch(`${url}${path}?${search.toString()}`, {
      headers: { 'apollo-require-preflight': 'yes' },
    });
    const text = await response.text();
    return JSON.parse(/^data: (.+)$/m.exec(text)?.[1] ?? text) as Body;
  };
const READERS: Record<string, Send> = {
  ...TRANSPORTS,
  'HTTP GET': byAddress('/graphql'),
  'SSE by GET': byAddress('/graphql/stream'),
};
const post = TRANSPORTS.HTTP;

describe('automatic persisted queries without Redis', () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;
  beforeAll(async () => {
    sandbox = await startSandbox();
    const server = { persistedQueries: { maxBytes: 200 } };
    gateway = await startTestGatewayOf(sandbox, { ...UNWATCHED, cache: { enabled: true }, server });
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  describe.each(Object.entries(TRANSPORTS))('over %s', (name, send) => {
    it('are run by their hash once the text was sent with it', async () => {
      const query = queryCalled(`Known${name}`);
      expect(await send(gateway.url, named(query))).toMatchObject({
        errors: [
          {
            message: 'PersistedQueryNotFound',
            extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', requestId: expect.any(String) },
          },
        ],
      });
      const known = await send(gateway.url, { query, ...named(query) });
      expect(known.data).toHaveProperty('providers');
      for (const read of Object.values(READERS)) {
        expect(await read(gateway.url, named(query))).toEqual(known);
      }
    });

    it.each([
      [
        'another text’s hash',
        hashOf('{ viewer { name } }'),
        /^extensions\.persistedQuery: sha25.*not/,
      ],
      ['what is no hash', 'abc', /^extensions\.persistedQuery: write .*64 small hexadecimal/],
    ])('are refused under %s, and not kept', async (_what, hash, message) => {
      const query = queryCalled(`Forged${name}`);
      const answer = await send(gateway.url, { query, ...named(query, hash) });
      expect(answer.data).toBeUndefined();
      expect(codeOf(answer)).toBe('BAD_USER_INPUT');
      expect(answer.errors?.[0]?.message).toMatch(message);
      for (const each of [hash, hashOf(query)]) {
        const later = await send(gateway.url, named(query, each));
        expect(later.data).toBeUndefined();
        expect(codeOf(later)).toBe(each === 'abc' ? 'BAD_USER_INPUT' : 'PERSISTED_QUERY_NOT_FOUND');
      }
    });

    it.each([
      ['cannot be read', `{ providers { ${name}`],
      ['ask for what there is not', `{ providers { ${name} } }`],
      [
        'ask for too much',
        `query ${name} { scopes(first: 100) { nodes { deployments(first: 100) { nodes { builds(first: 100) { nodes { id } } } } } } }`,
      ],
    ])('are not kept where they %s', async (_what, query) => {
      expect((await send(gateway.url, { query, ...named(query) })).errors).toHaveLength(1);
      expect(codeOf(await send(gateway.url, named(query)))).toBe('PERSISTED_QUERY_NOT_FOUND');
    });

    it('are run and not kept where they are longer than they may be', async () => {
      const query = `${queryCalled(`Long${name}`)} # ${'x'.repeat(200)}`;
      expect((await send(gateway.url, { query, ...named(query) })).data).toHaveProperty(
        'providers',
      );
      expect(codeOf(await send(gateway.url, named(query)))).toBe('PERSISTED_QUERY_NOT_FOUND');
    });
  });

  it('let the longest unused go when the memory for them is full', async () => {
    const server = { persistedQueries: { memoryMib: 1, maxBytes: 200_000 } };
    const small = await startTestGatewayOf(sandbox, { ...UNWATCHED, server });
    const long = (name: string) => `${queryCalled(name)} # ${'x'.repeat(150_000)}`;
    const names = ['A', 'B', 'C', 'D'];
    for (const query of names.map(long)) await post(small.url, { query, ...named(query) });
    const known = await Promise.all(names.map((name) => post(small.url, named(long(name)))));
    expect(known.map(({ data }) => Boolean(data))).toEqual([false, true, true, true]);
    await small.close();
  });

  it('do not let a page of another origin have a mutation run by its hash', async () => {
    const query =
      'mutation M($input: DeploymentActionInput!) { cancelDeployment(input: $input) { queued } }';
    const input = { deploymentId: 'none' };
    await post(gateway.url, { query, variables: { input }, ...named(query) });
    const variables = JSON.stringify({ input });
    const get = (path: string) => byAddress(path)(gateway.url, { variables, ...named(query) });
    const { errors } = await get('/graphql/stream');
    expect(errors?.[0]?.message).toBe('A mutation cannot be sent by GET; send it by POST.');
    expect((await get('/graphql')).errors?.[0]?.message).toMatch(/GET.*only.*quer/);
    const posted = await post(gateway.url, { variables: { input }, ...named(query) });
    // It was run, and found nothing.
    expect(posted).toMatchObject({ errors: [{ path: ['cancelDeployment'] }] });
  });
});

describeWithRedis('automatic persisted queries of instances that share a Redis', () => {
  const prefix = `persisted-${process.pid}`;
  let sandbox: Sandbox;
  let server: TestRedis;
  let redis: Redis;
  let here: TestGateway;
  let there: TestGateway;
  const running: TestGateway[] = [];

  const start = async (persistedQueries = {}, more: Record<string, unknown> = {}) => {
    const gateway = await startTestGatewayOf(sandbox, {
      ...UNWATCHED,
      redis: { url: server.url, prefix, patienceMs: 1_000 },
      server: { persistedQueries, ...more },
    });
    running.push(gateway);
    await waitFor('Redis', () => isUp(gateway));
    return gateway;
  };
  const isUp = async ({ url }: TestGateway) => {
    const ready = (await (await fetch(`${url}/health/ready`)).json()) as {
      parts: { redis: string };
    };
    return ready.parts.redis === 'up';
  };
  beforeAll(async () => {
    sandbox = await startSandbox();
    server = await startRedis();
    redis = new Redis(server.url);
    [here, there] = [await start(), await start()];
  });
  afterAll(async () => {
    for (const gateway of running) await gateway.close();
    await sandbox.close();
    redis.disconnect();
    await server.stop();
  });
  const keyOf = (query: string) => `${prefix}:{documents}:${hashOf(query)}`;
  const register = async (send: Send, { url }: TestGateway, query: string) => {
    const answer = await send(url, { query, ...named(query) });
    expect(answer.errors).toBeUndefined();
    await waitFor('Redis to have it', () => redis.exists(keyOf(query)));
    return answer;
  };

  it.each(Object.entries(TRANSPORTS))('that come over %s are known to all', async (name, send) => {
    for (const [reader, read] of Object.entries(READERS)) {
      const query = queryCalled(`From${name}To${reader.replaceAll(' ', '')}`);
      const known = await register(send, here, query);
      expect(await read(there.url, named(query))).toEqual(known);
    }
  });

  it('begin subscriptions over both transports', async () => {
    const query = 'subscription Short { deploymentStatusChanged { cursor rawStatus } }';
    const client = await openInitialised(here.url);
    client.send({ id: '1', type: 'subscribe', payload: { query, ...named(query) } });
    await waitFor('Redis to have it', () => redis.exists(keyOf(query)));
    const other = await openInitialised(there.url);
    other.send({ id: '1', type: 'subscribe', payload: { query: '', ...named(query) } });
    const stream = await openStream(there.url, named(query));
    let text = '';
    stream.on('data', (part: Buffer) => (text += part.toString()));
    await waitFor('them', () => there.gateway.deliveryStatus().subscribers === 2);
    const { put } = await createRecorder(there);
    await put('told');
    await waitFor('the event', () => text.includes('"rawStatus":"told"'));
    for (const { messages } of [client, other]) {
      await waitFor('the event', () => JSON.stringify(messages).includes('"rawStatus":"told"'));
    }
    stream.destroy();
    for (const { socket } of [client, other]) socket.terminate();
  });

  it('are in Redis for a time, and no value is there with them', async () => {
    const query = `query Q($id: ID!) { node(id: $id) { id } }`;
    const extensions = named(query);
    await post(here.url, { query, variables: { id: 'marked-variable' }, ...extensions });
    await waitFor('Redis to have it', () => redis.exists(keyOf(query)));
    const lifeMs = await redis.pttl(keyOf(query));
    expect(lifeMs).toBeGreaterThan(23 * 3_600_000);
    expect(lifeMs).toBeLessThanOrEqual(24 * 3_600_000);

    const set = (value: string) => `mutation { setEnvironmentVariables(input: {
      ownerId: "none", variables: [{ name: "A", value: ${value} }] }) { changedNames } }`;
    for (const written of ['"marked-value"', '"""marked-value"""'].map(set)) {
      await post(here.url, { query: written, ...named(written) });
      // It is known where it was registered, only there.
      expect(codeOf(await post(here.url, named(written)))).not.toBe('PERSISTED_QUERY_NOT_FOUND');
      expect(codeOf(await post(there.url, named(written)))).toBe('PERSISTED_QUERY_NOT_FOUND');
    }
    const all = await readAll(redis);
    expect(all).toContain('query Q($id: ID!)');
    expect(all).not.toContain('marked-');
  });

  it('are no more than there may be, and the longest known go first', async () => {
    await redis.flushall();
    const few = await start({ maxShared: 3 });
    const queries = ['One', 'Two', 'Three', 'Four', 'Five'].map(queryCalled);
    for (const query of queries) await register(post, few, query);
    expect((await redis.keys(`${prefix}:{documents}:*`)).sort()).toEqual(
      [...queries.slice(2).map(keyOf), `${prefix}:{documents}:index`].sort(),
    );
    const known = await Promise.all(queries.map((query) => post(there.url, named(query))));
    expect(known.map(({ data }) => Boolean(data))).toEqual([false, false, true, true, true]);
  });

  it('are run only where Redis says what was asked for', async () => {
    const query = queryCalled('Spoilt');
    await redis.set(keyOf(query), '{ viewer { name } }');
    expect(codeOf(await post(there.url, named(query)))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('go on by memory while Redis is silent, and are shared when it is back', async () => {
    const [known, fresh] = ['Before', 'Meanwhile'].map(queryCalled) as [string, string];
    await register(post, here, known);
    const thaw = server.freeze();
    expect((await post(here.url, named(known))).data).toHaveProperty('providers');
    expect(codeOf(await post(here.url, named(fresh)))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await post(here.url, { query: fresh, ...named(fresh) })).errors).toBeUndefined();
    expect((await post(here.url, named(fresh))).data).toHaveProperty('providers');
    thaw();
    await waitFor('Redis', async () => (await isUp(here)) && (await isUp(there)));
    await register(post, here, fresh);
    expect((await post(there.url, named(fresh))).data).toHaveProperty('providers');
  });

  it('are nothing to an instance that runs trusted documents only', async () => {
    const file = 'examples/generated/trusted-documents.json';
    const strict = await start({}, { trustedDocuments: { file, only: true } });
    const [hash = ''] = Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object);
    const query = queryCalled('Untrusted');
    await register(post, here, query);
    for (const [name, read] of Object.entries(READERS)) {
      expect([name, codeOf(await read(strict.url, named(query)))]).toEqual([name, 'FORBIDDEN']);
      const again = await read(strict.url, { query, ...named(query) });
      expect([name, codeOf(again)]).toEqual([name, 'FORBIDDEN']);
      const trusted = await read(strict.url, named('', hash));
      expect([name, codeOf(trusted)]).not.toEqual([name, 'FORBIDDEN']);
    }
  });
});
