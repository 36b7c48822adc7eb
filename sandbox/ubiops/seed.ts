import type { Step } from '../clock.ts';
import { DEPLOYMENT_EXAMPLES, VERSION_EXAMPLES } from './examples.ts';
import { addDeployment, addVersion } from './make.ts';
import type { Build, BuildStatus, Deployment, Project, Version } from './types.ts';

const REVISION_1 = '7ead8a18-c1d2-4751-80d2-d8e0e0e2fed6';
const REVISION_2 = 'a009d7c9-67e4-4d3c-89fd-d3c8b07c7242';
const REVISION_3 = 'a74662be-c938-4104-872a-8be1b85f64ff';
const REVISION_4 = 'da27ef7c-aa3f-4963-a815-6ebf1865638e';
const BUILD_1 = '49d857fd-39ca-48db-9547-0d5d1a91b62d';
const BUILD_2 = 'baf88570-d884-4bc6-9308-01068b051f5f';

/** The audit example for this version is the time at which it was created. */
const V1_CREATED = Date.parse('2020-10-23T12:04:28.645Z');

/**
 * The objects of the documentation's examples. They call the project `project-1` and, for variables,
 * `project_name`; both names lead to the project `seed`.
 *
 * One build is printed as failed, as building and as cancelled. It is failed in `deployment-1`,
 * building for good in `deployment-2`, cancelled in `deployment-3`.
 */
export function addExamples(project: Project): void {
  const [first, second, third] = ['deployment-1', 'deployment-2', 'deployment-3'].map((name) =>
    addExampleDeployment(project, name),
  );
  if (!first || !second || !third) return;
  addExampleVersions(project, first);

  const listed = addVersion(project, first, 'v1', V1_CREATED);
  addBuild(listed, BUILD_1, REVISION_1, '2020-12-23T16:15:11.200Z', 'failed', 'UbiOps');
  addBuild(listed, BUILD_2, REVISION_2, '2020-12-23T16:35:13.088Z', 'queued', 'test@example.com');
  first.defaultVersion = 'v1';
  const running = addVersion(project, second, 'v1', V1_CREATED);
  addBuild(running, BUILD_1, REVISION_1, '2020-12-23T16:15:11.200Z', 'building', 'UbiOps');
  const stopped = addVersion(project, third, 'v1', V1_CREATED);
  addBuild(stopped, BUILD_1, REVISION_1, '2020-12-23T16:15:11.200Z', 'cancelled', 'UbiOps');
  third.defaultVersion = null;

  addExampleVariables(project, second, stopped);
}

function addExampleDeployment(project: Project, name: string): Deployment {
  const examples = DEPLOYMENT_EXAMPLES[name];
  const deployment = addDeployment(project, name, Date.parse('2020-05-12T16:23:15.456Z'), {
    projectName: 'project-1',
    labels: name === 'deployment-3' ? {} : { type: 'deployment' },
  });
  if (examples) {
    deployment.examples = examples;
    deployment.id = String(examples.list['id']);
    deployment.inputFields = examples.inputFields;
  }
  return deployment;
}

function addExampleVersions(project: Project, deployment: Deployment): void {
  for (const [name, examples] of Object.entries(VERSION_EXAMPLES)) {
    const version = addVersion(project, deployment, name, Date.parse('2020-05-12T16:23:15.456Z'));
    version.id = examples.id;
    version.labels = { type: 'version' };
    version.examples = examples;
  }
  const [first, second] = deployment.versions;
  if (!first || !second) return;
  const user = 'test@example.com';
  const day = (date: string) => `2020-06-${date}T09:03:01.875Z`;
  const named = {
    detail: '9f7fd6ec-53b7-41c6-949e-09efc2ee2d31',
    update: '0d07337e-96d6-4ce6-8c63-c2f07edd2ce4',
    list: '0f4a94c6-ec4c-4d1e-81d7-8f3e40471f75',
  };
  addBuild(first, named.detail, REVISION_3, day('18'), 'success', user);
  addBuild(first, named.update, REVISION_3, day('19'), 'success', user);
  addBuild(first, named.list, REVISION_4, day('21'), 'success', user);
  addBuild(second, '4534e479-ea2e-4161-876a-1d382191a031', REVISION_3, day('18'), 'success', user);
}

/** A build that stays as it is printed, with its revision if the version does not have it yet. */
function addBuild(
  version: Version,
  id: string,
  revision: string,
  date: string,
  status: BuildStatus,
  createdBy: string,
): void {
  const startedAt = Date.parse(date);
  const steps: Step<BuildStatus>[] = [{ afterMs: 0, state: status }];
  const errorMessage = status === 'failed' ? 'Could not find the deployment file' : '';
  const trigger = 'Deployment file upload';
  const build: Build = { id, revision, startedAt, steps, errorMessage, trigger };
  version.builds.push(build);
  if (!version.revisions.some((known) => known.id === revision)) {
    version.revisions.push({ id: revision, createdAt: startedAt - 19, createdBy, empty: false });
  }
}

const SHARED = {
  specific: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  schema: '4c15a27e-25ea-4be0-86c7-f4790389d061',
  password: '06c2c8be-507e-4fae-981d-54e94f22dab0',
};

/**
 * The variables of the examples: the lists are those of `deployment_name` and its `v1`, the results
 * of copying those of `deployment-2` and of `v1` of `deployment-3`, the created ones those of
 * `example-deployment`.
 */
function addExampleVariables(project: Project, copied: Deployment, copiedVersion: Version): void {
  const schema = { id: SHARED.schema, name: 'database_schema', value: 'public', secret: false };
  const password = { id: SHARED.password, name: 'database_password', value: 'p', secret: true };
  const specific = { id: SHARED.specific, value: 'some_value', secret: false };
  project.variables.push({ ...password });

  const listed = addDeployment(project, 'deployment_name', V1_CREATED + 60_000);
  listed.projectName = 'project_name';
  listed.variables.push({ ...schema });
  const listedVersion = addVersion(project, listed, 'v1', V1_CREATED + 120_000);
  listedVersion.variables.push({ ...specific, name: 'deployment_version_specific_variable' });

  copied.variables.push({ ...specific, name: 'deployment_specific_variable' });
  copied.variables.push({ ...schema }, { ...password });
  copiedVersion.variables.push({ ...specific, name: 'version_specific_variable' });
  copiedVersion.variables.push({ ...schema }, { ...password });

  const source = addDeployment(project, 'example-deployment', V1_CREATED + 180_000);
  source.variables.push({
    id: '7c28a2be-507e-4fae-981d-54e94f22dab0',
    name: 'deployment_variable_a',
    value: 'some_value',
    secret: false,
  });
  addVersion(project, source, 'v1', V1_CREATED + 240_000).variables.push({
    id: '54e94fbe-507e-4fae-981d-227c28a2dab0',
    name: 'deployment_version_variable',
    value: 'another one',
    secret: false,
  });
}
