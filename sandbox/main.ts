import { STAND_INS, startSandbox } from './index.ts';

const sandbox = await startSandbox({ ports: 'fixed', clock: 'running' });
for (const name of Object.keys(STAND_INS) as (keyof typeof STAND_INS)[]) {
  console.log(`${name.padEnd(12)} ${sandbox[name].url}`);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
}
