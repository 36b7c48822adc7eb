import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorCode } from '../errors.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';

const STATUSES: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

const MESSAGES: Record<number, string> = {
  400: 'This is no HTTP that can be read. Send a request of HTTP/1.1.',
  408: 'The request did not come to its end in time. Send it again.',
  431: 'The headers are larger than can be read. Send fewer of them.',
};

/**
 * Answers what is no HTTP, in the shape of every other refusal, and ends the connection: where the
 * next request would begin, nobody can tell.
 */
export function refuseUnreadable({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  // One that the other side has cut has nobody who could be told.
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUSES[code] ?? 400;
  const requestId = randomUUID();
  const body = refusal(MESSAGES[status] ?? '', requestId);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `${REQUEST_ID_HEADER}: ${requestId}`,
    'connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** Answers a request whose address is none. No hook of Fastify runs for it. */
export function refuseAddress(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const message = 'The address cannot be read. Write every % of it as %25.';
  void reply
    .code(400)
    .headers({ 'content-type': 'application/json; charset=utf-8', [REQUEST_ID_HEADER]: request.id })
    .send(refusal(message, request.id));
}

function refusal(message: string, requestId: string): string {
  const extensions = { code: ErrorCode.BAD_USER_INPUT, retryable: false, requestId };
  return JSON.stringify({ errors: [{ message, extensions }] });
}
