import type { Ref } from '../ids.ts';

/**
 * What can be allowed, for each provider and scope.
 *
 * - `read`: see scopes, deployments and what belongs to them.
 * - `readVariables`: see the values of environment variables that are no secrets.
 * - `deploy`: start, redo, roll back, continue and cancel rollouts; versions, revisions, builds and
 *   environment variables.
 * - `administer`: create and delete services, and change what a whole platform shares.
 */
export type Permission = 'read' | 'readVariables' | 'deploy' | 'administer';

/** What is allowed in a part of a provider. */
export interface GrantedPart {
  /** These scopes and what is in them; `undefined`: the whole provider. */
  readonly scopes: readonly Ref[] | undefined;
  readonly permissions: ReadonlySet<Permission>;
}

/** What whoever asks may see and do. */
export interface Grants {
  /** A name for logs and for `viewer`. */
  readonly viewer: string;
  /**
   * Equal for viewers who are shown the same and speak to the providers with the same credentials.
   * What was worked out for one viewer may be reused for another only under an equal fingerprint;
   * the answer to `viewer` itself, which holds a name and an expiry, never. Holds no secret, and
   * means something within one process only.
   */
  readonly fingerprint: string;
  /** When the viewer's credentials expire, in milliseconds since 1970; Infinity where they do not. */
  readonly expiresAt: number;
  /**
   * Whether the viewer may do this to the object, or to what belongs to the scope or provider. For
   * an object whose scope is not known the answer is no: what was read through the viewer's sources
   * is known; for other ids see `Viewer.locate`.
   */
  may(permission: Permission, target: Ref): boolean;
  /** All that is allowed on a provider, for `viewer`; empty: it is not there for this viewer. */
  partsOf(provider: string): readonly GrantedPart[];
}
