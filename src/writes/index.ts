import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { Context } from '../context.ts';
import type { Call } from '../datasources/http/call.ts';
import type { WriteCall } from '../datasources/writes.ts';
import { ErrorCode, GatewayError, toGatewayError } from '../errors.ts';
import { WriteResult } from '../schema/enums.ts';
import type { Audit } from './audit.ts';
import type { Keyed, Settled } from './idempotency.ts';
import type { Journal } from './journal.ts';
import { newReference } from './memory-ledger.ts';
import { type Done, toUserErrors } from './outcome.ts';
import type { Plan } from './plan.ts';

/** What a write may have changed, for whoever remembers it. */
export interface Touched {
  provider: string;
  /** Global ids: what it was done to, and what was changed. */
  ids: string[];
  /** Global ids of the leaf scopes in which something changed, as far as they are known. */
  scopeIds: string[];
}

/** Does what mutations ask for. */
export interface Writes {
  /**
   * Does a plan: once, or not at all where its key says so. What the input got wrong is in the
   * outcome's `userErrors`; everything else is thrown. When it resolves, nobody shows the old state
   * any more.
   */
  run: (context: Context, plan: Plan) => Promise<Done>;
  /** Resolves when no write is under way. */
  idle(): Promise<void>;
}

export interface WritesOptions {
  keyed: Keyed;
  journal: Journal;
  audit: Audit;
  /** Makes everybody forget what was changed, on every instance. */
  afterWrite: (touched: Touched) => Promise<void>;
  log: FastifyBaseLogger;
}

/** How long one write may take, with all that it waits for. */
const WRITE_MS = 120_000;

export function createWrites({ keyed, journal, audit, afterWrite, log }: WritesOptions): Writes {
  const running = new Set<Promise<unknown>>();

  const perform = async (context: Context, plan: Plan, reference: string): Promise<Done> => {
    const { call } = context;
    call.signal.throwIfAborted();
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(tooLong(plan)), WRITE_MS);
    const writeCall: WriteCall = {
      ...fresh(call),
      signal: ended.signal,
      deadline: Date.now() + WRITE_MS,
      reference,
      journal: (step) => journal.note(plan.provider.name, step),
    };
    try {
      return await plan.send(writeCall);
    } catch (error) {
      const userErrors = error instanceof GatewayError ? toUserErrors(error) : undefined;
      if (!userErrors) throw error;
      return { ids: {}, userErrors };
    } finally {
      clearTimeout(timer);
    }
  };

  const settle = async (context: Context, plan: Plan): Promise<Settled> => {
    if (plan.input.idempotencyKey) {
      const send = (reference: string) => perform(context, plan, reference);
      return keyed(plan, context.grants.viewer, fresh(context.call), send);
    }
    return { done: await perform(context, plan, newReference()), isReplay: false };
  };

  /** Also after a failure: what was sent may have been done. */
  const forget = async (context: Context, plan: Plan, done: Done | undefined) => {
    context.forget();
    const touched = touchedBy(plan, done);
    await afterWrite(touched).catch((error: unknown) => {
      log.warn(
        { requestId: context.requestId, err: error },
        'a write could not be told to the cache or to the watcher',
      );
    });
  };

  const run = async (context: Context, plan: Plan): Promise<Done> => {
    const at = new Date();
    const tell = (result: WriteResult, code?: ErrorCode, done?: Done) =>
      audit({
        id: randomUUID(),
        requestId: context.requestId,
        viewer: context.grants.viewer,
        action: plan.name,
        provider: plan.provider.name,
        targetId: plan.target.id,
        result,
        code,
        changedIds: Object.values(done?.ids ?? {}),
        at,
        durationMs: Date.now() - at.getTime(),
      });
    try {
      const { done, isReplay } = await settle(context, plan);
      await forget(context, plan, done);
      tell(isReplay ? WriteResult.REPLAYED : resultOf(done), done.userErrors[0]?.code, done);
      return done;
    } catch (error) {
      const failure = toGatewayError(error, plan.provider.name);
      await forget(context, plan, undefined);
      const isUnknown = failure.code === ErrorCode.OUTCOME_UNKNOWN;
      tell(isUnknown ? WriteResult.UNKNOWN : WriteResult.FAILED, failure.code);
      throw withPlace(plan, error);
    }
  };

  return {
    run(context, plan) {
      const result = run(context, plan);
      const end = () => void running.delete(result);
      running.add(result);
      result.then(end, end);
      return result;
    },
    async idle() {
      await Promise.allSettled(running);
    },
  };
}

/** What a write rests on must be so now: whoever else writes does not tell this gateway's cache. */
function fresh(call: Call): Call {
  return { ...call, reads: new Map(), isFresh: true };
}

/** What a change is not done for though nothing is wrong with it. */
const FAILURES: ReadonlySet<string> = new Set([
  ErrorCode.PROVIDER_INVALID_RESPONSE,
  ErrorCode.PROVIDER_RATE_LIMITED,
  ErrorCode.PROVIDER_TIMEOUT,
  ErrorCode.PROVIDER_UNAUTHORIZED,
  ErrorCode.PROVIDER_UNAVAILABLE,
  ErrorCode.INTERNAL_SERVER_ERROR,
]);

function resultOf({ userErrors, ids, names }: Done): WriteResult {
  if (userErrors.length === 0) return WriteResult.DONE;
  if (Object.keys(ids).length > 0 || names?.length) return WriteResult.PARTLY_DONE;
  const codes = userErrors.map(({ code }) => code);
  if (codes.includes(ErrorCode.OUTCOME_UNKNOWN)) return WriteResult.UNKNOWN;
  return codes.some((code) => FAILURES.has(code)) ? WriteResult.FAILED : WriteResult.REFUSED;
}

function touchedBy({ provider, target }: Plan, done: Done | undefined): Touched {
  const { deployment } = done?.fresh ?? {};
  return {
    provider: provider.name,
    ids: [...new Set([target.id, ...Object.values(done?.ids ?? {})])],
    scopeIds: [
      ...(target.type === 'Scope' ? [target.id] : []),
      ...(deployment && deployment.scopeId !== target.id ? [deployment.scopeId] : []),
    ],
  };
}

/** What does not exist is named by the argument that names it. */
function withPlace({ field }: Plan, error: unknown): unknown {
  if (!(error instanceof GatewayError) || error.code !== ErrorCode.NOT_FOUND) return error;
  const { message, provider, upstreamStatus, providerCode } = error;
  if (message.startsWith('input.')) return error;
  return new GatewayError(ErrorCode.NOT_FOUND, `input.${field}: ${message}`, {
    cause: error,
    ...(provider !== undefined && { provider }),
    ...(upstreamStatus !== undefined && { upstreamStatus }),
    ...(providerCode !== undefined && { providerCode }),
  });
}

function tooLong({ name, provider }: Plan): GatewayError {
  return new GatewayError(
    ErrorCode.OUTCOME_UNKNOWN,
    `${name} on ${provider.name} did not come to its end within ${WRITE_MS / 1_000} s. Look at the provider before repeating it.`,
    { provider: provider.name },
  );
}
