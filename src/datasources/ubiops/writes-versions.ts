import { z } from 'zod';
import { refOf } from '../../ids.ts';
import type { UbiOpsVersionPortInput } from '../../schema/mutations/version.ts';
import type { Version } from '../../schema/version.ts';
import type { Call } from '../provider.ts';
import type { ProviderWrites } from '../writes.ts';
import type { Context } from './context.ts';
import { one } from './fields.ts';
import { deploymentOf, pathOf } from './keys.ts';
import { readVersion } from './siblings.ts';
import * as target from './target.ts';
import { type Generation, type VersionRow, versionRow } from './version-payloads.ts';

type Writes = Required<Pick<ProviderWrites, 'createVersion' | 'updateVersion' | 'deleteVersion'>>;

const COMMON = {
  name: 'version',
  description: 'description',
  instanceType: 'instance_type',
  minimumInstances: 'minimum_instances',
  maximumInstances: 'maximum_instances',
  maximumIdleTimeSeconds: 'maximum_idle_time',
  requestRetentionTimeSeconds: 'request_retention_time',
  requestRetentionMode: 'request_retention_mode',
  staticIp: 'static_ip',
  restartRequestInterruption: 'restart_request_interruption',
};

/** What only one of the generations has, and how it spells it. */
const OWN: Record<Generation, Record<string, string>> = {
  builds: {
    language: 'language',
    memoryAllocationMib: 'memory_allocation',
    monitoring: 'monitoring',
    defaultNotificationGroup: 'default_notification_group',
    maximumQueueSizeExpress: 'maximum_queue_size_express',
    maximumQueueSizeBatch: 'maximum_queue_size_batch',
  },
  revisions: {
    environment: 'environment',
    instanceTypeGroupId: 'instance_type_group_id',
    instanceTypeGroupName: 'instance_type_group_name',
    instanceProcesses: 'instance_processes',
    scalingStrategy: 'scaling_strategy',
    maximumQueueSize: 'maximum_queue_size',
    ports: 'ports',
  },
};

const OTHER: Record<Generation, Generation> = { builds: 'revisions', revisions: 'builds' };

/** Groups that are told of something: "Pass `null` to switch off", which is "" in an input. */
const SWITCHES = ['monitoring', 'default_notification_group'];

/** Versions of deployments: made, changed and deleted, in the words of either generation. */
export function createVersionWrites(context: Context): Writes {
  const { http } = context;

  /** The version as it is now; a read that fails does not undo the write. */
  const settled = async (row: VersionRow, call: Call): Promise<Version> => {
    const after = readVersion(context, refOf(row.version.id), target.afresh(call));
    return (await target.orKnown(after, row)).version;
  };

  return {
    async createVersion(deployment, fields, call) {
      await target.needDeployment(context, deployment, call);
      const json = toBody(fields, context.dialogue(deployment)?.generation);
      const path = `${pathOf(deployment)}/versions`;
      const row = await http.send('POST', path, { json }, one(versionRow(deployment)), call);
      context.learn(deployment, row);
      return settled(row, call);
    },

    async updateVersion(ref, fields, call) {
      const before = await target.needVersion(context, ref, call);
      const json = toBody(fields, before.generation);
      if (Object.keys(json).length === 0) return settled(before, call);
      const schema = one(versionRow(deploymentOf(ref)));
      const row = await http.send('PATCH', pathOf(ref), { json }, schema, call);
      return settled(row, call);
    },

    async deleteVersion(ref, call) {
      await target.needVersion(context, ref, call);
      await http.send('DELETE', pathOf(ref), {}, z.unknown(), call);
    },
  };
}

interface Fields {
  name?: string | null;
  description?: string | null;
  labels?: { key: string; value: string }[] | null;
  ports?: UbiOpsVersionPortInput[] | null;
}

/** Where the generation is not known yet, fields of both may be given; the provider decides. */
function toBody(fields: Fields, generation: Generation | undefined): Record<string, unknown> {
  target.checkTexts(fields);
  if (generation) {
    target.checkGeneration(fields, Object.keys(OWN[OTHER[generation]]), generation);
  }
  const labels = target.toLabels(fields.labels);
  const body = target.bodyOf(fields, { ...COMMON, ...OWN.builds, ...OWN.revisions });
  for (const name of SWITCHES) if (body[name] === '') body[name] = null;
  return {
    ...body,
    ...(labels && { labels }),
    ...(fields.ports && { ports: fields.ports.map(toPort) }),
  };
}

function toPort({ publicPort, deploymentPort, protocol }: UbiOpsVersionPortInput) {
  return {
    public_port: publicPort,
    deployment_port: deploymentPort,
    // The API wants it, and most ports are of this one.
    protocol: protocol ?? 'tcp',
  };
}
