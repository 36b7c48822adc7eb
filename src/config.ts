import { readFileSync } from 'node:fs';
import { type Document, parseDocument } from 'yaml';
import { z } from 'zod';
import { checkGrants, type GrantableProvider } from './auth/checks.ts';
import { checkExposure } from './auth/exposure.ts';
import { authSettings, type AuthSettings } from './auth/settings.ts';
import { cacheSettings, type CacheSettings } from './cache/settings.ts';
import { REGISTRY } from './datasources/registry.ts';
import { interpolate, type Problem } from './interpolate.ts';
import { fileSettings, type FileSettings } from './files/settings.ts';
import {
  type OperationLimits,
  operationLimits,
  settleViewerLimits,
  type ViewerLimits,
  viewerLimits,
} from './limits/settings.ts';
import { type ObservabilitySettings, observabilitySettings } from './observability/settings.ts';
import { redisSettings, type RedisSettings } from './redis.ts';
import { type ProviderKind } from './schema/enums.ts';
import { type LiveSettings, liveSettings } from './server/live/settings.ts';
import { type ServerSettings, serverSettings } from './server/settings.ts';
import { flag, text, wholeNumber } from './settings.ts';
import { writeSettings, type WriteSettings } from './writes/settings.ts';
import { webhookSettings, type WebhookSettings } from './server/webhooks.ts';
import { eventSettings, type EventSettings } from './subscriptions/settings.ts';

export interface Limits extends OperationLimits, ViewerLimits {
  /** The largest `first`. */
  maxPageSize: number;
  /** How many upstream requests one page may spend on looking further, see fan-out. */
  scanLimit: number;
  /** Time for one operation, in milliseconds. */
  operationTimeoutMs: number;
  /** The largest body of a GraphQL request, in bytes. */
  maxBodyBytes: number;
  /** Time for the body of a request to arrive, but for files, in milliseconds. */
  bodyTimeoutMs: number;
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
  /** What its webhooks must show; `undefined`: none are taken. Holds secrets. */
  webhook: WebhookSettings | undefined;
  /** What the kind of provider itself defines: credentials and scopes. Holds secrets. */
  options: unknown;
  /** Whether `options` have credentials of the gateway's own. */
  hasCredentials: boolean;
  /** Whether a viewer's own token is used where a request brings one. */
  passthrough: boolean;
  /** `options` with the credentials for watching, where these are others. */
  watchOptions: unknown;
}

export interface Config {
  server: ServerSettings;
  auth: AuthSettings;
  limits: Limits;
  redis: RedisSettings | undefined;
  cache: CacheSettings;
  writes: WriteSettings;
  files: FileSettings;
  live: LiveSettings;
  events: EventSettings;
  observability: ObservabilitySettings;
  logLevel: string;
  logFormat: 'auto' | 'json' | 'pretty';
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

const KINDS = new Map(
  Object.entries(REGISTRY).map(([kind, definition]) => [definition.kind, kind as ProviderKind]),
);

const providerSchema = z.looseObject({
  name: text('a name for this provider').regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'write a name of small letters, digits and hyphens, at most 63',
  ),
  kind: z.enum([...KINDS.keys()], { error: `write one of ${[...KINDS.keys()].join(', ')}` }),
  baseUrl: text('the URL of the provider’s API').refine(isHttpUrl, {
    error: 'write an http or https URL without user, query and fragment',
  }),
  timeoutMs: wholeNumber('milliseconds for one request', 100, 120_000).default(10_000),
  concurrency: wholeNumber('how many requests may be under way', 1, 100).default(8),
  retries: wholeNumber('how often a read is repeated', 0, 10).default(2),
  watch: z.array(text('the key of a scope')).default([]),
  passthrough: flag().default(false),
  watchCredentials: z.unknown().optional(),
  webhook: webhookSettings.optional(),
});

const fileSchema = z.strictObject({
  server: serverSettings.prefault({}),
  auth: authSettings.prefault({}),
  limits: z
    .strictObject({
      maxPageSize: wholeNumber('a page size', 1, 10_000).default(100),
      scanLimit: wholeNumber('a number of requests', 1, 10_000).default(60),
      operationTimeoutMs: wholeNumber('milliseconds', 100, 600_000).default(30_000),
      maxBodyBytes: wholeNumber('a number of bytes', 1_000, 100_000_000).default(1_000_000),
      bodyTimeoutMs: wholeNumber('milliseconds', 100, 600_000).default(30_000),
      ...operationLimits,
      ...viewerLimits,
    })
    .prefault({}),
  redis: redisSettings.optional(),
  cache: cacheSettings,
  writes: writeSettings,
  files: fileSettings,
  live: liveSettings,
  events: eventSettings,
  observability: observabilitySettings,
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'write fatal, error, warn, info, debug, trace or silent',
    })
    .default('info'),
  /** `auto`: for people on a terminal, else JSON. */
  logFormat: z
    .enum(['auto', 'json', 'pretty'], { error: 'write auto, json or pretty' })
    .default('auto'),
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
  const { value, problems } = interpolate(resolveAliases(document, source), environment);
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) problems.push(...problemsOf(parsed.error, []));
  const providers = (parsed.success ? parsed.data.providers : providersOf(value)).map(
    (entry, index) => toProviderEntry(entry, index, problems),
  );
  problems.push(...duplicates(providers));
  const entries = providers.flatMap((entry) => entry ?? []);
  if (parsed.success && problems.length === 0) {
    const { auth, server } = parsed.data;
    problems.push(...checkGrants(auth, entries.map(toGrantable)));
    problems.push(...checkExposure(auth.mode, environment.HOST || server.host, entries));
  }
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(source, unique(problems));
  }
  const { server, redis, limits, ...rest } = parsed.data;
  return deepFreeze({
    ...rest,
    redis,
    limits: { ...limits, ...settleViewerLimits(limits, rest.auth.mode) },
    server: {
      ...server,
      explorer: server.explorer ?? environment.NODE_ENV !== 'production',
      host: environment.HOST || server.host,
      port: portOf(environment.PORT, source) ?? server.port,
    },
    providers: entries,
  });
}

/** The document as plain values. An alias of nothing is only found here, and names a value. */
function resolveAliases(document: Document, source: string): unknown {
  try {
    return document.toJS();
  } catch {
    const message =
      'an alias (*) leads nowhere, or there are too many; quote texts that begin with *.';
    throw new ConfigError(source, [{ path: '', message }]);
  }
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
  const kind = typeof kindWord === 'string' ? KINDS.get(kindWord) : undefined;
  if (!kind || typeof raw !== 'object' || raw === null) return undefined;
  const common = Object.keys(providerSchema.shape);
  const own = Object.fromEntries(Object.entries(raw).filter(([key]) => !common.includes(key)));
  const hasCredentials = own.credentials !== PASSTHROUGH;
  const parse = (credentials: unknown, field: string): unknown => {
    const options = REGISTRY[kind].options.safeParse({ ...own, credentials });
    if (options.success) return options.data;
    const found = problemsOf(options.error, ['providers', index]);
    const place = pathOf(['providers', index]);
    for (const { path, message } of found) {
      problems.push({ path: path.replace(`${place}.credentials`, `${place}.${field}`), message });
    }
    return undefined;
  };
  const options = parse(hasCredentials ? own.credentials : NO_CREDENTIALS, 'credentials');
  if (!parsed.success || options === undefined) return undefined;
  const { name, baseUrl, timeoutMs, concurrency, retries, watch, webhook, ...rest } = parsed.data;
  return {
    ...{ name, kind, baseUrl, timeoutMs, concurrency, retries, watch, webhook },
    ...{ options, hasCredentials },
    passthrough: rest.passthrough || !hasCredentials,
    watchOptions: rest.watchCredentials && parse(rest.watchCredentials, 'watchCredentials'),
  };
}

function toGrantable({ name, kind, options }: ProviderEntry): GrantableProvider {
  return { name, toScopeKeys: (path) => REGISTRY[kind].toScopeKeys(path, options) };
}

/** What stands for credentials in an entry that only uses those of the viewers. */
const PASSTHROUGH = 'passthrough';

/** Lets the rest of such an entry be checked. It is never sent. */
const NO_CREDENTIALS = { token: PASSTHROUGH };

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
