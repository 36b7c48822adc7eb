import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Calls `done` once when a response has left or its connection has gone. A response that stands
 * behind another one on its connection is not closed with that: Node does not know it yet.
 */
export function whenOver(
  { socket }: IncomingMessage,
  response: ServerResponse,
  done: () => void,
): void {
  if (socket.destroyed || response.closed) {
    done();
    return;
  }
  let isOver = false;
  // A response is closed while its connection tells all who listen that it closes: both may come.
  const finish = () => {
    if (isOver) return;
    isOver = true;
    response.off('close', finish);
    socket.off('close', finish);
    done();
  };
  // As many as a client has sent behind one another.
  socket.setMaxListeners(0);
  socket.once('close', finish);
  response.once('close', finish);
}
