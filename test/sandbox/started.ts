import { afterAll } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';

/** Returns a function that starts sandboxes; they are closed at the end, also when a test fails. */
export function createStarter(): () => Promise<Sandbox> {
  const started: Sandbox[] = [];
  afterAll(async () => {
    await Promise.all(started.map((sandbox) => sandbox.close()));
  });
  return async () => {
    const sandbox = await startSandbox();
    started.push(sandbox);
    return sandbox;
  };
}
