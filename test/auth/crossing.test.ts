import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { ask } from '../helpers/ask.ts';
import { sandboxConfig } from '../helpers/gateway.ts';

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

/** Viewers of the same providers who may see different parts of them. */
const KEYS = [
  { name: 'all', grants: [{ role: 'admin', readVariables: true }] },
  { name: 'humanitec', grants: [{ role: 'viewer', providers: ['humanitec'] }] },
  {
    name: 'orders',
    grants: [
      { role: 'deployer', providers: ['humanitec'], scopes: ['orders'], readVariables: true },
    ],
  },
  { name: 'cloudfoundry', grants: [{ role: 'viewer', providers: ['cloudfoundry'] }] },
];

const QUERY = `{
  deployments(first: 20) {
    nodes {
      id canRedeploy provider { name }
      scope { id name environmentVariables { name value } }
      version { name }
    }
  }
  scopes(first: 100) { nodes { id } }
  providers { name }
}`;

interface Seen {
  providers: { name: string }[];
  scopes: { nodes: { id: string }[] };
  deployments: { nodes: { id: string }[] };
}

let sandbox: Sandbox;
const gateways: Gateway[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => {
  for (const gateway of gateways) await gateway.close();
  await sandbox.close();
});

const start = async (enabled: boolean): Promise<string> => {
  const auth = { apiKeys: KEYS.map((key) => ({ ...key, hash: hashOf(key.name) })) };
  const gateway = await createGateway(sandboxConfig(sandbox, { auth, cache: { enabled } }));
  gateways.push(gateway);
  return gateway.url;
};

it('shows equal operations of different viewers, all at once, to each their own', async () => {
  const [cold, warm] = [await start(false), await start(true)];
  const see = async (url: string, name: string) => {
    const { text } = await ask<Seen>(url, QUERY, {}, { 'x-api-key': name });
    return text;
  };
  const own = new Map<string, string>();
  for (const { name } of KEYS) own.set(name, await see(cold, name));
  expect(new Set(own.values()).size).toBe(KEYS.length);

  for (let turn = 0; turn < 3; turn += 1) {
    const asked = Array.from({ length: 40 }, (_, index) => KEYS[index % KEYS.length]?.name ?? '');
    const seen = await Promise.all(asked.map((name) => see(warm, name)));
    for (const [index, name] of asked.entries()) expect(seen[index]).toBe(own.get(name));
  }

  const orders = JSON.parse(own.get('orders') ?? '') as { data: Seen };
  const humanitec = JSON.parse(own.get('humanitec') ?? '') as { data: Seen };
  expect(orders.data.providers).toEqual([{ name: 'humanitec' }]);
  expect(orders.data.scopes.nodes.length).toBeLessThan(humanitec.data.scopes.nodes.length);
});
