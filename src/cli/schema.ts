import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { createSchema } from '../resolvers/index.ts';

/**
 * Prints the schema as SDL, sorted, so that a change of it reads as a small difference.
 * `--write FILE` puts it there; `--check FILE` fails when the file says something else.
 */
const { values } = parseArgs({
  options: { write: { type: 'string' }, check: { type: 'string' } },
});
const sdl = `${printSchema(lexicographicSortSchema(await createSchema()))}\n`;

if (values.write !== undefined) {
  writeFileSync(values.write, sdl);
} else if (values.check === undefined) {
  process.stdout.write(sdl);
} else if (readFileSync(values.check, 'utf8') !== sdl) {
  console.error(`${values.check} is not the schema of the code. Run: npm run schema`);
  process.exitCode = 1;
}
