// @ts-check
/*
 * One instance of the gateway, to be killed. Its argument is the configuration as JSON. It tells its
 * URL to whoever started it, and how watching goes to whoever asks.
 */
import 'reflect-metadata';
import { parseConfig } from '../../../src/config.ts';
import { createGateway } from '../../../src/gateway.ts';

const [, , text = ''] = process.argv;

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
process.on('message', () => process.send?.(gateway.watcher.status()));
process.once('disconnect', () => process.exit(0));
