import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { parseConfig } from '../../src/config.ts';
import { startTestGatewayOf, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { VIEWERS } from './keys.ts';
import { LIVE } from './provoking/live.ts';
import { OPERATIONS } from './provoking/operations.ts';
import { PERSISTED } from './provoking/persisted.ts';
import type { Provocation, World } from './provoking/provocation.ts';
import { REQUESTS } from './provoking/requests.ts';

/** What shows that each row of the table is true, by what stands in its first column. */
const PROVOCATIONS: Record<string, Provocation> = {
  ...OPERATIONS,
  ...REQUESTS,
  ...LIVE,
  ...PERSISTED,
};

interface Row {
  limit: string;
  /** Paths of settings; none: it cannot be set. */
  settings: string[];
  defaults: number[];
  /** What a client sees: statuses, codes of errors, and codes of closed sockets. */
  shown: string[];
}

function readTable(): Row[] {
  const [, text = ''] = readFileSync('docs/operations.md', 'utf8').split('## Limits');
  const lines = text.split('\n## ')[0]?.match(/^\|.*\|$/gm) ?? [];
  return lines.slice(2).map((line) => {
    const [limit = '', defaults = '', , shown = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    return {
      limit: limit.replaceAll('`', ''),
      settings: [...limit.matchAll(/`(\w+\.[\w.]+)`/g)]
        .map(([, path = '']) => path)
        .filter((path) => !path.startsWith('filter.')),
      defaults: (defaults.match(/[\d,]*\d/g) ?? []).map((digits) =>
        Number(digits.replaceAll(',', '')),
      ),
      shown: tokensIn(shown),
    };
  });
}

function tokensIn(text: string): string[] {
  const codes = [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)+|FORBIDDEN)`/g)].map(
    ([, code = '']) => code,
  );
  return [
    ...new Set([...codes, ...(text.match(/HTTP \d{3}|\b(?:1\d{3}|44\d\d)\b/g) ?? [])]),
  ].sort();
}

/** Every setting that is a number, by its path. */
function numbersOf(value: unknown, path: string): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => numbersOf(below, `${path}.${key}`));
}

const TABLE = readTable();

it('has a row for each limit, with its default, and no row for what is none', () => {
  const providers = [
    { name: 'c', kind: 'cloud66', baseUrl: 'http://127.0.0.1:1', credentials: { token: 'x' } },
  ];
  const file = JSON.stringify({ auth: { apiKeys: VIEWERS }, providers });
  const { limits, live, files, events, server } = parseConfig(file, 'test', {});
  const settings = [
    ...numbersOf(limits, 'limits'),
    ...numbersOf(live, 'live'),
    ...numbersOf(files, 'files'),
    ...numbersOf(events, 'events'),
    ...numbersOf(server.persistedQueries, 'server.persistedQueries'),
  ];
  const rows = TABLE.flatMap(({ settings, defaults }) =>
    settings.map((path, index) => [
      path,
      defaults[defaults.length === settings.length ? index : 0],
    ]),
  );
  expect(settings.length).toBeGreaterThan(20);
  expect(rows.sort()).toEqual(settings.sort());
});

it('has a row for each limit that is provoked, and the other way round', () => {
  expect(TABLE.map(({ limit }) => limit).sort()).toEqual(Object.keys(PROVOCATIONS).sort());
});

describeWithRedis('what a client sees of each limit', () => {
  let sandbox: Sandbox;
  let redis: TestRedis;
  const running: TestGateway[] = [];
  beforeAll(async () => {
    sandbox = await startSandbox();
    redis = await startRedis();
  });
  afterAll(async () => {
    await sandbox.close();
    await redis.stop();
  });

  const world = (): World => ({
    sandbox,
    redisUrl: redis.url,
    async start(settings, everyProvider) {
      const more = { ...UNWATCHED, ...settings };
      const gateway = await startTestGatewayOf(sandbox, more, everyProvider);
      running.push(gateway);
      if ('redis' in settings) await waitFor('Redis', () => isUp(gateway.url));
      return gateway;
    },
  });

  it.each(TABLE)('$limit', async ({ limit, shown }) => {
    try {
      const seen = await PROVOCATIONS[limit]?.(world());
      expect([...new Set(seen)].sort()).toEqual(shown);
    } finally {
      for (const gateway of running.splice(0)) {
        gateway.clear();
        await gateway.close();
      }
    }
  });
});

async function isUp(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health/ready`);
  return ((await response.json()) as { parts: { redis: string } }).parts.redis === 'up';
}
