import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/index.ts';
import { settle, type Exception } from './deviation.ts';
import { CLOUD_FOUNDRY_EXCEPTIONS } from './exceptions/cloudfoundry.ts';
import { HUMANITEC_EXCEPTIONS } from './exceptions/humanitec.ts';
import { UBIOPS_EXCEPTIONS } from './exceptions/ubiops.ts';
import { inspect, provocable, sharedRoutes, type Findings, type Target } from './inspect.ts';
import { responseOf } from './openapi.ts';
import { anonymous } from './routes.ts';
import { createCheck } from './schema-check.ts';
import { hasSpecs } from './specs.ts';
import { cloudFoundryTarget, humanitecTarget } from './targets.ts';
import { deviationsOf, GENERATIONS, inspectUbiops, type UbiopsFindings } from './ubiops-target.ts';
import { get } from './http.ts';
import { createStarter } from './started.ts';

const start = createStarter();

const conformance = hasSpecs() ? describe : describe.skip;

interface Subject {
  provider: string;
  create: (sandbox: Sandbox) => Promise<Target>;
  exceptions: Exception[];
  /** At least so many routes are shared by stand-in and description. */
  routes: number;
  /** An answer, and values which it must not have. */
  broken: { route: string; path: string; set: Record<string, unknown>; found: string[] };
}

const SUBJECTS: Subject[] = [
  {
    provider: 'Humanitec',
    create: humanitecTarget,
    exceptions: HUMANITEC_EXCEPTIONS,
    routes: 31,
    broken: {
      route: '/orgs/{orgId}/apps/{appId}/envs/{envId}/deploys',
      path: '/orgs/sandbox-org/apps/my-app/envs/my-env/deploys',
      set: {
        '/0/status': null,
        '/0/created_at': 'yesterday',
        '/0/finished_at': 'never',
        '/0/comment': undefined,
      },
      found: [
        'DeploymentResponse /status type',
        'DeploymentResponse /created_at pattern',
        'DeploymentResponse /created_at format',
        'DeploymentResponse /finished_at undeclared',
        'DeploymentResponse /comment required',
      ],
    },
  },
  {
    provider: 'Cloud Foundry',
    create: cloudFoundryTarget,
    exceptions: CLOUD_FOUNDRY_EXCEPTIONS,
    routes: 35,
    broken: {
      route: '/v3/builds',
      path: '/v3/builds?per_page=1',
      set: {
        '/resources/0/state': 'DONE',
        '/resources/0/guid': 7,
        '/resources/0/package/id': 7,
        '/resources/0/metadata/labels/team': 7,
        '/resources/0/error': undefined,
      },
      found: [
        'Build /state enum',
        'BaseSchema /guid type',
        'Build /package/id undeclared',
        'Metadata /labels/* type',
        'Build /error absent',
      ],
    },
  },
];

/** A route for which the stand-in refuses access does not get as far as 404. */
function hasGiven({ answered }: Findings, route: string, status: number): boolean {
  const given = answered.get(route);
  return given?.has(status) === true || (status === 404 && given?.has(403) === true);
}

conformance.each(SUBJECTS)('the $provider stand-in', (subject) => {
  let sandbox: Sandbox;
  let target: Target;
  let findings: Findings;

  beforeAll(async () => {
    sandbox = await start();
    target = await subject.create(sandbox);
    findings = await inspect(target);
  });

  test('has no route that is not described', () => {
    const described = Object.keys(target.document.paths).map(anonymous);
    expect(target.routes.filter((route) => !described.includes(route))).toEqual([]);
    expect(sharedRoutes(target).length).toBeGreaterThanOrEqual(subject.routes);
  });

  test('answers every route that it shares with the description', () => {
    const silent = sharedRoutes(target).filter((route) => !findings.answered.get(route)?.has(200));
    expect(silent).toEqual([]);
  });

  test('answers as described, but for what the documents explain', () => {
    expect(settle(findings.deviations, subject.exceptions).unexplained).toEqual([]);
  });

  test('needs every exception that is listed', () => {
    expect(settle(findings.deviations, subject.exceptions).unused).toEqual([]);
    for (const { reason } of subject.exceptions) expect(reason).toMatch(/^[A-Z].+\.$/);
  });

  test('gives the errors that the description knows', () => {
    const missing = sharedRoutes(target).flatMap((route) =>
      provocable(target, route)
        .filter((status) => !hasGiven(findings, route, status))
        .map((status) => `${route} ${status}`),
    );
    expect(missing).toEqual([]);
  });

  test('is found out when an answer is broken', async () => {
    const { route, path, set, found } = subject.broken;
    target.faultNext({ set });
    const { body } = await target.ask(path);
    const pointer = responseOf(target.document, route, 200)?.pointer ?? '';
    const deviations = createCheck(target.document, target)(pointer, body, path);
    const { unexplained } = settle(deviations, subject.exceptions);
    expect(unexplained.map((line) => line.split(':', 1)[0]).sort()).toEqual([...found].sort());
  });
});

conformance.each(GENERATIONS)('the UbiOps stand-in, generation $generation', (subject) => {
  const exceptions = UBIOPS_EXCEPTIONS[subject.generation];
  let sandbox: Sandbox;
  let findings: UbiopsFindings;

  beforeAll(async () => {
    sandbox = await start();
    findings = await inspectUbiops(sandbox, subject);
  });

  test('answers every route that it shares with the description', () => {
    expect(findings.answered.size).toBe(subject.generation === '3.13' ? 19 : 17);
    const silent = [...findings.answered].filter(([, statuses]) => !statuses.has(200));
    expect(silent).toEqual([]);
  });

  test('has no route of the other generation', () => {
    expect(findings.dropped).toHaveLength(subject.generation === '3.13' ? 0 : 2);
    expect(findings.dropped.filter(({ status }) => status !== 404)).toEqual([]);
  });

  test('answers as the models are, but for what the documents explain', () => {
    expect(settle(findings.deviations, exceptions).unexplained).toEqual([]);
  });

  test('needs every exception that is listed', () => {
    expect(settle(findings.deviations, exceptions).unused).toEqual([]);
  });

  test('says in one text what is wrong with a name', () => {
    expect(findings.errors.length).toBeGreaterThan(30);
    for (const { status, body } of findings.errors) {
      expect(status).toBe(404);
      expect(body).toEqual({ error: expect.stringMatching(/not found/i) });
    }
  });

  test('is found out when an answer is broken', async () => {
    const route = '/projects/{project_name}/deployments';
    const set = {
      '/0/name': 'n'.repeat(65),
      '/0/project': null,
      '/0/id': 7,
      '/0/labels/team': 7,
      '/0/creation_date': '2020-06-22 18:04',
      '/0/owner': 'nobody',
      '/0/description': undefined,
    };
    sandbox.ubiops.setFaults([{ set, times: 1 }]);
    const { body } = await get(sandbox, 'ubiops', `/v2.1/projects/${subject.project}/deployments`);
    const deviations = deviationsOf(subject.generation, route, body);
    const { unexplained } = settle(deviations, exceptions);
    expect(unexplained.map((line) => line.split(':', 1)[0]).sort()).toEqual([
      'DeploymentList /creation_date format',
      'DeploymentList /description absent',
      'DeploymentList /id type',
      'DeploymentList /labels/* type',
      'DeploymentList /name length',
      'DeploymentList /owner undeclared',
      'DeploymentList /project null',
    ]);
  });
});
