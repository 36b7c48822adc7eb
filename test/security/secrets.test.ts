import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { Redis } from 'ioredis';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { zipOf } from '../../sandbox/ubiops/zip.ts';
import { parseConfig } from '../../src/config.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { toId } from '../../src/ids.ts';
import { ask } from '../helpers/ask.ts';
import { type Collector, startCollector } from '../helpers/collector.ts';
import { describeWithRedis, readAll, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { type Guard, MARK, startGuard } from './guard.ts';
import {
  ADMIN,
  configuration,
  HOOKS,
  JWT_SECRET,
  METRICS,
  NAMES,
  type Name,
  PASSED,
  PLAIN,
  READER,
  secret,
  TELL,
} from './planted.ts';

const KEEPERS: Name[] = ['ubiops', 'humanitec'];

const OWNERS: Record<Name, string> = {
  ubiops: toId('ubiops', 'Scope', ['current']),
  humanitec: toId('humanitec', 'Scope', ['sandbox-org', 'storefront', 'staging']),
  cloud66: '',
  cloudfoundry: toId('cloudfoundry', 'Scope', [
    'app',
    uuidOf('app', 'orchard', 'development', 'cart'),
  ]),
};

const LIST = `{ deployments(first: 3) { nodes { id status details { __typename } errors { message }
  version { id } scope { id } } failures { message code } } }`;
const READ = `query ($id: ID!) { node(id: $id) { ... on VariableOwner {
  environmentVariables(includeInherited: true) { name value secret overrides { value } } } } }`;
const SET = `mutation ($input: SetEnvironmentVariablesInput!) { setEnvironmentVariables(input: $input) {
  changedNames environmentVariables { name value secret } userErrors { message } } }`;
const DELETE = `mutation ($input: DeleteEnvironmentVariablesInput!) { deleteEnvironmentVariables(input: $input) {
  changedNames userErrors { message } } }`;
const UPLOAD = `mutation ($input: RequestRevisionUploadInput!) { requestRevisionUpload(input: $input) {
  upload { url } userErrors { message } } }`;

describeWithRedis('what is secret', () => {
  let sandbox: Sandbox;
  let redis: TestRedis;
  let watching: Redis;
  let monitor: Redis;
  let collector: Collector;
  let gateway: Gateway;
  const guards = {} as Record<Name, Guard>;
  const prefix = `secrets-${process.pid}`;
  const told: Record<'log' | 'console' | 'commands' | 'reader' | 'admin', string[]> = {
    ...{ log: [], console: [], commands: [], reader: [], admin: [] },
  };
  const restore: (() => void)[] = [];

  /** Listens to all that the process says past the log. */
  const overhear = () => {
    for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      const own = console[name].bind(console);
      console[name] = (...words: unknown[]) => void told.console.push(words.map(String).join(' '));
      restore.push(() => (console[name] = own));
    }
    for (const stream of [process.stdout, process.stderr]) {
      const own = stream.write.bind(stream);
      stream.write = (chunk: string | Uint8Array, ...more: never[]) => {
        told.console.push(String(chunk));
        return own(chunk, ...more);
      };
      restore.push(() => (stream.write = own));
    }
  };

  beforeAll(async () => {
    sandbox = await startSandbox();
    redis = await startRedis();
    watching = new Redis(redis.url);
    monitor = await watching.monitor();
    monitor.on('monitor', (_time: string, words: string[]) => {
      const line = words.join(' ');
      if (line.includes(prefix)) told.commands.push(line);
    });
    collector = await startCollector();
    for (const name of NAMES) guards[name] = await startGuard(sandbox[name].url, TELL[name]);
    overhear();
    // Writes of Cloud 66 wait for what they started to end.
    const clock = setInterval(() => sandbox.advance(5_000), 100);
    restore.push(() => clearInterval(clock));
    const config = parseConfig(
      JSON.stringify(
        configuration(guards, { redisUrl: redis.url, prefix, collectorUrl: collector.url }),
      ),
      'test',
      {},
    );
    const output = { write: (line: string) => void told.log.push(line) };
    gateway = await createGateway(config, {}, output);
  });
  afterAll(async () => {
    for (const undo of restore) undo();
    monitor.disconnect();
    watching.disconnect();
    await Promise.all(NAMES.map((name) => guards[name].close()));
    await redis.stop();
    await sandbox.close();
  });

  const as = (who: 'admin' | 'reader', more: Record<string, string> = {}) => ({
    authorization: `Bearer ${who === 'admin' ? ADMIN : READER}`,
    ...{ tracestate: `k=${secret('tracestate')}`, baggage: `k=${secret('baggage')}` },
    ...more,
  });
  const query = async <Data>(
    who: 'admin' | 'reader',
    document: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) => {
    const answer = await ask<Data>(gateway.url, document, variables, as(who, headers));
    told[who].push(answer.text);
    return answer;
  };

  const setVariables = (ownerId: string, name: Name) => {
    const variables = [
      { name: 'PLAIN_ONE', value: PLAIN },
      // The others keep no secrets.
      ...(KEEPERS.includes(name)
        ? [{ name: 'SECRET_ONE', value: secret(`value-${name}`), secret: true }]
        : []),
    ];
    const input = { ownerId, variables, allowPlaintext: false, idempotencyKey: `set-${name}` };
    return query<{ setEnvironmentVariables: { changedNames: string[] } | null }>('admin', SET, {
      input,
    });
  };

  it('is found in nothing that the gateway says or keeps', async () => {
    const { data } = await query<{
      deployments: { nodes: { id: string; scope: { id: string } }[] };
    }>(
      'admin',
      '{ deployments(first: 1, filter: { providers: ["cloud66"] }) { nodes { id scope { id } } } }',
    );
    OWNERS.cloud66 = data.deployments.nodes[0]?.scope.id ?? '';

    const live = createClient({
      url: `${gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${ADMIN}` },
    });
    const changes: unknown[] = [];
    live.subscribe(
      { query: 'subscription { deploymentStatusChanged { cursor deployment { id } } }' },
      {
        next: (event) => void changes.push(event),
        error: () => undefined,
        complete: () => undefined,
      },
    );

    await query('admin', LIST);
    await query('reader', LIST);
    await query('reader', LIST, {}, { 'x-deploygraph-credentials-humanitec': PASSED });
    const jwt = await new SignJWT({ roles: ['team'] })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('us')
      .setAudience('deploygraph')
      .setSubject('ada')
      .setExpirationTime('10m')
      .sign(Buffer.from(JWT_SECRET));
    for (const token of [jwt, `${jwt}x`, secret('unknown-key')]) {
      const answer = await ask(gateway.url, LIST, {}, { authorization: `Bearer ${token}` });
      told.reader.push(answer.text);
    }

    const kept: Record<string, unknown> = {};
    for (const name of NAMES) {
      const id = OWNERS[name];
      const { data: set } = await setVariables(id, name);
      kept[name] = set.setEnvironmentVariables?.changedNames;
      await query('admin', READ, { id });
      await query('reader', READ, { id });
      for (const status of [500, 401]) {
        guards[name].echo(['GET'], status);
        await gateway.forget();
        await query('reader', READ, { id });
      }
      for (const status of [400, 422, 500]) {
        guards[name].echo(['POST', 'PATCH', 'PUT'], status);
        await query('admin', SET, {
          input: {
            ownerId: id,
            variables: [{ name: 'SECRET_TWO', value: secret('value-refused'), secret: true }],
            allowPlaintext: true,
          },
        });
      }
      guards[name].echo(['DELETE'], 500);
      await query('admin', DELETE, { input: { ownerId: id, names: ['PLAIN_ONE'] } });
      guards[name].echo([], 500);
    }
    expect(kept).toEqual(
      Object.fromEntries(
        NAMES.map((name) => [
          name,
          KEEPERS.includes(name) ? ['PLAIN_ONE', 'SECRET_ONE'] : ['PLAIN_ONE'],
        ]),
      ),
    );

    // What is wrong with a document is told to its sender, and to nobody else.
    const wrong = { input: { ownerId: [secret('value-wrong')], variables: 7 } };
    await ask(gateway.url, SET, wrong, as('admin'));
    await ask(gateway.url, `{ node(id: "${secret('value-id')}") { id } }`, {}, as('admin'));

    const deploymentId = uuidOf('ubiops', 'current', 'showcase');
    const versionId = toId('ubiops', 'Version', [
      ...['current', 'showcase', deploymentId],
      ...['available', uuidOf('ubiops', deploymentId, 'available')],
    ]);
    const asked = await ask<{ requestRevisionUpload: { upload: { url: string } } }>(
      gateway.url,
      UPLOAD,
      { input: { versionId } },
      as('admin'),
    );
    const { url } = asked.data.requestRevisionUpload.upload;
    const body = zipOf('deployment.py', `${secret('file')}\n`);
    expect((await fetch(url, { method: 'PUT', body })).status).toBe(201);
    expect((await fetch(url, { method: 'PUT', body })).status).toBeGreaterThan(399);

    const hook = (path: string, headers: Record<string, string>, event: unknown) =>
      fetch(`${gateway.url}/webhooks/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(event),
      });
    const event = {
      event: 'deployment.started',
      org_id: 'sandbox-org',
      app_id: 'storefront',
      env_id: 'staging',
      comment: secret('hook-body'),
    };
    expect((await hook('humanitec', { 'x-hook': HOOKS.humanitec }, event)).status).toBe(202);
    expect((await hook(`cloud66/${HOOKS.cloud66}`, {}, { comment: secret('hook') })).status).toBe(
      202,
    );
    expect((await hook(`cloud66/${HOOKS.cloud66}x`, {}, {})).status).toBe(404);
    await waitFor('looks', () => gateway.watcher.status().some(({ lastLookAt }) => lastLookAt));

    const metrics = await fetch(`${gateway.url}/metrics`, {
      headers: { authorization: `Bearer ${METRICS}` },
    });
    const figures = await metrics.text();
    const dump = await readAll(watching);
    await live.dispose();
    await gateway.close();
    await collector.close();

    // All of it happened: what is searched is not empty, and every secret was used.
    const used = NAMES.flatMap((name) => [...guards[name].seen]);
    expect(new Set(used)).toEqual(
      new Set([
        ...['ubiops', 'humanitec', 'cloud66'].map((name) => secret(`token-${name}`)),
        ...[secret('password'), secret('client'), PASSED, PLAIN, secret('value-refused')],
        ...KEEPERS.map((name) => secret(`value-${name}`)),
        ...[secret('file')],
      ]),
    );
    const issued = [...guards.cloudfoundry.issued];
    expect(issued.length).toBeGreaterThan(1);
    expect(told.admin.join('')).toContain(PLAIN);

    const places: Record<string, string> = {
      log: told.log.join(''),
      console: told.console.join('\n'),
      reader: told.reader.join('\n'),
      admin: told.admin.join('\n').replaceAll(`"${PLAIN}"`, ''),
      metrics: figures,
      traces: collector.bodies.join('\n'),
      redis: dump,
      commands: told.commands.join('\n'),
    };
    const ticket = url.slice(url.lastIndexOf('/') + 1);
    const signatures = [jwt, ticket].map((token) => token.slice(token.lastIndexOf('.') + 1));
    const found = Object.entries(places).flatMap(([place, text]) =>
      [MARK, ...issued, ...signatures].flatMap((each) => {
        const at = text.indexOf(each);
        return at < 0 ? [] : [`${place}: ${text.slice(Math.max(0, at - 300), at + 90)}`];
      }),
    );
    expect(found).toEqual([]);
    const sizes = Object.entries(places).map(([place, text]) => [place, text.length > 500]);
    expect(sizes).toEqual(sizes.map(([place]) => [place, place !== 'console']));
  }, 300_000);
});
