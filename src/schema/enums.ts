import { registerEnumType } from 'type-graphql';

export enum ProviderKind {
  UBIOPS = 'UBIOPS',
  HUMANITEC = 'HUMANITEC',
  CLOUD66 = 'CLOUD66',
  CLOUD_FOUNDRY = 'CLOUD_FOUNDRY',
}
registerEnumType(ProviderKind, {
  name: 'ProviderKind',
  description: 'Which platform a provider entry talks to.',
  valuesConfig: {
    UBIOPS: { description: 'UbiOps: serving of data science models.' },
    HUMANITEC: { description: 'Humanitec Platform Orchestrator.' },
    CLOUD66: { description: 'Cloud 66: application stacks.' },
    CLOUD_FOUNDRY: { description: 'Cloud Foundry, API v3.' },
  },
});

export enum ScopeKind {
  PLATFORM = 'PLATFORM',
  ORGANIZATION = 'ORGANIZATION',
  PROJECT = 'PROJECT',
  APPLICATION = 'APPLICATION',
  ENVIRONMENT = 'ENVIRONMENT',
}
registerEnumType(ScopeKind, {
  name: 'ScopeKind',
  description:
    'The level of a scope, outermost first. `Scope.nativeKind` has the provider’s own word.',
  valuesConfig: {
    PLATFORM: { description: 'A Cloud Foundry foundation, owner of the variable groups.' },
    ORGANIZATION: { description: 'A Humanitec or Cloud Foundry organization.' },
    PROJECT: { description: 'A UbiOps project or a Cloud Foundry space.' },
    APPLICATION: {
      description: 'A Humanitec application, a Cloud 66 stack or a Cloud Foundry app.',
    },
    ENVIRONMENT: { description: 'A Humanitec environment.' },
  },
});

export enum DeploymentKind {
  SERVICE = 'SERVICE',
  ROLLOUT = 'ROLLOUT',
}
registerEnumType(DeploymentKind, {
  name: 'DeploymentKind',
  description: 'What the provider means by "deployment".',
  valuesConfig: {
    SERVICE: {
      description:
        'Long-lived, with many versions (UbiOps). Its status is that of its default version.',
    },
    ROLLOUT: {
      description: 'One update of what a scope runs (Humanitec, Cloud 66, Cloud Foundry).',
    },
  },
});

export enum Status {
  QUEUED = 'QUEUED',
  IN_PROGRESS = 'IN_PROGRESS',
  PAUSED = 'PAUSED',
  CANCELLING = 'CANCELLING',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
  SUPERSEDED = 'SUPERSEDED',
  UNKNOWN = 'UNKNOWN',
}
registerEnumType(Status, {
  name: 'Status',
  description:
    'One vocabulary of states for deployments, versions and builds of every provider. `rawStatus` beside it has the provider’s own word. SUCCEEDED, FAILED, CANCELLED and SUPERSEDED are final.',
  valuesConfig: {
    QUEUED: { description: 'Accepted, not begun.' },
    IN_PROGRESS: {
      description:
        'Under way. A Cloud Foundry rollout that is stuck stays here, with the reason in `message`.',
    },
    PAUSED: { description: 'Waits for someone to continue it (a Cloud Foundry canary).' },
    CANCELLING: { description: 'A cancellation was asked for and is under way.' },
    SUCCEEDED: { description: 'Done. For a long-lived version: able to serve.' },
    FAILED: { description: 'Ended without success.' },
    CANCELLED: { description: 'Ended because someone cancelled it.' },
    SUPERSEDED: { description: 'Ended because a newer rollout took its place.' },
    UNKNOWN: {
      description:
        'The provider sent a state that this gateway does not know, sent none, or could not be asked.',
    },
  },
});

export enum Capability {
  START_DEPLOYMENT = 'START_DEPLOYMENT',
  CANCEL_DEPLOYMENT = 'CANCEL_DEPLOYMENT',
  CONTINUE_DEPLOYMENT = 'CONTINUE_DEPLOYMENT',
  REDEPLOY = 'REDEPLOY',
  ROLLBACK = 'ROLLBACK',
  MANAGE_SERVICES = 'MANAGE_SERVICES',
  MANAGE_VERSIONS = 'MANAGE_VERSIONS',
  BUILDS = 'BUILDS',
  CANCEL_BUILD = 'CANCEL_BUILD',
  REVISIONS = 'REVISIONS',
  UPLOAD_REVISION = 'UPLOAD_REVISION',
  DOWNLOAD_REVISION = 'DOWNLOAD_REVISION',
  REBUILD_REVISION = 'REBUILD_REVISION',
  READ_VARIABLES = 'READ_VARIABLES',
  WRITE_VARIABLES = 'WRITE_VARIABLES',
  AUDIT_EVENTS = 'AUDIT_EVENTS',
  DEPLOYMENT_ERRORS = 'DEPLOYMENT_ERRORS',
  WEBHOOKS = 'WEBHOOKS',
}
registerEnumType(Capability, {
  name: 'Capability',
  description: 'Something the provider’s API offers.',
  valuesConfig: {
    WEBHOOKS: {
      description: 'The gateway takes the provider’s webhooks: its configuration says how.',
    },
  },
});

export enum AuditAction {
  CREATE = 'CREATE',
  UPDATE = 'UPDATE',
  DELETE = 'DELETE',
  INFO = 'INFO',
}
registerEnumType(AuditAction, {
  name: 'AuditAction',
  description: 'What was done to the object. INFO: anything but creating, updating and deleting.',
});

export enum HealthStatus {
  UP = 'UP',
  DEGRADED = 'DEGRADED',
  DOWN = 'DOWN',
}
registerEnumType(HealthStatus, {
  name: 'HealthStatus',
  description: 'How the gateway finds a provider, judged by its own requests of the last minute.',
  valuesConfig: {
    UP: { description: 'All requests were answered, or none was made.' },
    DEGRADED: { description: 'Some requests failed or were throttled.' },
    DOWN: { description: 'The last requests all failed.' },
  },
});

export enum CircuitState {
  CLOSED = 'CLOSED',
  OPEN = 'OPEN',
  HALF_OPEN = 'HALF_OPEN',
}
registerEnumType(CircuitState, {
  name: 'CircuitState',
  description: 'The circuit breaker in front of a provider.',
  valuesConfig: {
    CLOSED: { description: 'Requests pass.' },
    OPEN: { description: 'Requests fail at once, without asking the provider.' },
    HALF_OPEN: { description: 'One request probes whether the provider is back.' },
  },
});

export enum VariableChange {
  ADDED = 'ADDED',
  REMOVED = 'REMOVED',
  CHANGED = 'CHANGED',
  SAME = 'SAME',
  UNKNOWN = 'UNKNOWN',
}
registerEnumType(VariableChange, {
  name: 'VariableChange',
  description: 'How a variable differs, seen from left to right.',
  valuesConfig: {
    ADDED: { description: 'Only the right owner has it.' },
    REMOVED: { description: 'Only the left owner has it.' },
    CHANGED: { description: 'Both have it, with different values.' },
    SAME: { description: 'Both have it, with the same value.' },
    UNKNOWN: { description: 'Both have it, and at least one value cannot be read.' },
  },
});

export enum WriteResult {
  DONE = 'DONE',
  PARTLY_DONE = 'PARTLY_DONE',
  REFUSED = 'REFUSED',
  REPLAYED = 'REPLAYED',
  FAILED = 'FAILED',
  UNKNOWN = 'UNKNOWN',
}
registerEnumType(WriteResult, {
  name: 'WriteResult',
  description: 'What came of a write.',
  valuesConfig: {
    DONE: { description: 'The provider did all of it.' },
    PARTLY_DONE: { description: 'Some of several changes were done; see `userErrors`.' },
    REFUSED: { description: 'The provider refused it as it was; see `userErrors`.' },
    REPLAYED: {
      description: 'It was the repetition of an earlier one under its `idempotencyKey`.',
    },
    FAILED: { description: 'It was not done, though nothing was wrong with it.' },
    UNKNOWN: { description: 'It was sent, and nobody knows what came of it.' },
  },
});

export enum ErrorCode {
  BAD_USER_INPUT = 'BAD_USER_INPUT',
  UNAUTHENTICATED = 'UNAUTHENTICATED',
  AUTHENTICATION_UNAVAILABLE = 'AUTHENTICATION_UNAVAILABLE',
  FORBIDDEN = 'FORBIDDEN',
  NOT_FOUND = 'NOT_FOUND',
  CONFLICT = 'CONFLICT',
  UNSUPPORTED = 'UNSUPPORTED',
  RATE_LIMITED = 'RATE_LIMITED',
  OPERATION_TOO_COMPLEX = 'OPERATION_TOO_COMPLEX',
  CURSOR_EXPIRED = 'CURSOR_EXPIRED',
  PROVIDER_UNAVAILABLE = 'PROVIDER_UNAVAILABLE',
  PROVIDER_TIMEOUT = 'PROVIDER_TIMEOUT',
  PROVIDER_RATE_LIMITED = 'PROVIDER_RATE_LIMITED',
  PROVIDER_REJECTED = 'PROVIDER_REJECTED',
  PROVIDER_UNAUTHORIZED = 'PROVIDER_UNAUTHORIZED',
  PROVIDER_INVALID_RESPONSE = 'PROVIDER_INVALID_RESPONSE',
  OUTCOME_UNKNOWN = 'OUTCOME_UNKNOWN',
  IDEMPOTENCY_UNAVAILABLE = 'IDEMPOTENCY_UNAVAILABLE',
  INTERNAL_SERVER_ERROR = 'INTERNAL_SERVER_ERROR',
}
registerEnumType(ErrorCode, {
  name: 'ErrorCode',
  description: 'What went wrong: in `extensions.code` of errors and in `failures` of connections.',
  valuesConfig: {
    BAD_USER_INPUT: { description: 'An argument is wrong; the message says which and why.' },
    UNAUTHENTICATED: { description: 'The gateway does not know who asks.' },
    AUTHENTICATION_UNAVAILABLE: {
      description: 'The gateway cannot check credentials right now. The same ones may do later.',
    },
    FORBIDDEN: { description: 'The viewer may not do this.' },
    NOT_FOUND: { description: 'There is no such thing, or it may not be seen.' },
    CONFLICT: { description: 'It clashes with something under way or with an earlier request.' },
    UNSUPPORTED: { description: 'The provider offers no such thing.' },
    RATE_LIMITED: { description: 'The viewer asks the gateway too often.' },
    OPERATION_TOO_COMPLEX: { description: 'The operation asks for too much at once.' },
    CURSOR_EXPIRED: { description: 'The events after this cursor are no longer kept.' },
    PROVIDER_UNAVAILABLE: { description: 'The provider cannot be reached or fails.' },
    PROVIDER_TIMEOUT: { description: 'The provider did not answer in time.' },
    PROVIDER_RATE_LIMITED: { description: 'The provider’s request budget is spent.' },
    PROVIDER_REJECTED: { description: 'The provider refused the request as it was.' },
    PROVIDER_UNAUTHORIZED: {
      description: 'The provider refused the credentials, or they may not do this.',
    },
    PROVIDER_INVALID_RESPONSE: { description: 'The provider’s answer cannot be understood.' },
    OUTCOME_UNKNOWN: { description: 'A write was sent and its outcome is not known.' },
    IDEMPOTENCY_UNAVAILABLE: { description: 'Keyed writes cannot be kept apart right now.' },
    INTERNAL_SERVER_ERROR: { description: 'A fault of the gateway.' },
  },
});
