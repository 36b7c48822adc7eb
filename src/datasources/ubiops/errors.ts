import { type Ref, refOf } from '../../ids.ts';
import type { DeploymentError } from '../../schema/deployment.ts';
import { Status } from '../../schema/enums.ts';
import type { Call, ProviderSource } from '../provider.ts';
import { readEach } from './batches.ts';
import { readNewest } from './builds.ts';
import { type Context, readRows, unlessMissing } from './context.ts';
import { pathOf, uuidOf } from './keys.ts';
import { type VersionRow, versionRow } from './version-payloads.ts';

/** What went wrong in the newest build of each version, also of versions that still serve. */
export function createErrors(context: Context): Pick<ProviderSource, 'getDeploymentErrors'> {
  return {
    getDeploymentErrors(deployments, call) {
      const refs = deployments.map(({ id }) => refOf(id)).filter(context.allows);
      return readEach(context, refs, (ref) => readErrors(context, ref, call));
    },
  };
}

async function readErrors(
  context: Context,
  deployment: Ref,
  call: Call,
): Promise<DeploymentError[] | undefined> {
  const path = `${pathOf(deployment)}/versions`;
  const versions = await unlessMissing(readRows(context, path, versionRow(deployment), call));
  if (!versions) return undefined;
  for (const row of versions.items) context.learn(deployment, row);
  const suspects = versions.items.filter((row) => !servesNewest(row));
  const errors = await Promise.all(suspects.map((row) => readError(context, row, call)));
  return errors.filter((error) => error !== undefined);
}

/** From API 3.15 on the revision that serves can be seen to be the newest: it did not fail. */
function servesNewest({ version, generation, newest }: VersionRow): boolean {
  const { revisionId } = version;
  return generation === 'revisions' && revisionId !== null && uuidOf(refOf(revisionId)) === newest;
}

async function readError(
  context: Context,
  row: VersionRow,
  call: Call,
): Promise<DeploymentError | undefined> {
  const build = await readNewest(context, row, call);
  if (build?.status !== Status.FAILED) return undefined;
  return {
    scope: 'build',
    objectId: build.nativeId,
    code: null,
    summary: `The newest build of version ${row.version.name} failed.`,
    message: build.errorMessage ?? 'UbiOps gives no reason.',
    type: null,
  };
}
