import { z } from 'zod';
import { ErrorCode, GatewayError, refuse, toGatewayError, unsupported } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { VariableEntry } from '../provider.ts';
import { missing } from '../rollouts.ts';
import type { ProviderWrites, VariableChange, VariableOutcome, WriteCall } from '../writes.ts';
import { type Account, parseKeys, stackPath } from './account.ts';
import { action, type Action, follow, settleVariables } from './actions.ts';
import { getVariableLevels } from './variables.ts';

/** What a shell can name; the provider publishes no rule of its own. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** An answer without a body, or with something else in it, leaves nothing to follow. */
const maybeAction = z.unknown().transform((body) => action.safeParse(body).data);

/** A stack and its variables as they were before. */
interface Stack {
  uid: string;
  known: ReadonlyMap<string, VariableEntry>;
}

/** A change that was sent, and the action that does it, if the provider told one. */
type Sent = () => Promise<GatewayError | undefined>;

/**
 * Variables of a stack, one request for each. The provider makes the changes in the background: all
 * are sent, and then followed to their ends together.
 */
export function createVariableWrites(account: Account) {
  return {
    checkVariableName: (_owner, name) =>
      NAME.test(name)
        ? undefined
        : 'A name has letters, digits and "_" alone, and does not begin with a digit.',
    keepsSecrets: () => false,

    async setVariables(owner, changes, mode, call) {
      const stack = await readStack(account, owner, call);
      const sent: [name: string, sent: Sent][] = [];
      for (const change of changes) {
        sent.push([change.name, await attempt(account, () => set(account, stack, change, call))]);
      }
      const named = new Set(changes.flatMap(({ name, newName }) => [name, newName ?? name]));
      const others = [...stack.known.values()].filter(
        ({ name, readOnly }) => !named.has(name) && !readOnly,
      );
      const surplus = mode === 'REPLACE' ? others.map(({ name }) => name) : [];
      return settle([...sent, ...(await removeAll(account, stack, surplus, call))]);
    },

    async deleteVariables(owner, names, call) {
      const stack = await readStack(account, owner, call);
      return settle(await removeAll(account, stack, names, call));
    },
    async settleVariables(owner, call) {
      const { uid } = parseKeys(account, owner) ?? {};
      if (uid !== undefined) await settleVariables(account, uid, call);
    },
  } satisfies ProviderWrites;
}

async function readStack(account: Account, owner: Ref, call: WriteCall): Promise<Stack> {
  const uid = owner.type === 'Scope' ? parseKeys(account, owner)?.uid : undefined;
  if (uid === undefined) {
    throw unsupported(['ownerId'], 'Cloud 66 keeps variables of stacks. Give the id of one.');
  }
  const levels = (await getVariableLevels(account, [owner], call)).get(owner.id);
  if (levels instanceof GatewayError) throw levels;
  if (!levels) throw missing(account.provider, 'stack');
  const variables = levels.flatMap((level) => level.variables);
  return { uid, known: new Map(variables.map((entry) => [entry.name, entry])) };
}

async function set(
  account: Account,
  stack: Stack,
  change: VariableChange,
  call: WriteCall,
): Promise<Sent> {
  const { name, newName, value } = change;
  const entry = stack.known.get(name);
  if (entry) checkEntry(entry, change);
  if (newName !== undefined && newName !== name) return rename(account, stack, change, call);
  if (value === undefined) {
    if (entry) return done;
    throw refuse(['variables', 'value'], 'a new variable needs a value.');
  }
  return entry
    ? update(account, stack, name, value, call)
    : create(account, stack, name, value, call);
}

function checkEntry({ readOnly, secret }: VariableEntry, change: VariableChange): void {
  if (readOnly) throw refuse(['variables', 'name'], 'it is set by the platform, or read-only.');
  if (!secret || change.secret !== false) return;
  throw refuse(['variables', 'secret'], 'a secret stays one. Delete it and set it anew.');
}

/** The old name goes when the new one is there, so that at no time the value is nowhere. */
async function rename(
  account: Account,
  stack: Stack,
  { name, newName = name, value }: VariableChange,
  call: WriteCall,
): Promise<Sent> {
  const entry = stack.known.get(name);
  if (!entry) throw refuse(['variables', 'name'], `there is no ${name}.`, ErrorCode.NOT_FOUND);
  if (entry.secret) {
    const advice = 'Set the new name and delete the old one.';
    throw unsupported(
      ['variables', 'newName'],
      `a secret cannot be read, nor made one by the API. ${advice}`,
    );
  }
  const kept = value ?? entry.value ?? '';
  const created = await create(account, stack, newName, kept, call);
  return async () => {
    const failure = await created();
    if (failure) return failure;
    return (await attempt(account, () => remove(account, stack, name, call)))();
  };
}

function create(
  account: Account,
  { uid }: Stack,
  key: string,
  value: string,
  call: WriteCall,
): Promise<Sent> {
  return put(account, uid, { method: 'POST', keys: [], json: { key, value } }, call);
}

function update(
  account: Account,
  { uid }: Stack,
  key: string,
  value: string,
  call: WriteCall,
): Promise<Sent> {
  return put(account, uid, { method: 'PUT', keys: [key], json: { value } }, call);
}

async function put(
  account: Account,
  uid: string,
  {
    method,
    keys,
    json,
  }: { method: 'POST' | 'PUT'; keys: string[]; json: { key?: string; value: string } },
  call: WriteCall,
): Promise<Sent> {
  const path = `${stackPath(uid, 'environments', ...keys)}.json`;
  const sending = { json, secrets: [json.value] };
  const started = await account.http.send(method, path, sending, action, call);
  return following(account, uid, started, call);
}

async function remove(
  account: Account,
  { uid }: Stack,
  key: string,
  call: WriteCall,
): Promise<Sent> {
  const path = `${stackPath(uid, 'environments', key)}.json`;
  const started = await account.http.send('DELETE', path, {}, maybeAction, call);
  return started ? following(account, uid, started, call) : done;
}

async function removeAll(
  account: Account,
  stack: Stack,
  names: readonly string[],
  call: WriteCall,
): Promise<[string, Sent][]> {
  const sent: [string, Sent][] = [];
  for (const name of names) {
    const outcome = await attempt(account, async () => {
      const entry = stack.known.get(name);
      if (!entry) throw missing(account.provider, 'variable');
      checkEntry(entry, { name, value: undefined, secret: undefined, newName: undefined });
      return remove(account, stack, name, call);
    });
    sent.push([name, outcome]);
  }
  return sent;
}

function following(account: Account, uid: string, started: Action, call: WriteCall): Sent {
  return () => follow(account, uid, started, call);
}

const done: Sent = () => Promise.resolve(undefined);

/** One of several; its failure is its own outcome. */
async function attempt({ provider }: Account, act: () => Promise<Sent>): Promise<Sent> {
  try {
    return await act();
  } catch (error) {
    const failure = toGatewayError(error, provider);
    return () => Promise.resolve(failure);
  }
}

/** Waits for the end of everything that was sent. */
async function settle(sent: readonly [name: string, sent: Sent][]): Promise<VariableOutcome[]> {
  return Promise.all(sent.map(async ([name, outcome]) => ({ name, error: await outcome() })));
}
