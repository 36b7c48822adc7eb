// @ts-check
import { toGuid, toToken, WORLDS } from '../upstream/guids.mjs';
import { buildOf, deploymentOf, revisionOf } from '../upstream/world.mjs';

/**
 * What a case asks, in no contestant's words: the deployments of an app with their relations, the
 * same as plain rows of ten fields, or deployments by id with their relations.
 * @typedef {{ kind: 'relations' | 'rows' | 'entities', token: string, world: string, app: string,
 *   first: number, ids: string[], rows: number[] }} Operation
 */

/**
 * @param {Operation['kind']} kind
 * @param {string} world
 * @param {number} number the token: operations with different numbers share nothing
 * @param {number[]} [rows]
 * @returns {Operation}
 */
export function createOperation(kind, world, number, rows) {
  const token = toToken(number);
  const first = WORLDS[world].rows;
  const wanted = rows ?? Array.from({ length: first }, (_, row) => row);
  const ids = rows ? rows.map((row) => toGuid(token, 'deployment', world, row)) : [];
  const app = toGuid(token, 'app', world, 0);
  return { kind, token, world, app, first, ids, rows: wanted };
}

/**
 * The right answer, from the data and not from any contestant.
 * @param {Operation} operation
 */
export function expectedRows({ kind, token, world, rows }) {
  return rows.map((row) => {
    const deployment = deploymentOf(token, world, row);
    if (kind === 'rows') return toTenFields(deployment);
    const revision = revisionOf(token, world, row);
    const build = buildOf(token, world, row);
    return {
      nativeId: deployment.guid,
      rawStatus: `${deployment.status.value}/${deployment.status.reason}`,
      strategy: deployment.strategy,
      createdAt: deployment.created_at,
      version: {
        name: String(revision.version),
        latestBuild: { nativeId: build.guid, rawStatus: build.state },
      },
      revision: {
        nativeId: revision.guid,
        number: revision.version,
        description: revision.description,
      },
    };
  });
}

const STATUSES = {
  'ACTIVE/DEPLOYING': 'IN_PROGRESS',
  'FINALIZED/DEPLOYED': 'SUCCEEDED',
  'FINALIZED/CANCELED': 'CANCELLED',
  'FINALIZED/SUPERSEDED': 'SUPERSEDED',
};

/** The ten fields of a row as the REST API tells it. */
export function toTenFields({ guid, created_at, updated_at, status, strategy }) {
  const rawStatus = `${status.value}/${status.reason}`;
  const finishedAt = status.value === 'FINALIZED' ? status.details.last_status_change : null;
  return {
    nativeId: guid,
    canCancel: status.value === 'ACTIVE',
    status: STATUSES[rawStatus],
    rawStatus,
    strategy,
    createdAt: created_at,
    updatedAt: updated_at,
    finishedAt,
    message: status.details.error,
    durationMs: finishedAt ? Date.parse(finishedAt) - Date.parse(created_at) : null,
  };
}
