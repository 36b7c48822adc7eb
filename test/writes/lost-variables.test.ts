import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { StandInName } from '../../sandbox/index.ts';
import { toId } from '../../src/ids.ts';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { describeLosing } from './losing.ts';
import { createMakers, ofUbiops, PROJECT } from './services.ts';
import { type Case, createStage } from './stage.ts';

/** As in production: what is looked at before and after must not come out of the cache. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ cache: { enabled: true } });
});
beforeEach(() => gateway.clear());
afterAll(() => gateway.close());

const stage = createStage(() => gateway);
const { freshScope, newName, send, set, spoil } = stage;
const { newVersion } = createMakers(stage);

/** Variables are set to a value, so what was lost is set again: it is there once. */
const variables: Case[] = (['cloud66', 'humanitec', 'cloudfoundry', 'ubiops'] as const).map(
  (provider) => ({
    provider,
    mutation: 'setEnvironmentVariables',
    type: 'SetEnvironmentVariablesInput',
    write: /^(POST|PUT|PATCH) .*(environments|environment_variables|environment-variables|values)/,
    setsState: true,
    async prepare() {
      const ownerId = provider === 'ubiops' ? PROJECT : (await freshScope(provider)).id;
      return { ownerId, variables: [{ name: 'LOST', value: newName() }] };
    },
  }),
);

/** Whose history does not matter. */
const ownerOn = async (provider: StandInName, name = 'staging') =>
  provider === 'humanitec'
    ? toId('humanitec', 'Scope', ['sandbox-org', 'storefront', name])
    : provider === 'ubiops'
      ? PROJECT
      : (await freshScope(provider)).id;
/** Cloud 66 makes changes of variables while time goes by. */
const whileChanging = async (provider: StandInName, change: Promise<unknown>) => {
  let isOver = false;
  void change.finally(() => (isOver = true));
  await waitFor('the change', () => {
    if (provider === 'cloud66') gateway.sandbox.advance(500);
    return isOver;
  });
};
const deletions: Case[] = (['cloud66', 'humanitec', 'cloudfoundry', 'ubiops'] as const).map(
  (provider) => ({
    provider,
    mutation: 'deleteEnvironmentVariables',
    type: 'DeleteEnvironmentVariablesInput',
    write:
      /^(DELETE|PATCH) .*(environments|environment_variables|environment-variables|values)(\/.*)?$/,
    // It is deleted when time has gone by, which is no matter for the others.
    ...(provider === 'cloud66' && { takesTime: true }),
    async prepare() {
      const ownerId = await ownerOn(provider);
      await whileChanging(provider, set(ownerId, 'LOST'));
      return { ownerId, names: ['LOST'] };
    },
  }),
);

const copies: Case[] = [
  {
    provider: 'humanitec',
    mutation: 'copyEnvironmentVariables',
    type: 'CopyEnvironmentVariablesInput',
    write: /^(POST|PATCH) .*\/values/,
    setsState: true,
    async prepare() {
      const fromId = await ownerOn('humanitec');
      await set(fromId, 'LOST');
      return { fromId, toId: await ownerOn('humanitec', 'production'), names: ['LOST'] };
    },
  },
  ofUbiops(
    'copyEnvironmentVariables',
    /^POST .*\/copy-environment-variables$/,
    async () => {
      const [fromId, toId] = [await newVersion(), await newVersion()];
      await set(fromId, 'LOST');
      return { fromId, toId };
    },
    { setsState: true },
  ),
];

describeLosing(stage, [...variables, ...deletions, ...copies]);

it('deleting variables whose answer was lost tells each of them apart afterwards', async () => {
  const ownerId = await ownerOn('humanitec');
  await set(ownerId, 'FOUND');
  const deletion: Pick<Case, 'provider' | 'mutation' | 'type' | 'write'> = {
    provider: 'humanitec',
    mutation: 'deleteEnvironmentVariables',
    type: 'DeleteEnvironmentVariablesInput',
    write: /^DELETE .*\/values\/.*$/,
  };
  const input = { ownerId, names: ['FOUND', 'NEVER_MADE'], idempotencyKey: newName() };
  spoil(deletion, { loseAnswer: true });
  expect(await send(deletion, input)).toEqual(['OUTCOME_UNKNOWN', 'NOT_FOUND']);
  gateway.sandbox.humanitec.setFaults([]);
  gateway.sandbox.humanitec.clearRequests();
  // Looked up, and then replayed.
  expect(await send(deletion, input)).toEqual(['NOT_FOUND']);
  expect(await send(deletion, input)).toEqual(['NOT_FOUND']);
  expect(gateway.requestsTo('humanitec').filter((line) => !line.startsWith('GET '))).toEqual([]);
});
