import { parseArgs } from 'node:util';
import { startBalancer } from './balancer.ts';

/** The load balancer alone: `balance [--host H] [--port P] URL...`, until a signal ends it. */
const { values, positionals } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '4000' },
  },
  allowPositionals: true,
});
const { host, port } = values;
const balancer = await startBalancer({ targets: positionals, host, port: Number(port) });
console.log(`${balancer.url}: in front of ${positionals.join(', ')}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void balancer.close().then(() => process.exit(0)));
}
