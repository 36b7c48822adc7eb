import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { isLoopback } from './auth/exposure.ts';
import { ConfigError, loadConfig } from './config.ts';
import { createGateway } from './gateway.ts';

/** EX_CONFIG of sysexits: the configuration cannot be used. */
const EXIT_CONFIG = 78;

const DEFAULT_CONFIG = 'deploygraph.yaml';
const SANDBOX_CONFIG = 'sandbox/deploygraph.yaml';

async function main(): Promise<void> {
  const chosen =
    process.env.DEPLOYGRAPH_CONFIG ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
  const config = loadConfig(chosen ?? SANDBOX_CONFIG, process.env);
  const sandbox = chosen === undefined ? await startSandbox() : undefined;
  const gateway = await createGateway(config);
  const explorer = config.server.explorer ? `, explorer at ${gateway.url}/` : '';
  console.log(`GraphQL at ${gateway.url}/graphql${explorer}`);
  if (config.auth.mode === 'none' && !isLoopback(config.server.host)) {
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
  const { startSandbox: start } = await import('../sandbox/index.ts');
  const sandbox = await start({ ports: 'fixed', clock: 'running' });
  console.log(
    `No configuration found: showing the sandbox, four stand-ins with made-up data on ports 4101 to 4104.\n` +
      `To see your own deployments, copy deploygraph.example.yaml to ${DEFAULT_CONFIG} and fill it in.`,
  );
  return sandbox;
}

function isTaken(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    console.error(error.message);
    process.exit(EXIT_CONFIG);
  }
  console.error(isTaken(error) ? `${error.message}. Set PORT, or end what listens there.` : error);
  process.exit(1);
});
