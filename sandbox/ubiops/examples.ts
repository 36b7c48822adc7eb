import type { Deployment, Examples, Field, Version } from './types.ts';

/** The time printed in several examples; its 76 seconds do not exist. */
const IMPOSSIBLE = '2020-06-22T18:04:76.123754Z';

const withoutWidgets = (fields: Field[]) =>
  fields.map(({ name, data_type }) => ({ name, data_type }));

const INPUT_FIELDS: Field[] = [
  { name: 'input-field-1', data_type: 'int', widget: {} },
  { name: 'input-field-2', data_type: 'double', widget: {} },
];
const OUTPUT_FIELDS: Field[] = [{ name: 'output-field', data_type: 'double', widget: {} }];

const DEPLOYMENT_1 = {
  id: '903ccd12-81d1-46e1-9ac9-b9d70af118de',
  name: 'deployment-1',
  project: 'project-1',
  input_type: 'structured',
  output_type: 'structured',
  labels: { type: 'deployment' },
};

const DEPLOYMENT_2 = {
  id: '5f4e942f-d5b8-4d62-99b2-870c15a82127',
  name: 'deployment-2',
  project: 'project-1',
  description: 'Deployment two',
  input_type: 'structured',
  output_type: 'plain',
  input_fields: [{ name: 'input-field', data_type: 'int' }],
  output_fields: [],
  labels: { type: 'deployment' },
  creation_date: '2020-03-24T09:43:51.791253Z',
  last_updated: '2020-05-19T11:52:21.163270Z',
};

const DEPLOYMENT_3 = {
  id: 'bd3fae9d-aeec-4cf3-8ef0-5f9224d41904',
  name: 'deployment-3',
  description: '',
  project: 'project-1',
  input_type: 'plain',
  output_type: 'plain',
  input_fields: [],
  output_fields: [],
  creation_date: '2020-06-18T08:32:14.876451Z',
  last_updated: '2020-06-19T10:52:23.124784Z',
};

/** The deployments of the examples of "List deployments" and "Get details of a deployment". */
export const DEPLOYMENT_EXAMPLES: Record<string, Examples & Pick<Deployment, 'inputFields'>> = {
  'deployment-1': {
    inputFields: INPUT_FIELDS,
    list: {
      ...DEPLOYMENT_1,
      description: 'Temperature deployment',
      input_fields: withoutWidgets(INPUT_FIELDS),
      output_fields: withoutWidgets(OUTPUT_FIELDS),
      creation_date: '2020-05-12T16:23:15.456812Z',
      last_updated: IMPOSSIBLE,
    },
    detail: {
      ...DEPLOYMENT_1,
      description: '',
      input_fields: INPUT_FIELDS,
      output_fields: OUTPUT_FIELDS,
      creation_date: '2020-06-18T08:32:14.876451Z',
      last_updated: '2020-06-19T10:52:23.124784Z',
      default_version: 'v1',
    },
  },
  'deployment-2': {
    inputFields: [{ name: 'input-field', data_type: 'int', widget: {} }],
    list: DEPLOYMENT_2,
    detail: {
      ...DEPLOYMENT_2,
      input_fields: [{ name: 'input-field', data_type: 'int', widget: {} }],
      default_version: 'v1',
    },
  },
  'deployment-3': {
    inputFields: [],
    list: DEPLOYMENT_3,
    detail: { ...DEPLOYMENT_3, default_version: null },
  },
};

const RESOURCES = {
  deployment: 'deployment-1',
  description: '',
  status: 'available',
  maximum_idle_time: 10,
  labels: { type: 'version' },
  maximum_queue_size_express: 100,
  maximum_queue_size_batch: 100_000,
  restart_request_interruption: false,
};

const VERSION_1 = {
  ...RESOURCES,
  id: '4ae7d14b-4803-4e16-b96d-3b18caa4b605',
  version: 'version-1',
  memory_allocation: 512,
  instance_type: '512mb',
  maximum_instances: 4,
  minimum_instances: 1,
  monitoring: 'notification-group-1',
  default_notification_group: null,
  request_retention_time: 604_800,
  request_retention_mode: 'full',
  static_ip: false,
};

const VERSION_2 = {
  ...RESOURCES,
  id: '24f6b80a-08c3-4d52-ac1a-2ea7e70f16a6',
  version: 'version-2',
  language: 'r4.0',
  language_description: 'R 4.0',
  active_revision: 'a74662be-c938-4104-872a-8be1b85f64ff',
  latest_build: '4534e479-ea2e-4161-876a-1d382191a031',
  memory_allocation: 256,
  instance_type: '256mb',
  maximum_instances: 5,
  minimum_instances: 0,
  creation_date: '2020-05-12T16:23:15.456812Z',
  last_updated: IMPOSSIBLE,
  monitoring: 'notification-group-2',
  default_notification_group: 'notification-group-2',
  request_retention_time: 86_400,
  request_retention_mode: 'metadata',
  static_ip: true,
};

const ONLY_IN_DETAIL = {
  last_file_uploaded: '2020-06-21T09:03:01.875391Z',
  has_request_method: true,
  has_requests_method: false,
};

/** The versions of the examples of "List deployment versions" and "Get deployment version". */
export const VERSION_EXAMPLES: Record<string, Examples & Pick<Version, 'id'>> = {
  'version-1': {
    id: VERSION_1.id,
    list: {
      ...VERSION_1,
      language: 'python3.8',
      language_description: 'Python 3.8',
      active_revision: 'da27ef7c-aa3f-4963-a815-6ebf1865638e',
      latest_build: '0f4a94c6-ec4c-4d1e-81d7-8f3e40471f75',
      creation_date: '2020-06-18T08:32:14.876451Z',
      last_updated: '2020-06-19T10:52:23.124784Z',
    },
    detail: {
      ...VERSION_1,
      ...ONLY_IN_DETAIL,
      language: 'python3.7',
      language_description: 'Python 3.7',
      active_revision: 'a74662be-c938-4104-872a-8be1b85f64ff',
      latest_build: '9f7fd6ec-53b7-41c6-949e-09efc2ee2d31',
      creation_date: '2020-05-12T16:23:15.456812Z',
      last_updated: IMPOSSIBLE,
    },
  },
  'version-2': { id: VERSION_2.id, list: VERSION_2, detail: { ...VERSION_2, ...ONLY_IN_DETAIL } },
};
