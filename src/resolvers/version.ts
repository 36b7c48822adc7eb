import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { byNewest } from '../datasources/batch.ts';
import { refOf } from '../ids.ts';
import { Build } from '../schema/build.ts';
import { BuildConnection, type Connection, RevisionConnection } from '../schema/connection.ts';
import { Deployment } from '../schema/deployment.ts';
import { Provider } from '../schema/provider.ts';
import { Revision } from '../schema/revision.ts';
import { Version } from '../schema/version.ts';
import { faultsOf } from './failures.ts';
import { PageArguments, pageInMemory } from './paging.ts';
import { providerOf } from './provider.ts';

@Resolver(() => Version)
export class VersionResolver {
  @FieldResolver(() => Provider)
  provider(@Root() version: Version, @Ctx() context: Context): Provider {
    return providerOf(context, version);
  }

  @FieldResolver(() => Deployment, {
    nullable: true,
    description: 'The deployment it belongs to; null where it cannot be read right now.',
  })
  async deployment(
    @Root() { deploymentId }: Version,
    @Ctx() { loaders }: Context,
  ): Promise<Deployment | null> {
    return loaders.deployment.load(deploymentId);
  }

  @FieldResolver(() => Revision, { nullable: true, description: 'The revision that it runs.' })
  async revision(
    @Root() { revisionId }: Version,
    @Ctx() { loaders }: Context,
  ): Promise<Revision | null> {
    return revisionId === null ? null : loaders.revision.load(revisionId);
  }

  @FieldResolver(() => RevisionConnection, {
    nullable: true,
    description: 'All its revisions, newest first; of a rollout at most one.',
  })
  async revisions(
    @Root() { id }: Version,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() { loaders, limits }: Context,
  ): Promise<Connection<Revision> | null> {
    const listing = await loaders.revisions.load(id);
    if (!listing) return null;
    const failures = faultsOf(refOf(id).provider, listing.faults);
    return pageInMemory(listing.items, byNewest, page, limits, failures);
  }

  @FieldResolver(() => Build, { nullable: true, description: 'The newest of its builds.' })
  async latestBuild(@Root() { id }: Version, @Ctx() { loaders }: Context): Promise<Build | null> {
    const listing = await loaders.builds.load(id);
    return [...(listing?.items ?? [])].sort(byNewest)[0] ?? null;
  }

  @FieldResolver(() => BuildConnection, {
    nullable: true,
    description: 'All its builds, newest first; empty where the provider has none.',
  })
  async builds(
    @Root() { id }: Version,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() { loaders, limits }: Context,
  ): Promise<Connection<Build> | null> {
    const listing = await loaders.builds.load(id);
    const failures = faultsOf(refOf(id).provider, listing?.faults ?? []);
    return pageInMemory(listing?.items ?? [], byNewest, page, limits, failures);
  }
}
