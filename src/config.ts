import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { REGISTRY } from './datasources/registry.ts';
import { interpolate, type Problem } from './interpolate.ts';
import { type OperationLimits, operationLimits } from './limits/settings.ts';
import { redisSettings, type RedisSettings } from './redis.ts';
import { type ProviderKind } from './schema/enums.ts';
import { type LiveSettings, liveSettings } from './server/live/settings.ts';
import { type ServerSettings, serverSettings } from './server/settings.ts';
import { flag, text, wholeNumber } from './settings.ts';
import { eventSettings, type EventSettings } from './subscriptions/settings.ts';

export interface Limits extends OperationLimits {
  /** The largest `first`. */
  maxPageSize: number;
  /** How many upstream requests one page may spend on looking further, see fan-out. */
  scanLimit: number;
  /** Time for one operation, in milliseconds. */
  operationTimeoutMs: number;
  /** The largest body of a GraphQL request, in bytes. */
  maxBodyBytes: number;
}

export interface ProviderEntry {
  name: string;
  kind: ProviderKind;
  baseUrl: string;
  timeoutMs: number;
  concurrency: number;
  /** How often a read that could not be answered is repeated. */
  retries: number;
  /** Scopes whose deployments are always watched, in the provider's words. */
  watch: string[];
  /** What the kind of provider itself defines: credentials and scopes. Holds secrets. */
  options: unknown;
}

export interface Config {
  server: ServerSettings;
  auth: { mode: 'none'; readVariables: boolean };
  limits: Limits;
  redis: RedisSettings | undefined;
  live: LiveSettings;
  events: EventSettings;
  logLevel: string;
  providers: ProviderEntry[];
}

/** A configuration that cannot be used: every mistake in it, each with its path. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(source: string, problems: readonly Problem[]) {
    const lines = problems.map(({ path, message }) => `  ${path ? `${path}: ` : ''}${message}`);
    super(`${source} cannot be used:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

const KINDS = Object.fromEntries(
  Object.entries(REGISTRY).map(([kind, definition]) => [definition.kind, kind as ProviderKind]),
);

const providerSchema = z.looseObject({
  name: text('a name for this provider').regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'write a name of small letters, digits and hyphens, at most 63',
  ),
  kind: z.enum(Object.keys(KINDS), { error: `write one of ${Object.keys(KINDS).join(', ')}` }),
  baseUrl: text('the URL of the provider’s API').refine(isHttpUrl, {
    error: 'write an http or https URL without user, query and fragment',
  }),
  timeoutMs: wholeNumber('milliseconds for one request', 100, 120_000).default(10_000),
  concurrency: wholeNumber('how many requests may be under way', 1, 100).default(8),
  retries: wholeNumber('how often a read is repeated', 0, 10).default(2),
  watch: z.array(text('the key of a scope')).default([]),
});

const fileSchema = z.strictObject({
  server: serverSettings.prefault({}),
  auth: z
    .strictObject({
      mode: z.literal('none', { error: 'write none' }).default('none'),
      readVariables: flag().default(false),
    })
    .prefault({}),
  limits: z
    .strictObject({
      maxPageSize: wholeNumber('a page size', 1, 10_000).default(100),
      scanLimit: wholeNumber('a number of requests', 1, 10_000).default(60),
      operationTimeoutMs: wholeNumber('milliseconds', 100, 600_000).default(30_000),
      maxBodyBytes: wholeNumber('a number of bytes', 1_000, 100_000_000).default(1_000_000),
      ...operationLimits,
    })
    .prefault({}),
  redis: redisSettings.optional(),
  live: liveSettings,
  events: eventSettings,
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'write fatal, error, warn, info, debug, trace or silent',
    })
    .default('info'),
  providers: z
    .array(providerSchema, { error: 'write a list of providers' })
    .min(1, 'name at least one provider'),
});

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a configuration file.
 * @throws ConfigError with every mistake at once. No message holds a value.
 */
export function loadConfig(path: string, environment: Environment): Config {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(path, [{ path: '', message: 'the file cannot be read.' }]);
  }
  return parseConfig(content, path, environment);
}

/** Reads a configuration from YAML, see `loadConfig`. */
export function parseConfig(content: string, source: string, environment: Environment): Config {
  const document = parseDocument(content);
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ code, linePos }) => ({
      path: `line ${linePos?.[0].line ?? '?'}`,
      message: `this is not valid YAML (${code}).`,
    }));
    throw new ConfigError(source, problems);
  }
  const { value, problems } = interpolate(document.toJS(), environment);
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) problems.push(...problemsOf(parsed.error, []));
  const providers = (parsed.success ? parsed.data.providers : providersOf(value)).map(
    (entry, index) => toProviderEntry(entry, index, problems),
  );
  problems.push(...duplicates(providers));
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(source, unique(problems));
  }
  const { server, redis, ...rest } = parsed.data;
  return deepFreeze({
    ...rest,
    redis,
    server: {
      ...server,
      explorer: server.explorer ?? environment.NODE_ENV !== 'production',
      host: environment.HOST || server.host,
      port: portOf(environment.PORT, source) ?? server.port,
    },
    providers: providers.flatMap((entry) => entry ?? []),
  });
}

/** The entries of a file that is not valid as a whole, so that their mistakes are told too. */
function providersOf(value: unknown): unknown[] {
  const { providers } = (value ?? {}) as { providers?: unknown };
  return Array.isArray(providers) ? providers : [];
}

/** Checks an entry's own settings with the schema of its kind. */
function toProviderEntry(
  raw: unknown,
  index: number,
  problems: Problem[],
): ProviderEntry | undefined {
  const parsed = providerSchema.safeParse(raw);
  const kindWord = (raw as { kind?: unknown } | null)?.kind;
  const kind = typeof kindWord === 'string' ? KINDS[kindWord] : undefined;
  if (!kind || typeof raw !== 'object' || raw === null) return undefined;
  const common = Object.keys(providerSchema.shape);
  const own = Object.fromEntries(Object.entries(raw).filter(([key]) => !common.includes(key)));
  const options = REGISTRY[kind].options.safeParse(own);
  if (!options.success) problems.push(...problemsOf(options.error, ['providers', index]));
  if (!parsed.success || !options.success) return undefined;
  const { name, baseUrl, timeoutMs, concurrency, retries, watch } = parsed.data;
  return { name, kind, baseUrl, timeoutMs, concurrency, retries, watch, options: options.data };
}

function problemsOf(error: z.ZodError, prefix: PropertyKey[]): Problem[] {
  return error.issues.flatMap((issue) => {
    const path = pathOf([...prefix, ...issue.path]);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: pathOf([...prefix, ...issue.path, key]),
        message: 'there is no such setting; remove it or mend its name.',
      }));
    }
    if (issue.code === 'invalid_union') {
      return [
        { path, message: 'write one of the documented forms; see deploygraph.example.yaml.' },
      ];
    }
    if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) {
      return [{ path, message: `write a ${issue.expected}.` }];
    }
    return [{ path, message: `${issue.message}.` }];
  });
}

function duplicates(providers: (ProviderEntry | undefined)[]): Problem[] {
  const names = new Set<string>();
  return providers.flatMap((entry, index) => {
    if (!entry) return [];
    if (!names.has(entry.name)) {
      names.add(entry.name);
      return [];
    }
    const path = pathOf(['providers', index, 'name']);
    return [{ path, message: `"${entry.name}" is taken; write another name.` }];
  });
}

function portOf(port: string | undefined, source: string): number | undefined {
  if (!port) return undefined;
  const parsed = wholeNumber('a port', 0, 65_535).safeParse(port);
  if (parsed.success) return parsed.data;
  throw new ConfigError(source, [{ path: 'PORT', message: 'write a port, from 0 to 65535.' }]);
}

function pathOf(keys: readonly PropertyKey[]): string {
  return keys
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

function unique(problems: Problem[]): Problem[] {
  return [...new Map(problems.map((each) => [`${each.path} ${each.message}`, each])).values()];
}

function isHttpUrl(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return Boolean(
    url &&
    ['http:', 'https:'].includes(url.protocol) &&
    !url.username &&
    !url.password &&
    !url.search &&
    !url.hash,
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
