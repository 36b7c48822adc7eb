import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';
import { auditPage, type AuditQuery } from './audit.ts';
import { ENVIRONMENT_TYPES, ORG } from './catalogue.ts';
import { badRequest, errorBody, notFound, Refused } from './errors.ts';
import { requireOrg, type OrgParams } from './lookup.ts';
import type { World } from './model.ts';
import { AUTOMATION, PEOPLE, type Person } from './people.ts';

const EVENT_PROPERTIES = ['event', 'org_id', 'triggered_at', 'triggered_by', 'app_id', 'env_id'];
const EVENTS = [
  { scope: 'environment', type: 'created', properties: [...EVENT_PROPERTIES, 'name', 'type'] },
  { scope: 'environment', type: 'deleted', properties: [...EVENT_PROPERTIES, 'name', 'type'] },
  ...['started', 'finished'].map((type) => ({
    scope: 'deployment',
    type,
    properties: [...EVENT_PROPERTIES, 'deploy_id', 'delta_id', 'set_id', 'comment', 'status'],
  })),
];

/** What belongs to the organization itself: its people, environment types, events and audit log. */
export function addOrganizationRoutes(app: FastifyInstance, world: World, clock: Clock): void {
  app.get('/orgs', () => [ORG]);
  app.get<{ Params: OrgParams }>('/orgs/:orgId', ({ params }) => {
    requireAccess(params);
    return ORG;
  });
  app.get('/current-user', () => ({
    ...toProfile(AUTOMATION),
    properties: {},
    roles: { [`/orgs/${ORG.id}`]: AUTOMATION.role },
  }));
  addPeopleRoutes(app);
  app.get<{ Params: OrgParams }>('/orgs/:orgId/env-types', ({ params }) => {
    requireOrg(params);
    return ENVIRONMENT_TYPES;
  });
  app.get<{ Params: OrgParams & { typeId: string } }>(
    '/orgs/:orgId/env-types/:typeId',
    ({ params }) => {
      requireOrg(params);
      const found = ENVIRONMENT_TYPES.find((each) => each.id === params.typeId);
      if (!found) throw notFound(`Environment Type ${params.typeId} not found.`);
      return found;
    },
  );
  app.get<{ Params: OrgParams }>('/orgs/:orgId/events', ({ params }) => {
    requireOrg(params);
    return EVENTS;
  });
  addAuditRoute(app, world, clock);
}

function addPeopleRoutes(app: FastifyInstance): void {
  app.get<{ Params: OrgParams; Querystring: { type?: unknown } }>(
    '/orgs/:orgId/users',
    ({ params, query }) => {
      requireAccess(params);
      return query.type === 'group' ? [] : PEOPLE.map(toRole);
    },
  );
  app.get<{ Params: OrgParams & { userId: string } }>(
    '/orgs/:orgId/users/:userId',
    ({ params }) => {
      requireAccess(params);
      if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(params.userId)) throw badRequest('Invalid user id.');
      const found = PEOPLE.find((each) => each.id === params.userId);
      if (!found) throw notFound(`User ${params.userId} not found in ${params.orgId}.`);
      return toRole(found);
    },
  );
}

/** The next page is named by an absolute URL in the `Link` header, with the filters repeated. */
function addAuditRoute(app: FastifyInstance, world: World, clock: Clock): void {
  app.get<{ Params: OrgParams; Querystring: AuditQuery }>(
    '/orgs/:orgId/audit-logs',
    (request, reply) => {
      requireAccess(request.params);
      const { entries, nextPage } = auditPage(world, request.query, clock.now());
      if (nextPage !== undefined) {
        const url = new URL(request.url, `${request.protocol}://${request.host}`);
        url.searchParams.set('page', nextPage);
        reply.header('link', `<${url.href}>; rel="next"`);
      }
      return entries;
    },
  );
}

/** The endpoints that document a 403 answer it for an organization that is not the token's. */
function requireAccess({ orgId }: OrgParams): void {
  if (orgId === ORG.id) return;
  throw new Refused(errorBody(403, 'The token does not grant access to the requested resource.'));
}

function toProfile({ id, name, email, type, createdAt }: Person) {
  return { id, name, type, ...(email && { email }), created_at: createdAt };
}

function toRole(person: Person) {
  const invite = person.type === 'user' ? { invite: 'accepted' } : {};
  return { ...toProfile(person), ...invite, role: person.role };
}
