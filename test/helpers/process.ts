import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { waitFor } from './wait-for.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The built project. */
export interface Build {
  /** Where `src` and the others are. */
  folder: string;
}

/** How long another test may take to build, in milliseconds. */
const BUILD_MS = 120_000;

/** Builds the project, once in a run of the tests: whoever comes second waits for the first. */
export function build(): Build {
  const folder = process.env.TEST_BUILD;
  if (!folder) throw new Error('TEST_BUILD is not set: jest.config.js does that');
  if (isFirst(`${folder}.lock`)) compileTo(folder);
  const until = Date.now() + BUILD_MS;
  while (!existsSync(join(folder, DONE))) {
    if (Date.now() > until) throw new Error('the test that was to build has not');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  return { folder };
}

/** Says that a build is whole. */
const DONE = 'done';

function isFirst(lock: string): boolean {
  mkdirSync(dirname(lock), { recursive: true });
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

function compileTo(folder: string): void {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const target = ['-p', 'tsconfig.build.json', '--sourceMap', 'false', '--outDir', folder];
  execFileSync(process.execPath, [compiler, ...target], { cwd: ROOT, stdio: 'inherit' });
  writeFileSync(join(folder, DONE), '');
}

/** A gateway as a process of its own. */
export interface RunningGateway {
  child: ChildProcess;
  /** All that it has written so far. */
  output: () => string;
  url: () => Promise<string>;
  /** Its exit code and the signal that ended it. */
  ended: Promise<unknown[]>;
  /** Writes its configuration anew; it is read when the process is told to. */
  configure: (config: unknown) => void;
}

/** Starts the built gateway. What it is given is a configuration file, as an object or as text. */
export function startProcess(
  { folder }: Build,
  config: unknown,
  environment: Record<string, string> = {},
): RunningGateway {
  const place = mkdtempSync(join(tmpdir(), 'deploygraph-process-'));
  const file = join(place, 'deploygraph.yaml');
  const configure = (next: unknown) =>
    writeFileSync(file, typeof next === 'string' ? next : JSON.stringify(next));
  configure(config);
  const child = spawn(process.execPath, [join(folder, 'src/main.js')], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, DEPLOYGRAPH_CONFIG: file, ...environment },
  });
  const output = collect(child);
  const ended = once(child, 'exit').finally(() => rmSync(place, { recursive: true, force: true }));
  return {
    child,
    output,
    configure,
    ended,
    url: () =>
      waitFor('the address', () => /GraphQL at (\S+)\/graphql/.exec(output())?.[1], 30_000),
  };
}

/** What a process writes, of both kinds. */
export function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return () => text;
}
