import { badRequest } from './errors.ts';
import type { Application, DeploymentSet, Module, PatchOperation, PlainDelta } from './model.ts';
import { toSet } from './sets.ts';

/**
 * The set that a delta leads to from `source`; it is kept if the application does not have it yet.
 * @throws Refused 400 for a delta that is "incompatible with the state of the Environment"
 */
export function applyDelta(
  application: Application,
  source: DeploymentSet,
  delta: PlainDelta,
): DeploymentSet {
  const modules: Record<string, Module> = { ...source.modules };
  for (const name of delta.modules.remove ?? []) {
    if (!(name in modules)) throw incompatible(`module ${name} is not there`);
    delete modules[name];
  }
  for (const [name, operations] of Object.entries(delta.modules.update ?? {})) {
    const module = modules[name];
    if (!module) throw incompatible(`module ${name} is not there`);
    // A patched module has the shape of a module as far as the patch leaves it that.
    modules[name] = patched(module, operations) as Module;
  }
  Object.assign(modules, delta.modules.add);
  const shared = patched(source.shared, delta.shared ?? []) as DeploymentSet['shared'];
  const set = toSet(modules, shared);
  const known = application.sets.find(({ id }) => id === set.id);
  if (!known) application.sets.push(set);
  return known ?? set;
}

function patched(value: unknown, operations: readonly PatchOperation[]): unknown {
  const root = { value: structuredClone(value) };
  for (const { op, path, value: operand } of operations) {
    const keys = ['value', ...path.split('/').slice(1).map(unescaped)];
    const last = keys.pop() ?? '';
    let parent: unknown = root;
    for (const key of keys) parent = isObject(parent) ? parent[key] : undefined;
    if (!isObject(parent) || (op !== 'add' && !(last in parent))) {
      throw incompatible(`there is nothing at ${path}`);
    }
    if (op === 'remove') delete parent[last];
    else parent[last] = operand;
  }
  return root.value;
}

function incompatible(why: string) {
  return badRequest(`Delta is incompatible with the state of the Environment: ${why}.`);
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
