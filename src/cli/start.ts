import { createGateway } from '../gateway.ts';
import { type ChosenConfig, DEFAULT_CONFIG } from './configuration.ts';

/** Addresses that only this machine reaches. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Runs the gateway, and the sandbox where there is no configuration, until a signal ends them. */
export async function start({ config, isSandbox }: ChosenConfig): Promise<void> {
  const sandbox = isSandbox ? await startSandbox() : undefined;
  const gateway = await createGateway(config);
  const explorer = config.server.explorer ? `, explorer at ${gateway.url}/` : '';
  console.log(`GraphQL at ${gateway.url}/graphql${explorer}`);
  if (!LOOPBACK.test(config.server.host)) {
    console.warn(
      `Whoever reaches ${config.server.host} may read what the providers' credentials may see: there is no authentication.`,
    );
  }

  const stop = (signal: NodeJS.Signals) => {
    console.log(`${signal}: stopping`);
    void Promise.all([gateway.close(), sandbox?.close()]).then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);

  for (const { provider, error } of await gateway.check()) {
    console.log(error ? `${provider}: cannot be used. ${error.message}` : `${provider}: ready`);
  }
}

/** The stand-ins of the four providers, for whoever has no configuration yet. */
async function startSandbox(): Promise<{ close(): Promise<void> }> {
  const { startSandbox: startStandIns } = await import('../../sandbox/index.ts');
  const sandbox = await startStandIns({ ports: 'fixed', clock: 'running' });
  console.log(
    `No configuration found: showing the sandbox, four stand-ins with made-up data on ports 4101 to 4104.\n` +
      `To see your own deployments, copy deploygraph.example.yaml to ${DEFAULT_CONFIG} and fill it in.`,
  );
  return sandbox;
}
