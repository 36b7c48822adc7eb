import { expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createCall } from '../../src/datasources/http/call.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { PLAIN, useUpstream } from './upstream.ts';

const upstream = useUpstream();

/** A client that logs as the gateway does, and what it logged. */
const start = (level: string) => {
  const lines: string[] = [];
  const log = pino({ level }, { write: (line) => lines.push(line) });
  const client = upstream.client({
    dialect: { ...PLAIN, authorize: () => ({ authorization: 'Bearer planted-token' }) },
    retries: 1,
    report: (attempt) => log.debug(attempt, 'asked a provider'),
  });
  return { client, lines };
};
const call = () =>
  createCall(new AbortController().signal, Date.now() + 5_000, { requestId: 'request-7' });

it('logs each attempt with what came of it, and no secret', async () => {
  const { client, lines } = start('debug');
  upstream.will('drop', { status: 200, body: '{"secret":"planted-answer"}' });
  await client.read('/things', call(), { search: 'planted-query' });
  await waitFor('both lines', () => lines.length === 2);
  const [first, second] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const common = { provider: 'under-test', request: 'GET /things', requestId: 'request-7' };
  expect(first).toMatchObject({ ...common, attempt: 1, code: 'PROVIDER_UNAVAILABLE' });
  expect(second).toMatchObject({ ...common, attempt: 2, status: 200 });
  expect(second?.durationMs).toEqual(expect.any(Number));
  expect(lines.join('')).not.toContain('planted');
});

it('says nothing above debug level', async () => {
  const { client, lines } = start('info');
  await client.read('/things', call());
  expect(lines).toEqual([]);
});
