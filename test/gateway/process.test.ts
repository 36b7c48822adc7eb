import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { zipOfSize } from '../../sandbox/ubiops/zip.ts';
import { createTickets, type TicketKind } from '../../src/files/tickets.ts';
import { toRef } from '../../src/ids.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** How large a file passes through; `TEST_FILE_MIB=1024` is the figure of docs/operations.md. */
const FILE_BYTES = Number(process.env.TEST_FILE_MIB ?? 128) * 1_048_576;

/** The most memory that the process ever had, in MiB, as Linux counts it. */
function peakMemoryMib({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
}

/** The built gateway as a process of its own, as `npm start` runs it. */
describe('the process', () => {
  let folder: string;
  let sandbox: Sandbox;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'deploygraph-'));
    execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
    sandbox = await startSandbox();
  }, 120_000);
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(config: string, environment: Record<string, string> = {}) {
    const file = join(folder, 'deploygraph.yaml');
    writeFileSync(file, config);
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      env: { PATH: process.env.PATH, DEPLOYGRAPH_CONFIG: file, ...environment },
    });
    return { child, output: collect(child) };
  }

  function collect(child: ChildProcess): () => string {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
    }
    return () => text;
  }

  it('serves with the configuration that it is given, and stops when told to', async () => {
    const config = `
logLevel: warn
providers:
  - { name: stacks, kind: cloud66, baseUrl: "${sandbox.cloud66.url}/api/3", credentials: { token: "\${TOKEN}" } }
`;
    const { child, output } = start(config, { TOKEN: 'sandbox', PORT: '0' });
    const url = await waitFor('the address', () => /GraphQL at (\S+)\/graphql/.exec(output())?.[1]);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ deployments(first: 1) { nodes { provider { name } } } }' }),
    });
    expect(await response.json()).toEqual({
      data: { deployments: { nodes: [{ provider: { name: 'stacks' } }] } },
    });
    expect(output()).not.toContain('sandbox, four stand-ins');
    await waitFor('the check', () => output().includes('stacks: ready'));
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it.each([
    ['nothing of OpenTelemetry', '', false],
    ['what traces need where they are wanted', 'http://127.0.0.1:1/v1/traces', true],
  ])('loads %s', async (_what, url, isThere) => {
    const config = `
${url && `observability: { traces: { url: "${url}" } }`}
providers:
  - { name: x, kind: cloud66, baseUrl: "http://127.0.0.1:1", credentials: { token: t } }
`;
    // Its packages are CommonJS, and Node tells of each such module that it loads.
    const { child, output } = start(config, { PORT: '0', NODE_DEBUG: 'module' });
    await waitFor('the check', () => output().includes('x: cannot be used'));
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(output()).toContain('node_modules/prom-client');
    expect(output().includes('node_modules/@opentelemetry/sdk-trace-base')).toBe(isThere);
  });

  it('logs for people on a terminal, and JSON elsewhere', async () => {
    const config = `
logLevel: debug
providers:
  - { name: x, kind: cloud66, baseUrl: "http://127.0.0.1:1", credentials: { token: t } }
`;
    const { child, output } = start(config, { PORT: '0' });
    await waitFor('a line', () => /^{"level":40,.*"msg":"asked a provider"}$/m.test(output()));
    child.kill('SIGTERM');
    await once(child, 'exit');

    const terminal = spawn(
      'script',
      ['-qec', `${process.execPath} dist/src/main.js`, '/dev/null'],
      {
        env: {
          PATH: process.env.PATH,
          DEPLOYGRAPH_CONFIG: join(folder, 'deploygraph.yaml'),
          PORT: '0',
        },
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    const shown = collect(terminal);
    await waitFor('a line', () => /WARN.*asked a provider/.test(shown()));
    expect(shown()).not.toContain('"msg"');
    const closed = once(terminal, 'exit');
    // Control-C, as the terminal sends it.
    terminal.stdin.write('\u0003');
    await closed;
  });

  it('exits with 78 and every mistake when the configuration is wrong, without a secret', async () => {
    const config = `
server: { port: nowhere }
providers:
  - { name: x, kind: cloud66, baseUrl: "\${TOKEN}", credentials: { tokn: "\${TOKEN}" } }
`;
    const { child, output } = start(config, { TOKEN: 'marked-secret' });
    expect(await once(child, 'exit')).toEqual([78, null]);
    expect(output()).toMatch(/server\.port: .*\n.*providers\[0\]\.baseUrl: /);
    expect(output()).toContain('providers[0].credentials.tokn');
    expect(output()).not.toContain('marked-secret');
  });

  it('passes files on without keeping them, and stops when the client does', async () => {
    const config = `
logLevel: warn
files: { secret: "a secret of the tests, long enough to be one" }
providers:
  - { name: ubiops, kind: ubiops, baseUrl: "${sandbox.ubiops.url}/v2.1", credentials: { token: sandbox } }
`;
    const { child, output } = start(config, { PORT: '0', NODE_OPTIONS: '--max-old-space-size=64' });
    const url = await waitFor('the address', () => /GraphQL at (\S+)\/graphql/.exec(output())?.[1]);
    const deploymentId = uuidOf('ubiops', 'seed', 'showcase');
    const version = toRef('ubiops', 'Version', [
      ...['seed', 'showcase', deploymentId],
      ...['available', uuidOf('ubiops', deploymentId, 'available')],
    ]);
    const tickets = createTickets('a secret of the tests, long enough to be one', Date.now);
    const ticketTo = (kind: TicketKind, targetId: string) =>
      tickets.sign({ kind, targetId, viewer: 'test', expiresAt: Date.now() + 300_000 });

    const upload = httpRequest(`${url}/files/uploads/${ticketTo('upload', version.id)}`, {
      method: 'PUT',
      headers: { 'content-length': FILE_BYTES },
    });
    await pipeline(Readable.from(zipOfSize('deployment.py', FILE_BYTES)), upload);
    const [made] = (await once(upload, 'response')) as [IncomingMessage];
    const { revision } = (await json(made)) as { revision: { id: string } };
    expect(made.statusCode).toBe(201);

    const download = () => fetch(`${url}/files/revisions/${ticketTo('download', revision.id)}`);
    let bytes = 0;
    for await (const chunk of (await download()).body ?? []) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(FILE_BYTES);
    expect(peakMemoryMib(child)).toBeLessThan(300);

    sandbox.ubiops.clearRequests();
    await (await download()).body?.cancel();
    const ended = await waitFor('the end of the download', () =>
      sandbox.ubiops.requests().find(({ path }) => path.endsWith('/download')),
    );
    expect(ended.status).toBe(0);
    child.kill('SIGTERM');
    await once(child, 'exit');
  }, 120_000);

  it('starts while its providers cannot be reached', async () => {
    const config = `
providers:
  - { name: gone, kind: cloudfoundry, baseUrl: "http://127.0.0.1:1", credentials: { username: a, password: b } }
`;
    const { child, output } = start(config, { PORT: '0' });
    const url = await waitFor('the address', () => /GraphQL at (\S+)\/graphql/.exec(output())?.[1]);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    await waitFor('the check', () => /gone: cannot be used\. .*ECONNREFUSED/.test(output()));
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  });

  it('warns when others than this machine may reach it', async () => {
    const config = `
providers:
  - { name: x, kind: cloud66, baseUrl: "http://127.0.0.1:1", credentials: { token: t } }
`;
    const { child, output } = start(config, { PORT: '0', HOST: '0.0.0.0' });
    await waitFor('the warning', () => output().includes('there is no authentication'));
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  });

  it('refuses to show real providers to everybody who reaches it', async () => {
    const config = `
providers:
  - { name: real, kind: cloud66, baseUrl: "https://app.cloud66.com/api/3", credentials: { token: t } }
`;
    const { child, output } = start(config, { PORT: '0', HOST: '0.0.0.0' });
    expect(await once(child, 'exit')).toEqual([78, null]);
    expect(output()).toMatch(
      /auth\.mode: whoever reaches 0\.0\.0\.0 could see real .*apiKeys or jwt/,
    );
  });

  it('says when its port is taken', async () => {
    const config = `
providers:
  - { name: x, kind: cloud66, baseUrl: "http://127.0.0.1:1", credentials: { token: t } }
`;
    const { child, output } = start(config, { PORT: new URL(sandbox.ubiops.url).port });
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(output()).toMatch(/address already in use .*Set PORT/);
  });
});
