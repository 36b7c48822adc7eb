import { EPOCH } from '../clock.ts';
import { hexOf, pick } from '../random.ts';
import { DAY, STACK_STATUS, type Stack } from './model.ts';
import { EXAMPLE_STACK_UID } from './seed.ts';

/** Who starts deployments and actions. */
export const PEOPLE = [
  'ada@acme.example',
  'grace@acme.example',
  'linus@acme.example',
  'barbara@acme.example',
] as const;

/** The two accounts; `labs` owns the applications from `media` on. */
export const ACCOUNTS = [
  { id: 139, name: 'acme', owner: 'test@cloud66.com' },
  { id: 140, name: 'labs', owner: 'grace@acme.example' },
] as const;

const APPLICATIONS = [
  { name: 'shop', language: 'ruby', framework: 'rails' },
  { name: 'rails-test', language: 'ruby', framework: 'rails' },
  { name: 'billing', language: 'ruby', framework: 'rails' },
  { name: 'identity', language: 'docker', framework: 'docker' },
  { name: 'search', language: 'docker', framework: 'docker' },
  { name: 'catalog', language: 'docker', framework: 'docker' },
  { name: 'warehouse', language: 'node', framework: 'express' },
  { name: 'reporting', language: 'ruby', framework: 'sinatra' },
  { name: 'mailer', language: 'ruby', framework: 'rails' },
  { name: 'payments', language: 'docker', framework: 'docker' },
  { name: 'support', language: 'node', framework: 'express' },
  { name: 'analytics', language: 'docker', framework: 'docker' },
  { name: 'media', language: 'docker', framework: 'docker' },
  { name: 'docs', language: 'ruby', framework: 'rack' },
  { name: 'blog', language: 'node', framework: 'next' },
] as const;

const ENVIRONMENTS = ['production', 'staging', 'development'] as const;
const CLOUDS = ['DigitalOcean', 'AWS', 'Hetzner', 'Linode'] as const;

/** Stacks that were never deployed, by `name/environment`, with the status that keeps them so. */
const IDLE_STATUS: Record<string, number> = {
  'docs/development': STACK_STATUS.queued,
  'media/development': STACK_STATUS.analysing,
  'blog/development': STACK_STATUS.analysed,
  'analytics/development': STACK_STATUS.terminalFailure,
};

/** How many finished deployments a stack has when the sandbox starts, where it matters. */
const HISTORY: Record<string, number> = {
  'shop/production': 312,
  'billing/staging': 40,
  'identity/production': 30,
  'rails-test/production': 0,
  'warehouse/development': 0,
  'support/staging': 1,
};

/** Every stack, in the order of the list, with nothing in it yet. */
export function createStacks(): Stack[] {
  return APPLICATIONS.flatMap((application, row) =>
    ENVIRONMENTS.map((environment, column) =>
      createStack(application, environment, row * ENVIRONMENTS.length + column),
    ),
  );
}

/** The application and environment of a stack, as this folder writes them: `shop/production`. */
export function nameOf(stack: Pick<Stack, 'name' | 'environment'>): string {
  return `${stack.name}/${stack.environment}`;
}

/** How many finished deployments the stack starts with: 312, 40, 30, or 3 to 28; none when idle. */
export function historyLengthOf(stack: Stack): number {
  const name = nameOf(stack);
  if (name in IDLE_STATUS) return 0;
  return HISTORY[name] ?? 3 + pick(26, 'cloud66', 'history', name);
}

function createStack(
  application: (typeof APPLICATIONS)[number],
  environment: (typeof ENVIRONMENTS)[number],
  index: number,
): Stack {
  const { name, language, framework } = application;
  const path = nameOf({ name, environment });
  const account = ACCOUNTS[index < 36 ? 0 : 1];
  const owner = name === 'rails-test' ? 'cloud66-samples' : account.name;
  return {
    index,
    uid: path === 'rails-test/production' ? EXAMPLE_STACK_UID : hexOf(32, 'cloud66', 'stack', path),
    name,
    environment,
    git: `https://github.com/${owner}/${name}.git`,
    gitBranch: environment === 'production' ? 'main' : environment,
    cloud: CLOUDS[pick(CLOUDS.length, 'cloud66', 'cloud', name)] ?? CLOUDS[0],
    language,
    framework,
    accountId: account.id,
    accountName: account.name,
    createdAt: EPOCH - 2 * DAY - index * DAY,
    maintenanceMode: path === 'blog/staging',
    redeployHook: hookOf(path, environment),
    idleStatus: IDLE_STATUS[path] ?? STACK_STATUS.queued,
    deployments: [],
    actions: [],
    variables: [],
  };
}

function hookOf(path: string, environment: string): string | null {
  if (environment === 'development') return null;
  const token = hexOf(32, 'cloud66', 'hook-token', path);
  return `http://hooks.cloud66.com/stacks/redeploy/${hexOf(32, 'cloud66', 'hook', path)}/${token}`;
}
