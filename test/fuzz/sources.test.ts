import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Sandbox, STAND_INS, type StandInName } from '../../sandbox/index.ts';
import { createCall } from '../../src/datasources/http/call.ts';
import { createLine } from '../../src/datasources/http/line.ts';
import type { WireAnswer, WireRequest } from '../../src/datasources/http/transport.ts';
import type { Call, ProviderSource } from '../../src/datasources/provider.ts';
import { REGISTRY } from '../../src/datasources/registry.ts';
import { createSource } from '../../src/datasources/source.ts';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { parseId, type Ref } from '../../src/ids.ts';
import { Status } from '../../src/schema/enums.ts';
import { sandboxConfig } from '../helpers/gateway.ts';
import { startRoomySandbox } from './pool.ts';
import { checkAll, countCases, PATIENCE_MS, runs, within } from './runs.ts';
import { spoilAnswer } from './spoiling.ts';
import { readTape } from './tape.ts';
import { nasty } from './texts.ts';

/*
 * The same as providers.test.ts without a gateway and without sockets: answers are recorded once and
 * handed over by the test, which makes thousands of them cheap.
 */

const NAMES = Object.keys(STAND_INS) as StandInName[];
const count = countCases(4_050);

/** More than a read of these few things needs by far, and what a page without an end would soon be. */
const MAX_REQUESTS = 400;
const SETTINGS = { timeoutMs: 2_000, concurrency: 100 };

type Wire = (request: WireRequest) => Promise<WireAnswer>;

let sandbox: Sandbox;
/** By provider: its sound answers, each asked for once. */
const recordings = new Map<StandInName, Wire>();

beforeAll(async () => {
  sandbox = await startRoomySandbox();
  for (const name of NAMES) recordings.set(name, record());
}, PATIENCE_MS);
afterAll(() => sandbox?.close(), PATIENCE_MS);

function record(): Wire {
  const { transport } = createLine({ provider: 'recorded', ...SETTINGS });
  const known = new Map<string, Promise<WireAnswer>>();
  return async (request) => {
    const key = `${request.method} ${request.url}`;
    // Whoever asks first may not wait for it.
    const answer = known.get(key) ?? transport({ ...request, signal: undefined });
    known.set(key, answer);
    return answer;
  };
}

/** A source of its own, so that nothing is left of the case before. */
function sourceOf(name: StandInName, wire: Wire): ProviderSource {
  const entry = sandboxConfig(sandbox).providers.find((each) => each.name === name);
  if (!entry) throw new Error(`${name} is not in the configuration`);
  const lines = () => ({
    ...createLine({ provider: name, ...SETTINGS }),
    transport: wire,
  });
  return createSource(REGISTRY[entry.kind], { ...entry, ...SETTINGS }, entry.options, { lines });
}

const refsOf = (ids: Iterable<string>): Ref[] => [...ids].flatMap((id) => parseId(id) ?? []);

/** Reads a bit of everything, each kind of thing by what the one before it has told. */
const READS: Record<string, (source: ProviderSource, call: Call) => Promise<unknown[]>> = {
  async deployments(source, call) {
    const { items } = await source.listSources(undefined, call);
    const slices = await Promise.all(
      items
        .slice(0, 2)
        .map((each) => source.listDeployments(each, { from: 'newest', limit: 3 }, call)),
    );
    const rows = slices.flatMap((slice) => slice.items).slice(0, 4);
    return [
      ...slices,
      await source.completeDeployments(rows, call),
      await source.getPreviousDeployments(rows, call),
      await source.getDeploymentErrors(rows, call),
      await source.getDeployments(refsOf(rows.map(({ id }) => id)), call),
    ];
  },
  async versions(source, call) {
    const { items } = await source.listSources(undefined, call);
    const [first] = items;
    if (!first) return [];
    const { items: rows } = await source.listDeployments(first, { from: 'newest', limit: 2 }, call);
    const versions = await source.listVersions(refsOf(rows.map(({ id }) => id)).slice(0, 2), call);
    const ids = [...versions.values()].flatMap((each) =>
      each instanceof GatewayError ? [] : each.items.slice(0, 2).map(({ id }) => id),
    );
    return [
      versions,
      await source.getVersions(refsOf(ids), call),
      await source.listRevisions(refsOf(ids), call),
      await source.listBuilds?.(refsOf(ids), call),
    ];
  },
  async scopes(source, call) {
    const scopes = await source.listScopes({}, call);
    const refs = refsOf(scopes.items.map(({ id }) => id));
    const leaves = refsOf(
      scopes.items.filter(({ kind }) => kind === source.leafKind).map(({ id }) => id),
    ).slice(0, 3);
    return [
      scopes,
      await source.getScopes(refs.slice(0, 5), call),
      await source.getLatestDeployments(leaves, call),
      await source.getVariableLevels(leaves.slice(0, 2), { shadowed: true }, call),
      ...(await Promise.all(
        leaves
          .slice(0, 1)
          .map((leaf) =>
            source.listAuditEvents(leaf, { first: 3, after: undefined, action: undefined }, call),
          ),
      )),
    ];
  },
  async changes(source, call) {
    const units = await source.watch.listUnits(call);
    const query = { known: new Map(), unfinished: [], hints: [], thorough: true };
    return Promise.all(units.slice(0, 1).map((unit) => source.watch.open(unit).look(query, call)));
  },
};

/** Every error is one that the gateway knows, and every status and date is one. */
function expectSound(value: unknown, seen = new Set<unknown>()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Error) return expectKnown(value);
  if (value instanceof Date) return expect(value.getTime()).not.toBeNaN();
  if (value instanceof Map) return [...value.values()].forEach((each) => expectSound(each, seen));
  if (Array.isArray(value)) return value.forEach((each) => expectSound(each, seen));
  const { __typename: type, status, id } = value as Record<string, unknown>;
  if (['Deployment', 'Version', 'Build'].includes(String(type)) && status !== undefined) {
    expect(Object.values(Status)).toContain(status);
  }
  if (typeof id === 'string' && 'nativeId' in value) expect(parseId(id)?.id).toBe(id);
  Object.values(value).forEach((each) => expectSound(each, seen));
}

function expectKnown(error: unknown): void {
  if (!(error instanceof GatewayError)) throw error;
  if (error.code === ErrorCode.INTERNAL_SERVER_ERROR) throw error.cause;
}

describe('a provider', () => {
  it(
    'that answers anything is understood, or told with an error that names it',
    async () => {
      const cases = fc.record({
        name: fc.constantFrom(...NAMES),
        read: fc.constantFrom(...Object.keys(READS)),
        plan: fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 40, size: 'max' }),
      });
      await checkAll(
        cases,
        async ({ name, read, plan }) => {
          const recorded = recordings.get(name);
          let [turn, spoiltSoFar] = [0, 0];
          const source = sourceOf(name, async (request) => {
            turn += 1;
            const answer = await recorded?.(request);
            if (!answer || turn > MAX_REQUESTS) throw new Error('nothing is said any more');
            const tape = readTape(plan.slice(turn % plan.length));
            // What is read first must often be right for anything else to be read.
            if (tape.below(2) === 0) return answer;
            spoiltSoFar += 1;
            const { status, headers, text } = answer;
            const { pathname, search } = new URL(request.url);
            const url = `${pathname}${search}`;
            const spoilt = spoilAnswer({ status, headers, body: text }, tape, url);
            return { status: spoilt.status, headers: spoilt.headers, text: spoilt.body };
          });
          const call = createCall(AbortSignal.timeout(5_000), Date.now() + 2_000);
          try {
            expectSound(await READS[read]?.(source, call));
          } catch (error) {
            expectKnown(error);
          }
          expect(turn).toBeLessThanOrEqual(MAX_REQUESTS);
          count('answers of providers', spoiltSoFar);
        },
        runs(4_000, { interruptAfterTimeLimit: within(12_000) }),
      );
    },
    PATIENCE_MS,
  );

  it(
    'that sends any webhook is understood, or nothing is made of it',
    () => {
      const sources = NAMES.map((name) => sourceOf(name, () => Promise.reject(new Error('asked'))));
      const words = fc.constantFrom(
        ...['org_id', 'app_id', 'env_id', 'stack_id', 'stack_uid', 'uid', 'id', 'project'],
        ...['deployment_id', 'version', 'event', 'name', 'type', 'payload', 'stack'],
      );
      const part = fc.oneof(nasty, fc.constantFrom('sandbox-org', 'storefront'), fc.jsonValue());
      const body = fc.oneof(
        fc.dictionary(words, fc.oneof(part, fc.dictionary(words, part))),
        fc.jsonValue(),
      );
      fc.assert(
        fc.property(fc.constantFrom(...sources), body, ({ name, watch }, told) => {
          count('webhooks');
          const found = watch.readWebhook?.(told);
          if (found) expect(parseId(found.id)).toEqual({ ...found, provider: name });
        }),
        runs(4_000),
      );
    },
    PATIENCE_MS,
  );
});
