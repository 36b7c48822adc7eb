import { afterEach, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { follow } from '../helpers/follow.ts';
import { startTestGatewayOf, type TestGateway } from '../helpers/gateway.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { describeWithRedis, startRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { FAST } from './harness.ts';

leavesNothingBehind();

const FOLLOW = `subscription { deploymentStatusChanged(filter: { providers: ["humanitec"] }) {
  to deployment { status } } }`;
const LOOK = `{ deployments(filter: { providers: ["humanitec"] }, first: 100) {
  nodes { id status } } }`;

interface Told {
  deploymentStatusChanged: { to: string; deployment: { status: string } | null };
}

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

describeWithRedis('the deployment of an event', () => {
  const start = async (sandbox: Sandbox, url: string): Promise<TestGateway> => {
    const settings = { cache: { enabled: true }, redis: { url, prefix: 'fresh' } };
    const gateway = await startTestGatewayOf(sandbox, settings, {}, FAST);
    endings.push(() => gateway.close());
    return gateway;
  };

  it('is never older than the event, at whichever instance it was remembered', async () => {
    const server = await startRedis();
    endings.push(() => server.stop());
    const sandbox = await startSandbox();
    endings.push(() => sandbox.close());
    const gateways = [await start(sandbox, server.url), await start(sandbox, server.url)];
    for (const { events } of gateways) {
      await waitFor('the log', () => events.head().catch(() => undefined));
    }
    const followers = gateways.map(({ url }) => follow<Told>('WebSocket', { url, query: FOLLOW }));
    endings.push(() => followers.forEach((each) => each.stop()));
    const units = () => gateways.flatMap(({ gateway }) => gateway.watcher.status());
    const looked = () =>
      units().some(({ isHolder }) => isHolder) &&
      units().every(({ isHolder, looks }) => !isHolder || looks > 1);
    await waitFor('the first looks', looked, 30_000);

    for (let step = 0; step < 8; step += 1) {
      const before = followers.map(({ seen }) => seen.length);
      for (const each of gateways) expect((await each.query(LOOK)).errors).toEqual([]);
      sandbox.advance(20_000);
      const [first] = gateways;
      const head = await first?.events.head();
      const looks = units().map(({ looks: count }) => count);
      await waitFor('another look', () =>
        units().every(
          ({ isHolder, looks: count }, index) => !isHolder || count > (looks[index] ?? 0) + 1,
        ),
      );
      const { events = [] } = (await first?.events.read(head ?? '', 100)) ?? {};
      const made = events.filter(({ type }) => type === 'Deployment').length;
      await waitFor('the events', () =>
        followers.every(({ seen }, index) => seen.length >= (before[index] ?? 0) + made),
      );
    }
    for (const { seen } of followers) {
      const told = seen.flatMap(({ data }) => data?.deploymentStatusChanged ?? []);
      expect(told.length).toBeGreaterThan(6);
      expect(told.map(({ deployment }) => deployment?.status)).toEqual(told.map(({ to }) => to));
    }
  });
});
