import type { Exception } from '../deviation.ts';

const STORED_VALUES = 'Variables that were stored as numbers or booleans come back as such.';
const OWN_EXAMPLE = 'The schema lacks these fields, and the example beside it has them.';

/** Where the Cloud Foundry stand-in follows the Cloud Controller's source against its description. */
export const CLOUD_FOUNDRY_EXCEPTIONS: Exception[] = [
  {
    schema: 'Deployment',
    paths: ['/status/details/error', '/status/canary'],
    rule: 'undeclared',
    reason: 'The presenter has both; the description has forgotten them.',
  },
  {
    schema: 'Deployment',
    paths: ['/status/details/last_successful_healthcheck'],
    rule: 'type',
    reason: 'The presenter gives null before the first successful health check.',
  },
  {
    schema: 'Deployment',
    paths: ['/droplet/guid', '/previous_droplet/guid'],
    rule: 'type',
    reason: 'The guid of a droplet can be null, which neither docs nor description say.',
  },
  {
    schema: 'Deployment',
    paths: ['/status/reason'],
    rule: 'enum',
    reason: 'Rows from 2019 to 2023 can have the reason DEGENERATE.',
  },
  {
    schema: 'Deployment',
    paths: ['/state'],
    rule: 'undeclared',
    reason: 'Until November 2020 a deployment had a `state` at its top level.',
  },
  {
    schema: 'Deployment',
    paths: ['/options'],
    rule: 'absent',
    reason:
      'The row with the top-level `state` is of 2020, and `options` belong to the presenter of today.',
  },
  {
    schema: 'Revision',
    paths: ['/processes', '/sidecars', '/deployable'],
    rule: 'undeclared',
    reason: 'The presenter has these three; the description has forgotten them.',
  },
  {
    schema: 'Revision',
    paths: ['/enabled'],
    rule: 'absent',
    reason: 'The description invents this field; no presenter has it.',
  },
  {
    schema: 'Revision',
    paths: ['/droplet/guid'],
    rule: 'undeclared',
    reason: 'The droplet of a revision is an object with its guid, not a relationship with `data`.',
  },
  {
    schema: 'Build',
    paths: ['/checksum'],
    rule: 'absent',
    reason: 'The description invents this field for builds; the presenter does not have it.',
  },
  {
    schema: 'Droplet',
    paths: ['/relationships'],
    rule: 'undeclared',
    reason: 'The presenter names the app of a droplet in `relationships`.',
  },
  {
    schema: 'Droplet',
    paths: ['/process_types'],
    rule: 'type',
    reason: 'A droplet without contents yet has null, as the docs show for one that is copied.',
  },
  {
    schema: 'App',
    paths: ['/included'],
    rule: 'absent',
    reason: 'Only a request with `include` is answered with `included`.',
  },
  {
    schema: 'Space',
    paths: ['/included'],
    rule: 'absent',
    reason: 'Only a request with `include` is answered with `included`.',
  },
  {
    schema: 'AuditEvent',
    paths: ['/actor', '/target'],
    rule: 'type',
    reason: 'Actor and target of an event can be null.',
  },
  {
    schema: 'ProcessList',
    paths: ['/pagination'],
    rule: 'undeclared',
    reason:
      'Every list has its paging in `pagination`; this schema alone spreads it over the list.',
  },
  {
    schema: 'ProcessStats',
    paths: [
      '/resources/*/instance_guid',
      '/resources/*/routable',
      '/resources/*/fds_quota',
      '/resources/*/isolation_segment',
      '/resources/*/details',
    ],
    rule: 'undeclared',
    reason: OWN_EXAMPLE,
  },
  {
    schema: 'Relationship',
    paths: [''],
    rule: 'type',
    reason: 'The schema that refers to this one lets `data` be null, which this one then forbids.',
  },
  {
    schema: 'AppEnvironment',
    paths: ['/environment_variables/*'],
    rule: 'type',
    reason: STORED_VALUES,
  },
  {
    schema: 'AppEnvironment',
    paths: ['/environment_variables'],
    rule: 'type',
    reason: 'The environment of an app shows null where no variable was ever set.',
  },
  { schema: 'AppEnvironmentVariables', paths: ['/var/*'], rule: 'type', reason: STORED_VALUES },
  { schema: 'EnvironmentVariableGroup', paths: ['/var/*'], rule: 'type', reason: STORED_VALUES },
  {
    schema: 'GET /v3/revisions/{guid}/environment_variables',
    paths: ['/var/*'],
    rule: 'type',
    reason: STORED_VALUES,
  },
  {
    schema: 'EnvironmentVariableGroup',
    paths: ['/updated_at'],
    rule: 'type',
    reason: 'The time of update of a group that nobody has changed is null.',
  },
  {
    schema: 'GET /v3/info',
    paths: ['/rate_limits', '/osbapi_version'],
    rule: 'undeclared',
    reason: OWN_EXAMPLE,
  },
  {
    schema: 'GET /v3',
    paths: ['/links/audit_events'],
    rule: 'undeclared',
    reason:
      'The list of audit events is an endpoint like the others; only its link is not described.',
  },
  {
    schema: 'GET /',
    paths: ['/links/login'],
    rule: 'undeclared',
    reason: 'The root names the login server, which is where the cf CLI gets its tokens.',
  },
];
