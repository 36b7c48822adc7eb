import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Sandbox, StandInName } from '../../sandbox/index.ts';
import { at, get, rowsOf, type Row } from './http.ts';
import { createStarter } from './started.ts';

const start = createStarter();

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await start();
});

const body = async (name: StandInName, path: string): Promise<unknown> =>
  (await get(sandbox, name, path)).body;

const V1 = '/v2.1/projects/project-1/deployments/deployment-1/versions/v1';
const BUILDS = [
  {
    id: '49d857fd-39ca-48db-9547-0d5d1a91b62d',
    revision: '7ead8a18-c1d2-4751-80d2-d8e0e0e2fed6',
    creation_date: '2020-12-23T16:15:11.200+00:00',
    status: 'failed',
    error_message: 'Could not find the deployment file',
    trigger: 'Deployment file upload',
    has_request_method: true,
    has_requests_method: false,
  },
  {
    id: 'baf88570-d884-4bc6-9308-01068b051f5f',
    revision: 'a009d7c9-67e4-4d3c-89fd-d3c8b07c7242',
    creation_date: '2020-12-23T16:35:13.088+00:00',
    status: 'queued',
    error_message: '',
    trigger: 'Deployment file upload',
    has_request_method: true,
    has_requests_method: false,
  },
];

describe('the examples of the UbiOps documentation', () => {
  test('two builds, in a list and each by its id', async () => {
    expect(await body('ubiops', `${V1}/builds`)).toEqual(BUILDS);
    for (const build of BUILDS) {
      expect(await body('ubiops', `${V1}/builds/${build.id}`)).toEqual(build);
    }
  });

  test('their two revisions', async () => {
    for (const { revision } of BUILDS) {
      expect(await body('ubiops', `${V1}/revisions/${revision}`)).toMatchObject({
        id: revision,
        version: 'v1',
      });
    }
    expect(rowsOf(await body('ubiops', `${V1}/revisions`))).toHaveLength(2);
  });

  test('the variables of a version, with the level that each comes from', async () => {
    const path = '/v2.1/projects/project_name/deployments/deployment_name/versions/v1';
    expect(await body('ubiops', `${path}/environment-variables`)).toEqual([
      {
        id: expect.stringMatching(/^3fa85f64-/),
        name: 'deployment_version_specific_variable',
        value: 'some_value',
        secret: false,
        inheritance_type: null,
        inheritance_name: null,
      },
      {
        id: expect.stringMatching(/^4c15a27e-/),
        name: 'database_schema',
        value: 'public',
        secret: false,
        inheritance_type: 'deployment',
        inheritance_name: 'deployment_name',
      },
      {
        id: expect.stringMatching(/^06c2c8be-/),
        name: 'database_password',
        value: null,
        secret: true,
        inheritance_type: 'project',
        inheritance_name: 'project_name',
      },
    ]);
  });
});

describe('the examples of the Humanitec description', () => {
  const app = '/orgs/sandbox-org/apps/my-app';

  test('the deployment, in progress to this day', async () => {
    expect(await body('humanitec', `${app}/envs/my-env/deploys/67f1619a57d`)).toMatchObject({
      comment: 'Updated version of module-one to v0.3.1',
      created_at: '2020-05-22T14:58:07Z',
      created_by: 'a.user@example.com',
      delta_id: 'df1ad41807b0390a9b0eaf8688e1f5baece9d764',
      env_id: 'my-env',
      from_id: '42d4b302fd3c',
      id: '67f1619a57d',
      status: 'in progress',
      status_changed_at: '2020-05-22T14:59:01Z',
    });
  });

  test('the CLD-001 errors of a failed deployment', async () => {
    const path = `${app}/envs/feature-test/deploys`;
    const [failed] = rowsOf(await body('humanitec', path));
    expect(failed).toMatchObject({ status: 'failed' });
    expect(await body('humanitec', `${path}/${String(failed?.['id'])}/errors`)).toEqual([
      {
        code: 'CLD-001',
        message: 'Incorrect credentials',
        object_id: 'my-service',
        scope: 'workload',
      },
    ]);
  });

  test('the runtime of three environments, one of which has its error inside', async () => {
    const query = 'id=development&id=staging&id=not-existing-env';
    expect(await body('humanitec', `${app}/runtime?${query}`)).toEqual([
      { id: 'development', paused: true, status: 'Success' },
      { id: 'staging', paused: false, status: 'Warning' },
      {
        id: 'not-existing-env',
        paused: false,
        error: 'Environment sandbox-org/my-app/not-existing-env does not exist',
      },
    ]);
  });

  test('the row of the score-humanitec tests', async () => {
    expect(await body('humanitec', `${app}/envs/test-env/deploys`)).toEqual([
      {
        id: 'qwe...rty',
        env_id: 'test-env',
        from_id: 'qwe...rty',
        delta_id: 'test-delta',
        comment: 'Test deployment',
        status: 'in progress',
        status_changed_at: '2020-05-22T14:59:01Z',
        created_at: '2020-05-22T14:58:07Z',
        created_by: 'a.user@example.com',
      },
    ]);
  });
});

test('the example deployment of the Cloud 66 pages', async () => {
  const stack = '/api/3/stacks/5999b763474b0eafa5fafb64bff0ba80';
  const deployment = {
    id: 107,
    triggered_by: 'test@cloud66.com',
    triggered_via: { code: 0, meaning: 'web' },
    started_at: '2014-08-29T17:46:16Z',
    finished_at: '2014-08-29T17:58:23Z',
    outcome: { code: 1, meaning: 'success' },
    git_hash: '5675fcd8f9e6dc534ecf1410c0661c066097e310',
    deploy_session: 'OhBHNzkXSl',
    deploy_type: { code: 0, meaning: 'build' },
    is_head: true,
    is_live: true,
    reverted: null,
    reverted_by: null,
    reverted_at: null,
    is_deploying: false,
    commit_url:
      'https://github.com/cloud66-samples/rails-test/commit/5675fcd8f9e6dc534ecf1410c0661c066097e310',
  };
  expect(await body('cloud66', `${stack}/deployments`)).toEqual({
    response: [deployment],
    count: 1,
    pagination: { previous: null, next: null, current: 1, per_page: 30, count: 1, pages: 1 },
  });
  expect(await body('cloud66', `${stack}/deployments/107`)).toEqual({ response: deployment });
});

describe('the examples of the Cloud Foundry docs', () => {
  test('the canary deployment, with links to the stand-in itself', async () => {
    const path = '/v3/deployments/59c3d133-2b83-46f3-960e-7765a129aea4';
    const self = sandbox.cloudfoundry.url + path;
    const at2018 = '2018-04-25T22:42:10Z';
    expect(await body('cloudfoundry', path)).toEqual({
      guid: '59c3d133-2b83-46f3-960e-7765a129aea4',
      status: {
        value: 'ACTIVE',
        reason: 'DEPLOYING',
        details: { last_successful_healthcheck: at2018, last_status_change: at2018 },
        canary: { steps: { current: 1, total: 2 } },
      },
      strategy: 'canary',
      options: {
        max_in_flight: 3,
        web_instances: 5,
        memory_in_mb: 1024,
        disk_in_mb: 1024,
        log_rate_limit_in_bytes_per_second: -1,
        canary: { steps: [{ instance_weight: 10 }, { instance_weight: 20 }] },
      },
      droplet: { guid: '44ccfa61-dbcf-4a0d-82fe-f668e9d2a962' },
      previous_droplet: { guid: 'cc6bc315-bd06-49ce-92c2-bc3ad45268c2' },
      new_processes: [{ guid: 'fd5d3e60-f88c-4c37-b1ae-667cfc65a856', type: 'web' }],
      revision: { guid: '56126cba-656a-4eba-a81e-7e9951b2df57', version: 1 },
      created_at: at2018,
      updated_at: at2018,
      metadata: { labels: {}, annotations: {} },
      relationships: { app: { data: { guid: '305cea31-5a44-45ca-b51b-e89c7a8ef8b2' } } },
      links: {
        self: { href: self },
        app: { href: `${sandbox.cloudfoundry.url}/v3/apps/305cea31-5a44-45ca-b51b-e89c7a8ef8b2` },
        cancel: { href: `${self}/actions/cancel`, method: 'POST' },
      },
    });
  });

  test('the feature that switches revisions on and off', async () => {
    const path = '/v3/apps/305cea31-5a44-45ca-b51b-e89c7a8ef8b2/features';
    const feature = { name: 'revisions', description: expect.any(String), enabled: true };
    expect(await body('cloudfoundry', `${path}/revisions`)).toEqual(feature);
    expect(rowsOf(await body('cloudfoundry', path), '/resources')).toContainEqual(feature);
  });
});

describe('there are hundreds of', () => {
  const count = async (paths: string[], name: StandInName): Promise<number> => {
    const lists = await Promise.all(paths.map((path) => body(name, path)));
    return lists.reduce<number>((sum, list) => sum + rowsOf(list).length, 0);
  };

  test('revisions in both generations of UbiOps', async () => {
    for (const project of ['seed', 'current']) {
      const root = `/v2.1/projects/${project}/deployments`;
      const deployments = rowsOf(await body('ubiops', root)).map(({ name }) => String(name));
      const revisions: string[] = [];
      for (const deployment of deployments) {
        const versions = `${root}/${deployment}/versions`;
        for (const { version } of rowsOf(await body('ubiops', versions))) {
          revisions.push(`${versions}/${String(version)}/revisions`);
        }
      }
      expect(await count(revisions, 'ubiops')).toBeGreaterThan(200);
    }
  });

  test('deployments in Humanitec', async () => {
    const root = '/orgs/sandbox-org/apps';
    const paths = rowsOf(await body('humanitec', root)).flatMap((app) =>
      rowsOf(app, '/envs').map(
        (env) => `${root}/${String(app['id'])}/envs/${String(env['id'])}/deploys`,
      ),
    );
    expect(await count(paths, 'humanitec')).toBeGreaterThan(200);
  });

  test('deployments in one stack of Cloud 66', async () => {
    const list = await body(
      'cloud66',
      '/api/3/stacks?filter_name=shop&filter_environment=production',
    );
    const [stack] = rowsOf(list, '/response');
    const path = `/api/3/stacks/${String((stack as Row)['uid'])}/deployments`;
    expect(at(await body('cloud66', path), '/pagination/count')).toBeGreaterThan(300);
  });

  test('deployments in Cloud Foundry, more than one page of 200 guids', async () => {
    const page = await body('cloudfoundry', '/v3/deployments?per_page=1');
    expect(at(page, '/pagination/total_results')).toBeGreaterThan(400);
  });
});
