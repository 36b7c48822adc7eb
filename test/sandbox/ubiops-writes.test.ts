import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { TEMPLATE_ID } from '../../sandbox/ubiops/revision-writes.ts';
import { zipOf } from '../../sandbox/ubiops/zip.ts';
import { type Deviation, settle } from './deviation.ts';
import { UBIOPS_WRITE_EXCEPTIONS } from './exceptions/ubiops.ts';
import { at, AUTHORIZATION, get, type Reply, rowsOf, send, sendFields } from './http.ts';
import { hasSpecs, readSpec } from './specs.ts';
import { type DerivedSpec, typeDeviations, typeOf } from './ubiops-check.ts';

const GENERATIONS = [
  { generation: '3.13', project: 'seed' },
  { generation: '4.12', project: 'current' },
] as const;
const D = '/projects/{project_name}/deployments';
const V = `${D}/{deployment_name}/versions`;
const ZIP = zipOf('deployment.py', 'class Deployment: pass');

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

function write(method: string, path: string, body?: unknown): Promise<Reply> {
  return send(`${sandbox.ubiops.url}/v2.1${path}`, {
    method,
    headers: { authorization: AUTHORIZATION.ubiops, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const read = (path: string): Promise<Reply> => get(sandbox, 'ubiops', `/v2.1${path}`);

const sendForm = (path: string, fields: Record<string, string | Blob>): Promise<Reply> =>
  sendFields(`${sandbox.ubiops.url}/v2.1${path}`, AUTHORIZATION.ubiops, fields);

/** A deployment `made` with a version `v1`, as small as the generation allows. */
async function make(project: string): Promise<{ deployment: string; version: string }> {
  const list = `/projects/${project}/deployments`;
  const types = { input_type: 'plain', output_type: 'plain' };
  expect((await write('POST', list, { name: 'made', ...types })).status).toBe(201);
  expect((await write('POST', `${list}/made/versions`, { version: 'v1' })).status).toBe(201);
  return { deployment: `${list}/made`, version: `${list}/made/versions/v1` };
}

describe.each(GENERATIONS)('the project in the shapes of $generation', (each) => {
  const { generation, project } = each;
  const list = `/projects/${project}/deployments`;

  test('what is created has the documented defaults, is listed, changed, and deleted', async () => {
    const { deployment, version } = await make(project);
    expect((await read(version)).body).toMatchObject({
      status: 'unavailable',
      maximum_instances: 5,
      minimum_instances: 0,
      maximum_idle_time: 300,
      request_retention_mode: 'full',
      request_retention_time: 604_800,
      instance_type: '2048mb',
      ...(generation === '3.13'
        ? { language: 'python3.7', memory_allocation: 2_048, latest_build: null }
        : { default: true, latest_revision: null }),
    });
    expect(at((await read(deployment)).body, '/default_version')).toBe('v1');

    const changed = await write('PATCH', version, {
      version: 'v2',
      labels: { a: 'b' },
      maximum_instances: 7,
    });
    expect(changed.body).toMatchObject({
      version: 'v2',
      labels: { a: 'b' },
      maximum_instances: 7,
      minimum_instances: 0,
    });
    expect(at((await read(deployment)).body, '/default_version')).toBe('v2');
    const renamed = await write('PATCH', deployment, { name: 'other', description: 'new' });
    expect(renamed.body).toMatchObject({ name: 'other', description: 'new' });

    expect((await write('DELETE', `${list}/other/versions/v2`)).status).toBe(204);
    expect(at((await read(`${list}/other`)).body, '/default_version')).toBeNull();
    expect((await write('DELETE', `${list}/other`)).status).toBe(204);
    expect((await read(`${list}/other`)).status).toBe(404);
    const audit = rowsOf((await read(`/projects/${project}/audit?limit=100000`)).body);
    expect(audit.slice(-6).map(({ event }) => event)).toEqual([
      'Created deployment made',
      'Created version v1 for deployment made',
      'Updated version v2 of deployment made',
      'Updated deployment other',
      'Deleted version v2 of deployment other',
      'Deleted deployment other',
    ]);
  });

  test('what is created a second time under the same name is another thing', async () => {
    const { deployment } = await make(project);
    const first = at((await read(deployment)).body, '/id');
    await write('DELETE', deployment);
    await make(project);
    expect(at((await read(deployment)).body, '/id')).not.toBe(first);
  });

  test.each([
    ['POST', list, { name: 'showcase', input_type: 'plain', output_type: 'plain' }, 'exists'],
    ['POST', list, { input_type: 'plain', output_type: 'plain' }, 'name'],
    ['POST', list, { name: 'x'.repeat(65), input_type: 'plain', output_type: 'plain' }, '64'],
    ['POST', list, { name: 'x', input_type: 'structured', output_type: 'plain' }, 'input_fields'],
    ['POST', list, { name: 'x', input_type: 'tabular', output_type: 'plain' }, 'structured'],
    ['PATCH', `${list}/showcase`, { default_version: 'no-build' }, 'not available'],
    ['PATCH', `${list}/showcase`, { default_version: 'nothing' }, 'nothing'],
    ['PATCH', `${list}/showcase`, { labels: 'a:b' }, 'dictionary'],
    ['POST', `${list}/showcase/versions`, { version: 'available' }, 'exists'],
    ['POST', `${list}/showcase/versions`, { version: 'x', maximum_idle_time: 5 }, 'idle'],
    ['POST', `${list}/showcase/versions`, { version: 'x', minimum_instances: 9 }, 'minimum'],
    ['PATCH', `${list}/showcase/versions/available`, { request_retention_mode: 'all' }, 'mode'],
    ['PATCH', `${list}/showcase/versions/available`, { language: 'r4.0' }, 'language'],
    [
      'POST',
      `/projects/${project}/environment-variables`,
      { name: 'A1', value: '', secret: false },
      'letters',
    ],
    [
      'POST',
      `/projects/${project}/environment-variables`,
      { name: '_a', value: '', secret: false },
      'letters',
    ],
    ['POST', `/projects/${project}/environment-variables`, { name: 'a', value: '' }, 'secret'],
  ])('%s %s with %j is refused', async (method, path, body, text) => {
    const reply = await write(method, path, body);
    expect(reply.status).toBe(400);
    expect(at(reply.body, '/error')).toContain(text);
  });

  test('a file makes a revision, and the version serves it after a minute', async () => {
    const { version } = await make(project);
    const { status, body } = await sendForm(`${version}/revisions`, { file: new Blob([ZIP]) });
    expect(status).toBe(201);
    expect(body).toMatchObject({ success: true });
    const [line] = sandbox.ubiops.requests().slice(-1);
    expect(line?.received?.bytes).toBe(ZIP.length);
    const seen: unknown[] = [];
    for (let second = 0; second <= 70; second += 10) {
      seen.push(at((await read(version)).body, '/status'));
      sandbox.advance(10_000);
    }
    expect([...new Set(seen)]).toEqual(['building', 'available']);
    expect(at((await read(version)).body, '/active_revision')).toBe(at(body, '/revision'));

    const copied = await sendForm(`${version}/revisions`, {
      source_deployment: 'showcase',
      source_version: 'available',
    });
    const templated = await sendForm(`${version}/revisions`, {
      template_deployment_id: TEMPLATE_ID,
    });
    expect([copied.status, templated.status]).toEqual([201, 201]);
    expect(rowsOf((await read(`${version}/revisions`)).body)).toHaveLength(3);
  });

  test('a revision has the length of its file, whatever that was, and is a zip archive', async () => {
    const { version } = await make(project);
    const large = Buffer.concat([ZIP.subarray(0, -22), Buffer.alloc(200_000), ZIP.subarray(-22)]);
    const { body } = await sendForm(`${version}/revisions`, { file: new Blob([large]) });
    const revision = String(at(body, '/revision'));
    const response = await fetch(
      `${sandbox.ubiops.url}/v2.1${version}/revisions/${revision}/download`,
      { headers: { authorization: AUTHORIZATION.ubiops } },
    );
    const file = Buffer.from(await response.arrayBuffer());
    expect(file).toHaveLength(large.length);
    expect(file.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
    expect(file.subarray(-22, -18).toString('latin1')).toBe('PK\x05\x06');
  });

  test.each([
    ['no zip archive', { file: new Blob(['print(1)']) }, 400],
    ['a zip archive that is cut off', { file: new Blob([ZIP.subarray(0, -5)]) }, 400],
    ['nothing', {}, 400],
    ['a source without its version', { source_deployment: 'showcase' }, 400],
    ['both', { file: new Blob([ZIP]), template_deployment_id: TEMPLATE_ID }, 400],
    ['a source without a file', { source_deployment: 'showcase', source_version: 'no-build' }, 400],
    ['a source that is not there', { source_deployment: 'x', source_version: 'y' }, 404],
    ['a template that is not there', { template_deployment_id: 'x' }, 404],
  ])('an upload of %s is refused', async (_what, fields, status) => {
    const path = `${list}/showcase/versions/available/revisions`;
    const before = rowsOf((await read(path)).body).length;
    expect((await sendForm(path, fields as Record<string, string | Blob>)).status).toBe(status);
    expect(rowsOf((await read(path)).body)).toHaveLength(before);
  });

  test('an upload without its closing boundary makes no revision', async () => {
    const path = `${list}/showcase/versions/available/revisions`;
    const before = rowsOf((await read(path)).body).length;
    const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n';
    const { status } = await send(`${sandbox.ubiops.url}/v2.1${path}`, {
      method: 'POST',
      headers: {
        authorization: AUTHORIZATION.ubiops,
        'content-type': 'multipart/form-data; boundary=b',
      },
      body: Buffer.concat([Buffer.from(head), ZIP]),
    });
    expect(status).toBe(400);
    expect(rowsOf((await read(path)).body)).toHaveLength(before);
  });

  test('a revision is built again', async () => {
    const version = `${list}/showcase/versions/failed-build`;
    const revision = String(rowsOf((await read(`${version}/revisions`)).body).at(-1)?.['id']);
    const { status, body } = await write('POST', `${version}/revisions/${revision}/rebuild`, {});
    expect(status).toBe(201);
    expect(body).toMatchObject(
      generation === '3.13' ? { revision, status: 'queued' } : { id: revision, status: 'queued' },
    );
    sandbox.advance(70_000);
    expect((await read(version)).body).toMatchObject({
      status: 'available',
      active_revision: revision,
    });
  });

  test('variables of each level are made, changed, renamed, copied and deleted', async () => {
    const { deployment, version } = await make(project);
    for (const owner of [`/projects/${project}`, deployment, version]) {
      const path = `${owner}/environment-variables`;
      const made = await write('POST', path, { name: 'made_here', value: 'x', secret: false });
      expect(made.status).toBe(201);
      const variable = `${path}/${String(at(made.body, '/id'))}`;
      const again = await write('POST', path, { name: 'made_here', value: 'y', secret: false });
      expect(again.status).toBe(400);
      const changed = await write('PATCH', variable, { name: 'renamed', value: 'z', secret: true });
      expect(changed.body).toMatchObject({ name: 'renamed', value: null, secret: true });
      const shown = await write('PATCH', variable, { secret: false });
      expect(shown.status).toBe(400);
    }
    const source = { source_deployment: 'made', source_version: 'v1' };
    const copied = await write('POST', `${list}/showcase/copy-environment-variables`, source);
    expect(copied.body).toMatchObject([{ name: 'renamed', value: null, secret: true }]);
    const again = await write('POST', `${list}/showcase/copy-environment-variables`, source);
    expect(again.body).toEqual(copied.body);

    const own = `${list}/showcase/environment-variables`;
    expect((await write('DELETE', `${own}/${String(at(copied.body, '/0/id'))}`)).status).toBe(204);
    const left = rowsOf((await read(own)).body).filter((row) => row['inheritance_type'] === null);
    expect(left.map(({ name }) => name)).not.toContain('renamed');
  });
});

test('a build of 3.13 is cancelled while it goes on, and only then', async () => {
  const version = '/projects/seed/deployments/showcase/versions/running-build';
  const id = String(rowsOf((await read(`${version}/builds`)).body).at(-1)?.['id']);
  const build = `${version}/builds/${id}`;
  expect((await write('PATCH', build, { status: 'success' })).status).toBe(400);
  expect((await write('PATCH', build, { status: 'cancelled' })).body).toMatchObject({
    status: 'cancelled',
  });
  sandbox.advance(1_000_000);
  expect((await read(build)).body).toMatchObject({ status: 'cancelled' });
  expect((await write('PATCH', build, { status: 'cancelled' })).status).toBe(400);
  expect((await write('PATCH', build.replace('seed', 'current'), {})).status).toBe(404);
});

(hasSpecs() ? describe : describe.skip)('the answers to writes', () => {
  test.each(GENERATIONS)('are as $generation describes them', async ({ generation, project }) => {
    const spec = readSpec<DerivedSpec>(`ubiops-${generation}.derived.json`);
    const list = `/projects/${project}/deployments`;
    const fields = [
      { name: 'a', data_type: 'int', widget: { type: 'textbox', configuration: {} } },
    ];
    const structured = { input_type: 'structured', input_fields: fields, output_type: 'plain' };
    const variable = { name: 'a_b', value: 'x', secret: false };
    const version = `${list}/d/versions/v`;
    const deviations: Deviation[] = [];
    const check = async (route: string, method: string, path: string, body: unknown) => {
      const reply =
        body instanceof Blob
          ? await sendForm(path, { file: body })
          : await write(method, path, body);
      expect([path, Math.floor(reply.status / 100)]).toEqual([path, 2]);
      const type = typeOf(spec, route, method);
      expect([route, type]).toEqual([route, expect.any(String)]);
      deviations.push(...typeDeviations(spec, type ?? '', reply.body, `${method} ${path}`));
      return reply.body;
    };
    await check(D, 'POST', list, { name: 'd', ...structured });
    await check(V, 'POST', `${list}/d/versions`, { version: 'v' });
    await check(`${D}/{deployment_name}`, 'PATCH', `${list}/d`, { description: 'x' });
    await check(`${V}/{version}`, 'PATCH', version, { description: 'x' });
    const file = new Blob([ZIP]);
    const made = await check(`${V}/{version}/revisions`, 'POST', `${version}/revisions`, file);
    const revision = String(at(made, '/revision'));
    await check(
      `${V}/{version}/revisions/{revision_id}/rebuild`,
      'POST',
      `${version}/revisions/${revision}/rebuild`,
      {},
    );
    for (const [route, owner] of [
      [`/projects/{project_name}`, `/projects/${project}`],
      [`${D}/{deployment_name}`, `${list}/d`],
      [`${V}/{version}`, version],
    ] as const) {
      const path = `${owner}/environment-variables`;
      const created = await check(`${route}/environment-variables`, 'POST', path, variable);
      const own = `${path}/${String(at(created, '/id'))}`;
      await check(`${route}/environment-variables/{id}`, 'PATCH', own, { value: 'y' });
    }
    const copy = `${D}/{deployment_name}/copy-environment-variables`;
    const source = { source_deployment: 'd', source_version: 'v' };
    await check(copy, 'POST', `${list}/showcase/copy-environment-variables`, source);
    expect(settle(deviations, UBIOPS_WRITE_EXCEPTIONS[generation])).toEqual({
      unexplained: [],
      unused: [],
    });
  });
});
