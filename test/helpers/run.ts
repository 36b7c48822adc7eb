import { join } from 'node:path';

/** Where a run of the tests has its build. Its workers have their environment from here. */
export default function setup(): void {
  process.env.TEST_BUILD = join(import.meta.dirname, '../../dist', `test-${process.pid}`);
}
