/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** All that is given must hold. */
export type DeploymentFilter = {
  /** Made after this moment. */
  createdAfter?: string | null | undefined;
  /** Made before this moment. */
  createdBefore?: string | null | undefined;
  /** Exactly this `createdBy`. */
  createdBy?: string | null | undefined;
  /** Names (or the provider’s keys) of environments, without regard to case. Providers without environments have no match. */
  environments?: Array<string> | null | undefined;
  /** Kinds of providers to ask. */
  kinds?: Array<ProviderKind> | null | undefined;
  /** All of these labels. */
  labels?: Array<LabelInput> | null | undefined;
  /** Only what is (or is not) live. */
  live?: boolean | null | undefined;
  /** Names of providers to ask. */
  providers?: Array<string> | null | undefined;
  /** Only deployments of these scopes and of all that is below them. */
  scopeIds?: Array<string> | null | undefined;
  /** Part of the name, description, message or native id, without regard to case. */
  search?: string | null | undefined;
  status?: StatusFilter | null | undefined;
};

/** What the provider means by "deployment". */
export type DeploymentKind =
  /** One update of what a scope runs (Humanitec, Cloud 66, Cloud Foundry). */
  | 'ROLLOUT'
  /** Long-lived, with many versions (UbiOps). Its status is that of its default version. */
  | 'SERVICE';

/** What went wrong: in `extensions.code` of errors and in `failures` of connections. */
export type ErrorCode =
  /** The gateway cannot check credentials right now. The same ones may do later. */
  | 'AUTHENTICATION_UNAVAILABLE'
  /** An argument is wrong; the message says which and why. */
  | 'BAD_USER_INPUT'
  /** It clashes with something under way or with an earlier request. */
  | 'CONFLICT'
  /** The events after this cursor are no longer kept. */
  | 'CURSOR_EXPIRED'
  /** The viewer may not do this. */
  | 'FORBIDDEN'
  /** Keyed writes cannot be kept apart right now. */
  | 'IDEMPOTENCY_UNAVAILABLE'
  /** A fault of the gateway. */
  | 'INTERNAL_SERVER_ERROR'
  /** There is no such thing, or it may not be seen. */
  | 'NOT_FOUND'
  /** The operation asks for too much at once. */
  | 'OPERATION_TOO_COMPLEX'
  /** A write was sent and its outcome is not known. */
  | 'OUTCOME_UNKNOWN'
  /** The provider’s answer cannot be understood. */
  | 'PROVIDER_INVALID_RESPONSE'
  /** The provider’s request budget is spent. */
  | 'PROVIDER_RATE_LIMITED'
  /** The provider refused the request as it was. */
  | 'PROVIDER_REJECTED'
  /** The provider did not answer in time. */
  | 'PROVIDER_TIMEOUT'
  /** The provider refused the credentials, or they may not do this. */
  | 'PROVIDER_UNAUTHORIZED'
  /** The provider cannot be reached or fails. */
  | 'PROVIDER_UNAVAILABLE'
  /** The viewer asks the gateway too often. */
  | 'RATE_LIMITED'
  /** The gateway does not know who asks. */
  | 'UNAUTHENTICATED'
  /** The provider offers no such thing. */
  | 'UNSUPPORTED';

/** A label that must be there with exactly this value. */
export type LabelInput = {
  key: string;
  value: string;
};

/** Which platform a provider entry talks to. */
export type ProviderKind =
  /** Cloud 66: application stacks. */
  | 'CLOUD66'
  /** Cloud Foundry, API v3. */
  | 'CLOUD_FOUNDRY'
  /** Humanitec Platform Orchestrator. */
  | 'HUMANITEC'
  /** UbiOps: serving of data science models. */
  | 'UBIOPS';

/** All that is given must hold. */
export type ScopeFilter = {
  kinds?: Array<ScopeKind> | null | undefined;
  /** Names of providers to ask. */
  providers?: Array<string> | null | undefined;
  /** Part of the name, without regard to case. */
  search?: string | null | undefined;
};

/** The level of a scope, outermost first. `Scope.nativeKind` has the provider’s own word. */
export type ScopeKind =
  /** A Humanitec application, a Cloud 66 stack or a Cloud Foundry app. */
  | 'APPLICATION'
  /** A Humanitec environment. */
  | 'ENVIRONMENT'
  /** A Humanitec or Cloud Foundry organization. */
  | 'ORGANIZATION'
  /** A Cloud Foundry foundation, owner of the variable groups. */
  | 'PLATFORM'
  /** A UbiOps project or a Cloud Foundry space. */
  | 'PROJECT';

/** One vocabulary of states for deployments, versions and builds of every provider. `rawStatus` beside it has the provider’s own word. SUCCEEDED, FAILED, CANCELLED and SUPERSEDED are final. */
export type Status =
  /** Ended because someone cancelled it. */
  | 'CANCELLED'
  /** A cancellation was asked for and is under way. */
  | 'CANCELLING'
  /** Ended without success. */
  | 'FAILED'
  /** Under way. A Cloud Foundry rollout that is stuck stays here, with the reason in `message`. */
  | 'IN_PROGRESS'
  /** Waits for someone to continue it (a Cloud Foundry canary). */
  | 'PAUSED'
  /** Accepted, not begun. */
  | 'QUEUED'
  /** Done. For a long-lived version: able to serve. */
  | 'SUCCEEDED'
  /** Ended because a newer rollout took its place. */
  | 'SUPERSEDED'
  /** The provider sent a state that this gateway does not know, sent none, or could not be asked. */
  | 'UNKNOWN';

/** Which states to keep. Both given: in the first and not in the second. */
export type StatusFilter = {
  in?: Array<Status> | null | undefined;
  notIn?: Array<Status> | null | undefined;
};

/** How a variable differs, seen from left to right. */
export type VariableChange =
  /** Only the right owner has it. */
  | 'ADDED'
  /** Both have it, with different values. */
  | 'CHANGED'
  /** Only the left owner has it. */
  | 'REMOVED'
  /** Both have it, with the same value. */
  | 'SAME'
  /** Both have it, and at least one value cannot be read. */
  | 'UNKNOWN';

export type CompareVariablesQueryVariables = Exact<{
  left: string;
  right: string;
}>;


export type CompareVariablesQuery = { compareEnvironmentVariables: Array<{ name: string, change: VariableChange, left: { value: string | null, secret: boolean, inherited: boolean } | null, right: { value: string | null, secret: boolean, inherited: boolean } | null }> };

export type DeploymentDetailQueryVariables = Exact<{
  id: string;
}>;


export type DeploymentDetailQuery = { deployment: { id: string, nativeId: string, name: string, kind: DeploymentKind, status: Status, rawStatus: string, message: string | null, createdAt: string | null, finishedAt: string | null, durationMs: number | null, createdBy: string | null, trigger: string | null, strategy: string | null, live: boolean | null, labels: Array<{ key: string, value: string }>, progress: { current: number | null, total: number | null } | null, previous: { id: string, nativeId: string } | null, errors: Array<{ code: string | null, message: string }> | null, details:
      | { __typename: 'Cloud66DeploymentDetails', gitHash: string | null, deploySession: string | null, isHead: boolean | null }
      | { __typename: 'CloudFoundryDeploymentDetails', dropletGuid: string | null, statusReason: string | null }
      | { __typename: 'HumanitecDeploymentDetails', setId: string | null, deltaId: string | null, fromDeploymentId: string | null }
      | { __typename: 'UbiOpsDeploymentDetails', inputType: string | null, outputType: string | null }
     } | null };

export type DeploymentsQueryVariables = Exact<{
  filter?: DeploymentFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type DeploymentsQuery = { deployments: { nodes: Array<{ id: string, name: string, kind: DeploymentKind, status: Status, rawStatus: string, createdAt: string | null, live: boolean | null, provider: { name: string, kind: ProviderKind }, scope: { id: string, name: string, environment: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, failures: Array<{ code: ErrorCode, message: string, retryable: boolean, provider: { name: string } }> } };

export type OverviewQueryVariables = Exact<{
  filter?: DeploymentFilter | null | undefined;
  first?: number | null | undefined;
}>;


export type OverviewQuery = { deployments: { nodes: Array<{ id: string, name: string, status: Status, provider: { name: string, kind: ProviderKind }, version: { name: string, status: Status, revision: { nativeId: string, commit: { sha: string, ref: string | null } | null } | null, latestBuild: { status: Status, errorMessage: string | null } | null } | null, environmentVariables: Array<{ name: string, value: string | null, secret: boolean, inherited: boolean, definedBy:
          | { __typename: 'Deployment', id: string }
          | { __typename: 'Revision', id: string }
          | { __typename: 'Scope', id: string }
          | { __typename: 'Version', id: string }
         | null, overrides: Array<{ value: string | null, owner:
            | { __typename: 'Deployment', id: string }
            | { __typename: 'Revision', id: string }
            | { __typename: 'Scope', id: string }
            | { __typename: 'Version', id: string }
           | null }> }> | null }>, failures: Array<{ code: ErrorCode, message: string }> } };

export type PlatformsQueryVariables = Exact<{ [key: string]: never; }>;


export type PlatformsQuery = { providers: Array<{ name: string, deployments: { nodes: Array<{ name: string, status: Status, version: { name: string, status: Status, revision: { nativeId: string, commit: { ref: string | null } | null } | null, latestBuild: { status: Status } | null } | null, scope: { name: string, environmentVariables: Array<{ name: string, value: string | null, inherited: boolean, definedBy:
              | { kind: ScopeKind, name: string }
              | Record<PropertyKey, never>
             | null, overrides: Array<{ value: string | null }> }> | null } }> } | null }> };

export type ScopesQueryVariables = Exact<{
  filter?: ScopeFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ScopesQuery = { scopes: { totalCount: number | null, nodes: Array<{ id: string, kind: ScopeKind, nativeKind: string, name: string, environment: string | null, provider: { name: string }, parent: { name: string } | null, latestDeployment: { name: string, status: Status, createdAt: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, failures: Array<{ code: ErrorCode, message: string }> } };


export const CompareVariablesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CompareVariables"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"left"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"right"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"compareEnvironmentVariables"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"left"},"value":{"kind":"Variable","name":{"kind":"Name","value":"left"}}},{"kind":"Argument","name":{"kind":"Name","value":"right"},"value":{"kind":"Variable","name":{"kind":"Name","value":"right"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"change"}},{"kind":"Field","name":{"kind":"Name","value":"left"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"inherited"}}]}},{"kind":"Field","name":{"kind":"Name","value":"right"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"inherited"}}]}}]}}]}}]} as unknown as DocumentNode<CompareVariablesQuery, CompareVariablesQueryVariables>;
export const DeploymentDetailDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DeploymentDetail"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"nativeId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"createdBy"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"strategy"}},{"kind":"Field","name":{"kind":"Name","value":"live"}},{"kind":"Field","name":{"kind":"Name","value":"labels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"current"}},{"kind":"Field","name":{"kind":"Name","value":"total"}}]}},{"kind":"Field","name":{"kind":"Name","value":"previous"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"nativeId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UbiOpsDeploymentDetails"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inputType"}},{"kind":"Field","name":{"kind":"Name","value":"outputType"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"HumanitecDeploymentDetails"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setId"}},{"kind":"Field","name":{"kind":"Name","value":"deltaId"}},{"kind":"Field","name":{"kind":"Name","value":"fromDeploymentId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Cloud66DeploymentDetails"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gitHash"}},{"kind":"Field","name":{"kind":"Name","value":"deploySession"}},{"kind":"Field","name":{"kind":"Name","value":"isHead"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CloudFoundryDeploymentDetails"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dropletGuid"}},{"kind":"Field","name":{"kind":"Name","value":"statusReason"}}]}}]}}]}}]}}]} as unknown as DocumentNode<DeploymentDetailQuery, DeploymentDetailQueryVariables>;
export const DeploymentsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Deployments"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DeploymentFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployments"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"live"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scope"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"environment"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]}}]}}]} as unknown as DocumentNode<DeploymentsQuery, DeploymentsQueryVariables>;
export const OverviewDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Overview"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DeploymentFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployments"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"revision"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nativeId"}},{"kind":"Field","name":{"kind":"Name","value":"commit"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sha"}},{"kind":"Field","name":{"kind":"Name","value":"ref"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"latestBuild"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"environmentVariables"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"inherited"}},{"kind":"Field","name":{"kind":"Name","value":"definedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"overrides"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"owner"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<OverviewQuery, OverviewQueryVariables>;
export const PlatformsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Platforms"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"providers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"deployments"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"2"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"revision"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nativeId"}},{"kind":"Field","name":{"kind":"Name","value":"commit"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ref"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"latestBuild"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"scope"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"environmentVariables"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"inherited"}},{"kind":"Field","name":{"kind":"Name","value":"definedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Scope"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"overrides"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<PlatformsQuery, PlatformsQueryVariables>;
export const ScopesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Scopes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ScopeFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scopes"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"nativeKind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"environment"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"parent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"latestDeployment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ScopesQuery, ScopesQueryVariables>;