import { EPOCH } from '../clock.ts';
import { addApps } from './apps.ts';
import { planArrivals } from './arrivals.ts';
import { addExample, addJobs, addLegacyRow, addPlatformEvents } from './examples.ts';
import { planHistory } from './history.ts';
import { planUnderway } from './underway.ts';
import { createWorld, type World } from './world.ts';

/** The platform as it is at the epoch, with the agenda of what happens next. */
export function createSeededWorld(): World {
  const world = createWorld();
  addApps(world);
  addGroups(world);
  planHistory(world);
  planUnderway(world);
  planArrivals(world);
  addExample(world);
  addLegacyRow(world);
  addJobs(world);
  addPlatformEvents(world);
  world.apps.rows.sort((one, other) => one.createdAt - other.createdAt);
  world.processes.rows.sort((one, other) => one.createdAt - other.createdAt);
  world.agenda.catchUp(EPOCH);
  return world;
}

function addGroups({ groups }: World): void {
  const updatedAt = EPOCH - 90 * 86_400_000;
  groups.running = {
    name: 'running',
    updatedAt,
    variables: {
      HTTP_PROXY: 'http://proxy.internal.example.com:3128',
      LOG_LEVEL: 'info',
      TZ: 'UTC',
      METRICS_INTERVAL: 15,
    },
  };
  groups.staging = {
    name: 'staging',
    updatedAt: null,
    variables: { HTTP_PROXY: 'http://proxy.internal.example.com:3128', LOG_LEVEL: 'debug' },
  };
}
