import { uuidOf } from '../random.ts';
import { deploymentCreated, record } from './audit.ts';
import * as check from './body.ts';
import { stateOf } from './builds.ts';
import { addDeployment } from './make.ts';
import { Refused } from './query.ts';
import type { Deployment, Field, Project } from './types.ts';

const CREATE = ['name', 'description', 'labels', 'input_type', 'output_type'];
const FIELDS = ['input_fields', 'output_fields'];
const UPDATE = ['name', 'description', 'labels', 'default_version', ...FIELDS];

const DATA_TYPES = [
  ...['int', 'string', 'double', 'bool', 'timestamp', 'array_int', 'array_double'],
  ...['array_string', 'file', 'dict', 'array_dict', 'array_file'],
];
const DIRECTION = check.oneOf(['structured', 'plain']);

/** "name and data_type, and it may contain the field: widget. The name of an input field is unique". */
const field: check.Check<Field> = (value) => {
  const body = check.bodyOf(value, ['name', 'data_type', 'widget']);
  const widget = check.optional(body, 'widget', widgetOf, {});
  return {
    name: check.required(body, 'name', check.name),
    data_type: check.required(body, 'data_type', check.oneOf(DATA_TYPES)),
    widget,
  };
};

/** InputFieldWidgetCreate: the type is required, the configuration a dictionary of strings. */
const widgetOf: check.Check<check.Body> = (value) => {
  const body = check.bodyOf(value, ['type', 'configuration']);
  check.required(body, 'type', check.text(1, 64));
  check.optional(body, 'configuration', check.labels, {});
  return body;
};

const fields: check.Check<Field[]> = (value, name) => {
  const list = check.listOf(field)(value, name);
  if (new Set(list.map((each) => each.name)).size < list.length) {
    throw new Refused(400, `${name}: The names of the fields should be unique`);
  }
  return list;
};

/** What a request to create a deployment asks for; 4.12 has made the two types optional. */
export function createDeployment(
  project: Project,
  value: unknown,
  at: number,
  number: number,
): Deployment {
  const isOld = project.generation === '3.13';
  const known = [...CREATE, ...FIELDS, ...(isOld ? [] : ['supports_request_format'])];
  const body = check.bodyOf(value, known);
  const name = check.required(body, 'name', check.name);
  refuseTaken(project, name);
  const side = (direction: 'input' | 'output') => {
    const type = isOld
      ? check.required(body, `${direction}_type`, DIRECTION)
      : check.optional(body, `${direction}_type`, DIRECTION, 'plain');
    const list = check.optional(body, `${direction}_fields`, fields, []);
    if (type === 'plain' && list.length > 0) {
      throw new Refused(400, `${direction}_fields should not be given for plain ${direction}`);
    }
    if (type === 'structured' && list.length === 0) {
      throw new Refused(400, `${direction}_fields are required for structured ${direction}`);
    }
    return list;
  };
  const deployment = addDeployment(project, name, at, {
    id: uuidOf('ubiops', project.name, name, 'created', number),
    inputFields: side('input'),
    outputFields: side('output'),
    description: check.optional(body, 'description', check.description, ''),
    labels: check.optional(body, 'labels', check.labels, {}),
    supportsRequestFormat: check.optional(body, 'supports_request_format', check.flag, true),
  });
  deploymentCreated(project, deployment);
  return deployment;
}

export function updateDeployment(
  project: Project,
  deployment: Deployment,
  value: unknown,
  at: number,
): void {
  const body = check.bodyOf(value, UPDATE);
  const changes = {
    name: check.optional(body, 'name', check.name, deployment.name),
    description: check.optional(body, 'description', check.description, deployment.description),
    labels: check.optional(body, 'labels', check.labels, deployment.labels),
    inputFields: check.optional(body, 'input_fields', fields, deployment.inputFields),
    outputFields: check.optional(body, 'output_fields', fields, deployment.outputFields),
    defaultVersion: check.optional(
      body,
      'default_version',
      (chosen) => availableVersion(deployment, chosen, at),
      deployment.defaultVersion,
    ),
  };
  if (changes.name !== deployment.name) refuseTaken(project, changes.name);
  Object.assign(deployment, changes);
  delete deployment.examples;
  record(project, deployment, at, {
    action: 'update',
    event: `Updated deployment ${deployment.name}`,
  });
}

export function deleteDeployment(project: Project, deployment: Deployment, at: number): void {
  project.deployments.splice(project.deployments.indexOf(deployment), 1);
  const event = `Deleted deployment ${deployment.name}`;
  record(project, { ...deployment, name: '' }, at, { action: 'delete', event });
}

/** "Only **available** versions can be assigned as default." */
function availableVersion(deployment: Deployment, value: unknown, now: number): string {
  const name = check.name(value, 'default_version');
  const version = deployment.versions.find((each) => each.name === name);
  if (!version) throw new Refused(400, `default_version: There is no version ${name}`);
  if (stateOf(version, now).status !== 'available') {
    throw new Refused(400, `default_version: The version ${name} is not available`);
  }
  return name;
}

function refuseTaken(project: Project, name: string): void {
  if (!project.deployments.some((each) => each.name === name)) return;
  throw new Refused(400, `A deployment with the name ${name} already exists`);
}
