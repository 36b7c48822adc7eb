import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { refOf, toId } from '../../src/ids.ts';
import { ask } from '../helpers/ask.ts';
import { type Follower, follow, type Transport } from '../helpers/follow.ts';
import { startTestGatewayOf, type TestGateway } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { FAST } from './harness.ts';
import { compare, createWitness, type Statement, type Transition } from './witness.ts';

type Name = 'humanitec' | 'cloud66' | 'cloudfoundry' | 'ubiops';
type Type = Transition['type'];

/** What of each provider has a status. */
const PROVIDERS: { name: Name; types: Type[]; other: Name }[] = [
  { name: 'humanitec', types: ['Deployment'], other: 'cloud66' },
  { name: 'cloud66', types: ['Deployment'], other: 'humanitec' },
  { name: 'cloudfoundry', types: ['Deployment', 'Build'], other: 'humanitec' },
  { name: 'ubiops', types: ['Deployment', 'Version', 'Build'], other: 'humanitec' },
];
const TRANSPORTS: Transport[] = ['WebSocket', 'SSE'];
const LOOK_MS = 50;
/** What a provider allows is another test's business. */
const UNTHROTTLED = { budgets: 'endless' } as const;
/** By then something has changed everywhere. */
const FIRST_MS = 35_000;
const ADMIN = 'Bearer key-of-everybody';
const LIMITED = 'Bearer key-of-somebody';

interface StatusEvent {
  cursor: string;
  subjectId: string;
  from: string | null;
  to: string;
  rawStatus: string;
  object: { id: string; status: string; rawStatus: string } | null;
}
interface Message {
  event: StatusEvent;
}

const toDocument = (type: Type) => `subscription ($filter: StatusEventFilter, $since: String) {
  event: ${type.toLowerCase()}StatusChanged(filter: $filter, since: $since) {
    cursor subjectId from to rawStatus object: ${type.toLowerCase()} { id status rawStatus }
  }
}`;

const eventsOf = (follower: Follower<Message>): StatusEvent[] => {
  expect(follower.end()).toBeUndefined();
  return follower.seen.map(({ data, errors }) => {
    if (!data) throw new Error(JSON.stringify(errors));
    return data.event;
  });
};
const cursorsOf = (events: readonly StatusEvent[]) => events.map(({ cursor }) => cursor);

/** An event without what only the gateway knows, and a transition as it is to be seen. */
const toLine = (event: Omit<StatusEvent, 'cursor'>) => JSON.stringify(event);
const lineOf = ({ subjectId, from, status, rawStatus }: Transition) =>
  toLine({ subjectId, from, to: status, rawStatus, object: { id: subjectId, status, rawStatus } });
const linesOf = (events: readonly StatusEvent[]) =>
  events.map(({ cursor: _cursor, ...rest }) => toLine(rest)).sort();

/** The leaf scope of what has changed, and how a configuration names it. */
function leafOf(name: Name, subjectId: string): { id: string; path: string; parentId: string } {
  const { keys } = refOf(subjectId);
  const [first = '', second = '', third = ''] = keys;
  const scope = (...path: string[]) => toId(name, 'Scope', path);
  if (name === 'humanitec') {
    const [id, parentId] = [scope(first, second, third), scope(first, second)];
    return { id, path: `${second}/${third}`, parentId };
  }
  if (name === 'cloudfoundry') {
    return { id: scope('app', first), path: `app/${first}`, parentId: scope() };
  }
  return { id: scope(first), path: first, parentId: scope(first) };
}

describe.each(PROVIDERS)('$name', ({ name, types, other }) => {
  let sandbox: Sandbox;
  let gateway: TestGateway;
  let testify: () => Promise<Statement>;
  let now: Statement;
  /** Of all changes, those that are told over each transport. */
  let reference: Record<Transport, Map<Type, Follower<Message>>>;
  let start: string;
  let leaf: ReturnType<typeof leafOf>;
  const followers: Follower<Message>[] = [];

  const open = (
    transport: Transport,
    type: Type,
    variables: Record<string, unknown>,
    authorization = ADMIN,
  ) => {
    const { url } = gateway;
    const query = toDocument(type);
    const follower = follow<Message>(transport, { url, query, variables, authorization });
    followers.push(follower);
    return follower;
  };
  const followAll = (transport: Transport) =>
    new Map(types.map((type) => [type, open(transport, type, { filter: { providers: [name] } })]));
  const told = (transport: Transport, type: Type) => {
    const follower = reference[transport].get(type);
    return follower ? eventsOf(follower) : [];
  };
  const hasLooked = (looks: number) => {
    const units = gateway.gateway.watcher.status();
    return units.length > 0 && units.every((unit) => unit.looks >= looks);
  };
  /** Moves the stand-in on, and waits until one transport has told all that has changed. */
  const advance = async (ms: number): Promise<Transition[]> => {
    const counts = new Map(types.map((type) => [type, told('WebSocket', type).length]));
    sandbox.advance(ms);
    const after = await testify();
    const changes = compare(now, after);
    now = after;
    for (const type of types) {
      const count = (counts.get(type) ?? 0) + changes.filter((each) => each.type === type).length;
      const isTold = () => told('WebSocket', type).length >= count;
      await waitFor(`${type}s by WebSocket`, isTold, 30_000);
    }
    return changes;
  };

  beforeAll(async () => {
    // Time is deterministic: a rehearsal tells where something will change.
    const rehearsal = await startSandbox(UNTHROTTLED);
    testify = createWitness(rehearsal, name);
    const before = await testify();
    rehearsal.advance(FIRST_MS);
    const changes = compare(before, await testify());
    await rehearsal.close();
    const first = changes.find(({ type, from }) => type === types.at(-1) && from !== null);
    if (!first) throw new Error('nothing changes');
    leaf = leafOf(name, first.subjectId);

    sandbox = await startSandbox(UNTHROTTLED);
    testify = createWitness(sandbox, name);
    now = await testify();
    const key = (of: string, grants: unknown) => ({
      name: of,
      hash: createHash('sha256').update(`key-of-${of}`).digest('hex'),
      grants,
    });
    const apiKeys = [
      key('everybody', [{ role: 'viewer' }]),
      key('somebody', [{ role: 'viewer', providers: [name], scopes: [leaf.path] }]),
    ];
    const pace = { quickMs: LOOK_MS, slowMs: LOOK_MS, windowMs: 0.001 };
    const timing = { ...FAST, paceOf: () => pace };
    const settings = { cache: { enabled: true }, auth: { apiKeys } };
    gateway = await startTestGatewayOf(sandbox, settings, {}, timing);
    start = await gateway.events.head();
    reference = { WebSocket: followAll('WebSocket'), SSE: followAll('SSE') };
    await waitFor('the first looks', () => hasLooked(1), 30_000);
    const { subscribers } = gateway.gateway.deliveryStatus();
    expect(subscribers).toBe(types.length * TRANSPORTS.length);
  }, 60_000);
  afterAll(async () => {
    for (const follower of followers) follower.stop();
    await gateway.close();
    await sandbox.close();
  });

  it('tells each change over both transports, with the object as it is now', async () => {
    // Whatever is kept of them is to be forgotten in time.
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { id
      ... on Deployment { status } ... on Version { status } ... on Build { status } } }`;
    const ids = [...now].filter(([, { status }]) => /QUEUED|IN_PROGRESS/.test(status));
    const variables = { ids: ids.map(([id]) => id).slice(0, 100) };
    for (let times = 0; times < 2; times += 1) {
      const { data } = await ask(gateway.url, query, variables, { authorization: ADMIN });
      expect(data).toEqual({
        nodes: variables.ids.map((id) => ({ id, status: now.get(id)?.status })),
      });
    }

    const changes = await advance(FIRST_MS);
    expect(changes.length).toBeGreaterThan(0);
    for (const type of types) {
      const expected = changes.filter((change) => change.type === type).map(lineOf);
      expect(linesOf(told('WebSocket', type))).toEqual(expected.sort());
      await waitFor('SSE', () => told('SSE', type).length >= expected.length);
      expect(told('SSE', type)).toEqual(told('WebSocket', type));
    }
  }, 60_000);

  it('tells who was away exactly what they missed, and then goes on', async () => {
    const heads = new Map(types.map((type) => [type, told('SSE', type).at(-1)?.cursor ?? start]));
    const seen = new Map(types.map((type) => [type, told('SSE', type).length]));
    for (const follower of reference.SSE.values()) follower.stop();
    const missed = await advance(35_000);
    expect(missed.length).toBeGreaterThan(0);
    const back = new Map(
      types.map((type) => {
        const variables = { filter: { providers: [name] }, since: heads.get(type) };
        return [type, open('SSE', type, variables)] as const;
      }),
    );
    reference = { ...reference, SSE: back };
    const behind = (type: Type) => told('WebSocket', type).slice(seen.get(type));
    for (const type of types) {
      await waitFor('what was missed', () => told('SSE', type).length >= behind(type).length);
    }
    const later = await advance(30_000);
    for (const type of types) {
      await waitFor('what came then', () => told('SSE', type).length >= behind(type).length);
      expect(cursorsOf(told('SSE', type))).toEqual(cursorsOf(behind(type)));
      const all = [...missed, ...later].filter((change) => change.type === type);
      expect(behind(type)).toHaveLength(all.length);
    }
  }, 90_000);

  it('shows each change of a deployment in its history', async () => {
    const events = told('WebSocket', 'Deployment');
    const subjectId = events.at(-1)?.subjectId ?? '';
    const query = `query ($id: ID!) { deployment(id: $id) { status statusHistory(first: 50) {
      nodes { cursor subjectId from to rawStatus } } } }`;
    const { data } = await ask(gateway.url, query, { id: subjectId }, { authorization: ADMIN });
    const nodes = events
      .filter((event) => event.subjectId === subjectId)
      .map(({ object: _object, ...rest }) => rest)
      .reverse();
    expect(nodes.length).toBeGreaterThan(0);
    const { status } = now.get(subjectId) ?? {};
    expect(data).toEqual({ deployment: { status, statusHistory: { nodes } } });
  });

  it('tells each what they asked for, and a limited viewer only what is theirs', async () => {
    const type = types.at(-1) ?? 'Deployment';
    const all = told('WebSocket', type);
    const [first] = all.filter(({ subjectId }) => leafOf(name, subjectId).id === leaf.id);
    const isIn = ({ subjectId }: StatusEvent) => leafOf(name, subjectId).id === leaf.id;
    const isAbove = ({ subjectId }: StatusEvent) =>
      leafOf(name, subjectId).parentId === leaf.parentId;
    const cases: [unknown, (event: StatusEvent) => boolean, string?][] = [
      [{ ids: [first?.subjectId] }, ({ subjectId }) => subjectId === first?.subjectId],
      [{ scopeIds: [leaf.id] }, isIn],
      [{ scopeIds: [leaf.parentId] }, isAbove],
      [{ providers: [name], to: ['SUCCEEDED'] }, ({ to }) => to === 'SUCCEEDED'],
      [
        { providers: [name], terminalOnly: true },
        ({ to }) => /SUCCEEDED|FAILED|CANCELLED|SUPERSEDED/.test(to),
      ],
      [{ providers: [other] }, () => false],
      [{}, isIn, LIMITED],
      [{ providers: [name] }, isIn, LIMITED],
    ];
    const opened = cases.map(([filter, isWanted, who], index) => {
      const transport = TRANSPORTS[index % 2] ?? 'SSE';
      return { isWanted, follower: open(transport, type, { filter, since: start }, who) };
    });
    const expected = (isWanted: (event: StatusEvent) => boolean) =>
      cursorsOf(told('WebSocket', type).filter(isWanted));
    for (const { isWanted, follower } of opened) {
      await waitFor('the replay', () => eventsOf(follower).length >= expected(isWanted).length);
    }
    // What happens then shows as well that nothing else was on its way.
    for (let minute = 0; minute < 2; minute += 1) await advance(60_000);
    const whole = expected(() => true).length;
    expect(whole).toBeGreaterThan(all.length);
    for (const { isWanted, follower } of opened) {
      await waitFor('the rest', () => eventsOf(follower).length >= expected(isWanted).length);
      // The other provider, which one of them follows, goes on as well.
      const own = eventsOf(follower).filter(({ subjectId }) => refOf(subjectId).provider !== other);
      expect(cursorsOf(own)).toEqual(expected(isWanted));
    }
    for (const { follower } of opened.slice(-2)) {
      const providers = eventsOf(follower).map(({ subjectId }) => refOf(subjectId).provider);
      expect(new Set(providers)).toEqual(new Set([name]));
    }
    const counts = cases.map(([, isWanted]) => expected(isWanted).length > 0);
    expect(counts).toEqual(cases.map(([filter]) => !JSON.stringify(filter).includes(other)));
    expect(expected(isIn).length).toBeLessThan(expected(() => true).length);
  }, 120_000);
});
