// @ts-check
import { createServer } from 'node:http';
import { parseGuid, WORLDS } from './guids.mjs';
import { createTables } from './lists.mjs';
import { answerUbiOps } from './ubiops.mjs';

/**
 * The one upstream of all contestants: an API of Cloud Foundry's shape with fixed data, no
 * throttling, and a counter. `/v3/revisions?guids=`, `droplet_guids` and repeated parameters are no
 * part of the real API; they are here in favour of contestants that can join in no other way.
 */
const tables = createTables();
let count = 0;

/** Tailcall joins the keys of several operations in one list, which makes long URLs. */
const MAX_HEADER_BYTES = 1_048_576;

const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
  const url = new URL(request.url ?? '/', 'http://upstream');
  if (url.pathname === '/_count') {
    send(response, 200, Buffer.from(String(count)));
    return;
  }
  count += 1;
  const answer = url.pathname.startsWith('/ubiops/')
    ? { body: answerUbiOps(url.pathname.slice('/ubiops'.length)), delayMs: 0 }
    : answerOf(url);
  const { body, delayMs } = answer;
  if (!body)
    send(response, 404, Buffer.from('{"errors":[{"code":10010,"title":"CF-ResourceNotFound"}]}'));
  else if (delayMs > 0) setTimeout(() => send(response, 200, body), delayMs);
  else send(response, 200, body);
});
server.keepAliveTimeout = 60_000;

/** @param {URL} url */
function answerOf({ pathname, searchParams }) {
  const app = searchParams.get('app_guids') ?? /^\/v3\/apps\/([\w-]+)\//.exec(pathname)?.[1];
  const guids = listOf(searchParams, 'guids');
  const droplets = listOf(searchParams, 'droplet_guids');
  const single = /^\/v3\/revisions\/([\w-]+)$/.exec(pathname)?.[1];
  const { token, world } = parseGuid(app ?? guids[0] ?? droplets[0] ?? single ?? '');
  const delayMs = WORLDS[world]?.delayMs ?? 0;
  if (single) return { body: tables.revisions.one(single), delayMs };
  const kind = pathname.slice(pathname.lastIndexOf('/') + 1);
  const table = tables[kind];
  if (!table) return { body: undefined, delayMs };
  const wanted = [...guids, ...droplets];
  return { body: wanted.length > 0 ? table.byGuids(wanted) : table.all(token, world), delayMs };
}

/**
 * @param {URLSearchParams} parameters
 * @param {string} name
 */
function listOf(parameters, name) {
  return parameters.getAll(name).flatMap((value) => (value === '' ? [] : value.split(',')));
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {Buffer} body
 */
function send(response, status, body) {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
  });
  response.end(body);
}

server.listen(Number(process.env.PORT), '127.0.0.1');
