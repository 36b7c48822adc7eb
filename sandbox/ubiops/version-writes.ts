import { uuidOf } from '../random.ts';
import { record, versionCreated } from './audit.ts';
import * as check from './body.ts';
import { addVersion, DEFAULT_SETTINGS, MEMORY } from './make.ts';
import { Refused } from './query.ts';
import { instanceTypeGroupId } from './version-shapes.ts';
import type { Deployment, Generation, Project, Version, VersionSettings } from './types.ts';

/** A field of the body: the setting it is about, and what it may be. */
type Settable = Record<string, { setting: keyof VersionSettings; check: check.Check }>;

const group = check.orNull(check.text(1, 64));

const COMMON: Settable = {
  instance_type: { setting: 'instanceType', check: check.text(1, 64) },
  maximum_instances: { setting: 'maximumInstances', check: check.whole(1) },
  minimum_instances: { setting: 'minimumInstances', check: check.whole(0) },
  maximum_idle_time: { setting: 'maximumIdleTime', check: check.whole(10, 3_600) },
  request_retention_time: { setting: 'requestRetentionTime', check: check.whole(0) },
  request_retention_mode: {
    setting: 'requestRetentionMode',
    check: check.oneOf(['none', 'metadata', 'full']),
  },
  static_ip: { setting: 'staticIp', check: check.flag },
  restart_request_interruption: { setting: 'restartRequestInterruption', check: check.flag },
};

const INSTANCE_TYPES = MEMORY.map((mebibytes) => `${mebibytes}mb`);

const PORT = ['public_port', 'deployment_port', 'protocol'];
const portNumber = check.whole(1, 65_535);

/** DeploymentVersionPort: all of it is required. */
const port: check.Check<check.Body> = (value) => {
  const body = check.bodyOf(value, PORT);
  check.required(body, 'public_port', portNumber);
  check.required(body, 'deployment_port', portNumber);
  check.required(body, 'protocol', check.text(1, 16));
  return body;
};

const OF_GENERATION: Record<Generation, Settable> = {
  '3.13': {
    memory_allocation: { setting: 'memoryMib', check: check.whole(256, 16_384) },
    monitoring: { setting: 'monitoring', check: group },
    default_notification_group: { setting: 'defaultNotificationGroup', check: group },
    maximum_queue_size_express: { setting: 'queueSizeExpress', check: check.whole(1) },
    maximum_queue_size_batch: { setting: 'queueSizeBatch', check: check.whole(1) },
  },
  '4.12': {
    environment: { setting: 'runtime', check: check.text(1, 64) },
    instance_type_group_id: { setting: 'instanceType', check: groupById },
    instance_type_group_name: { setting: 'instanceType', check: check.text(1, 64) },
    maximum_queue_size: { setting: 'queueSize', check: check.whole(1) },
    ports: { setting: 'ports', check: check.listOf(port) },
    scaling_strategy: {
      setting: 'scalingStrategy',
      check: check.oneOf(['default', 'moderate']),
    },
    instance_processes: { setting: 'instanceProcesses', check: check.whole(1) },
  },
};

/** Python 3.7 to 3.11 and R 4.0; "the default value is python3.7". */
const LANGUAGES: Record<string, string> = {
  'python3.7': 'Python 3.7',
  'python3.8': 'Python 3.8',
  'python3.9': 'Python 3.9',
  'python3.10': 'Python 3.10',
  'python3.11': 'Python 3.11',
  'r4.0': 'R 4.0',
};

const NAMED = ['version', 'description', 'labels'];

export function createVersion(
  project: Project,
  deployment: Deployment,
  value: unknown,
  at: number,
  number: number,
): Version {
  const isOld = project.generation === '3.13';
  const body = bodyOf(project, value, isOld ? ['language'] : []);
  const name = check.required(body, 'version', check.name);
  refuseTaken(deployment, name);
  const language = check.oneOf(Object.keys(LANGUAGES));
  const runtime = isOld ? check.optional(body, 'language', language, 'python3.7') : 'python3-12';
  const settings = settingsOf(project, body, { ...DEFAULT_SETTINGS, runtime, runtimeName: '' });
  const version = addVersion(project, deployment, name, at, {
    id: uuidOf('ubiops', deployment.id, name, 'created', number),
    description: check.optional(body, 'description', check.description, ''),
    labels: check.optional(body, 'labels', check.labels, {}),
    settings,
    reports: 'progress',
  });
  versionCreated(project, deployment, version);
  return version;
}

export function updateVersion(
  project: Project,
  deployment: Deployment,
  version: Version,
  value: unknown,
  at: number,
): void {
  const body = bodyOf(project, value, []);
  const name = check.optional(body, 'version', check.name, version.name);
  const description = check.optional(body, 'description', check.description, version.description);
  const labels = check.optional(body, 'labels', check.labels, version.labels);
  const settings = settingsOf(project, body, version.settings);
  if (name !== version.name) refuseTaken(deployment, name);
  if (deployment.defaultVersion === version.name) deployment.defaultVersion = name;
  Object.assign(version, { name, description, labels, settings });
  delete version.examples;
  const event = `Updated version ${name} of deployment ${deployment.name}`;
  record(project, deployment, at, { action: 'update', event });
}

/** The default version can go as well; then the deployment has none. */
export function deleteVersion(
  project: Project,
  deployment: Deployment,
  version: Version,
  at: number,
): void {
  deployment.versions.splice(deployment.versions.indexOf(version), 1);
  if (deployment.defaultVersion === version.name) deployment.defaultVersion = null;
  const event = `Deleted version ${version.name} of deployment ${deployment.name}`;
  record(project, deployment, at, { action: 'delete', event });
}

function bodyOf(project: Project, value: unknown, more: readonly string[]): check.Body {
  const settable = [COMMON, OF_GENERATION[project.generation]].flatMap(Object.keys);
  return check.bodyOf(value, [...NAMED, ...settable, ...more]);
}

/** The settings with what the body changes; how the memory and the runtime are shown follows. */
function settingsOf(project: Project, body: check.Body, before: VersionSettings): VersionSettings {
  const changes: check.Body = {};
  const settable = { ...COMMON, ...OF_GENERATION[project.generation] };
  for (const [field, { setting, check: isRight }] of Object.entries(settable)) {
    if (body[field] !== undefined) changes[setting] = isRight(body[field], field);
  }
  const { memoryMib, instanceType } = changes;
  if (typeof memoryMib === 'number' && instanceType === undefined) {
    changes['instanceType'] = `${memoryMib}mb`;
  }
  const asMemory = /^(\d+)mb/.exec(typeof instanceType === 'string' ? instanceType : '');
  if (asMemory) changes['memoryMib'] = Number(asMemory[1]);
  const after = { ...before, ...changes };
  if (after.minimumInstances > after.maximumInstances) {
    throw new Refused(400, 'minimum_instances should not be larger than maximum_instances');
  }
  return { ...after, runtimeName: LANGUAGES[after.runtime] ?? `Environment ${after.runtime}` };
}

/** The group of the id, by its name. */
function groupById(value: unknown, field: string): string {
  const found = INSTANCE_TYPES.find((type) => instanceTypeGroupId(type) === value);
  if (found === undefined) throw new Refused(400, `${field}: There is no such instance type group`);
  return found;
}

function refuseTaken(deployment: Deployment, name: string): void {
  if (!deployment.versions.some((each) => each.name === name)) return;
  throw new Refused(400, `A version with the name ${name} already exists`);
}
