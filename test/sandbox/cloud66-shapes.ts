import { z } from 'zod';

/** The shapes that the provider's pages show; there is no machine-readable description of them. */

const isoTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)$/);
/** How the Stacks page writes `created_at`, which is not ISO 8601. */
const plainTime = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
/** One row of a stack has a code without its word. */
const coded = z.strictObject({ code: z.int(), meaning: z.string().optional() });

const deployment = z.strictObject({
  id: z.int(),
  triggered_by: z.string(),
  triggered_via: coded,
  started_at: isoTime.nullable(),
  finished_at: isoTime.nullable(),
  outcome: coded,
  git_hash: z.string().regex(/^[0-9a-f]{40}$/),
  /** Only the newer model page has it. */
  git_ref: z.string().optional(),
  deploy_session: z.string(),
  deploy_type: coded,
  is_head: z.boolean(),
  is_live: z.boolean(),
  reverted: z.boolean().nullable(),
  reverted_by: z.string().nullable(),
  reverted_at: isoTime.nullable(),
  is_deploying: z.boolean(),
  commit_url: z.url(),
});

const stack = z.strictObject({
  uid: z.string().regex(/^[0-9a-f]{32}$/),
  name: z.string(),
  git: z.string(),
  git_branch: z.string(),
  environment: z.string(),
  cloud: z.string(),
  fqdn: z.string(),
  language: z.string(),
  framework: z.string(),
  status: z.int().min(0).max(7),
  health: z.int().min(0).max(4),
  last_activity: isoTime,
  last_activity_iso: isoTime,
  maintenance_mode: z.boolean(),
  has_loadbalancer: z.boolean(),
  created_at: plainTime,
  updated_at: plainTime,
  created_at_iso: isoTime,
  updated_at_iso: isoTime,
  deploy_directory: z.string(),
  cloud_status: z.string(),
  redeploy_hook: z.url().nullable(),
  backend: z.string(),
  version: z.string(),
  revision: z.string(),
  namespaces: z.array(z.string()),
  account_id: z.int(),
  account_name: z.string(),
  is_busy: z.boolean(),
  is_cluster: z.boolean(),
  is_inside_cluster: z.boolean(),
  cluster_name: z.string(),
  application_address: z.string().nullable(),
  configstore_namespace: z.string(),
  considerations: z.strictObject({ warnings: z.array(z.string()), notices: z.array(z.string()) }),
});

const variable = z.strictObject({
  id: z.int(),
  key: z.string().min(1),
  /** The provider's own client reads a value of any type. */
  value: z.union([z.string(), z.number(), z.boolean()]),
  readonly: z.boolean(),
  is_password: z.boolean(),
  is_generated: z.boolean(),
  created_at: isoTime,
  updated_at: isoTime,
  history: z.array(
    z.strictObject({
      key: z.int(),
      value: z.string(),
      created_at: isoTime,
      updated_at: isoTime,
    }),
  ),
});

const action = z.strictObject({
  id: z.int(),
  user: z.string(),
  resource_type: z.literal('stack'),
  action: z.string(),
  /** The table says int, the JSON shows text. */
  resource_id: z.string().regex(/^\d+$/),
  started_via: z.string(),
  started_at: isoTime,
  finished_at: isoTime.nullable(),
  finished_success: z.boolean().nullable(),
  finished_message: z.string().nullable(),
  finished_result: z.record(z.string(), z.unknown()),
  metadata: z.strictObject({ user_reference: z.string().nullable() }),
});

const setting = z.strictObject({
  key: z.string(),
  value: z.union([z.string(), z.boolean(), z.null()]),
  readonly: z.boolean(),
  hidden: z.boolean(),
});

const variant = z.strictObject({
  id: z.int(),
  uid: z.string(),
  variant_type: z.string(),
  git_hash: z.string(),
  created_at: isoTime,
  percentage: z.number().min(0).max(100),
});

const alert = z.strictObject({
  alert_name: z.string().regex(/^noticent_/),
  subscriptions: z.array(z.looseObject({ channel: z.string() })),
});

/** The pages list these two without their fields. */
const unlisted = z.record(z.string(), z.unknown());

/** The rows of each list below a stack. */
export const ROWS = {
  deployments: deployment,
  environments: variable,
  actions: action,
  settings: setting,
  services: unlisted,
  application_variants: variant,
  notifications: alert,
};
export const STACK = stack;
export const ACCOUNT = unlisted;

/** The envelope of a list. `previous` and `next` are page numbers; `count` says nothing. */
export const LIST = z.strictObject({
  response: z.array(z.unknown()),
  count: z.int(),
  pagination: z.strictObject({
    previous: z.int().nullable(),
    next: z.int().nullable(),
    current: z.int(),
    per_page: z.literal(30),
    count: z.int(),
    pages: z.int(),
  }),
});

/** The envelope of the two lists that the pages show without `pagination`. */
export const UNPAGED = z.strictObject({ response: z.array(z.unknown()), count: z.int() });

/** The envelope of everything that is not a list, except for an action, which has none. */
export const SINGLE = z.strictObject({ response: unlisted });

export const ERROR = z.strictObject({
  error: z.string(),
  error_description: z.string(),
  details: z.string().optional(),
});
