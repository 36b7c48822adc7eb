import { EPOCH } from '../clock.ts';
import { hexOf } from '../random.ts';
import { DAY, toIso, type Stack, type Variable } from './model.ts';
import { nameOf } from './profiles.ts';

interface Template {
  key: string;
  value: Variable['value'];
  readonly?: boolean;
  isPassword?: boolean;
  isGenerated?: boolean;
  /** Earlier values, oldest first. */
  earlier?: string[];
}

/** How many plain variables one stack has, so that its list does not fit a page. */
const MANY = 24;

/** Gives the stack its variables; the `docs/development` stack has none. */
export function addVariables(stack: Stack): void {
  if (nameOf(stack) === 'docs/development') return;
  const templates = [...generated(stack), ...own(stack), ...many(stack)];
  stack.variables = templates.map((template, order) => toVariable(stack, template, order));
}

/** A variable as it is served. A password and its earlier values are sent in clear text, too. */
export function toVariableBody(variable: Variable): unknown {
  return {
    id: variable.id,
    key: variable.key,
    value: variable.value,
    readonly: variable.readonly,
    created_at: toIso(variable.createdAt),
    updated_at: toIso(variable.updatedAt),
    is_password: variable.isPassword,
    is_generated: variable.isGenerated,
    history: variable.history.map((entry) => ({
      key: entry.key,
      value: entry.value,
      created_at: toIso(entry.at),
      updated_at: toIso(entry.at),
    })),
  };
}

/** What the platform sets by itself. */
function generated(stack: Stack): Template[] {
  return [
    {
      key: 'STACK_GIT_BRANCH',
      value: stack.gitBranch,
      readonly: true,
      isGenerated: true,
      earlier: ['develop'],
    },
    {
      key: 'STACK_PATH',
      value: `/var/deploy/${stack.name}/web_head/current`,
      readonly: true,
      isGenerated: true,
    },
    { key: 'POSTGRESQL_USERNAME', value: `${stack.name}_user`, isGenerated: true },
    {
      key: 'POSTGRESQL_PASSWORD',
      value: secretOf(stack, 'postgresql'),
      isPassword: true,
      isGenerated: true,
    },
  ];
}

/** What the owners of the stack set. */
function own(stack: Stack): Template[] {
  return [
    {
      key: 'SECRET_KEY_BASE',
      value: secretOf(stack, 'key-base'),
      isPassword: true,
      earlier: [secretOf(stack, 'key-base-1'), secretOf(stack, 'key-base-2')],
    },
    { key: 'LICENSE_KEY', value: secretOf(stack, 'license'), isPassword: true, readonly: true },
    { key: 'LOG_LEVEL', value: 'info', earlier: ['debug', 'warn'] },
    { key: 'WEB_CONCURRENCY', value: stack.environment === 'production' ? 4 : 1, earlier: ['2'] },
    { key: 'CACHE_ENABLED', value: stack.environment !== 'development' },
    { key: 'FEATURE_FLAGS', value: '' },
  ];
}

function many(stack: Stack): Template[] {
  if (nameOf(stack) !== 'shop/production') return [];
  return Array.from({ length: MANY }, (_, order) => ({
    key: `SHOP_OPTION_${String(order + 1).padStart(2, '0')}`,
    value: `option ${order + 1}`,
  }));
}

function toVariable(stack: Stack, template: Template, order: number): Variable {
  const earlier = template.earlier ?? [];
  const createdAt = Math.max(stack.createdAt, EPOCH - 60 * DAY);
  const step = (EPOCH - createdAt) / (earlier.length + 2);
  return {
    id: 4_000 + stack.index * 100 + order,
    key: template.key,
    value: template.value,
    readonly: template.readonly ?? false,
    isPassword: template.isPassword ?? false,
    isGenerated: template.isGenerated ?? false,
    createdAt,
    updatedAt: createdAt + step * earlier.length,
    history: earlier.map((value, place) => ({
      key: place + 1,
      value,
      at: createdAt + step * place,
    })),
  };
}

/** A secret that a search through any output finds by its first letters. */
function secretOf(stack: Stack, what: string): string {
  return `c66-secret-${what}-${hexOf(12, 'cloud66', 'secret', what, stack.uid)}`;
}
