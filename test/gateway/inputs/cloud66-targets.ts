import { expect } from '@jest/globals';
import { hexOf } from '../../../sandbox/random.ts';
import { toId } from '../../../src/ids.ts';
import type { TestGateway } from '../../helpers/gateway.ts';

export const uidOf = (name: string) => hexOf(32, 'cloud66', 'stack', name);
export const scopeOf = (name: string) => toId('cloud66', 'Scope', [uidOf(name)]);
/** Runs containers, so that it has services; the other one keeps variables. */
export const IDENTITY = scopeOf('identity/production');
export const BLOG = scopeOf('blog/production');
export const STOREFRONT = toId('humanitec', 'Scope', ['sandbox-org', 'storefront']);
export const DEPLOYMENTS = `/api/3/stacks/${uidOf('identity/production')}/deployments.json`;
export const VARIABLES = `/api/3/stacks/${uidOf('blog/production')}/environments`;
export const COMMIT = 'c'.repeat(40);
export const HANDLING = { clientMutationId: 'mine' };
export const TAKES_MS = 5_000;
export const MINUTES_MS = 300_000;

/** The gateway's own, by which it finds a deployment again. */
export const reference = expect.stringMatching(/^\w{1,255}$/);

export interface Row {
  id: string;
  canRollback: boolean;
  revision: { id: string } | null;
  details: { gitHash: string };
}

export interface Targets {
  newest: Row;
  earlier: Row;
}

export async function prepare(gateway: TestGateway): Promise<Targets> {
  const { data } = await gateway.query<{ deployments: { nodes: Row[] } }>(
    `{ deployments(filter: { scopeIds: ["${IDENTITY}"] }, first: 30) { nodes { id canRollback
      revision { id } details { ... on Cloud66DeploymentDetails { gitHash } } } } }`,
  );
  const [newest, ...older] = data.deployments.nodes;
  const earlier = older.find((row) => row.canRollback);
  if (!newest || !earlier) throw new Error('there is nothing to go back to');
  return { newest, earlier };
}
