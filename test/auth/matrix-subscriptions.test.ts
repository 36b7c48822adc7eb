import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { refOf, toId } from '../../src/ids.ts';
import { Status, WriteResult } from '../../src/schema/enums.ts';
import type { SubjectType } from '../../src/subscriptions/events.ts';
import type { WriteRecord } from '../../src/writes/audit.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { type Name, PROVIDERS } from './places.ts';
import { findTargets, PATHS, ROLE_NAMES, startWorld, type Targets, type World } from './world.ts';

/** Each subscription with what it speaks of. */
const FIELDS: Record<string, { type: SubjectType; subject: 'deployment' | 'version' | 'build' }> = {
  deploymentStatusChanged: { type: 'Deployment', subject: 'deployment' },
  versionStatusChanged: { type: 'Version', subject: 'version' },
  buildStatusChanged: { type: 'Build', subject: 'build' },
};

interface Event {
  cursor: string;
  subjectId: string;
}

const WRITES = `subscription ($filter: WriteEventFilter, $since: String) {
  writePerformed(filter: $filter, since: $since) { cursor subjectId: targetId } }`;
const documentOf = (field: string) =>
  field === 'writePerformed'
    ? WRITES
    : `subscription ($filter: StatusEventFilter, $since: String) {
  ${field}(filter: $filter, since: $since) { cursor subjectId provider { name } } }`;

const wrote = (targetId: string): WriteRecord => ({
  id: randomUUID(),
  requestId: 'a request',
  viewer: 'somebody',
  action: 'redeploy',
  provider: refOf(targetId).provider,
  targetId,
  result: WriteResult.DONE,
  code: undefined,
  changedIds: [],
  at: new Date(),
  durationMs: 1,
});

it('follows every subscription of the schema', () => {
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
  const names = Object.keys(schema.getSubscriptionType()?.getFields() ?? {});
  expect([...Object.keys(FIELDS), 'writePerformed'].sort()).toEqual(names.sort());
});

describe('events', () => {
  let world: World;
  const places = {} as Record<Name, { inside: Targets; outside: Targets }>;
  const stops: (() => void)[] = [];
  beforeAll(async () => {
    world = await startWorld(PATHS);
    for (const name of PROVIDERS) {
      places[name] = {
        inside: await findTargets(world, name, PATHS[name].inside),
        outside: await findTargets(world, name, PATHS[name].outside),
      };
    }
  });
  const settled = (count: number) =>
    waitFor('the subscribers', () => world.gateway.deliveryStatus().subscribers === count);
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop();
    await settled(0);
  });
  afterAll(() => world.close());

  /** Follows as a viewer; `end` says what the client was told when it was refused. */
  const follow = (viewer: string, field: string, variables: Record<string, unknown> = {}) => {
    const client = createClient({
      url: `${world.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer key-of-${viewer}` },
    });
    const seen: Event[] = [];
    let end: unknown;
    const sink = {
      next: (message: { data?: Record<string, Event> | null }) =>
        void seen.push(...Object.values(message.data ?? {})),
      error: (error: unknown) => (end ??= error),
      complete: () => (end ??= 'complete'),
    };
    client.subscribe({ query: documentOf(field), variables }, sink);
    stops.push(() => void client.dispose());
    return { seen, ids: () => seen.map(({ subjectId }) => subjectId), end: () => end };
  };
  let turn = 0;
  const change = async (field: string, targets: Targets): Promise<string> => {
    const { type, subject } = FIELDS[field] ?? { type: 'Deployment', subject: 'deployment' };
    const subjectId = targets[subject];
    turn += 1;
    const seen = { type, subjectId, scopeId: targets.leaf, rawStatus: `turn ${turn}` };
    // The first look at a scope is silent; each later one is another status.
    for (const status of [Status.QUEUED, turn % 2 ? Status.IN_PROGRESS : Status.PAUSED]) {
      await world.gateway.events.record(targets.leaf, [{ ...seen, status, occurredAt: null }], 1);
    }
    return subjectId;
  };

  describe.each(PROVIDERS)('of %s', (provider) => {
    it.each(Object.keys(FIELDS))('%s', async (field) => {
      const { inside, outside } = places[provider];
      const { subject } = FIELDS[field] ?? { subject: 'deployment' };
      const before = await world.gateway.events.head();
      const limited = ROLE_NAMES.map((role) => `${role}-${provider}`);
      const all = limited.map((viewer) => follow(viewer, field));
      const inPlace = limited.map((viewer) =>
        follow(viewer, field, { filter: { scopeIds: [inside.scope] } }),
      );
      const elsewhere = limited.flatMap((viewer) => [
        follow(viewer, field, { filter: { scopeIds: [outside.scope] } }),
        follow(viewer, field, { filter: { ids: [outside[subject]] } }),
      ]);
      const mixed = follow(`mixed-${provider}`, field);
      const stranger = follow(`stranger-${provider}`, field);
      await settled(all.length + inPlace.length + elsewhere.length + 2);

      const other = PROVIDERS.find((name) => name !== provider) ?? provider;
      const hidden = await change(field, outside);
      const shown = await change(field, inside);
      const foreign = await change(field, places[other].inside);
      for (const each of [...all, ...inPlace]) {
        await waitFor('the event inside', () => each.ids().includes(shown));
        expect(new Set(each.ids())).toEqual(new Set([shown]));
      }
      await waitFor('all events', () => mixed.ids().includes(foreign));
      expect(new Set(mixed.ids())).toEqual(new Set([hidden, shown, foreign]));
      await waitFor('the event of another provider', () => stranger.ids().includes(foreign));
      expect(new Set(stranger.ids())).toEqual(new Set([foreign]));

      // Nor when what happened before is asked for.
      const again = follow(`admin-${provider}`, field, { since: before });
      await waitFor('the replay', () => again.ids().includes(shown));
      const marker = await change(field, inside);
      await waitFor('what came after it', () => again.ids().at(-1) === marker);
      expect(new Set(again.ids())).toEqual(new Set([shown]));
      for (const each of elsewhere) expect([each.ids(), each.end()]).toEqual([[], undefined]);
    });

    it('writePerformed', async () => {
      const { inside, outside } = places[provider];
      const { events } = world.gateway;
      const before = await events.head();
      const told = [`admin-${provider}`, `whole-admin-${provider}`, `stranger-${provider}`];
      const [inPlace, whole, stranger] = told.map((name) => follow(name, 'writePerformed'));
      const filter = { scopeIds: [outside.scope] };
      const elsewhere = follow(`admin-${provider}`, 'writePerformed', { filter });
      await settled(4);
      for (const role of ROLE_NAMES.filter((name) => name !== 'admin')) {
        const refused = follow(`${role}-${provider}`, 'writePerformed');
        expect(JSON.stringify(await waitFor('the refusal', refused.end))).toContain('FORBIDDEN');
      }

      const other = PROVIDERS.find((name) => name !== provider) ?? provider;
      const targets = (['deployment', 'version', 'leaf'] as const).flatMap((what) => [
        outside[what],
        inside[what],
        places[other].inside[what],
      ]);
      for (const targetId of targets) await events.append(wrote(targetId));
      const insideOnly = targets.filter((_id, index) => index % 3 === 1);
      const ofProvider = targets.filter((_id, index) => index % 3 < 2);
      const others = targets.filter((_id, index) => index % 3 === 2);
      await waitFor('all writes', () => stranger?.ids().length === others.length);
      await waitFor('all of the provider', () => whole?.ids().length === ofProvider.length);
      await waitFor('those inside', () => inPlace?.ids().length === insideOnly.length);
      expect(stranger?.ids()).toEqual(others);
      expect(whole?.ids()).toEqual(ofProvider);
      expect(inPlace?.ids()).toEqual(insideOnly);

      // Nor when what happened before is asked for.
      const again = follow(`admin-${provider}`, 'writePerformed', { since: before });
      await waitFor('the replay', () => again.ids().length >= insideOnly.length);
      const marker = inside.deployment;
      await events.append(wrote(marker));
      await waitFor('what came after it', () => again.ids().length > insideOnly.length);
      expect(again.ids()).toEqual([...insideOnly, marker]);
      expect([elsewhere.ids(), elsewhere.end()]).toEqual([[], undefined]);
    });

    it('are refused of a provider without any grant, as of one that does not exist', async () => {
      const { inside } = places[provider];
      const words = async (filter: Record<string, unknown>) => {
        const { end } = follow(`stranger-${provider}`, 'deploymentStatusChanged', { filter });
        const told = await waitFor('the refusal', end);
        return JSON.stringify(told).replaceAll(/"requestId":"[^"]*"/g, '');
      };
      const nowhere = toId('nowhere', 'Deployment', ['a']);
      const refusals = [
        [await words({ providers: [provider] }), await words({ providers: ['nowhere'] })],
        [await words({ ids: [inside.deployment] }), await words({ ids: [nowhere] })],
      ];
      for (const [refused, missing] of refusals) {
        expect(refused).toContain('BAD_USER_INPUT');
        const plain = (text: string | undefined) =>
          text
            ?.replaceAll(provider, 'X')
            .replaceAll('nowhere', 'X')
            .replaceAll(/\\"[\w-]{12,}\\"/g, 'ID');
        expect(plain(refused)).toBe(plain(missing));
      }
    });
  });
});
