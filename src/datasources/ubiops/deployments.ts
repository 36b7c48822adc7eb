import { type Ref, refOf } from '../../ids.ts';
import type { LabelInput } from '../../schema/common.ts';
import type { Deployment } from '../../schema/deployment.ts';
import { byNewest } from '../batch.ts';
import type { Query } from '../http/client.ts';
import type { Call, DeploymentQuery, Listing, ProviderSource } from '../provider.ts';
import { oneOrAll, readEach } from './batches.ts';
import { type Context, readRows, unlessMissing } from './context.ts';
import { one } from './fields.ts';
import { pathOf, scopeOf } from './keys.ts';
import { deploymentRow } from './payloads.ts';

type Deployments = Pick<
  ProviderSource,
  'listDeployments' | 'getDeployments' | 'getLatestDeployments' | 'getPreviousDeployments'
>;

/** Deployments without their state. A project answers with all of them at once, in no order. */
export function createDeployments(context: Context): Deployments {
  const readProject = async (
    project: Ref,
    call: Call,
    query?: Query,
  ): Promise<Listing<Deployment>> => {
    const path = `${pathOf(project)}/deployments`;
    const { items, faults } = await readRows(context, path, deploymentRow(project), call, query);
    return { items: items.sort(byNewest), faults };
  };

  return {
    async listDeployments({ scope }, { from, labels }, call) {
      const project = refOf(scope.id);
      if (!context.allows(project)) return { items: [], faults: [], complete: true };
      const { items, faults } = await readProject(project, call, toQuery(labels));
      return { items: items.filter(startingAt(from)), faults, complete: true };
    },
    getDeployments(refs, call) {
      const shown = refs.filter(context.allows);
      const read = oneOrAll(shown, {
        one: (ref) => context.http.find(pathOf(ref), one(deploymentRow(scopeOf(ref))), call),
        listOf: (ref) => scopeOf(ref).id,
        all: (ref) => unlessMissing(readProject(scopeOf(ref), call)),
        idOf: ({ id }) => id,
      });
      return readEach(context, shown, read);
    },
    getLatestDeployments(scopes, call) {
      return readEach(context, scopes.filter(context.allows), async (project) => {
        const listing = await unlessMissing(readProject(project, call));
        return listing?.items[0];
      });
    },
    getPreviousDeployments: async () => new Map(),
  };
}

function startingAt(from: DeploymentQuery['from']): (row: Deployment) => boolean {
  if (from === 'newest') return () => true;
  if (from === 'undated') return ({ createdAt }) => createdAt === null;
  return ({ createdAt }) => createdAt === null || createdAt <= from;
}

/**
 * UbiOps answers with deployments that have at least one of the labels it is given, so one of them
 * is the narrowest question that keeps every match. Its list of pairs has no way to write the
 * characters that part them.
 */
function toQuery(labels: readonly LabelInput[] = []): Query {
  const safe = labels.find(({ key, value }) => isPlain(key) && isPlain(value));
  return { labels: safe && `${safe.key}:${safe.value}` };
}

function isPlain(text: string): boolean {
  return text !== '' && text === text.trim() && !/[,:]/.test(text);
}
