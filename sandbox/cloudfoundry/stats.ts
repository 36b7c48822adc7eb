import { pick, uuidOf } from '../random.ts';
import type { Process } from './model.ts';

/** The statistics of each instance of a process. */
export function statsOf(process: Process): Record<string, unknown>[] {
  return Array.from({ length: process.instances }, (_, index) => ({
    type: process.type,
    index,
    instance_guid: uuidOf('instance', process.guid, index),
    state: process.state,
    routable: process.state === 'RUNNING',
    usage: {
      cpu: pick(100, 'cpu', process.guid, index) / 1000,
      mem: 100_000_000 + pick(200_000_000, 'memory', process.guid, index),
      disk: 150_000_000,
      log_rate: 0,
    },
    host: `10.244.16.${10 + pick(40, 'host', process.guid, index)}`,
    uptime: 9000,
    mem_quota: 536_870_912,
    disk_quota: 1_073_741_824,
    fds_quota: 16384,
    isolation_segment: null,
    log_rate_limit: -1,
    details: null,
  }));
}
