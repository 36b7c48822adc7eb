import { createHash } from 'node:crypto';
import { type Guard, MARK, type Tell } from './guard.ts';

export const secret = (name: string) => `${MARK}-${name}-${'0'.repeat(32)}`;
export const ADMIN = secret('key-admin');
export const READER = secret('key-reader');
export const JWT_SECRET = secret('jwt');
export const PASSED = secret('passed-through');
export const METRICS = secret('metrics');
export const HOOKS = { cloud66: secret('hook-cloud66'), humanitec: secret('hook-humanitec') };
/** Whoever may read values may read these, and nothing else that is planted. */
export const PLAIN = `${MARK}-plain`;

export const TELL: Record<'ubiops' | 'humanitec' | 'cloud66' | 'cloudfoundry', Tell> = {
  ubiops: (text) => ({ error: text }),
  humanitec: (text) => ({ error: 'API-400', message: text, details: { text } }),
  cloud66: (text) => ({ error: text, error_description: text, details: text }),
  cloudfoundry: (text) => ({
    errors: [{ code: 10008, title: 'UnprocessableEntity', detail: text }],
  }),
};
export type Name = keyof typeof TELL;
export const NAMES = Object.keys(TELL) as Name[];

/** A configuration with a secret in each place that can hold one. */
export function configuration(
  guards: Record<Name, Guard>,
  { redisUrl, prefix, collectorUrl }: { redisUrl: string; prefix: string; collectorUrl: string },
) {
  const entry = (name: string, kind: Name, path: string, credentials: unknown) => ({
    ...{ name, kind, baseUrl: guards[kind].url + path, credentials, retries: 0 },
  });
  const token = (name: string) => ({ token: secret(`token-${name}`) });
  const hash = (key: string) => createHash('sha256').update(key).digest('hex');
  return {
    logLevel: 'trace',
    server: { port: 0, metrics: { token: METRICS } },
    auth: {
      apiKeys: [
        { name: 'admin', hash: hash(ADMIN), grants: [{ role: 'admin', readVariables: true }] },
        { name: 'reader', hash: hash(READER), grants: [{ role: 'viewer' }] },
      ],
      jwt: {
        ...{ secret: JWT_SECRET, issuer: 'us', audience: 'deploygraph' },
        roles: { team: [{ role: 'viewer' }] },
      },
    },
    redis: { url: redisUrl, prefix },
    files: { secret: secret('files') },
    writes: { secret: secret('writes') },
    observability: {
      traces: { url: collectorUrl, headers: { 'x-key': secret('collector') }, propagate: true },
    },
    providers: [
      entry('ubiops', 'ubiops', '/v2.1', token('ubiops')),
      {
        ...entry('humanitec', 'humanitec', '', token('humanitec')),
        ...{ organization: 'sandbox-org', passthrough: true },
        webhook: { header: 'x-hook', secret: HOOKS.humanitec },
      },
      {
        ...entry('cloud66', 'cloud66', '/api/3', token('cloud66')),
        webhook: { token: HOOKS.cloud66 },
      },
      entry('cloudfoundry', 'cloudfoundry', '', {
        username: 'sandbox',
        password: secret('password'),
      }),
      entry('service', 'cloudfoundry', '', {
        clientId: 'sandbox',
        clientSecret: secret('client'),
      }),
    ],
  };
}
