import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';
import { record } from './audit.ts';
import { badRequest, conflict, notFound } from './errors.ts';
import { requireApp, requireEnv, type AppParams, type EnvParams } from './lookup.ts';
import type { Application, SharedValue, World } from './model.ts';
import { AUTOMATION } from './people.ts';
import { changeValue, type SecretReference } from './values.ts';

const KEY = /^[A-Za-z0-9_.-]+$/;

/** The values of one level, and where it is. */
interface Level {
  application: Application;
  envId?: string;
  values: Map<string, SharedValue>;
  path: string;
}

type Fields = Record<string, unknown>;

/** Does a change to a level at the present time and shows what is there afterwards. */
type Change = (level: Level, key: string, fields: Fields) => SharedValue | undefined;

interface Routes<Params> {
  prefix: string;
  levelOf: (params: Params) => Level;
  change: Change;
  note: (method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, status: number) => void;
}

/** Changes of shared values, of an application or as overrides of an environment. */
export function addValueWrites(app: FastifyInstance, world: World, clock: Clock): void {
  const shared = {
    change: createChange(clock),
    note: (method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, status: number) =>
      record(world, clock.now(), AUTOMATION.id, method, path, status),
  };
  addRoutes<AppParams>(app, {
    ...shared,
    prefix: '/orgs/:orgId/apps/:appId',
    levelOf: (params) => {
      const application = requireApp(world, params);
      return { application, values: application.values, path: `/apps/${params.appId}` };
    },
  });
  addRoutes<EnvParams>(app, {
    ...shared,
    prefix: '/orgs/:orgId/apps/:appId/envs/:envId',
    levelOf: (params) => {
      const [application, { id: envId, overrides }] = requireEnv(world, params);
      const path = `/apps/${params.appId}/envs/${envId}`;
      return { application, envId, values: overrides, path };
    },
  });
}

function addRoutes<Params extends AppParams>(app: FastifyInstance, routes: Routes<Params>): void {
  const { prefix, levelOf, change, note } = routes;
  app.post<{ Params: Params; Body: unknown }>(`${prefix}/values`, ({ params, body }, reply) => {
    const level = levelOf(params as Params);
    const fields = parseFields(body);
    const isSecret = fields.is_secret === true || isReference(fields);
    const created = change(level, newKey(level, fields), {
      value: '',
      ...fields,
      is_secret: isSecret,
    });
    note('POST', `${level.path}/values`, 201);
    return reply.code(201).send(created);
  });
  app.delete<{ Params: Params & { key: string } }>(`${prefix}/values/:key`, ({ params }, reply) => {
    const level = levelOf(params as Params);
    const key = requireKey(level, params as { key: string });
    change(level, key, {});
    note('DELETE', `${level.path}/values/${key}`, 204);
    return reply.code(204).send();
  });
  for (const method of ['PUT', 'PATCH'] as const) addEdit(app, method, routes);
}

/** PUT wants the description, PATCH what is to change. */
function addEdit<Params extends AppParams>(
  app: FastifyInstance,
  method: 'PUT' | 'PATCH',
  { prefix, levelOf, change, note }: Routes<Params>,
): void {
  app.route<{ Params: Params & { key: string }; Body: unknown }>({
    method,
    url: `${prefix}/values/:key`,
    handler: ({ params, body }) => {
      const level = levelOf(params as Params);
      const key = requireKey(level, params as { key: string });
      const fields = parseFields(body);
      const { value, description, secret_ref } = fields;
      if (isReference(fields) && !level.values.get(key)?.is_secret) {
        throw badRequest('secret_ref is for secrets.');
      }
      if (method === 'PUT' && description === undefined) {
        throw badRequest('description is required.');
      }
      const before = level.values.get(key)?.value ?? '';
      const changed = change(level, key, { value: value ?? before, description, secret_ref });
      note(method, `${level.path}/values/${key}`, 200);
      return changed;
    },
  });
}

function createChange(clock: Clock): Change {
  return ({ application, envId, values }, key, fields) => {
    const { value, is_secret: secret, description, secret_ref } = fields;
    changeValue(application, {
      at: clock.now(),
      by: AUTOMATION.id,
      key,
      ...(envId !== undefined && { envId }),
      ...(typeof value === 'string' && { value }),
      ...(typeof secret === 'boolean' && { secret }),
      ...(typeof description === 'string' && { description }),
      ...(isReference(fields) && { reference: secret_ref as SecretReference }),
    });
    return values.get(key);
  };
}

function newKey({ values }: Level, fields: Fields): string {
  const { key } = fields;
  if (typeof key !== 'string' || !KEY.test(key)) throw badRequest(`key must match ${KEY.source}.`);
  if (!('description' in fields)) throw badRequest('description is required.');
  if (values.has(key)) throw conflict(`Shared Value ${key} already exists.`);
  return key;
}

function requireKey({ values }: Level, { key }: { key: string }): string {
  if (!values.has(key)) throw notFound(`Shared Value ${key} not found.`);
  return key;
}

function parseFields(body: unknown): Fields {
  if (typeof body !== 'object' || body === null) throw badRequest('The body must be an object.');
  const fields = body as Fields;
  for (const name of ['value', 'description']) {
    const value = fields[name];
    if (value !== undefined && value !== null && typeof value !== 'string') {
      throw badRequest(`${name} must be a string.`);
    }
  }
  const { is_secret: secret, secret_ref: reference } = fields;
  if (secret !== undefined && typeof secret !== 'boolean') {
    throw badRequest('is_secret must be a boolean.');
  }
  if (reference !== undefined && reference !== null) checkReference(reference);
  return fields;
}

/** SecretReference: `ref` with its `store`, or a `value`, never both. */
function checkReference(reference: unknown): void {
  if (typeof reference !== 'object') throw badRequest('secret_ref must be an object.');
  const { store, ref, version, value } = reference as Fields;
  for (const [name, each] of Object.entries({ store, ref, version, value })) {
    if (each !== undefined && typeof each !== 'string') {
      throw badRequest(`secret_ref.${name} must be a string.`);
    }
  }
  if (store === 'humanitec') throw badRequest('secret_ref.store cannot be humanitec.');
  if (ref !== undefined && store === undefined) {
    throw badRequest('secret_ref.store is mandatory if ref is defined.');
  }
  if (value !== undefined && (ref !== undefined || store !== undefined)) {
    throw badRequest('secret_ref.value cannot be defined along with ref or store.');
  }
  if (version !== undefined && ref === undefined) {
    throw badRequest('secret_ref.version is only valid if ref is defined.');
  }
}

function isReference({ secret_ref: reference }: Fields): boolean {
  return reference !== undefined && reference !== null;
}
