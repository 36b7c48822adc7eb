import { createHash } from 'node:crypto';
import { parseVariable, type Ref } from '../ids.ts';
import type { GrantedPart, Grants, Permission } from './grants.ts';
import type { GrantSettings } from './settings.ts';
import type { Whereabouts } from './whereabouts.ts';

/** What grants have to know of each provider. */
export interface Realm {
  readonly name: string;
  /** A scope by its name in the configuration, which has been checked. */
  toScope(path: string): Ref;
  readonly whereabouts: Whereabouts;
}

/** Where on a provider something is allowed: everywhere, or in these scopes. */
export type Area = 'everywhere' | readonly Ref[];

/** A list of grants, ready to be asked. */
export interface Rights {
  /** Equal for equal rights. */
  readonly fingerprint: string;
  may(permission: Permission, target: Ref): boolean;
  areaOf(provider: string, permission: Permission): Area;
  partsOf(provider: string): readonly GrantedPart[];
}

const ROLES: Record<GrantSettings['role'], readonly Permission[]> = {
  viewer: ['read'],
  deployer: ['read', 'deploy'],
  admin: ['read', 'deploy', 'administer'],
};

export const PERMISSIONS = ['read', 'readVariables', 'deploy', 'administer'] as const;

/** Adds grants up: what any of them allows is allowed. */
export function toRights(grants: readonly GrantSettings[], realms: readonly Realm[]): Rights {
  const parts = new Map(realms.map((realm) => [realm.name, partsOn(realm, grants)] as const));
  const areas = new Map(
    [...parts].map(([name, list]) => [
      name,
      new Map(PERMISSIONS.map((permission) => [permission, areaIn(list, permission)] as const)),
    ]),
  );
  const whereabouts = new Map(realms.map((realm) => [realm.name, realm.whereabouts] as const));
  const areaOf: Rights['areaOf'] = (provider, permission) =>
    areas.get(provider)?.get(permission) ?? [];

  return {
    fingerprint: fingerprintOf(areas),
    may(permission, target) {
      const area = areaOf(target.provider, permission);
      if (area === 'everywhere') return true;
      const owner = target.type === 'EnvironmentVariable' ? parseVariable(target)?.owner : target;
      if (!owner) return false;
      return whereabouts.get(target.provider)?.isWithin(owner, area) ?? false;
    },
    areaOf,
    partsOf: (provider) => parts.get(provider) ?? [],
  };
}

/** The grants of a viewer. */
export function toGrants(
  { viewer, expiresAt }: Pick<Grants, 'viewer' | 'expiresAt'>,
  rights: Rights,
  fingerprint: string,
): Grants {
  return {
    ...{ viewer, expiresAt, fingerprint },
    may: (permission, target) => rights.may(permission, target),
    partsOf: (provider) => rights.partsOf(provider),
  };
}

function partsOn(realm: Realm, grants: readonly GrantSettings[]): GrantedPart[] {
  return grants
    .filter(({ providers }) => !providers || providers.includes(realm.name))
    .map(({ role, scopes, readVariables }) => ({
      scopes: scopes?.map((path) => realm.toScope(path)),
      permissions: new Set<Permission>([
        ...ROLES[role],
        ...(readVariables ? (['readVariables'] as const) : []),
      ]),
    }));
}

export function areaIn(parts: readonly GrantedPart[], permission: Permission): Area {
  const granting = parts.filter(({ permissions }) => permissions.has(permission));
  if (granting.some(({ scopes }) => scopes === undefined)) return 'everywhere';
  const scopes = granting.flatMap((part) => part.scopes ?? []);
  return [...new Map(scopes.map((scope) => [scope.id, scope] as const)).values()];
}

function fingerprintOf(areas: ReadonlyMap<string, ReadonlyMap<Permission, Area>>): string {
  const plain = [...areas].map(([name, permissions]) => [
    name,
    [...permissions.values()].map((area) =>
      area === 'everywhere' ? area : area.map(({ id }) => id).sort(),
    ),
  ]);
  return createHash('sha256').update(JSON.stringify(plain)).digest('base64url');
}
