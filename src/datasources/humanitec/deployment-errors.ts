import { z } from 'zod';
import { refOf } from '../../ids.ts';
import type { Deployment, DeploymentError } from '../../schema/deployment.ts';
import { collect } from '../batch.ts';
import type { Call } from '../http/call.ts';
import type { Batch } from '../provider.ts';
import { deploymentKeys, deployPath } from './keys.ts';
import type { Context } from './reads.ts';
import { text } from './primitives.ts';

/** DeploymentErrorResponse. The schema requires all, its example lacks `summary` and `error_type`. */
const errorRows = z.array(
  z
    .object({
      scope: text,
      object_id: text,
      code: text,
      summary: text,
      message: text,
      error_type: text,
    })
    .transform((row): DeploymentError => ({
      scope: row.scope,
      objectId: row.object_id,
      code: row.code,
      summary: row.summary,
      message: row.message ?? row.summary ?? row.code ?? '',
      type: row.error_type,
    })),
);

/** One request for each deployment, but none for those whose row says that nothing went wrong. */
export async function getDeploymentErrors(
  context: Context,
  deployments: readonly Deployment[],
  call: Call,
): Promise<Batch<DeploymentError[]>> {
  return collect(
    deployments,
    ({ id }) => id,
    context.provider,
    async ({ id, errors }) => {
      if (errors) return errors;
      const keys = deploymentKeys(context, refOf(id));
      return keys && context.http.find(`${deployPath(context, keys)}/errors`, errorRows, call);
    },
  );
}
