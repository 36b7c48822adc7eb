import { GatewayError, toGatewayError } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { Call } from '../provider.ts';
import { type Context, readRows, unlessMissing } from './context.ts';
import { one } from './fields.ts';
import { deploymentOf, pathOf, uuidOf } from './keys.ts';
import { DEFAULT_VERSION } from './payloads.ts';
import { type VersionRow, versionRow } from './version-payloads.ts';

/** The versions of a deployment, each knowing whether it is the default. */
export interface Siblings {
  rows: VersionRow[];
  faults: GatewayError[];
  /** Why it is not known which one is the default, and all say `false`. */
  defaultUnknown: GatewayError | undefined;
}

interface Default {
  /** Of the deployment: another one may have got its name. */
  uuid: string;
  name: string | null;
}

/**
 * All versions of a deployment: one request where the versions say which of them is the default,
 * otherwise a second one, beside the first where that is known before. `undefined`: there is no
 * such deployment.
 */
export async function readSiblings(
  context: Context,
  deployment: Ref,
  call: Call,
): Promise<Siblings | undefined> {
  const askDefault = () => readDefault(context, deployment, call);
  const alone = context.dialogue(deployment)?.tellsDefault;
  const path = `${pathOf(deployment)}/versions`;
  const [listing, early] = await Promise.all([
    unlessMissing(readRows(context, path, versionRow(deployment), call)),
    alone ? undefined : attempt(context, askDefault()),
  ]);
  if (!listing) return undefined;
  for (const row of listing.items) context.learn(deployment, row);
  const { items, faults } = listing;
  if (items.every(({ tellsDefault }) => tellsDefault)) {
    return { rows: items, faults, defaultUnknown: undefined };
  }
  const known = alone ? await attempt(context, askDefault()) : early;
  if (known instanceof GatewayError) return { rows: items, faults, defaultUnknown: known };
  if (known?.uuid !== uuidOf(deployment)) return undefined;
  const rows = items.map((row) => withDefault(row, known));
  return { rows, faults, defaultUnknown: undefined };
}

/** One version by its own path, which tells a few fields more than the list. */
export async function readVersion(
  context: Context,
  ref: Ref,
  call: Call,
): Promise<VersionRow | undefined> {
  const deployment = deploymentOf(ref);
  const askDefault = () => readDefault(context, deployment, call);
  const alone = context.dialogue(ref)?.tellsDefault;
  const [row, early] = await Promise.all([
    findVersion(context, ref, call),
    alone ? undefined : attempt(context, askDefault()),
  ]);
  if (!row || row.tellsDefault) return row;
  const known = alone ? await askDefault() : early;
  if (known instanceof GatewayError) throw known;
  return known && withDefault(row, known);
}

/** `V` as it is. In a generation that does not tell the default, `default` is always false. */
export async function findVersion(
  context: Context,
  ref: Ref,
  call: Call,
): Promise<VersionRow | undefined> {
  const row = await context.http.find(pathOf(ref), one(versionRow(deploymentOf(ref))), call);
  if (row) context.learn(ref, row);
  return row;
}

function readDefault({ http }: Context, deployment: Ref, call: Call): Promise<Default | undefined> {
  return http.find(pathOf(deployment), one(DEFAULT_VERSION), call);
}

function withDefault(row: VersionRow, { name }: Default): VersionRow {
  if (row.tellsDefault) return row;
  return { ...row, version: { ...row.version, default: row.version.name === name } };
}

/** A failure as a value: whether it matters depends on an answer that is still to come. */
async function attempt<T>({ provider }: Context, reading: Promise<T>): Promise<T | GatewayError> {
  return reading.catch((error: unknown) => toGatewayError(error, provider));
}
