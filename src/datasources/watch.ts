import type { Ref } from '../ids.ts';
import type { Status } from '../schema/enums.ts';
import type { Observation } from '../subscriptions/events.ts';
import type { GatewayError } from '../errors.ts';
import type { Batch, Call } from './provider.ts';

/** How often a unit is looked at, in milliseconds. */
export interface Pace {
  /** While something is in progress. */
  readonly quickMs: number;
  /** While nothing is. */
  readonly slowMs: number;
  /** How long the windows of the provider's budget are. */
  readonly windowMs: number;
}

/** What is wanted of one look at a unit. */
export interface LookQuery {
  /**
   * What is known of the unit's subjects, by id; `undefined`: it was never looked at. Then
   * everything that a later look could take for new is to be told, however old.
   */
  known: ReadonlyMap<string, Status> | undefined;
  /** Those of them that are in no final state. */
  unfinished: readonly Ref[];
  /** Scopes, deployments, versions and builds that somebody says have changed. */
  hints: readonly Ref[];
  /** Whether to look at the whole unit; otherwise at what is unfinished or hinted at. */
  thorough: boolean;
}

export interface Look {
  /** Oldest first. What is known already may be among them. */
  observations: Observation[];
  /** What could not be read or understood; the next look asks for it again. */
  faults: GatewayError[];
  /**
   * Is called when everything that the look told is in the log. Only then may the lookout count it
   * as told: what could not be recorded, the next look must tell again.
   */
  recorded?: (() => void) | undefined;
}

/** A unit that is watched by this instance, with what earlier looks remember of it. */
export interface Lookout {
  /** @throws GatewayError when nothing at all could be had. */
  look(query: LookQuery, call: Call): Promise<Look>;
}

/**
 * How a provider is watched for changes of status. It is divided into units that do not overlap,
 * each as large as one cheap request can watch; the watcher polls each unit in one instance of the
 * gateway only, with the gateway's own credentials.
 */
export interface Watch {
  readonly pace: Pace;
  /** The unit that an object belongs to, from its keys alone; `undefined`: it spans several. */
  unitOf(ref: Ref): Ref | undefined;
  /** All units that the configuration lets in. */
  listUnits(call: Call): Promise<Ref[]>;
  /** Begins to watch a unit, with no memory of earlier looks. */
  open(unit: Ref): Lookout;
  /**
   * What has become of subjects that a look did not tell of, so that no final state is missed.
   * Absent: it is gone.
   */
  lookUp(subjects: readonly Ref[], call: Call): Promise<Batch<Observation>>;
  /**
   * What a webhook's payload speaks of: a scope or a deployment. `undefined`: nothing to look at,
   * or not understood. A payload is only ever a hint. Absent: the provider sends no webhooks.
   */
  readWebhook?(payload: unknown): Ref | undefined;
}
