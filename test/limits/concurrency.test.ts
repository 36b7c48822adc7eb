import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSocket, subscribeTo } from '../helpers/connections.ts';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { VIEWERS } from './keys.ts';

describe('operations under way', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startTestGateway({
      auth: { apiKeys: VIEWERS },
      limits: { concurrentOperations: 2 },
      events: { watch: false },
    });
  });
  afterEach(() => gateway.close());

  const SLOW = '{ deployments(first: 1, filter: { providers: ["cloud66"] }) { nodes { id } } }';
  const ask = (viewer: string, query: string, signal?: AbortSignal) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': viewer },
      body: JSON.stringify({ query }),
      ...(signal && { signal }),
    });

  it('are limited for each viewer, and make room when a client hangs up', async () => {
    gateway.sandbox.cloud66.setFaults([{ latencyMs: 15_000 }]);
    const [gone, stays] = [new AbortController(), new AbortController()];
    const first = ask('ada', SLOW, gone.signal).catch(() => 'gone');
    const socket = await openSocket(gateway.url, { headers: { 'x-api-key': 'ada' } });
    socket.send({ type: 'connection_init' });
    await waitFor('connection_ack', () => socket.messages.length === 1);
    socket.send(subscribeTo('1', SLOW));
    await waitFor('no room', async () => (await ask('ada', '{ viewer { name } }')).status === 429);
    socket.send(subscribeTo('2', '{ viewer { name } }'));
    await waitFor('the refusal', () => socket.types().includes('error'));
    const { id, payload } = socket.messages.find(({ type }) => type === 'error') ?? {};
    expect([id, payload]).toMatchObject(['2', [{ extensions: { code: 'RATE_LIMITED' } }]]);

    const refused = await ask('ada', '{ viewer { name } }');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toMatchObject({
      errors: [
        {
          message: expect.stringMatching(/2 operations under way.*limits\.concurrent/) as unknown,
          extensions: { code: 'RATE_LIMITED', retryable: true },
        },
      ],
    });
    expect((await ask('bob', '{ viewer { name } }')).status).toBe(200);
    // Subscriptions have limits of their own.
    socket.send(subscribeTo('3', 'subscription { deploymentStatusChanged { cursor } }'));
    await waitFor('the subscription', () => gateway.gateway.deliveryStatus().subscribers === 1);

    gone.abort();
    expect(await first).toBe('gone');
    await waitFor('room', async () => (await ask('ada', '{ viewer { name } }')).status === 200);
    const second = ask('ada', SLOW, stays.signal).catch(() => 'gone');
    await waitFor('no room', async () => (await ask('ada', '{ viewer { name } }')).status === 429);
    socket.send({ id: '1', type: 'complete' });
    await waitFor('room', async () => (await ask('ada', '{ viewer { name } }')).status === 200);
    stays.abort();
    await second;
    socket.socket.close();
  });
});
