import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { toCursor, parseCursor } from '../cursors.ts';
import { badInput } from '../errors.ts';
import { refOf } from '../ids.ts';
import {
  AuditEventConnection,
  type Connection,
  DeploymentConnection,
  RevisionConnection,
  ScopeConnection,
} from '../schema/connection.ts';
import type { AuditEvent } from '../schema/audit-event.ts';
import { Deployment } from '../schema/deployment.ts';
import { DeploymentFilter, ScopeFilter } from '../schema/inputs.ts';
import { Provider } from '../schema/provider.ts';
import type { Revision } from '../schema/revision.ts';
import { Scope } from '../schema/scope.ts';
import { auditEventsOf } from './audit-event.ts';
import { deploymentsOf } from './deployment-lists.ts';
import { faultsOf } from './failures.ts';
import { PageArguments, pageSize, toConnection } from './paging.ts';
import { providerOf } from './provider.ts';
import { scopesOf } from './scope-lists.ts';

/** A scope out of its id alone: no request, so it is there even when its provider is not. */
export function scopeById({ providers, loaders }: Context, id: string): Scope {
  const made = loaders.made.scopes.get(id);
  if (made) return made;
  const ref = refOf(id);
  const scope = providers.get(ref.provider)?.toScope(ref);
  if (!scope) throw new TypeError('the provider made an id that it does not know');
  loaders.made.scopes.set(id, scope);
  return scope;
}

/** What a scope is called, or its native key where the provider cannot be asked. */
export function scopeName({ loaders }: Context, scope: Scope): string | Promise<string> {
  if (scope.name !== undefined) return scope.name;
  const made = loaders.made.scopeNames.get(scope.id);
  if (made) return made;
  const name = loaders.scope
    .load(scope.id)
    .then((loaded) => loaded?.name ?? scope.nativeKey)
    .catch(() => scope.nativeKey);
  loaders.made.scopeNames.set(scope.id, name);
  return name;
}

/** A scope's environment; an error where the provider cannot be asked. */
export async function scopeEnvironment({ loaders }: Context, scope: Scope): Promise<string | null> {
  if (scope.environment !== undefined) return scope.environment;
  return (await loaders.scope.load(scope.id))?.environment ?? null;
}

@Resolver(() => Scope)
export class ScopeResolver {
  @Query(() => ScopeConnection, { description: 'The scopes of all providers, sorted by name.' })
  scopes(
    @Arg('filter', () => ScopeFilter, { nullable: true }) filter: ScopeFilter | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() context: Context,
  ): Promise<Connection<Scope>> {
    return scopesOf(context, filter ?? {}, page);
  }

  @FieldResolver(() => Provider)
  provider(@Root() scope: Scope, @Ctx() context: Context): Provider {
    return providerOf(context, scope);
  }

  @FieldResolver(() => String, {
    description: 'Its name; the provider’s key where the name cannot be had right now.',
  })
  name(@Root() scope: Scope, @Ctx() context: Context): string | Promise<string> {
    return scopeName(context, scope);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The environment that it is, or that it runs in (Humanitec, Cloud 66).',
  })
  environment(@Root() scope: Scope, @Ctx() context: Context): Promise<string | null> {
    return scopeEnvironment(context, scope);
  }

  @FieldResolver(() => Scope, { nullable: true, description: 'The scope around it.' })
  async parent(@Root() scope: Scope, @Ctx() context: Context): Promise<Scope | null> {
    const known = scope.parentId === undefined ? await context.loaders.scope.load(scope.id) : scope;
    return known?.parentId ? scopeById(context, known.parentId) : null;
  }

  @FieldResolver(() => ScopeConnection, { nullable: true, description: 'The scopes in it.' })
  children(
    @Root() { id }: Scope,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() context: Context,
  ): Promise<Connection<Scope>> {
    const ref = refOf(id);
    return scopesOf(context, { providers: [ref.provider] }, page, ref);
  }

  @FieldResolver(() => DeploymentConnection, {
    nullable: true,
    description: 'Its deployments and those of all scopes in it, newest first.',
  })
  deployments(
    @Root() { id }: Scope,
    @Arg('filter', () => DeploymentFilter, { nullable: true }) filter: DeploymentFilter | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() context: Context,
  ): Promise<Connection<Deployment>> {
    if (filter?.scopeIds) throw badInput('filter.scopeIds', 'the scope is already given.');
    return deploymentsOf(context, { ...filter, scopeIds: [id] }, page);
  }

  @FieldResolver(() => Deployment, {
    nullable: true,
    description: 'The newest deployment in it; null where there is none.',
  })
  async latestDeployment(
    @Root() { id, kind }: Scope,
    @Ctx() context: Context,
  ): Promise<Deployment | null> {
    const { loaders, providers } = context;
    if (providers.get(refOf(id).provider)?.leafKind === kind)
      return loaders.latestDeployment.load(id);
    const page = await deploymentsOf(context, { scopeIds: [id] }, { first: 1 });
    return page.nodes[0] ?? null;
  }

  @FieldResolver(() => RevisionConnection, {
    nullable: true,
    description:
      'The distinct revisions that were deployed to a Humanitec environment, Cloud 66 stack or Cloud Foundry app, newest first; null for other scopes.',
  })
  async revisions(
    @Root() { id, kind }: Scope,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() { providers, call, limits }: Context,
  ): Promise<Connection<Revision> | null> {
    const ref = refOf(id);
    const provider = providers.get(ref.provider);
    const limit = pageSize(page, limits);
    const [after] = page.after ? parseCursor('revision', page.after) : [];
    if (provider?.leafKind !== kind || !provider.listScopeRevisions) return null;
    const query = { after: after?.toString(), limit };
    const listing = await provider.listScopeRevisions(ref, query, call);
    const cursorOf = ({ nativeId }: Revision) => toCursor('revision', [nativeId]);
    return toConnection(listing.items.slice(0, limit), cursorOf, page, {
      hasNext: !listing.complete || listing.items.length > limit,
      failures: faultsOf(ref.provider, listing.faults),
    });
  }

  @FieldResolver(() => AuditEventConnection, {
    nullable: true,
    description: 'What was done in it, in the provider’s order.',
  })
  auditEvents(
    @Root() { id }: Scope,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() context: Context,
  ): Promise<Connection<AuditEvent> | null> {
    return auditEventsOf(context, refOf(id), undefined, page);
  }
}
