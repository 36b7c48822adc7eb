import { z } from 'zod';
import { toRef } from '../../ids.ts';
import { Capability, ProviderKind, ScopeKind } from '../../schema/enums.ts';
import type { ProviderDefinition, ProviderSetup, ProviderSource } from '../provider.ts';
import { createAudit } from './audit.ts';
import { createBuilds } from './builds.ts';
import { createContext } from './context.ts';
import { createDeployments } from './deployments.ts';
import { createDialect } from './dialect.ts';
import { createErrors } from './errors.ts';
import { areKeys } from './keys.ts';
import { createRevisions } from './revisions.ts';
import { createScopes } from './scopes.ts';
import { createVariables } from './variables.ts';
import { createVersions } from './versions.ts';
import { createRevisionWrites } from './writes-revisions.ts';
import { createServiceWrites } from './writes-services.ts';
import { createVariableWrites } from './writes-variables.ts';
import { createVersionWrites } from './writes-versions.ts';
import { createWatch } from './watch.ts';

const options = z.strictObject({
  credentials: z.strictObject({ token: z.string().min(1) }),
  /** Names of the projects to show; without it, all that the token may see. */
  projects: z.array(z.string().min(1)).optional(),
});
type Options = z.infer<typeof options>;

/**
 * What the API offers. Its webhooks tell of requests to models only, never of a build or a version,
 * so they are not among it. Cancelling a build ends with API 3.14; `Build.canCancel` knows.
 */
const CAPABILITIES = [
  Capability.MANAGE_SERVICES,
  Capability.MANAGE_VERSIONS,
  Capability.BUILDS,
  Capability.CANCEL_BUILD,
  Capability.REVISIONS,
  Capability.UPLOAD_REVISION,
  Capability.DOWNLOAD_REVISION,
  Capability.REBUILD_REVISION,
  Capability.READ_VARIABLES,
  Capability.WRITE_VARIABLES,
  Capability.AUDIT_EVENTS,
  Capability.DEPLOYMENT_ERRORS,
];

/**
 * UbiOps, API v2.1 of both generations: that of the client library 3.13 and that from 3.15 on. The
 * address is the same for both; each project's versions show which one answers.
 */
export const ubiops: ProviderDefinition<Options> = {
  kind: 'ubiops',
  options,
  create,
  toScopeKeys: (project) => (areKeys(toRef('', 'Scope', [project])) ? [project] : undefined),
};

function create(setup: ProviderSetup, { credentials, projects }: Options): ProviderSource {
  const { name } = setup;
  const http = setup.createHttp(createDialect(credentials.token));
  const context = createContext(name, http, projects);
  const reads = {
    ...createScopes(
      context,
      projects?.map((project) => toRef(name, 'Scope', [project])),
    ),
    ...createDeployments(context),
    ...createVersions(context),
    ...createBuilds(context),
    ...createAudit(context),
  };
  return {
    name,
    kind: ProviderKind.UBIOPS,
    watch: createWatch(name, reads),
    capabilities: CAPABILITIES,
    leafKind: ScopeKind.PROJECT,
    health: () => http.monitor.health(),
    async ping(call) {
      await http.read('/projects', call);
    },
    ...reads,
    ...createRevisions(context),
    ...createErrors(context),
    ...createVariables(context),
    ...createServiceWrites(context),
    ...createVersionWrites(context),
    ...createRevisionWrites(context),
    ...createVariableWrites(context),
  };
}
