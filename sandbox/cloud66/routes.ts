import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { send } from '../server.ts';
import { newestFirst, toDeploymentBody } from './deployments.ts';
import { accountsOf, alertsOf, servicesOf, settingsOf, variantsOf } from './details.ts';
import { ApiError, pageOf, toList, toRefusal } from './envelope.ts';
import { byId, found } from './lookup.ts';
import type { Stack } from './model.ts';
import { newestActionsFirst, toActionBody, toStackBody } from './stacks.ts';
import { toVariableBody } from './variables.ts';
import type { World } from './world.ts';
import { addWrites } from './writes.ts';

/** Where the provider's API begins. */
export const BASE = '/api/3';

export interface RouteCall {
  now: number;
  param: (name: string) => string;
  query: (name: string) => string | undefined;
  /** A parameter of a change: of a form, a JSON body or the query. */
  field: (name: string) => unknown;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Handle = (call: RouteCall) => unknown;
type StackHandle = (stack: Stack, call: RouteCall) => unknown;
type Get = (path: string, handle: Handle) => void;
type GetOfStack = (path: string, handle: StackHandle) => void;
/** Registers a change of a stack. */
export type ChangeStack = (
  method: Exclude<Method, 'GET'>,
  path: string,
  handle: StackHandle,
) => void;

/** Registers every route, with and without the `.json` suffix. */
export function addRoutes(app: FastifyInstance, world: World): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  );
  const get: Get = (path, handle) => addRoute(app, world, ['GET', path], handle);
  const getOfStack: GetOfStack = (path, handle) =>
    get(`/stacks/:uid${path}`, (call) => handle(stackOf(world, call.param('uid')), call));
  const change: ChangeStack = (method, path, handle) =>
    addRoute(app, world, [method, `/stacks/:uid${path}`], (call) =>
      handle(stackOf(world, call.param('uid')), call),
    );
  addWrites(change, world);
  addStackRoutes(get, getOfStack, world);
  addDeploymentRoutes(getOfStack);
  addVariableRoutes(getOfStack);
  addActionRoutes(getOfStack);
  addDetailRoutes(getOfStack);
  addAccountRoutes(get, world);
}

function addStackRoutes(get: Get, getOfStack: GetOfStack, world: World): void {
  get('/stacks', ({ now, query }) => {
    const wanted = world.stacks.filter(
      (stack) =>
        matches(stack.name, query('filter_name')) &&
        matches(stack.environment, query('filter_environment')) &&
        matches(stack.git, query('filter_git_repo')) &&
        matches(stack.gitBranch, query('filter_git_branch')),
    );
    return toList(pageOf(wanted, query('page')), toStackBody(now));
  });
  getOfStack('', (stack, { now }) => ({ response: toStackBody(now)(stack) }));
}

function addDeploymentRoutes(getOfStack: GetOfStack): void {
  getOfStack('/deployments', (stack, { now, query }) =>
    toList(pageOf(newestFirst(stack), query('page')), toDeploymentBody(stack, now)),
  );
  getOfStack('/deployments/:id', (stack, { now, param }) => ({
    response: toDeploymentBody(stack, now)(byId(stack.deployments, param('id'), 'deployment')),
  }));
}

function addVariableRoutes(getOfStack: GetOfStack): void {
  // The list of variables shows 30 as its top-level count, however many there are.
  getOfStack('/environments', (stack, { query }) => ({
    ...toList(pageOf(stack.variables, query('page')), toVariableBody),
    count: 30,
  }));
  getOfStack('/environments/:id', (stack, { param }) => ({
    response: toVariableBody(byId(stack.variables, param('id'), 'environment variable')),
  }));
}

function addActionRoutes(getOfStack: GetOfStack): void {
  getOfStack('/actions', (stack, { now, query }) => {
    const wanted = newestActionsFirst(stack).filter((action) =>
      matches(action.userReference ?? '', query('user_reference')),
    );
    return toList(pageOf(wanted, query('page')), toActionBody(now));
  });
  // The newer page shows a single action without the `response` that wraps everything else.
  getOfStack('/actions/:id', (stack, { now, param }) =>
    toActionBody(now)(byId(stack.actions, param('id'), 'action')),
  );
}

function addDetailRoutes(getOfStack: GetOfStack): void {
  getOfStack('/settings', (stack, { query }) =>
    toList(pageOf(settingsOf(stack), query('page')), (setting) => setting),
  );
  getOfStack('/services', (stack, { now, query }) =>
    toList(pageOf(servicesOf(stack, now), query('page')), (service) => service),
  );
  getOfStack('/services/:id', (stack, { now, param }) => ({
    response: found(
      servicesOf(stack, now).find((service) => service.name === param('id')),
      'service',
    ),
  }));
  getOfStack('/application_variants', (stack, { now }) => {
    const variants = variantsOf(stack, now);
    return { response: variants, count: variants.length };
  });
  getOfStack('/application_variants/:id', (stack, { now, param }) => ({
    response: byId(variantsOf(stack, now), param('id'), 'application variant'),
  }));
  // The example on the Alerts page shows 6 alerts and counts 33.
  getOfStack('/notifications', (stack) => ({ response: alertsOf(stack), count: 33 }));
  getOfStack('/notifications/:name', (stack, { param }) => ({
    response: found(
      alertsOf(stack).find((alert) => alert.alert_name === param('name')),
      'notification',
    ),
  }));
}

function addAccountRoutes(get: Get, world: World): void {
  get('/accounts', ({ query }) =>
    toList(pageOf(accountsOf(world.stacks), query('page')), (account) => account),
  );
  get('/accounts/:id', ({ param }) => ({
    response: byId(accountsOf(world.stacks), param('id'), 'account'),
  }));
}

function addRoute(
  app: FastifyInstance,
  world: World,
  [method, path]: [Method, string],
  handle: Handle,
): void {
  const answer = (request: FastifyRequest, reply: FastifyReply) => {
    // Only string parameters are declared, and the query parser yields strings or lists of them.
    const params = request.params as Record<string, string>;
    const query = request.query as Record<string, string | string[]>;
    const body = (request.body ?? {}) as Record<string, unknown>;
    try {
      return handle({
        now: world.catchUp(),
        param: (name) => (params[name] ?? '').replace(/\.json$/, ''),
        query: (name) => [query[name] ?? []].flat().at(-1),
        field: (name) => body[name] ?? [query[name] ?? []].flat().at(-1),
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return send(reply, toRefusal(error));
    }
  };
  app.route({ method, url: `${BASE}${path}`, handler: answer });
  // A path that ends in a parameter takes the suffix as a part of the parameter.
  if (!/:\w+$/.test(path)) {
    app.route({ method, url: `${BASE}${path}.json`, handler: answer });
  }
}

function stackOf(world: World, uid: string): Stack {
  return found(
    world.stacks.find((stack) => stack.uid === uid),
    'stack',
  );
}

function matches(value: string, wanted: string | undefined): boolean {
  return wanted === undefined || value === wanted;
}
