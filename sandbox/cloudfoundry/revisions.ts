import { uuidOf } from '../random.ts';
import { recordEvent } from './events.ts';
import type { App, Droplet, Revision, User, Variables } from './model.ts';
import { newEntity, type World } from './world.ts';

/** "By default, CAPI retains a maximum of 100 revisions per app." */
const REVISIONS_KEPT = 100;

export interface RevisionRequest {
  /** Makes the guid; unique among the revisions. */
  key: string;
  at: number;
  app: App;
  user: User;
  droplet: Droplet | undefined;
  /** The revision to go back to. */
  rollbackTo?: Revision | undefined;
}

/**
 * The revision a deployment goes to: a new one if the droplet or the variables have changed since
 * the app's current one or an older one is asked for, else the current one. `undefined` when the
 * app does not keep revisions.
 */
export function resolveRevision(world: World, request: RevisionRequest): Revision | undefined {
  const { app, rollbackTo, droplet } = request;
  if (!app.revisionsEnabled) return undefined;
  const environment = rollbackTo?.environment ?? app.environment ?? {};
  const description = rollbackTo
    ? `Rolled back to revision ${rollbackTo.version}.`
    : describeChange(app.revision, droplet, environment);
  if (description === '') return app.revision;
  return addRevision(world, request, environment, description);
}

/** Whether the revision can be deployed again: its droplet still has its bits. */
export function isDeployable(revision: Revision): boolean {
  return revision.droplet?.state === 'STAGED';
}

function addRevision(
  world: World,
  { key, at, app, user, droplet }: RevisionRequest,
  environment: Variables,
  description: string,
): Revision {
  app.revisionCount += 1;
  const revision = world.revisions.add({
    ...newEntity(uuidOf('revision', key), at),
    app,
    version: app.revisionCount,
    droplet,
    environment,
    description,
  });
  const data = { revision_guid: revision.guid, revision_version: revision.version };
  recordEvent(world, { at, type: 'revision.create', app, user, data });
  const kept = world.revisions.rows.filter((candidate) => candidate.app === app);
  for (const old of kept.slice(0, -REVISIONS_KEPT)) world.revisions.remove(old);
  return revision;
}

function describeChange(
  current: Revision | undefined,
  droplet: Droplet | undefined,
  environment: Variables,
): string {
  if (!current) return 'Initial revision.';
  const changes: string[] = [];
  if (current.droplet !== droplet) changes.push('New droplet deployed.');
  if (JSON.stringify(current.environment) !== JSON.stringify(environment)) {
    changes.push('New environment variables deployed.');
  }
  return changes.join(' ');
}
