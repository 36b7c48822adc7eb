import { z } from 'zod';
import { Capability, ProviderKind, ScopeKind } from '../../schema/enums.ts';
import type { Dialect } from '../http/dialect.ts';
import type { ProviderDefinition, ProviderSetup, ProviderSource } from '../provider.ts';
import { createAudit } from './audit.ts';
import { createTokens, signWith, type TokenOptions } from './auth.ts';
import { createBuilds } from './builds.ts';
import { createDeployments } from './deployments.ts';
import { cloudController } from './dialect.ts';
import { GUID, parseScopeKeys, scopeOf } from './keys.ts';
import type { Foundation } from './lists.ts';
import { createRevisions } from './revisions.ts';
import { createRollouts } from './rollouts.ts';
import { createScopes } from './scopes.ts';
import { createUaa } from './uaa.ts';
import { createVariableWrites } from './variable-writes.ts';
import { createVariables } from './variables.ts';
import { createWatch } from './watch.ts';

const secret = z.string().min(1);

const options = z.strictObject({
  credentials: z.union([
    z.strictObject({ token: secret }),
    z.strictObject({ username: secret, password: secret }),
    z.strictObject({ clientId: secret, clientSecret: z.string() }),
  ]),
  /** Where to log in, where the API names an address in another domain. */
  loginUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Guids of the spaces to show; without it all that the credentials may see. */
  spaces: z.array(z.string().regex(GUID)).min(1).optional(),
});
type Options = z.infer<typeof options>;

const CAPABILITIES = [
  Capability.START_DEPLOYMENT,
  Capability.CANCEL_DEPLOYMENT,
  Capability.CONTINUE_DEPLOYMENT,
  Capability.REDEPLOY,
  Capability.ROLLBACK,
  Capability.BUILDS,
  Capability.REVISIONS,
  Capability.READ_VARIABLES,
  Capability.WRITE_VARIABLES,
  Capability.AUDIT_EVENTS,
  Capability.DEPLOYMENT_ERRORS,
];

/**
 * Cloud Foundry, API v3 (Cloud Controller). `baseUrl` is the root of the API, with or without `/v3`.
 * A token is sent as it is; a user or a client logs in at the foundation's UAA.
 */
export const cloudFoundry: ProviderDefinition<Options> = {
  kind: 'cloudfoundry',
  options,
  create(setup, { credentials, loginUrl, spaces }) {
    const apiRoot = setup.baseUrl.replace(/\/+$/, '').replace(/\/v3$/, '');
    const signing = createSigning(setup, { apiRoot, credentials, loginUrl }, (error) =>
      http.monitor.record(0, error),
    );
    const http = setup.createHttp({ ...cloudController, ...signing }, apiRoot);
    return createSource({ name: setup.name, http, spaces });
  },
  /** "organization/<guid>", "space/<guid>", "app/<guid>". */
  toScopeKeys(path) {
    const keys = path.split('/');
    return keys.length === 2 && parseScopeKeys({ keys }) ? keys : undefined;
  },
  scopeOf,
};

function createSigning(
  setup: ProviderSetup,
  {
    apiRoot,
    credentials,
    loginUrl,
  }: Pick<Options, 'credentials' | 'loginUrl'> & { apiRoot: string },
  onFailure: NonNullable<TokenOptions['onFailure']>,
): Pick<Dialect, 'authorize' | 'renew'> {
  if ('token' in credentials) {
    const headers = { authorization: `bearer ${credentials.token}` };
    return { authorize: () => headers };
  }
  const uaa = createUaa(setup, apiRoot, credentials, loginUrl);
  return signWith(createTokens(uaa, { provider: setup.name, onFailure }));
}

function createSource(foundation: Foundation): ProviderSource {
  const { name, http } = foundation;
  return {
    name,
    kind: ProviderKind.CLOUD_FOUNDRY,
    capabilities: CAPABILITIES,
    watch: createWatch(foundation),
    leafKind: ScopeKind.APPLICATION,
    health: () => http.monitor.health(),
    async ping(call) {
      await http.read('/v3/organizations', call, { per_page: 1 });
    },
    ...createScopes(foundation),
    ...createDeployments(foundation),
    ...createRevisions(foundation),
    ...createBuilds(foundation),
    ...createVariables(foundation),
    ...createAudit(foundation),
    ...createRollouts(foundation),
    ...createVariableWrites(foundation),
  };
}
