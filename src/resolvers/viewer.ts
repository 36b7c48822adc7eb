import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { Provider } from '../schema/provider.ts';
import { Scope } from '../schema/scope.ts';
import { Viewer, ViewerPermission } from '../schema/viewer.ts';
import { providerByName } from './provider.ts';
import { scopeById } from './scope.ts';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: 'Whoever asks, and what they may do.' })
  viewer(@Ctx() { grants, providers }: Context): Viewer {
    return {
      name: grants.viewer,
      expiresAt: Number.isFinite(grants.expiresAt) ? new Date(grants.expiresAt) : null,
      permissions: [...providers.keys()].flatMap((providerName) =>
        grants.partsOf(providerName).map(({ scopes, permissions }) => ({
          providerName,
          scopeIds: scopes?.map(({ id }) => id) ?? null,
          canRead: permissions.has('read'),
          canReadVariables: permissions.has('readVariables'),
          canDeploy: permissions.has('deploy'),
          canAdminister: permissions.has('administer'),
        })),
      ),
    };
  }
}

@Resolver(() => ViewerPermission)
export class ViewerPermissionResolver {
  @FieldResolver(() => Provider)
  provider(@Root() { providerName }: ViewerPermission, @Ctx() context: Context): Provider {
    return providerByName(context, providerName);
  }

  @FieldResolver(() => [Scope], {
    nullable: true,
    description: 'Where: these scopes and all that is in them; null: the whole provider.',
  })
  scopes(@Root() { scopeIds }: ViewerPermission, @Ctx() context: Context): Scope[] | null {
    return scopeIds?.map((id) => scopeById(context, id)) ?? null;
  }
}
