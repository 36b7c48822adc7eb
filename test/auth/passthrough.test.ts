import { createServer, request as send } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { parseConfig } from '../../src/config.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { ask } from '../helpers/ask.ts';

interface Seen {
  token: string;
  path: string;
}

/**
 * Stands between gateway and stand-in: notes the token of each request, and answers each token with
 * one stack that is called after it.
 */
async function startRecorder(upstream: string) {
  const seen: Seen[] = [];
  const server = createServer((incoming, outgoing) => {
    const token = (incoming.headers.authorization ?? '').replace(/^Bearer /, '');
    seen.push({ token, path: incoming.url ?? '' });
    const target = new URL(incoming.url ?? '', upstream);
    const headers = { ...incoming.headers, host: target.host, authorization: 'Bearer sandbox' };
    send(target, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString().replaceAll('"name":"', `"name":"${token}:`);
        const kept = { ...answer.headers, 'content-length': Buffer.byteLength(text) };
        outgoing.writeHead(answer.statusCode ?? 500, kept).end(text);
      });
    }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/3`,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const STACKS = '{ scopes(first: 5) { nodes { name } failures { code message } } }';
interface Stacks {
  scopes: { nodes: { name: string }[]; failures: { code: string; message: string }[] };
}

describe('credentials that viewers bring', () => {
  let sandbox: Sandbox;
  let recorder: Awaited<ReturnType<typeof startRecorder>>;
  let gateway: Gateway | undefined;

  beforeAll(async () => {
    sandbox = await startSandbox();
    recorder = await startRecorder(sandbox.cloud66.url);
  });
  afterEach(async () => {
    await gateway?.close();
    gateway = undefined;
    recorder.seen.length = 0;
  });
  afterAll(async () => {
    await recorder.close();
    await sandbox.close();
  });

  const start = async (more: Record<string, unknown>): Promise<string> => {
    const entry = { name: 'stacks', kind: 'cloud66', baseUrl: recorder.url, retries: 0, ...more };
    const file = { logLevel: 'silent', server: { port: 0 }, providers: [entry] };
    gateway = await createGateway(parseConfig(JSON.stringify(file), 'test', {}));
    return gateway.url;
  };
  const stacks = (url: string, token?: string) =>
    ask<Stacks>(url, STACKS, {}, token ? { 'x-deploygraph-credentials-stacks': token } : {});
  const tokens = () => new Set(recorder.seen.map(({ token }) => token));

  it('go upstream with the requests of their viewer, and nothing crosses', async () => {
    const url = await start({ credentials: 'passthrough' });
    const names = Array.from({ length: 20 }, (_each, index) =>
      index % 2 ? 'token-ada' : 'token-bob',
    );
    const answers = await Promise.all(names.map((name) => stacks(url, name)));
    for (const [index, { data }] of answers.entries()) {
      expect(data.scopes.failures).toEqual([]);
      expect(data.scopes.nodes.length).toBeGreaterThan(0);
      const own = `${names[index]}:`;
      expect(data.scopes.nodes.filter(({ name }) => !name.startsWith(own))).toEqual([]);
    }
    expect(tokens()).toEqual(new Set(['token-ada', 'token-bob']));
  });

  it('are asked for where they are missing, and no request is sent without', async () => {
    const url = await start({ credentials: 'passthrough' });
    const { data } = await stacks(url);
    expect(data.scopes).toEqual({
      nodes: [],
      failures: [
        {
          code: 'PROVIDER_UNAUTHORIZED',
          message:
            'stacks is asked with your own token. Send it in the header x-deploygraph-credentials-stacks.',
        },
      ],
    });
    expect(await gateway?.check()).toEqual([]);
    expect(recorder.seen).toEqual([]);
  });

  it('are preferred to the gateway’s own only where the entry says so', async () => {
    const credentials = { token: 'token-own' };
    const own = await start({ credentials });
    await stacks(own, 'token-ada');
    expect(tokens()).toEqual(new Set(['token-own']));
    await gateway?.close();
    recorder.seen.length = 0;

    const both = await start({ credentials, passthrough: true });
    expect((await stacks(both, 'token-ada')).data.scopes.nodes[0]?.name).toMatch(/^token-ada:/);
    expect((await stacks(both)).data.scopes.nodes[0]?.name).toMatch(/^token-own:/);
    expect(tokens()).toEqual(new Set(['token-ada', 'token-own']));
  });

  it('leave watching and health to the credentials for watching', async () => {
    const url = await start({
      credentials: 'passthrough',
      watchCredentials: { token: 'token-watch' },
    });
    expect(await gateway?.check()).toEqual([{ provider: 'stacks', error: undefined }]);
    expect(tokens()).toEqual(new Set(['token-watch']));
    expect((await stacks(url)).data.scopes.nodes).toEqual([]);
  });

  it('never show in an answer when the provider refuses them', async () => {
    const url = await start({
      credentials: 'passthrough',
      baseUrl: `${sandbox.cloud66.url}/api/3`,
    });
    const { text, data } = await stacks(url, 'marked-secret');
    expect(data.scopes.failures).toMatchObject([{ code: 'PROVIDER_UNAUTHORIZED' }]);
    expect(text).not.toContain('marked-secret');
  });
});
