import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { startSandbox } from '../sandbox/index.ts';
import { startCluster } from './index.ts';

/**
 * `npm run cluster`: two gateways over one Redis behind a load balancer, with the sandbox's stand-ins
 * as providers, until Ctrl-C. `--port` (4000), `--instances` (2), `--redis` (one of its own).
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4000' },
    instances: { type: 'string', default: '2' },
    redis: { type: 'string' },
  },
});
const sandbox = await startSandbox({ ports: 'fixed', clock: 'running' });
const cluster = await startCluster({
  program: join(import.meta.dirname, '../src/main.js'),
  config: parse(readFileSync('sandbox/deploygraph.yaml', 'utf8')) as Record<string, unknown>,
  instances: Number(values.instances),
  port: Number(values.port),
  redisUrl: values.redis,
  log: (text) => process.stdout.write(text),
});
console.log(`GraphQL at ${cluster.url}/graphql, through the load balancer`);

let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    void cluster
      .close()
      .then(() => sandbox.close())
      .then(() => process.exit(0));
  });
}
