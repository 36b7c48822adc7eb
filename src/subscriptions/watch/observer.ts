import { createCall, sentRequests } from '../../datasources/http/call.ts';
import type { Call, ProviderSource } from '../../datasources/provider.ts';
import { isFinal } from '../../datasources/sightings.ts';
import type { Lookout } from '../../datasources/watch.ts';
import { GatewayError, toGatewayError } from '../../errors.ts';
import { type Ref, refOf } from '../../ids.ts';
import type { Span, Tracer } from '../../observability/span.ts';
import { Status } from '../../schema/enums.ts';
import type { EventLog, Observation, StatusChange } from '../events.ts';
import type { Timing } from './timing.ts';

/** What a look brought. */
export interface Outcome {
  changes: StatusChange[];
  requests: number;
  /** Of what could not be read, the first. */
  fault: GatewayError | undefined;
}

/** What to look at beside what is new: what somebody spoke of, and whether at all that is not final. */
export interface Wish {
  hints: readonly Ref[];
  thorough: boolean;
}

/** Looks at one unit and records what it sees, for as long as this instance holds its lease. */
export interface Observer {
  /** @throws GatewayError when the provider or the log could not be reached. */
  observe(token: number, wish: Wish): Promise<Outcome>;
  /** Whether something changes, or has changed not long ago and is not final. */
  isBusy(): boolean;
  /** What is known is to be asked of the log again. */
  forget(): void;
}

const UNDER_WAY = new Set([Status.QUEUED, Status.IN_PROGRESS, Status.CANCELLING]);

export interface ObserverOptions {
  provider: ProviderSource;
  unit: Ref;
  log: EventLog;
  timing: Timing;
  signal: AbortSignal;
  /** Absent where there are no traces. */
  tracer: Tracer | undefined;
}

export function createObserver(options: ObserverOptions): Observer {
  const { provider, unit, log, timing, signal, tracer } = options;
  let lookout: Lookout = provider.watch.open(unit);
  let known: Map<string, Status> | undefined;
  let isLoaded = false;
  /** When each unfinished subject was first seen as it is. */
  const since = new Map<string, number>();
  /** Subjects that are in no final state and do not exist any more. */
  const gone = new Set<string>();

  const learn = (subjectId: string, status: Status) => {
    if (known?.get(subjectId) !== status || !since.has(subjectId)) {
      since.set(subjectId, timing.now());
    }
    if (isFinal(status)) since.delete(subjectId);
    known?.set(subjectId, status);
  };

  const load = async () => {
    if (isLoaded) return;
    const found = await log.known(unit.id);
    known = found && new Map(found);
    for (const [id, status] of known ?? []) if (!isFinal(status)) learn(id, status);
    isLoaded = true;
  };

  const isPatient = ([, at]: [string, number]) => timing.now() - at < timing.patienceMs;

  /** A thorough look asks for all that is not final, a quick one for what may change any moment. */
  const unfinished = (thorough: boolean): Ref[] =>
    [...since]
      .filter(([id]) => !gone.has(id))
      .filter((entry) => thorough || isPatient(entry))
      .map(([id]) => refOf(id));

  /** What a look did not tell of and is not final is asked for by id: no final state is missed. */
  const lookUpMissing = async (
    asked: readonly Ref[],
    seen: readonly Observation[],
    call: Call,
  ): Promise<{ observations: Observation[]; faults: GatewayError[] }> => {
    const told = new Set(seen.map(({ subjectId }) => subjectId));
    const missing = asked.filter(({ id }) => !told.has(id));
    if (missing.length === 0) return { observations: [], faults: [] };
    const answers = await provider.watch.lookUp(missing, call);
    for (const { id } of missing) if (!answers.has(id)) gone.add(id);
    const found = [...answers.values()];
    return {
      observations: found.flatMap((answer) => (answer instanceof GatewayError ? [] : [answer])),
      faults: found.filter((answer) => answer instanceof GatewayError),
    };
  };

  const record = async (observations: readonly Observation[], token: number) => {
    const isBaseline = known === undefined;
    const news = observations.filter(({ subjectId, status }) => {
      gone.delete(subjectId);
      return isBaseline || known?.get(subjectId) !== status;
    });
    if (news.length === 0 && !isBaseline) return [];
    const changes = await log.record(unit.id, news, token);
    known ??= new Map();
    for (const { subjectId, status } of news) learn(subjectId, status);
    return changes;
  };

  const observe = async (
    token: number,
    { hints, thorough }: Wish,
    span?: Span,
  ): Promise<Outcome> => {
    await load();
    const deadline = timing.now() + timing.lookMs;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timing.lookMs)]);
    const call = createCall(limited, deadline, { isBackground: true, span });
    const asked = unfinished(thorough);
    const look = await lookout.look({ known, unfinished: asked, hints, thorough }, call);
    const rest = await lookUpMissing(asked, look.observations, call);
    const changes = await record([...look.observations, ...rest.observations], token);
    return {
      changes,
      requests: sentRequests(call),
      fault: [...look.faults, ...rest.faults][0],
    };
  };

  return {
    async observe(token, wish) {
      const span = tracer?.start(`look at ${provider.name}`, {
        attributes: {
          'deploygraph.provider': provider.name,
          'deploygraph.thorough': wish.thorough,
        },
      });
      try {
        const outcome = await observe(token, wish, span);
        const { changes, requests, fault } = outcome;
        const counts = { 'deploygraph.changes': changes.length, 'deploygraph.requests': requests };
        span?.end(counts, fault?.code);
        return outcome;
      } catch (error) {
        span?.end({}, toGatewayError(error, provider.name).code);
        throw error;
      }
    },
    isBusy: () =>
      [...since].some((entry) => {
        const status = known?.get(entry[0]);
        const isUnderWay = status !== undefined && UNDER_WAY.has(status);
        return isUnderWay && !gone.has(entry[0]) && isPatient(entry);
      }),
    forget() {
      isLoaded = false;
      known = undefined;
      since.clear();
      gone.clear();
      lookout = provider.watch.open(unit);
    },
  };
}
