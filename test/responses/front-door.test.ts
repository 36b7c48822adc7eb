import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Grants } from '../../src/auth/grants.ts';
import { grantsOfNobody } from '../../src/auth/nobody.ts';
import { type Call, createCall } from '../../src/datasources/http/call.ts';
import { createInvalidations, type Invalidations } from '../../src/cache/invalidations.ts';
import { createResponseReuse } from '../../src/responses/reuse.ts';
import { createResponseStore } from '../../src/responses/store.ts';
import { openFrontDoor } from '../../src/server/front-door.ts';
import { startTestGateway } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** A server that says how often it was asked, behind the door. */
describe('the front door', () => {
  let app: FastifyInstance;
  let invalidations: Invalidations;
  let url: string;
  let runs: number;
  /** Lets the runs that wait here end. */
  let release: (() => void)[];
  let hold: boolean;
  let change: (call: Call) => void;
  let status: number;

  beforeEach(async () => {
    app = Fastify();
    invalidations = createInvalidations();
    const store = createResponseStore(1_000_000, invalidations);
    runs = 0;
    release = [];
    hold = false;
    change = () => undefined;
    status = 200;
    const viewers: Record<string, Grants | undefined> = {
      a: { ...grantsOfNobody(false), fingerprint: 'a' },
      b: { ...grantsOfNobody(false), fingerprint: 'b' },
    };
    const door = openFrontDoor(app, {
      reuse: createResponseReuse(store, ({ query }) => String(query)),
      authenticate: async (headers) => {
        const grants = viewers[(headers as Record<string, string>)['x-viewer'] ?? ''];
        if (!grants) throw new Error('nobody knows them');
        return { grants };
      },
      gate: { request: () => undefined },
    });
    app.post('/graphql', async (request, reply) => {
      const call = createCall(new AbortController().signal);
      Object.assign(call.rests, { freshUntil: Date.now() + 60_000 });
      call.rests.tags.add(['t']);
      door.admit(request.raw, call);
      runs += 1;
      const answer = { run: runs, asked: request.body };
      if (hold) await new Promise<void>((resolve) => release.push(resolve));
      change(call);
      reply.header('x-kept', 'yes').type('application/graphql-response+json');
      return reply.code(status).send(JSON.stringify(answer));
    });
    url = await app.listen({ port: 0 });
  });
  afterEach(() => app.close());

  const QUERY = '{ viewer { name } }';
  const ask = async (
    query = QUERY,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<{ run: number; headers: Headers }> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-viewer': 'a', ...headers },
      body: JSON.stringify({ query }),
      ...(signal && { signal }),
    });
    const { run } = (await response.json()) as { run: number };
    return { run, headers: response.headers };
  };

  test('sends a stored answer with its headers and a request id of its own', async () => {
    const first = await ask();
    const second = await ask('{ viewer\n{ name } }', { 'x-request-id': 'mine' });
    expect([first.run, second.run]).toEqual([1, 1]);
    expect(second.headers.get('x-kept')).toBe('yes');
    expect(second.headers.get('content-type')).toMatch('application/graphql-response+json');
    expect(second.headers.get('x-request-id')).toBe('mine');
  });

  test('runs an operation once for all who ask at the same time', async () => {
    hold = true;
    const answers = Array.from({ length: 20 }, () => ask());
    await waitFor('a run', () => release.length === 1);
    release.forEach((resolve) => resolve());
    expect((await Promise.all(answers)).map(({ run }) => run)).toEqual(Array(20).fill(1));
  });

  test.each([
    ['another viewer', { 'x-viewer': 'b' }],
    ['a viewer who is refused behind the door', { 'x-viewer': 'c' }],
    ['another form of answer', { accept: 'application/graphql-response+json' }],
    ['a page of another origin', { origin: 'https://other.example.com' }],
    ['whoever wants to know the cost', { 'x-deploygraph-upstream': '1' }],
  ])('%s gets an answer of its own', async (_who, headers) => {
    await ask();
    expect((await ask(QUERY, headers)).run).toBe(2);
    expect((await ask()).run).toBe(1);
  });

  test.each<[string, () => void]>([
    ['partial or stale', () => (change = ({ rests }) => (rests.whole = false))],
    ['no longer fresh', () => (change = ({ rests }) => (rests.freshUntil = 0))],
    ['refused', () => (status = 400)],
    ['out of date when it is done', () => (change = () => invalidations.add(['t']))],
  ])('what is %s is told to nobody else', async (_what, arrange) => {
    arrange();
    hold = true;
    const answers = [ask(), ask()];
    await waitFor('a run', () => release.length === 1);
    hold = false;
    release.forEach((resolve) => resolve());
    expect((await Promise.all(answers)).map(({ run }) => run).sort()).toEqual([1, 2]);
    expect((await ask()).run).toBe(3);
  });

  test('a client that hangs up takes nobody along', async () => {
    hold = true;
    const gone = new AbortController();
    const first = ask(QUERY, {}, gone.signal).catch(() => 'gone');
    await waitFor('a run', () => release.length === 1);
    const second = ask();
    gone.abort();
    expect(await first).toBe('gone');
    await waitFor('another run', () => release.length === 2);
    release.forEach((resolve) => resolve());
    expect((await second).run).toBe(2);
  });

  test('an invalidated answer is run anew', async () => {
    await ask();
    invalidations.add(['t']);
    expect((await ask()).run).toBe(2);
  });

  test('large bodies, other content and other addresses pass', async () => {
    const large = `# ${'x'.repeat(70_000)}\n${QUERY}`;
    expect([(await ask(large)).run, (await ask(large)).run]).toEqual([1, 2]);
    const odd = await fetch(`${url}/elsewhere`, { method: 'POST', body: '{}' });
    expect(odd.status).toBe(404);
  });
});

describe('in the gateway', () => {
  const LIST = '{ scopes(first: 3) { nodes { id name } failures { code } } }';

  test('an equal operation costs nothing, and errors and failures are not kept', async () => {
    const gateway = await startTestGateway({ cache: { enabled: true } });
    try {
      gateway.sandbox.cloud66.setFaults([{ status: 500 }]);
      const partial = await gateway.query<{ scopes: { failures: unknown[] } }>(LIST);
      expect(partial.data.scopes.failures).not.toEqual([]);
      gateway.sandbox.cloud66.setFaults([]);
      const whole = await gateway.query<{ scopes: { failures: unknown[] } }>(LIST);
      expect(whole.data.scopes.failures).toEqual([]);
      gateway.sandbox.humanitec.clearRequests();
      expect((await gateway.query(LIST)).data).toEqual(whole.data);
      expect(gateway.requestsTo('humanitec')).toEqual([]);

      const wrong = '{ node(id: "x") { id } }';
      const [first, second] = [await gateway.query(wrong), await gateway.query(wrong)];
      expect(first.errors[0]?.extensions.requestId).toBeTruthy();
      expect(first.errors[0]?.extensions.requestId).not.toBe(
        second.errors[0]?.extensions.requestId,
      );
    } finally {
      await gateway.close();
    }
  });

  test('health is asked anew each time', async () => {
    const gateway = await startTestGateway({ cache: { enabled: true } });
    try {
      const query = '{ provider(name: "cloud66") { health { requests } } }';
      type Health = { provider: { health: { requests: number } } };
      const before = (await gateway.query<Health>(query)).data.provider.health.requests;
      await gateway.query(LIST);
      const after = (await gateway.query<Health>(query)).data.provider.health.requests;
      expect(after).toBeGreaterThan(before);
    } finally {
      await gateway.close();
    }
  });
});
