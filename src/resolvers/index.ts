import { buildSchema, type PubSub } from 'type-graphql';
import { type GraphQLSchema, isAbstractType } from 'graphql';
import { BuildResolver } from './build.ts';
import { DeploymentResolver } from './deployment.ts';
import { callDirectly } from './direct.ts';
import {
  EnvironmentVariableResolver,
  VariableDefinitionResolver,
  VariableOwnerResolver,
} from './environment-variable.ts';
import { RevisionMutationResolver } from './mutations/revision.ts';
import { RolloutMutationResolver } from './mutations/rollout.ts';
import { ServiceMutationResolver } from './mutations/service.ts';
import { VariablesMutationResolver } from './mutations/variables.ts';
import { VersionMutationResolver } from './mutations/version.ts';
import { ProviderFailureResolver } from './provider-failure.ts';
import { NodeResolver } from './node.ts';
import { ProviderResolver } from './provider.ts';
import { RevisionResolver } from './revision.ts';
import { ScopeResolver } from './scope.ts';
import {
  BuildStatusEventResolver,
  DeploymentStatusEventResolver,
  StatusEventResolver,
  VersionStatusEventResolver,
} from './status-event.ts';
import { StatusSubscriptionResolver } from './status-subscription.ts';
import { VersionResolver } from './version.ts';
import { ViewerPermissionResolver, ViewerResolver } from './viewer.ts';
import { WriteEventResolver } from './write-event.ts';

/** type-graphql asks for one where there are subscriptions; ours follow the event log instead. */
const NO_TOPICS: PubSub = {
  publish: () => {
    throw new TypeError('nothing is published by topic: record it in the event log');
  },
  subscribe: (topic) => {
    throw new TypeError(`no subscription has the topic "${topic}": give it a \`subscribe\``);
  },
};

/** The executable schema: the classes of `schema/` with the edges of this folder. */
export async function createSchema(): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [
      BuildResolver,
      BuildStatusEventResolver,
      DeploymentResolver,
      DeploymentStatusEventResolver,
      EnvironmentVariableResolver,
      NodeResolver,
      ProviderFailureResolver,
      ProviderResolver,
      RevisionMutationResolver,
      RevisionResolver,
      RolloutMutationResolver,
      ScopeResolver,
      ServiceMutationResolver,
      StatusEventResolver,
      StatusSubscriptionResolver,
      VariableDefinitionResolver,
      VariableOwnerResolver,
      VariablesMutationResolver,
      VersionMutationResolver,
      VersionResolver,
      VersionStatusEventResolver,
      ViewerPermissionResolver,
      ViewerResolver,
      WriteEventResolver,
    ],
    validate: false,
    pubSub: NO_TOPICS,
  });
  resolveTypesAtOnce(schema);
  callDirectly(schema);
  return schema;
}

/**
 * Every object behind an interface or a union says itself what it is. type-graphql would make a
 * promise of that for each object, which compiled execution does not wait for.
 */
function resolveTypesAtOnce(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = typeNameOf;
  }
}

function typeNameOf({ __typename }: { __typename: string }): string {
  return __typename;
}
