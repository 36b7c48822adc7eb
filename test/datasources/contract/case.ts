import type { Clock } from '../../../sandbox/clock.ts';
import type { StandIn, StandInDefinition } from '../../../sandbox/server.ts';
import type {
  DeploymentSlice,
  ProviderDefinition,
  ProviderSource,
  Source,
} from '../../../src/datasources/provider.ts';
import { GatewayError } from '../../../src/errors.ts';
import type { Deployment } from '../../../src/schema/deployment.ts';
import type { NodeType, VariableOwnerType } from '../../../src/schema/node.ts';

/** The name of the entry under test. */
export const NAME = 'under-test';

export interface ContractCase {
  definition: ProviderDefinition<unknown>;
  standIn: (clock: Clock) => StandInDefinition;
  basePath: string;
  options: unknown;
  wrongOptions: unknown;
  list: {
    source: { name: string; environment?: string };
    path: string;
    row: string;
    id: string;
    status: string | null;
    unseenStatus: unknown;
  };
  unknown: Partial<Record<NodeType, string[][]>>;
  variableOwners: { type: VariableOwnerType; keys: string[] }[];
  auditOwners: { type: VariableOwnerType; keys: string[] }[];
}

/** What the tests of one provider work with; filled before the first of them runs. */
export interface Under {
  clock: Clock;
  standIn: StandIn;
  provider: ProviderSource;
  /** Those of the whole provider. */
  sources: Source[];
  /** The one that the case names, with all its deployments. */
  source: Source;
  rows: Deployment[];
  list: (
    query: Parameters<ProviderSource['listDeployments']>[1],
    asked?: ProviderSource,
  ) => Promise<DeploymentSlice>;
}

export async function failureOf(promise: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof GatewayError) return error;
  throw error;
}
