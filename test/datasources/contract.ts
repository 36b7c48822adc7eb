/**
 * The contract suite: what `src/datasources/provider.ts` promises, checked against a stand-in over
 * real sockets. A provider is done when it passes. Call it from the provider's own test file:
 *
 *   describeContract({
 *     definition: cloud66,                       // the provider's export
 *     standIn: cloud66StandIn,                   // the stand-in's definition from sandbox/
 *     basePath: '/api/3',                        // what follows the stand-in's URL in `baseUrl`
 *     options: { credentials: { token: 'sandbox' } },
 *     wrongOptions: { credentials: { token: 'wrong' } },
 *     // the list of deployments as a fault path, and where its first row, and a status in it, stand
 *     list: {
 *       source: { name: 'shop', environment: 'production' },  // the source to use, by scope name
 *       path: '/stacks/d1b1802d24e83eb1ac8259e98944b3e4/deployments',
 *       row: '/response/0',
 *       id: '/response/0/id',
 *       status: '/response/0/outcome',           // null where a row tells no status
 *       unseenStatus: { code: 77, meaning: 'levitating' },
 *     },
 *     // ids of this provider that speak of nothing: keys of the right shape
 *     unknown: { Scope: [['0'.repeat(32)]], Deployment: [['5999...', '424242']], Version: [...], ... },
 *     // owners (type and keys) that have variables, at least one with a level that hides another's
 *     variableOwners: [{ type: 'Scope', keys: ['...'] }],
 *     // owners with more audit events than ten
 *     auditOwners: [{ type: 'Scope', keys: ['...'] }],
 *   });
 */
import { afterAll, beforeAll, beforeEach, describe } from '@jest/globals';
import { createClock } from '../../sandbox/clock.ts';
import { startStandIn } from '../../sandbox/server.ts';
import type { Source } from '../../src/datasources/provider.ts';
import { refOf } from '../../src/ids.ts';
import { createProvider, newCall, walk } from '../helpers/provider.ts';
import type { ContractCase, Under } from './contract/case.ts';
import { describeFaults } from './contract/faults.ts';
import { describeLists } from './contract/lists.ts';
import { describeObjects } from './contract/objects.ts';
import { describeScopes } from './contract/scopes.ts';
import { describeWrites } from './contract/writes.ts';

export function describeContract(contract: ContractCase): void {
  describe(`provider contract: ${contract.definition.kind}`, () => {
    // Filled before the first test runs.
    const under = {} as Under;

    beforeAll(async () => {
      const clock = createClock('frozen');
      under.clock = clock;
      under.standIn = await startStandIn(contract.standIn(clock), clock, 0);
      under.provider = createProvider(
        contract.definition,
        under.standIn.url + contract.basePath,
        contract.options,
      );
      under.list = (query, asked = under.provider) =>
        asked.listDeployments(under.source, query, newCall());
      under.sources = (await under.provider.listSources(undefined, newCall())).items;
      under.source = sourceNamed(contract, await everySource(under));
      under.rows = await walk(under.provider, under.source, 7);
    });
    beforeEach(() => under.standIn.setFaults([]));
    afterAll(() => under.standIn.close());

    describeScopes(contract, under);
    describeLists(under);
    describeObjects(contract, under);
    describeFaults(contract, under);
    describeWrites(contract, under);
  });
}

/** The sources of the whole provider, and those of each scope below it. */
async function everySource({
  provider,
  sources,
}: Pick<Under, 'provider' | 'sources'>): Promise<Source[]> {
  const scopes = await provider.listScopes({}, newCall());
  const within = await Promise.all(
    scopes.items.map((scope) => provider.listSources(refOf(scope.id), newCall())),
  );
  return [...sources, ...within.flatMap((listing) => listing.items)];
}

function sourceNamed({ list }: ContractCase, sources: Source[]): Source {
  const source = sources.find(
    ({ scope }) =>
      scope.name === list.source.name &&
      (list.source.environment === undefined || scope.environment === list.source.environment),
  );
  if (!source) throw new Error(`no source is called ${list.source.name}`);
  return source;
}
