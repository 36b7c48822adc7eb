import type { Config } from '../config.ts';
import { createCall } from '../datasources/http/call.ts';
import type { ProviderSource } from '../datasources/provider.ts';
import { REGISTRY } from '../datasources/registry.ts';
import { createSource } from '../datasources/source.ts';
import { ErrorCode, type GatewayError, toGatewayError } from '../errors.ts';

/** What `check` found out about one provider. */
export interface CheckResult {
  provider: string;
  kind: string;
  reachable: boolean;
  /** Undefined: it could not be reached, so nobody knows. */
  credentials: 'accepted' | 'refused' | undefined;
  /** How many scopes the credentials and the configuration let be seen. */
  scopes: number | undefined;
  /** How long the first answer took, in milliseconds. */
  latencyMs: number | undefined;
  /** What is wrong and what to do; undefined: nothing. */
  problem: string | undefined;
}

/** How long one provider may take. */
const PATIENCE_MS = 30_000;

/** The provider spoke, if only to refuse. */
const SPOKE = new Set<ErrorCode>([
  ErrorCode.PROVIDER_UNAUTHORIZED,
  ErrorCode.PROVIDER_REJECTED,
  ErrorCode.PROVIDER_RATE_LIMITED,
  ErrorCode.PROVIDER_INVALID_RESPONSE,
  ErrorCode.NOT_FOUND,
]);

/** Asks a provider for something cheap and then for its scopes; never throws. */
export async function checkProvider(source: ProviderSource): Promise<CheckResult> {
  const call = createCall(AbortSignal.timeout(PATIENCE_MS));
  const result: CheckResult = {
    provider: source.name,
    kind: source.kind,
    reachable: false,
    credentials: undefined,
    scopes: undefined,
    latencyMs: undefined,
    problem: undefined,
  };
  const startedAt = performance.now();
  try {
    await source.ping(call);
    result.latencyMs = Math.round(performance.now() - startedAt);
    Object.assign(result, { reachable: true, credentials: 'accepted' });
    const { items, faults } = await source.listScopes({}, call);
    result.scopes = items.length;
    if (faults[0]) result.problem = faults[0].message;
    else if (items.length === 0) result.problem = 'It shows no scope to these credentials.';
  } catch (error) {
    const failure = toGatewayError(error, source.name);
    result.problem = failure.message;
    result.reachable ||= SPOKE.has(failure.code);
    result.credentials = judgeCredentials(failure) ?? result.credentials;
  }
  return result;
}

function judgeCredentials({ code }: GatewayError): CheckResult['credentials'] {
  return code === ErrorCode.PROVIDER_UNAUTHORIZED ? 'refused' : undefined;
}

/** Checks every configured provider and prints what came of it. Returns the exit code. */
export async function check(config: Config, { json }: { json: boolean }): Promise<number> {
  const sources = config.providers.map((entry) =>
    createSource(REGISTRY[entry.kind], entry, entry.options),
  );
  const results = await Promise.all(sources.map(checkProvider));
  console.log(json ? JSON.stringify(results, undefined, 2) : toTable(results));
  return results.every(({ problem }) => problem === undefined) ? 0 : 1;
}

const COLUMNS = ['provider', 'kind', 'reachable', 'credentials', 'scopes', 'answer', 'problem'];

/** The results as a table for people. */
export function toTable(results: readonly CheckResult[]): string {
  const rows = results.map(
    ({ provider, kind, reachable, credentials, scopes, latencyMs, problem }) => [
      provider,
      kind,
      reachable ? 'yes' : 'no',
      credentials ?? '-',
      scopes === undefined ? '-' : String(scopes),
      latencyMs === undefined ? '-' : `${latencyMs} ms`,
      problem ?? 'none',
    ],
  );
  const lines = [COLUMNS, ...rows];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}
