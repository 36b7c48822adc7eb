import type { FastifyInstance } from 'fastify';
import { originOf } from './requests.ts';

/** The documented limit: requests per hour over all processes of the Cloud Controller. */
export const RATE_LIMIT = { limit: 20_000, windowMs: 3_600_000 };

/** What needs no token. */
export const PUBLIC_PATHS = new Set(['/', '/v3', '/v3/info', '/oauth/token']);

/** The routes that say where everything is. The stand-in is its own UAA. */
export function rootRoutes(scope: FastifyInstance): void {
  scope.get('/', (request) => {
    const origin = originOf(request);
    return {
      links: {
        self: { href: origin },
        cloud_controller_v3: { href: `${origin}/v3`, meta: { version: '3.195.0' } },
        login: { href: origin },
        uaa: { href: origin },
      },
    };
  });
  scope.get('/v3', (request) => {
    const self = `${originOf(request)}/v3`;
    const names = ['apps', 'audit_events', 'builds', 'deployments', 'droplets', 'info', 'spaces'];
    const links = names.map((name) => [name, { href: `${self}/${name}` }] as const);
    return { links: { self: { href: self }, ...Object.fromEntries(links) } };
  });
  scope.get('/v3/info', (request) => ({
    build: '',
    cli_version: { minimum: '', recommended: '' },
    custom: {},
    description: 'Sandbox',
    name: 'sandbox',
    version: 0,
    osbapi_version: '2.17',
    rate_limits: {
      enabled: true,
      general_limit: RATE_LIMIT.limit,
      reset_interval_in_minutes: RATE_LIMIT.windowMs / 60_000,
    },
    links: { self: { href: `${originOf(request)}/v3/info` }, support: { href: '' } },
  }));
}
