import { uuidOf } from '../random.ts';
import { userOf } from './builds.ts';
import * as check from './body.ts';
import { Refused } from './query.ts';
import type { AuditEvent, Deployment, Project, Variable, Version } from './types.ts';

const FIELDS = ['name', 'value', 'secret'];

/** "only letters and underscores, and not start or end with an underscore" */
const NAME = /^[A-Za-z](?:[A-Za-z_]*[A-Za-z])?$/;

const variableName: check.Check<string> = (value, field) => {
  const name = check.name(value, field);
  if (NAME.test(name)) return name;
  throw new Refused(
    400,
    'name: It should contain only letters and underscores, and not start or end with an underscore',
  );
};
const anyText = check.text(0, 65_536);

/** The level whose variables are changed, with what its events are about. */
export interface Level {
  project: Project;
  deployment: Deployment | undefined;
  version: Version | undefined;
}

export function createVariable(level: Level, value: unknown, at: number, number: number): Variable {
  const body = check.bodyOf(value, FIELDS);
  const variables = variablesOf(level);
  const name = check.required(body, 'name', variableName);
  refuseTaken(variables, name);
  const variable: Variable = {
    id: uuidOf('ubiops', 'variable', 'created', number),
    name,
    value: check.required(body, 'value', anyText),
    secret: check.required(body, 'secret', check.flag),
  };
  variables.push(variable);
  tell(level, 'create', name, at);
  return variable;
}

export function updateVariable(level: Level, variable: Variable, value: unknown, at: number): void {
  const body = check.bodyOf(value, FIELDS);
  const name = check.optional(body, 'name', variableName, variable.name);
  const secret = check.optional(body, 'secret', check.flag, variable.secret);
  const text = check.optional(body, 'value', anyText, variable.value);
  if (name !== variable.name) refuseTaken(variablesOf(level), name);
  if (variable.secret && !secret) {
    throw new Refused(400, 'secret: A secret variable cannot be made visible');
  }
  Object.assign(variable, { name, secret, value: text });
  tell(level, 'update', name, at);
}

export function deleteVariable(level: Level, variable: Variable, at: number): void {
  const variables = variablesOf(level);
  variables.splice(variables.indexOf(variable), 1);
  tell(level, 'delete', variable.name, at);
}

/** Puts copies into the level, in place of what has the same names there; returns the copies. */
export function copyVariables(
  level: Level,
  value: unknown,
  sourceOf: (deployment: string, version: string | undefined) => { variables: Variable[] },
  at: number,
  nextNumber: () => number,
): Variable[] {
  const body = check.bodyOf(value, ['source_deployment', 'source_version']);
  const source = sourceOf(
    check.required(body, 'source_deployment', check.name),
    check.optional(body, 'source_version', check.name, undefined),
  );
  const variables = variablesOf(level);
  const copies = source.variables.map((variable) => {
    const place = variables.findIndex(({ name }) => name === variable.name);
    const known = variables[place];
    const id = known?.id ?? uuidOf('ubiops', 'variable', 'created', nextNumber());
    const copy = { ...variable, id };
    if (known) variables.splice(place, 1, copy);
    else variables.push(copy);
    return copy;
  });
  for (const { name } of copies) tell(level, 'create', name, at);
  return copies;
}

function variablesOf({ project, deployment, version }: Level): Variable[] {
  return (version ?? deployment ?? project).variables;
}

function refuseTaken(variables: Variable[], name: string): void {
  if (!variables.some((each) => each.name === name)) return;
  throw new Refused(400, `An environment variable with the name ${name} already exists`);
}

function tell(
  { project, deployment, version }: Level,
  action: 'create' | 'update' | 'delete',
  name: string,
  at: number,
): void {
  const verb = { create: 'Created', update: 'Updated', delete: 'Deleted' }[action];
  const owner = deployment ? `deployment ${deployment.name}` : `project ${project.name}`;
  const of = version ? `version ${version.name} of ${owner}` : owner;
  const event: AuditEvent = {
    id: uuidOf('ubiops', project.name, of, action, name, at, project.audit.length),
    at,
    action,
    user: userOf(of, at),
    event: `${verb} environment variable ${name} for ${of}`,
    objectType: deployment ? 'deployment' : 'project',
    objectName: (deployment ?? project).name,
    deploymentId: deployment?.id ?? null,
  };
  project.audit.push(event);
}
