import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Status } from '../../src/schema/enums.ts';
import { ask } from '../helpers/ask.ts';
import { follow } from '../helpers/follow.ts';
import { startTestGateway, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';

const SEEN = { type: 'Deployment', rawStatus: 'seen', occurredAt: null } as const;

/** Samples by name and labels, as they are written; a line that is none fails. */
function parse(text: string): Map<string, number> {
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const parts = /^([a-zA-Z_:][\w:]*(?:\{(?:\w+="[^"\n]*",?)*\})?) (\S+)$/.exec(line);
      const [, name = '', value = ''] = parts ?? [];
      if (!parts || !/^([+-]?[\d.]+(e[+-]?\d+)?|[+-]?Inf|Nan)$/i.test(value)) throw new Error(line);
      return [name, Number(value)];
    }),
  );
}

describe('/metrics', () => {
  let gateway: TestGateway;
  let text = '';
  let ids: string[] = [];

  const scrape = async () => {
    const response = await fetch(`${gateway.url}/metrics`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    text = await response.text();
    return parse(text);
  };

  beforeAll(async () => {
    gateway = await startTestGateway({ ...UNWATCHED, cache: { enabled: true } });
  });
  afterAll(() => gateway.close());

  it('tells what happened, in exact counts', async () => {
    const list = (provider: string) =>
      `{ deployments(first: 1, filter: { providers: ["${provider}"] }) { nodes { id scope { id } } } }`;
    const first = await ask<{ deployments: { nodes: { id: string; scope: { id: string } }[] } }>(
      gateway.url,
      list('cloud66'),
    );
    const subject = first.data.deployments.nodes[0];
    if (!subject) throw new Error('cloud66 has no deployment');
    ids = [subject.id, subject.scope.id];
    await ask(gateway.url, list('cloud66'));
    const sent = gateway.requestsTo('cloud66').length;
    gateway.sandbox.humanitec.setFaults([{ path: '/', status: 429 }]);
    await ask(gateway.url, list('humanitec'));
    const throttled = gateway.requestsTo('humanitec').length;
    await ask(gateway.url, '{ nothing }');

    const query = 'subscription { deploymentStatusChanged { cursor } }';
    const follower = follow('WebSocket', { url: gateway.url, query });
    await waitFor('the subscription', () => gateway.gateway.deliveryStatus().subscribers === 1);
    for (const status of [Status.SUCCEEDED, Status.FAILED]) {
      await gateway.events.record(
        subject.scope.id,
        [{ ...SEEN, scopeId: subject.scope.id, subjectId: subject.id, status }],
        1,
      );
    }
    await waitFor('the event', () => follower.seen.length === 1);
    const figures = await scrape();
    follower.stop();

    expect(sent).toBeGreaterThan(0);
    expect(throttled).toBeGreaterThan(0);
    const of = (name: string) => figures.get(`deploygraph_${name}`);
    expect({
      stored: of('responses_total{use="stored"}'),
      cloud66: of('upstream_requests_total{provider="cloud66",outcome="succeeded"}'),
      timed: of('upstream_request_duration_seconds_count{provider="cloud66"}'),
      throttled: of(
        'upstream_requests_total{provider="humanitec",outcome="PROVIDER_RATE_LIMITED"}',
      ),
      circuit: of('circuit_state{provider="cloud66",state="CLOSED"}'),
      subscriptions: of(
        'operation_duration_seconds_count{type="subscription",outcome="succeeded"}',
      ),
      refused: of('operation_duration_seconds_count{type="unknown",outcome="failed"}'),
      subscribers: of('subscribers'),
      delivered: of('events_delivered_total'),
      lag: of('event_lag_seconds_count'),
    }).toEqual({
      stored: 1,
      cloud66: sent,
      timed: sent,
      throttled,
      circuit: 1,
      subscriptions: 1,
      refused: 1,
      subscribers: 1,
      delivered: 1,
      lag: 1,
    });
    expect(of('cache_loads_total')).toBeGreaterThan(0);
    expect(of('cache_bytes')).toBeGreaterThan(0);
  });

  it('holds no secret and no id', () => {
    for (const id of [...ids, 'Bearer', 'token']) expect(text).not.toContain(id);
    expect(ids).toHaveLength(2);
  });

  it('exports all that the dashboard draws and the documents name', async () => {
    const figures = await scrape();
    const exported = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const named = ['docs/grafana-dashboard.json', 'docs/operations.md'].flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/\b(?:deploygraph|nodejs)_\w+[a-z]/g)].map(([name]) =>
        name.replace(/_(bucket|sum|count)$/, ''),
      ),
    );
    expect(figures.size).toBeGreaterThan(50);
    expect(named.length).toBeGreaterThan(30);
    // There is no Redis here.
    expect(named.filter((name) => !exported.has(name) && name !== 'deploygraph_redis_up')).toEqual(
      [],
    );
  });

  it('is for this machine only, and not for what a proxy passes on', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    expect((await fetch(`${gateway.url}/metrics`, { headers })).status).toBe(404);
  });

  it.each([
    ['a token', { token: 'only-for-prometheus' }, 404, 200],
    ['nobody', false, 404, 404],
    ['everybody', true, 200, 200],
  ])('can be for %s', async (_for, metrics, without, withToken) => {
    const other = await startTestGateway({ ...UNWATCHED, server: { metrics } });
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${other.url}/metrics`, { headers })).status;
    try {
      const passedOn = { forwarded: 'for=203.0.113.7' };
      expect(await status(passedOn)).toBe(without);
      expect(await status({ authorization: 'Bearer only-for-prometheu' })).toBe(without);
      expect(await status({ ...passedOn, authorization: 'Bearer only-for-prometheus' })).toBe(
        withToken,
      );
    } finally {
      await other.close();
    }
  });
});
