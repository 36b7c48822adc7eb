import { buildSchema } from 'type-graphql';
import type { GraphQLSchema } from 'graphql';
import { BuildResolver } from './build.ts';
import { DeploymentResolver } from './deployment.ts';
import {
  EnvironmentVariableResolver,
  VariableDefinitionResolver,
  VariableOwnerResolver,
} from './environment-variable.ts';
import { ProviderFailureResolver } from './provider-failure.ts';
import { NodeResolver } from './node.ts';
import { ProviderResolver } from './provider.ts';
import { RevisionResolver } from './revision.ts';
import { ScopeResolver } from './scope.ts';
import { VersionResolver } from './version.ts';
import { ViewerPermissionResolver, ViewerResolver } from './viewer.ts';

/** The executable schema: the classes of `schema/` with the edges of this folder. */
export function createSchema(): Promise<GraphQLSchema> {
  return buildSchema({
    resolvers: [
      BuildResolver,
      DeploymentResolver,
      EnvironmentVariableResolver,
      NodeResolver,
      ProviderFailureResolver,
      ProviderResolver,
      RevisionResolver,
      ScopeResolver,
      VariableDefinitionResolver,
      VariableOwnerResolver,
      VersionResolver,
      ViewerPermissionResolver,
      ViewerResolver,
    ],
    validate: false,
  });
}
