import { z } from 'zod';
import type { GatewayError } from '../../errors.ts';
import { refOf } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import type { CloudFoundryDeploymentDetails } from '../../schema/details/cloudfoundry.ts';
import type { Batch, Call, Verdict } from '../provider.ts';
import { type Foundation, isFault, readByGuids } from './lists.ts';
import { newestByApp } from './newest.ts';
import { guid, words } from './payloads.ts';

const dropletState = z.object({ guid, state: words }).transform(({ state }) => state);

/**
 * What a deployment leaves open: whether the platform still has its droplet's bits, of which it
 * keeps few, and whether its revision is what runs. One request for the droplets of 200 rows and
 * one for what runs of 200 apps. Whether a revision was let go is not asked: that is a request each.
 */
export async function judgeDeployments(
  foundation: Foundation,
  deployments: readonly Deployment[],
  call: Call,
): Promise<Batch<Verdict>> {
  const open = deployments.filter(isOpen);
  const [droplets, live] = await Promise.all([
    readByGuids(foundation, '/v3/droplets', dropletState, open.flatMap(dropletsOf), call),
    newestByApp(
      foundation,
      open.filter(({ canRollback }) => canRollback === undefined).map(appOf),
      { status_reasons: 'DEPLOYED' },
      call,
    ),
  ]);
  const verdicts = new Map<string, Verdict | GatewayError>();
  for (const deployment of deployments) {
    const { canRedeploy, canRollback } = deployment;
    const states = dropletsOf(deployment).map((droplet) => droplets.get(droplet));
    const running = live.get(appOf(deployment));
    const fault = [...states, running].find((each) => isFault(each));
    if (isOpen(deployment) && isFault(fault)) {
      verdicts.set(deployment.id, fault);
      continue;
    }
    const hasBits = states.includes('STAGED');
    const runs = running !== undefined && !isFault(running) && isSame(running, deployment);
    verdicts.set(deployment.id, {
      canRedeploy: canRedeploy ?? hasBits,
      canRollback: canRollback ?? (hasBits && !runs),
    });
  }
  return verdicts;
}

function isOpen({ canRedeploy, canRollback }: Deployment): boolean {
  return canRedeploy === undefined || canRollback === undefined;
}

/** The same deployment, or one of the same revision: that one was redeployed. */
function isSame(running: Deployment, deployment: Deployment): boolean {
  if (running.id === deployment.id) return true;
  const revision = detailsOf(running)?.revisionGuid;
  return revision != null && revision === detailsOf(deployment)?.revisionGuid;
}

function dropletsOf(deployment: Deployment): string[] {
  const { dropletGuid } = detailsOf(deployment) ?? {};
  return dropletGuid == null ? [] : [dropletGuid];
}

function detailsOf({ details }: Deployment): CloudFoundryDeploymentDetails | undefined {
  return details.__typename === 'CloudFoundryDeploymentDetails' ? details : undefined;
}

/** The app that a deployment's own id names. */
function appOf({ id }: Deployment): string {
  return refOf(id).keys[0] ?? '';
}
