import { type Ref, toRef } from '../../ids.ts';
import type { HttpClient } from '../http/client.ts';

/** One entry of the configuration: whose stacks are asked for, and how. */
export interface Account {
  /** Name of the provider entry. */
  provider: string;
  http: HttpClient;
  /** The uids of the stacks to show; `undefined`: every stack that the token can see. */
  stacks: ReadonlySet<string> | undefined;
}

/** What the keys of an id say. A version without a commit has `gitHash` "". */
export interface Keys {
  uid: string;
  deploymentId?: string;
  gitHash?: string;
}

/** Uids are hexadecimal in every example; letters beyond that are let through, slashes and dots not. */
export const UID = /^[\w-]{1,64}$/;

const DEPLOYMENT_ID = /^[1-9]\d{0,15}$/;

/** How many keys an id of each type has; other types do not exist on Cloud 66. */
const KEY_COUNTS: Partial<Record<Ref['type'], number>> = {
  Scope: 1,
  Deployment: 2,
  Version: 3,
  Revision: 3,
};

/** Takes a reference apart; `undefined`: no such thing, or of a stack that is not to be shown. */
export function parseKeys({ stacks }: Account, { type, keys }: Ref): Keys | undefined {
  const [uid = '', deploymentId, gitHash] = keys;
  if (keys.length !== KEY_COUNTS[type] || !UID.test(uid)) return undefined;
  if (stacks && !stacks.has(uid)) return undefined;
  if (deploymentId === undefined) return { uid };
  if (!DEPLOYMENT_ID.test(deploymentId)) return undefined;
  return { uid, deploymentId, ...(gitHash !== undefined && { gitHash }) };
}

/** The reference of a stack's deployment. */
export function toDeploymentRef(provider: string, uid: string, deploymentId: string): Ref {
  return toRef(provider, 'Deployment', [uid, deploymentId]);
}

/** The path of a stack, or of what is below it, without the suffix. */
export function stackPath(uid: string, ...below: string[]): string {
  return ['/stacks', ...[uid, ...below].map(encodeURIComponent)].join('/');
}
