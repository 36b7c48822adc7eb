import { refuse, unsupported } from '../../errors.ts';
import type { LabelInput } from '../../schema/common.ts';
import type { Deployment } from '../../schema/deployment.ts';
import type { DeploymentStrategyInput } from '../../schema/mutations/rollout.ts';
import { refuseForeign } from '../rollouts.ts';
import type { StartOrder } from '../writes.ts';
import { parseAppKeys } from './keys.ts';

/** What a deployment rolls out; neither: the app's current droplet. */
export interface Target {
  droplet?: string | undefined;
  revision?: string | undefined;
}

const PLATFORM = 'Cloud Foundry';

/** What of an order only other platforms have a word for. */
const FOREIGN = [
  'comment',
  'valueSetVersionId',
  'mode',
  'pipeline',
  'services',
  'cloud66',
] as const;

/**
 * The body of `POST /v3/deployments` (deployment_create_message.rb). Only what the platform's own
 * words leave no place for is refused here; what it refuses itself it explains itself.
 */
export function toDeploymentBody(app: string, target: Target, order?: StartOrder) {
  const { labels, annotations, strategy } = order ?? {};
  const { droplet, revision } = target;
  return {
    relationships: { app: { data: { guid: app } } },
    ...(droplet !== undefined && { droplet: { guid: droplet } }),
    ...(revision !== undefined && { revision: { guid: revision } }),
    ...(strategy && toStrategy(strategy)),
    ...((labels ?? annotations) && {
      metadata: {
        ...(labels && { labels: toMap('labels', labels) }),
        ...(annotations && { annotations: toMap('annotations', annotations) }),
      },
    }),
  };
}

/** @throws GatewayError for what an app cannot be deployed with */
export function checkOrder(order: StartOrder): void {
  refuseForeign(order, FOREIGN, PLATFORM);
  const { rolling, canary } = order.strategy ?? {};
  if (rolling && canary) throw refuse(['strategy'], 'give either rolling or canary, not both.');
}

/**
 * What an order's source says by itself; `deployment`: another deployment is to be looked up for it.
 * @throws GatewayError where it is of another app or another platform
 */
export function targetOf(
  app: string,
  { source }: StartOrder,
): Target | { deployment: NonNullable<StartOrder['source']> & { kind: 'deployment' } } {
  switch (source?.kind) {
    case undefined:
      return {};
    case 'droplet':
      return { droplet: source.dropletGuid };
    case 'revision':
      return { revision: ofApp(app, 'revisionId', parseAppKeys(source.revision)) };
    case 'deployment':
      ofApp(app, 'deploymentId', parseAppKeys(source.deployment));
      if (source.deltaId === undefined) return { deployment: source };
      throw unsupported(['source', 'deltaId'], `${PLATFORM} has no deltas. Leave it out.`);
    case 'gitRef':
    case 'delta':
    case 'set': {
      const field = source.kind === 'gitRef' ? 'gitRef' : `${source.kind}Id`;
      const advice = 'Give a revisionId, a deploymentId or a dropletGuid.';
      throw unsupported(['source', field], `${PLATFORM} deploys droplets and revisions. ${advice}`);
    }
  }
}

/** What an earlier deployment rolled out: its revision, with its variables, or its droplet. */
export function targetOfDeployment({ details }: Deployment): Target {
  if (details.__typename !== 'CloudFoundryDeploymentDetails') return {};
  const { revisionGuid, dropletGuid } = details;
  if (revisionGuid !== null) return { revision: revisionGuid };
  return dropletGuid === null ? {} : { droplet: dropletGuid };
}

function ofApp(app: string, field: string, keys: { app: string; guid: string } | undefined) {
  if (keys?.app === app) return keys.guid;
  throw refuse(['source', field], 'it is not of the app that is to be deployed.');
}

function toStrategy(strategy: DeploymentStrategyInput) {
  const { rolling, canary, webInstances, memoryMib, diskMib } = strategy;
  const options = withoutNull({
    max_in_flight: (canary ?? rolling)?.maxInFlight,
    web_instances: webInstances,
    memory_in_mb: memoryMib,
    disk_in_mb: diskMib,
    log_rate_limit_in_bytes_per_second: strategy.logRateLimitBytesPerSecond,
    canary: canary?.steps && {
      steps: canary.steps.map(({ weight }) => ({ instance_weight: weight })),
    },
  });
  return {
    strategy: canary ? 'canary' : 'rolling',
    ...(Object.keys(options).length > 0 && { options }),
  };
}

function withoutNull(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
}

function toMap(field: string, pairs: readonly LabelInput[]): Record<string, string> {
  const map = Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
  if (Object.keys(map).length === pairs.length) return map;
  throw refuse([field], 'write each key once.');
}
