// @ts-check
import 'reflect-metadata';
import { parseConfig } from '../../../dist/src/config.js';
import { createGateway } from '../../../dist/src/gateway.js';

/** A gateway with the configuration of its argument. Tells its port, and how many units it knows. */
const [, , text = ''] = process.argv;
const gateway = await createGateway(parseConfig(text, 'bench', {}));
process.send?.({ port: Number(new URL(gateway.url).port) });
process.on('message', () => {
  const units = gateway.watcher.status();
  process.send?.({ units: units.length, looked: units.filter(({ looks }) => looks > 0).length });
});
process.once('disconnect', () => process.exit(0));
