// @ts-check
import { PLACEHOLDER, toGuid, WORLDS } from './guids.mjs';

/** Rows in the shapes that Cloud Foundry's API v3 documents. */

const ORIGIN = 'https://api.example.org';
const EPOCH = Date.UTC(2026, 0, 1);
const STATES = [
  ['FINALIZED', 'DEPLOYED'],
  ['FINALIZED', 'DEPLOYED'],
  ['FINALIZED', 'SUPERSEDED'],
  ['FINALIZED', 'CANCELED'],
  ['ACTIVE', 'DEPLOYING'],
];

/** @param {number} seconds */
const timestamp = (seconds) => `${new Date(EPOCH + seconds * 1000).toISOString().slice(0, 19)}Z`;

/** @param {string} guid */
const toOne = (guid) => ({ data: { guid } });

const METADATA = { labels: { team: 'payments', tier: 'backend' }, annotations: {} };

/**
 * The deployment of a row, newest first: row 0 is the newest.
 * @param {string} token
 * @param {string} world
 * @param {number} row
 */
export function deploymentOf(token, world, row) {
  const guid = toGuid(token, 'deployment', world, row);
  const app = toGuid(token, 'app', world, 0);
  const [value, reason] = STATES[row % STATES.length];
  const at = (WORLDS[world].rows - row) * 60;
  return {
    guid,
    created_at: timestamp(at),
    updated_at: timestamp(at + 40),
    status: {
      value,
      reason,
      details: {
        last_successful_healthcheck: timestamp(at + 30),
        last_status_change: timestamp(at + 35),
        error: row % 7 === 3 ? 'Instances did not become healthy in time' : null,
      },
    },
    strategy: row % 3 === 0 ? 'canary' : 'rolling',
    options: { max_in_flight: 1, web_instances: 4 },
    droplet: { guid: toGuid(token, 'droplet', world, row) },
    previous_droplet: { guid: toGuid(token, 'droplet', world, row + 1) },
    new_processes: [{ guid, type: 'web' }],
    revision: { guid: toGuid(token, 'revision', world, row), version: WORLDS[world].rows - row },
    metadata: METADATA,
    relationships: { app: toOne(app) },
    links: {
      self: { href: `${ORIGIN}/v3/deployments/${guid}` },
      app: { href: `${ORIGIN}/v3/apps/${app}` },
      ...(value === 'ACTIVE' && {
        cancel: { href: `${ORIGIN}/v3/deployments/${guid}/actions/cancel`, method: 'POST' },
      }),
    },
  };
}

/**
 * @param {string} token
 * @param {string} world
 * @param {number} row
 */
export function revisionOf(token, world, row) {
  const guid = toGuid(token, 'revision', world, row);
  const app = toGuid(token, 'app', world, 0);
  const at = (WORLDS[world].rows - row) * 60;
  return {
    guid,
    created_at: timestamp(at),
    updated_at: timestamp(at),
    version: WORLDS[world].rows - row,
    droplet: { guid: toGuid(token, 'droplet', world, row) },
    processes: { web: { command: null } },
    sidecars: [],
    description: `New droplet deployed, row ${row}.`,
    deployable: row < 5,
    relationships: { app: toOne(app) },
    metadata: METADATA,
    links: {
      self: { href: `${ORIGIN}/v3/revisions/${guid}` },
      app: { href: `${ORIGIN}/v3/apps/${app}` },
    },
  };
}

/**
 * @param {string} token
 * @param {string} world
 * @param {number} row
 */
export function buildOf(token, world, row) {
  const guid = toGuid(token, 'build', world, row);
  const app = toGuid(token, 'app', world, 0);
  const at = (WORLDS[world].rows - row) * 60 - 30;
  return {
    guid,
    created_at: timestamp(at),
    updated_at: timestamp(at + 20),
    state: 'STAGED',
    staging_memory_in_mb: 1024,
    staging_disk_in_mb: 4096,
    staging_log_rate_limit_bytes_per_second: -1,
    error: null,
    lifecycle: {
      type: 'buildpack',
      data: { buildpacks: ['nodejs_buildpack'], stack: 'cflinuxfs4' },
    },
    package: { guid },
    droplet: { guid: toGuid(token, 'droplet', world, row) },
    // No part of the real API: Tailcall can join a batch only by a key that is not nested.
    droplet_guid: toGuid(token, 'droplet', world, row),
    created_by: { guid: 'bench', name: 'bench', email: 'bench@example.org' },
    relationships: { app: toOne(app) },
    metadata: METADATA,
    links: {
      self: { href: `${ORIGIN}/v3/builds/${guid}` },
      app: { href: `${ORIGIN}/v3/apps/${app}` },
    },
  };
}

/** @typedef {{ bytes: Buffer, offsets: Int32Array }} Template */

/**
 * A row's JSON with the places where the token goes.
 * @param {unknown} row
 * @returns {Template}
 */
export function toTemplate(row) {
  const bytes = Buffer.from(JSON.stringify(row));
  const offsets = [];
  for (let at = bytes.indexOf(PLACEHOLDER); at >= 0; at = bytes.indexOf(PLACEHOLDER, at + 8)) {
    offsets.push(at);
  }
  return { bytes, offsets: Int32Array.from(offsets) };
}
