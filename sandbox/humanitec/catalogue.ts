/** An environment of the catalogue and the history it gets. */
export interface EnvironmentPlan {
  id: string;
  name: string;
  type: string;
  /** Whose state it takes over; without one it makes new sets. */
  source?: string;
  /** How many deployments it had before the sandbox began, over how many days. */
  history?: { count: number; days: number };
  /** The `from_id` of its first deployment; absent from the row without one. */
  firstFromId?: string;
  /** The number of a deployment that goes back to an older one. */
  rollbackAt?: number;
  deletingSinceDays?: number;
  paused?: boolean;
}

/** An edit of a shared value: key, value (`null`: deleted), and where and how. */
export interface ValuePlan {
  daysAgo: number;
  key: string;
  value: string | null;
  envId?: string;
  secret?: boolean;
  description?: string;
}

export interface ApplicationPlan {
  id: string;
  name: string;
  workloads: string[];
  environments: EnvironmentPlan[];
  values: ValuePlan[];
}

export const ORG = {
  id: 'sandbox-org',
  name: 'Sandbox Organization',
  created_at: '2025-11-03T08:00:00Z',
  created_by: 'ada@example.com',
  trial_expires_at: null,
  logo: {},
};

export const ENVIRONMENT_TYPES = [
  { id: 'development', description: 'Environments used during development.' },
  { id: 'staging', description: 'Environments that rehearse a release.' },
  { id: 'production', description: 'Environments that serve customers.' },
  { id: 'qa-automation', description: 'Environments used for automated QA.' },
];

const development = { id: 'development', name: 'Development', type: 'development' };
const staging = { id: 'staging', name: 'Staging', type: 'staging', source: 'development' };
const production = {
  id: 'production',
  name: 'Production',
  type: 'production',
  source: 'staging',
};

export const APPLICATIONS: ApplicationPlan[] = [
  {
    id: 'storefront',
    name: 'Storefront',
    workloads: ['web', 'checkout', 'search'],
    environments: [
      { ...development, history: { count: 60, days: 120 }, firstFromId: '' },
      { ...staging, history: { count: 45, days: 115 } },
      { ...production, history: { count: 320, days: 110 }, firstFromId: '', rollbackAt: 315 },
      { id: 'load-test', name: 'Load Test', type: 'qa-automation' },
    ],
    values: [
      { daysAgo: 195, key: 'LOG_LEVEL', value: 'info', description: 'How much to log.' },
      { daysAgo: 195, key: 'API_URL', value: 'http://api.internal:8080' },
      { daysAgo: 195, key: 'MAX_CART_ITEMS', value: '50', description: 'Per customer.' },
      { daysAgo: 195, key: 'BANNER', value: '' },
      { daysAgo: 195, key: 'STRIPE_API_KEY', value: 'not kept', secret: true },
      { daysAgo: 195, key: 'SESSION_SECRET', value: 'not kept', secret: true },
      { daysAgo: 195, key: 'SMTP_PASSWORD', value: 'local', description: 'Of the mail catcher.' },
      { daysAgo: 194, key: 'LOG_LEVEL', value: 'debug', envId: 'development' },
      { daysAgo: 194, key: 'API_URL', value: 'https://api.staging.example.com', envId: 'staging' },
      { daysAgo: 194, key: 'LOG_LEVEL', value: 'warn', envId: 'production' },
      { daysAgo: 194, key: 'API_URL', value: 'https://api.example.com', envId: 'production' },
      { daysAgo: 194, key: 'STRIPE_API_KEY', value: 'x', envId: 'production', secret: true },
      { daysAgo: 194, key: 'SMTP_PASSWORD', value: 'x', envId: 'production', secret: true },
      { daysAgo: 194, key: 'SENTRY_DSN', value: 'https://1@sentry.example/7', envId: 'production' },
      { daysAgo: 60, key: 'MAX_CART_ITEMS', value: '80' },
      { daysAgo: 21, key: 'STRIPE_API_KEY', value: 'x', envId: 'production' },
      { daysAgo: 3, key: 'LOG_LEVEL', value: 'error', envId: 'production' },
    ],
  },
  {
    id: 'payments',
    name: 'Payments',
    workloads: ['gateway', 'ledger'],
    environments: [
      { ...development, history: { count: 40, days: 100 } },
      { ...staging, history: { count: 25, days: 95 }, firstFromId: '' },
      { ...production, history: { count: 12, days: 90 } },
      { id: 'pci-audit', name: 'PCI Audit', type: 'production' },
    ],
    values: [
      { daysAgo: 190, key: 'CURRENCY', value: 'EUR', description: 'ISO 4217 code.' },
      { daysAgo: 190, key: 'RETRY_LIMIT', value: '3' },
      { daysAgo: 190, key: 'LEDGER_TOKEN', value: 'not kept', secret: true },
      { daysAgo: 80, key: 'RETRY_LIMIT', value: '5', envId: 'production' },
      { daysAgo: 40, key: 'RETRY_LIMIT', value: '9', envId: 'staging' },
      { daysAgo: 10, key: 'RETRY_LIMIT', value: null, envId: 'staging' },
    ],
  },
  {
    id: 'orders',
    name: 'Orders',
    workloads: ['orders-api', 'orders-worker'],
    environments: [
      { ...development, history: { count: 30, days: 80 }, firstFromId: '' },
      { ...staging, history: { count: 18, days: 75 } },
      { ...production, history: { count: 10, days: 70 }, firstFromId: '' },
    ],
    values: [
      { daysAgo: 190, key: 'QUEUE_NAME', value: 'orders' },
      { daysAgo: 190, key: 'QUEUE_PASSWORD', value: 'not kept', secret: true },
      { daysAgo: 30, key: 'QUEUE_NAME', value: 'orders-v2' },
    ],
  },
  {
    id: 'catalog',
    name: 'Catalog',
    workloads: ['catalog-api'],
    environments: [
      { ...development, history: { count: 35, days: 70 } },
      { ...staging, history: { count: 15, days: 65 }, firstFromId: '0123deadbeef' },
      {
        id: 'preview-42',
        name: 'Preview of #42',
        type: 'development',
        source: 'development',
        history: { count: 10, days: 20 },
        deletingSinceDays: 1,
      },
      { ...production },
    ],
    values: [],
  },
];
