import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { Status } from '../../src/schema/enums.ts';
import { type Collector, type SeenSpan, startCollector } from '../helpers/collector.ts';
import { follow } from '../helpers/follow.ts';
import { startTestGatewayOf, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const LIST = `query Newest { deployments(first: 2, filter: { providers: ["humanitec"] }) { nodes { id status } } }`;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Runs a gateway that traces, closes it, and returns what the collector was sent by then. */
async function trace(
  work: (gateway: TestGateway) => Promise<void>,
  traces: Record<string, unknown> = {},
  more: Record<string, unknown> = UNWATCHED,
  retries = 0,
): Promise<{ collector: Collector; spans: SeenSpan[] }> {
  const collector = await startCollector();
  const observability = { traces: { url: collector.url, ...traces } };
  const gateway = await startTestGatewayOf(sandbox, { observability, ...more }, { retries });
  gateway.clear();
  try {
    await work(gateway);
  } finally {
    await gateway.close();
    await collector.close();
  }
  return { collector, spans: collector.spans() };
}

const only = (spans: SeenSpan[], name: string): SeenSpan => {
  const [found, ...others] = spans.filter((span) => span.name === name);
  if (!found || others.length > 0) {
    throw new Error(`one ${name} of ${spans.map((span) => span.name).join(', ')}`);
  }
  return found;
};

describe('the trace of an operation', () => {
  it('joins that of its caller, and every request upstream is a part of it', async () => {
    const { collector, spans } = await trace(
      async (gateway) => {
        const traceparent = `00-${TRACE}-${CALLER}-01`;
        const { errors } = await gateway.query(LIST, {}, { traceparent, 'x-request-id': 'mine' });
        expect(errors).toEqual([]);
      },
      { headers: { 'x-team': 'platform' }, serviceName: 'test' },
      { ...UNWATCHED, cache: { enabled: true } },
    );
    const requests = sandbox.humanitec.requests();
    expect(requests.length).toBeGreaterThan(1);
    expect(collector.services()).toContain('test');
    expect(collector.headers[0]).toHaveProperty('x-team', 'platform');

    const operation = only(spans, 'query Newest');
    expect(operation).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: 2 });
    expect(operation.attributes).toEqual({
      'deploygraph.request_id': 'mine',
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Newest',
      'deploygraph.outcome': 'succeeded',
      'deploygraph.upstream_requests': requests.length,
    });

    const loads = spans.filter(({ name }) => name.startsWith('load '));
    const upstream = spans.filter(({ kind }) => kind === 3);
    expect(upstream).toHaveLength(requests.length);
    expect(loads.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['load sources', 'load deployments']),
    );
    const above = new Map(spans.map((span) => [span.spanId, span]));
    for (const span of upstream) {
      expect(span.attributes).toMatchObject({
        'deploygraph.provider': 'humanitec',
        'http.response.status_code': 200,
      });
      expect(above.get(span.parentSpanId ?? '')?.name).toMatch(/^load /);
    }
    for (const span of loads) expect(span.parentSpanId).toBe(operation.spanId);
    for (const span of spans) expect(span.traceId).toBe(TRACE);
  });

  it('shows routes and no ids', async () => {
    const { collector } = await trace(async (gateway) => {
      const { data } = await gateway.query<{ deployments: { nodes: { id: string }[] } }>(
        '{ deployments(first: 20) { nodes { id version { id } scope { id } errors { message } } } }',
      );
      await gateway.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
        ids: data.deployments.nodes.map(({ id }) => id),
      });
    });
    const routes = new Set(
      collector.spans().flatMap(({ attributes }) => attributes['url.template'] ?? []),
    );
    expect([...routes].sort()).toMatchInlineSnapshot(`
     [
       "/orgs/{}/apps",
       "/orgs/{}/apps/{}/envs",
       "/orgs/{}/apps/{}/envs/{}/deploys",
       "/orgs/{}/apps/{}/envs/{}/deploys/{}",
       "/orgs/{}/apps/{}/envs/{}/deploys/{}/errors",
       "/projects",
       "/projects/{}/deployments",
       "/projects/{}/deployments/{}",
       "/projects/{}/deployments/{}/versions",
       "/projects/{}/deployments/{}/versions/{}/revisions/{}",
       "/stacks.json",
       "/stacks/{}/deployments.json",
       "/stacks/{}/deployments/{}.json",
       "/v3/deployments",
     ]
    `);
  });

  it('tells each attempt, and how it failed', async () => {
    const { spans } = await trace(
      async (gateway) => {
        gateway.sandbox.humanitec.setFaults([{ path: '/apps', status: 503, times: 2 }]);
        const { errors } = await gateway.query(LIST);
        expect(errors).toEqual([]);
        await gateway.query('query Wrong { nothing }');
      },
      {},
      UNWATCHED,
      2,
    );
    const attempts = spans.filter(
      ({ attributes }) => attributes['url.template'] === '/orgs/{}/apps',
    );
    expect(
      attempts.map(({ status, attributes }) => [
        status.code,
        attributes['http.response.status_code'],
        attributes['http.request.resend_count'],
        attributes['error.type'],
      ]),
    ).toEqual([
      [2, 503, undefined, 'PROVIDER_UNAVAILABLE'],
      [2, 503, 1, 'PROVIDER_UNAVAILABLE'],
      [0, 200, 2, undefined],
    ]);
    expect(only(spans, 'query Newest').status.code).toBe(0);
    expect(only(spans, 'operation')).toMatchObject({
      status: { code: 2 },
      attributes: { 'deploygraph.outcome': 'failed', 'error.type': 'BAD_USER_INPUT' },
    });
  });
});

describe('what nobody asked for by HTTP', () => {
  it('is traced too: subscriptions, looks, and deliveries', async () => {
    const query = 'subscription Changes { deploymentStatusChanged { cursor deployment { id } } }';
    const { spans } = await trace(
      async (gateway) => {
        const { data } = await gateway.query<{
          deployments: { nodes: { id: string; scope: { id: string } }[] };
        }>('{ deployments(first: 1) { nodes { id scope { id } } } }');
        const [row] = data.deployments.nodes;
        if (!row) throw new Error('there is no deployment');
        const follower = follow('WebSocket', { url: gateway.url, query });
        await waitFor('looks', () =>
          gateway.gateway.watcher.status().some(({ lastLookAt }) => lastLookAt),
        );
        const seen = { type: 'Deployment', rawStatus: 'seen', occurredAt: null } as const;
        for (const status of [Status.SUCCEEDED, Status.FAILED]) {
          const what = { ...seen, subjectId: row.id, scopeId: row.scope.id, status };
          await gateway.events.record(row.scope.id, [what], 99);
        }
        await waitFor('the event', () => follower.seen.length > 0);
        follower.stop();
      },
      {},
      {},
    );
    expect(only(spans, 'subscription Changes').attributes['deploygraph.outcome']).toBe('succeeded');
    const look = spans.find(({ name }) => name.startsWith('look at '));
    const delivery = spans.find(({ name }) => name === 'deliver an event');
    for (const span of [look, delivery]) {
      expect(span?.parentSpanId).toBeUndefined();
      expect(spans.filter(({ parentSpanId }) => parentSpanId === span?.spanId)).not.toEqual([]);
    }
  });
});

describe('what is kept, and what is told to others', () => {
  it.each([
    ['the share of traces that is configured', 0, undefined, 0],
    ['what the caller keeps', 0, `00-${TRACE}-${CALLER}-01`, 1],
    ['not what the caller does not keep', 1, `00-${TRACE}-${CALLER}-00`, 0],
    ['as its own what names no trace', 1, '00-nonsense', 1],
  ])('keeps %s', async (_what, sampleRatio, traceparent, kept) => {
    const { spans } = await trace(
      async (gateway) => {
        await gateway.query('query Me { viewer { name } }', {}, traceparent ? { traceparent } : {});
      },
      { sampleRatio },
    );
    expect(spans.filter(({ name }) => name === 'query Me')).toHaveLength(kept);
  });

  it.each([
    ['nothing', undefined],
    ['which span a request is', true],
  ])('tells providers %s', async (_what, propagate) => {
    const { spans } = await trace(
      async (gateway) => {
        await gateway.query(LIST);
      },
      propagate ? { propagate } : {},
    );
    const told = sandbox.humanitec.requests().map(({ partOf }) => partOf?.traceparent);
    const own = spans.flatMap(({ kind, traceId, spanId }) =>
      kind === 3 ? [propagate && `00-${traceId}-${spanId}-01`] : [],
    );
    expect(own.length).toBeGreaterThan(0);
    expect(told.sort()).toEqual(own.sort());
  });

  it('closes when the collector is not there', async () => {
    const gateway = await startTestGatewayOf(sandbox, {
      ...UNWATCHED,
      observability: { traces: { url: 'http://127.0.0.1:1/v1/traces' } },
    });
    expect((await gateway.query('{ viewer { name } }')).errors).toEqual([]);
    await gateway.close();
  });
});
