import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';

/** What GraphQL over HTTP requires and the gateway does not do, by id, with the reason: nothing. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

const KEY = 'audit-key';
const apiKeys = [
  {
    name: 'auditor',
    hash: createHash('sha256').update(KEY).digest('hex'),
    grants: [{ role: 'viewer' }],
  },
];

describe.each<[string, Record<string, unknown>, Record<string, string>]>([
  // With introspection, which the audits ask for: in production it is a switch away.
  ['as it starts', {}, {}],
  [
    'with authentication and stored answers',
    { auth: { apiKeys }, cache: { enabled: true } },
    { 'x-api-key': KEY },
  ],
])('GraphQL over HTTP, %s', (_how, settings, headers) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ events: { watch: false }, ...settings });
  });
  afterAll(() => gateway.close());

  const audits = serverAudits({
    url: () => `${gateway.url}/graphql`,
    // A client of the gateway's own kind: it shows who it is, and that it is no form of a page.
    fetchFn: (url: string, init: RequestInit = {}) => {
      const asked = new Headers(init.headers);
      for (const [name, value] of Object.entries(headers)) asked.set(name, value);
      if ((init.method ?? 'GET') === 'GET') asked.set('apollo-require-preflight', 'yes');
      return fetch(url, { ...init, headers: asked });
    },
  });

  it('is audited in full', () => {
    expect(audits.length).toBeGreaterThan(60);
    const ids = audits.map(({ id }) => id);
    expect(Object.keys(EXCEPTIONS).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s %s',
    async (id, name, audit) => {
      const result = await audit.fn();
      if (/^(MUST|SHOULD)/.test(name) && !(id in EXCEPTIONS)) {
        expect(result).toEqual({ id, name, status: 'ok' });
      } else if (id in EXCEPTIONS) {
        // One that passes is no exception any more.
        expect(result.status).not.toBe('ok');
      }
      if (result.status !== 'ok') await result.response.body?.cancel();
    },
  );
});
