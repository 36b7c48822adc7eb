import { uuidOf } from '../../../sandbox/random.ts';
import { toId } from '../../../src/ids.ts';
import type { TestGateway } from '../../helpers/gateway.ts';

export const guidOf = (name: string) => uuidOf('app', 'orchard', 'development', name);
export const scopeOf = (name: string) => toId('cloudfoundry', 'Scope', ['app', guidOf(name)]);
export const CART = scopeOf('cart');
export const PRODUCTION = toId('humanitec', 'Scope', ['sandbox-org', 'storefront', 'production']);
export const SHOP = toId('cloud66', 'Scope', ['d1b1802d24e83eb1ac8259e98944b3e4']);
export const VARIABLES = `/v3/apps/${guidOf('cart')}/environment_variables`;

export interface Row {
  id: string;
  canRollback: boolean;
  revision: { id: string } | null;
  details: { dropletGuid: string; revisionGuid: string };
}

export interface Targets {
  newest: Row;
  earlier: Row;
  /** Two canaries that pause, with their guids. */
  paused: [id: string, guid: string][];
}

export async function prepare(gateway: TestGateway): Promise<Targets> {
  const { data } = await gateway.query<{ deployments: { nodes: Row[] } }>(
    `{ deployments(filter: { scopeIds: ["${CART}"] }, first: 50) { nodes { id canRollback
      revision { id } details { ... on CloudFoundryDeploymentDetails { dropletGuid revisionGuid } } } } }`,
  );
  const [newest, ...older] = data.deployments.nodes;
  const earlier = older.find(
    (row) => row.canRollback && row.details.dropletGuid !== newest?.details.dropletGuid,
  );
  if (!newest || !earlier) throw new Error('there is nothing to go back to');
  const paused: Targets['paused'] = [];
  for (const name of ['catalog', 'payments']) {
    const begun = await gateway.query<{
      startDeployment: { deployment: { id: string; nativeId: string } };
    }>(
      `mutation { startDeployment(input: { scopeId: "${scopeOf(name)}",
        strategy: { canary: { steps: [{ weight: 20 }, { weight: 60 }] } } }) {
        deployment { id nativeId } } }`,
    );
    const { id, nativeId } = begun.data.startDeployment.deployment;
    paused.push([id, nativeId]);
  }
  gateway.sandbox.advance(60_000);
  return { newest, earlier, paused };
}

/** A start of the cart, with what its body has beside the app. */
export const HANDLING = { clientMutationId: 'mine' };
