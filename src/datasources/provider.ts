import type { z } from 'zod';
import type { Ref } from '../ids.ts';
import type { AuditEvent } from '../schema/audit-event.ts';
import type { Build } from '../schema/build.ts';
import type { LabelInput } from '../schema/common.ts';
import type { Deployment, DeploymentError } from '../schema/deployment.ts';
import type { AuditAction, Capability, ProviderKind, ScopeKind } from '../schema/enums.ts';
import type { StatusFilter } from '../schema/inputs.ts';
import type { ProviderHealth } from '../schema/provider.ts';
import type { Revision } from '../schema/revision.ts';
import type { Scope } from '../schema/scope.ts';
import type { Version } from '../schema/version.ts';
import type { GatewayError } from '../errors.ts';
import type { Call } from './http/call.ts';
import type { HttpClient } from './http/client.ts';
import type { Dialect } from './http/dialect.ts';
import type { ProviderWrites } from './writes.ts';
import type { Watch } from './watch.ts';

export type { Call };

/**
 * The answer to a read by ids, by global id.
 *
 * - An object that does not exist, or that the credentials may not see, is absent: never an error.
 * - An object that could not be read holds the error; the others are not touched by it.
 * - Keys that were not asked for may be there too: whatever the provider sent anyway.
 */
export type Batch<T> = ReadonlyMap<string, T | GatewayError>;

/** Rows, and an error for each row that was left out because it could not be understood. */
export interface Listing<T> {
  items: T[];
  faults: GatewayError[];
}

/**
 * A place to ask for deployments: a UbiOps project, a Humanitec environment, a Cloud 66 stack, or
 * for Cloud Foundry the foundation, an organization, a space or an app.
 */
export interface Source {
  scope: Scope;
  /**
   * The newest deployment, where the listing of sources tells it for free; `null`: there is none.
   * A page then only asks the sources whose newest deployment can be on it.
   */
  newest?: Deployment | null;
}

/** Which part of a source's deployments is wanted. */
export interface DeploymentQuery {
  /**
   * Where to begin: with the newest, before which come those that are upcoming; with those made at
   * this moment (inclusive); or with those that have no readable date, which come last.
   */
  from: 'newest' | Date | 'undated';
  /** How many rows the caller needs. */
  limit: number;
  /**
   * Hints. A provider may use them to narrow what it fetches; it must never leave out a row that
   * matches, and may return rows that do not: the caller filters again.
   */
  createdAfter?: Date;
  labels?: readonly LabelInput[];
  status?: StatusFilter;
}

/**
 * A stretch of a source's deployments, newest first, those without a date last. Between its first
 * and its last row nothing is missing, also no row made at the same moment as the last one. It has
 * at least `limit` rows, unless it is `complete`: nothing older is left. One that begins with the
 * newest has all that are upcoming, and they do not count.
 */
export interface DeploymentSlice extends Listing<Deployment> {
  complete: boolean;
}

/** What can be done with a deployment again, as far as its provider is concerned. */
export interface Verdict {
  canRedeploy: boolean;
  canRollback: boolean;
}

/** A page in the provider's own paging. */
export interface Page<T> extends Listing<T> {
  /** The provider's position behind the last item; null: the end. Opaque to everybody else. */
  next: string | null;
}

/** One level's own variables. */
export interface VariableLevel {
  /** Global id of the level. */
  ownerId: string;
  variables: VariableEntry[];
}

export interface VariableEntry {
  name: string;
  /** Null when the provider keeps the value secret, or when it must not be shown. */
  value: string | null;
  secret: boolean;
  readOnly: boolean;
  updatedAt: Date | null;
}

/**
 * What a platform has to offer, in the gateway's words. One object per entry of the configuration;
 * it holds no state of any operation.
 *
 * `Ref`s are always of this provider and of the type that the method speaks of. `call` carries the
 * operation's AbortSignal and its memory of identical reads, and is the last argument of everything
 * that waits. Methods throw a GatewayError when nothing at all could be had.
 *
 * A method is optional where fewer than three providers have the concept: its presence *is* the
 * capability.
 */
export interface ProviderSource extends ProviderWrites {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly capabilities: readonly Capability[];
  /** The kind of scope that deployments are made in, as far as `scopeId` of a deployment tells. */
  readonly leafKind: ScopeKind;

  /** How its changes of status are noticed. */
  readonly watch: Watch;

  /** What this provider's recent requests say about it; asks nobody. */
  health(): ProviderHealth;

  /** One cheap authenticated request, for readiness and for `check`. Throws when it fails. */
  ping(call: Call): Promise<void>;

  /**
   * The scope that an id speaks of, from its keys alone and without a request: kind, native kind
   * and native key are right, `name`, `environment` and `parentId` are `undefined` unless the keys
   * tell them. `undefined`: the keys are not those of a scope of this provider.
   */
  toScope(ref: Ref): Scope | undefined;

  /**
   * Scopes: the direct children of `parent`, or without it all scopes of the provider. `kinds`
   * saves requests for the other kinds. Only what the configuration lets in.
   */
  listScopes(
    query: { parent?: Ref; kinds?: readonly ScopeKind[] },
    call: Call,
  ): Promise<Listing<Scope>>;
  getScopes(refs: readonly Ref[], call: Call): Promise<Batch<Scope>>;

  /** Where to ask for the deployments of `within`, or of the whole provider. */
  listSources(within: Ref | undefined, call: Call): Promise<Listing<Source>>;
  listDeployments(source: Source, query: DeploymentQuery, call: Call): Promise<DeploymentSlice>;
  getDeployments(refs: readonly Ref[], call: Call): Promise<Batch<Deployment>>;

  /**
   * The newest deployment of each leaf scope; absent where there is none. For many scopes at once:
   * uses whatever answers for several in one request.
   */
  getLatestDeployments(scopes: readonly Ref[], call: Call): Promise<Batch<Deployment>>;

  /** The same deployments with `status`, `rawStatus`, `live` and `version` filled in. */
  completeDeployments(deployments: readonly Deployment[], call: Call): Promise<Batch<Deployment>>;

  /**
   * Whether each can be redeployed and gone back to, for those that leave it open. Never more than
   * a few requests for a whole page. Absent: what brings a deployment always tells.
   */
  judgeDeployments?(deployments: readonly Deployment[], call: Call): Promise<Batch<Verdict>>;

  /** What each deployment was based on or replaced, see `Deployment.previous`; absent: nothing. */
  getPreviousDeployments(
    deployments: readonly Deployment[],
    call: Call,
  ): Promise<Batch<Deployment>>;

  /** What went wrong in each; an empty list: nothing that the provider tells of. */
  getDeploymentErrors(
    deployments: readonly Deployment[],
    call: Call,
  ): Promise<Batch<DeploymentError[]>>;

  /** All versions of each deployment, newest first; a rollout has exactly one. */
  listVersions(deployments: readonly Ref[], call: Call): Promise<Batch<Listing<Version>>>;
  getVersions(refs: readonly Ref[], call: Call): Promise<Batch<Version>>;

  /** All revisions of each version, newest first; a rollout's version has at most one. */
  listRevisions(versions: readonly Ref[], call: Call): Promise<Batch<Listing<Revision>>>;
  getRevisions(refs: readonly Ref[], call: Call): Promise<Batch<Revision>>;

  /**
   * The distinct revisions of a leaf scope in deployment order, newest first, at least `limit` of
   * them behind the one with native id `after`. Absent: the provider has no such list.
   */
  listScopeRevisions?(
    scope: Ref,
    query: { after: string | undefined; limit: number },
    call: Call,
  ): Promise<Listing<Revision> & { complete: boolean }>;

  /** All builds of each version or revision, newest first. Absent: the provider has no builds. */
  listBuilds?(owners: readonly Ref[], call: Call): Promise<Batch<Listing<Build>>>;
  getBuilds?(refs: readonly Ref[], call: Call): Promise<Batch<Build>>;

  /**
   * The levels that make up an owner's variables, nearest first; the first one is the owner's own
   * (it may be empty). `null`: the provider keeps none for this owner. With `shadowed` each level
   * has all its variables, also those a nearer level hides; without, hidden ones may be missing
   * where telling them would cost a request more.
   */
  getVariableLevels(
    owners: readonly Ref[],
    options: { shadowed: boolean },
    call: Call,
  ): Promise<Batch<VariableLevel[] | null>>;

  /**
   * Audit events of a scope or deployment in the provider's order. `null`: the provider records
   * none for such an owner. `after` is a `next` of an earlier page.
   */
  listAuditEvents(
    owner: Ref,
    query: { first: number; after: string | undefined; action: AuditAction | undefined },
    call: Call,
  ): Promise<Page<AuditEvent> | null>;
}

/** What every provider is given, whatever its kind. */
export interface ProviderSetup {
  /** Name of the entry in the configuration. */
  name: string;
  baseUrl: string;
  /**
   * A client for this provider's API, or with `baseUrl` for another service that it names (Cloud
   * Foundry's UAA). Make it once: it keeps connections, limits and health.
   */
  createHttp(dialect: Dialect, baseUrl?: string): HttpClient;
}

/** How a kind of provider is configured and made: the one export of a provider's folder. */
export interface ProviderDefinition<Options> {
  /** The word for it in the configuration, for instance "cloudfoundry". */
  readonly kind: string;
  /** Its settings beside those that all kinds share: credentials, and which scopes to show. */
  readonly options: z.ZodType<Options>;
  create(setup: ProviderSetup, options: Options): ProviderSource;
  /**
   * The keys of the scope that a configuration names in the provider's own words, for instance
   * "shop/production"; `undefined`: no scope can be called so.
   */
  toScopeKeys(path: string, options: Options): readonly string[] | undefined;
  /**
   * The innermost scope that an object belongs to, as far as its id tells. Absent: ids begin with
   * the keys of all the scopes around them, so that nothing has to be looked up.
   */
  scopeOf?(ref: Ref): Ref | undefined;
}
