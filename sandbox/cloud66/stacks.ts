import { hexOf } from '../random.ts';
import { phaseOf, standingOf } from './deployments.ts';
import {
  OUTCOME,
  STACK_HEALTH,
  STACK_STATUS,
  toIso,
  toPlainDate,
  type Action,
  type Stack,
} from './model.ts';

/** A stack as it is served at `now`; its status, health and times follow its deployments. */
export function toStackBody(now: number): (stack: Stack) => unknown {
  return (stack) => {
    const status = statusOf(stack, now);
    const lastActivity = lastActivityOf(stack, now);
    // The Stacks page writes both activity times with an offset and the other `_iso` ones with a Z.
    const activity = toIso(lastActivity).replace('Z', '+00:00');
    return {
      uid: stack.uid,
      name: stack.name,
      git: stack.git,
      git_branch: stack.gitBranch,
      environment: stack.environment,
      cloud: stack.cloud,
      fqdn: `${stack.name}-${stack.environment}.dev.c66.me`,
      language: stack.language,
      framework: stack.framework,
      status,
      health: healthOf(stack, now),
      last_activity: activity,
      last_activity_iso: activity,
      maintenance_mode: stack.maintenanceMode,
      has_loadbalancer: stack.environment === 'production',
      created_at: toPlainDate(stack.createdAt),
      updated_at: toPlainDate(lastActivity),
      deploy_directory: `/var/deploy/${stack.name}`,
      cloud_status: 'partial',
      created_at_iso: toIso(stack.createdAt),
      updated_at_iso: toIso(lastActivity),
      redeploy_hook: stack.redeployHook,
      ...newerFields(stack, status),
    };
  };
}

/** The code of the stack's status: that of its newest deployment, or of one that still runs. */
export function statusOf(stack: Stack, now: number): number {
  const phases = stack.deployments.slice(-2).map((deployment) => phaseOf(deployment, now));
  if (phases.includes('running')) return STACK_STATUS.deploying;
  if (phases.includes('queued')) return STACK_STATUS.queuedForDeploying;
  const newest = stack.deployments.at(-1);
  if (!newest) return stack.idleStatus;
  return newest.outcome.code === OUTCOME.success.code ? STACK_STATUS.success : STACK_STATUS.failed;
}

/** The code of the stack's health: does something serve, and did the newest deployment do well. */
function healthOf(stack: Stack, now: number): number {
  const status = statusOf(stack, now);
  if (standingOf(stack, now).live) {
    return status === STACK_STATUS.failed ? STACK_HEALTH.partial : STACK_HEALTH.ok;
  }
  if (status === STACK_STATUS.deploying) return STACK_HEALTH.building;
  return status === STACK_STATUS.failed ? STACK_HEALTH.broken : STACK_HEALTH.unknown;
}

function lastActivityOf(stack: Stack, now: number): number {
  const times = stack.deployments
    .slice(-2)
    .flatMap(({ queuedAt, startsAt, finishesAt }) => [queuedAt, startsAt, finishesAt])
    .filter((at) => at <= now);
  return Math.max(stack.createdAt, ...times);
}

/** What the newer model page adds to the example of the Stacks page. */
function newerFields(stack: Stack, status: number) {
  const isCluster = stack.language === 'docker';
  return {
    backend: isCluster ? 'kubernetes' : 'native',
    version: '1.0.0',
    revision: hexOf(8, 'cloud66', 'revision', stack.uid),
    namespaces: isCluster ? [`${stack.name}-${stack.environment}`] : [],
    account_id: stack.accountId,
    account_name: stack.accountName,
    is_busy: status === STACK_STATUS.deploying || status === STACK_STATUS.queuedForDeploying,
    is_cluster: isCluster,
    is_inside_cluster: false,
    cluster_name: isCluster ? `${stack.accountName}-cluster` : '',
    application_address:
      stack.environment === 'development' ? null : `https://${stack.name}.example`,
    configstore_namespace: `${stack.name}-${stack.environment}`,
    considerations: { warnings: [], notices: [] },
  };
}

/** The stack's actions, the one that started last first. */
export function newestActionsFirst(stack: Stack): Action[] {
  return stack.actions.toSorted((one, other) => other.startedAt - one.startedAt);
}

/** An action as it is served at `now`. While it runs, everything `finished_*` is null. */
export function toActionBody(now: number): (action: Action) => unknown {
  return (action) => {
    const isFinished = action.finishesAt <= now;
    return {
      id: action.id,
      user: action.user,
      resource_type: 'stack',
      action: action.action,
      resource_id: action.resourceId,
      started_via: action.startedVia,
      started_at: toIso(action.startedAt),
      finished_at: isFinished ? toIso(action.finishesAt) : null,
      finished_success: isFinished ? action.success : null,
      finished_message: isFinished ? action.message : null,
      finished_result: {},
      metadata: { user_reference: action.userReference },
    };
  };
}
