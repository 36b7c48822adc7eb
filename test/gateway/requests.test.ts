import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StandInName } from '../../sandbox/index.ts';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';

/** Requests by path, with the names and ids in it left out. */
type Counts = Record<string, number>;

interface Case {
  what: string;
  /** What is asked of each deployment. */
  fields: string;
  /** What the list alone costs, and what the fields cost beside it, for 10 and for 100 rows. */
  10: Counts;
  100: Counts;
}

const CHAIN = 'version { name revision { nativeId createdAt } latestBuild { status } }';
const IDS = 'version { revision { id } } scope { id } provider { name }';
const ABLE = 'canCancel canContinue canRedeploy canRollback';
const VARIABLES = 'environmentVariables { name value definedBy { __typename id } }';

const both = (counts: Counts) => ({ 10: counts, 100: counts });

const P = 'projects/:';
const D = `${P}/deployments/:`;
const V = `${D}/versions/:`;
const E = 'apps/:/envs/:';

const UBIOPS_STATE_10: Counts = { [`${D}/versions`]: 10, [D]: 5, [`${V}/revisions/:`]: 1 };
const UBIOPS_STATE_100: Counts = {
  [`${D}/versions`]: 100,
  [D]: 39,
  [`${V}/builds/:`]: 1,
  [`${V}/revisions/:`]: 1,
};

/** The newest deployment of every leaf scope: what listing the scopes costs, and what it costs. */
const LATEST = [
  ['ubiops', 'PROJECT', 2, { projects: 1, [`${P}/deployments`]: 2 }],
  ['humanitec', 'ENVIRONMENT', 23, { apps: 1, 'apps/:/envs': 6 }],
  ['cloud66', 'APPLICATION', 45, { 'stacks.json': 2, 'stacks/:/deployments.json': 45 }],
  ['cloudfoundry', 'APPLICATION', 60, { apps: 1, deployments: 1 }],
] as const;

describe.each<[StandInName, { list: Record<10 | 100, Counts>; cases: Case[] }]>([
  [
    'cloudfoundry',
    {
      // One list of the whole foundation, its newest first.
      list: both({ deployments: 1 }),
      cases: [
        { what: 'ids', fields: IDS, ...both({}) },
        // Revisions can be had by guid, or several of one app at once; builds of 200 apps at once.
        {
          what: 'version, revision and build',
          fields: CHAIN,
          10: { 'revisions/:': 7, 'apps/:/revisions': 1, builds: 1 },
          100: { 'revisions/:': 35, 'apps/:/revisions': 13, builds: 1 },
        },
        { what: 'live', fields: 'live', ...both({}) },
        { what: 'errors', fields: 'errors { message }', ...both({}) },
        // What runs of all their apps, and whether their droplets are still there.
        { what: 'what can be done', fields: ABLE, ...both({ deployments: 1, droplets: 1 }) },
        // The older deployments of all apps at once.
        { what: 'previous', fields: 'previous { id }', ...both({ deployments: 1 }) },
        // A revision each, of which 100 rows have 92. A deployment is looked up, 200 at a time, so
        // that an id which a client made up cannot join an app with the revision of another.
        {
          what: 'environmentVariables',
          fields: VARIABLES,
          10: { deployments: 1, 'revisions/:/environment_variables': 10 },
          100: { deployments: 1, 'revisions/:/environment_variables': 92 },
        },
      ],
    },
  ],
  [
    'ubiops',
    {
      list: both({ projects: 1, [`${P}/deployments`]: 2 }),
      cases: [
        // Nothing answers for several deployments. Their versions are a list each; which of them is
        // the default is asked where the API is older than 3.15; and of a version that is
        // "unavailable" the newest build says why.
        { what: 'ids', fields: IDS, 10: UBIOPS_STATE_10, 100: UBIOPS_STATE_100 },
        { what: 'live', fields: 'live', 10: UBIOPS_STATE_10, 100: UBIOPS_STATE_100 },
        // The version names its newest build, which from API 3.15 on is its newest revision.
        {
          what: 'version, revision and build',
          fields: CHAIN,
          10: { ...UBIOPS_STATE_10, [`${V}/revisions/:`]: 10, [`${V}/builds/:`]: 5 },
          100: { ...UBIOPS_STATE_100, [`${V}/revisions/:`]: 93, [`${V}/builds/:`]: 34 },
        },
        { what: 'previous', fields: 'previous { id }', ...both({}) },
        { what: 'what can be done', fields: ABLE, ...both({}) },
        // The newest build of every version, not of the default alone.
        {
          what: 'errors',
          fields: 'errors { message }',
          10: { [`${D}/versions`]: 10, [`${V}/builds/:`]: 8, [`${V}/revisions/:`]: 3 },
          100: { [`${D}/versions`]: 100, [`${V}/builds/:`]: 127, [`${V}/revisions/:`]: 29 },
        },
        {
          what: 'environmentVariables',
          fields: VARIABLES,
          10: { [`${D}/environment-variables`]: 10 },
          100: { [`${D}/environment-variables`]: 100 },
        },
      ],
    },
  ],
  [
    'humanitec',
    {
      // Environments come with their newest deployment: only those that can be on the page are read.
      list: {
        10: { apps: 1, 'apps/:/envs': 6, [`${E}/deploys`]: 10 },
        100: { apps: 1, 'apps/:/envs': 6, [`${E}/deploys`]: 18 },
      },
      cases: [
        { what: 'ids', fields: IDS, ...both({}) },
        // All sets of an application, or the one that is wanted.
        {
          what: 'version, revision and build',
          fields: CHAIN,
          10: { 'apps/:/sets': 2, 'apps/:/sets/:': 1 },
          100: { 'apps/:/sets': 4 },
        },
        { what: 'live', fields: 'live', ...both({}) },
        { what: 'what can be done', fields: ABLE, ...both({}) },
        // One of the ten is in an environment that was not read.
        {
          what: 'previous',
          fields: 'previous { id }',
          10: { [`${E}/deploys/:`]: 1 },
          100: {},
        },
        // Of those that failed.
        {
          what: 'errors',
          fields: 'errors { message }',
          10: { [`${E}/deploys/:/errors`]: 3 },
          100: { [`${E}/deploys/:/errors`]: 14 },
        },
        // The sets of values, each once. One of the ten rows came with its environment, and an id
        // alone does not tell its set of values.
        {
          what: 'environmentVariables',
          fields: VARIABLES,
          10: { [`${E}/deploys/:`]: 1, [`${E}/value-set-versions/:`]: 4 },
          100: { [`${E}/value-set-versions/:`]: 11 },
        },
      ],
    },
  ],
  [
    'cloud66',
    {
      // Two pages of stacks, and the newest 30 deployments of each of the 45 stacks.
      list: both({ 'stacks.json': 2, 'stacks/:/deployments.json': 45 }),
      // A row tells all there is about it.
      cases: [
        { what: 'ids', fields: IDS, ...both({}) },
        { what: 'version, revision and build', fields: CHAIN, ...both({}) },
        { what: 'live', fields: 'live', ...both({}) },
        { what: 'previous', fields: 'previous { id }', ...both({}) },
        { what: 'what can be done', fields: ABLE, ...both({}) },
        { what: 'errors', fields: 'errors { message }', ...both({}) },
        { what: 'environmentVariables', fields: VARIABLES, ...both({}) },
      ],
    },
  ],
])('the requests to %s', (provider, { list, cases }) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
    // Which API a UbiOps project speaks is learnt from the first answer.
    await ask(
      `{ deployments(first: 100, filter: { providers: ["${provider}"] }) { nodes { live } } }`,
    );
  });
  beforeEach(() => gateway.clear());
  afterAll(() => gateway.close());

  const ask = async (document: string) => {
    const { data, errors } = await gateway.query<Record<string, { nodes: unknown[] }>>(document);
    expect(errors).toEqual([]);
    return Object.values(data)[0]?.nodes.length;
  };

  it.each(cases.flatMap((each) => ([10, 100] as const).map((rows) => ({ ...each, rows }))))(
    'are the fewest for $what of $rows deployments',
    async ({ rows, ...each }) => {
      const filter = `{ providers: ["${provider}"] }`;
      const found = await ask(
        `{ deployments(first: ${rows}, filter: ${filter}) { nodes { ${each.fields} } } }`,
      );
      expect(found).toBe(rows);
      expect(countsOf(gateway, provider)).toEqual(sum(list[rows], each[rows]));
    },
  );
});

describe('the requests for the newest deployment of each scope', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.close());

  it.each(LATEST)('are the fewest on %s', async (provider, kind, scopes, expected) => {
    const { data, errors } = await gateway.query<{ scopes: { nodes: unknown[] } }>(
      `{ scopes(first: 100, filter: { providers: ["${provider}"], kinds: [${kind}] }) {
        nodes { name latestDeployment { id createdAt } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data.scopes.nodes).toHaveLength(scopes);
    expect(countsOf(gateway, provider)).toEqual(expected);
  });
});

/** What was asked; the same request twice is a failure. */
function countsOf({ sandbox }: TestGateway, provider: StandInName): Counts {
  const requests = sandbox[provider].requests();
  const lines = requests.map(({ path, query }) => `${path} ${JSON.stringify(query)}`);
  expect(new Set(lines).size).toBe(lines.length);
  const found: Counts = {};
  for (const { path } of requests) {
    const shape = shapeOf(path);
    found[shape] = (found[shape] ?? 0) + 1;
  }
  return found;
}

/** "/v3/apps/3f…/revisions" as "apps/:/revisions": every second part names a thing. */
function shapeOf(path: string): string {
  const parts = path.replace(/^\/(v3|v2\.1|api\/3|orgs\/[^/]+)\//, '').split('/');
  return parts.map((part, index) => (index % 2 === 0 ? part : ':')).join('/');
}

function sum(left: Counts, right: Counts): Counts {
  const total = { ...left };
  for (const [path, count] of Object.entries(right)) total[path] = (total[path] ?? 0) + count;
  return total;
}
