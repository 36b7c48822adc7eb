import { constants } from 'node:os';
import { isLoopback } from '../auth/exposure.ts';
import { type Config, ConfigError } from '../config.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { type ChosenConfig, DEFAULT_CONFIG } from './configuration.ts';

/**
 * Runs the gateway, and the sandbox where there is no configuration, until a signal ends them.
 * @param readAnew the configuration as it is now, for SIGHUP
 */
export async function start(
  { config, isSandbox }: ChosenConfig,
  readAnew: () => Config,
): Promise<void> {
  const sandbox = isSandbox ? await startSandbox() : undefined;
  const gateway = await createGateway(config);
  // Before anybody is told that it runs, and may tell it to stop.
  stopOnSignals(async (signal) => {
    // Whoever presses Ctrl-C has no load balancer to wait for.
    await gateway.drain(signal === 'SIGINT' ? 0 : undefined);
    await gateway.close();
    await sandbox?.close();
  });
  reloadOnSignal(gateway, readAnew);

  const explorer = config.server.explorer ? `, explorer at ${gateway.url}/` : '';
  console.log(`GraphQL at ${gateway.url}/graphql${explorer}`);
  if (config.auth.mode === 'none' && !isLoopback(config.server.host)) {
    console.warn(
      `Whoever reaches ${config.server.host} may read what the providers' credentials may see: there is no authentication.`,
    );
  }

  for (const { provider, error } of await gateway.check()) {
    console.log(error ? `${provider}: cannot be used. ${error.message}` : `${provider}: ready`);
  }
}

/** Reads the configuration anew at SIGHUP. One that cannot be used changes nothing. */
function reloadOnSignal(gateway: Gateway, readAnew: () => Config): void {
  const reload = async () => {
    try {
      const restarts = await gateway.reload(readAnew());
      console.log('SIGHUP: the configuration was read anew');
      if (restarts.length > 0) {
        console.warn(`These settings have changed and need a restart: ${restarts.join(', ')}`);
      }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      console.error(`SIGHUP: the configuration stays as it was. ${error.message}`);
    }
  };
  let last = Promise.resolve();
  process.on('SIGHUP', () => {
    last = last.then(reload);
  });
}

/** Ends the process as it should at the first signal, and at once at the second. */
function stopOnSignals(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let isStopping = false;
  const take = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(128 + constants.signals[signal]);
    isStopping = true;
    console.log(`${signal}: stopping; once more to stop at once`);
    void stop(signal).then(() => process.exit(0));
  };
  process.on('SIGINT', take);
  process.on('SIGTERM', take);
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
