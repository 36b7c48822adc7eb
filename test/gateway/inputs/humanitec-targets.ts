import { hexOf } from '../../../sandbox/random.ts';
import { toId } from '../../../src/ids.ts';
import type { TestGateway } from '../../helpers/gateway.ts';

export const ORG = 'sandbox-org';
/** Nobody else deploys to it. */
export const PRODUCTION = toId('humanitec', 'Scope', [ORG, 'orders', 'production']);
export const STAGING = toId('humanitec', 'Scope', [ORG, 'orders', 'staging']);
export const STOREFRONT = toId('humanitec', 'Scope', [ORG, 'storefront']);
export const SHOP = toId('cloud66', 'Scope', ['d1b1802d24e83eb1ac8259e98944b3e4']);
export const E = `/orgs/${ORG}/apps/orders/envs/production`;
export const DEPLOYS = `${E}/deploys`;
export const DRAFT = hexOf(40, 'draft', 'orders', 'Draft: for review');
export const HANDLING = { clientMutationId: 'mine' };
/** Longer than a deployment takes. */
export const AFTER_MS = 600_000;

export interface Row {
  id: string;
  nativeId: string;
  canRollback: boolean;
  revision: { id: string } | null;
  details: { setId: string; valueSetVersionId: string };
}

export interface Targets {
  earlier: Row;
  elsewhere: Row;
}

export async function prepare(gateway: TestGateway): Promise<Targets> {
  const rowsOf = async (scopeId: string) => {
    const { data } = await gateway.query<{ deployments: { nodes: Row[] } }>(
      `{ deployments(filter: { scopeIds: ["${scopeId}"] }, first: 30) { nodes { id nativeId
        canRollback revision { id }
        details { ... on HumanitecDeploymentDetails { setId valueSetVersionId } } } } }`,
    );
    return data.deployments.nodes;
  };
  const earlier = (await rowsOf(PRODUCTION)).find(({ canRollback }) => canRollback);
  const elsewhere = (await rowsOf(STAGING))[1];
  if (!earlier || !elsewhere) throw new Error('there is no history');
  return { earlier, elsewhere };
}
