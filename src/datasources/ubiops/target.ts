import { ErrorCode, GatewayError, refuse, unsupported } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import type { Call } from '../provider.ts';
import type { Context } from './context.ts';
import { one } from './fields.ts';
import { pathOf, projectOf, scopeOf } from './keys.ts';
import { deploymentRow } from './payloads.ts';
import { findVersion } from './siblings.ts';
import type { Generation, VersionRow } from './version-payloads.ts';

/**
 * What a write is about. Paths are made of names, and a name can have been given to something else:
 * so each target is looked at before it is changed.
 */

/** @throws GatewayError NOT_FOUND where the name leads to another deployment, or to none. */
export async function needDeployment(
  context: Context,
  ref: Ref,
  call: Call,
  field?: string,
): Promise<Deployment> {
  const row = context.allows(ref)
    ? await context.http.find(pathOf(ref), one(deploymentRow(scopeOf(ref))), call)
    : undefined;
  return row?.id === ref.id ? row : missing(context, ref, field);
}

/**
 * `field`: the argument that names it, where that is not the one for the target.
 * @throws GatewayError NOT_FOUND where the names lead to another version, or to none.
 */
export async function needVersion(
  context: Context,
  ref: Ref,
  call: Call,
  field?: string,
): Promise<VersionRow> {
  const row = context.allows(ref) ? await findVersion(context, ref, call) : undefined;
  return row?.version.id === ref.id ? row : missing(context, ref, field);
}

/** A project, deployment or version, whatever has variables. A project's name is all it has. */
export async function needOwner(
  context: Context,
  ref: Ref,
  call: Call,
  field?: string,
): Promise<void> {
  if (!context.allows(ref)) missing(context, ref, field);
  if (ref.type === 'Deployment') await needDeployment(context, ref, call, field);
  if (ref.type === 'Version') await needVersion(context, ref, call, field);
}

export function missing({ provider }: Context, { type }: Ref, field?: string): never {
  const place = field === undefined ? '' : `input.${field}: `;
  const message = `${place}${provider} has no such ${type.toLowerCase()}. It may have been deleted or renamed.`;
  throw new GatewayError(ErrorCode.NOT_FOUND, message, { provider });
}

/** Where a version's builds are; one that shows neither generation is taken for the present one. */
export function generationOf({ generation }: VersionRow): Generation {
  return generation ?? 'revisions';
}

/** The same call with nothing remembered: for what is read after a write. */
export function afresh(call: Call): Call {
  return { ...call, reads: new Map() };
}

/** What the read gives after a write, or what is known without it: the write has been done. */
export async function orKnown<T>(reading: Promise<T | undefined>, known: T): Promise<T> {
  return (await reading.catch(() => undefined)) ?? known;
}

const LONGEST_NAME = 64;
const LONGEST_DESCRIPTION = 400;

/** Refuses names and descriptions that the documentation rules out. */
export function checkTexts({
  name,
  description,
}: {
  name?: string | null;
  description?: string | null;
}): void {
  const tooLong = (name?.length ?? 0) > LONGEST_NAME;
  if (name === '' || tooLong || (name && !isSegment(name))) {
    throw refuse(['name'], 'Write a name of 1 to 64 letters that is no path.');
  }
  if ((description?.length ?? 0) > LONGEST_DESCRIPTION) {
    throw refuse(['description'], 'Write 400 letters at most.');
  }
}

/** A name that the gateway could not find again would be of no use. */
function isSegment(name: string): boolean {
  return name !== '.' && name !== '..' && !name.includes('/') && !/\p{Surrogate}/u.test(name);
}

/** Refuses what only the other generation of the API has. */
export function checkGeneration(
  fields: object,
  foreign: readonly string[],
  generation: Generation,
): void {
  const given = new Map<string, unknown>(Object.entries(fields));
  const field = foreign.find((name) => given.get(name) !== undefined && given.get(name) !== null);
  if (field === undefined) return;
  const era = generation === 'builds' ? 'up to 3.14' : 'from 3.15 on';
  throw unsupported([field], `This project speaks UbiOps’ API ${era}, which has no such field.`);
}

/** The fields without those that were not given, under the provider's names. */
export function bodyOf(
  fields: object,
  names: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields) as [string, unknown][]) {
    const name = names[field];
    if (name !== undefined && value !== undefined && value !== null) body[name] = value;
  }
  return body;
}

/** Labels as the provider writes them. @throws GatewayError where a key is there twice. */
export function toLabels(
  labels: readonly { key: string; value: string }[] | null | undefined,
): Record<string, string> | undefined {
  if (!labels) return undefined;
  const map = Object.fromEntries(labels.map(({ key, value }) => [key, value]));
  if (Object.keys(map).length === labels.length) return map;
  throw refuse(['labels'], 'Write each key once.');
}

/** The version of the project's deployment with these names, as the provider addresses a source. */
export function sourceOf(from: Ref, to: Ref): { deployment: string; version?: string } | undefined {
  const [, deployment, , version] = from.keys;
  if (from.provider !== to.provider || projectOf(from) !== projectOf(to)) return undefined;
  if (deployment === undefined) return undefined;
  return version === undefined ? { deployment } : { deployment, version };
}
