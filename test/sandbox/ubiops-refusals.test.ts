import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/index.ts';
import { at, get, rowsOf, write } from './http.ts';
import { createStarter } from './started.ts';

const start = createStarter();
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await start();
});

const send = (method: string, path: string, body?: unknown) =>
  write(sandbox, 'ubiops', [method, `/v2.1${path}`], body);

/** What the models of the client library have as required, or of a type. */
describe.each([
  { generation: '3.13', project: 'seed' },
  { generation: '4.12', project: 'current' },
])('UbiOps in the shapes of $generation refuses', ({ generation, project }) => {
  const showcase = `/projects/${project}/deployments/showcase`;

  test.each([
    [{}, 'type: This field is required'],
    [{ type: '' }, 'type: This field may not be blank'],
    [{ type: 'slider', configuration: { most: 9 } }, 'configuration'],
    [{ type: 'slider', colour: 'red' }, 'colour'],
  ])('the widget %j', async (widget, text) => {
    const body = { input_fields: [{ name: 'a', data_type: 'int', widget }] };
    const reply = await send('PATCH', showcase, body);
    expect([reply.status, at(reply.body, '/error')]).toEqual([400, expect.stringContaining(text)]);
  });

  test('a build again with something to say, and in 4.12 one that says nothing at all', async () => {
    const version = `${showcase}/versions/failed-build`;
    const list = await get(sandbox, 'ubiops', `/v2.1${version}/revisions`);
    const path = `${version}/revisions/${String(rowsOf(list.body)[0]?.['id'])}/rebuild`;
    expect((await send('POST', path, { force: true })).status).toBe(400);
    expect((await send('POST', path)).status).toBe(generation === '4.12' ? 400 : 201);
    expect((await send('POST', path, {})).status).toBe(201);
  });
});

test.each([
  [{ deployment_port: 80, protocol: 'tcp' }, 'public_port: This field is required'],
  [{ public_port: 80, protocol: 'tcp' }, 'deployment_port: This field is required'],
  [{ public_port: 80, deployment_port: 80 }, 'protocol: This field is required'],
  [{ public_port: 0, deployment_port: 80, protocol: 'tcp' }, 'public_port'],
  [{ public_port: 80, deployment_port: 65_536, protocol: 'tcp' }, 'deployment_port'],
  [{ public_port: 80, deployment_port: 80, protocol: 'x'.repeat(17) }, 'protocol'],
])('UbiOps refuses the port %j', async (port, text) => {
  const path = '/projects/current/deployments/showcase/versions/available';
  const reply = await send('PATCH', path, { ports: [port] });
  expect([reply.status, at(reply.body, '/error')]).toEqual([400, expect.stringContaining(text)]);
});
