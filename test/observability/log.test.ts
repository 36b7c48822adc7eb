import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { createLog } from '../../src/observability/log.ts';
import { startTestGatewayOf, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';

type Line = Record<string, unknown> & { msg: string };

/** Keeps what is logged. */
function createOutput() {
  const lines: string[] = [];
  return {
    write: (line: string) => void lines.push(line),
    text: () => lines.join(''),
    lines: (msg: string) =>
      lines.map((line) => JSON.parse(line) as Line).filter((line) => line.msg === msg),
    clear: () => {
      lines.length = 0;
    },
  };
}

describe('the log of an operation', () => {
  const output = createOutput();
  let sandbox: Sandbox;
  let gateway: TestGateway;

  beforeAll(async () => {
    sandbox = await startSandbox();
    const settings = { ...UNWATCHED, logLevel: 'debug' };
    gateway = await startTestGatewayOf(sandbox, settings, {}, {}, output);
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  const LIST = '{ deployments(first: 3) { nodes { id version { id } scope { name } } } }';

  it('has its request id on every line, and so has every request upstream', async () => {
    gateway.clear();
    output.clear();
    const { errors } = await gateway.query(LIST, {}, { 'x-request-id': 'mine-1' });
    expect(errors).toEqual([]);

    const asked = output.lines('asked a provider');
    for (const line of asked) expect(line).toMatchObject({ level: 20, requestId: 'mine-1' });
    const sent = (['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const).flatMap((name) =>
      sandbox[name].requests().map(({ partOf }) => [name, partOf]),
    );
    const header = (name: unknown) =>
      name === 'cloudfoundry' ? 'x-vcap-request-id' : 'x-request-id';
    expect(sent).toEqual(sent.map(([name]) => [name, { [header(name)]: 'mine-1' }]));
    expect(new Set(sent.map(([name]) => name)).size).toBe(4);
    expect(asked).toHaveLength(sent.length);

    expect(output.lines('answered an operation')).toMatchObject([
      {
        requestId: 'mine-1',
        operation: 'query',
        outcome: 'succeeded',
        upstreamRequests: sent.length,
      },
    ]);
  });

  it('has the id under which a provider keeps a request that failed', async () => {
    gateway.clear();
    output.clear();
    sandbox.cloudfoundry.setFaults([{ path: '^/v3/deployments', status: 500 }]);
    const headers = { 'x-request-id': 'mine-2' };
    await gateway.query('{ deployments(first: 1) { failures { code } } }', {}, headers);
    const failed = output.lines('asked a provider').filter(({ level }) => level === 40);
    expect(failed).toMatchObject([
      {
        provider: 'cloudfoundry',
        request: 'GET /v3/deployments',
        status: 500,
        code: 'PROVIDER_UNAVAILABLE',
        requestId: 'mine-2',
        providerRequestId: expect.stringMatching(/^mine-2::[\da-f-]{36}$/) as unknown,
      },
    ]);
  });

  it('does not pass on as an id what is none', async () => {
    gateway.clear();
    output.clear();
    const headers = { 'x-request-id': 'an answer, "quoted" and more' };
    sandbox.humanitec.setFaults([{ path: '/', status: 500, headers }]);
    await gateway.query(LIST);
    const [line] = output.lines('asked a provider').filter(({ level }) => level === 40);
    expect(line).toMatchObject({ provider: 'humanitec', status: 500 });
    expect(line).not.toHaveProperty('providerRequestId');
  });
});

describe('an error in the log', () => {
  it('is told with its causes, and without what libraries hang on it', async () => {
    const output = createOutput();
    const log = await createLog({ logLevel: 'info', logFormat: 'auto' }, output);
    const cause = Object.assign(new TypeError('inner'), {
      code: 'ENOENT',
      command: { name: 'set', args: ['planted'] },
      options: { headers: { authorization: 'planted' } },
    });
    cause.cause = cause;
    log.error({ err: new Error('outer', { cause }) }, 'failed');
    expect(output.text()).not.toContain('planted');
    expect(output.lines('failed')[0]?.err).toMatchObject({
      type: 'Error',
      message: 'outer',
      stack: expect.stringContaining('log.test') as unknown,
      cause: { type: 'TypeError', message: 'inner', code: 'ENOENT' },
    });
  });

  it('is for people where the configuration says so', async () => {
    const output = new PassThrough();
    const log = await createLog({ logLevel: 'info', logFormat: 'pretty' }, output);
    log.info({ requestId: 'mine' }, 'hello');
    output.end();
    expect(await text(output)).toMatch(/\d\d:\d\d:\d\d.*INFO.*hello[^]*requestId.*mine/);
  });
});
