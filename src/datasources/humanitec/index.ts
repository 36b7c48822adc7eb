import { z } from 'zod';
import { Capability, ProviderKind, ScopeKind } from '../../schema/enums.ts';
import type { ProviderDefinition } from '../provider.ts';
import { listAuditEvents } from './audit.ts';
import {
  completeDeployments,
  getDeployments,
  getPreviousDeployments,
  judgeDeployments,
  listDeployments,
} from './deployments.ts';
import { createDialect } from './dialect.ts';
import { getLatestDeployments, listSources } from './environments.ts';
import { getDeploymentErrors } from './deployment-errors.ts';
import { isScope, KEY, pathOf } from './keys.ts';
import type { Context } from './reads.ts';
import { getRevisions, listRevisions, listScopeRevisions } from './revisions.ts';
import { createRollouts } from './rollouts.ts';
import { getScopes, listScopes, toScope } from './scopes.ts';
import { createVariableWrites } from './variable-writes.ts';
import { getVariableLevels } from './variables.ts';
import { getVersions, listVersions } from './versions.ts';
import { createWatch } from './watch.ts';

const id = z.string().regex(KEY, 'not an id of Humanitec');

const options = z.strictObject({
  credentials: z.strictObject({ token: z.string().regex(/^[!-~]+$/, 'not a token') }),
  organization: id,
  /** Which applications to show; all without. */
  applications: z.array(id).min(1).optional(),
});

/** There is no way to cancel a deployment, nor to pause and continue one. */
const CAPABILITIES: readonly Capability[] = [
  Capability.START_DEPLOYMENT,
  Capability.REDEPLOY,
  Capability.ROLLBACK,
  Capability.REVISIONS,
  Capability.READ_VARIABLES,
  Capability.WRITE_VARIABLES,
  Capability.AUDIT_EVENTS,
  Capability.DEPLOYMENT_ERRORS,
  Capability.WEBHOOKS,
];

/** One organization of the Humanitec Platform Orchestrator, API v1. */
export const humanitec: ProviderDefinition<z.infer<typeof options>> = {
  kind: 'humanitec',
  options,
  /** "shop" is an application, "shop/production" an environment. */
  toScopeKeys(path, { organization }) {
    const keys = [organization, ...path.split('/')];
    return isScope(keys) ? keys : undefined;
  },
  create(setup, { credentials, organization, applications }) {
    const { name } = setup;
    const context: Context = {
      provider: name,
      organization,
      applications: applications && new Set(applications),
      http: setup.createHttp(createDialect(credentials.token)),
    };
    return {
      name,
      kind: ProviderKind.HUMANITEC,
      leafKind: ScopeKind.ENVIRONMENT,
      capabilities: CAPABILITIES,
      watch: createWatch(context),
      health: () => context.http.monitor.health(),
      async ping(call) {
        await context.http.read(pathOf(context, {}), call);
      },
      toScope,
      listScopes: (query, call) => listScopes(context, query, call),
      getScopes: (refs, call) => getScopes(context, refs, call),
      listSources: (within, call) => listSources(context, within, call),
      listDeployments: (source, query, call) => listDeployments(context, source, query, call),
      getDeployments: (refs, call) => getDeployments(context, refs, call),
      getLatestDeployments: (scopes, call) => getLatestDeployments(context, scopes, call),
      completeDeployments: (deployments, call) => completeDeployments(context, deployments, call),
      judgeDeployments: (deployments, call) => judgeDeployments(context, deployments, call),
      getPreviousDeployments: (deployments, call) =>
        getPreviousDeployments(context, deployments, call),
      getDeploymentErrors: (deployments, call) => getDeploymentErrors(context, deployments, call),
      listVersions: (deployments, call) => listVersions(context, deployments, call),
      getVersions: (refs, call) => getVersions(context, refs, call),
      listRevisions: (versions, call) => listRevisions(context, versions, call),
      getRevisions: (refs, call) => getRevisions(context, refs, call),
      listScopeRevisions: (scope, query, call) => listScopeRevisions(context, scope, query, call),
      getVariableLevels: (owners, query, call) => getVariableLevels(context, owners, query, call),
      listAuditEvents: (owner, query, call) => listAuditEvents(context, owner, query, call),
      ...createRollouts(context),
      ...createVariableWrites(context),
    };
  },
};
