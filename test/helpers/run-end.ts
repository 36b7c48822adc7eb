import { rmSync } from 'node:fs';

/** Removes the build, if a test needed one. */
export default function teardown(): void {
  const folder = process.env.TEST_BUILD;
  if (!folder) return;
  for (const path of [folder, `${folder}.lock`]) rmSync(path, { recursive: true, force: true });
}
