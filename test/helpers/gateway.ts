import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type Sandbox, type StandInName, startSandbox } from '../../sandbox/index.ts';
import { type Config, parseConfig } from '../../src/config.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import type { EventLog } from '../../src/subscriptions/events.ts';
import type { Timing } from '../../src/subscriptions/watch/timing.ts';

/** What a client sees of one operation. */
export interface Answer<Data> {
  status: number;
  headers: Headers;
  data: Data;
  errors: {
    message: string;
    path?: (string | number)[];
    extensions: {
      code: string;
      provider?: string;
      retryable?: boolean;
      requestId?: string;
      resetsAt?: string;
    };
  }[];
  extensions?: { upstream?: { requests: number; byProvider: Record<string, number> } };
}

export interface TestGateway {
  url: string;
  sandbox: Sandbox;
  /** What is under test, for what it shows to whoever embeds it. */
  gateway: Gateway;
  events: EventLog;
  /** Sends a document written in the test. */
  query<Data = Record<string, never>>(
    document: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<Answer<Data>>;
  /** Sends an operation of `examples/`, typed by codegen. */
  run<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Answer<Data>>;
  /** What a stand-in was asked since the last `clear`, as "GET /path". */
  requestsTo(name: StandInName): string[];
  /** Forgets faults and requests of all stand-ins, and what the gateway keeps of them. */
  clear(): void;
  close(): Promise<void>;
}

const STAND_INS = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const;

/** `npm run test:interpreter` runs every test with the other executor. */
const EXECUTOR = process.env.TEST_EXECUTOR ?? 'compiled';

/** Most tests count requests of a cold gateway; TEST_CACHE=on runs them with the cache. */
const CACHE = { enabled: process.env.TEST_CACHE === 'on' };

/** For tests that put events into the log themselves: nobody else tells of changes. */
export const UNWATCHED = { events: { watch: false } };

/** The configuration of `npm start`, with the stand-ins where this sandbox has them. */
export function sandboxConfig(
  sandbox: Sandbox,
  more: Record<string, unknown> = {},
  everyProvider: Record<string, unknown> = {},
): Config {
  return parseConfig(JSON.stringify(sandboxFile(sandbox, more, everyProvider)), 'test', {});
}

/** The same as the file that holds it. */
export function sandboxFile(
  sandbox: Sandbox,
  more: Record<string, unknown> = {},
  everyProvider: Record<string, unknown> = {},
) {
  // Most tests want to see what they inject; those about repeating set their own number.
  const common = { credentials: { token: 'sandbox' }, retries: 0, ...everyProvider };
  return {
    logLevel: 'silent',
    auth: { readVariables: true },
    providers: [
      {
        name: 'ubiops',
        kind: 'ubiops',
        baseUrl: `${sandbox.ubiops.url}/v2.1`,
        ...common,
      },
      {
        name: 'humanitec',
        kind: 'humanitec',
        baseUrl: sandbox.humanitec.url,
        ...common,
        organization: 'sandbox-org',
      },
      {
        name: 'cloud66',
        kind: 'cloud66',
        baseUrl: `${sandbox.cloud66.url}/api/3`,
        ...common,
      },
      {
        name: 'cloudfoundry',
        kind: 'cloudfoundry',
        baseUrl: sandbox.cloudfoundry.url,
        ...common,
      },
    ],
    cache: CACHE,
    ...more,
    server: {
      port: 0,
      executor: EXECUTOR,
      ...(more.server as Record<string, unknown> | undefined),
    },
  };
}

/** Starts the sandbox and a gateway in front of it, on free ports, with frozen time. */
export async function startTestGateway(
  more: Record<string, unknown> = {},
  everyProvider: Record<string, unknown> = {},
): Promise<TestGateway> {
  const sandbox = await startSandbox();
  const started = await startTestGatewayOf(sandbox, more, everyProvider);
  return {
    ...started,
    close: async () => {
      await started.close();
      await sandbox.close();
    },
  };
}

/** The same in front of a sandbox that is there already and stays, with other times if need be. */
export async function startTestGatewayOf(
  sandbox: Sandbox,
  more: Record<string, unknown> = {},
  everyProvider: Record<string, unknown> = {},
  timing: Partial<Timing> = {},
  output?: { write(line: string): void },
): Promise<TestGateway> {
  const config = sandboxConfig(sandbox, more, everyProvider);
  const gateway = await createGateway(config, timing, output);
  const query: TestGateway['query'] = async (document, variables, headers) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: document, variables }),
    });
    const body = (await response.json()) as Pick<Answer<never>, 'data' | 'errors' | 'extensions'>;
    return {
      status: response.status,
      headers: response.headers,
      data: body.data,
      errors: body.errors ?? [],
      ...(body.extensions && { extensions: body.extensions }),
    };
  };
  return {
    url: gateway.url,
    sandbox,
    gateway,
    events: gateway.events,
    query,
    run: (document, variables) => query(print(document), variables as Record<string, unknown>),
    requestsTo: (name) => sandbox[name].requests().map(({ method, path }) => `${method} ${path}`),
    clear: () => {
      void gateway.forget();
      for (const name of STAND_INS) {
        sandbox[name].setFaults([]);
        sandbox[name].clearRequests();
      }
    },
    close: () => gateway.close(),
  };
}
