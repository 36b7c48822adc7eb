import { z } from 'zod';
import { ErrorCode, GatewayError, refuse, toGatewayError } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { ProviderWrites, VariableChange, VariableOutcome, WriteCall } from '../writes.ts';
import { type Context, readRows } from './context.ts';
import { one } from './fields.ts';
import { pathOf } from './keys.ts';
import { VARIABLE, type VariableRow } from './payloads.ts';
import * as target from './target.ts';

type Writes = Required<
  Pick<
    ProviderWrites,
    'checkVariableName' | 'keepsSecrets' | 'setVariables' | 'deleteVariables' | 'copyVariables'
  >
>;

const LONGEST_NAME = 64;

/** Variables of projects, deployments and versions. Each change is a request of its own. */
export function createVariableWrites(context: Context): Writes {
  return {
    checkVariableName: (_owner, name) => problemOf(name),
    keepsSecrets: () => true,

    async setVariables(owner, changes, mode, call) {
      const level = await openLevel(context, owner, call);
      const outcomes: VariableOutcome[] = [];
      for (const change of changes) {
        outcomes.push(await attempt(context, change.name, () => level.set(change)));
      }
      if (mode === 'MERGE') return outcomes;
      const isWhole = outcomes.every(({ error }) => error === undefined);
      const kept = new Set(changes.flatMap(({ name, newName }) => [name, newName]));
      for (const name of level.names().filter((each) => !kept.has(each))) {
        const remove = () => (isWhole ? level.remove(name) : Promise.reject(notReplaced()));
        outcomes.push(await attempt(context, name, remove));
      }
      return outcomes;
    },

    async deleteVariables(owner, names, call) {
      const level = await openLevel(context, owner, call);
      const outcomes: VariableOutcome[] = [];
      for (const name of names) {
        outcomes.push(await attempt(context, name, () => level.remove(name)));
      }
      return outcomes;
    },

    async copyVariables(from, to, call) {
      const source = target.sourceOf(from, to);
      if (!source || to.type === 'Scope') return undefined;
      await Promise.all([
        target.needOwner(context, from, call, 'fromId'),
        target.needOwner(context, to, call),
      ]);
      const json = {
        source_deployment: source.deployment,
        ...(source.version !== undefined && { source_version: source.version }),
      };
      const path = `${pathOf(to)}/copy-environment-variables`;
      const copied = await context.http.send('POST', path, { json }, z.array(VARIABLE), call);
      return copied.map(({ name }) => ({ name, error: undefined }));
    },
  };
}

/**
 * The documentation allows letters and underscores, the latter not at the ends. Whether digits are
 * refused is not certain, so the provider is asked.
 */
function problemOf(name: string): string | undefined {
  if (name.length < 1 || name.length > LONGEST_NAME) return 'Write 1 to 64 letters.';
  if (!/^[A-Za-z0-9_]+$/.test(name)) return 'Write letters and underscores only.';
  return /^_|_$/.test(name) ? 'Write no underscore at the beginning or end.' : undefined;
}

/** One owner's own variables, as they are while they are changed. */
interface Level {
  names(): string[];
  set(change: VariableChange): Promise<void>;
  remove(name: string): Promise<void>;
}

async function openLevel(context: Context, owner: Ref, call: WriteCall): Promise<Level> {
  await target.needOwner(context, owner, call);
  const path = `${pathOf(owner)}/environment-variables`;
  const { items, faults } = await readRows(context, path, VARIABLE, target.afresh(call));
  const [fault] = faults;
  if (fault) throw fault;
  const own = new Map(items.filter(isOwn).map((row) => [row.name, row]));
  const inherited = new Map(items.filter((row) => !isOwn(row)).map((row) => [row.name, row]));

  const pathTo = ({ uuid }: VariableRow) => `${path}/${encodeURIComponent(uuid)}`;
  const send = (method: 'POST' | 'PATCH', to: string, json: Values) => {
    const secrets = json.value === undefined ? [] : [json.value];
    return context.http.send(method, to, { json, secrets }, one(VARIABLE), call);
  };

  const create = async ({ name, value, secret }: VariableChange): Promise<void> => {
    if (value === undefined) throw refuse([], `${name} is new here; it needs a value.`);
    const isSecret = secret ?? inherited.get(name)?.secret ?? false;
    own.set(name, await send('POST', path, { name, value, secret: isSecret }));
  };

  const update = async (row: VariableRow, change: VariableChange): Promise<void> => {
    const { secret = row.secret, newName = row.name } = change;
    // The documentation wants the value even where it stays; that of a secret nobody can know.
    const value = change.value ?? row.value ?? undefined;
    if (row.secret && !secret) {
      throw refuse([], `${row.name} is a secret and stays one. Delete it and create it anew.`);
    }
    if (newName !== row.name && own.has(newName)) {
      throw refuse([], `${newName} is there already. Delete it, or take another name.`);
    }
    const json = { name: newName, secret, ...(value !== undefined && { value }) };
    const after = await send('PATCH', pathTo(row), json);
    own.delete(row.name);
    own.set(newName, after);
  };

  return {
    names: () => [...own.keys()],
    async set(change) {
      const row = own.get(change.name);
      if (row) return update(row, change);
      if (change.newName !== undefined) throw notThere(context, change.name, inherited);
      return create(change);
    },
    async remove(name) {
      const row = own.get(name);
      if (!row) throw notThere(context, name, inherited);
      await context.http.send('DELETE', pathTo(row), {}, z.unknown(), call);
      own.delete(name);
    },
  };
}

interface Values {
  name: string;
  value?: string;
  secret: boolean;
}

function isOwn({ inheritedFrom }: VariableRow): boolean {
  return inheritedFrom === null;
}

async function attempt(
  { provider }: Context,
  name: string,
  change: () => Promise<void>,
): Promise<VariableOutcome> {
  try {
    await change();
    return { name, error: undefined };
  } catch (error) {
    return { name, error: toGatewayError(error, provider) };
  }
}

function notThere(
  { provider }: Context,
  name: string,
  inherited: ReadonlyMap<string, VariableRow>,
): GatewayError {
  const from = inherited.get(name)?.inheritedFrom;
  const message = from
    ? `${name} is inherited from the ${from}; change it there, or set one of the same name here.`
    : `There is no variable ${name} here.`;
  return new GatewayError(ErrorCode.NOT_FOUND, message, {
    provider,
    complaints: [{ message }],
  });
}

/** Half of a replacement must not cost what the other half would have replaced. */
function notReplaced(): GatewayError {
  const message = 'Not deleted, because not everything could be set. Mend that and repeat.';
  return new GatewayError(ErrorCode.CONFLICT, message, { complaints: [{ message }] });
}
