// @ts-check
import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { obey, RAW_STATUS, SUBJECT_ID } from '../event.mjs';

/** graphql-ws as its documentation has it: each subscription is executed for each event. */
const schema = buildSchema(`
  type Query { ok: Boolean }
  enum Status { QUEUED IN_PROGRESS }
  input StatusEventFilter { ids: [ID!] providers: [String!] }
  type Event { cursor: String! subjectId: ID! from: Status to: Status! rawStatus: String! }
  type Subscription { deploymentStatusChanged(filter: StatusEventFilter, since: String): Event! }
`);
/** @type {Set<(event: object) => void>} */
const listeners = new Set();

async function* events() {
  /** @type {object[]} */
  const waiting = [];
  let wake = () => undefined;
  const listener = (event) => {
    waiting.push(event);
    wake();
  };
  listeners.add(listener);
  try {
    for (;;) {
      while (waiting.length > 0) yield { deploymentStatusChanged: waiting.shift() };
      await new Promise((resolve) => {
        wake = () => void resolve(undefined);
      });
    }
  } finally {
    listeners.delete(listener);
  }
}

const server = createServer();
const sockets = new WebSocketServer({ server, path: '/graphql' });
useServer({ schema, roots: { subscription: { deploymentStatusChanged: events } } }, sockets);
let turn = 0;
obey(() => {
  turn += 1;
  const [from, to] = turn % 2 ? ['QUEUED', 'IN_PROGRESS'] : ['IN_PROGRESS', 'QUEUED'];
  const event = { cursor: `0-${turn}`, subjectId: SUBJECT_ID, from, to, rawStatus: RAW_STATUS };
  for (const listener of listeners) listener(event);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 });
});
