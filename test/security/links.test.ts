import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOf } from '../../sandbox/random.ts';
import { zipOf } from '../../sandbox/ubiops/zip.ts';
import { cloudFoundry } from '../../src/datasources/cloudfoundry/index.ts';
import { toId } from '../../src/ids.ts';
import { startTestGateway, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { createProvider, newCall } from '../helpers/provider.ts';

const NAMES = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const;

const deploymentId = uuidOf('ubiops', 'current', 'showcase');
const VERSION = toId('ubiops', 'Version', [
  ...['current', 'showcase', deploymentId],
  ...['available', uuidOf('ubiops', deploymentId, 'available')],
]);
const UPLOAD = `mutation ($input: RequestRevisionUploadInput!) { requestRevisionUpload(input: $input) {
  upload { url } } }`;

/** Where none of the gateway's requests belongs: it would answer all of them. */
async function startThief() {
  const stolen: string[] = [];
  const server = createServer(({ method, url, headers }, response) => {
    stolen.push(`${method} ${url} ${headers.authorization}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stolen,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

let gateway: TestGateway;
let thief: Awaited<ReturnType<typeof startThief>>;
beforeAll(async () => {
  thief = await startThief();
  gateway = await startTestGateway(UNWATCHED);
});
afterEach(() => {
  gateway.clear();
  expect(thief.stolen).toEqual([]);
});
afterAll(async () => {
  await gateway.close();
  await thief.close();
});

interface Listed {
  deployments: {
    nodes: { id: string; scope: { id: string } }[];
    failures: { code: string; provider: { name: string } }[];
  };
}
const list = (name: string) =>
  gateway.query<Listed>(
    `{ deployments(first: 3, filter: { providers: ["${name}"] }) { nodes { id scope { id } } failures { code provider { name } } } }`,
  );

describe.each(NAMES)('%s, which sends elsewhere', (name) => {
  it.each([301, 302, 303, 307, 308])('is not followed by a read (%i)', async (status) => {
    const headers = { location: `${thief.url}/read` };
    gateway.sandbox[name].setFaults([{ path: '^/(?!oauth)', status, headers }]);
    const { data } = await list(name);
    expect(data.deployments.failures).toMatchObject([{ provider: { name } }]);
    expect(gateway.requestsTo(name).length).toBeGreaterThan(0);
  });

  it.each([302, 307])('is not followed by a write (%i)', async (status) => {
    const { data } = await list(name);
    const row = data.deployments.nodes[0];
    const ownerId = name === 'ubiops' ? row?.id : row?.scope.id;
    const headers = { location: `${thief.url}/write` };
    for (const method of ['POST', 'PUT', 'PATCH']) {
      gateway.sandbox[name].setFaults([{ method, status, headers }]);
      const variables = [{ name: 'WHERE', value: method }];
      const set = await gateway.query<{
        setEnvironmentVariables: { changedNames: string[] } | null;
      }>(
        `mutation ($input: SetEnvironmentVariablesInput!) { setEnvironmentVariables(input: $input) { changedNames userErrors { message } } }`,
        { input: { ownerId, variables } },
      );
      if (gateway.sandbox[name].faults()[0]?.used) {
        expect(set.data.setEnvironmentVariables?.changedNames ?? []).toEqual([]);
        return;
      }
    }
    throw new Error('nothing was written');
  });
});

describe('links in answers', () => {
  it('to other pages are not asked: pages are asked for by number or token', async () => {
    const next = `${thief.url}/next?page=2&per_page=3`;
    gateway.sandbox.humanitec.setFaults([
      { headers: { link: `<${next}>; rel="next"` }, status: 200, body: [] },
    ]);
    await list('humanitec');
    gateway.sandbox.cloudfoundry.setFaults([
      {
        path: '^/v3/deployments',
        set: { '/pagination/next': { href: next }, '/pagination/total_pages': 3 },
      },
    ]);
    await list('cloudfoundry');
    expect(gateway.sandbox.cloudfoundry.faults()[0]?.used).toBeGreaterThan(0);
    expect(gateway.sandbox.humanitec.faults()[0]?.used).toBeGreaterThan(0);
  });

  it('to a place to log in are asked beside the API only, or where the configuration says', async () => {
    const standIn = gateway.sandbox.cloudfoundry;
    const { url } = standIn;
    const credentials = { username: 'sandbox', password: 'sandbox' };
    const elsewhere = ['/links/login', '/links/uaa'].map((at) => [at, { href: thief.url }]);
    standIn.setFaults([
      { path: '^/$', set: Object.fromEntries(elsewhere) as Record<string, unknown> },
    ]);
    await expect(
      createProvider(cloudFoundry, url, { credentials }).ping(newCall()),
    ).rejects.toThrow(/not beside it.*loginUrl/);
    const loginUrl = url;
    await createProvider(cloudFoundry, url, { credentials, loginUrl }).ping(newCall());
    expect(standIn.requests().map(({ path }) => path)).toEqual([
      '/',
      '/oauth/token',
      '/v3/organizations',
    ]);
  });

  it('of downloads are not followed', async () => {
    const { data } = await gateway.query<{
      node: { revisions: { nodes: { downloadUrl: string }[] } };
    }>(
      'query ($id: ID!) { node(id: $id) { ... on Version { revisions { nodes { downloadUrl } } } } }',
      { id: VERSION },
    );
    const url = data.node.revisions.nodes[0]?.downloadUrl ?? '';
    const headers = { location: `${thief.url}/file` };
    gateway.sandbox.ubiops.setFaults([{ path: 'download', status: 302, headers }]);
    expect((await fetch(url)).status).toBe(502);
    expect(gateway.sandbox.ubiops.faults()[0]?.used).toBe(1);
  });
});

describe('a request', () => {
  it('cannot name another host by its ids', async () => {
    const host = thief.url.slice('http://'.length);
    const tricks = [
      `//${host}`,
      `@${host}/`,
      `..//..//${host}`,
      `${thief.url}/`,
      `x?y=${thief.url}`,
      `\\\\${host}`,
      `%2f%2f${host}`,
    ];
    const ids = tricks.flatMap((trick) => [
      toId('ubiops', 'Scope', [trick]),
      toId('ubiops', 'Deployment', [trick, trick, trick]),
      toId('humanitec', 'Scope', [trick, trick]),
      toId('humanitec', 'Scope', ['sandbox-org', trick, trick]),
      toId('cloud66', 'Scope', [trick]),
      toId('cloudfoundry', 'Scope', ['app', trick]),
    ]);
    const { data } = await gateway.query<{ nodes: unknown[] }>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on VariableOwner { environmentVariables { name } } } }',
      { ids },
    );
    expect(data.nodes.filter(Boolean)).toEqual([]);
    expect(NAMES.flatMap((name) => gateway.requestsTo(name)).length).toBeGreaterThan(0);
  });

  it('cannot have files sent elsewhere by its Host', async () => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-host': 'thief.example' };
    const sent = httpRequest(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, host: 'thief.example' },
    });
    sent.end(JSON.stringify({ query: UPLOAD, variables: { input: { versionId: VERSION } } }));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const { data } = (await json(answer)) as {
      data: { requestRevisionUpload: { upload: { url: string } } };
    };
    const { url } = data.requestRevisionUpload.upload;
    expect(url.startsWith(`${gateway.url}/files/`)).toBe(true);
    const path = gateway.sandbox.ubiops;
    path.setFaults([{ method: 'POST', status: 307, headers: { location: thief.url } }]);
    const body = zipOf('deployment.py', 'pass');
    expect((await fetch(url, { method: 'PUT', body })).status).toBeGreaterThan(399);
  });
});
