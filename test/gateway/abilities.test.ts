import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOf } from '../../sandbox/random.ts';
import { toId } from '../../src/ids.ts';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';

const MUTATIONS = {
  canCancel: ['cancelDeployment', 'DeploymentActionInput'],
  canContinue: ['continueDeployment', 'DeploymentActionInput'],
  canRedeploy: ['redeploy', 'RedeployInput'],
  canRollback: ['rollback', 'RollbackInput'],
} as const;
type Ability = keyof typeof MUTATIONS;
const ABILITIES = Object.keys(MUTATIONS) as Ability[];
const FIELDS = `id status live ${ABILITIES.join(' ')}`;

type Row = Record<Ability, boolean> & { id: string; status: string; live: boolean | null };

const KINDS = { humanitec: 'ENVIRONMENT', cloud66: 'APPLICATION', cloudfoundry: 'APPLICATION' };
type Provider = keyof typeof KINDS;

const MINUTE_MS = 60_000;

/** How often what looks the same is tried, each time in another place. */
const TIMES = 3;

const appOf = (space: string, name: string) =>
  toId('cloudfoundry', 'Scope', ['app', uuidOf('app', ...space.split('/'), name)]);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

async function query<Data>(document: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await gateway.query<Data>(document, variables);
  expect(errors).toEqual([]);
  return data;
}

async function rowsOf(scopeId: string): Promise<Row[]> {
  const { deployments } = await query<{ deployments: { nodes: Row[] } }>(
    `query ($id: ID!) { deployments(filter: { scopeIds: [$id] }, first: 12) { nodes { ${FIELDS} } } }`,
    { id: scopeId },
  );
  return deployments.nodes;
}

async function scopesOf(provider: Provider): Promise<string[]> {
  const { scopes } = await query<{ scopes: { nodes: { id: string }[] } }>(
    `{ scopes(filter: { providers: ["${provider}"], kinds: [${KINDS[provider]}] }, first: 100) {
      nodes { id } } }`,
  );
  return scopes.nodes.map(({ id }) => id);
}

/** "done", or with what it was refused. */
async function attempt(ability: Ability, deploymentId: string): Promise<string> {
  const [mutation, type] = MUTATIONS[ability];
  const { data, errors } = await gateway.query<Record<
    string,
    { userErrors: { code: string; message: string }[] }
  > | null>(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code message } } }`,
    { input: { deploymentId } },
  );
  const [error] = errors.map(({ extensions, message }) => ({ code: extensions.code, message }));
  const refused = error ?? data?.[mutation]?.userErrors[0];
  return refused ? `${refused.code} ${refused.message}` : 'done';
}

/** Time goes by on the stand-ins, and the gateway keeps nothing of the time before. */
function pass(ms: number): void {
  gateway.sandbox.advance(ms);
  gateway.clear();
}

/**
 * Does with the deployments of a place what they are said to be ready for, and what they are said
 * not to be, and compares. What looks alike is tried a few times only; whatever is done brings the
 * place into another state, which is looked at in turn.
 */
async function probe(scopeId: string, seen: Map<string, number>): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    const rows = await rowsOf(scopeId);
    const isBusy = rows.some(({ status }) => /QUEUED|IN_PROGRESS|PAUSED/.test(status));
    let isChanged = false;
    for (const row of rows) {
      for (const ability of ABILITIES) {
        const can = row[ability];
        const look = [ability, can, row.status, row.live, isBusy].join(' ');
        const count = seen.get(look) ?? 0;
        if (count >= TIMES || isChanged) continue;
        seen.set(look, count + 1);
        const outcome = await attempt(ability, row.id);
        expect([look, row.id, can ? outcome : outcome === 'done']).toEqual([
          look,
          row.id,
          can ? 'done' : false,
        ]);
        isChanged ||= can;
      }
    }
    if (!isChanged) return;
  }
}

/** They come to wait for somebody: more of them than are cancelled. */
async function beginCanaries(scopeIds: readonly string[]): Promise<void> {
  const strategy = { canary: { steps: [{ weight: 10 }, { weight: 50 }] } };
  for (const scopeId of scopeIds) {
    await query(
      `mutation ($input: StartDeploymentInput!) { startDeployment(input: $input) {
        userErrors { message } } }`,
      { input: { scopeId, strategy } },
    );
  }
}

/** What the probes of a provider must have come across, for what they found to mean anything. */
const COVERED: Record<Provider, RegExp[]> = {
  humanitec: [
    /^canRedeploy true SUCCEEDED/,
    /^canRedeploy true FAILED/,
    /^canRedeploy false SUCCEEDED \w+ true/,
    /^canRedeploy false (QUEUED|IN_PROGRESS)/,
    /^canRollback true SUCCEEDED false/,
    /^canRollback false SUCCEEDED false true/,
    /^canRollback false SUCCEEDED true/,
    /^canRollback false FAILED/,
    /^canCancel false (QUEUED|IN_PROGRESS)/,
  ],
  cloud66: [
    /^canCancel true QUEUED/,
    /^canCancel true IN_PROGRESS/,
    /^canCancel false SUCCEEDED/,
    /^canRedeploy true SUCCEEDED/,
    /^canRedeploy true FAILED/,
    /^canRedeploy false (QUEUED|IN_PROGRESS)/,
    /^canRollback true SUCCEEDED false/,
    /^canRollback false SUCCEEDED true/,
    /^canRollback false FAILED/,
  ],
  cloudfoundry: [
    /^canCancel true IN_PROGRESS/,
    /^canCancel true PAUSED/,
    /^canCancel \w+ CANCELLING/,
    /^canCancel false (SUCCEEDED|CANCELLED|SUPERSEDED)/,
    /^canContinue true PAUSED/,
    /^canContinue false IN_PROGRESS/,
    /^canRedeploy true SUCCEEDED/,
    /^canRedeploy true CANCELLED/,
    /^canRedeploy true SUPERSEDED/,
    /^canRedeploy false IN_PROGRESS/,
    /^canRollback true SUCCEEDED false/,
    /^canRollback false SUCCEEDED true/,
    /^canRollback false SUCCEEDED false/,
    /^canRollback false (CANCELLED|SUPERSEDED)/,
  ],
};

describe('builds on UbiOps', () => {
  it('are cancelled where that can be, and refused where not', async () => {
    const { deployments } = await query<{
      deployments: {
        nodes: { builds: { nodes: { id: string; status: string; canCancel: boolean }[] } }[];
      };
    }>(
      `query ($id: ID!) { deployments(first: 40, filter: { scopeIds: [$id] }) { nodes {
        builds(first: 4) { nodes { id status canCancel } } } } }`,
      { id: toId('ubiops', 'Scope', ['seed']) },
    );
    const seen = new Map<string, number>();
    for (const build of deployments.nodes.flatMap(({ builds }) => builds.nodes)) {
      const look = `${build.canCancel} ${build.status}`;
      const count = seen.get(look) ?? 0;
      if (count >= TIMES) continue;
      seen.set(look, count + 1);
      const { data, errors } = await gateway.query<{
        cancelBuild: { userErrors: unknown[] } | null;
      } | null>(
        'mutation ($input: CancelBuildInput!) { cancelBuild(input: $input) { userErrors { message } } }',
        { input: { buildId: build.id } },
      );
      const isDone = errors.length === 0 && data?.cancelBuild?.userErrors.length === 0;
      expect([look, isDone]).toEqual([look, build.canCancel]);
    }
    const looks = [...seen.keys()];
    for (const wanted of [/^true IN_PROGRESS/, /^false SUCCEEDED/, /^false FAILED/]) {
      expect([looks, looks.some((look) => wanted.test(look))]).toEqual([looks, true]);
    }
  });
});

describe('on Cloud Foundry', () => {
  it('a droplet that is gone can be deployed no more', async () => {
    const rows = await rowsOf(appOf('meridian/sandbox', 'demo'));
    const first = rows.at(-1);
    expect(first).toMatchObject({ status: 'SUCCEEDED', canRedeploy: false, canRollback: false });
    expect(await attempt('canRedeploy', first?.id ?? '')).toMatch(/^CONFLICT/);
  });

  it('what was redeployed is what runs, whichever deployment began it', async () => {
    const scopeId = appOf('orchard/development', 'storefront');
    const before = await rowsOf(scopeId);
    const live = before.find((row) => row.live);
    expect(await attempt('canRedeploy', live?.id ?? '')).toBe('done');
    pass(5 * MINUTE_MS);
    const after = await rowsOf(scopeId);
    expect(after.find((row) => row.live)?.id).not.toBe(live?.id);
    expect(after.find(({ id }) => id === live?.id)).toMatchObject({
      live: false,
      canRedeploy: true,
      canRollback: false,
    });
  });
});

describe.each(Object.keys(KINDS) as Provider[])('what can be done on %s', (provider) => {
  it('is what its provider does, and what cannot be done is refused', async () => {
    const seen = new Map<string, number>();
    const scopes = await scopesOf(provider);
    // As the sandbox stands, after it has gone on, and after what was begun here has ended.
    for (const ms of [0, 45_000, 5 * MINUTE_MS]) {
      pass(ms);
      for (const scopeId of scopes) await probe(scopeId, seen);
      if (provider === 'cloudfoundry') await beginCanaries(scopes.slice(-8));
    }
    const looks = [...seen.keys()].sort();
    const missing = COVERED[provider].filter((wanted) => !looks.some((look) => wanted.test(look)));
    expect([missing.map(String), looks]).toEqual([[], looks]);
  }, 120_000);

  it('is told of one deployment as of a list of them', async () => {
    for (const scopeId of (await scopesOf(provider)).slice(0, 8)) {
      for (const row of await rowsOf(scopeId)) {
        const { deployment } = await query<{ deployment: Row }>(
          `query ($id: ID!) { deployment(id: $id) { ${FIELDS} } }`,
          { id: row.id },
        );
        expect(deployment).toEqual(row);
      }
    }
  });
});
