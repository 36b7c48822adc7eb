import { afterEach, expect, test } from '@jest/globals';
import { type Sandbox, type StandInName, startSandbox } from '../../sandbox/index.ts';
import { refOf, toId } from '../../src/ids.ts';
import { isFinal } from '../../src/datasources/sightings.ts';
import { readChanges } from '../helpers/changes.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { ASLEEP, FAST, type Station, toWords, watchStandIn } from './harness.ts';
import { compare, createWitness, type Transition } from './witness.ts';

leavesNothingBehind();

const NAMES = ['humanitec', 'cloud66', 'cloudfoundry', 'ubiops'] as const;

/** Every look is a thorough one; so many of them that UbiOps' budget lasts. */
const restless = (ms: number) => ({
  ...FAST,
  paceOf: () => ({ quickMs: ms, slowMs: ms, windowMs: 0.001 }),
});

/** A change with all that it says, to compare. */
function toLine({ type, subjectId, from, status, rawStatus }: Transition): string {
  return `${type} ${refOf(subjectId).keys.join('/')}: ${from ?? '-'} > ${status} (${rawStatus})`;
}

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
  await waitFor(
    'the first looks',
    () => made.watcher.status().every(({ looks }) => looks > 0),
    30_000,
  );
  return made;
}

/** Steps of the stand-ins' time: short ones in which little happens, and long ones. */
const STEPS = [25, 30, 60, 25].map((seconds) => seconds * 1_000);

test.each(NAMES)(
  '%s: what was there is silent, and each transition is told once, as the stand-in says it',
  async (name) => {
    const sandbox = await sandboxed();
    const question = createWitness(sandbox, name);
    let before = await question();
    const { looked, log } = await station(sandbox, name, {
      timing: restless(name === 'ubiops' ? 800 : 50),
    });
    const start = await log.head();
    await looked(2);
    expect((await log.read(start, 1)).events).toEqual([]);

    let total = 0;
    for (const [step, ms] of STEPS.entries()) {
      const head = await log.head();
      sandbox.advance(ms);
      const after = await question();
      const expected = compare(before, after).map(toLine);
      const arrived = async () => (await readChanges(log, head)).length;
      await waitFor('all changes', async () => (await arrived()) >= expected.length, 30_000);
      await looked(1);
      const changes = await readChanges(log, head);
      const told = changes.map(toLine);
      expect({ step, told: told.sort() }).toEqual({ step, told: expected.sort() });
      for (const change of changes) expect(change.status).not.toBe(change.from);
      total += changes.length;
      before = after;
    }
    const changes = await readChanges(log, start);
    expect(changes).toHaveLength(total);
    expect(total).toBeGreaterThan(5);
    const counts = new Map<string, number>();
    for (const { subjectId, sequence } of changes) {
      // The first of what was there before says how many there were.
      expect(sequence).toBe((counts.get(subjectId) ?? sequence - 1) + 1);
      counts.set(subjectId, sequence);
    }
  },
  90_000,
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
    const changes = await readChanges(log, head);
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

test('a unit is looked at often while something is in progress, and seldom when all has ended', async () => {
  const sandbox = await sandboxed();
  const pace = { quickMs: 500_000, slowMs: 900_000, windowMs: 1 };
  const made = watchStandIn(sandbox, 'humanitec', { timing: { ...FAST, paceOf: () => pace } });
  endings.push(() => made.watcher.close());
  const scope = toId('humanitec', 'Scope', ['sandbox-org', 'payments', 'staging']);
  made.watcher.interest({ ids: [scope] });
  await waitFor('the first look', () => made.watcher.status()[0]?.looks === 1);
  expect(made.watcher.status()).toMatchObject([{ intervalMs: pace.quickMs }]);
  sandbox.advance(50_000);
  made.watcher.nudge(scope, 1);
  await waitFor('the second look', () => made.watcher.status()[0]?.looks === 2);
  await waitFor('peace', () => made.watcher.status()[0]?.intervalMs === pace.slowMs);
});

test('looks take half of a provider’s budget and no more, by longer intervals', async () => {
  const sandbox = await sandboxed();
  const pace = { quickMs: 1_000, slowMs: 1_000, windowMs: 3_600_000 };
  const { watcher } = await station(sandbox, 'cloud66', {
    timing: { ...FAST, paceOf: () => pace },
  });
  const [{ requests, intervalMs } = { requests: 0, intervalMs: 0 }] = watcher.status();
  // The stand-in allows 30,000 an hour.
  expect(requests).toBeGreaterThan(10);
  expect(requests).toBe(sandbox.cloud66.requests().length);
  expect((requests * pace.windowMs) / intervalMs).toBeCloseTo(15_000);
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
