import { readFileSync, writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { createSchema } from '../resolvers/index.ts';

/**
 * The schema as SDL, sorted, so that a change of it reads as a small difference: printed, written to
 * `write`, or compared with `check`. Returns the exit code.
 */
export async function schema(files: {
  write: string | undefined;
  check: string | undefined;
}): Promise<number> {
  const sdl = `${printSchema(lexicographicSortSchema(await createSchema()))}\n`;
  if (files.write !== undefined) {
    writeFileSync(files.write, sdl);
  } else if (files.check === undefined) {
    process.stdout.write(sdl);
  } else if (readFileSync(files.check, 'utf8') !== sdl) {
    console.error(`${files.check} is not the schema of the code. Run: npm run schema`);
    return 1;
  }
  return 0;
}
