import { hexOf } from '../random.ts';
import {
  timestamp,
  type Application,
  type Delta,
  type DeploymentSet,
  type Module,
  type PatchOperation,
  type PlainDelta,
} from './model.ts';

/** What a deployment into an empty environment starts from. It has no id and is never served. */
export const EMPTY_SET: DeploymentSet = { id: '', modules: {}, shared: {}, version: 0 };

const SHARED_DNS_FROM = 6;
const CACHE_FROM = 4;
const CACHE_UNTIL = 12;

/** A set as the API has it: immutable, its id a hash of its content. */
export function toSet(
  modules: Record<string, Module>,
  shared: Record<string, unknown> = {},
): DeploymentSet {
  return { id: hexOf(40, 'set', JSON.stringify({ modules, shared })), modules, shared, version: 0 };
}

/** Adds the application's next set. */
export function addSet(application: Application): DeploymentSet {
  const set = followingSet(application);
  application.sets.push(set);
  return set;
}

/** What the next set would be: one workload has a new image, and sometimes a module comes or goes. */
export function followingSet(application: Application): DeploymentSet {
  const number = application.sets.length + 1;
  const { workloads } = application;
  const modules: Record<string, Module> = {};
  for (const [index, workload] of workloads.entries()) {
    const release = Math.ceil((number - index) / workloads.length);
    modules[workload] = toModule(workload, release, number);
  }
  if (number >= CACHE_FROM && number < CACHE_UNTIL) {
    modules['redis-cache'] = { profile: 'humanitec/redis', spec: {}, externals: {} };
  }
  const shared = number >= SHARED_DNS_FROM ? { dns: { type: 'dns', params: {} } } : {};
  return toSet(modules, shared);
}

function toModule(workload: string, release: number, number: number): Module {
  return {
    profile: 'humanitec/default-module',
    spec: {
      containers: {
        [workload]: {
          id: workload,
          image: `registry.humanitec.io/sandbox-org/${workload}:1.${release}.0`,
          variables: { LOG_LEVEL: '${values.LOG_LEVEL}', RELEASE: `${number}` },
        },
      },
    },
    externals: { db: { type: 'postgres', params: {} } },
  };
}

/** The delta that turns `source` into `target`. */
export function diffSets(target: DeploymentSet, source: DeploymentSet): PlainDelta {
  const add: Record<string, Module> = {};
  const update: Record<string, PatchOperation[]> = {};
  for (const [name, module] of Object.entries(target.modules)) {
    const before = source.modules[name];
    if (!before) {
      add[name] = module;
      continue;
    }
    const operations = patch(before, module);
    if (operations.length > 0) update[name] = operations;
  }
  const remove = Object.keys(source.modules).filter((name) => !(name in target.modules));
  return { modules: { add, remove, update }, shared: patch(source.shared, target.shared) };
}

/** Adds the delta from `source` to `target`, made for one environment. */
export function addDelta(
  application: Application,
  order: { id: string; envId: string; at: number; by: string; name: string; archived: boolean },
  target: DeploymentSet,
  source: DeploymentSet,
): Delta {
  const delta = {
    id: order.id,
    metadata: {
      created_by: order.by,
      created_at: timestamp(order.at),
      last_modified_at: timestamp(order.at),
      archived: order.archived,
      env_id: order.envId,
      name: order.name,
      shared: true,
      contributers: [order.by],
    },
    ...diffSets(target, source),
  };
  application.deltas.push(delta);
  return delta;
}

function patch(before: unknown, after: unknown, path = ''): PatchOperation[] {
  if (!isObject(before) || !isObject(after)) {
    return JSON.stringify(before) === JSON.stringify(after)
      ? []
      : [{ op: 'replace', path, value: after }];
  }
  const operations: PatchOperation[] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!(key in after)) operations.push({ op: 'remove', path: at });
    else if (!(key in before)) operations.push({ op: 'add', path: at, value: after[key] });
    else operations.push(...patch(before[key], after[key], at));
  }
  return operations;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
