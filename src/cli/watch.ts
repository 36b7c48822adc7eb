import { styleText } from 'node:util';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Command } from './commands.ts';

interface WatchOptions {
  /** Where the gateway is, for instance "http://127.0.0.1:4000". */
  url: string;
  /** An API key or token, where the gateway wants one. */
  key: string | undefined;
  filter: { providers?: string[]; scopeIds?: string[]; terminalOnly?: boolean };
  /** Begin behind this cursor. */
  since: string | undefined;
  /** One JSON object a line, for tools. */
  json: boolean;
  colours: boolean;
  write(line: string): void;
  /** For people: what happens with the connection. */
  tell(line: string): void;
  signal: AbortSignal;
}

/** A status change as it comes over the wire. */
interface StatusEvent {
  cursor: string;
  subjectId: string;
  from: string | null;
  to: string;
  rawStatus: string;
  observedAt: string;
  provider: { name: string };
  subject: { name?: string; nativeId?: string } | null;
}

const SUBJECTS = [
  { field: 'deploymentStatusChanged', word: 'deployment', shown: 'deployment { name }' },
  { field: 'versionStatusChanged', word: 'version', shown: 'version { name }' },
  { field: 'buildStatusChanged', word: 'build', shown: 'build { nativeId }' },
] as const;

type Subject = (typeof SUBJECTS)[number];

/** The gateway no longer has what comes behind the cursor. */
const EXPIRED = 'CURSOR_EXPIRED';

/** How a gateway closes the socket of nobody it knows. */
const UNAUTHORIZED = 4401;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** Asking again would be refused again; the message says what to mend. */
class Refused extends Error {
  override readonly name = 'Refused';
}

/** Codes of errors, and of closed sockets, that are about what was asked or who asks. */
const LASTING = new Set<unknown>([
  ...['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'OPERATION_TOO_COMPLEX'],
  ...[4400, UNAUTHORIZED, 4406],
]);

/** Follows a running gateway until Ctrl+C, in colours on a terminal. Returns the exit code. */
export async function watch(
  command: Extract<Command, { name: 'watch' }>,
  mayColour: boolean,
): Promise<number> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  const { providers, terminalOnly, ...rest } = command;
  const tell = (line: string) => void process.stderr.write(`${line}\n`);
  try {
    await watchStatus({
      ...rest,
      filter: { ...(providers && { providers }), terminalOnly },
      colours: mayColour && process.stdout.isTTY,
      write: (line) => process.stdout.write(`${line}\n`),
      tell,
      signal: interrupt.signal,
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(error.message);
    return 1;
  }
  return 0;
}

/**
 * Follows status changes until the signal: each once, also across losses of the connection, because
 * every new one begins behind the last cursor seen.
 * @throws Refused where the gateway will never answer what is asked, or not to this viewer.
 */
async function watchStatus(options: WatchOptions): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  try {
    await Promise.all(SUBJECTS.map((subject) => follow(subject, { ...options, signal })));
  } finally {
    ended.abort();
  }
}

async function follow(subject: Subject, options: WatchOptions): Promise<void> {
  const { signal } = options;
  let since = options.since;
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      for await (const event of subscribe(subject, since, options)) {
        since = event.cursor;
        waitMs = FIRST_WAIT_MS;
        options.write(options.json ? toJson(subject, event) : toLine(subject, event, options));
      }
    } catch (error) {
      if (signal.aborted) return;
      const message = messageOf(error);
      if (codesOf(error).some((code) => LASTING.has(code))) {
        throw new Refused(`${message}${adviceFor(error)}`);
      }
      if (message.includes(EXPIRED)) {
        since = undefined;
        options.tell(`${subject.word}s: some changes are no longer kept; going on from now.`);
        continue;
      }
      options.tell(`${subject.word}s: ${message} Trying again in ${waitMs} ms.`);
    }
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}

async function* subscribe(
  { field, shown }: Subject,
  since: string | undefined,
  { url, key, filter, signal }: WatchOptions,
): AsyncGenerator<StatusEvent> {
  const client = createClient({
    url: `${url.replace(/^http/, 'ws').replace(/\/+$/, '')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(key && { connectionParams: { authorization: `Bearer ${key}` } }),
  });
  const stop = () => void client.dispose();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const query = `subscription ($filter: StatusEventFilter, $since: String) {
      event: ${field}(filter: $filter, since: $since) {
        cursor subjectId from to rawStatus observedAt provider { name } subject: ${shown}
      }
    }`;
    for await (const { data, errors } of client.iterate<{ event: StatusEvent }>({
      query,
      variables: { filter, since },
    })) {
      if (data?.event) yield data.event;
      else if (errors) throw new AggregateError(errors, errors.map(codeAndMessage).join(' '));
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await client.dispose();
  }
}

function toJson({ word }: Subject, event: StatusEvent): string {
  const { cursor, subjectId, from, to, rawStatus, observedAt, provider } = event;
  const name = nameOf(event);
  return JSON.stringify({
    cursor,
    subject: word,
    subjectId,
    name,
    provider: provider.name,
    from,
    to,
    rawStatus,
    observedAt,
  });
}

const COLOURS: Record<string, 'green' | 'red' | 'yellow' | 'cyan' | 'gray'> = {
  SUCCEEDED: 'green',
  FAILED: 'red',
  CANCELLED: 'yellow',
  SUPERSEDED: 'gray',
  IN_PROGRESS: 'cyan',
};

function toLine({ word }: Subject, event: StatusEvent, { colours }: WatchOptions): string {
  const paint = (text: string, status: string) =>
    colours ? styleText(COLOURS[status] ?? 'gray', text) : text;
  const time = event.observedAt.slice(11, 19);
  const to = paint(event.to.padEnd(11), event.to);
  const from = event.from ?? 'new';
  return `${time}  ${to}  ${word} ${nameOf(event)} on ${event.provider.name} (was ${from})`;
}

function nameOf({ subject, subjectId }: StatusEvent): string {
  return subject?.name ?? subject?.nativeId ?? subjectId;
}

function codeAndMessage({
  message,
  extensions,
}: {
  message: string;
  extensions?: Record<string, unknown>;
}): string {
  return `${typeof extensions?.code === 'string' ? `${extensions.code}: ` : ''}${message}`;
}

/** Of errors of GraphQL, or of a closed socket. */
function codesOf(error: unknown): unknown[] {
  const all: unknown[] = error instanceof AggregateError ? error.errors : [error].flat();
  return all.map((each) => {
    const { code, extensions } = (each ?? {}) as { code?: unknown; extensions?: { code: unknown } };
    return extensions?.code ?? code;
  });
}

function adviceFor(error: unknown): string {
  const isUnknown = codesOf(error).includes(UNAUTHORIZED);
  return isUnknown ? ' Set DEPLOYGRAPH_KEY to a key or token that the gateway takes.' : '';
}

/** What a client of graphql-ws may throw: an error, errors of GraphQL, or how the socket closed. */
function messageOf(error: unknown): string {
  if (Array.isArray(error)) {
    return error.map((each) => codeAndMessage(each as { message: string })).join(' ');
  }
  if (error instanceof Error) return error.message;
  const { code, reason } = (error ?? {}) as { code?: number; reason?: string };
  if (code !== undefined) return `the connection was closed (${code}${reason && ` ${reason}`}).`;
  return 'the gateway cannot be reached.';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
