/** A code with its word, as the provider writes outcomes, triggers and types. */
export interface Coded {
  code: number;
  /** Absent on a row that carries its code alone. */
  meaning?: string;
}

/** One rollout of a stack. Times are in milliseconds since 1970; what is served depends on the clock. */
export interface Deployment {
  /** Counted per stack: two stacks both have a deployment 7. */
  id: number;
  triggeredBy: string;
  triggeredVia: Coded;
  /** When it entered the queue; before that it does not exist. */
  queuedAt: number;
  startsAt: number;
  finishesAt: number;
  /** What it ends with. Until then it is served as pending. */
  outcome: Coded;
  gitHash: string;
  /** Known to the newer model page only; absent from the older example. */
  gitRef?: string;
  session: string;
  type: Coded;
  reverted?: { by: string; at: number };
}

/** Work the provider does in the background for one stack. */
export interface Action {
  id: number;
  user: string;
  action: string;
  resourceId: string;
  startedVia: string;
  startedAt: number;
  finishesAt: number;
  success: boolean;
  message: string | null;
  userReference: string | null;
}

/** An environment variable, secret or not: the provider keeps and sends all of them in clear text. */
export interface Variable {
  id: number;
  key: string;
  /** The provider's own client reads a value of any type. */
  value: string | number | boolean;
  readonly: boolean;
  isPassword: boolean;
  isGenerated: boolean;
  createdAt: number;
  updatedAt: number;
  history: { key: number; value: string; at: number }[];
}

/** One application in one environment. */
export interface Stack {
  /** Its place in the list, from 0. */
  index: number;
  uid: string;
  name: string;
  environment: string;
  git: string;
  gitBranch: string;
  cloud: string;
  language: string;
  framework: string;
  accountId: number;
  accountName: string;
  createdAt: number;
  maintenanceMode: boolean;
  /** Whoever knows this URL can redeploy the stack. */
  redeployHook: string | null;
  /** The status of a stack that was never deployed. */
  idleStatus: number;
  /** Oldest first; everything in it exists. */
  deployments: Deployment[];
  actions: Action[];
  variables: Variable[];
}

/** Outcomes; only 1 is shown in the provider's examples, the model page lists the words. */
export const OUTCOME = {
  pending: { code: 0, meaning: 'pending' },
  success: { code: 1, meaning: 'success' },
  failed: { code: 2, meaning: 'failed' },
} as const;

/** What starts a deployment; only 0 is shown in an example. */
export const TRIGGERED_VIA = {
  web: { code: 0, meaning: 'web' },
  api: { code: 1, meaning: 'api' },
  hook: { code: 2, meaning: 'hook' },
} as const;

/** Kinds of deployment; only 0 is shown in an example. */
export const DEPLOY_TYPE = {
  build: { code: 0, meaning: 'build' },
  redeploy: { code: 1, meaning: 'redeploy' },
  scale: { code: 2, meaning: 'scale' },
  firstBuild: { code: 3, meaning: 'first_build' },
  revert: { code: 4, meaning: 'revert' },
} as const;

/** The status codes of a stack, as the Stacks page numbers them. */
export const STACK_STATUS = {
  queued: 0,
  success: 1,
  failed: 2,
  analysing: 3,
  analysed: 4,
  queuedForDeploying: 5,
  deploying: 6,
  terminalFailure: 7,
} as const;

/** The health codes of a stack, as the Stacks page numbers them. */
export const STACK_HEALTH = { unknown: 0, building: 1, partial: 2, ok: 3, broken: 4 } as const;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** ISO 8601 in whole seconds, as the provider writes it: `2014-08-29T17:46:16Z`. */
export function toIso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** The form of a stack's `created_at`, which is not ISO 8601: `2014-08-14 00:38:14 UTC`. */
export function toPlainDate(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
