import type DataLoader from 'dataloader';
import type { Grants } from '../auth/grants.ts';
import type { Call, Listing, Verdict } from '../datasources/provider.ts';
import type { Build } from '../schema/build.ts';
import type { Deployment, DeploymentError } from '../schema/deployment.ts';
import type { EnvironmentVariable } from '../schema/environment-variable.ts';
import type { Provider } from '../schema/provider.ts';
import type { Revision } from '../schema/revision.ts';
import type { Scope } from '../schema/scope.ts';
import type { Version } from '../schema/version.ts';
import { type ById, createByIdLoader, createByObjectLoader, type Providers } from './loader.ts';
import { createVariableLoader } from './variables.ts';

type ByDeployment<T> = DataLoader<Deployment, T | null, string>;

/** One loader for each kind of read. Made anew for each operation. */
export interface Loaders {
  /** What the operation has made of names and ids alone, for the rows that share it. */
  made: {
    providers: Map<string, Provider>;
    scopes: Map<string, Scope>;
    scopeNames: Map<string, Promise<string>>;
  };

  scope: ById<Scope>;
  deployment: ById<Deployment>;
  version: ById<Version>;
  revision: ById<Revision>;
  build: ById<Build>;

  /** By scope: its newest deployment. */
  latestDeployment: ById<Deployment>;
  /** By deployment: the same with `status`, `rawStatus`, `live` and `version`. */
  completion: ByDeployment<Deployment>;
  /** By deployment: what can be done with it again, where the deployment leaves that open. */
  verdict: ByDeployment<Verdict>;
  previous: ByDeployment<Deployment>;
  errors: ByDeployment<DeploymentError[]>;
  /** By deployment. */
  versions: ById<Listing<Version>>;
  /** By version. */
  revisions: ById<Listing<Revision>>;
  /** By version or revision. */
  builds: ById<Listing<Build>>;

  /** By owner: effective variables. `shadowed` has `overrides` filled in, at the cost of requests. */
  variables: Record<'plain' | 'shadowed', ById<EnvironmentVariable[]>>;
}

export function createLoaders(providers: Providers, call: Call, grants: Grants): Loaders {
  return {
    made: { providers: new Map(), scopes: new Map(), scopeNames: new Map() },
    scope: createByIdLoader(providers, call, (provider, refs) => provider.getScopes(refs, call)),
    deployment: createByIdLoader(providers, call, (provider, refs) =>
      provider.getDeployments(refs, call),
    ),
    version: createByIdLoader(providers, call, (provider, refs) =>
      provider.getVersions(refs, call),
    ),
    revision: createByIdLoader(providers, call, (provider, refs) =>
      provider.getRevisions(refs, call),
    ),
    build: createByIdLoader(providers, call, (provider, refs) => provider.getBuilds?.(refs, call)),
    latestDeployment: createByIdLoader(providers, call, (provider, refs) =>
      provider.getLatestDeployments(refs, call),
    ),
    completion: createByObjectLoader(providers, call, (provider, deployments: Deployment[]) =>
      provider.completeDeployments(deployments, call),
    ),
    verdict: createByObjectLoader(providers, call, (provider, deployments: Deployment[]) =>
      provider.judgeDeployments?.(deployments, call),
    ),
    previous: createByObjectLoader(providers, call, (provider, deployments: Deployment[]) =>
      provider.getPreviousDeployments(deployments, call),
    ),
    errors: createByObjectLoader(providers, call, (provider, deployments: Deployment[]) =>
      provider.getDeploymentErrors(deployments, call),
    ),
    versions: createByIdLoader(providers, call, (provider, refs) =>
      provider.listVersions(refs, call),
    ),
    revisions: createByIdLoader(providers, call, (provider, refs) =>
      provider.listRevisions(refs, call),
    ),
    builds: createByIdLoader(providers, call, (provider, refs) =>
      provider.listBuilds?.(refs, call),
    ),
    variables: {
      plain: createVariableLoader(providers, call, grants, { shadowed: false }),
      shadowed: createVariableLoader(providers, call, grants, { shadowed: true }),
    },
  };
}
