/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** How much of the traffic a canary gets in one step. */
export type CanaryStepInput = {
  /** Share of the instances in percent, from 1 to 100, ascending. */
  weight: number;
};

/** Stops after each step until someone continues it. */
export type CanaryStrategyInput = {
  /** Instances replaced at a time, from 1. */
  maxInFlight?: number | null | undefined;
  /** None: one instance, then all. */
  steps?: Array<CanaryStepInput> | null | undefined;
};

/** Stops a build that has not ended. */
export type CancelBuildInput = {
  buildId: string;
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
};

/** Copies variables from one owner to another, also between providers. */
export type CopyEnvironmentVariablesInput = {
  /** As for `setEnvironmentVariables`. */
  allowPlaintext?: boolean;
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** The owner to copy from: what is in effect there. */
  fromId: string;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
  /** Only these; absent: all. */
  names?: Array<string> | null | undefined;
  /** The owner to copy to, also of another provider. */
  toId: string;
};

/** Copies from `fromVersionId` or from `templateId`: exactly one of them. */
export type CopyRevisionInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** A version of the same project, whose active revision is copied. */
  fromVersionId?: string | null | undefined;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
  /** UbiOps’ id of a template (API 4). */
  templateId?: string | null | undefined;
  /** The UbiOps version that gets a new revision. */
  versionId: string;
};

/** Creates a service in a project (UbiOps). */
export type CreateDeploymentInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** Up to 400 letters; "" removes it. */
  description?: string | null | undefined;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
  inputFields?: Array<UbiOpsFieldInput> | null | undefined;
  /** "structured" or "plain". */
  inputType?: string | null | undefined;
  /** All labels; replaces the old ones. */
  labels?: Array<LabelInput> | null | undefined;
  /** From 1 to 64 letters; unlike that of others. */
  name: string;
  outputFields?: Array<UbiOpsFieldInput> | null | undefined;
  /** "structured" or "plain". */
  outputType?: string | null | undefined;
  /** The UbiOps project. */
  scopeId: string;
  /** Whether it takes requests through UbiOps’ request format (API 4). */
  supportsRequestFormat?: boolean | null | undefined;
};

/** Creates a version of a service. */
export type CreateVersionInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** Who is told of requests (API 3.13). */
  defaultNotificationGroup?: string | null | undefined;
  /** A UbiOps deployment. */
  deploymentId: string;
  /** Up to 400 letters; "" removes it. */
  description?: string | null | undefined;
  /** The image its code runs in, for instance "python3-12" (API 3.15). */
  environment?: string | null | undefined;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
  /** Processes in one instance (API 4). */
  instanceProcesses?: number | null | undefined;
  /** The size of one instance: "512mb". */
  instanceType?: string | null | undefined;
  /** UbiOps’ id of the group (API 4). */
  instanceTypeGroupId?: string | null | undefined;
  /** The group’s name (API 4). */
  instanceTypeGroupName?: string | null | undefined;
  /** All labels; replaces the old ones. */
  labels?: Array<LabelInput> | null | undefined;
  /** The language its code runs in, for instance "python3.8" (API 3.13). */
  language?: string | null | undefined;
  /** How long an instance without requests is kept, in seconds. */
  maximumIdleTimeSeconds?: number | null | undefined;
  /** The upper bound of scaling. */
  maximumInstances?: number | null | undefined;
  /** Requests that may wait (API 3.15). */
  maximumQueueSize?: number | null | undefined;
  /** Batch requests that may wait (API 3.13). */
  maximumQueueSizeBatch?: number | null | undefined;
  /** Express requests that may wait (API 3.13). */
  maximumQueueSizeExpress?: number | null | undefined;
  /** Memory of one instance, in MiB (API 3.13). */
  memoryAllocationMib?: number | null | undefined;
  /** The lower bound of scaling. */
  minimumInstances?: number | null | undefined;
  /** Who is told of failures (API 3.13). */
  monitoring?: string | null | undefined;
  /** From 1 to 64 letters; unlike that of its other versions. */
  name: string;
  /** All ports (API 4). */
  ports?: Array<UbiOpsVersionPortInput> | null | undefined;
  /** What is kept of requests: "none", "metadata" or "full". */
  requestRetentionMode?: string | null | undefined;
  /** How long requests are kept, in seconds. */
  requestRetentionTimeSeconds?: number | null | undefined;
  /** Whether requests that were interrupted begin again. */
  restartRequestInterruption?: boolean | null | undefined;
  /** UbiOps’ word for how to scale (API 4). */
  scalingStrategy?: string | null | undefined;
  /** Whether it calls out from a fixed address. */
  staticIp?: boolean | null | undefined;
};

/** Deletes a service with all its versions. */
export type DeleteDeploymentInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** A service. Rollouts cannot be deleted. */
  deploymentId: string;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
};

/** Deletes variables of an owner by name. */
export type DeleteEnvironmentVariablesInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
  names: Array<string>;
  /** The owner whose own variables are deleted. */
  ownerId: string;
};

/** Deletes a version. */
export type DeleteVersionInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
  versionId: string;
};

/** Names the rollout to cancel or to continue. */
export type DeploymentActionInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** The deployment to cancel or to continue. */
  deploymentId: string;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
};

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

/** What to run: exactly one of them. `deploymentId` may go with `deltaId` on Humanitec: the delta is applied on top of that deployment. */
export type DeploymentSourceInput = {
  /** Humanitec’s id of a deployment delta. */
  deltaId?: string | null | undefined;
  /** Another deployment, whose state is cloned (Humanitec: of the same application). */
  deploymentId?: string | null | undefined;
  /** Cloud Foundry’s guid of a droplet. */
  dropletGuid?: string | null | undefined;
  /** A branch, tag or commit (Cloud 66). */
  gitRef?: string | null | undefined;
  /** A revision of the scope (Cloud Foundry). */
  revisionId?: string | null | undefined;
  /** Humanitec’s id of a deployment set. */
  setId?: string | null | undefined;
};

/** How a Cloud Foundry rollout replaces instances: `rolling` or `canary`, not both; none is rolling. The other fields are of both. */
export type DeploymentStrategyInput = {
  canary?: CanaryStrategyInput | null | undefined;
  /** Disk of a web instance, in MiB. */
  diskMib?: number | null | undefined;
  /** Bytes of log per second of a web instance; -1: no limit. */
  logRateLimitBytesPerSecond?: number | null | undefined;
  /** Memory of a web instance, in MiB. */
  memoryMib?: number | null | undefined;
  rolling?: RollingStrategyInput | null | undefined;
  /** How many web instances there will be. */
  webInstances?: number | null | undefined;
};

/** One variable to set. */
export type EnvironmentVariableInput = {
  /** Its name, by the provider’s rules. */
  name: string;
  /** A new name. Not for a secret, except on UbiOps. */
  newName?: string | null | undefined;
  /** Whether the provider keeps the value from being read. Absent: as it is, and not secret where it is new. A secret cannot become readable again. */
  secret?: boolean | null | undefined;
  /** Its value. Absent: it stays, which is for `newName` and for making it secret. */
  value?: string | null | undefined;
};

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

/** How much of an environment a Humanitec deployment touches. */
export type HumanitecDeploymentMode =
  /** All of it; Humanitec’s default. */
  | 'FULL'
  /** What changed; only in Humanitec’s direct mode. */
  | 'INCREMENTAL';

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

/** Builds a revision once more. */
export type RebuildRevisionInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
  revisionId: string;
};

/** Deploys once more what a deployment rolled out. */
export type RedeployInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** The deployment whose state is rolled out again. */
  deploymentId: string;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
};

/** Asks for a URL to send the zip file of a new revision to. */
export type RequestRevisionUploadInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
  /** The UbiOps version that the file becomes a revision of. */
  versionId: string;
};

/** Goes back to what an earlier deployment rolled out. */
export type RollbackInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** The earlier deployment to go back to. */
  deploymentId: string;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
};

/** Replaces instances a few at a time. */
export type RollingStrategyInput = {
  /** Instances replaced at a time, from 1. */
  maxInFlight?: number | null | undefined;
};

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

/** Creates and changes the variables of an owner. */
export type SetEnvironmentVariablesInput = {
  /** Store values that are asked to be secret in plain text where the provider keeps no secrets. Otherwise they are refused. */
  allowPlaintext?: boolean;
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
  mode?: VariableMode;
  /** A scope, or on UbiOps a deployment or version, whose own variables are set. */
  ownerId: string;
  variables: Array<EnvironmentVariableInput>;
};

/** Starts a rollout in a scope. */
export type StartDeploymentInput = {
  /** Annotations of the deployment (Cloud Foundry). */
  annotations?: Array<LabelInput> | null | undefined;
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** Why (Humanitec). */
  comment?: string | null | undefined;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
  /** Labels of the deployment (Cloud Foundry). */
  labels?: Array<LabelInput> | null | undefined;
  mode?: HumanitecDeploymentMode | null | undefined;
  /** The Humanitec environment, the Cloud 66 stack, or the Cloud Foundry app. */
  scopeId: string;
  /** Only these services of a Cloud 66 stack, as "name" or "name:tag". */
  services?: Array<string> | null | undefined;
  /** What to run; none: what the scope runs now. */
  source?: DeploymentSourceInput | null | undefined;
  strategy?: DeploymentStrategyInput | null | undefined;
  /** Humanitec’s id of a version of the variables to run with. */
  valueSetVersionId?: string | null | undefined;
};

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

/** One field of the structured input or output of a UbiOps deployment. */
export type UbiOpsFieldInput = {
  /** UbiOps’ word: "int", "double", "string", "file" … */
  dataType: string;
  name: string;
  /** How UbiOps’ own form shows it. */
  widget?: unknown;
};

/** A port of a UbiOps version that can be reached from outside. */
export type UbiOpsVersionPortInput = {
  /** The port that the deployment’s code opens. */
  deploymentPort: number;
  /** For instance "tcp". */
  protocol?: string | null | undefined;
  /** The port that clients connect to. */
  publicPort: number;
};

/** Changes a service; what is left out stays. */
export type UpdateDeploymentInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** The version that answers requests. */
  defaultVersionId?: string | null | undefined;
  deploymentId: string;
  /** Up to 400 letters; "" removes it. */
  description?: string | null | undefined;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
  inputFields?: Array<UbiOpsFieldInput> | null | undefined;
  /** All labels; replaces the old ones. */
  labels?: Array<LabelInput> | null | undefined;
  /** A new name. The id changes with it. */
  name?: string | null | undefined;
  outputFields?: Array<UbiOpsFieldInput> | null | undefined;
};

/** Changes a version; what is left out stays. */
export type UpdateVersionInput = {
  /** Comes back in the payload as it is. */
  clientMutationId?: string | null | undefined;
  /** Who is told of requests (API 3.13). */
  defaultNotificationGroup?: string | null | undefined;
  /** Up to 400 letters; "" removes it. */
  description?: string | null | undefined;
  /** The image its code runs in, for instance "python3-12" (API 3.15). */
  environment?: string | null | undefined;
  /** A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way. */
  idempotencyKey?: string | null | undefined;
  /** Processes in one instance (API 4). */
  instanceProcesses?: number | null | undefined;
  /** The size of one instance: "512mb". */
  instanceType?: string | null | undefined;
  /** UbiOps’ id of the group (API 4). */
  instanceTypeGroupId?: string | null | undefined;
  /** The group’s name (API 4). */
  instanceTypeGroupName?: string | null | undefined;
  /** All labels; replaces the old ones. */
  labels?: Array<LabelInput> | null | undefined;
  /** How long an instance without requests is kept, in seconds. */
  maximumIdleTimeSeconds?: number | null | undefined;
  /** The upper bound of scaling. */
  maximumInstances?: number | null | undefined;
  /** Requests that may wait (API 3.15). */
  maximumQueueSize?: number | null | undefined;
  /** Batch requests that may wait (API 3.13). */
  maximumQueueSizeBatch?: number | null | undefined;
  /** Express requests that may wait (API 3.13). */
  maximumQueueSizeExpress?: number | null | undefined;
  /** Memory of one instance, in MiB (API 3.13). */
  memoryAllocationMib?: number | null | undefined;
  /** The lower bound of scaling. */
  minimumInstances?: number | null | undefined;
  /** Who is told of failures (API 3.13). */
  monitoring?: string | null | undefined;
  /** A new name. The id changes with it. */
  name?: string | null | undefined;
  /** All ports (API 4). */
  ports?: Array<UbiOpsVersionPortInput> | null | undefined;
  /** What is kept of requests: "none", "metadata" or "full". */
  requestRetentionMode?: string | null | undefined;
  /** How long requests are kept, in seconds. */
  requestRetentionTimeSeconds?: number | null | undefined;
  /** Whether requests that were interrupted begin again. */
  restartRequestInterruption?: boolean | null | undefined;
  /** UbiOps’ word for how to scale (API 4). */
  scalingStrategy?: string | null | undefined;
  /** Whether it calls out from a fixed address. */
  staticIp?: boolean | null | undefined;
  versionId: string;
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

/** What happens to variables of the owner that are not named. */
export type VariableMode =
  /** They stay as they are. */
  | 'MERGE'
  /** They are deleted. Inherited and read-only ones stay. */
  | 'REPLACE';

/** Which writes to be told of. All that is given must hold; within a list one is enough. */
export type WriteEventFilter = {
  /** Names of providers. */
  providers?: Array<string> | null | undefined;
  /** Only those that ended so. */
  results?: Array<WriteResult> | null | undefined;
  /** What was done to these scopes and to all that is below them. */
  scopeIds?: Array<string> | null | undefined;
  /** Ids of the scopes, deployments, versions, revisions or builds written to. */
  targetIds?: Array<string> | null | undefined;
};

/** What came of a write. */
export type WriteResult =
  /** The provider did all of it. */
  | 'DONE'
  /** It was not done, though nothing was wrong with it. */
  | 'FAILED'
  /** Some of several changes were done; see `userErrors`. */
  | 'PARTLY_DONE'
  /** The provider refused it as it was; see `userErrors`. */
  | 'REFUSED'
  /** It was the repetition of an earlier one under its `idempotencyKey`. */
  | 'REPLAYED'
  /** It was sent, and nobody knows what came of it. */
  | 'UNKNOWN';

export type AuditTrailSubscriptionVariables = Exact<{
  filter?: WriteEventFilter | null | undefined;
  since?: string | null | undefined;
}>;


export type AuditTrailSubscription = { writePerformed: { cursor: string, at: string, viewerName: string, mutation: string, targetId: string, result: WriteResult, code: ErrorCode | null, changedIds: Array<string>, requestId: string, durationMs: number, provider: { name: string } } };

export type VariablesChangedFragment = { changedNames: Array<string>, environmentVariables: Array<{ name: string, value: string | null, secret: boolean, inherited: boolean }> | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> };

export type SetEnvironmentVariablesMutationVariables = Exact<{
  input: SetEnvironmentVariablesInput;
}>;


export type SetEnvironmentVariablesMutation = { setEnvironmentVariables: { changedNames: Array<string>, environmentVariables: Array<{ name: string, value: string | null, secret: boolean, inherited: boolean }> | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

export type DeleteEnvironmentVariablesMutationVariables = Exact<{
  input: DeleteEnvironmentVariablesInput;
}>;


export type DeleteEnvironmentVariablesMutation = { deleteEnvironmentVariables: { changedNames: Array<string>, environmentVariables: Array<{ name: string, value: string | null, secret: boolean, inherited: boolean }> | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

export type CopyEnvironmentVariablesMutationVariables = Exact<{
  input: CopyEnvironmentVariablesInput;
}>;


export type CopyEnvironmentVariablesMutation = { copyEnvironmentVariables: { changedNames: Array<string>, environmentVariables: Array<{ name: string, value: string | null, secret: boolean, inherited: boolean }> | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

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

export type RolledOutFragment = { queued: boolean, deployment: { id: string, status: Status, strategy: string | null, canCancel: boolean, canContinue: boolean, scope: { id: string, name: string } } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string, providerCode: string | null }> };

export type StartDeploymentMutationVariables = Exact<{
  input: StartDeploymentInput;
}>;


export type StartDeploymentMutation = { startDeployment: { queued: boolean, deployment: { id: string, status: Status, strategy: string | null, canCancel: boolean, canContinue: boolean, scope: { id: string, name: string } } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string, providerCode: string | null }> } };

export type RedeployMutationVariables = Exact<{
  input: RedeployInput;
}>;


export type RedeployMutation = { redeploy: { queued: boolean, deployment: { id: string, status: Status, strategy: string | null, canCancel: boolean, canContinue: boolean, scope: { id: string, name: string } } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string, providerCode: string | null }> } };

export type RollbackMutationVariables = Exact<{
  input: RollbackInput;
}>;


export type RollbackMutation = { rollback: { queued: boolean, deployment: { id: string, status: Status, strategy: string | null, canCancel: boolean, canContinue: boolean, scope: { id: string, name: string } } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string, providerCode: string | null }> } };

export type CancelDeploymentMutationVariables = Exact<{
  input: DeploymentActionInput;
}>;


export type CancelDeploymentMutation = { cancelDeployment: { queued: boolean, deployment: { id: string, status: Status, strategy: string | null, canCancel: boolean, canContinue: boolean, scope: { id: string, name: string } } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string, providerCode: string | null }> } };

export type ContinueDeploymentMutationVariables = Exact<{
  input: DeploymentActionInput;
}>;


export type ContinueDeploymentMutation = { continueDeployment: { queued: boolean, deployment: { id: string, status: Status, strategy: string | null, canCancel: boolean, canContinue: boolean, scope: { id: string, name: string } } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string, providerCode: string | null }> } };

export type ScopesQueryVariables = Exact<{
  filter?: ScopeFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ScopesQuery = { scopes: { totalCount: number | null, nodes: Array<{ id: string, kind: ScopeKind, nativeKind: string, name: string, environment: string | null, provider: { name: string }, parent: { name: string } | null, latestDeployment: { name: string, status: Status, createdAt: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, failures: Array<{ code: ErrorCode, message: string }> } };

export type ProblemFragment = { field: Array<string>, code: ErrorCode, message: string };

export type CreateDeploymentMutationVariables = Exact<{
  input: CreateDeploymentInput;
}>;


export type CreateDeploymentMutation = { createDeployment: { deployment: { id: string, name: string } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

export type UpdateDeploymentMutationVariables = Exact<{
  input: UpdateDeploymentInput;
}>;


export type UpdateDeploymentMutation = { updateDeployment: { deployment: { id: string, name: string, description: string | null } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

export type DeleteDeploymentMutationVariables = Exact<{
  input: DeleteDeploymentInput;
}>;


export type DeleteDeploymentMutation = { deleteDeployment: { deletedId: string | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

export type CreateVersionMutationVariables = Exact<{
  input: CreateVersionInput;
}>;


export type CreateVersionMutation = { createVersion: { version: { id: string, name: string } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

export type UpdateVersionMutationVariables = Exact<{
  input: UpdateVersionInput;
}>;


export type UpdateVersionMutation = { updateVersion: { version: { id: string, name: string, description: string | null } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

export type DeleteVersionMutationVariables = Exact<{
  input: DeleteVersionInput;
}>;


export type DeleteVersionMutation = { deleteVersion: { deletedId: string | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

export type CopyRevisionMutationVariables = Exact<{
  input: CopyRevisionInput;
}>;


export type CopyRevisionMutation = { copyRevision: { revision: { id: string } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

export type RequestRevisionUploadMutationVariables = Exact<{
  input: RequestRevisionUploadInput;
}>;


export type RequestRevisionUploadMutation = { requestRevisionUpload: { upload: { url: string, expiresAt: string } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

export type RebuildRevisionMutationVariables = Exact<{
  input: RebuildRevisionInput;
}>;


export type RebuildRevisionMutation = { rebuildRevision: { build: { id: string, status: Status } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

export type CancelBuildMutationVariables = Exact<{
  input: CancelBuildInput;
}>;


export type CancelBuildMutation = { cancelBuild: { build: { id: string, status: Status } | null, userErrors: Array<{ field: Array<string>, code: ErrorCode, message: string }> } };

export const VariablesChangedFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VariablesChanged"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EnvironmentVariablesPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changedNames"}},{"kind":"Field","name":{"kind":"Name","value":"environmentVariables"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"inherited"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<VariablesChangedFragment, unknown>;
export const RolledOutFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RolledOut"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeploymentPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"strategy"}},{"kind":"Field","name":{"kind":"Name","value":"canCancel"}},{"kind":"Field","name":{"kind":"Name","value":"canContinue"}},{"kind":"Field","name":{"kind":"Name","value":"scope"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"queued"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"providerCode"}}]}}]}}]} as unknown as DocumentNode<RolledOutFragment, unknown>;
export const ProblemFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]} as unknown as DocumentNode<ProblemFragment, unknown>;
export const AuditTrailDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"AuditTrail"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"WriteEventFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"since"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"writePerformed"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"since"},"value":{"kind":"Variable","name":{"kind":"Name","value":"since"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"viewerName"}},{"kind":"Field","name":{"kind":"Name","value":"mutation"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"targetId"}},{"kind":"Field","name":{"kind":"Name","value":"result"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"changedIds"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}}]}}]}}]} as unknown as DocumentNode<AuditTrailSubscription, AuditTrailSubscriptionVariables>;
export const SetEnvironmentVariablesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetEnvironmentVariables"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetEnvironmentVariablesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setEnvironmentVariables"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VariablesChanged"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VariablesChanged"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EnvironmentVariablesPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changedNames"}},{"kind":"Field","name":{"kind":"Name","value":"environmentVariables"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"inherited"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<SetEnvironmentVariablesMutation, SetEnvironmentVariablesMutationVariables>;
export const DeleteEnvironmentVariablesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteEnvironmentVariables"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteEnvironmentVariablesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteEnvironmentVariables"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VariablesChanged"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VariablesChanged"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EnvironmentVariablesPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changedNames"}},{"kind":"Field","name":{"kind":"Name","value":"environmentVariables"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"inherited"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<DeleteEnvironmentVariablesMutation, DeleteEnvironmentVariablesMutationVariables>;
export const CopyEnvironmentVariablesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CopyEnvironmentVariables"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CopyEnvironmentVariablesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"copyEnvironmentVariables"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VariablesChanged"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VariablesChanged"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EnvironmentVariablesPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changedNames"}},{"kind":"Field","name":{"kind":"Name","value":"environmentVariables"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"inherited"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<CopyEnvironmentVariablesMutation, CopyEnvironmentVariablesMutationVariables>;
export const CompareVariablesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CompareVariables"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"left"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"right"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"compareEnvironmentVariables"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"left"},"value":{"kind":"Variable","name":{"kind":"Name","value":"left"}}},{"kind":"Argument","name":{"kind":"Name","value":"right"},"value":{"kind":"Variable","name":{"kind":"Name","value":"right"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"change"}},{"kind":"Field","name":{"kind":"Name","value":"left"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"inherited"}}]}},{"kind":"Field","name":{"kind":"Name","value":"right"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"inherited"}}]}}]}}]}}]} as unknown as DocumentNode<CompareVariablesQuery, CompareVariablesQueryVariables>;
export const DeploymentDetailDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DeploymentDetail"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"nativeId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"createdBy"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"strategy"}},{"kind":"Field","name":{"kind":"Name","value":"live"}},{"kind":"Field","name":{"kind":"Name","value":"labels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"current"}},{"kind":"Field","name":{"kind":"Name","value":"total"}}]}},{"kind":"Field","name":{"kind":"Name","value":"previous"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"nativeId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"details"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UbiOpsDeploymentDetails"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inputType"}},{"kind":"Field","name":{"kind":"Name","value":"outputType"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"HumanitecDeploymentDetails"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setId"}},{"kind":"Field","name":{"kind":"Name","value":"deltaId"}},{"kind":"Field","name":{"kind":"Name","value":"fromDeploymentId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Cloud66DeploymentDetails"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"gitHash"}},{"kind":"Field","name":{"kind":"Name","value":"deploySession"}},{"kind":"Field","name":{"kind":"Name","value":"isHead"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CloudFoundryDeploymentDetails"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dropletGuid"}},{"kind":"Field","name":{"kind":"Name","value":"statusReason"}}]}}]}}]}}]}}]} as unknown as DocumentNode<DeploymentDetailQuery, DeploymentDetailQueryVariables>;
export const DeploymentsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Deployments"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DeploymentFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployments"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"rawStatus"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"live"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scope"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"environment"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]}}]}}]} as unknown as DocumentNode<DeploymentsQuery, DeploymentsQueryVariables>;
export const OverviewDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Overview"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DeploymentFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployments"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"revision"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nativeId"}},{"kind":"Field","name":{"kind":"Name","value":"commit"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sha"}},{"kind":"Field","name":{"kind":"Name","value":"ref"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"latestBuild"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"environmentVariables"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"inherited"}},{"kind":"Field","name":{"kind":"Name","value":"definedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"overrides"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"owner"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<OverviewQuery, OverviewQueryVariables>;
export const PlatformsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Platforms"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"providers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"deployments"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"2"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"revision"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nativeId"}},{"kind":"Field","name":{"kind":"Name","value":"commit"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ref"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"latestBuild"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"scope"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"environmentVariables"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"inherited"}},{"kind":"Field","name":{"kind":"Name","value":"definedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Scope"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"overrides"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<PlatformsQuery, PlatformsQueryVariables>;
export const StartDeploymentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartDeployment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"StartDeploymentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startDeployment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RolledOut"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RolledOut"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeploymentPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"strategy"}},{"kind":"Field","name":{"kind":"Name","value":"canCancel"}},{"kind":"Field","name":{"kind":"Name","value":"canContinue"}},{"kind":"Field","name":{"kind":"Name","value":"scope"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"queued"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"providerCode"}}]}}]}}]} as unknown as DocumentNode<StartDeploymentMutation, StartDeploymentMutationVariables>;
export const RedeployDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Redeploy"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RedeployInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"redeploy"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RolledOut"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RolledOut"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeploymentPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"strategy"}},{"kind":"Field","name":{"kind":"Name","value":"canCancel"}},{"kind":"Field","name":{"kind":"Name","value":"canContinue"}},{"kind":"Field","name":{"kind":"Name","value":"scope"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"queued"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"providerCode"}}]}}]}}]} as unknown as DocumentNode<RedeployMutation, RedeployMutationVariables>;
export const RollbackDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Rollback"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RollbackInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rollback"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RolledOut"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RolledOut"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeploymentPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"strategy"}},{"kind":"Field","name":{"kind":"Name","value":"canCancel"}},{"kind":"Field","name":{"kind":"Name","value":"canContinue"}},{"kind":"Field","name":{"kind":"Name","value":"scope"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"queued"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"providerCode"}}]}}]}}]} as unknown as DocumentNode<RollbackMutation, RollbackMutationVariables>;
export const CancelDeploymentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelDeployment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeploymentActionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelDeployment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RolledOut"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RolledOut"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeploymentPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"strategy"}},{"kind":"Field","name":{"kind":"Name","value":"canCancel"}},{"kind":"Field","name":{"kind":"Name","value":"canContinue"}},{"kind":"Field","name":{"kind":"Name","value":"scope"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"queued"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"providerCode"}}]}}]}}]} as unknown as DocumentNode<CancelDeploymentMutation, CancelDeploymentMutationVariables>;
export const ContinueDeploymentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ContinueDeployment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeploymentActionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"continueDeployment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RolledOut"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RolledOut"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DeploymentPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"strategy"}},{"kind":"Field","name":{"kind":"Name","value":"canCancel"}},{"kind":"Field","name":{"kind":"Name","value":"canContinue"}},{"kind":"Field","name":{"kind":"Name","value":"scope"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"queued"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"providerCode"}}]}}]}}]} as unknown as DocumentNode<ContinueDeploymentMutation, ContinueDeploymentMutationVariables>;
export const ScopesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Scopes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ScopeFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scopes"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"nativeKind"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"environment"}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"parent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"latestDeployment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ScopesQuery, ScopesQueryVariables>;
export const CreateDeploymentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateDeployment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateDeploymentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createDeployment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]} as unknown as DocumentNode<CreateDeploymentMutation, CreateDeploymentMutationVariables>;
export const UpdateDeploymentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateDeployment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateDeploymentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateDeployment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]} as unknown as DocumentNode<UpdateDeploymentMutation, UpdateDeploymentMutationVariables>;
export const DeleteDeploymentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteDeployment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteDeploymentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteDeployment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deletedId"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]} as unknown as DocumentNode<DeleteDeploymentMutation, DeleteDeploymentMutationVariables>;
export const CreateVersionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateVersion"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateVersionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createVersion"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]} as unknown as DocumentNode<CreateVersionMutation, CreateVersionMutationVariables>;
export const UpdateVersionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateVersion"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateVersionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateVersion"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]} as unknown as DocumentNode<UpdateVersionMutation, UpdateVersionMutationVariables>;
export const DeleteVersionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteVersion"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteVersionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteVersion"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deletedId"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]} as unknown as DocumentNode<DeleteVersionMutation, DeleteVersionMutationVariables>;
export const CopyRevisionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CopyRevision"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CopyRevisionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"copyRevision"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"revision"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]} as unknown as DocumentNode<CopyRevisionMutation, CopyRevisionMutationVariables>;
export const RequestRevisionUploadDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RequestRevisionUpload"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RequestRevisionUploadInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"requestRevisionUpload"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"upload"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]} as unknown as DocumentNode<RequestRevisionUploadMutation, RequestRevisionUploadMutationVariables>;
export const RebuildRevisionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RebuildRevision"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RebuildRevisionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rebuildRevision"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"build"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]} as unknown as DocumentNode<RebuildRevisionMutation, RebuildRevisionMutationVariables>;
export const CancelBuildDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelBuild"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CancelBuildInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelBuild"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"build"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Problem"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Problem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]} as unknown as DocumentNode<CancelBuildMutation, CancelBuildMutationVariables>;