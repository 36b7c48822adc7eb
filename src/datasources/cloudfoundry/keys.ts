import { type Ref, toId, toRef } from '../../ids.ts';

/**
 * What Cloud Foundry calls a guid: usually a UUID, at times the name somebody gave. Anything else
 * could leave the path or split a comma list that it is put into.
 */
export const GUID = /^[\w-]{1,200}$/;

/** The scopes, in the platform's own words. */
export type ScopeKeys =
  | { nativeKind: 'foundation' }
  | { nativeKind: 'organization'; guid: string }
  | { nativeKind: 'space'; guid: string }
  | { nativeKind: 'app'; guid: string };

/** A thing that belongs to an app: a deployment, a revision, a build. */
export interface AppKeys {
  app: string;
  guid: string;
}

export interface VersionKeys extends AppKeys {
  /** "" where the app keeps no revisions. */
  revision: string;
  /** "" once the droplet was deleted. */
  droplet: string;
}

/** The scope that an id speaks of; `undefined`: the keys are not those of a scope. */
export function parseScopeKeys({ keys }: Pick<Ref, 'keys'>): ScopeKeys | undefined {
  if (keys.length === 0) return { nativeKind: 'foundation' };
  const [nativeKind, guid = '', ...rest] = keys;
  if (rest.length > 0 || !GUID.test(guid)) return undefined;
  if (nativeKind === 'organization' || nativeKind === 'space' || nativeKind === 'app') {
    return { nativeKind, guid };
  }
  return undefined;
}

/** What an object belongs to: a scope to itself, everything else to the app that its keys begin with. */
export function scopeOf(ref: Ref): Ref | undefined {
  if (ref.type === 'Scope') return ref;
  const [app] = ref.keys;
  return app === undefined ? undefined : toRef(ref.provider, 'Scope', ['app', app]);
}

/** The keys of a deployment, revision or build; `undefined`: they are none. */
export function parseAppKeys({ keys }: Ref): AppKeys | undefined {
  const [app = '', guid = '', ...rest] = keys;
  return rest.length === 0 && GUID.test(app) && GUID.test(guid) ? { app, guid } : undefined;
}

export function parseVersionKeys({ keys }: Ref): VersionKeys | undefined {
  const [app = '', guid = '', revision, droplet, ...rest] = keys;
  if (revision === undefined || droplet === undefined || rest.length > 0) return undefined;
  const valid =
    GUID.test(app) && GUID.test(guid) && isGuidOrNone(revision) && isGuidOrNone(droplet);
  return valid ? { app, guid, revision, droplet } : undefined;
}

export function scopeId(provider: string, keys: ScopeKeys): string {
  return toId(
    provider,
    'Scope',
    keys.nativeKind === 'foundation' ? [] : [keys.nativeKind, keys.guid],
  );
}

/** The deployment that a version belongs to. */
export function deploymentRefOf({ provider, keys }: Ref): Ref {
  return toRef(provider, 'Deployment', keys.slice(0, 2));
}

function isGuidOrNone(key: string): boolean {
  return key === '' || GUID.test(key);
}
