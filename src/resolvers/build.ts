import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { Build } from '../schema/build.ts';
import { Provider } from '../schema/provider.ts';
import { Revision } from '../schema/revision.ts';
import { Version } from '../schema/version.ts';
import { providerOf } from './provider.ts';

@Resolver(() => Build)
export class BuildResolver {
  @FieldResolver(() => Provider)
  provider(@Root() build: Build, @Ctx() context: Context): Provider {
    return providerOf(context, build);
  }

  @FieldResolver(() => Version, {
    nullable: true,
    description: 'The version it was made for (UbiOps).',
  })
  async version(
    @Root() { versionId }: Build,
    @Ctx() { loaders }: Context,
  ): Promise<Version | null> {
    return versionId === null ? null : loaders.version.load(versionId);
  }

  @FieldResolver(() => Revision, {
    nullable: true,
    description: 'The revision it was made from (UbiOps).',
  })
  async revision(
    @Root() { revisionId }: Build,
    @Ctx() { loaders }: Context,
  ): Promise<Revision | null> {
    return revisionId === null ? null : loaders.revision.load(revisionId);
  }
}
