import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { parseConfig } from '../../src/config.ts';
import { createGateway } from '../../src/gateway.ts';
import { providerNameOf } from '../../src/ids.ts';
import { readChanges } from '../helpers/changes.ts';
import { ask } from '../helpers/ask.ts';
import { openSocket, openStream, subscribeTo } from '../helpers/connections.ts';
import { sandboxFile } from '../helpers/gateway.ts';
import { build, startProcess } from '../helpers/process.ts';
import { waitFor } from '../helpers/wait-for.ts';

const FOLLOW = 'subscription { deploymentStatusChanged { cursor subjectId from to } }';
const TOKEN = 'a-token-in-the-address-of-a-webhook';

const keyOf = (name: string, grant: Record<string, unknown>) => ({
  name,
  hash: createHash('sha256').update(`key of ${name}`).digest('hex'),
  grants: [grant],
});
const showing = (name: string) => ({ 'x-api-key': `key of ${name}` });

interface Change {
  cursor: string;
  subjectId: string;
  from: string | null;
  to: string;
}

/** The real times, about ten times as fast. */
const TIMING = {
  leaseMs: 1_000,
  beatMs: 200,
  gapMs: 20,
  longestBackOffMs: 1_000,
  paceOf: () => ({ quickMs: 150, slowMs: 400, windowMs: 0.001 }),
};

/** What the file says, as an object. */
type File = ReturnType<typeof sandboxFile>;

/** Going over to another configuration, as whoever is connected sees it. */
describe('reloading', () => {
  let sandbox: Sandbox;
  const endings: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });
  afterAll(() => sandbox.close());

  const fileWith = (names: readonly string[], apiKeys: unknown[], more = {}): File => {
    const cache = { enabled: true };
    const file = sandboxFile(sandbox, { auth: { apiKeys }, cache, ...more });
    const providers = file.providers.filter(({ name }) => names.includes(name));
    return { ...file, providers };
  };
  const configOf = (file: File) => parseConfig(JSON.stringify(file), 'test', {});
  const launch = async (file: File) => {
    const gateway = await createGateway(configOf(file), TIMING);
    endings.push(() => gateway.close());
    const start = await gateway.events.head();
    /** Cursors of all that happened to deployments since the start. */
    const happened = async (provider?: string) => {
      const changes = await readChanges(gateway.events, start);
      return changes
        .filter(({ type }) => type === 'Deployment')
        .filter(({ subjectId }) => !provider || providerNameOf(subjectId) === provider)
        .map(({ cursor }) => cursor);
    };
    const reload = (next: File) => gateway.reload(configOf(next));
    return { url: gateway.url, reload, happened };
  };
  const follow = async (url: string, name: string) => {
    const client = await openSocket(url);
    endings.push(() => client.socket.terminate());
    client.send({ type: 'connection_init', payload: showing(name) });
    await waitFor('connection_ack', () => client.types().includes('connection_ack'));
    client.send(subscribeTo('1', FOLLOW));
    const changes = () =>
      client.messages.flatMap(({ payload }) => {
        const { deploymentStatusChanged } =
          (payload?.data as { deploymentStatusChanged: Change } | undefined) ?? {};
        return deploymentStatusChanged ? [deploymentStatusChanged] : [];
      });
    return { ...client, changes };
  };
  const providersSeen = async (url: string, name: string) => {
    const query = '{ providers { name } }';
    const { status, data } = await ask<{ providers: { name: string }[] } | undefined>(
      url,
      query,
      {},
      showing(name),
    );
    return status === 200 ? data?.providers.map((provider) => provider.name) : status;
  };
  /** Until somebody has heard something. */
  const moveOn = (what: string, isOver: () => boolean) =>
    waitFor(
      what,
      () => {
        if (isOver()) return true;
        sandbox.advance(20_000);
        return false;
      },
      30_000,
    );

  it('goes over to other providers, keys and roles, and drops nobody who may stay', async () => {
    const wide = keyOf('wide', { role: 'viewer' });
    const gone = keyOf('gone', { role: 'viewer' });
    const narrow = (...providers: string[]) => keyOf('narrow', { role: 'viewer', providers });
    const { url, reload, happened } = await launch(
      fileWith(['humanitec'], [wide, gone, narrow('humanitec')]),
    );
    const clients = {
      wide: await follow(url, 'wide'),
      gone: await follow(url, 'gone'),
      narrow: await follow(url, 'narrow'),
    };
    const stream = await openStream(url, { query: FOLLOW }, showing('gone'));
    const streamed = stream.toArray();
    expect(await providersSeen(url, 'gone')).toEqual(['humanitec']);
    await moveOn('an event', () => clients.narrow.changes().length > 0);

    await reload(fileWith(['humanitec', 'ubiops'], [wide, narrow('humanitec')]));
    expect(await clients.gone.closed).toBe(4401);
    expect(Buffer.concat((await streamed) as Buffer[]).toString()).toContain(': 4401 ');
    expect(await providersSeen(url, 'gone')).toBe(401);
    expect(await providersSeen(url, 'wide')).toEqual(['ubiops', 'humanitec']);
    // They shared a group, and are not equal any more: whoever of them has to, comes back.
    const ofUbiops = (changes: Change[]) =>
      changes.filter(({ subjectId }) => providerNameOf(subjectId) === 'ubiops');
    const later = {
      wide: await follow(url, 'wide'),
      narrow: await follow(url, 'narrow'),
    };
    await moveOn('an event of the new provider', () => ofUbiops(later.wide.changes()).length > 0);
    const survivors = [clients.wide, clients.narrow].filter(
      ({ socket }) => socket.readyState === 1,
    );
    expect(survivors).toHaveLength(1);
    expect(ofUbiops(clients.narrow.changes())).toEqual([]);
    expect(ofUbiops(later.narrow.changes())).toEqual([]);

    // Nobody is dropped for what a role shows now, and nothing is shown that it does not.
    await reload(fileWith(['humanitec', 'ubiops'], [wide, narrow('ubiops')]));
    const before = later.narrow.changes().length;
    await moveOn('an event for the other role', () => later.narrow.changes().length > before + 1);
    const since = later.narrow.changes().slice(before);
    expect(ofUbiops(since)).toEqual(since);
    expect(later.narrow.socket.readyState).toBe(1);

    await reload(fileWith(['ubiops'], [wide, narrow('ubiops')]));
    expect(await providersSeen(url, 'wide')).toEqual(['ubiops']);
    expect(later.wide.socket.readyState).toBe(1);
    const told = later.wide.changes().map(({ cursor }) => cursor);
    const ofAll = await happened('ubiops');
    expect(ofAll.length).toBeGreaterThan(0);
    expect(ofAll.filter((cursor) => !told.includes(cursor))).toEqual([]);
  }, 90_000);

  it('tells unchanged viewers everything once, however often it reads', async () => {
    const keys = [keyOf('wide', { role: 'viewer' })];
    const { url, reload, happened } = await launch(fileWith(['humanitec', 'cloudfoundry'], keys));
    const clients = [await follow(url, 'wide'), await follow(url, 'wide')];
    await moveOn('an event', () => clients.every(({ changes }) => changes().length > 0));
    for (let turn = 0; turn < 6; turn += 1) {
      sandbox.advance(20_000);
      const timeoutMs = 9_000 + turn;
      const file = fileWith(['humanitec', 'cloudfoundry'], keys);
      // Every other time each source is another one.
      const providers = file.providers.map((entry) => ({ ...entry, timeoutMs }));
      await reload(turn % 2 ? { ...file, providers } : file);
      const seen = clients[0]?.changes().length ?? 0;
      await moveOn('another event', () => clients.every(({ changes }) => changes().length > seen));
    }
    expect(clients.map(({ socket }) => socket.readyState)).toEqual([1, 1]);
    const whole = await happened();
    await waitFor('the last of them', () =>
      clients.every(({ changes }) => changes().length >= whole.length),
    );
    for (const { changes } of clients) {
      expect(
        changes()
          .map(({ cursor }) => cursor)
          .slice(0, whole.length),
      ).toEqual(whole);
    }
  }, 90_000);
});

/** The same, told to a process by a signal. */
describe('SIGHUP', () => {
  it('refuses what cannot be used, with every mistake, and says what needs a restart', async () => {
    const built = build();
    const sandbox = await startSandbox();
    const file = sandboxFile(sandbox);
    const { child, output, configure, ended, url: address } = startProcess(built, file);
    const url = await address();
    const hangUp = async (next: unknown) => {
      const count = () => output().split('SIGHUP:').length;
      const before = count();
      configure(next);
      child.kill('SIGHUP');
      await waitFor('the reload', () => count() > before);
    };
    const webhook = () => fetch(`${url}/webhooks/cloud66/${TOKEN}`, { method: 'POST' });

    const providers = file.providers.map((entry) => ({ ...entry, webhook: { token: TOKEN } }));
    await hangUp({ ...file, logLevel: 'loud', providers: [...providers, { kind: 'y' }] });
    expect(output()).toMatch(/stays as it was[^]*logLevel: [^]*providers\[4\]\.name: /);
    expect(output()).not.toContain(TOKEN);
    expect((await webhook()).status).toBe(404);

    await hangUp({
      ...file,
      limits: { maxPageSize: 7 },
      live: { keepAliveMs: 5_000 },
      redis: { url: 'redis://127.0.0.1:1' },
      providers,
    });
    const warning = await waitFor('the warning', () => /need a restart: .*/.exec(output())?.[0]);
    for (const path of ['redis', 'limits.maxPageSize', 'live.keepAliveMs']) {
      expect(warning).toContain(path);
    }
    expect((await webhook()).status).toBe(202);
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    await sandbox.close();
  }, 120_000);
});
