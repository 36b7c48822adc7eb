import { createCall, sentRequests } from '../../datasources/http/call.ts';
import type { Call, ProviderSource } from '../../datasources/provider.ts';
import { isFinal } from '../../datasources/sightings.ts';
import type { Lookout } from '../../datasources/watch.ts';
import { GatewayError, toGatewayError } from '../../errors.ts';
import { type Ref, refOf } from '../../ids.ts';
import type { Span, Tracer } from '../../observability/span.ts';
import { Status } from '../../schema/enums.ts';
import type { EventLog, Observation } from '../events.ts';
import type { Timing } from './timing.ts';

/** What a look brought. */
export interface Outcome {
  /** How many changes were recorded. */
  changes: number;
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

/**
 * Has everybody forget how these were, before anybody is told that they have changed: whoever loads
 * them for the event would be shown what they were.
 */
export type Forget = (news: readonly Observation[]) => Promise<void>;

const UNDER_WAY = new Set([Status.QUEUED, Status.IN_PROGRESS, Status.CANCELLING]);

export interface ObserverOptions {
  provider: ProviderSource;
  unit: Ref;
  log: EventLog;
  forget: Forget;
  timing: Timing;
  signal: AbortSignal;
  /** Absent where there are no traces. */
  tracer: Tracer | undefined;
}

/** What is remembered from look to look; begun anew when the log is to be asked again. */
interface Memory {
  lookout: Lookout;
  /** As the log knows it; undefined: the unit was never recorded. */
  known: Map<string, Status> | undefined;
  isLoaded: boolean;
  /** When each unfinished subject was first seen as it is. */
  since: Map<string, number>;
  /** Subjects that are in no final state and do not exist any more. */
  gone: Set<string>;
  /** Looks that were to be the first one and could not see everything. */
  partialLooks: number;
}

/** So many first looks have to see everything; then one is taken as it is. */
const WHOLE_LOOKS = 3;

export function createObserver(options: ObserverOptions): Observer {
  const { provider, unit, log, forget, timing, signal, tracer } = options;
  const begin = (): Memory => ({
    lookout: provider.watch.open(unit),
    known: undefined,
    isLoaded: false,
    since: new Map(),
    gone: new Set(),
    partialLooks: 0,
  });
  let memory = begin();

  const learn = ({ known, since }: Memory, subjectId: string, status: Status) => {
    if (known?.get(subjectId) !== status || !since.has(subjectId)) {
      since.set(subjectId, timing.now());
    }
    if (isFinal(status)) since.delete(subjectId);
    known?.set(subjectId, status);
  };

  const load = async (mine: Memory) => {
    if (mine.isLoaded) return;
    const found = await log.known(unit.id);
    mine.known = found && new Map(found);
    for (const [id, status] of mine.known ?? []) if (!isFinal(status)) learn(mine, id, status);
    mine.isLoaded = true;
  };

  const isPatient = ([, at]: [string, number]) => timing.now() - at < timing.patienceMs;

  /** A thorough look asks for all that is not final, a quick one for what may change any moment. */
  const unfinished = ({ since, gone }: Memory, thorough: boolean): Ref[] =>
    [...since]
      .filter(([id]) => !gone.has(id))
      .filter((entry) => thorough || isPatient(entry))
      .map(([id]) => refOf(id));

  /** What a look did not tell of and is not final is asked for by id: no final state is missed. */
  const lookUpMissing = async (
    { gone }: Memory,
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

  /** What a first look leaves out would be told as new by a later one, however old it is. */
  const refuseHoles = (mine: Memory, faults: readonly GatewayError[]) => {
    const hole = mine.known ? undefined : faults.find(({ retryable }) => retryable);
    if (!hole) return;
    mine.partialLooks += 1;
    if (mine.partialLooks < WHOLE_LOOKS) throw hole;
  };

  const record = async (mine: Memory, observations: readonly Observation[], token: number) => {
    const { known, gone } = mine;
    const news = observations.filter(({ subjectId, status }) => {
      gone.delete(subjectId);
      return known?.get(subjectId) !== status;
    });
    if (news.length === 0 && known) return 0;
    if (known) await forget(news);
    const changes = await log.record(unit.id, news, token, { isFirst: !known });
    mine.known ??= new Map();
    for (const { subjectId, status } of news) learn(mine, subjectId, status);
    return changes.length;
  };

  const observe = async (
    token: number,
    { hints, thorough }: Wish,
    span?: Span,
  ): Promise<Outcome> => {
    const mine = memory;
    await load(mine);
    const deadline = timing.now() + timing.lookMs;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timing.lookMs)]);
    const call = createCall(limited, deadline, { isBackground: true, span });
    const asked = unfinished(mine, thorough);
    const query = { known: mine.known, unfinished: asked, hints, thorough };
    const look = await mine.lookout.look(query, call);
    const rest = await lookUpMissing(mine, asked, look.observations, call);
    const faults = [...look.faults, ...rest.faults];
    refuseHoles(mine, faults);
    const changes = await record(mine, [...look.observations, ...rest.observations], token);
    look.recorded?.();
    return { changes, requests: sentRequests(call), fault: faults[0] };
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
        const counts = { 'deploygraph.changes': changes, 'deploygraph.requests': requests };
        span?.end(counts, fault?.code);
        return outcome;
      } catch (error) {
        span?.end({}, toGatewayError(error, provider.name).code);
        throw error;
      }
    },
    isBusy() {
      const { known, since, gone } = memory;
      return [...since].some((entry) => {
        const status = known?.get(entry[0]);
        const isUnderWay = status !== undefined && UNDER_WAY.has(status);
        return isUnderWay && !gone.has(entry[0]) && isPatient(entry);
      });
    },
    forget() {
      memory = begin();
    },
  };
}
