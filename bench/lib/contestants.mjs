// @ts-check
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tailcallConfig } from '../contestants/tailcall/config.mjs';

export const BENCH = join(import.meta.dirname, '..');
const MAIN = join(BENCH, '..', 'dist', 'src', 'main.js');
const BIN = join(BENCH, 'node_modules', '.bin');
const TAILCALL = join(BENCH, 'node_modules/@tailcallhq/core-linux-x64-gnu/bin/tailcall');

const require = createRequire(join(BENCH, 'package.json'));

/** @param {string} name */
export const versionOf = (name) =>
  JSON.parse(readFileSync(join(BENCH, 'node_modules', name, 'package.json'), 'utf8')).version;

/**
 * @typedef {{ port: number, upstream: string, folder: string, redisUrl?: string,
 *   nodeOptions?: string[] }} Setting
 * @typedef {{ command: string[], environment: Record<string, string>, cwd?: string }} Launch
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} title
 * @property {(setting: Setting) => Launch} launch
 * @property {string} [needs] what the runner has to have before
 */

/** @param {string} name @returns {(setting: Setting) => Launch} */
const nodeServer =
  (name) =>
  ({ port, upstream }) => ({
    command: [process.execPath, join(BENCH, 'contestants', name, 'server.mjs')],
    environment: { PORT: String(port), UPSTREAM: upstream, NODE_ENV: 'production' },
  });

/** Node's options as `npm start` gives them. */
const START_OPTIONS = JSON.parse(
  readFileSync(join(BENCH, '../package.json'), 'utf8'),
).scripts.start.match(/--[a-z-]+=\d+/g);

/** @param {Setting} setting @returns {Launch} */
function launchUs({ port, upstream, folder, redisUrl, nodeOptions = [] }) {
  const file = join(folder, `gateway-${port}.yaml`);
  const settings = readFileSync(join(BENCH, 'contestants/us/gateway.yaml'), 'utf8');
  writeFileSync(file, redisUrl ? `${settings}redis:\n  url: ${redisUrl}\n` : settings);
  return {
    command: [process.execPath, ...START_OPTIONS, ...nodeOptions, MAIN],
    environment: {
      DEPLOYGRAPH_CONFIG: file,
      HOST: '127.0.0.1',
      PORT: String(port),
      UPSTREAM: upstream,
      NODE_ENV: 'production',
    },
  };
}

/** @param {Setting} setting @returns {Launch} */
function launchHive({ port, upstream, folder }) {
  const supergraph = join(folder, 'supergraph.graphql');
  const config = join(BENCH, 'contestants/hive/mesh.config.mjs');
  const composed = spawnSync(join(BIN, 'mesh-compose'), ['-c', config, '-o', supergraph], {
    cwd: BENCH,
    env: { ...process.env, UPSTREAM: upstream },
    encoding: 'utf8',
  });
  if (composed.status !== 0) throw new Error(`mesh-compose: ${composed.stdout}${composed.stderr}`);
  const gateway = require.resolve('@graphql-hive/gateway').replace(/dist.*$/, 'dist/bin.js');
  return {
    command: [
      ...[process.execPath, gateway, 'supergraph', supergraph],
      ...['--jit', '--host', '127.0.0.1', '--port', String(port)],
    ],
    environment: { NODE_ENV: 'production', LOG_LEVEL: 'error' },
    cwd: folder,
  };
}

/** @param {string} name @param {{ dedupe: boolean, batchKey: boolean }} flags */
const tailcall = (name, flags) => ({
  name,
  title: `Tailcall, ${[flags.dedupe && 'dedupe', flags.batchKey && 'batchKey'].filter(Boolean).join(' and ')}`,
  /** @param {Setting} setting @returns {Launch} */
  launch({ port, upstream, folder }) {
    const file = join(folder, `${name}.graphql`);
    writeFileSync(file, tailcallConfig({ port, upstream, ...flags }));
    return {
      command: [TAILCALL, 'start', file],
      environment: { TAILCALL_LOG_LEVEL: 'error', TAILCALL_TRACKER: 'false' },
    };
  },
});

/** @type {Contestant[]} */
export const CONTESTANTS = [
  { name: 'us', title: 'Deploygraph', launch: launchUs },
  { name: 'us-redis', title: 'Deploygraph with Redis', launch: launchUs, needs: 'redis' },
  {
    name: 'plain',
    title: 'plain node:http',
    needs: 'answers',
    launch: ({ port, folder }) => ({
      command: [process.execPath, join(BENCH, 'contestants/plain/server.mjs')],
      environment: {
        PORT: String(port),
        HOT_BODY: join(folder, 'hot-body.json'),
        HOT_ANSWER: join(folder, 'hot.json'),
        LIST_ANSWER: join(folder, 'list.json'),
      },
    }),
  },
  { name: 'first-written', title: 'as first written', launch: nodeServer('first-written') },
  { name: 'yoga', title: 'graphql-yoga', launch: nodeServer('yoga') },
  { name: 'mercurius', title: 'mercurius with jit', launch: nodeServer('mercurius') },
  { name: 'hive', title: 'Hive Gateway and Mesh', launch: launchHive },
  tailcall('tailcall-dedupe', { dedupe: true, batchKey: false }),
  tailcall('tailcall-batch', { dedupe: false, batchKey: true }),
  tailcall('tailcall-both', { dedupe: true, batchKey: true }),
];
