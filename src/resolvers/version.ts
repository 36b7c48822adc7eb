import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
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
import { idAlone } from './selection.ts';

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
  deployment(
    @Root() { deploymentId }: Version,
    @Ctx() { loaders }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Deployment | Promise<Deployment | null> {
    return (
      idAlone<Deployment>(info, 'Deployment', deploymentId) ?? loaders.deployment.load(deploymentId)
    );
  }

  @FieldResolver(() => Revision, { nullable: true, description: 'The revision that it runs.' })
  revision(
    @Root() { revisionId }: Version,
    @Ctx() { loaders }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Revision | null | Promise<Revision | null> {
    if (revisionId === null) return null;
    return idAlone<Revision>(info, 'Revision', revisionId) ?? loaders.revision.load(revisionId);
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
  async latestBuild(
    @Root() { id, latestBuildId }: Version,
    @Ctx() { loaders }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Build | null> {
    if (latestBuildId === null) return null;
    if (latestBuildId !== undefined) {
      return idAlone<Build>(info, 'Build', latestBuildId) ?? loaders.build.load(latestBuildId);
    }
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
