// @ts-check
/*
 * One instance of the built gateway, to be killed. Arguments: the folder of the build, the
 * configuration as JSON. It tells its URL to whoever started it.
 */
import 'reflect-metadata';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , folder = '', text = ''] = process.argv;
/** @param {string} path */
const load = (path) => import(pathToFileURL(join(folder, 'src', path)).href);
const { parseConfig } = await load('config.js');
const { createGateway } = await load('gateway.js');

/** The real times, about ten times as fast. */
const timing = {
  leaseMs: 1_000,
  beatMs: 200,
  gapMs: 20,
  longestBackOffMs: 1_000,
  paceOf: () => ({ quickMs: 150, slowMs: 400, windowMs: 0.001 }),
};
const gateway = await createGateway(parseConfig(text, 'soak', {}), timing);
process.send?.(gateway.url);
process.once('disconnect', () => process.exit(0));
