import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait-for.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The built project, in a folder of its own: other tests may build at the same time. */
export interface Build {
  /** Where `src` and the others are. */
  folder: string;
  remove(): void;
}

export function build(name: string): Build {
  const folder = join(ROOT, 'dist', `${name}-${process.pid}`);
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const target = ['-p', 'tsconfig.build.json', '--sourceMap', 'false', '--outDir', folder];
  execFileSync(process.execPath, [compiler, ...target], { cwd: ROOT, stdio: 'inherit' });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
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
