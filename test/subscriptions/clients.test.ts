import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { Status } from '../../src/schema/enums.ts';
import { startTestGateway, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { waitFor } from '../helpers/wait-for.ts';

leavesNothingBehind();

interface Event {
  cursor: string;
  to: string;
}

type FollowBoard = (
  url: string,
  onEvent: (event: Event) => void,
  options: { webSocketImpl: unknown; filter?: unknown },
) => () => void;

const DOCUMENT = readFileSync('docs/clients.md', 'utf8');

/** A snippet of docs/clients.md, by the word behind its language. */
function snippet(name: string): string {
  const found = new RegExp(`^\`\`\`\\w+ ${name}\\n([^]*?)^\`\`\``, 'm').exec(DOCUMENT)?.[1];
  if (!found) throw new Error(`docs/clients.md has no snippet "${name}"`);
  return found;
}

describe('the clients of docs/clients.md', () => {
  // Within the project, so that the snippets find its packages.
  const folder = mkdtempSync(join(process.cwd(), 'test/.snippets-'));
  let gateway: TestGateway;
  let turn = 0;
  const sockets: WebSocket[] = [];
  const stops: (() => void)[] = [];

  class KeptSocket extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given);
      sockets.push(this);
    }
  }

  beforeAll(async () => {
    gateway = await startTestGateway(UNWATCHED);
    await change();
  });
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
    sockets.length = 0;
  });
  afterAll(async () => {
    await gateway.close();
    rmSync(folder, { recursive: true });
  });

  const change = async () => {
    turn += 1;
    const { data } = await gateway.query<{
      deployments: { nodes: { id: string; scope: { id: string } }[] };
    }>('{ deployments(first: 1, filter: {providers: ["cloud66"]}) { nodes { id scope { id } } } }');
    const [{ id, scope } = { id: '', scope: { id: '' } }] = data.deployments.nodes;
    const status = turn % 2 ? Status.QUEUED : Status.IN_PROGRESS;
    const seen = { subjectId: id, scopeId: scope.id, status, rawStatus: '', occurredAt: null };
    return gateway.events.record(scope.id, [{ type: 'Deployment', ...seen }], 1);
  };
  const isFollowed = (count: number) => () =>
    gateway.gateway.deliveryStatus().subscribers === count;

  it.each(['graphql-ws', 'apollo', 'urql'])('%s loses nothing when it is cut off', async (name) => {
    const path = join(folder, `${name}.mjs`);
    writeFileSync(path, snippet(name));
    const { followBoard } = (await import(path)) as { followBoard: FollowBoard };
    const seen: Event[] = [];
    const url = `${gateway.url.replace('http', 'ws')}/graphql`;
    const filter = { providers: ['cloud66'] };
    stops.push(
      followBoard(url, (event) => seen.push(event), { webSocketImpl: KeptSocket, filter }),
    );
    await waitFor('the subscription', isFollowed(1));
    const made = await change();
    await waitFor('the first event', () => seen.length === 1);

    sockets.at(-1)?.terminate();
    await waitFor('the loss of the connection', isFollowed(0));
    made.push(...(await change()), ...(await change()));
    await waitFor('what was missed', () => seen.length === 3);
    made.push(...(await change()));
    await waitFor('what happens then', () => seen.length === 4);
    expect(seen.map(({ cursor }) => cursor)).toEqual(made.map(({ cursor }) => cursor));
    stops.pop()?.();
    await waitFor('the end', isFollowed(0));
  });

  it('curl loses nothing when it is cut off', async () => {
    const path = join(folder, 'follow.sh');
    writeFileSync(path, snippet('curl'));
    // Tells which process is curl, so that it can be ended in the middle of a stream.
    const wrapper = `#!/bin/sh\necho $$ > ${folder}/pid\nPATH=\${PATH#*:}\nexec curl "$@"\n`;
    writeFileSync(join(folder, 'curl'), wrapper, { mode: 0o755 });
    const shell = spawn('sh', [path, gateway.url], {
      env: { ...process.env, TMPDIR: folder, PATH: `${folder}:${process.env.PATH}` },
      detached: true,
    });
    stops.push(() => shell.pid && process.kill(-shell.pid, 'SIGKILL'));
    let output = '';
    shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await waitFor('the subscription', isFollowed(1));
    const made = await change();
    const cursors = () => [...output.matchAll(/"cursor":"([^"]*)"/g)].map(([, cursor]) => cursor);
    await waitFor('the first event', () => cursors().length === 1);

    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')));
    await waitFor('the loss of the connection', isFollowed(0));
    made.push(...(await change()), ...(await change()));
    await waitFor('what was missed', () => cursors().length === 3);
    made.push(...(await change()));
    await waitFor('what happens then', () => cursors().length === 4);
    expect(cursors()).toEqual(made.map(({ cursor }) => cursor));
  });
});
