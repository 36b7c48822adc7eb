import type { Clock } from '../clock.ts';
import type { StandInDefinition } from '../server.ts';

export function cloudFoundry(_clock: Clock): StandInDefinition {
  throw new Error('cloudfoundry: not written yet');
}
