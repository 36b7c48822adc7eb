import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { refOf } from '../ids.ts';
import { Build } from '../schema/build.ts';
import { Provider } from '../schema/provider.ts';
import { Revision } from '../schema/revision.ts';
import { Version } from '../schema/version.ts';
import { providerOf } from './provider.ts';
import { idAlone } from './selection.ts';

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
  version(
    @Root() { versionId }: Build,
    @Ctx() { loaders }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Version | null | Promise<Version | null> {
    if (versionId === null) return null;
    return idAlone<Version>(info, 'Version', versionId) ?? loaders.version.load(versionId);
  }

  @FieldResolver(() => Revision, {
    nullable: true,
    description: 'The revision it was made from (UbiOps).',
  })
  revision(
    @Root() { revisionId }: Build,
    @Ctx() { loaders }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Revision | null | Promise<Revision | null> {
    if (revisionId === null) return null;
    return idAlone<Revision>(info, 'Revision', revisionId) ?? loaders.revision.load(revisionId);
  }

  @FieldResolver(() => Boolean)
  canCancel(@Root() { id, canCancel }: Build, @Ctx() { grants }: Context): boolean {
    return canCancel && grants.may('deploy', refOf(id));
  }
}
