/**
 * What the tests of Humanitec share: references to what its stand-in holds, and one stand-in with a
 * provider for a file.
 */
import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { type Clock, createClock } from '../../sandbox/clock.ts';
import type { Fault } from '../../sandbox/faults.ts';
import { humanitec as humanitecStandIn } from '../../sandbox/humanitec/index.ts';
import { type LoggedRequest, type StandIn, startStandIn } from '../../sandbox/server.ts';
import { humanitec } from '../../src/datasources/humanitec/index.ts';
import type { DeploymentSlice, ProviderSource, Source } from '../../src/datasources/provider.ts';
import { type Ref, toRef } from '../../src/ids.ts';
import type { Deployment } from '../../src/schema/deployment.ts';
import { createProvider, newCall } from '../helpers/provider.ts';

export const NAME = 'under-test';
export const ORG = 'sandbox-org';
export const OPTIONS = { credentials: { token: 'sandbox' }, organization: ORG };
export const production = [ORG, 'storefront', 'production'];

export const scope = (...keys: string[]): Ref => toRef(NAME, 'Scope', [ORG, ...keys]);
export const deployment = (...keys: string[]): Ref => toRef(NAME, 'Deployment', [ORG, ...keys]);

export interface Harness {
  readonly provider: ProviderSource;
  /** Another provider before the same stand-in. */
  create(options?: object): ProviderSource;
  readonly clock: Clock;
  requests(): LoggedRequest[];
  /** The paths below the organization that were asked since the last `forget`, sorted. */
  sent(): string[];
  forget(): void;
  /** All deployments of an environment, newest first. */
  listOf(application: string, environment: string): Promise<Deployment[]>;
  sourceOf(application: string, environment: string): Promise<Source>;
  slice(source: Source): Promise<DeploymentSlice>;
  /** Does something while requests go wrong, and fails where a fault was not met. */
  withFaults<T>(faults: Fault[], act: () => Promise<T>): Promise<T>;
}

export function useHumanitec(): Harness {
  const clock = createClock('frozen');
  let standIn: StandIn;
  let provider: ProviderSource;

  beforeAll(async () => {
    standIn = await startStandIn(humanitecStandIn(clock), clock, 0);
    provider = create();
  });
  beforeEach(() => {
    standIn.setFaults([]);
    standIn.clearRequests();
  });
  afterAll(() => standIn.close());

  const create = (options: object = {}) =>
    createProvider(humanitec, standIn.url, { ...OPTIONS, ...options });
  const slice = (source: Source) =>
    provider.listDeployments(source, { from: 'newest', limit: 5 }, newCall());
  const sourceOf = async (application: string, environment: string) => {
    const { items } = await provider.listSources(scope(application, environment), newCall());
    const [source] = items;
    if (!source) throw new Error(`no environment ${application}/${environment}`);
    return source;
  };

  return {
    get provider() {
      return provider;
    },
    create,
    clock,
    requests: () => standIn.requests(),
    sent: () =>
      standIn
        .requests()
        .map(({ path }) => path.replace(`/orgs/${ORG}`, ''))
        .sort(),
    forget: () => standIn.clearRequests(),
    listOf: async (application, environment) =>
      (await slice(await sourceOf(application, environment))).items,
    sourceOf,
    slice,
    async withFaults(faults, act) {
      standIn.setFaults(faults);
      const result = await act();
      expect(standIn.faults().filter(({ used }) => used === 0)).toEqual([]);
      standIn.setFaults([]);
      return result;
    },
  };
}
