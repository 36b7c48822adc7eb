import { z } from 'zod';
import { ErrorCode, GatewayError, refuse, toGatewayError, unsupported } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import { missing } from '../rollouts.ts';
import type { VariableEntry } from '../provider.ts';
import type { ProviderWrites, VariableChange, VariableOutcome, WriteCall } from '../writes.ts';
import { pathOf, scopeKeys } from './keys.ts';
import type { Context } from './reads.ts';
import { getVariableLevels } from './variables.ts';

/** "^[A-Za-z0-9_.-]+$" of ValueCreatePayloadRequest. */
const NAME = /^[A-Za-z0-9_.-]+$/;

/** The level that is written to, as it was before. */
interface Level {
  path: string;
  own: ReadonlyMap<string, VariableEntry>;
  /** What the application sets and an environment may override. */
  above: ReadonlyMap<string, VariableEntry>;
}

/** Shared values of applications, and their overrides in environments. One request for each. */
export function createVariableWrites(context: Context) {
  return {
    checkVariableName: (_owner, name) =>
      NAME.test(name) ? undefined : 'A name has letters, digits, "_", "." and "-" alone.',
    keepsSecrets: () => true,
    variableOptions: () => ['description', 'secretReference'],

    async setVariables(owner, changes, mode, call) {
      const level = await readLevel(context, owner, call);
      const outcomes: VariableOutcome[] = [];
      for (const change of changes) {
        const error = await attempt(context, () => set(context, level, change, call));
        outcomes.push({ name: change.name, error });
      }
      if (mode === 'MERGE') return outcomes;
      const named = new Set(changes.flatMap(({ name, newName }) => [name, newName ?? name]));
      const others = [...level.own.keys()].filter((name) => !named.has(name));
      return [...outcomes, ...(await removeAll(context, level, others, call))];
    },

    async deleteVariables(owner, names, call) {
      return removeAll(context, await readLevel(context, owner, call), names, call);
    },
  } satisfies ProviderWrites;
}

async function readLevel(context: Context, owner: Ref, call: WriteCall): Promise<Level> {
  const keys = owner.type === 'Scope' ? scopeKeys(context, owner) : undefined;
  if (keys?.application === undefined) {
    const advice = 'Give the id of an application or of an environment.';
    throw unsupported(['ownerId'], `Humanitec keeps no variables there. ${advice}`);
  }
  const found = await getVariableLevels(context, [owner], { shadowed: false }, call);
  const levels = found.get(owner.id);
  if (levels instanceof GatewayError) throw levels;
  if (!levels) throw missing(context.provider, 'scope');
  const [own, above] = levels;
  return { path: `${pathOf(context, keys)}/values`, own: byName(own), above: byName(above) };
}

/** A value that is there is changed, one that is not there, or only above, is created. */
async function set(
  { http }: Context,
  level: Level,
  change: VariableChange,
  call: WriteCall,
): Promise<void> {
  const { name, newName } = change;
  const own = level.own.get(name);
  if (newName !== undefined && newName !== name) return rename(http, level, change, call);
  const known = own ?? level.above.get(name);
  if (known?.secret && change.secret === false) throw staysSecret();
  if (!own) {
    if (!hasValue(change)) throw refuse(['variables', 'value'], 'a new variable needs a value.');
    const secret = change.secret ?? known?.secret ?? false;
    return create(http, level, { ...change, secret }, call);
  }
  const becomesSecret = change.secret ?? change.secretReference !== undefined;
  if (becomesSecret && !own.secret) throw staysPlain();
  const json = toBody(change);
  if (Object.keys(json).length === 0) return;
  const secrets = secretsIn(change);
  await http.send('PATCH', pathTo(level, name), { json, secrets }, z.unknown(), call);
}

/** ValuePatchPayloadRequest: what is not there stays. */
function toBody({ description, value, secretReference }: Omit<VariableChange, 'name' | 'newName'>) {
  return {
    ...(description !== undefined && { description }),
    ...(value !== undefined && { value }),
    ...(secretReference && { secret_ref: secretReference }),
  };
}

function hasValue({ value, secretReference }: VariableChange): boolean {
  return value !== undefined || secretReference !== undefined;
}

function secretsIn({ value }: { value?: string | undefined }): string[] {
  return value === undefined ? [] : [value];
}

/** Created under the new name first, so that at no time the value is nowhere. */
async function rename(
  http: Context['http'],
  level: Level,
  change: VariableChange,
  call: WriteCall,
): Promise<void> {
  const { name, newName = name } = change;
  const own = level.own.get(name);
  if (!own) throw refuse(['variables', 'name'], `there is no ${name}.`, ErrorCode.NOT_FOUND);
  if (own.secret && change.secret === false) throw staysSecret();
  if (level.own.has(newName)) {
    const message = `there is a ${newName} already.`;
    throw refuse(['variables', 'newName'], message, ErrorCode.CONFLICT);
  }
  if (own.value === null && !hasValue(change)) {
    const advice = 'Give the value along with the new name.';
    throw unsupported(['variables', 'newName'], `a secret cannot be read. ${advice}`);
  }
  const created = {
    ...change,
    name: newName,
    ...(!hasValue(change) && { value: own.value ?? undefined }),
    secret: change.secret ?? own.secret,
    description: change.description ?? own.description ?? undefined,
  };
  await create(http, level, created, call);
  await remove(http, level, name, call);
}

async function create(
  http: Context['http'],
  { path }: Level,
  created: VariableChange & { secret: boolean },
  call: WriteCall,
): Promise<void> {
  const { name: key, secret, secretReference } = created;
  const isSecret = secret || secretReference !== undefined;
  const json = { key, description: '', ...toBody(created), is_secret: isSecret };
  await http.send('POST', path, { json, secrets: secretsIn(created) }, z.unknown(), call);
}

async function removeAll(
  context: Context,
  level: Level,
  names: readonly string[],
  call: WriteCall,
): Promise<VariableOutcome[]> {
  const outcomes: VariableOutcome[] = [];
  for (const name of names) {
    const error = level.own.has(name)
      ? await attempt(context, () => remove(context.http, level, name, call))
      : missing(context.provider, 'variable');
    outcomes.push({ name, error });
  }
  return outcomes;
}

async function remove(
  http: Context['http'],
  level: Level,
  name: string,
  call: WriteCall,
): Promise<void> {
  await http.send('DELETE', pathTo(level, name), {}, z.unknown(), call);
}

/** What went wrong with one of several. */
async function attempt(
  { provider }: Context,
  act: () => Promise<void>,
): Promise<GatewayError | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return toGatewayError(error, provider);
  }
}

function byName(level: { variables: VariableEntry[] } | undefined): Map<string, VariableEntry> {
  return new Map((level?.variables ?? []).map((entry) => [entry.name, entry]));
}

function pathTo({ path }: Level, name: string): string {
  return `${path}/${encodeURIComponent(name)}`;
}

function staysSecret() {
  return refuse(['variables', 'secret'], 'a secret stays one. Delete it and set it anew.');
}

function staysPlain() {
  const advice = 'Delete it and set it anew.';
  return unsupported(['variables', 'secret'], `Humanitec cannot make it a secret. ${advice}`);
}
