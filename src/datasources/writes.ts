import type { Readable } from 'node:stream';
import type { Ref } from '../ids.ts';
import type { Build } from '../schema/build.ts';
import type { LabelInput } from '../schema/common.ts';
import type { Deployment } from '../schema/deployment.ts';
import type { MutationInput } from '../schema/mutations/input.ts';
import type { DeploymentStrategyInput } from '../schema/mutations/rollout.ts';
import type { CreateDeploymentInput, UpdateDeploymentInput } from '../schema/mutations/service.ts';
import type { CreateVersionInput, UpdateVersionInput } from '../schema/mutations/version.ts';
import type { Revision } from '../schema/revision.ts';
import type { Version } from '../schema/version.ts';
import type { GatewayError } from '../errors.ts';
import type { Call } from './http/call.ts';

/**
 * What a write is given in the place of `Call`. It ends when the write does: neither the client's
 * hang-up nor the operation's deadline calls it off, because what was sent cannot be taken back. It
 * has a time of its own (`signal`, `deadline`), for following what the provider does asynchronously.
 */
export interface WriteCall extends Call {
  /**
   * Unlike every other write's; short, letters and digits. The same when a write is sent again under
   * one idempotency key. Send it along where the provider has a place for it (Cloud 66's
   * `user_reference`): then the write can be found again.
   */
  readonly reference: string;
  /**
   * Notes, before the first of several requests is sent, how to take it back. Wait for it: once it
   * resolves, a gateway that starts later knows. Call what it returns when there is nothing left to
   * take back, because the write is complete or because the method itself has undone it.
   * @throws GatewayError IDEMPOTENCY_UNAVAILABLE when it cannot be noted; nothing must be sent then.
   */
  journal(step: UndoStep): Promise<() => Promise<void>>;
}

/** How to take back one half of a write. Kept outside the process: ids only, no values. */
export interface UndoStep {
  /** The provider's word for it, for instance "rebase". */
  readonly name: string;
  /** Global id of what was changed. */
  readonly targetId: string;
  readonly data: Readonly<Record<string, string | null>>;
}

/** What an input says to the gateway, not to the provider. */
type Handling = keyof MutationInput;

/** What to run. At most one of them is there; none: what the scope runs now. */
export type DeploymentSource =
  | { kind: 'revision'; revision: Ref }
  /** Another deployment's state; `deltaId` is applied on top (Humanitec). */
  | { kind: 'deployment'; deployment: Ref; deltaId?: string }
  | { kind: 'gitRef'; gitRef: string }
  | { kind: 'delta'; deltaId: string }
  | { kind: 'set'; setId: string }
  | { kind: 'droplet'; dropletGuid: string };

/** A rollout to start. What a provider does not know of it, it refuses with `unsupported`. */
export interface StartOrder {
  source: DeploymentSource | undefined;
  comment: string | undefined;
  valueSetVersionId: string | undefined;
  mode: 'full' | 'incremental' | undefined;
  services: readonly string[] | undefined;
  strategy: DeploymentStrategyInput | undefined;
  labels: readonly LabelInput[] | undefined;
  annotations: readonly LabelInput[] | undefined;
}

/** `queued`: the provider took it on, and does not show the deployment yet (Cloud 66). */
export type Rollout = { deployment: Deployment } | { queued: true };

/** What was asked for, when it is not known whether it was done. */
export type RolloutOrder =
  | { kind: 'start'; scope: Ref; order: StartOrder }
  | { kind: 'redeploy'; deployment: Ref }
  | { kind: 'rollback'; deployment: Ref };

/** A write that was sent, and whose answer was lost. */
export interface SentWrite {
  readonly reference: string;
  /** Global id of the newest deployment of the scope before it was sent; null: there was none. */
  readonly newestBefore: string | null;
}

/** One variable to set. Absent `secret`: as it is, and not secret where it is new. */
export interface VariableChange {
  name: string;
  /** Absent: keep the value (only to rename, or to make it secret). */
  value: string | undefined;
  secret: boolean | undefined;
  /** The new name; everything else stays unless given. */
  newName: string | undefined;
}

/** MERGE leaves other variables of the level alone; REPLACE deletes them. */
export type VariableMode = 'MERGE' | 'REPLACE';

/** What became of one variable. Each change has one, in the order of the changes. */
export interface VariableOutcome {
  name: string;
  /** `undefined`: done. */
  error: GatewayError | undefined;
}

/** A file to become a revision. */
export interface RevisionFile {
  /** Is destroyed with the reason when the provider refuses, and destroys the request in turn. */
  stream: Readable;
  /** In bytes, where it is known before the end. */
  length: number | undefined;
}

/** A template or another version to copy a revision from. */
export type RevisionOrigin = { version: Ref } | { templateId: string };

/**
 * The write side of a provider. All methods are optional: presence *is* the capability. The caller
 * has checked that the viewer may do it, and that each `Ref` is of this provider and of the type
 * that the method speaks of, not that it exists.
 *
 * - Every method sends each write once. None is repeated, by nobody, after it may have been sent.
 * - What the input got wrong is thrown with `refuse` (before anything is sent), or comes as the
 *   http client made it from 400, 409 and 422: an error with `complaints`, which becomes
 *   `userErrors`. A target that does not exist is NOT_FOUND.
 * - A request that was sent and whose answer was lost is OUTCOME_UNKNOWN: let it pass.
 * - What is returned is the new state, read after the write where the answer does not tell it. A
 *   read that fails after a write has succeeded must not fail the write: leave fields `undefined`,
 *   or return what is known.
 */
export interface ProviderWrites {
  startDeployment?(scope: Ref, order: StartOrder, call: WriteCall): Promise<Rollout>;
  /** Runs again what this deployment ran, in its scope. */
  redeploy?(deployment: Ref, call: WriteCall): Promise<Rollout>;
  /** Goes back to what this deployment ran. It is one that is no longer live. */
  rollback?(deployment: Ref, call: WriteCall): Promise<Rollout>;
  /**
   * Whether a rollout that may have been sent did arrive: the deployments newer than
   * `newestBefore` that it could have made, newest first. More than one: nobody can tell. `call`
   * may be used for reads only.
   */
  findRollouts?(order: RolloutOrder, sent: SentWrite, call: Call): Promise<Deployment[]>;

  cancelDeployment?(deployment: Ref, call: WriteCall): Promise<Deployment>;
  /** Lets a paused canary go on to its next step. */
  continueDeployment?(deployment: Ref, call: WriteCall): Promise<Deployment>;

  /** A service in a project (UbiOps). */
  createService?(
    scope: Ref,
    fields: Omit<CreateDeploymentInput, 'scopeId' | Handling>,
    call: WriteCall,
  ): Promise<Deployment>;
  /** A new `name` renames: the id changes with it, which the returned deployment shows. */
  updateService?(
    deployment: Ref,
    fields: Omit<UpdateDeploymentInput, 'deploymentId' | 'defaultVersionId' | Handling> & {
      defaultVersion: Ref | undefined;
    },
    call: WriteCall,
  ): Promise<Deployment>;
  deleteService?(deployment: Ref, call: WriteCall): Promise<void>;

  createVersion?(
    deployment: Ref,
    fields: Omit<CreateVersionInput, 'deploymentId' | Handling>,
    call: WriteCall,
  ): Promise<Version>;
  updateVersion?(
    version: Ref,
    fields: Omit<UpdateVersionInput, 'versionId' | Handling>,
    call: WriteCall,
  ): Promise<Version>;
  deleteVersion?(version: Ref, call: WriteCall): Promise<void>;

  /** Streams; keeps nothing. `call.signal` and the file's own error both end the request. */
  uploadRevision?(
    version: Ref,
    file: RevisionFile,
    call: WriteCall,
  ): Promise<{ revision: Revision; build: Build | null }>;
  downloadRevision?(
    revision: Ref,
    call: Call,
  ): Promise<{ stream: Readable; length: number | undefined; filename: string }>;
  copyRevision?(version: Ref, from: RevisionOrigin, call: WriteCall): Promise<Revision>;
  rebuildRevision?(revision: Ref, call: WriteCall): Promise<Build>;
  cancelBuild?(build: Ref, call: WriteCall): Promise<Build>;

  /**
   * Why a name cannot be a variable's on this owner, as a sentence; `undefined`: it can. Asks
   * nobody, and refuses only what the provider is documented to refuse.
   */
  checkVariableName?(owner: Ref, name: string): string | undefined;
  /** Whether variables of this owner can be secret; asks nobody. */
  keepsSecrets?(owner: Ref): boolean;
  /**
   * Sets the owner's own variables, one after the other. A variable that the owner inherits is
   * shadowed. Names are checked, secrets asked for are possible. Refused one by one: a secret that
   * is to become plain, a read-only variable, one that the provider refuses. With REPLACE the ones
   * not named are deleted last, and have outcomes too.
   * @throws GatewayError only when nothing was sent.
   */
  setVariables?(
    owner: Ref,
    changes: readonly VariableChange[],
    mode: VariableMode,
    call: WriteCall,
  ): Promise<VariableOutcome[]>;
  /** Deletes the owner's own variables. A name that is not there is NOT_FOUND in its outcome. */
  deleteVariables?(
    owner: Ref,
    names: readonly string[],
    call: WriteCall,
  ): Promise<VariableOutcome[]>;
  /**
   * The provider's own copy of all variables, which keeps secrets. `undefined`: it has none between
   * these two owners, and the gateway copies one by one.
   */
  copyVariables?(from: Ref, to: Ref, call: WriteCall): Promise<VariableOutcome[] | undefined>;
  /**
   * Waits for the end of all changes of the owner's variables that are under way, before one whose
   * answer was lost is sent again. Absent: the provider makes them before it answers.
   * @throws GatewayError OUTCOME_UNKNOWN where their end is not seen in the time of `call`
   */
  settleVariables?(owner: Ref, call: Call): Promise<void>;
  /** Whether a change of this owner's variables takes `administer`, not `deploy`; asks nobody. */
  isShared?(owner: Ref): boolean;

  /** Takes back a step that another process noted in its journal and could not end. */
  undo?(step: UndoStep, call: WriteCall): Promise<void>;
}
