import { z } from 'zod';
import type { Ref } from '../../ids.ts';
import { collect } from '../batch.ts';
import { parseRows } from '../http/parse.ts';
import type { Batch, Call, VariableEntry, VariableLevel } from '../provider.ts';
import { type Account, parseKeys, stackPath } from './account.ts';
import { orAbsent, readAll } from './envelope.ts';
import { flag, moment } from './fields.ts';

/**
 * A variable of a stack (developers.cloud66.com, Environment variables). The provider sends the
 * values of passwords, and all earlier values, in clear: they end here, but for `readSecrets`. What
 * is not plainly marked as no password is treated as one.
 */
export const variableRow: z.ZodType<VariableEntry> = z
  .object({
    key: z.string().min(1),
    value: z.unknown(),
    readonly: flag,
    is_password: z.unknown(),
    is_generated: flag,
    updated_at: moment,
  })
  .transform(({ key, value, readonly, is_password, is_generated, updated_at }) => {
    const secret = is_password !== false;
    return {
      name: key,
      value: secret ? null : toText(value),
      secret,
      readOnly: readonly === true || is_generated === true,
      updatedAt: updated_at,
    };
  });

/**
 * The variables of a stack as they are now, one level. `null` for deployments, versions and
 * revisions: the provider keeps no record of what they ran with.
 */
export async function getVariableLevels(
  account: Account,
  owners: readonly Ref[],
  call: Call,
): Promise<Batch<VariableLevel[] | null>> {
  const known = owners.flatMap((owner) => {
    const keys = parseKeys(account, owner);
    return keys ? [{ owner, uid: keys.uid }] : [];
  });
  return collect(
    known,
    ({ owner }) => owner.id,
    account.provider,
    async ({ owner, uid }) => {
      if (owner.type !== 'Scope') return null;
      const variables = await orAbsent(listVariables(account, uid, call));
      return variables && [{ ownerId: owner.id, variables }];
    },
  );
}

/** A password with its value; anything else is left out. */
const secretRow = z
  .object({ key: z.string().min(1), value: z.unknown(), is_password: z.unknown() })
  .transform(({ key, value, is_password }): [string, string][] => {
    const text = is_password === false ? null : toText(value);
    return text === null ? [] : [[key, text]];
  });

/** The passwords of a stack. Of other owners it has none. */
export async function readSecrets(
  account: Account,
  owner: Ref,
  call: Call,
): Promise<ReadonlyMap<string, string>> {
  const uid = owner.type === 'Scope' ? parseKeys(account, owner)?.uid : undefined;
  if (uid === undefined) return new Map();
  const pages = await readAll(account.http, stackPath(uid, 'environments'), call);
  return new Map(
    pages.flatMap(({ rows, origin }) => parseRows(rows, secretRow, origin).items.flat()),
  );
}

/**
 * @throws GatewayError PROVIDER_INVALID_RESPONSE when a row cannot be understood: a list that lacks
 * one variable without saying so would make comparisons lie.
 */
async function listVariables({ http }: Account, uid: string, call: Call): Promise<VariableEntry[]> {
  const pages = await readAll(http, stackPath(uid, 'environments'), call);
  const variables = new Map<string, VariableEntry>();
  for (const { rows, origin } of pages) {
    const { items, faults } = parseRows(rows, variableRow, origin);
    if (faults[0]) throw faults[0];
    for (const variable of items) variables.set(variable.name, variable);
  }
  return [...variables.values()];
}

/** Values may be of any type; whatever runs on the stack sees them as text. */
function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
