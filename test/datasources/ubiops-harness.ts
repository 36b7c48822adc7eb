/**
 * What the tests of UbiOps share: references to what its stand-in holds, and one stand-in for a file
 * with a provider for each test that has not spoken with it yet.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { createClock } from '../../sandbox/clock.ts';
import type { Fault } from '../../sandbox/faults.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { type LoggedRequest, type StandIn, startStandIn } from '../../sandbox/server.ts';
import { ubiops as ubiopsStandIn } from '../../sandbox/ubiops/index.ts';
import type { Listing, ProviderSource } from '../../src/datasources/provider.ts';
import type { WriteCall } from '../../src/datasources/writes.ts';
import { type ErrorCode, GatewayError } from '../../src/errors.ts';
import { ubiops } from '../../src/datasources/ubiops/index.ts';
import { type Ref, refOf, toRef } from '../../src/ids.ts';
import type { Build } from '../../src/schema/build.ts';
import type { Deployment } from '../../src/schema/deployment.ts';
import type { Version } from '../../src/schema/version.ts';
import { createProvider, newCall, present } from '../helpers/provider.ts';

const NAME = 'under-test';

export const OPTIONS = { credentials: { token: 'sandbox' } };
/** A UUID that nothing has. */
export const NOBODY = '00000000-0000-4000-a000-000000000000';

export const scope = (project: string): Ref => toRef(NAME, 'Scope', [project]);
export const deployment = (project: string, name: string): Ref =>
  toRef(NAME, 'Deployment', [project, name, uuidOf('ubiops', project, name)]);
export const version = (project: string, name: string, versionName: string): Ref => {
  const { keys } = deployment(project, name);
  const uuid = uuidOf('ubiops', keys[2] ?? '', versionName);
  return toRef(NAME, 'Version', [...keys, versionName, uuid]);
};
export const revision = ({ keys }: Ref, uuid: string): Ref =>
  toRef(NAME, 'Revision', [...keys, uuid]);
export const build = ({ keys }: Ref, uuid: string): Ref => toRef(NAME, 'Build', [...keys, uuid]);

/** A project of each generation of the API. */
export const GENERATIONS = [
  { project: 'seed', generation: '3.13' },
  { project: 'current', generation: '4.12' },
];

export interface Harness {
  /** Has not spoken with anybody yet, so that it knows no generation. */
  readonly provider: ProviderSource;
  create(options?: object): ProviderSource;
  /** Faults for this test; one that hits nothing fails it. */
  inject(...faults: Fault[]): void;
  requests(): LoggedRequest[];
  /** The paths below `/projects` asked since the last time, sorted. */
  asked(): string[];
  /** The rows of a project's list with these names; their requests are forgotten. */
  rowsOf(project: string, ...names: string[]): Promise<Deployment[]>;
  versionsOf(project: string, name: string): Promise<Listing<Version>>;
  getBuilds(refs: readonly Ref[]): Promise<ReadonlyMap<string, unknown>>;
  buildsOf(owner: Ref): Promise<Listing<Build>>;
}

export function useUbiOps(): Harness {
  const clock = createClock('frozen');
  let standIn: StandIn;
  let provider: ProviderSource;

  beforeAll(async () => {
    standIn = await startStandIn(ubiopsStandIn(clock), clock, 0);
  });
  beforeEach(() => {
    provider = create();
    standIn.clearRequests();
  });
  afterEach(() => {
    const idle = standIn.faults().filter(({ used }) => used === 0);
    standIn.setFaults([]);
    expect(idle).toEqual([]);
  });
  afterAll(() => standIn.close());

  const create = (options: object = {}) =>
    createProvider(ubiops, `${standIn.url}/v2.1`, { ...OPTIONS, ...options });

  return {
    get provider() {
      return provider;
    },
    create,
    inject: (...faults) => standIn.setFaults(faults),
    requests: () => standIn.requests(),
    asked: () => {
      const paths = standIn.requests().map(({ path }) => path.replace('/v2.1/projects/', ''));
      standIn.clearRequests();
      return paths.sort();
    },
    rowsOf: async (project, ...names) => {
      const [source] = (await provider.listSources(scope(project), newCall())).items;
      if (!source) throw new Error(`no such project: ${project}`);
      const slice = await provider.listDeployments(
        source,
        { from: 'newest', limit: 10 },
        newCall(),
      );
      standIn.clearRequests();
      return names.flatMap((name) => slice.items.filter((row) => row.name === name));
    },
    versionsOf: async (project, name) => {
      const { id } = deployment(project, name);
      return present(await provider.listVersions([refOf(id)], newCall()), id);
    },
    getBuilds: async (refs) => (await provider.getBuilds?.(refs, newCall())) ?? new Map(),
    buildsOf: async (owner) => {
      const batch = await provider.listBuilds?.([owner], newCall());
      return present(batch ?? new Map<string, never>(), owner.id);
    },
  };
}

export const writeCall = (): WriteCall => ({
  ...newCall(),
  reference: 'r1',
  journal: async () => async () => undefined,
});

/** What the error says to whoever made the input, or its code. */
export async function failure(writing: Promise<unknown> | undefined): Promise<[ErrorCode, string]> {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return [error.code, error.complaints?.[0]?.message ?? error.message];
  }
  throw new Error('it was done');
}

/** A deployment of the project with a version `v1`, for one test. */
export async function makeService(
  provider: ProviderSource,
  project: string,
  name: string,
): Promise<{ deployment: Ref; version: Ref }> {
  const deployment = await provider.createService?.(scope(project), { name }, writeCall());
  const ref = refOf(deployment?.id ?? '');
  const version = await provider.createVersion?.(ref, { name: 'v1' }, writeCall());
  return { deployment: ref, version: refOf(version?.id ?? '') };
}

/** Makes another such service each time. */
export function serviceMaker(
  ubiops: Harness,
  project: string,
): () => ReturnType<typeof makeService> {
  let made = 0;
  return () => {
    made += 1;
    return makeService(ubiops.provider, project, `made-${made}`);
  };
}
