import type { Clock } from '../clock.ts';
import type { StandInDefinition } from '../server.ts';

export function humanitec(_clock: Clock): StandInDefinition {
  throw new Error('humanitec: not written yet');
}
