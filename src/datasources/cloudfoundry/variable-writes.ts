import { z } from 'zod';
import { ErrorCode, refuse, toGatewayError, unsupported } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { Call } from '../provider.ts';
import { missing } from '../rollouts.ts';
import type { ProviderWrites, VariableChange, VariableOutcome, WriteCall } from '../writes.ts';
import { parseScopeKeys } from './keys.ts';
import type { Foundation } from './lists.ts';
import { pairs } from './payloads.ts';
import { letIn } from './scopes.ts';
import { toText } from './variables.ts';

/** `GET` and `PATCH` of an app's variables and of a group answer alike. */
const variables = z.object({ var: pairs });

/** Null deletes; what is not named stays. */
type Patch = Record<string, string | null>;

/**
 * Variables of apps, and of the running group as the foundation's own, which only admins may change.
 * All changes of an owner are one merge, so they are made together or not at all.
 */
export function createVariableWrites(foundation: Foundation) {
  return {
    checkVariableName: (_owner, name) => problemOf(name),
    keepsSecrets: () => false,
    isShared: (owner) => parseScopeKeys(owner)?.nativeKind === 'foundation',

    async setVariables(owner, changes, mode, call) {
      const path = await pathOf(foundation, owner, call);
      const before = await readOwn(foundation, path, call);
      const patch: Patch = {};
      const outcomes = changes.map((change) => plan(patch, change, before, foundation.name));
      const named = new Set(changes.flatMap(({ name, newName }) => [name, newName ?? name]));
      const others =
        mode === 'REPLACE' ? [...before.keys()].filter((name) => !named.has(name)) : [];
      for (const name of others) patch[name] = null;
      const all = [...outcomes, ...others.map((name) => ({ name, error: undefined }))];
      return apply(foundation, path, patch, all, call);
    },

    async deleteVariables(owner, names, call) {
      const path = await pathOf(foundation, owner, call);
      const before = await readOwn(foundation, path, call);
      const outcomes = names.map((name) => {
        const error = before.has(name) ? undefined : missing(foundation.name, 'variable');
        return { name, error };
      });
      const patch = Object.fromEntries(names.filter((name) => before.has(name)).map(toDeletion));
      return apply(foundation, path, patch, outcomes, call);
    },
  } satisfies ProviderWrites;
}

/** `validate_environment_variables`: what the Cloud Controller says of a key. */
function problemOf(name: string): string | undefined {
  if (name === '') return 'A name must have at least one letter.';
  if (/^VCAP_/i.test(name)) return 'A name must not start with VCAP_.';
  if (/^VMC/i.test(name)) return 'A name must not start with VMC.';
  return /^PORT$/i.test(name) ? 'PORT is set by the platform.' : undefined;
}

/** Puts a change into the patch, or says why not. */
function plan(
  patch: Patch,
  { name, newName, value }: VariableChange,
  before: ReadonlyMap<string, string | null>,
  provider: string,
): VariableOutcome {
  if (newName === undefined || newName === name) {
    if (value !== undefined) patch[name] = value;
    return { name, error: value === undefined && !before.has(name) ? wanting() : undefined };
  }
  const current = before.get(name);
  if (current === undefined) return { name, error: missing(provider, 'variable') };
  if (before.has(newName)) return { name, error: taken(newName) };
  const kept = value ?? current;
  if (kept === null) return { name, error: unreadable() };
  patch[name] = null;
  patch[newName] = kept;
  return { name, error: undefined };
}

/** Sends what there is to send; whatever comes of it came of every part. */
async function apply(
  { name: provider, http }: Foundation,
  path: string,
  patch: Patch,
  outcomes: readonly VariableOutcome[],
  call: WriteCall,
): Promise<VariableOutcome[]> {
  if (Object.keys(patch).length === 0) return [...outcomes];
  try {
    const secrets = Object.values(patch).filter((value) => value !== null);
    await http.send('PATCH', path, { json: { var: patch }, secrets }, z.unknown(), call);
    return [...outcomes];
  } catch (thrown) {
    const failure = toGatewayError(thrown, provider);
    return outcomes.map(({ name, error }) => ({ name, error: error ?? failure }));
  }
}

async function pathOf(foundation: Foundation, owner: Ref, call: Call): Promise<string> {
  const keys = owner.type === 'Scope' ? parseScopeKeys(owner) : undefined;
  if (keys?.nativeKind === 'foundation') return '/v3/environment_variable_groups/running';
  if (keys?.nativeKind !== 'app') {
    const advice = 'Give the id of an app, or of the foundation for its running group.';
    throw unsupported(['ownerId'], `Cloud Foundry keeps no variables there. ${advice}`);
  }
  if (!(await letIn(foundation, [keys.guid], call)).has(keys.guid)) {
    throw missing(foundation.name, 'app');
  }
  return `/v3/apps/${encodeURIComponent(keys.guid)}/environment_variables`;
}

async function readOwn(
  { name, http }: Foundation,
  path: string,
  call: Call,
): Promise<Map<string, string | null>> {
  const found = await http.find(path, variables, call);
  if (!found) throw missing(name, 'app');
  return new Map(found.var.map(([key, value]) => [key, toText(value)]));
}

function toDeletion(name: string): [string, null] {
  return [name, null];
}

function wanting() {
  return refuse(['variables', 'value'], 'a new variable needs a value.');
}

function taken(name: string) {
  return refuse(['variables', 'newName'], `there is a ${name} already.`, ErrorCode.CONFLICT);
}

function unreadable() {
  const advice = 'Give the value along with the new name.';
  return unsupported(['variables', 'newName'], `the value cannot be read. ${advice}`);
}
