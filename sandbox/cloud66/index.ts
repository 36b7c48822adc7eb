import type { Clock } from '../clock.ts';
import type { StandInDefinition } from '../server.ts';

export function cloud66(_clock: Clock): StandInDefinition {
  throw new Error('cloud66: not written yet');
}
