import type {
  Listing,
  Page,
  ProviderSource,
  Source,
  VariableLevel,
  Verdict,
} from '../datasources/provider.ts';
import type { Ref } from '../ids.ts';
import type { AuditEvent } from '../schema/audit-event.ts';
import type { Build } from '../schema/build.ts';
import type { Deployment, DeploymentError } from '../schema/deployment.ts';
import type { Revision } from '../schema/revision.ts';
import type { Scope } from '../schema/scope.ts';
import type { Version } from '../schema/version.ts';
import {
  hasEnded,
  type Lifetime,
  lifetimeOfBuild,
  lifetimeOfDeployment,
  lifetimeOfVersion,
  LIFETIMES,
  shortest,
} from './lifetimes.ts';
import type { Kind } from './read.ts';
import { movingTag, providerTag, scopesTag, scopeTag, tagOf, variablesTag } from './tags.ts';

export type Kinds = ReturnType<typeof createKinds>;

/** All kinds of things that are kept of a provider: for how long, and what makes them void. */
export function createKinds({ name, leafKind }: ProviderSource, credentials: string) {
  const moving = movingTag(name);
  const scopes = scopesTag(name);

  const kind = <T>(
    word: string,
    lifetime: (value: T, id: string) => Lifetime,
    tags: (id: string, value: T | undefined) => string[],
    { isPrivate = false } = {},
  ): Kind<T> => ({
    room: { provider: name, name: `${credentials}:${word}`, word, isPrivate },
    describe: (id, value) => ({
      lifetime: value === undefined ? LIFETIMES.absent : lifetime(value, id),
      tags: [...tags(id, value), providerTag(name)],
    }),
  });

  const ofDeployment = (id: string, value: Deployment | undefined) =>
    value ? [tagOf(id), scopeTag(value.scopeId)] : [tagOf(id), moving];
  const itself = (id: string) => [tagOf(id)];
  const itsMoving = (id: string) => [tagOf(id), moving];
  const always = (lifetime: Lifetime) => () => lifetime;
  const secret = { isPrivate: true };

  return {
    hasEnded: ({ status }: Deployment) => hasEnded(status),

    scope: kind<Scope>('scope', always(LIFETIMES.scope), (id) => [tagOf(id), scopes]),
    scopes: kind<Listing<Scope>>('scopes', always(LIFETIMES.scope), () => [scopes]),
    sources: kind<Listing<Source>>(
      'sources',
      ({ items }) => (items.some(tellsNewest) ? LIFETIMES.list : LIFETIMES.scope),
      (_id, value) => (value?.items.some(tellsNewest) ? [scopes, moving] : [scopes]),
    ),

    deployment: kind('deployment', lifetimeOfDeployment, ofDeployment),
    completion: kind('completion', lifetimeOfDeployment, ofDeployment),
    // It rests on what else is under way where the deployment was made.
    verdict: kind<Verdict>('verdict', always(LIFETIMES.list), itsMoving),
    previous: kind('previous', lifetimeOfDeployment, (id, value) => [
      ...itsMoving(id),
      ...(value ? ofDeployment(value.id, value) : []),
    ]),
    latest: kind<Deployment>(
      'latest',
      (deployment) => shortest([lifetimeOfDeployment(deployment)], LIFETIMES.list),
      (scopeId, value) => [scopeTag(scopeId), ...(value ? [tagOf(value.id)] : [])],
    ),
    /** A leaf's list is made void by what happens in the leaf, others by whatever happens. */
    deployments: ({ scope }: Source) =>
      kind<Listing<Deployment> & { complete: boolean }>(
        'deployments',
        ({ items }) => shortest(items.map(lifetimeOfDeployment), LIFETIMES.list),
        () => [scope.kind === leafKind ? scopeTag(scope.id) : moving],
      ),
    errors: kind<DeploymentError[]>('errors', always(LIFETIMES.moving), itsMoving),
    lastErrors: kind<DeploymentError[]>('errors', always(LIFETIMES.ended), itself),

    version: kind<Version>('version', lifetimeOfVersion, (id, value) => [
      ...itsMoving(id),
      ...(value ? [tagOf(value.deploymentId)] : []),
    ]),
    versions: kind<Listing<Version>>(
      'versions',
      ({ items }) => shortest(items.map(lifetimeOfVersion), LIFETIMES.list),
      itsMoving,
    ),

    // Sources of Humanitec hold what somebody wrote into them: values too.
    revision: kind<Revision>('revision', always(LIFETIMES.revision), itself, secret),
    revisions: kind<Listing<Revision>>('revisions', always(LIFETIMES.list), itsMoving, secret),
    scopeRevisions: (scope: Ref) =>
      kind<Listing<Revision> & { complete: boolean }>(
        'scope-revisions',
        always(LIFETIMES.list),
        () => [scopeTag(scope.id)],
        secret,
      ),

    build: kind<Build>('build', lifetimeOfBuild, (id, value) =>
      value && hasEnded(value.status) ? itself(id) : itsMoving(id),
    ),
    builds: kind<Listing<Build>>(
      'builds',
      ({ items }) => shortest(items.map(lifetimeOfBuild), LIFETIMES.list),
      itsMoving,
    ),

    variables: kind<VariableLevel[] | null>(
      'variables',
      always(LIFETIMES.variables),
      (id) => [tagOf(id), variablesTag(name)],
      secret,
    ),
    allVariables: kind<VariableLevel[] | null>(
      'all-variables',
      always(LIFETIMES.variables),
      (id) => [tagOf(id), variablesTag(name)],
      secret,
    ),
    audit: (owner: Ref) =>
      kind<Page<AuditEvent> | null>(
        'audit',
        always(LIFETIMES.list),
        () => [tagOf(owner.id), moving],
        secret,
      ),
  };
}

function tellsNewest({ newest }: Source): boolean {
  return newest !== undefined;
}
