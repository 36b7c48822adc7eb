import type { FastifyInstance } from 'fastify';
import { USERS } from './apps.ts';
import { groupOf, presentGroup, presentVariables, type ByName } from './environment.ts';
import { refusal, RequestRefused, unprocessable } from './errors.ts';
import { recordEvent } from './events.ts';
import type { Variables } from './model.ts';
import { find, originOf, type ByGuid, type Office } from './requests.ts';
import type { World } from './world.ts';

/** Changes of variables: of an app by anybody who may write, of a group by admins alone. */
export function environmentWrites(scope: FastifyInstance, world: World, office: Office): void {
  scope.patch<ByGuid>('/v3/apps/:guid/environment_variables', (request) => {
    const app = find(world.apps, request.params.guid, 'App');
    const at = office.clock.now();
    app.environment = merged(app.environment ?? {}, parsePatch(request.body));
    app.updatedAt = at;
    const data = { request: { environment_variables: '[PRIVATE DATA HIDDEN]' } };
    recordEvent(world, { at, type: 'update', app, user: USERS[2], data });
    return presentVariables(app, originOf(request));
  });
  scope.patch<ByName>('/v3/environment_variable_groups/:name', (request) => {
    const group = groupOf(world, request.params.name);
    if (!office.isAdmin(request)) {
      const detail = 'You are not authorized to perform the requested action';
      throw new RequestRefused(refusal(403, 10003, 'NotAuthorized', detail));
    }
    group.variables = merged(group.variables, parsePatch(request.body));
    group.updatedAt = office.clock.now();
    return presentGroup(group, originOf(request));
  });
}

/** A merge: what is not named stays, null deletes. */
function merged(before: Variables, patch: Record<string, string | null>): Variables {
  const after = { ...before };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete after[name];
    else after[name] = value;
  }
  return after;
}

function parsePatch(body: unknown): Record<string, string | null> {
  const patch = isObject(body) ? body.var : undefined;
  if (!isObject(patch)) throw unprocessable('Var must be an object');
  const problems: string[] = [];
  const understood: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(patch)) {
    const problem = problemOf(name);
    if (problem !== undefined) problems.push(`Var ${problem}`);
    if (typeof value === 'string' || value === null) understood[name] = value;
    else
      problems.push(
        `Non-string value in environment variable for key '${name}', value '${JSON.stringify(value)}'`,
      );
  }
  if (problems.length > 0) throw unprocessable(...problems);
  return understood;
}

function problemOf(name: string): string | undefined {
  if (name === '') return 'key must be a minimum length of 1';
  if (/^VCAP_/i.test(name)) return 'cannot start with VCAP_';
  if (/^VMC/i.test(name)) return 'cannot start with VMC_';
  return /^PORT$/i.test(name) ? 'cannot set PORT' : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
