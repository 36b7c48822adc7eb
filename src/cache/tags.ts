import { providerNameOf } from '../ids.ts';

/**
 * What is kept carries tags, and goes when one of them is invalidated. What exists only as ids must
 * be enough to name a tag, so where it is not known what else a change touches, everything that is
 * kept for seconds anyway goes: `movingTag`.
 */

/** What was read of one object, or by its id. */
export const tagOf = (id: string): string => `o:${id}`;

/** What is made in a leaf scope: its deployments, one by one and as lists. */
export const scopeTag = (scopeId: string): string => `s:${scopeId}`;

/** Whatever of a provider lives for seconds: lists over many scopes, versions, builds. */
export const movingTag = (provider: string): string => `m:${provider}`;

/** A provider's scopes, and what they contain. */
export const scopesTag = (provider: string): string => `c:${provider}`;

/** A provider's environment variables: what one level sets, others inherit. */
export const variablesTag = (provider: string): string => `v:${provider}`;

/** All of a provider; everything carries it. */
export const providerTag = (provider: string): string => `p:${provider}`;

/**
 * The tags to invalidate when something happened to objects in a leaf scope: a rollout was made or
 * changed its state, a version or build was created, changed or deleted.
 */
export function tagsOfChange(scopeId: string, ...subjectIds: string[]): string[] {
  return [scopeTag(scopeId), movingTag(providerNameOf(scopeId)), ...subjectIds.map(tagOf)];
}

/** The provider that a tag is about. */
export function providerOfTag(tag: string): string {
  const rest = tag.slice(2);
  return tag.startsWith('o:') || tag.startsWith('s:') ? providerNameOf(rest) : rest;
}
