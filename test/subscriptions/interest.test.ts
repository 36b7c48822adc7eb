import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refOf } from '../../src/ids.ts';
import { findTargets, PATHS, startWorld, type World } from '../auth/world.ts';
import { follow, type Follower } from '../helpers/follow.ts';
import { waitFor } from '../helpers/wait-for.ts';

const STATUS = `subscription ($filter: StatusEventFilter) {
  deploymentStatusChanged(filter: $filter) { subjectId } }`;

/** Only what somebody may see is asked for, whatever they subscribe to. */
describe.each(['humanitec', 'ubiops'] as const)('what is watched on %s', (provider) => {
  let world: World;
  const followers: Follower<unknown>[] = [];
  beforeAll(async () => {
    world = await startWorld(PATHS, {});
  });
  afterAll(async () => {
    for (const follower of followers) follower.stop();
    await world.close();
  });

  const subscribe = async (viewer: string, filter?: Record<string, unknown>) => {
    const count = followers.length + 1;
    const authorization = `Bearer key-of-${viewer}`;
    const variables = { filter };
    followers.push(
      follow('WebSocket', { url: world.url, query: STATUS, variables, authorization }),
    );
    await waitFor('it', () => world.gateway.deliveryStatus().subscribers === count);
  };
  /** "provider: keys" of all that is watched. */
  const units = () =>
    world.gateway.watcher
      .status()
      .map(({ unitId }) => [refOf(unitId).provider, ...refOf(unitId).keys].join(' '))
      .sort();
  const inside = { humanitec: 'humanitec sandbox-org storefront', ubiops: 'ubiops seed' }[provider];

  it('is nothing where none of it may be seen, by scope or by id', async () => {
    const outside = await findTargets(world, provider, PATHS[provider].outside);
    await subscribe(`admin-${provider}`, { scopeIds: [outside.scope] });
    await subscribe(`admin-${provider}`, { ids: [outside.deployment] });
    world.clear();
    expect(units()).toEqual([]);
    expect(world.sent()).toEqual([]);
  });

  it('is no more than what may be seen, where all of a provider or everything is wanted', async () => {
    await subscribe(`admin-${provider}`, { providers: [provider] });
    await subscribe(`viewer-${provider}`);
    await waitFor('a unit', () => units().length > 0);
    expect(units()).toEqual([inside]);
  });

  it('is the place inside, also by what is in it', async () => {
    const { deployment, scope } = await findTargets(world, provider, PATHS[provider].inside);
    await subscribe(`reader-${provider}`, { scopeIds: [scope] });
    await subscribe(`deployer-${provider}`, { ids: [deployment] });
    expect(units()).toEqual([inside]);
  });

  it('is everything for whoever may see everything', async () => {
    await subscribe('everything');
    await waitFor(
      'all providers',
      () => new Set(units().map((unit) => unit.split(' ')[0])).size === 4,
    );
    expect(units().length).toBeGreaterThan(7);
  });
});
