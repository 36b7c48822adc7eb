import { type GatewayError, toGatewayError } from '../../errors.ts';
import { type Ref, refOf } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import { Status } from '../../schema/enums.ts';
import type { Version } from '../../schema/version.ts';
import { byNewest } from '../batch.ts';
import type { Call, Listing, ProviderSource } from '../provider.ts';
import { oneOrAll, readInTurn } from './batches.ts';
import { readNewest } from './builds.ts';
import type { Context } from './context.ts';
import { deploymentOf } from './keys.ts';
import { readSiblings, readVersion, type Siblings } from './siblings.ts';
import { toVersionStatus, UNAVAILABLE } from './status.ts';
import type { VersionRow } from './version-payloads.ts';

type Versions = Pick<ProviderSource, 'listVersions' | 'getVersions' | 'completeDeployments'>;

/** Versions with their state, and the state of deployments, which is that of the default version. */
export function createVersions(context: Context): Versions {
  return {
    listVersions(deployments, call) {
      return readInTurn(context, deployments.filter(context.allows), (ref) =>
        listVersions(context, ref, call),
      );
    },
    getVersions(refs, call) {
      const shown = refs.filter(context.allows);
      const read = oneOrAll(shown, {
        one: (ref) => readVersion(context, ref, call),
        listOf: (ref) => deploymentOf(ref).id,
        all: (ref) => readCertain(context, deploymentOf(ref), call),
        idOf: ({ version }) => version.id,
      });
      return readInTurn(context, shown, async (ref) => {
        const row = await read(ref);
        return row && (await settle(context, row, call)).version;
      });
    },
    completeDeployments(deployments, call) {
      const shown = new Map(deployments.map((deployment) => [deployment.id, deployment]));
      const refs = [...shown.keys()].map(refOf).filter(context.allows);
      return readInTurn(context, refs, async (ref) => {
        const deployment = shown.get(ref.id);
        const state = deployment && (await readState(context, ref, call));
        return state && { ...deployment, ...state };
      });
    },
  };
}

async function listVersions(
  context: Context,
  deployment: Ref,
  call: Call,
): Promise<Listing<Version> | undefined> {
  const siblings = await readSiblings(context, deployment, call);
  if (!siblings) return undefined;
  const settled = await Promise.all(siblings.rows.map((row) => settle(context, row, call)));
  const faults = [siblings.defaultUnknown, ...settled.map(({ fault }) => fault)];
  return {
    items: settled.map(({ version }) => version).sort(byNewest),
    faults: [...siblings.faults, ...faults.filter((fault) => fault !== undefined)],
  };
}

/** The versions of a deployment, where a wrong `default` could not be told from a right one. */
async function readCertain(
  context: Context,
  deployment: Ref,
  call: Call,
): Promise<Listing<VersionRow> | undefined> {
  const siblings = await readSiblings(context, deployment, call);
  if (siblings?.defaultUnknown) throw siblings.defaultUnknown;
  return siblings && { items: siblings.rows, faults: siblings.faults };
}

type State = Required<Pick<Deployment, 'status' | 'rawStatus' | 'live' | 'version'>>;

async function readState(
  context: Context,
  deployment: Ref,
  call: Call,
): Promise<State | undefined> {
  const siblings = await readSiblings(context, deployment, call);
  if (!siblings) return undefined;
  const row = defaultOf(siblings);
  if (!row) return { status: Status.UNKNOWN, rawStatus: '', live: false, version: null };
  const { version, fault } = await settle(context, row, call);
  if (fault) throw fault;
  const { status, rawStatus } = version;
  return { status, rawStatus, live: status === Status.SUCCEEDED, version };
}

/**
 * The default version. Where none is found but something could not be read, it may be that: better
 * an error than "there is none".
 */
function defaultOf({ rows, faults, defaultUnknown }: Siblings): VersionRow | undefined {
  const found = rows.find(({ version }) => version.default);
  const doubt = defaultUnknown ?? faults[0];
  if (!found && doubt) throw doubt;
  return found;
}

/**
 * The version with its state. One that says "unavailable" leaves open why; its newest build knows.
 * Where that cannot be had the state stays UNKNOWN, and `fault` says why.
 */
async function settle(
  context: Context,
  row: VersionRow,
  call: Call,
): Promise<{ version: Version; fault?: GatewayError }> {
  const { version, newest } = row;
  if (version.rawStatus !== UNAVAILABLE || !newest) return { version };
  try {
    const build = await readNewest(context, row, call);
    return { version: { ...version, status: toVersionStatus(UNAVAILABLE, build?.status) } };
  } catch (error) {
    call.signal.throwIfAborted();
    return { version, fault: toGatewayError(error, context.provider) };
  }
}
