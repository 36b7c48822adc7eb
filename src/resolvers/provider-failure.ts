import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { ProviderFailure } from '../schema/connection.ts';
import { Provider } from '../schema/provider.ts';
import { Scope } from '../schema/scope.ts';
import { providerByName } from './provider.ts';
import { scopeById } from './scope.ts';

@Resolver(() => ProviderFailure)
export class ProviderFailureResolver {
  @FieldResolver(() => Provider)
  provider(@Root() failure: ProviderFailure, @Ctx() context: Context): Provider {
    return providerByName(context, failure.providerName);
  }

  @FieldResolver(() => Scope, {
    nullable: true,
    description: 'The scope that was asked; null: the provider as a whole.',
  })
  scope(@Root() { scopeId }: ProviderFailure, @Ctx() context: Context): Scope | null {
    return scopeId === null ? null : scopeById(context, scopeId);
  }
}
