// @ts-check
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { QUERY, variablesOf } from './event.mjs';

/**
 * The subscribers: a process of its own with thousands of sockets to 127.0.0.1. It counts frames
 * and notes when they came; understanding them would cost more than sending them.
 */
const TEXT = 1;
const PING = 9;
const PONG = 10;
/** How many connections are being opened at a time. */
const OPENING = 200;

/** @type {{ socket: import('node:net').Socket, rest: Buffer | undefined }[]} */
let subscribers = [];
/** @type {bigint[]} */
let arrivals = [];
let expected = 0;
let onAll = () => undefined;

/** A frame of a client: masked with zeros. @param {number} opcode @param {string | Buffer} data */
function frame(opcode, data) {
  const payload = Buffer.from(data);
  const head =
    payload.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | payload.length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}

/** @param {Buffer} bytes @param {(opcode: number, start: number, end: number) => void} onFrame */
function eachFrame(bytes, onFrame) {
  let at = 0;
  while (bytes.length >= at + 2) {
    const short = bytes[at + 1] & 127;
    const headLength = short === 126 ? 4 : 2;
    if (short === 127) throw new Error('no contestant sends messages so large');
    if (bytes.length < at + headLength) break;
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    const end = at + headLength + length;
    if (bytes.length < end) break;
    onFrame(bytes[at] & 15, at + headLength, end);
    at = end;
  }
  return at < bytes.length ? bytes.subarray(at) : undefined;
}

/** @param {number} port @param {boolean} isEqual @param {number} number */
function open(port, isEqual, number) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const state = { socket, rest: /** @type {Buffer | undefined} */ (undefined) };
    let isUpgraded = false;
    let isSubscribed = false;
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('a subscriber was cut off')));
    socket.write(
      `GET /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\n` +
        `sec-websocket-key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    socket.on('data', (chunk) => {
      let bytes = state.rest ? Buffer.concat([state.rest, chunk]) : chunk;
      if (!isUpgraded) {
        const end = bytes.indexOf('\r\n\r\n');
        if (end < 0) return void (state.rest = bytes);
        isUpgraded = true;
        bytes = bytes.subarray(end + 4);
        socket.write(frame(TEXT, '{"type":"connection_init"}'));
      }
      const now = process.hrtime.bigint();
      state.rest = eachFrame(bytes, (opcode, start, finish) => {
        if (opcode === PING) return void socket.write(frame(PONG, bytes.subarray(start, finish)));
        if (opcode !== TEXT) throw new Error(`a frame of kind ${opcode}`);
        if (isSubscribed) return arrive(now);
        isSubscribed = true;
        const payload = { query: QUERY, variables: variablesOf(isEqual, number) };
        socket.write(frame(TEXT, JSON.stringify({ id: '1', type: 'subscribe', payload })));
        resolve(state);
      });
    });
  });
}

/** @param {bigint} at */
function arrive(at) {
  arrivals.push(at);
  if (arrivals.length === expected) onAll();
}

const orders = {
  /** @param {{ port: number, count: number, isEqual: boolean }} order */
  async open({ port, count, isEqual }) {
    for (let from = subscribers.length; from < count; from += OPENING) {
      const numbers = Array.from({ length: Math.min(OPENING, count - from) }, (_, i) => from + i);
      subscribers.push(...(await Promise.all(numbers.map((n) => open(port, isEqual, n)))));
    }
  },
  /** @param {{ messages: number }} order */
  async expect({ messages }) {
    arrivals = [];
    expected = messages;
    const all = new Promise((resolve) => {
      onAll = () => void resolve(undefined);
    });
    process.send?.({ ready: true });
    await all;
    return arrivals.map(String);
  },
  async close() {
    for (const { socket } of subscribers) socket.removeAllListeners('close').destroy();
    subscribers = [];
  },
};

process.on('message', async (/** @type {any} */ { order, ...rest }) => {
  try {
    process.send?.({ result: (await orders[order](rest)) ?? true });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
process.once('disconnect', () => process.exit(0));
