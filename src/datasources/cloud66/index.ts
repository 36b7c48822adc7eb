import { z } from 'zod';
import { Capability, ProviderKind, ScopeKind } from '../../schema/enums.ts';
import type { ProviderDefinition, ProviderSource } from '../provider.ts';
import { type Account, parseKeys, UID } from './account.ts';
import { listAuditEvents } from './audit.ts';
import { listDeployments } from './deployments.ts';
import { createDialect } from './dialect.ts';
import { orAbsent, readPage } from './envelope.ts';
import { openHistory } from './history.ts';
import { getDeployments, getLatestDeployments, getPreviousDeployments } from './lookup.ts';
import {
  getRevisions,
  getVersions,
  listRevisions,
  listScopeRevisions,
  listVersions,
} from './revisions.ts';
import { createRollouts } from './rollouts.ts';
import { getScopes, listScopes, listSources, toScope } from './scopes.ts';
import { createVariableWrites } from './variable-writes.ts';
import { getVariableLevels } from './variables.ts';
import { createWatch } from './watch.ts';

const options = z.strictObject({
  /** A personal access token, or one got through OAuth. Reading variables needs its scope "admin". */
  credentials: z.strictObject({ token: z.string().min(1) }),
  /** Uids of the stacks to show; without it, every stack that the token can see. */
  stacks: z
    .array(z.string().regex(UID, 'a stack uid has only letters, digits, - and _'))
    .optional(),
});

const CAPABILITIES = [
  Capability.START_DEPLOYMENT,
  Capability.CANCEL_DEPLOYMENT,
  Capability.REDEPLOY,
  Capability.ROLLBACK,
  Capability.REVISIONS,
  Capability.READ_VARIABLES,
  Capability.WRITE_VARIABLES,
  Capability.AUDIT_EVENTS,
  Capability.WEBHOOKS,
] as const;

/** Cloud 66, API version 3 (developers.cloud66.com): one deployment is one deploy of a stack. */
export const cloud66: ProviderDefinition<z.infer<typeof options>> = {
  kind: 'cloud66',
  options,
  create: (setup, { credentials, stacks }) =>
    createSource({
      provider: setup.name,
      http: setup.createHttp(createDialect(credentials.token)),
      stacks: stacks && new Set(stacks),
    }),
  toScopeKeys: (uid) => (UID.test(uid) ? [uid] : undefined),
};

function createSource(account: Account): ProviderSource {
  const { provider, http } = account;
  return {
    name: provider,
    kind: ProviderKind.CLOUD66,
    capabilities: CAPABILITIES,
    watch: createWatch(account),
    leafKind: ScopeKind.APPLICATION,
    health: () => http.monitor.health(),
    async ping(call) {
      await readPage(http, '/stacks', 1, call);
    },

    toScope: (ref) => toScope(account, ref),
    listScopes: (query, call) => listScopes(account, query, call),
    getScopes: (refs, call) => getScopes(account, refs, call),

    listSources: (within, call) => listSources(account, within, call),
    listDeployments: ({ scope }, query, call) =>
      listDeployments(openHistory(account, scope.nativeKey, call), query),
    getDeployments: (refs, call) => getDeployments(account, refs, call),
    getLatestDeployments: (scopes, call) => getLatestDeployments(account, scopes, call),
    completeDeployments: async (deployments) =>
      new Map(deployments.map((deployment) => [deployment.id, deployment])),
    getPreviousDeployments: (deployments, call) =>
      getPreviousDeployments(account, deployments, call),
    getDeploymentErrors: async (deployments) => new Map(deployments.map(({ id }) => [id, []])),

    listVersions: (deployments, call) => listVersions(account, deployments, call),
    getVersions: (refs, call) => getVersions(account, refs, call),
    listRevisions: (versions, call) => listRevisions(account, versions, call),
    getRevisions: (refs, call) => getRevisions(account, refs, call),
    async listScopeRevisions(scope, query, call) {
      const keys = parseKeys(account, scope);
      if (!keys) return { items: [], faults: [], complete: true };
      return listScopeRevisions(openHistory(account, keys.uid, call), provider, query);
    },

    getVariableLevels: (owners, _options, call) => getVariableLevels(account, owners, call),
    listAuditEvents: async (owner, query, call) =>
      (await orAbsent(listAuditEvents(account, owner, query, call))) ?? null,

    ...createRollouts(account),
    ...createVariableWrites(account),
  };
}
