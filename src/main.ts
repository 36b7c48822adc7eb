#!/usr/bin/env node
import 'reflect-metadata';
import { type Command, parseCommand, USAGE } from './cli/commands.ts';
import { ConfigError } from './config.ts';

/** EX_USAGE and EX_CONFIG of sysexits: the command line, or the configuration, cannot be used. */
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;

/** Runs a command; what it does not need is not loaded. Returns the exit code once it has ended. */
async function run(command: Command): Promise<number | undefined> {
  switch (command.name) {
    case 'start': {
      const [{ start }, { chooseConfig }] = await Promise.all([
        import('./cli/start.ts'),
        import('./cli/configuration.ts'),
      ]);
      await start(chooseConfig(process.env), () => chooseConfig(process.env).config);
      return undefined;
    }
    case 'check': {
      const [{ check }, { chooseConfig }] = await Promise.all([
        import('./cli/check.ts'),
        import('./cli/configuration.ts'),
      ]);
      return check(chooseConfig(process.env).config, command);
    }
    case 'schema': {
      const { schema } = await import('./cli/schema.ts');
      return schema(command);
    }
    case 'watch': {
      const { watch } = await import('./cli/watch.ts');
      return watch(command, !process.env.NO_COLOR);
    }
    case 'help':
      console.log(USAGE);
      return 0;
  }
}

/** What to do about an address that cannot be listened at. */
const ADVICE: Record<string, string> = {
  EADDRINUSE: 'Set PORT, or end what listens there.',
  EADDRNOTAVAIL: 'Set HOST to an address of this machine.',
  ENOTFOUND: 'Set HOST to an address of this machine.',
  EACCES: 'Set PORT to one that this user may take.',
};

/** What the system refused, in its own words; `undefined`: it was something else. */
function ofSystem(error: unknown): string | undefined {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined;
  const isAddress = error.syscall === 'listen' || error.syscall === 'getaddrinfo';
  const advice = isAddress ? ADVICE[String(error.code)] : undefined;
  return advice ? `${error.message}. ${advice}` : error.message;
}

function explain(error: unknown): number {
  if (error instanceof ConfigError) {
    console.error(error.message);
    return EXIT_CONFIG;
  }
  console.error(ofSystem(error) ?? error);
  return 1;
}

/** Whoever reads what a command writes may have seen enough, as `head` does. */
function endWithReader(): void {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    process.exit(code === 'EPIPE' ? 0 : 1);
  });
}

try {
  const command = parseCommand(process.argv.slice(2), process.env.DEPLOYGRAPH_KEY);
  if (command.name !== 'start') endWithReader();
  run(command).then(
    (code) => code !== undefined && process.exit(code),
    (error: unknown) => process.exit(explain(error)),
  );
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exit(EXIT_USAGE);
}
