import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toId } from '../../src/ids.ts';
import { UNWATCHED } from '../helpers/gateway.ts';
import { PROVIDERS, type Name } from './places.ts';
import {
  findTargets,
  outcomeOf,
  PATHS,
  ROLE_NAMES,
  ROLES,
  startWorld,
  type Told,
  type Targets,
  withTime,
  type World,
} from './world.ts';

type Payloads = Record<string, Told | null>;

const ACTIONS = {
  canCancel: 'cancelDeployment',
  canContinue: 'continueDeployment',
  canRollback: 'rollback',
  canRedeploy: 'redeploy',
} as const;
type Ability = keyof typeof ACTIONS;
const ABILITIES = Object.keys(ACTIONS) as Ability[];

const ACT = (name: string) => `mutation ($id: ID!) { ${name}(input: { deploymentId: $id }) {
  userErrors { field code message providerCode } } }`;

type Row = Record<Ability, boolean> & { id: string; status: string };

async function rowsOf(world: World, viewer: string, scope: string): Promise<Row[]> {
  const { data } = await world.askAs<{ deployments: { nodes: Row[] } }>(
    viewer,
    `query ($id: ID!) { deployments(filter: { scopeIds: [$id] }, first: 40) {
      nodes { id status ${ABILITIES.join(' ')} } } }`,
    { id: scope },
  );
  return data.deployments.nodes;
}

/** What can be done to one or another rollout of each platform. */
const ABILITIES_OF: Partial<Record<Name, Ability[]>> = {
  humanitec: ['canRollback', 'canRedeploy'],
  cloud66: ['canCancel', 'canRollback', 'canRedeploy'],
  cloudfoundry: ABILITIES,
};

const REFUSALS = ['UNSUPPORTED', 'CONFLICT', 'BAD_USER_INPUT', 'PROVIDER_REJECTED'];

/** Platforms with rollouts that can be steered. */
const ROLLOUTS = PROVIDERS.filter((name) => name !== 'ubiops');

describe.each(ROLLOUTS)('can* of %s', (provider) => {
  let world: World;
  let targets: Targets;
  beforeAll(async () => {
    world = await startWorld(PATHS);
    targets = await findTargets(world, provider, PATHS[provider].inside);
  });
  afterAll(() => world.close());

  const act = async (viewer: string, ability: Ability, id: string) =>
    outcomeOf(
      await withTime(world, world.askAs<Payloads | null>(viewer, ACT(ACTIONS[ability]), { id })),
    );

  /** A rollout under way, which pauses where that can be. */
  const begin = async () => {
    const strategy = { canary: { steps: [{ weight: 20 }, { weight: 60 }] } };
    const source = { deploymentId: targets.deployment };
    await world.askAs('everything', START, {
      input: {
        scopeId: targets.leaf,
        ...(provider === 'cloudfoundry' && { strategy }),
        ...(provider === 'humanitec' && { source }),
      },
    });
    world.sandbox.advance(provider === 'cloudfoundry' ? 60_000 : 20_000);
  };

  it('are what then happens, for those who may deploy', async () => {
    const viewer = `deployer-${provider}`;
    const seen: string[] = [];
    for (const ability of ABILITIES) {
      const isSteering = ability === 'canCancel' || ability === 'canContinue';
      // One that is under way is in the way of all others on Humanitec.
      if (isSteering && provider !== 'humanitec') await begin();
      // What was done before has changed what can be done.
      const rows = await rowsOf(world, viewer, targets.leaf);
      const not = rows.find((each) => !each[ability]);
      const able = rows.find((each) => each[ability]);
      // Nothing but a rollout under way can be steered, and all refuse it of another.
      if (isSteering && not) expect(REFUSALS).toContain(await act(viewer, ability, not.id));
      if (!able) continue;
      seen.push(ability);
      expect([able, await act(viewer, ability, able.id)]).toEqual([able, 'done']);
      world.sandbox.advance(3_600_000);
    }
    expect(seen).toEqual(ABILITIES_OF[provider]);
  });

  it.each(['viewer', 'reader'] as const)('are false for a %s, who is refused', async (role) => {
    const rows = await rowsOf(world, `${role}-${provider}`, targets.leaf);
    const [row] = rows;
    if (!row) throw new Error('there is no rollout');
    for (const ability of ABILITIES) {
      expect(rows.some((each) => each[ability])).toBe(false);
      expect(await act(`${role}-${provider}`, ability, row.id)).toBe('FORBIDDEN');
    }
  });
});

const START = `mutation ($input: StartDeploymentInput!) {
  startDeployment(input: $input) { deployment { id } userErrors { message } } }`;

describe('permissions and variables', () => {
  let world: World;
  const places = {} as Record<Name, Targets>;
  beforeAll(async () => {
    world = await startWorld(PATHS);
    for (const name of PROVIDERS) {
      places[name] = await findTargets(world, name, PATHS[name].inside);
    }
  });
  afterAll(() => world.close());

  const VARIABLES = `{ changedNames environmentVariables { name value secret }
    userErrors { field code message providerCode } }`;
  const SET = `mutation ($id: ID!, $value: String!) { setEnvironmentVariables(input: {
    ownerId: $id, variables: [{ name: "COLOUR", value: $value }] }) ${VARIABLES} }`;
  const VALUES = `query ($id: ID!) { node(id: $id) { ... on VariableOwner {
    environmentVariables(names: ["COLOUR"]) { name value } } } }`;

  const set = (viewer: string, id: string, value: string) =>
    withTime(
      world,
      world.askAs<{
        setEnvironmentVariables: Told & {
          environmentVariables: { name: string; value: string | null }[] | null;
        };
      }>(viewer, SET, { id, value }),
    );
  const valueFor = async (viewer: string, id: string) => {
    const { data } = await world.askAs<{
      node: { environmentVariables: { value: string | null }[] } | null;
    }>(viewer, VALUES, { id });
    return data.node?.environmentVariables[0]?.value;
  };

  describe.each(PROVIDERS)('of %s', (provider) => {
    it.each(ROLE_NAMES)('of a %s are told as they are', async (role) => {
      const viewer = `${role}-${provider}`;
      const { leaf } = places[provider];
      const { data } = await world.askAs<{ viewer: { permissions: Record<string, boolean>[] } }>(
        viewer,
        '{ viewer { permissions { canRead canReadVariables canDeploy canAdminister } } }',
      );
      const [told = {}] = data.viewer.permissions;
      expect(data.viewer.permissions).toHaveLength(1);
      expect(told.canRead).toBe((await rowsOf(world, viewer, leaf)).length > 0);

      const red = await set('everything', leaf, 'red');
      expect(red.errors).toEqual([]);
      expect((await valueFor(viewer, leaf)) === 'red').toBe(told.canReadVariables);
      expect(told.canReadVariables).toBe('readVariables' in ROLES[role]);

      const blue = await set(viewer, leaf, 'blue');
      expect(outcomeOf(blue)).toBe(told.canDeploy ? 'done' : 'FORBIDDEN');
      expect(await valueFor('everything', leaf)).toBe(told.canDeploy ? 'blue' : 'red');
      // Who may write and not read is not shown what was written, either.
      if (told.canDeploy) {
        const shown = blue.data.setEnvironmentVariables.environmentVariables;
        const values = shown?.flatMap(({ value }) => value ?? []) ?? [];
        expect(values.includes('blue')).toBe(told.canReadVariables);
        expect(values.length > 0).toBe(told.canReadVariables);
      }

      const made = await world.askAs<Payloads | null>(
        viewer,
        `mutation ($id: ID!, $name: String!) {
          createDeployment(input: { scopeId: $id, name: $name }) { userErrors { code } } }`,
        { id: places[provider].scope, name: `made-by-${role}` },
      );
      const able = provider === 'ubiops' ? 'done' : 'UNSUPPORTED';
      expect(outcomeOf(made)).toBe(told.canAdminister ? able : 'FORBIDDEN');
    });
  });

  it('are for administrators of the whole platform, where all apps share variables', async () => {
    const group = toId('cloudfoundry', 'Scope', []);
    const app = places.cloudfoundry.leaf;
    const remove = (viewer: string) =>
      world.askAs<Payloads | null>(
        viewer,
        `mutation ($id: ID!) { deleteEnvironmentVariables(input: {
          ownerId: $id, names: ["COLOUR"] }) ${VARIABLES} }`,
        { id: group },
      );
    const copy = (viewer: string) =>
      world.askAs<Payloads | null>(
        viewer,
        `mutation ($from: ID!, $to: ID!) { copyEnvironmentVariables(input: {
          fromId: $from, toId: $to, names: ["COLOUR"] }) ${VARIABLES} }`,
        { from: app, to: group },
      );
    for (const [viewer, code] of [
      ['admin-cloudfoundry', 'NOT_FOUND'],
      ['stranger-cloudfoundry', 'NOT_FOUND'],
      ['mixed-cloudfoundry', 'FORBIDDEN'],
      ['whole-viewer-cloudfoundry', 'FORBIDDEN'],
      ['whole-deployer-cloudfoundry', 'FORBIDDEN'],
    ] as const) {
      world.clear();
      for (const answer of [await set(viewer, group, 'green'), await remove(viewer)]) {
        expect([viewer, outcomeOf(answer)]).toEqual([viewer, code]);
      }
      expect([viewer, outcomeOf(await copy(viewer))]).toEqual([viewer, code]);
      expect(world.sent().filter((line) => !/^GET \/v3\/(apps|spaces)$/.test(line))).toEqual([]);
    }
    // The gateway's own token does not reach that far, which the platform says itself.
    const admin = 'whole-admin-cloudfoundry';
    expect(outcomeOf(await set(admin, group, 'green'))).toBe('PROVIDER_UNAUTHORIZED');
    await world.close();
    world = await startWorld(PATHS, UNWATCHED, { cloudfoundry: 'sandbox-admin' });
    expect(outcomeOf(await set(admin, group, 'green'))).toBe('done');
    expect(outcomeOf(await set(admin, app, 'black'))).toBe('done');
    expect(outcomeOf(await copy(admin))).toBe('done');
    expect(await valueFor(admin, group)).toBe('black');
    expect(outcomeOf(await remove(admin))).toBe('done');
    expect(await valueFor(admin, group)).toBeUndefined();
  });
});
