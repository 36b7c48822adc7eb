import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox, type StandInName } from '../../sandbox/index.ts';
import { createCall } from '../../src/datasources/http/call.ts';
import { createSource } from '../../src/datasources/source.ts';
import { REGISTRY } from '../../src/datasources/registry.ts';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { ProviderKind } from '../../src/schema/enums.ts';
import { startTestGateway } from '../helpers/gateway.ts';
import { newCall } from '../helpers/provider.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { useUpstream } from './upstream.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('each provider’s own words for its budget', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  const CASES = {
    ubiops: { kind: ProviderKind.UBIOPS, base: '/v2.1', resetMs: MINUTE },
    humanitec: { kind: ProviderKind.HUMANITEC, base: '', resetMs: 5_000 },
    cloud66: { kind: ProviderKind.CLOUD66, base: '/api/3', resetMs: HOUR },
    cloudfoundry: { kind: ProviderKind.CLOUD_FOUNDRY, base: '', resetMs: HOUR },
  };
  const create = (name: StandInName) => {
    const definition = REGISTRY[CASES[name].kind];
    const options = {
      credentials: { token: 'sandbox' },
      ...(name === 'humanitec' && { organization: 'sandbox-org' }),
    };
    const baseUrl = sandbox[name].url + CASES[name].base;
    const settings = { name, baseUrl, timeoutMs: 5_000, concurrency: 8, retries: 2 };
    return createSource(definition, settings, definition.options.parse(options));
  };

  it.each(Object.keys(CASES) as StandInName[])(
    'closes after one refusal of %s until its window ends, and the breaker stays closed',
    async (name) => {
      const provider = create(name);
      await provider.ping(newCall());
      sandbox[name].clearRequests();
      sandbox[name].setFaults([{ throttle: true, times: 1 }]);
      const call = () => createCall(new AbortController().signal, Date.now() + 3_000);
      const refused: unknown = await provider.ping(call()).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: ErrorCode.PROVIDER_RATE_LIMITED, provider: name });
      const error: unknown = await provider.ping(call()).catch((reason: unknown) => reason);
      if (!(error instanceof GatewayError) || !error.resetsAt) throw error;
      expect(error.code).toBe(ErrorCode.PROVIDER_RATE_LIMITED);
      expect(error.message).toContain(error.resetsAt.toISOString());
      const aheadMs = error.resetsAt.getTime() - Date.now();
      expect(aheadMs).toBeLessThanOrEqual(CASES[name].resetMs + 1_000);
      expect(aheadMs).toBeGreaterThan(CASES[name].resetMs * 0.5);
      expect(sandbox[name].requests()).toHaveLength(1);
      expect(sandbox[name].faults()[0]?.used).toBe(1);
      expect(provider.health()).toMatchObject({ circuit: 'CLOSED', status: 'DEGRADED' });
    },
  );
});

describe('the budget over the wire', () => {
  const upstream = useUpstream();
  const dialect = {
    authorize: () => ({}),
    explain: () => ({}),
    windowMs: MINUTE,
    rateLimit: (headers: Record<string, unknown>) => {
      const remaining = Number(headers['x-left'] ?? NaN);
      const resetsAt = new Date(Date.now() + Number(headers['x-reset-ms'] ?? NaN));
      return Number.isNaN(remaining) ? null : { limit: 2, remaining, resetsAt };
    },
  };
  const reply = (left: number, resetMs: number) => ({
    status: 200,
    headers: { 'x-left': String(left), 'x-reset-ms': String(resetMs) },
  });

  it('waits for the next window where that begins before the deadline', async () => {
    upstream.will(reply(0, 300));
    const http = upstream.client({ dialect });
    await http.read('/first', newCall());
    const before = Date.now();
    const call = createCall(new AbortController().signal, before + 5_000);
    await http.read('/second', call);
    expect(upstream.arrived).toEqual(['GET /first', 'GET /second']);
    expect(http.monitor.health().status).toBe('UP');
  });

  it('keeps what an operation had taken that left the queue', async () => {
    upstream.will(reply(2, 50_000), 'hold', reply(0, 50_000));
    const http = upstream.client({ dialect, concurrency: 1 });
    await http.read('/first', newCall());
    const held = http.read('/held', newCall());
    const controller = new AbortController();
    const queued = http.read('/queued', newCall(controller.signal));
    await waitFor('the second', () => upstream.arrived.length === 2);
    controller.abort(new Error('gone'));
    await expect(queued).rejects.toThrow('gone');
    const third = http.read('/third', createCall(new AbortController().signal, Date.now() + 5_000));
    upstream.release();
    await Promise.all([held, third]);
    expect(upstream.arrived).toEqual(['GET /first', 'GET /held', 'GET /third']);
  });

  it('never sends more than is left', async () => {
    upstream.will(reply(3, 50_000));
    const http = upstream.client({ dialect });
    await http.read('/first', newCall());
    const reads = Array.from({ length: 10 }, (_, turn) =>
      http.read(`/${turn}`, createCall(new AbortController().signal, Date.now() + 5_000)),
    );
    const outcomes = await Promise.allSettled(reads);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(upstream.arrived).toHaveLength(4);
  });
});

describe('a spent budget in the API', () => {
  it('tells when to come back, and asks nobody in between', async () => {
    const gateway = await startTestGateway({ limits: { operationTimeoutMs: 3_000 } });
    const query =
      '{ deployments(first: 2, filter: { providers: ["ubiops"] }) { nodes { version { name } } } }';
    const node = (
      await gateway.query<{ deployments: { nodes: { id: string }[] } }>(
        '{ deployments(first: 1, filter: { providers: ["ubiops"] }) { nodes { id } } }',
      )
    ).data.deployments.nodes[0];
    gateway.sandbox.ubiops.setFaults([{ throttle: true }]);
    await gateway.query(query);
    const asked = gateway.requestsTo('ubiops').length;
    const { errors } = await gateway.query(`{ node(id: "${node?.id}") { id } }`);
    expect(errors[0]?.extensions).toMatchObject({
      code: 'PROVIDER_RATE_LIMITED',
      provider: 'ubiops',
      retryable: true,
      resetsAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(gateway.requestsTo('ubiops')).toHaveLength(asked);
    await gateway.close();
  });
});
