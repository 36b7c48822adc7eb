import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { zipOfSize } from '../../sandbox/ubiops/zip.ts';
import { createTickets } from '../../src/files/tickets.ts';
import { toRef } from '../../src/ids.ts';
import { ask } from '../helpers/ask.ts';
import { openInitialised, openStream, subscribeTo } from '../helpers/connections.ts';
import { sandboxFile } from '../helpers/gateway.ts';
import { build, type Build, type RunningGateway, startProcess } from '../helpers/process.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';

const SECRET = 'a secret of the tests, long enough to be one';
const QUERY = '{ deployments(first: 1, filter: { providers: ["cloud66"] }) { nodes { id } } }';
const FOLLOW = 'subscription { deploymentStatusChanged { cursor } }';

/** What a process does that is told to stop while it has something to do. */
describe('stopping', () => {
  let built: Build;
  let sandbox: Sandbox;
  const running: RunningGateway[] = [];

  beforeAll(async () => {
    built = build();
    sandbox = await startSandbox();
  }, 120_000);
  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    }
    sandbox.cloud66.setFaults([]);
    sandbox.ubiops.setFaults([]);
  });
  afterAll(async () => {
    await sandbox.close();
  });

  const start = (server: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    const files = { secret: SECRET };
    const file = sandboxFile(sandbox, { ...more, files, server });
    const gateway = startProcess(built, file);
    running.push(gateway);
    return gateway;
  };
  /** An upload whose end is held back. */
  const beginUpload = async (url: string) => {
    const deploymentId = uuidOf('ubiops', 'seed', 'showcase');
    const version = toRef('ubiops', 'Version', [
      ...['seed', 'showcase', deploymentId],
      ...['available', uuidOf('ubiops', deploymentId, 'available')],
    ]);
    const ticket = createTickets(SECRET, Date.now).sign({
      kind: 'upload',
      targetId: version.id,
      viewer: 'test',
      expiresAt: Date.now() + 60_000,
    });
    const chunks = [...zipOfSize('deployment.py', 200_000)];
    const upload = httpRequest(`${url}/files/uploads/${ticket}`, {
      method: 'PUT',
      headers: { expect: '100-continue' },
    });
    const answer = once(upload, 'response').then(
      ([response]) => (response as IncomingMessage).statusCode,
      () => 'cut off',
    );
    const [head, ...rest] = chunks;
    upload.flushHeaders();
    // The gateway has the request, and no more of it than its head.
    await once(upload, 'continue');
    upload.write(head);
    return { answer, finish: () => (rest.forEach((chunk) => upload.write(chunk)), upload.end()) };
  };
  const uploads = () =>
    sandbox.ubiops
      .requests()
      .filter(({ method, path }) => method === 'POST' && path.includes('/revisions'));
  const wire = (url: string) => fetch(`${url}/health/ready`).catch(() => undefined);

  it('says so first, serves on, sends live clients elsewhere, and lets everything finish', async () => {
    const { child, url: address, ended } = start({ drainMs: 3_000 });
    const url = await address();
    const socket = await openInitialised(url);
    socket.send(subscribeTo('1', FOLLOW));
    const stream = await openStream(url, { query: FOLLOW });
    const streamed = stream.toArray();
    const upload = await beginUpload(url);
    // Longer than it serves on, so that the answer is under way when everything else has ended.
    sandbox.cloud66.setFaults([{ latencyMs: 5_000, times: 1 }]);
    const slow = ask<{ deployments: { nodes: unknown[] } }>(url, QUERY);
    await waitFor('the slow request', () => sandbox.cloud66.faults()[0]?.used);

    child.kill('SIGTERM');
    const ready = await waitFor('503', async () => {
      const response = await wire(url);
      return response?.status === 503 ? response : undefined;
    });
    expect(await ready.json()).toMatchObject({
      status: 'draining',
      parts: { 'provider:ubiops': 'up' },
    });
    expect((await ask(url, '{ __typename }')).data).toEqual({ __typename: 'Query' });
    expect(socket.socket.readyState).toBe(socket.socket.OPEN);

    expect(await socket.closed).toBe(1012);
    expect(Buffer.concat(await streamed).toString()).toContain(': 1012 Service restart');
    await waitFor('the door to be closed', async () => (await wire(url)) === undefined);
    upload.finish();
    expect(await upload.answer).toBe(201);
    const { data, errors } = await slow;
    expect([data.deployments.nodes.length, errors]).toEqual([1, []]);
    expect(await ended).toEqual([0, null]);
  });

  it('serves those who are still connected, and tells them that it was the last time', async () => {
    const { child, url: address, ended } = start({ drainMs: 0 });
    const url = await address();
    sandbox.cloud66.setFaults([{ latencyMs: 1_500, times: 1 }]);
    const slow = ask(url, QUERY);
    // A connection that has begun to ask when the door is closed.
    const late = httpRequest(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 24 },
    });
    late.flushHeaders();
    await waitFor('the slow request', () => sandbox.cloud66.faults()[0]?.used);
    child.kill('SIGTERM');
    await waitFor('the door to be closed', async () => (await wire(url)) === undefined);
    late.end('{"query":"{__typename}"}');
    const [response] = (await once(late, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.resume();
    expect((await slow).status).toBe(200);
    expect(await ended).toEqual([0, null]);
  });

  it('cuts off what does not finish in time, and the provider gets no half file', async () => {
    const { child, url: address, ended } = start({ drainMs: 0, graceMs: 300 });
    const upload = await beginUpload(await address());
    sandbox.ubiops.clearRequests();
    child.kill('SIGTERM');
    expect(await upload.answer).toBe('cut off');
    expect(await ended).toEqual([0, null]);
    expect(uploads().filter(({ status }) => status !== 0)).toEqual([]);
  });

  it('ends at once when it is told twice', async () => {
    const { child, url: address, ended, output } = start({ drainMs: 60_000 });
    await address();
    child.kill('SIGTERM');
    await waitFor('the first', () => output().includes('SIGTERM: stopping'));
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
  });

  describeWithRedis('beside another instance', () => {
    let server: TestRedis;
    let redis: Redis;
    beforeAll(async () => {
      server = await startRedis();
      redis = new Redis(server.url);
    });
    afterAll(async () => {
      redis.disconnect();
      await server.stop();
    });

    it('hands over what it watches while requests of its own still run', async () => {
      const prefix = `stopping${process.pid}`;
      const more = { redis: { url: server.url, prefix }, events: { watch: true } };
      const file = (server: Record<string, unknown>) => {
        const whole = sandboxFile(sandbox, { ...more, files: { secret: SECRET }, server });
        return {
          ...whole,
          providers: whole.providers.map((entry) => ({ ...entry, watch: ['*'] })),
        };
      };
      const launch = (config: unknown) => {
        const gateway = startProcess(built, config);
        running.push(gateway);
        return gateway;
      };
      const holders = async () => {
        const keys = (await redis.keys(`${prefix}:lease:*:holder`)).sort();
        return keys.length > 0 ? redis.mget(keys) : [];
      };
      const first = launch(file({ drainMs: 0, graceMs: 60_000 }));
      const url = await first.url();
      const units = await waitFor('all units', async () => {
        const before = await holders();
        await pause(500);
        return before.length > 8 && (await holders()).length === before.length ? before : undefined;
      });
      const [name] = units;
      const second = launch(file({ drainMs: 0 }));
      await second.url();
      const upload = await beginUpload(url);

      first.child.kill('SIGTERM');
      await waitFor('the other to hold them all', async () => {
        const now = await holders();
        return now.length >= units.length && now.every((each) => each !== name);
      });
      expect(first.child.exitCode).toBeNull();
      upload.finish();
      expect(await upload.answer).toBe(201);
      expect(await first.ended).toEqual([0, null]);
    }, 40_000);
  });
});
