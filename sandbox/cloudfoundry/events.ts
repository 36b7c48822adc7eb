import { EPOCH } from '../clock.ts';
import { uuidOf } from '../random.ts';
import type { App, User } from './model.ts';
import { newEntity, type World } from './world.ts';

/** The platform forgets events after 31 days. */
const EVENTS_FROM = EPOCH - 31 * 24 * 3_600_000;

/** What happened to an app, for the audit log. */
export interface AppEvent {
  at: number;
  /** Without the `audit.app.` in front. */
  type: string;
  app: App;
  /** Who did it; the platform itself when absent. */
  user?: User;
  data: Record<string, unknown>;
}

/** Writes an audit event. Events of builds, revisions and deployments all target the app. */
export function recordEvent(world: World, event: AppEvent): void {
  const { at, app, user } = event;
  if (at < EVENTS_FROM) return;
  const guid = uuidOf('event', app.key, event.type, at, world.events.rows.length);
  world.events.add({
    ...newEntity(guid, at),
    type: `audit.app.${event.type}`,
    actor: user
      ? { guid: user.guid, type: 'user', name: user.name }
      : { guid: uuidOf('system'), type: 'system', name: 'system' },
    target: { guid: app.guid, type: 'app', name: app.name },
    data: event.data,
    space: app.space,
    organization: app.space.organization,
  });
}
