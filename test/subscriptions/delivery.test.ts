import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Observation } from '../../src/subscriptions/events.ts';
import { Status } from '../../src/schema/enums.ts';
import { type Follower, follow, type Transport } from '../helpers/follow.ts';
import { startTestGateway, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';

leavesNothingBehind();

interface Subject {
  id: string;
  scope: { id: string; parent: { id: string; parent: { id: string } | null } | null };
  status: Status;
}

interface StatusEvent {
  cursor: string;
  subjectId: string;
  from: string | null;
  to: string;
  deployment?: { id: string; status: string } | null;
}

interface Data {
  deploymentStatusChanged: StatusEvent;
}

const EVENTS = `subscription Events($filter: StatusEventFilter, $since: String) {
  deploymentStatusChanged(filter: $filter, since: $since) { cursor subjectId from to }
}`;

const OBJECTS = `subscription Objects($filter: StatusEventFilter, $since: String) {
  deploymentStatusChanged(filter: $filter, since: $since) { cursor to deployment { id status } }
}`;

type World = { gateway: TestGateway; subjects: Map<string, Subject> };

/** One deployment of each provider, with the scopes it is in. */
async function findSubjects(gateway: TestGateway): Promise<Map<string, Subject>> {
  const { data } = await gateway.query<{
    providers: { name: string; deployments: { nodes: Subject[] } }[];
  }>(`{ providers { name deployments(first: 1) { nodes {
        id status scope { id parent { id parent { id } } } } } } }`);
  return new Map(
    data.providers.flatMap(({ name, deployments }) =>
      deployments.nodes.slice(0, 1).map((node) => [name, node] as const),
    ),
  );
}

function deliverySuite(transport: Transport, settings: () => Record<string, unknown>): void {
  let world: World;
  const followers: Follower<unknown>[] = [];

  beforeAll(async () => {
    const gateway = await startTestGateway({ ...UNWATCHED, ...settings() });
    world = { gateway, subjects: await findSubjects(gateway) };
    // The first look at a scope is a silent baseline.
    for (const name of world.subjects.keys()) await put(name, Status.QUEUED);
  });
  beforeEach(() => world.gateway.clear());
  afterAll(() => world.gateway.close());

  const subject = (name: string): Subject => {
    const found = world.subjects.get(name);
    if (!found) throw new Error(`no deployment of ${name}`);
    return found;
  };

  /** Lets the log see a deployment in a state, as the watcher would. */
  const put = async (name: string, status: Status, rawStatus: string = status) => {
    const { id, scope } = subject(name);
    const seen: Observation = {
      type: 'Deployment',
      subjectId: id,
      scopeId: scope.id,
      status,
      rawStatus,
      occurredAt: null,
    };
    return world.gateway.gateway.events.record(scope.id, [seen], 1);
  };

  const change = async (name: string, ...statuses: Status[]) => {
    for (const status of statuses) await put(name, status);
  };
  const head = () => world.gateway.gateway.events.head();

  const start = async (variables: Record<string, unknown> = {}, query = EVENTS) => {
    const before = world.gateway.gateway.deliveryStatus().subscribers;
    const follower = follow<Data>(transport, { url: world.gateway.url, query, variables });
    followers.push(follower);
    await waitFor(
      'the subscription to begin or to fail',
      () =>
        follower.end() !== undefined ||
        follower.seen.length > 0 ||
        world.gateway.gateway.deliveryStatus().subscribers > before,
    );
    return follower;
  };

  const eventsOf = ({ seen }: Follower<Data>) =>
    seen.flatMap(({ data }) => (data ? [data.deploymentStatusChanged] : []));
  const statesOf = (follower: Follower<Data>) => eventsOf(follower).map(({ to }) => to);

  const stopAll = async () => {
    for (const follower of followers.splice(0)) follower.stop();
    await waitFor(
      'all subscriptions to end',
      () => world.gateway.gateway.deliveryStatus().subscribers === 0,
    );
  };

  it('sends each change once, in order, to each of several subscribers', async () => {
    const both = [await start(), await start()];
    await change('humanitec', Status.IN_PROGRESS, Status.SUCCEEDED, Status.QUEUED);
    for (const follower of both) {
      await waitFor('three events', () => follower.seen.length === 3);
      expect(eventsOf(follower)).toMatchObject([
        { from: 'QUEUED', to: 'IN_PROGRESS', subjectId: subject('humanitec').id },
        { from: 'IN_PROGRESS', to: 'SUCCEEDED' },
        { from: 'SUCCEEDED', to: 'QUEUED' },
      ]);
    }
    await stopAll();
  });

  it('sends only what each filter lets in', async () => {
    const { id, scope } = subject('cloudfoundry');
    const organization = scope.parent?.parent?.id ?? 'no organization';
    const filters: [filter: Record<string, unknown>, expected: string[]][] = [
      [{ ids: [id] }, ['PAUSED', 'FAILED', 'QUEUED']],
      [{ ids: [subject('cloud66').id] }, ['SUCCEEDED', 'QUEUED']],
      [{ ids: [] }, []],
      [{ scopeIds: [scope.id] }, ['PAUSED', 'FAILED', 'QUEUED']],
      [{ scopeIds: [organization] }, ['PAUSED', 'FAILED', 'QUEUED']],
      [{ scopeIds: [subject('humanitec').scope.id], providers: ['cloudfoundry'] }, []],
      [{ providers: ['cloud66', 'ubiops'] }, ['SUCCEEDED', 'QUEUED']],
      [{ to: ['PAUSED', 'SUCCEEDED'] }, ['PAUSED', 'SUCCEEDED']],
      [{ terminalOnly: true }, ['FAILED', 'SUCCEEDED']],
      [{ terminalOnly: true, to: ['PAUSED', 'SUCCEEDED'] }, ['SUCCEEDED']],
      [{}, ['PAUSED', 'FAILED', 'SUCCEEDED', 'QUEUED', 'QUEUED']],
    ];
    const started: Follower<Data>[] = [];
    for (const [filter] of filters) started.push(await start({ filter }));
    await change('cloudfoundry', Status.PAUSED, Status.FAILED);
    await change('cloud66', Status.SUCCEEDED, Status.QUEUED);
    await change('cloudfoundry', Status.QUEUED);
    await waitFor('what the filters let in', () =>
      filters.every(([, expected], index) => started[index]?.seen.length === expected.length),
    );
    expect(started.map(statesOf)).toEqual(filters.map(([, expected]) => expected));
    await stopAll();
  });

  it('asks at most once what a scope is in', async () => {
    const scopeIds = [subject('cloudfoundry').scope.parent?.id];
    const first = await start({ filter: { scopeIds } });
    const second = await start({ filter: { scopeIds, to: ['PAUSED'] } });
    await change('cloudfoundry', Status.PAUSED, Status.QUEUED);
    await waitFor('the events', () => first.seen.length === 2 && second.seen.length === 1);
    expect(world.gateway.requestsTo('cloudfoundry').length).toBeLessThanOrEqual(1);
    await stopAll();
  });

  it.each([
    [{ filter: { providers: ['nowhere'] } }, 'BAD_USER_INPUT', /no provider "nowhere".*ubiops/],
    [{ filter: { ids: ['x'] } }, 'BAD_USER_INPUT', /filter\.ids.*not the id of a deployment/],
    [{ filter: { scopeIds: ['x'] } }, 'BAD_USER_INPUT', /filter\.scopeIds/],
    [{ filter: { to: ['DONE'] } }, 'BAD_USER_INPUT', /DONE/],
    [{ since: 'gibberish' }, 'BAD_USER_INPUT', /./],
  ])('refuses %j with %s', async (variables, code, message) => {
    const follower = await start(variables);
    const errors = await waitFor('the refusal', () => refusalOf(follower));
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(message),
        extensions: { code, requestId: expect.any(String) },
      },
    ]);
    await stopAll();
  });

  it('refuses a document that is not valid', async () => {
    const follower = await start({}, 'subscription { deploymentStatusChanged { nothing } }');
    const errors = await waitFor('the refusal', () => refusalOf(follower));
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    await stopAll();
  });

  it('replays what came after a cursor, then goes on without gap and repeat', async () => {
    const since = await head();
    const rounds = 130;
    const states = [Status.IN_PROGRESS, Status.QUEUED];
    for (let round = 0; round < rounds; round += 1) await change('humanitec', ...states);
    const arriving = (async () => {
      for (let round = 0; round < rounds; round += 1) await change('humanitec', ...states);
    })();
    const follower = await start({ since, filter: { providers: ['humanitec'] } });
    await arriving;
    await change('humanitec', Status.PAUSED);
    await waitFor('the last event', () => statesOf(follower).at(-1) === 'PAUSED');
    const cursors = eventsOf(follower).map(({ cursor }) => cursor);
    expect(new Set(cursors).size).toBe(cursors.length);
    expect(cursors).toEqual((await allCursors(since)).slice(0, cursors.length));
    expect(cursors).toHaveLength(rounds * 4 + 1);
    await change('humanitec', Status.QUEUED);
    await waitFor('the event after the replay', () => follower.seen.length === rounds * 4 + 2);
    await stopAll();
  });

  const allCursors = async (since: string): Promise<string[]> => {
    const cursors: string[] = [];
    let isComplete = false;
    for (let after = since; !isComplete; after = cursors.at(-1) ?? after) {
      const page = await world.gateway.gateway.events.read(after, 1_000);
      cursors.push(...page.events.map(({ cursor }) => cursor));
      isComplete = page.isComplete;
    }
    return cursors;
  };

  it('executes once an event for equal subscriptions, whatever their spaces and since', async () => {
    const since = await head();
    const variables = { filter: { to: ['PAUSED', 'QUEUED'], providers: ['humanitec'] } };
    await start({ ...variables, since });
    await start(
      { filter: { providers: ['humanitec'], to: ['PAUSED', 'QUEUED'] }, unused: 1 },
      `# a comment
       ${EVENTS.replaceAll('\n', '\n\n')}  query Neighbour { providers { name } }`.replace(
        'query Neighbour { providers { name } }',
        '',
      ),
    );
    const third = await start(variables);
    const before = world.gateway.gateway.deliveryStatus();
    expect(before).toMatchObject({ groups: 1, subscribers: 3 });
    await change('humanitec', Status.PAUSED, Status.QUEUED);
    await waitFor('the events', () => third.seen.length === 2);
    const after = world.gateway.gateway.deliveryStatus();
    expect(after.executions - before.executions).toBe(2);
    expect(after.delivered - before.delivered).toBe(6);
    await start({ filter: { to: ['PAUSED'], providers: ['humanitec'] } });
    expect(world.gateway.gateway.deliveryStatus().groups).toBe(2);
    await stopAll();
    expect(world.gateway.gateway.deliveryStatus().groups).toBe(0);
  });

  it('loads the object anew for each event, once for all who follow it', async () => {
    const { gateway } = world;
    const first = await start({}, OBJECTS);
    await start({}, OBJECTS);
    const other = await start({ filter: { providers: ['humanitec'] } }, OBJECTS);
    const { data } = await gateway.query<{ deployment: { status: string } }>(
      'query One($id: ID!) { deployment(id: $id) { status } }',
      { id: subject('humanitec').id },
    );
    gateway.clear();
    await put('humanitec', Status.IN_PROGRESS);
    await waitFor('the event', () => first.seen.length === 1 && other.seen.length === 1);
    expect(eventsOf(first)[0]?.deployment?.status).toBe(data.deployment.status);
    const asked = gateway.requestsTo('humanitec');
    expect(asked).toHaveLength(1);
    gateway.sandbox.advance(3_600_000);
    await put('humanitec', Status.QUEUED);
    await waitFor('the event', () => first.seen.length === 2 && other.seen.length === 2);
    expect(gateway.requestsTo('humanitec')).toEqual([...asked, ...asked]);
    await stopAll();
  });

  it('delivers the event with an error in it when its object cannot be loaded', async () => {
    const follower = await start({}, OBJECTS);
    world.gateway.sandbox.humanitec.setFaults([{ status: 502 }]);
    await put('humanitec', Status.PAUSED);
    await waitFor('the event', () => follower.seen.length === 1);
    expect(follower.seen[0]).toMatchObject({
      data: { deploymentStatusChanged: { to: 'PAUSED', deployment: null } },
      errors: [{ extensions: { code: 'PROVIDER_UNAVAILABLE', provider: 'humanitec' } }],
    });
    world.gateway.clear();
    await put('humanitec', Status.QUEUED);
    await stopAll();
  });

  it('answers queries too', async () => {
    const follower = follow<{ providers: { name: string }[] }>(transport, {
      url: world.gateway.url,
      query: '{ providers { name } }',
    });
    await waitFor('the answer', () => follower.end());
    expect(follower.end()).toBe('complete');
    expect(follower.seen[0]?.data?.providers.map(({ name }) => name)).toContain('ubiops');
    follower.stop();
  });
}

/** The errors that a subscription was refused with: a message of their own, or an only result. */
function refusalOf(follower: Follower<Data>): unknown {
  const end = follower.end();
  return Array.isArray(end) ? end : follower.seen[0]?.errors;
}

describe.each<Transport>(['WebSocket', 'SSE'])('delivery over %s, log in memory', (transport) => {
  deliverySuite(transport, () => ({}));
});

describeWithRedis('delivery with the log in Redis', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  describe.each<Transport>(['WebSocket', 'SSE'])('over %s', (transport) => {
    deliverySuite(transport, () => ({ redis: { url: redis.url, prefix: `live-${transport}:` } }));
  });
});
