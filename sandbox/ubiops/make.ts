import { pick, uuidOf } from '../random.ts';
import { MINUTE } from './dates.ts';
import { type BuildEnd, courseOf, rebuild, upload } from './builds.ts';
import type {
  Deployment,
  Field,
  Generation,
  Project,
  Variable,
  Version,
  VersionSettings,
} from './types.ts';

const TEAMS = ['vision', 'pricing', 'risk', 'search', 'support'];
const TIERS = ['gold', 'silver', 'bronze'];
const TRACKS = ['stable', 'canary', 'dev'];
/** The sizes of instances, in MiB. */
export const MEMORY = [256, 512, 1_024, 2_048, 4_096];
const RETENTION = ['full', 'metadata', 'none'] as const;

const RUNTIMES: Record<Generation, readonly (readonly [string, string])[]> = {
  '3.13': [
    ['python3.8', 'Python 3.8'],
    ['python3.9', 'Python 3.9'],
    ['python3.11', 'Python 3.11'],
    ['r4.0', 'R 4.0'],
  ],
  '4.12': [
    ['python3-10', 'Ubuntu 22.04 + Python 3.10'],
    ['python3-11', 'Ubuntu 22.04 + Python 3.11'],
    ['python3-12', 'Ubuntu 24.04 + Python 3.12'],
  ],
};

/** What a version has where nothing else was asked for; the runtime depends on the generation. */
export const DEFAULT_SETTINGS: Omit<VersionSettings, 'runtime' | 'runtimeName'> = {
  memoryMib: 2_048,
  instanceType: '2048mb',
  maximumInstances: 5,
  minimumInstances: 0,
  maximumIdleTime: 300,
  monitoring: null,
  defaultNotificationGroup: null,
  requestRetentionTime: 604_800,
  requestRetentionMode: 'full',
  staticIp: false,
  restartRequestInterruption: false,
  queueSizeExpress: 100,
  queueSizeBatch: 100_000,
  queueSize: 100_000,
  ports: [],
  scalingStrategy: 'default',
  instanceProcesses: 1,
};

/** Adds an ordinary deployment without versions to the project; `changes` win. */
export function addDeployment(
  project: Project,
  name: string,
  createdAt: number,
  changes: Partial<Deployment> = {},
): Deployment {
  const id = uuidOf('ubiops', project.name, name);
  const plain = pick(4, id, 'plain') === 0;
  const deployment: Deployment = {
    id,
    name,
    projectName: project.name,
    description: `Serves ${name.replaceAll('-', ' ')} requests`,
    inputFields: plain ? [] : fieldsOf(id, 'input'),
    outputFields: plain ? [] : fieldsOf(id, 'output'),
    labels: labelsOf(id),
    createdAt,
    supportsRequestFormat: pick(6, id, 'format') !== 0,
    defaultVersion: null,
    versions: [],
    variables: [],
    busy: false,
    ...changes,
  };
  project.deployments.push(deployment);
  return deployment;
}

/** Adds a version without revisions; the first one becomes the default, as the provider does. */
export function addVersion(
  project: Project,
  deployment: Deployment,
  name: string,
  createdAt: number,
  changes: Partial<Version> = {},
): Version {
  const id = uuidOf('ubiops', deployment.id, name);
  const version: Version = {
    id,
    name,
    description: pick(3, id, 'description') === 0 ? '' : `Version ${name} of ${deployment.name}`,
    labels: pick(5, id, 'labels') === 0 ? {} : { track: oneOf(TRACKS, id, 'track') },
    createdAt,
    settings: settingsOf(project, id),
    reports: 'availability',
    revisions: [],
    builds: [],
    variables: [],
    ...changes,
  };
  if (deployment.versions.length === 0) deployment.defaultVersion = name;
  deployment.versions.push(version);
  return version;
}

/** Uploads `count` times, evenly from the version's creation to `until`; most of them succeed. */
export function addHistory(version: Version, count: number, until: number, last: BuildEnd): void {
  const pause = Math.floor((until - version.createdAt) / (count + 1));
  for (let number = 0; number < count; number += 1) {
    const at = version.createdAt + pause * (number + 1);
    const end = number === count - 1 ? last : endOf(number);
    upload(version, at, courseOf(end));
    if (number % 12 === 3 && end === 'failed') {
      rebuild(version, at + 10 * MINUTE, courseOf('success'));
    }
  }
}

/** A variable of the named owner; its id depends on both names. */
export function variable(owner: string, name: string, value: string, secret = false): Variable {
  return { id: uuidOf('ubiops', owner, 'variable', name), name, value, secret };
}

/** One member that depends on `parts` alone. */
export function oneOf<Member>(members: readonly Member[], ...parts: (string | number)[]): Member {
  const member = members[pick(members.length, ...parts)];
  if (member === undefined) throw new Error('there is nothing to choose from');
  return member;
}

function endOf(number: number): BuildEnd {
  if (number % 7 === 3) return 'failed';
  return number % 11 === 5 ? 'cancelled' : 'success';
}

function settingsOf(project: Project, id: string): VersionSettings {
  const [runtime, runtimeName] = oneOf(RUNTIMES[project.generation], id, 'runtime');
  const memoryMib = oneOf(MEMORY, id, 'memory');
  return {
    ...DEFAULT_SETTINGS,
    runtime,
    runtimeName,
    memoryMib,
    instanceType: `${memoryMib}mb`,
    maximumInstances: 1 + pick(8, id, 'maximum'),
    minimumInstances: pick(2, id, 'minimum'),
    monitoring: pick(2, id, 'monitoring') === 0 ? null : 'notification-group-1',
    requestRetentionMode: oneOf(RETENTION, id, 'retention'),
    staticIp: pick(8, id, 'static') === 0,
  };
}

function labelsOf(id: string): Record<string, string> {
  if (pick(7, id, 'labels') === 0) return {};
  return { team: oneOf(TEAMS, id, 'team'), tier: oneOf(TIERS, id, 'tier') };
}

function fieldsOf(id: string, side: string): Field[] {
  const types = ['int', 'double', 'string', 'bool', 'array_double', 'file'];
  return Array.from({ length: 1 + pick(3, id, side) }, (_none, index) => ({
    name: `${side}-field-${index + 1}`,
    data_type: oneOf(types, id, side, index),
    widget: {},
  }));
}
