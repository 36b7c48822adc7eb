import { type Ref, toRef } from '../../ids.ts';
import type { NodeType } from '../../schema/node.ts';

/**
 * UbiOps' paths are made of names, and names can be given to something else; so the ids hold the
 * UUIDs as well:
 *
 * - Scope `[project]`
 * - Deployment `[project, name, uuid]`
 * - Version `[...deployment, name, uuid]`
 * - Revision and Build `[...version, uuid]`
 */
const LENGTHS: Partial<Record<NodeType, number>> = {
  Scope: 1,
  Deployment: 3,
  Version: 5,
  Revision: 6,
  Build: 6,
};

/** Whether these can be the keys of such an object. */
export function areKeys({ type, keys }: Ref): boolean {
  return keys.length === LENGTHS[type] && keys.every(isSegment);
}

export function projectOf(ref: Ref): string {
  return ref.keys[0] ?? '';
}

export function scopeOf(ref: Ref): Ref {
  return enclosing(ref, 'Scope');
}

export function deploymentOf(ref: Ref): Ref {
  return enclosing(ref, 'Deployment');
}

export function versionOf(ref: Ref): Ref {
  return enclosing(ref, 'Version');
}

/** The last UUID among the keys: the object's own. */
export function uuidOf(ref: Ref): string {
  return ref.keys.at(-1) ?? '';
}

/** The path of a project, deployment or version. */
export function pathOf(ref: Ref): string {
  const [project, deployment, , version] = ref.keys.map(encodeURIComponent);
  if (deployment === undefined) return `/projects/${project}`;
  const path = `/projects/${project}/deployments/${deployment}`;
  return version === undefined ? path : `${path}/versions/${version}`;
}

/** The path of one build or revision of a version. */
export function partPathOf(version: Ref, kind: 'builds' | 'revisions', uuid: string): string {
  return `${pathOf(version)}/${kind}/${encodeURIComponent(uuid)}`;
}

function enclosing(ref: Ref, type: NodeType): Ref {
  return ref.type === type ? ref : toRef(ref.provider, type, ref.keys.slice(0, LENGTHS[type]));
}

/** "." and ".." would lead to another path, half a character to none. */
function isSegment(key: string): boolean {
  return key !== '' && key !== '.' && key !== '..' && !/\p{Surrogate}/u.test(key);
}
