// @ts-check
import { WebSocketServer } from 'ws';
import { obey, RAW_STATUS, SUBJECT_ID } from '../event.mjs';

/** ws alone: the same string to every socket. */
const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/graphql' });
/** @type {Set<import('ws').WebSocket>} */
const subscribed = new Set();
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    if (String(data).includes('connection_init')) socket.send('{"type":"connection_ack"}');
    else subscribed.add(socket);
  });
  socket.once('close', () => subscribed.delete(socket));
});
let turn = 0;
obey(() => {
  turn += 1;
  const [from, to] = turn % 2 ? ['QUEUED', 'IN_PROGRESS'] : ['IN_PROGRESS', 'QUEUED'];
  const event = { cursor: `0-${turn}`, subjectId: SUBJECT_ID, from, to, rawStatus: RAW_STATUS };
  const payload = { data: { deploymentStatusChanged: event } };
  const text = JSON.stringify({ id: '1', type: 'next', payload });
  for (const socket of subscribed) socket.send(text);
});
sockets.once('listening', () => {
  const address = sockets.address();
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 });
});
