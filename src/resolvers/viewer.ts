import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { toRef } from '../ids.ts';
import { Provider } from '../schema/provider.ts';
import { Viewer, ViewerPermission } from '../schema/viewer.ts';
import { providerByName } from './provider.ts';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: 'Whoever asks, and what they may do.' })
  viewer(@Ctx() { grants, providers }: Context): Viewer {
    return {
      name: grants.viewer,
      permissions: [...providers.keys()].map((providerName) => ({
        providerName,
        canRead: true,
        canReadVariables: grants.may('readVariables', toRef(providerName, 'Provider', [])),
      })),
    };
  }
}

@Resolver(() => ViewerPermission)
export class ViewerPermissionResolver {
  @FieldResolver(() => Provider)
  provider(@Root() { providerName }: ViewerPermission, @Ctx() context: Context): Provider {
    return providerByName(context, providerName);
  }
}
