// @ts-check

/** UbiOps's shape of the N+1 case: a project of 100 services, each with a version of its own. */
const SERVICES = 100;
const DATE = '2026-01-01T00:00:00.000000+00:00';

/** @param {number} row */
const nameOf = (row) => `service-${String(row).padStart(3, '0')}`;
/** @param {string} kind @param {number} row */
const uuid = (kind, row) => `0000000${kind}-0000-4000-8000-${String(row).padStart(12, '0')}`;

const deployments = Array.from({ length: SERVICES }, (_, row) => ({
  id: uuid('d', row),
  name: nameOf(row),
  project: 'bench',
  description: '',
  input_type: 'structured',
  output_type: 'structured',
  input_fields: [{ name: 'input', data_type: 'string' }],
  output_fields: [{ name: 'output', data_type: 'string' }],
  supports_request_format: true,
  labels: { team: 'payments' },
  creation_date: `2026-01-01T00:${String(row % 60).padStart(2, '0')}:00.000000+00:00`,
  last_updated: DATE,
}));

/** @param {number} row */
const versionOf = (row) => ({
  id: uuid('e', row),
  deployment: nameOf(row),
  version: 'v1',
  default: true,
  description: '',
  status: 'available',
  active_revision: uuid('f', row),
  latest_revision: uuid('f', row),
  labels: {},
  creation_date: DATE,
  last_updated: DATE,
  environment: 'python3-12',
  instance_type: '1024mb',
  maximum_instances: 5,
  minimum_instances: 0,
  maximum_idle_time: 300,
});

/** @param {number} row */
const revisionOf = (row) => ({
  id: uuid('f', row),
  version: 'v1',
  creation_date: DATE,
  created_by: 'bench@example.org',
  status: 'success',
  error_message: '',
  has_request_method: true,
  has_requests_method: false,
  empty: false,
});

/** @param {unknown} value */
const bytesOf = (value) => Buffer.from(JSON.stringify(value));

const answers = new Map([['/projects/bench/deployments', bytesOf(deployments)]]);
for (let row = 0; row < SERVICES; row += 1) {
  const service = `/projects/bench/deployments/${nameOf(row)}`;
  answers.set(`${service}/versions`, bytesOf([versionOf(row)]));
  answers.set(service, bytesOf({ ...deployments[row], default_version: 'v1' }));
  answers.set(`${service}/versions/v1`, bytesOf(versionOf(row)));
  answers.set(`${service}/versions/v1/revisions`, bytesOf([revisionOf(row)]));
  answers.set(`${service}/versions/v1/revisions/${uuid('f', row)}`, bytesOf(revisionOf(row)));
}

/** @param {string} path @returns {Buffer | undefined} */
export const answerUbiOps = (path) => answers.get(path);
