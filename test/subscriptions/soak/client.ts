import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Transport } from '../../helpers/follow.ts';

/** What a client keeps of an event. */
export interface Told {
  cursor: string;
  subjectId: string;
  from: string | null;
  to: string;
}

export interface ResumingClient {
  name: string;
  subject: Subject;
  told: Told[];
  /** Refusals that are not to be tried again: of a log that is kept there are none. */
  refusals: string[];
  /** How often it had to come back. */
  returns(): number;
  /** Ends the connection from this side, in the middle of whatever it does. */
  cut(): void;
  close(): Promise<void>;
}

/** What a client follows: one of three, by its number. */
export const SUBJECTS = ['Deployment', 'Version', 'Build'] as const;
type Subject = (typeof SUBJECTS)[number];

const queryOf = (subject: Subject) => `subscription ($since: String) {
  told: ${subject.toLowerCase()}StatusChanged(since: $since) { cursor subjectId from to }
}`;

interface Connection {
  ended: Promise<unknown>;
  cut(): void;
}

interface Refusal {
  message: string;
  extensions?: { retryable?: boolean };
}

interface Answer {
  data?: { told: Told } | null;
  errors?: readonly Refusal[];
}

interface Wish {
  transport: Transport;
  url: string;
  query: string;
  since: string;
}

function connect(
  { transport, url, query, since }: Wish,
  next: (answer: Answer) => unknown,
): Connection {
  const sockets: WebSocket[] = [];
  class KnownSocket extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols);
      // One that is cut before it is open fails when nobody listens any more.
      this.on('error', () => undefined);
      sockets.push(this);
    }
  }
  const client =
    transport === 'WebSocket'
      ? createWsClient({
          url: `${url.replace('http', 'ws')}/graphql`,
          webSocketImpl: KnownSocket,
          retryAttempts: 0,
        })
      : createSseClient({ url: `${url}/graphql/stream`, retryAttempts: 0 });
  let cut: () => void = () => undefined;
  const ended = new Promise<unknown>((resolve) => {
    cut = () => resolve('cut');
    client.subscribe(
      { query, variables: { since } },
      {
        next: (answer) => next(answer as Answer),
        error: resolve,
        complete: () => resolve('complete'),
      },
    );
  });
  return {
    ended: ended.finally(() => {
      for (const socket of sockets) socket.terminate();
      // It waits for a connection that never comes to be.
      void Promise.resolve(client.dispose()).catch(() => undefined);
    }),
    cut,
  };
}

/**
 * A client as `docs/clients.md` tells it to be: it keeps the last cursor, and whatever ends its
 * connection, it comes back with it, to the next instance.
 */
export function startClient(
  number: number,
  urls: readonly string[],
  start: string,
): ResumingClient {
  const transport = number % 2 ? 'SSE' : 'WebSocket';
  const subject = SUBJECTS[Math.floor(number / 2) % SUBJECTS.length] ?? 'Deployment';
  const query = queryOf(subject);
  const told: Told[] = [];
  const refusals: string[] = [];
  const closing = new AbortController();
  let connection: Connection | undefined;
  let turn = number;

  const refuse = (errors: readonly Refusal[]) => {
    const lasting = errors.filter(({ extensions }) => extensions?.retryable !== true);
    refusals.push(...lasting.map(({ message }) => message));
  };
  const take = ({ data, errors }: Answer) => {
    if (data) told.push(data.told);
    refuse(errors ?? []);
  };
  const run = async () => {
    while (!closing.signal.aborted) {
      const url = urls[turn % urls.length] ?? '';
      turn += 1;
      let isOver = false;
      // What is still on its way over a connection that was left belongs to the next one.
      const next = (answer: Answer) => isOver || take(answer);
      const since = told.at(-1)?.cursor ?? start;
      connection = connect({ transport, url, query, since }, next);
      const end = await connection.ended;
      isOver = true;
      if (Array.isArray(end)) refuse(end as Refusal[]);
      await pause(50, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  const running = run();

  return {
    name: `${transport} ${subject} ${number}`,
    subject,
    told,
    refusals,
    returns: () => turn - number - 1,
    cut: () => connection?.cut(),
    async close() {
      closing.abort();
      connection?.cut();
      await running;
    },
  };
}
