import { afterEach, expect, test } from '@jest/globals';
import { type Sandbox, type StandInName, startSandbox } from '../../sandbox/index.ts';
import { toId } from '../../src/ids.ts';
import { isFinal } from '../../src/datasources/sightings.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { ASLEEP, type Station, toWords, watchStandIn } from './harness.ts';

const NAMES = ['humanitec', 'cloud66', 'cloudfoundry', 'ubiops'] as const;

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function sandboxed(): Promise<Sandbox> {
  const sandbox = await startSandbox();
  endings.push(() => sandbox.close());
  return sandbox;
}

/** A watcher of everything in one stand-in that has made its baseline. */
async function station(
  sandbox: Sandbox,
  name: StandInName,
  options: Parameters<typeof watchStandIn>[2] = {},
): Promise<Station> {
  const made = watchStandIn(sandbox, name, options);
  endings.push(() => made.watcher.close());
  made.watcher.interest({});
  await waitFor('units', () => made.watcher.status().length > 0);
  await waitFor('the first looks', () => made.watcher.status().every(({ looks }) => looks > 0));
  return made;
}

/** What begins or goes on in the first two minutes of a stand-in, seen every ten seconds. */
const SEEN: Record<(typeof NAMES)[number], string[]> = {
  humanitec: [
    'Deployment sandbox-org/payments/staging/055fed3a8f93: QUEUED > IN_PROGRESS',
    'Deployment sandbox-org/payments/staging/055fed3a8f93: IN_PROGRESS > FAILED',
    'Deployment sandbox-org/storefront/development/05d954e68e42: - > QUEUED',
    'Deployment sandbox-org/storefront/development/05d954e68e42: IN_PROGRESS > SUCCEEDED',
  ],
  cloud66: [
    'QUEUED > IN_PROGRESS',
    'IN_PROGRESS > SUCCEEDED',
    'IN_PROGRESS > FAILED',
    '- > QUEUED',
  ],
  cloudfoundry: [
    'Deployment c930cad8-57bc-43a5-a834-f814cee834fe/06b59c07-ad1f-4727-a1d8-259b165e6ea9: IN_PROGRESS > PAUSED',
    'Build b5624e45-ea72-4cd7-a662-bd7c47cbdd88/68f8959b-22c9-486a-a5e4-4d5056e3fc37: IN_PROGRESS > FAILED',
    'Deployment 32b554a3-b689-42c1-a7a7-aa9698bf60a8/f338bb87-6768-478a-a2b1-90392378faf8: CANCELLING > CANCELLED',
    'Build 35d66621-a0ad-4325-a7fd-533d4ce63169/b7c21fb8-aa79-4da4-a430-d3e4e4b4149b: - > IN_PROGRESS',
  ],
  ubiops: ['Build', 'Version', 'Deployment', 'QUEUED > IN_PROGRESS', 'IN_PROGRESS > SUCCEEDED'],
};

test.each(NAMES)(
  '%s: what was there is silent, and each transition is told once, in order',
  async (name) => {
    const sandbox = await sandboxed();
    const { looked, changes } = await station(sandbox, name);
    await looked(2);
    expect(await changes()).toEqual([]);

    for (let step = 0; step < 12; step += 1) {
      sandbox.advance(10_000);
      await looked(2);
    }
    const seen = await changes();
    const words = seen.map(toWords);
    for (const expected of SEEN[name]) {
      expect(words).toContainEqual(expect.stringContaining(expected));
    }
    const last = new Map<string, string>();
    const counts = new Map<string, number>();
    for (const { subjectId, from, status, sequence } of seen) {
      // The first of what was there before says how many there were.
      expect(sequence).toBe((counts.get(subjectId) ?? sequence - 1) + 1);
      counts.set(subjectId, sequence);
      if (last.has(subjectId)) expect(from).toBe(last.get(subjectId));
      expect(status).not.toBe(from);
      last.set(subjectId, status);
    }
    const before = seen.length;
    await looked(2);
    expect(await changes()).toHaveLength(before);
  },
  60_000,
);

test.each(NAMES)(
  '%s: what ended while nobody watched is told when somebody does again',
  async (name) => {
    const sandbox = await sandboxed();
    const first = await station(sandbox, name, { timing: ASLEEP });
    await first.watcher.close();
    const units = first.watcher.status();
    expect(units).toEqual([]);

    sandbox.advance(3_600_000);
    const { log } = first;
    const head = await log.head();
    await station(sandbox, name, { timing: ASLEEP, log });
    const { changes } = await log.read(head, 10_000);
    const ended = changes.filter(({ from, status }) => from !== null && isFinal(status));
    expect(ended.length).toBeGreaterThan(0);
    expect(new Set(changes.map(({ subjectId }) => subjectId)).size).toBe(changes.length);
  },
  30_000,
);

/** Requests of one look while the stand-in's time stands still. */
const COSTS: { name: StandInName; ofUnits: (count: number) => number; paths: RegExp }[] = [
  { name: 'humanitec', ofUnits: (count) => count, paths: /\/apps\/[^/]+\/envs$/ },
  { name: 'cloudfoundry', ofUnits: () => 3, paths: /\/v3\/(audit_events|deployments|builds)$/ },
];

test.each(COSTS)(
  '$name: a look costs the same for one as for a thousand who are interested',
  async ({ name, ofUnits, paths }) => {
    const sandbox = await sandboxed();
    const { watcher, looked } = await station(sandbox, name, { timing: ASLEEP });
    const ends = Array.from({ length: 1_000 }, () => watcher.interest({ providers: [name] }));
    sandbox[name].clearRequests();
    const units = watcher.status();
    const looking = looked(1);
    for (const { unitId } of units) watcher.nudge(unitId);
    await looking;
    const requests = sandbox[name].requests();
    expect(requests.filter(({ path }) => !paths.test(path))).toEqual([]);
    expect(requests).toHaveLength(ofUnits(units.length));
    for (const end of ends) end();
  },
);

test('a nudge is a look at once, and nothing is told twice however often it comes', async () => {
  const sandbox = await sandboxed();
  const { watcher, changes } = await station(sandbox, 'humanitec', { timing: ASLEEP });
  const staging = toId('humanitec', 'Scope', ['sandbox-org', 'payments', 'staging']);
  sandbox.advance(10_000);
  expect(await changes()).toEqual([]);
  for (let times = 0; times < 5; times += 1) watcher.nudge(staging);
  const seen = await waitFor('the change', async () => {
    const all = await changes();
    return all.length > 0 ? all : undefined;
  });
  expect(seen.map(toWords)).toEqual([
    'Deployment sandbox-org/payments/staging/055fed3a8f93: QUEUED > IN_PROGRESS',
  ]);
});

test('a provider that fails stops nobody, and its change is told when it is back', async () => {
  const sandbox = await sandboxed();
  const { watcher, changes, looked } = await station(sandbox, 'cloudfoundry');
  sandbox.cloudfoundry.setFaults([{ path: '/v3', status: 500, times: 4 }]);
  sandbox.advance(30_000);
  await waitFor('failed looks', () => watcher.status().some(({ failures }) => failures > 0));
  expect(watcher.status()[0]?.lastError).toBe('PROVIDER_UNAVAILABLE');
  await waitFor('the change', async () => (await changes()).length > 0);
  await looked(1);
  expect(watcher.status()[0]?.failures).toBe(0);
});

test('a newcomer that cannot be read is told as soon as it can', async () => {
  const sandbox = await sandboxed();
  const { watcher, changes, looked } = await station(sandbox, 'cloudfoundry', { timing: ASLEEP });
  const lookAgain = async () => {
    const looking = looked(1);
    for (const { unitId } of watcher.status()) watcher.nudge(unitId);
    await looking;
  };
  sandbox.advance(130_000);
  sandbox.cloudfoundry.setFaults([{ path: '/v3/(deployments|builds)$', status: 503, times: 2 }]);
  await lookAgain();
  expect(sandbox.cloudfoundry.faults()).toMatchObject([{ used: 2 }]);
  const newcomers = async () =>
    (await changes()).filter(({ from, type }) => from === null && type === 'Build');
  expect(await newcomers()).toEqual([]);
  await lookAgain();
  // One a minute. The events since the last one are asked for with that one.
  expect(await newcomers()).toHaveLength(2);
});

test.each([
  ['cloud66', '/deployments'],
  ['ubiops', '/versions'],
] as const)(
  '%s: a first look with holes is made again, and what it left out is never new',
  async (name, path) => {
    const sandbox = await sandboxed();
    sandbox[name].setFaults([{ path, status: 503, times: 1 }]);
    const { looked, changes } = await station(sandbox, name);
    await looked(4);
    expect(sandbox[name].faults()).toMatchObject([{ used: 1 }]);
    expect(await changes()).toEqual([]);
  },
);

test('what nobody is interested in any more is watched for a while, and then not at all', async () => {
  const sandbox = await sandboxed();
  const made = watchStandIn(sandbox, 'humanitec', { timing: { ...ASLEEP, lingerMs: 50 } });
  endings.push(() => made.watcher.close());
  const scope = toId('humanitec', 'Scope', ['sandbox-org', 'payments', 'staging']);
  const ends = [made.watcher.interest({ ids: [scope] }), made.watcher.interest({ ids: [scope] })];
  expect(made.watcher.status()).toHaveLength(1);
  ends[0]?.();
  ends[0]?.();
  expect(made.watcher.status()).toHaveLength(1);
  ends[1]?.();
  expect(made.watcher.status()).toHaveLength(1);
  await waitFor('the end', () => made.watcher.status().length === 0);
});

test('the scopes that the configuration names are watched without anybody', async () => {
  const sandbox = await sandboxed();
  const made = watchStandIn(sandbox, 'humanitec', {
    timing: ASLEEP,
    always: new Map([['humanitec', ['payments', 'no-such-scope']]]),
  });
  endings.push(() => made.watcher.close());
  await waitFor('the unit', () => made.watcher.status().length > 0);
  expect(made.watcher.status().map(({ unitId }) => unitId)).toEqual([
    toId('humanitec', 'Scope', ['sandbox-org', 'payments']),
  ]);
});

leavesNothingBehind();
