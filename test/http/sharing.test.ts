import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createCall } from '../../src/datasources/http/call.ts';
import { createChanges, createLine } from '../../src/datasources/http/line.ts';
import { ErrorCode } from '../../src/errors.ts';
import { newCall } from '../helpers/provider.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { NAME, useUpstream } from './upstream.ts';

const upstream = useUpstream();

describe('identical reads in flight', () => {
  it('are one request for all operations, and nothing is remembered', async () => {
    upstream.will('hold');
    const http = upstream.client();
    const reads = Array.from({ length: 20 }, () => http.read('/things', newCall(), { page: 1 }));
    await waitFor('the request', () => upstream.arrived.length);
    upstream.release();
    const answers = await Promise.all(reads);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(upstream.arrived).toEqual(['GET /things?page=1']);
    await http.read('/things', newCall(), { page: 1 });
    expect(upstream.arrived).toHaveLength(2);
  });

  it('are not joined by a read that comes after a write', async () => {
    upstream.will('hold');
    const http = upstream.client();
    const old = http.read('/things', newCall());
    await waitFor('the request', () => upstream.arrived.length);
    await http.send('POST', '/things', { json: {} }, z.unknown(), newCall());
    await http.read('/things', newCall());
    upstream.release();
    await old;
    expect(upstream.arrived).toEqual(['GET /things', 'POST /things', 'GET /things']);
  });

  it('are not joined after a write with other credentials, or a change that was heard of', async () => {
    let heard = 0;
    const changes = createChanges(() => heard);
    const line = createLine({ provider: NAME, timeoutMs: 5_000, concurrency: 8, changes });
    const [reader, writer] = [upstream.client({ line }), upstream.client({ line })];
    upstream.will('hold');
    const old = reader.read('/things', newCall());
    await waitFor('the request', () => upstream.arrived.length);
    await writer.send('POST', '/things', { json: {} }, z.unknown(), newCall());
    upstream.will('hold');
    const newer = reader.read('/things', newCall());
    await waitFor('the next request', () => upstream.arrived.length === 3);
    heard += 1;
    await reader.read('/things', newCall());
    upstream.release();
    await Promise.all([old, newer]);
    expect(upstream.arrived).toEqual(['GET /things', 'POST /things', 'GET /things', 'GET /things']);
  });

  it('fail together, and the next one is sent again', async () => {
    upstream.will(500);
    const http = upstream.client();
    const reads = [http.read('/things', newCall()), http.read('/things', newCall())];
    const outcomes = await Promise.allSettled(reads);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(upstream.arrived).toHaveLength(1);
    expect((await http.read('/things', newCall())).body).toEqual({ turn: 2 });
  });

  it('are not shared between paths, queries, and credentials', async () => {
    const dialect = (token: string) => ({
      authorize: () => ({ authorization: token }),
      explain: () => ({}),
      rateLimit: () => null,
    });
    const one = upstream.client({ dialect: dialect('one') });
    const other = upstream.client({ dialect: dialect('other') });
    await Promise.all([
      one.read('/things', newCall()),
      one.read('/others', newCall()),
      one.read('/things', newCall(), { page: 2 }),
      other.read('/things', newCall()),
    ]);
    expect([...upstream.arrived].sort()).toEqual([
      'GET /others',
      'GET /things',
      'GET /things',
      'GET /things?page=2',
    ]);
  });

  it('live on for one when the other goes, also when that one began', async () => {
    for (const leaver of [0, 1]) {
      upstream.will('hold');
      const before = upstream.arrived.length;
      const http = upstream.client();
      const controllers = [new AbortController(), new AbortController()];
      const reads = controllers.map(({ signal }) => http.read('/things', newCall(signal)));
      await waitFor('the request', () => upstream.arrived.length > before);
      const reason = new Error('gone');
      controllers[leaver]?.abort(reason);
      await expect(reads[leaver]).rejects.toBe(reason);
      upstream.release();
      expect((await reads[1 - leaver])?.body).toEqual({ turn: before + 1 });
      expect(upstream.arrived).toHaveLength(before + 1);
    }
    expect(upstream.givenUp).toEqual([]);
  });

  it('end upstream when everybody has gone, and whoever comes then starts anew', async () => {
    upstream.will('hold', 200);
    const http = upstream.client();
    const controllers = [new AbortController(), new AbortController()];
    const reads = controllers.map(({ signal }) => http.read('/things', newCall(signal)));
    await waitFor('the request', () => upstream.arrived.length);
    for (const controller of controllers) controller.abort(new Error('gone'));
    const late = http.read('/things', newCall());
    const outcomes = await Promise.allSettled(reads);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await late).body).toEqual({ turn: 2 });
    await waitFor('the end of the first', () => upstream.givenUp.length);
    expect(upstream.givenUp).toEqual(['GET /things']);
    expect(http.monitor.health()).toMatchObject({ status: 'UP', failedRequests: 0 });
  });

  it('end for each at its own deadline, whoever began', async () => {
    for (const hastyFirst of [true, false]) {
      upstream.will('hold');
      const http = upstream.client();
      const hasty = createCall(new AbortController().signal, Date.now() + 50);
      const patient = createCall(new AbortController().signal, Date.now() + 5_000);
      const calls = hastyFirst ? [hasty, patient] : [patient, hasty];
      const reads = new Map(calls.map((call) => [call, http.read('/things', call)]));
      await expect(reads.get(hasty)).rejects.toMatchObject({ code: ErrorCode.PROVIDER_TIMEOUT });
      upstream.release();
      expect(await reads.get(patient)).toBeDefined();
    }
    expect(upstream.arrived).toHaveLength(2);
  });
});
