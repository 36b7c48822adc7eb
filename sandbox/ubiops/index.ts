import type { Clock } from '../clock.ts';
import type { StandInDefinition } from '../server.ts';

export function ubiops(_clock: Clock): StandInDefinition {
  throw new Error('ubiops: not written yet');
}
