import { uuidOf } from '../random.ts';
import { recordEvent } from './events.ts';
import type { App, Build, Droplet, User } from './model.ts';
import { newEntity, type World } from './world.ts';

/** The platform keeps the bits of this many staged droplets of an app; older ones expire. */
const STAGED_DROPLETS_KEPT = 5;

/** Why staging failed: an error id of the stager and its text. */
export interface StagingFailure {
  id: string;
  text: string;
}

export interface BuildRequest {
  /** Makes the guids; unique among the builds. */
  key: string;
  at: number;
  app: App;
  user: User;
}

/** Begins to stage a new package of the app. */
export function startBuild(world: World, { key, at, app, user }: BuildRequest): Build {
  const packageGuid = uuidOf('package', key);
  const droplet = world.droplets.add({
    ...newEntity(uuidOf('droplet', key), at),
    app,
    packageGuid,
    state: 'STAGING',
    error: null,
  });
  const build = world.builds.add({
    ...newEntity(uuidOf('build', key), at),
    app,
    packageGuid,
    state: 'STAGING',
    error: null,
    droplet,
    user,
  });
  recordEvent(world, { at, type: 'build.create', app, user, data: dataOf(build) });
  return build;
}

/** Ends a build well: its droplet can be deployed from now on. */
export function finishBuild(world: World, build: Build, at: number): void {
  end(build, 'STAGED', at);
  recordEvent(world, { at, type: 'build.staged', app: build.app, data: dataOf(build) });
  expireDroplets(world, build.app, at);
}

/** Ends a build badly. */
export function failBuild(world: World, build: Build, failure: StagingFailure, at: number): void {
  build.error = `${failure.id} - ${failure.text}`;
  if (build.droplet) build.droplet.error = build.error;
  end(build, 'FAILED', at);
  const data = { ...dataOf(build), error_id: failure.id, error_message: failure.text };
  recordEvent(world, { at, type: 'build.failed', app: build.app, data });
}

/** Deletes a droplet. What referred to it stays, with a null in its place. */
export function deleteDroplet(world: World, droplet: Droplet): void {
  world.droplets.remove(droplet);
  for (const build of world.builds.rows) {
    if (build.droplet === droplet) build.droplet = undefined;
  }
  for (const revision of world.revisions.rows) {
    if (revision.droplet === droplet) revision.droplet = undefined;
  }
  for (const deployment of world.deployments.rows) {
    if (deployment.dropletGuid === droplet.guid) deployment.dropletGuid = null;
    if (deployment.previousDroplet === droplet) deployment.previousDroplet = undefined;
  }
}

function end(build: Build, state: 'STAGED' | 'FAILED', at: number): void {
  build.state = state;
  build.updatedAt = at;
  if (!build.droplet) return;
  build.droplet.state = state;
  build.droplet.updatedAt = at;
}

function expireDroplets(world: World, app: App, at: number): void {
  const staged = world.droplets.rows.filter(
    (droplet) => droplet.app === app && droplet.state === 'STAGED',
  );
  for (const droplet of staged.slice(0, -STAGED_DROPLETS_KEPT)) {
    if (droplet === app.droplet) continue;
    droplet.state = 'EXPIRED';
    droplet.updatedAt = at;
  }
}

function dataOf(build: Build): Record<string, string> {
  return { build_guid: build.guid, package_guid: build.packageGuid };
}
