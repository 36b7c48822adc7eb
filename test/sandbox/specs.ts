import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const BESIDE_THE_REPOSITORY = '../../../shared/providers/specs';

/** Where the machine-readable descriptions are: outside of the repository, read when a test runs. */
export const SPECS_FOLDER = resolve(
  process.env['DEPLOYGRAPH_SPECS'] ??
    fileURLToPath(new URL(BESIDE_THE_REPOSITORY, import.meta.url)),
);

/** Whether the descriptions are there; says loudly what is skipped where they are not. */
export function hasSpecs(): boolean {
  if (existsSync(SPECS_FOLDER)) return true;
  console.warn(
    `SKIPPED: the conformance of the UbiOps, Humanitec and Cloud Foundry stand-ins was not checked, ` +
      `because there are no API descriptions in ${SPECS_FOLDER}. ` +
      `Set DEPLOYGRAPH_SPECS to the folder that has them.`,
  );
  return false;
}

/** Reads a description of the folder. The caller knows its shape. */
export function readSpec<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(resolve(SPECS_FOLDER, file), 'utf8')) as Shape;
}
