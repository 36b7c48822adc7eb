import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Cluster, type Instance, startCluster } from '../../cluster/index.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { zipOfSize } from '../../sandbox/ubiops/zip.ts';
import { toId } from '../../src/ids.ts';
import { connectRedis } from '../../src/redis.ts';
import type { EventLog, StatusChange } from '../../src/subscriptions/events.ts';
import { createEventLog } from '../../src/subscriptions/log/index.ts';
import { eventSettings } from '../../src/subscriptions/settings.ts';
import { ask } from '../helpers/ask.ts';
import { readChanges } from '../helpers/changes.ts';
import { openStream } from '../helpers/connections.ts';
import { sandboxFile } from '../helpers/gateway.ts';
import { build, type Build } from '../helpers/process.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { startClient } from '../subscriptions/soak/client.ts';

const deploymentId = uuidOf('ubiops', 'current', 'showcase');
const VERSION = toId('ubiops', 'Version', [
  ...['current', 'showcase', deploymentId],
  ...['available', uuidOf('ubiops', deploymentId, 'available')],
]);
/** As the stand-in makes them anew from their size, of which it keeps nothing else. */
const ZIP = Buffer.concat([...zipOfSize('deployment.py', 300_000)]);
const UPLOAD = `mutation ($input: RequestRevisionUploadInput!) {
  requestRevisionUpload(input: $input) { upload { url } userErrors { message } } }`;
const DOWNLOAD = 'query ($id: ID!) { node(id: $id) { ... on Revision { downloadUrl } } }';

interface Reply {
  status: number | undefined;
  body: { revision?: { id: string }; errors?: { extensions: { code: string } }[] };
}

/** What `npm run cluster` runs: instances over one Redis, behind the balancer. */
describeWithRedis('instances behind the load balancer', () => {
  const endings: (() => Promise<unknown> | void)[] = [];
  let built: Build;
  let sandbox: Sandbox;
  let redis: TestRedis;
  let cluster: Cluster;
  let log: EventLog;

  beforeAll(async () => {
    built = build();
    sandbox = await startSandbox({ budgets: 'endless' });
    endings.push(() => sandbox.close());
    redis = await startRedis();
    endings.push(() => redis.stop());
    const { server, ...config } = sandboxFile(sandbox, { cache: { enabled: true } });
    cluster = await startCluster({
      program: join(built.folder, 'src/main.js'),
      config: { ...config, server: { executor: server.executor } },
      port: 0,
      redisUrl: redis.url,
    });
    endings.push(() => cluster.close());
    const connection = connectRedis(
      { url: redis.url, prefix: 'deploygraph' },
      pino({ level: 'silent' }),
    );
    endings.push(() => connection.close());
    await waitFor('Redis', () => connection.isUp());
    log = createEventLog(eventSettings.parse({}), connection);
    endings.push(() => log.close());
    await waitFor('both instances', () => cluster.balancer.ready().length === 2);
  }, 300_000);
  afterAll(async () => {
    for (const end of endings.reverse()) await end();
  }, 60_000);

  const both = (): [Instance, Instance] => {
    const [one, other] = cluster.instances;
    if (!one || !other) throw new Error('there are no two instances');
    return [one, other];
  };
  const requestUpload = async (url: string): Promise<string> => {
    const input = { versionId: VERSION };
    const { data } = await ask<{ requestRevisionUpload: { upload: { url: string } } }>(
      ...([url, UPLOAD, { input }] as const),
    );
    return data.requestRevisionUpload.upload.url;
  };
  const requestDownload = async (url: string, id: string): Promise<string> => {
    const { data } = await ask<{ node: { downloadUrl: string } }>(url, DOWNLOAD, { id });
    return data.node.downloadUrl;
  };
  /** A URL of the cluster as one instance serves it. */
  const at = ({ url }: Instance, link: string) => url + new URL(link).pathname;
  const put = async (url: string, file: Buffer): Promise<Reply> => {
    const response = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': 'application/zip' },
      body: new Uint8Array(file),
    });
    return { status: response.status, body: (await response.json()) as Reply['body'] };
  };

  it('upload a file to a URL that another one has given out, once among all', async () => {
    const [one, other] = both();
    const link = await requestUpload(one.url);
    expect(new URL(link).origin).toBe(cluster.url);
    const made = await put(at(other, link), ZIP);
    expect(made).toMatchObject({ status: 201, body: { revision: {} } });
    for (const url of [at(one, link), at(other, link), link]) {
      expect(await put(url, ZIP)).toMatchObject({
        status: 410,
        body: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
      });
    }
    const raced = await requestUpload(other.url);
    const race = await Promise.all([one, other].map((each) => put(at(each, raced), ZIP)));
    expect(race.map(({ status }) => status).sort()).toEqual([201, 410]);

    const id = made.body.revision?.id ?? '';
    const download = await requestDownload(one.url, id);
    const file = await fetch(at(other, download));
    expect(Buffer.from(await file.arrayBuffer()).equals(ZIP)).toBe(true);
    for (const each of [one, other]) {
      expect((await fetch(at(each, download))).status).toBe(410);
    }
  });

  it('pass files on through the balancer, and their refusals while the rest is on its way', async () => {
    const large = Buffer.concat([...zipOfSize('deployment.py', 20_000_000)]);
    const made = await put(await requestUpload(cluster.url), large);
    expect(made.status).toBe(201);
    const file = await fetch(await requestDownload(cluster.url, made.body.revision?.id ?? ''));
    expect(Buffer.from(await file.arrayBuffer()).equals(large)).toBe(true);

    for (const headers of [{ 'content-length': 2 ** 41 }, { 'x-content-sha256': 'none' }]) {
      const upload = httpRequest(await requestUpload(cluster.url), { method: 'PUT', headers });
      upload.on('error', () => undefined);
      const answered = once(upload, 'response') as Promise<[IncomingMessage]>;
      upload.write(large);
      const [response] = await answered;
      let text = '';
      for await (const part of response) text += String(part);
      expect([response.statusCode, text]).toEqual([
        'content-length' in headers ? 413 : 400,
        expect.stringContaining('BAD_USER_INPUT'),
      ]);
      upload.destroy();
    }
    expect((await ask(cluster.url, '{ __typename }')).status).toBe(200);
  });

  it('stream events through the balancer as they come, and notice a client that has left', async () => {
    const query = 'subscription { deploymentStatusChanged { cursor } }';
    const stream = await openStream(cluster.url, { query });
    expect(stream.headers['content-type']).toMatch('text/event-stream');
    // The first comment, before there is anything to tell.
    const [first] = (await once(stream, 'data')) as [Buffer];
    expect(first.toString()).toBe(':\n\n');
    await waitFor('the subscriber', async () => (await subscribersOf(both())) === 1);
    stream.destroy();
    await waitFor('its end', async () => (await subscribersOf(both())) === 0);
  });

  it('lose no event of a stream whose instance is killed', async () => {
    const start = await log.head();
    // Odd ones are event streams, of deployments, versions and builds.
    const clients = [1, 3, 5].map((number) => startClient(number, [cluster.url], start));
    endings.push(() => Promise.all(clients.map((each) => each.close())));
    await waitFor('all streams', async () => (await subscribersOf(both())) === 3);
    let events: readonly StatusChange[] = [];
    const expectedOf = (subject: string) =>
      events.filter(({ type }) => type === subject).map(({ cursor }) => cursor);
    const [deployments] = clients;
    const told = () => deployments?.told.length ?? 0;
    const advanceUntil = async (what: string, isSo: () => boolean | Promise<boolean>) =>
      waitFor(
        what,
        async () => {
          sandbox.advance(8_000);
          // Time enough for somebody to look: the stand-ins' time is not to run away.
          await pause(200);
          return isSo();
        },
        60_000,
      );
    await advanceUntil('events', () => told() > 2);

    const counts = await Promise.all(both().map((each) => subscribersOf([each])));
    const victim = both()[counts.indexOf(Math.max(...counts))];
    const ended = once(victim?.child ?? process, 'exit');
    victim?.child.kill('SIGKILL');
    await ended;
    const before = told();
    await advanceUntil('events at the other one', () => told() > before + 2);

    await waitFor(
      'the log to rest',
      async () => {
        const known = events.length;
        events = await readChanges(log, start);
        return (
          events.length === known &&
          clients.every((each) => each.told.length >= expectedOf(each.subject).length)
        );
      },
      30_000,
    );
    for (const { told: had, subject, refusals } of clients) {
      expect(had.map(({ cursor }) => cursor)).toEqual(expectedOf(subject));
      expect(refusals).toEqual([]);
    }
    expect(clients.some((each) => each.returns() > 0)).toBe(true);
  }, 180_000);
});

/** How many subscriptions these have, as their metrics tell. */
async function subscribersOf(instances: readonly Instance[]): Promise<number> {
  const counts = await Promise.all(
    instances.map(async ({ url }) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(/^deploygraph_subscribers (\d+)/m.exec(text)?.[1]);
    }),
  );
  return counts.reduce((sum, each) => sum + each, 0);
}
