import { pick, uuidOf } from '../random.ts';
import { DAY, MINUTE } from './dates.ts';
import { userOf } from './builds.ts';
import type { AuditEvent, Deployment, Project, Version } from './types.ts';

type Told = Pick<AuditEvent, 'action' | 'event'>;

/** Adds an event about the deployment or, as in the documentation's examples, about its parts. */
export function record(project: Project, deployment: Deployment, at: number, told: Told): void {
  project.audit.push({
    ...told,
    id: uuidOf('ubiops', project.name, deployment.id, told.event, at),
    at,
    user: userOf(deployment.id, at),
    objectType: 'deployment',
    objectName: deployment.name,
    deploymentId: deployment.id,
  });
}

export function deploymentCreated(project: Project, deployment: Deployment): void {
  const event = `Created deployment ${deployment.name}`;
  record(project, deployment, deployment.createdAt, { action: 'create', event });
}

export function versionCreated(project: Project, deployment: Deployment, version: Version): void {
  const event = `Created version ${version.name} for deployment ${deployment.name}`;
  record(project, deployment, version.createdAt, { action: 'create', event });
}

export function fileUploaded(
  project: Project,
  deployment: Deployment,
  version: Version,
  at: number,
): void {
  const event = `Uploaded deployment file for version ${version.name} of deployment ${deployment.name}`;
  record(project, deployment, at, { action: 'update', event });
}

/** Adds what has happened in the project so far, oldest first. */
export function addAudit(project: Project): void {
  addProjectEvents(project);
  for (const deployment of project.deployments) {
    if (deployment.examples) continue;
    deploymentCreated(project, deployment);
    addOccasional(project, deployment);
    for (const version of deployment.versions) {
      versionCreated(project, deployment, version);
      for (const revision of version.revisions.slice(-2)) {
        fileUploaded(project, deployment, version, revision.createdAt);
      }
    }
  }
  project.audit.sort((one, other) => one.at - other.at);
}

/** The two events of the documentation's example; both stand in the list of `deployment-1`. */
export function addAuditExamples(project: Project): void {
  const deploymentId = project.deployments.find(({ name }) => name === 'deployment-1')?.id ?? null;
  const shared = { user: 'user@example.com', objectType: 'deployment', deploymentId };
  project.audit.push(
    {
      ...shared,
      id: '25750859-e082-44df-bde9-cd85ca3f869c',
      at: Date.parse('2020-10-23T12:03:55.675Z'),
      action: 'delete',
      event: 'Deleted environment variable ENV_VAR for deployment deployment-1',
      objectName: 'deployment-1',
    },
    {
      ...shared,
      id: 'ce81814d-b00c-4094-a483-814afdb80875',
      at: Date.parse('2020-10-23T12:04:28.645Z'),
      action: 'create',
      event: 'Created version v1 for deployment deployment-1',
      objectName: 'audit-deployment',
    },
  );
}

function addProjectEvents(project: Project): void {
  const add = (at: number, told: Told, objectType: string, objectName: string) => {
    const id = uuidOf('ubiops', project.name, told.event);
    const user = userOf(project.name, at);
    project.audit.push({ ...told, id, at, user, objectType, objectName, deploymentId: null });
  };
  const created: Told = { action: 'create', event: `Created project ${project.name}` };
  add(project.createdAt, created, 'project', project.name);
  for (const [index, { name }] of project.variables.entries()) {
    const event = `Created environment variable ${name} for project ${project.name}`;
    const at = project.createdAt + (index + 1) * MINUTE;
    add(at, { action: 'create', event }, 'project', project.name);
  }
  for (let number = 1; number <= 5; number += 1) {
    const event = `Deleted deployment legacy-${number}`;
    add(project.createdAt + number * 30 * DAY, { action: 'delete', event }, 'deployment', '');
  }
}

function addOccasional(project: Project, deployment: Deployment): void {
  const soon = deployment.createdAt + 2 * MINUTE;
  const { name, id } = deployment;
  if (pick(3, id, 'updated') === 0) {
    record(project, deployment, soon, { action: 'update', event: `Updated deployment ${name}` });
  }
  if (pick(4, id, 'downloaded') === 0) {
    const event = `Downloaded deployment file of deployment ${name}`;
    record(project, deployment, soon + MINUTE, { action: 'info', event });
  }
  if (pick(5, id, 'deleted') === 0) {
    const event = `Deleted environment variable old_token for deployment ${name}`;
    record(project, deployment, soon + 2 * MINUTE, { action: 'delete', event });
  }
}
