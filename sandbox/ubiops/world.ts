import { EPOCH } from '../clock.ts';
import { uuidOf } from '../random.ts';
import { createArrivals } from './arrivals.ts';
import { addAudit, addAuditExamples } from './audit.ts';
import { addCatalog } from './catalog.ts';
import { DAY } from './dates.ts';
import { addExamples } from './seed.ts';
import type { Project } from './types.ts';
import { addCurrentVariables, addSeedVariables } from './variables.ts';

/** Everything that the stand-in knows. */
export interface World {
  projects: Project[];
  /** Adds what has arrived by `now`. */
  catchUp: (now: number) => void;
  /** Another number at each call, for the ids of what is created. */
  nextNumber: () => number;
}

/** A world of its own for each call: `seed` in the shapes of 3.13 and `current` in those of 4.12. */
export function createWorld(): World {
  const seed = createProject('seed', '3.13', Date.parse('2020-03-01T08:00:00.000Z'));
  seed.aliases = ['project-1', 'project_name'];
  addExamples(seed);
  addCatalog(seed, 40);
  addSeedVariables(seed);
  addAuditExamples(seed);
  addAudit(seed);

  const current = createProject('current', '4.12', EPOCH - 500 * DAY);
  addCatalog(current, 60);
  addCurrentVariables(current);
  addAudit(current);
  let created = 0;
  return {
    projects: [seed, current],
    catchUp: createArrivals(seed, current),
    nextNumber: () => {
      created += 1;
      return created;
    },
  };
}

function createProject(
  name: string,
  generation: Project['generation'],
  createdAt: number,
): Project {
  return {
    id: uuidOf('ubiops', 'project', name),
    name,
    aliases: [],
    generation,
    organization: 'sandbox',
    createdAt,
    labels: { stage: 'production' },
    deployments: [],
    variables: [],
    audit: [],
  };
}
