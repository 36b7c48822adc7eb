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
      'Where the gateway serves the revision’s file; null while it serves none of this provider.',
  })
  downloadUrl(): string | null {
    return null;
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
