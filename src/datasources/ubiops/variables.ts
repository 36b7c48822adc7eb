import type { Ref } from '../../ids.ts';
import type { Call, ProviderSource, VariableEntry, VariableLevel } from '../provider.ts';
import { readEach } from './batches.ts';
import { type Context, readRows, unlessMissing } from './context.ts';
import { deploymentOf, pathOf, scopeOf } from './keys.ts';
import { VARIABLE, type VariableRow } from './payloads.ts';

/**
 * Variables of projects, deployments and versions. The list of a lower level is merged already: it
 * says of each variable which level it comes from, and leaves out what is hidden. What is hidden
 * only the lists of the levels above tell.
 */
export function createVariables(context: Context): Pick<ProviderSource, 'getVariableLevels'> {
  return {
    getVariableLevels(owners, { shadowed }, call) {
      return readEach(context, owners.filter(context.allows), async (owner) => {
        const levels = levelsOf(owner);
        if (levels.length === 0) return null;
        return shadowed ? readEvery(context, levels, call) : readMerged(context, levels, call);
      });
    },
  };
}

/** The owner and what is above it, nearest first; empty for what has no variables. */
function levelsOf(owner: Ref): Ref[] {
  if (owner.type === 'Scope') return [owner];
  if (owner.type === 'Deployment') return [owner, scopeOf(owner)];
  return owner.type === 'Version' ? [owner, deploymentOf(owner), scopeOf(owner)] : [];
}

async function readMerged(
  context: Context,
  levels: readonly Ref[],
  call: Call,
): Promise<VariableLevel[] | undefined> {
  const [owner] = levels;
  const rows = owner && (await readVariables(context, owner, call));
  return rows && levels.map((level) => toLevel(level, rows, levels));
}

async function readEvery(
  context: Context,
  levels: readonly Ref[],
  call: Call,
): Promise<VariableLevel[] | undefined> {
  const every = await Promise.all(
    levels.map(async (level) => {
      const rows = await readVariables(context, level, call);
      return rows && toLevel(level, rows, levelsOf(level));
    }),
  );
  const known = every.filter((level) => level !== undefined);
  return known.length === levels.length ? known : undefined;
}

/** What one level defines, of the merged list of the nearest of `levels`. */
function toLevel(level: Ref, rows: readonly VariableRow[], levels: readonly Ref[]): VariableLevel {
  const own = rows.filter((row) => definedBy(row, levels) === level);
  return { ownerId: level.id, variables: own.map(toEntry) };
}

/** A word for a level that is not known can only mean one further out. */
function definedBy({ inheritedFrom }: VariableRow, levels: readonly Ref[]): Ref | undefined {
  if (inheritedFrom === null) return levels[0];
  const type = inheritedFrom === 'deployment' ? 'Deployment' : 'Scope';
  return levels.find((level) => level.type === type);
}

function toEntry({ name, value, secret }: VariableRow): VariableEntry {
  return { name, value, secret, readOnly: false, updatedAt: null };
}

async function readVariables(
  context: Context,
  owner: Ref,
  call: Call,
): Promise<VariableRow[] | undefined> {
  const path = `${pathOf(owner)}/environment-variables`;
  return (await unlessMissing(readRows(context, path, VARIABLE, call)))?.items;
}
