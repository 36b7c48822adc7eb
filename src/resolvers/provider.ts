import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import type { ProviderSource } from '../datasources/provider.ts';
import { providerNameOf, toId } from '../ids.ts';
import { type Connection, DeploymentConnection, ScopeConnection } from '../schema/connection.ts';
import type { Deployment } from '../schema/deployment.ts';
import { ScopeKind } from '../schema/enums.ts';
import { DeploymentFilter } from '../schema/inputs.ts';
import { Provider, ProviderHealth } from '../schema/provider.ts';
import type { Scope } from '../schema/scope.ts';
import { deploymentsOf } from './deployment-lists.ts';
import { PageArguments } from './paging.ts';
import { scopesOf } from './scope-lists.ts';

/** A configured provider as the API shows it. */
export function toProvider(source: ProviderSource): Provider {
  return {
    __typename: 'Provider',
    id: toId(source.name, 'Provider', []),
    name: source.name,
    kind: source.kind,
    capabilities: [...source.capabilities],
  };
}

/** The provider of something that was read from it, so it must be there. */
export function providerByName({ providers, loaders }: Context, name: string): Provider {
  const made = loaders.made.providers.get(name);
  if (made) return made;
  const provider = toProvider(sourceByName(providers, name));
  loaders.made.providers.set(name, provider);
  return provider;
}

function sourceByName(providers: Context['providers'], name: string): ProviderSource {
  const provider = providers.get(name);
  if (!provider) throw new TypeError(`nothing can come from a provider that is not there: ${name}`);
  return provider;
}

/** The provider that an id names. */
export function providerOf(context: Context, { id }: { id: string }): Provider {
  return providerByName(context, providerNameOf(id));
}

@Resolver(() => Provider)
export class ProviderResolver {
  @Query(() => [Provider], { description: 'All providers, in the order of the configuration.' })
  providers(@Ctx() { providers }: Context): Provider[] {
    return [...providers.values()].map(toProvider);
  }

  @Query(() => Provider, { nullable: true, description: 'Null where none has this name.' })
  provider(
    @Arg('name', () => String) name: string,
    @Ctx() { providers }: Context,
  ): Provider | null {
    const provider = providers.get(name);
    return provider ? toProvider(provider) : null;
  }

  @FieldResolver(() => ProviderHealth)
  health(@Root() { name }: Provider, @Ctx() { providers, call }: Context): ProviderHealth {
    // It changes with every request, so no answer that holds it is used again.
    call.rests.whole = false;
    return sourceByName(providers, name).health();
  }

  @FieldResolver(() => ScopeConnection, {
    nullable: true,
    description: 'Its scopes, sorted by name.',
  })
  scopes(
    @Root() { name }: Provider,
    @Arg('kind', () => ScopeKind, { nullable: true }) kind: ScopeKind | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() context: Context,
  ): Promise<Connection<Scope>> {
    return scopesOf(context, { providers: [name], ...(kind && { kinds: [kind] }) }, page);
  }

  @FieldResolver(() => DeploymentConnection, {
    nullable: true,
    description: 'Its deployments, newest first.',
  })
  deployments(
    @Root() { name }: Provider,
    @Arg('filter', () => DeploymentFilter, { nullable: true }) filter: DeploymentFilter | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() context: Context,
  ): Promise<Connection<Deployment>> {
    return deploymentsOf(context, { ...filter, providers: [name] }, page);
  }
}
