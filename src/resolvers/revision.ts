import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { byNewest } from '../datasources/batch.ts';
import { refOf } from '../ids.ts';
import type { Build } from '../schema/build.ts';
import { BuildConnection, type Connection } from '../schema/connection.ts';
import { Provider } from '../schema/provider.ts';
import { Revision } from '../schema/revision.ts';
import { faultsOf } from './failures.ts';
import { PageArguments, pageInMemory } from './paging.ts';
import { providerOf } from './provider.ts';

@Resolver(() => Revision)
export class RevisionResolver {
  @FieldResolver(() => Provider)
  provider(@Root() revision: Revision, @Ctx() context: Context): Provider {
    return providerOf(context, revision);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where the gateway serves the revision’s file, once and for a short time. It is for whoever asked; null where the provider has no files, and for viewers who may not deploy.',
  })
  downloadUrl(@Root() { id }: Revision, @Ctx() context: Context): string | null {
    const revision = refOf(id);
    const serves = context.providers.get(revision.provider)?.downloadRevision !== undefined;
    if (!serves || !context.grants.may('deploy', revision)) return null;
    // It can be used once, by whoever asked.
    context.call.rests.whole = false;
    return context.files.issueDownload(revision, context.grants);
  }

  @FieldResolver(() => BuildConnection, {
    nullable: true,
    description: 'The builds made from it, newest first; empty where the provider has none.',
  })
  async builds(
    @Root() { id }: Revision,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() { loaders, limits }: Context,
  ): Promise<Connection<Build> | null> {
    const listing = await loaders.builds.load(id);
    const failures = faultsOf(refOf(id).provider, listing?.faults ?? []);
    return pageInMemory(listing?.items ?? [], byNewest, page, limits, failures);
  }
}
