import { beforeAll, describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import type { Sandbox } from '../../sandbox/index.ts';
import { ACCOUNT, ERROR, LIST, ROWS, SINGLE, STACK, UNPAGED } from './cloud66-shapes.ts';
import { get, type Reply, type Row } from './http.ts';
import { createStarter } from './started.ts';

const start = createStarter();

const BASE = '/api/3';
const UNPAGED_LISTS = ['application_variants', 'notifications'];

let sandbox: Sandbox;
let stacks: Row[];

beforeAll(async () => {
  sandbox = await start();
  stacks = await listAll('/stacks', STACK);
});

const ask = (path: string): Promise<Reply> => get(sandbox, 'cloud66', BASE + path);

/** Reads all pages of a list, holding rows, envelope and arithmetic to what the pages document. */
async function listAll(path: string, row: z.ZodType): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page += 1) {
    const { status, body, url } = await ask(page === 1 ? path : `${path}?page=${page}`);
    expect({ url, status }).toEqual({ url, status: 200 });
    const { response, pagination } = LIST.parse(body);
    for (const each of response) rows.push(conform(row, each, url));
    const { count, pages, next } = pagination;
    const isLast = page === pages;
    expect({ url, ...pagination, rows: response.length }).toEqual({
      url,
      count,
      current: page,
      per_page: 30,
      pages: Math.max(1, Math.ceil(count / 30)),
      previous: page === 1 ? null : page - 1,
      next: isLast ? null : page + 1,
      rows: isLast ? count - 30 * (pages - 1) : 30,
    });
    if (next === null) return rows;
  }
}

/** The value as its shape says; the error says which request it came from. */
function conform(shape: z.ZodType, value: unknown, url: string): Row {
  const { error, data } = shape.safeParse(value);
  if (error) throw new Error(`${url} ${JSON.stringify(error.issues)}`);
  return data as Row;
}

/** The rows of one list of a stack, paged or not. */
async function listOf(uid: string, list: keyof typeof ROWS): Promise<Row[]> {
  const path = `/stacks/${uid}/${list}`;
  if (!UNPAGED_LISTS.includes(list)) return listAll(path, ROWS[list]);
  const { body, url } = await ask(path);
  return UNPAGED.parse(body).response.map((row) => conform(ROWS[list], row, url));
}

describe('the Cloud 66 stand-in answers as the pages show', () => {
  test('stacks, on several pages, with every status and health between them', () => {
    expect(stacks.length).toBeGreaterThan(30);
    expect(new Set(stacks.map(({ uid }) => uid)).size).toBe(stacks.length);
    expect(new Set(stacks.map(({ status }) => status))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
    expect(new Set(stacks.map(({ health }) => health))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  test.each(Object.keys(ROWS) as (keyof typeof ROWS)[])('%s of every stack', async (list) => {
    const counts: number[] = [];
    for (const { uid } of stacks) counts.push((await listOf(String(uid), list)).length);
    expect(Math.max(...counts)).toBeGreaterThan(0);
  });

  test('one object as it is in its list', async () => {
    for (const { uid } of stacks.slice(0, 8)) {
      const stack = `/stacks/${String(uid)}`;
      expect(SINGLE.parse((await ask(stack)).body).response).toMatchObject({ uid });
      for (const list of ['deployments', 'environments', 'application_variants'] as const) {
        for (const row of (await listOf(String(uid), list)).slice(0, 4)) {
          const { body } = await ask(`${stack}/${list}/${String(row['id'])}`);
          expect(body).toEqual({ response: row });
        }
      }
      const [action] = await listOf(String(uid), 'actions');
      if (action) {
        const { body } = await ask(`${stack}/actions/${String(action['id'])}`);
        expect(body).toEqual(action);
      }
    }
    await listAll('/accounts', ACCOUNT);
  });

  test('a list of variables whose top-level count is 30, however many there are', async () => {
    const [{ uid } = {}] = stacks;
    const { body } = await ask(`/stacks/${String(uid)}/environments?page=2`);
    const { count, pagination, response } = LIST.parse(body);
    expect(count).toBe(30);
    expect(pagination.count).toBe(30 + response.length);
  });

  test('a page past the end: empty, and no next', async () => {
    const { status, body } = await ask('/stacks?page=99');
    expect(status).toBe(200);
    const { response, pagination } = LIST.parse(body);
    expect(response).toEqual([]);
    expect(pagination).toMatchObject({ current: 99, next: null, count: stacks.length });
  });

  test('the same with and without the .json suffix', async () => {
    const [{ uid } = {}] = stacks;
    for (const path of [
      '/stacks',
      `/stacks/${String(uid)}`,
      `/stacks/${String(uid)}/deployments`,
    ]) {
      expect((await ask(`${path}.json`)).text).toBe((await ask(path)).text);
    }
  });

  test('which this test notices when it does not', async () => {
    const broken = [
      { '/response/0/status': 8 },
      { '/response/0/created_at': '2014-08-14T00:38:14Z' },
      { '/response/0/backend': undefined },
      { '/response/0/colour': 'red' },
      { '/pagination/next': 3 },
      { '/pagination/pages': '2' },
      { '/pagination/count': 30 },
    ];
    for (const set of broken) {
      sandbox.cloud66.setFaults([{ set, times: 1 }]);
      await expect(listAll('/stacks', STACK)).rejects.toThrow();
    }
    expect(await listAll('/stacks', STACK)).toEqual(stacks);
  });

  test.each([
    ['/stacks/none', 404, 'not_found'],
    ['/stacks?page=0', 400, 'bad_request'],
    ['/no-such-thing', 503, 'not_implemented'],
  ])('the error of %s', async (path, status, error) => {
    const reply = await ask(path);
    expect(reply.status).toBe(status);
    expect(ERROR.parse(reply.body).error).toBe(error);
  });
});

describe('the deployments of a Cloud 66 stack', () => {
  test('come newest first, with one head and at most one that is live', async () => {
    for (const { uid } of stacks) {
      const rows = await listOf(String(uid), 'deployments');
      const ids = rows.map(({ id }) => Number(id));
      expect(ids).toEqual(ids.toSorted((one, other) => other - one));
      expect(rows.filter((row) => row['is_head'])).toHaveLength(Math.min(1, rows.length));
      expect(rows.filter((row) => row['is_live']).length).toBeLessThanOrEqual(1);
    }
  });

  test('are unfinished exactly while they are pending', async () => {
    for (const { uid } of stacks) {
      for (const row of await listOf(String(uid), 'deployments')) {
        const isPending = (row['outcome'] as Row)['meaning'] === 'pending';
        expect(row['finished_at'] === null).toBe(isPending);
        expect(row['is_deploying']).toBe(isPending && row['started_at'] !== null);
        expect(row['reverted'] === true).toBe(row['reverted_by'] !== null);
      }
    }
  });
});
