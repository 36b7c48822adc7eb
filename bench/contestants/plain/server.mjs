// @ts-check
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/**
 * The ceiling: node:http that reads the body and sends stored bytes (POST /hot), or objects through
 * JSON.stringify (POST /list). Both are answers of the gateway, kept by the runner.
 */
const hot = readFileSync(process.env.HOT_ANSWER ?? '');
const list = JSON.parse(readFileSync(process.env.LIST_ANSWER ?? '', 'utf8'));
/** Stored answers are looked up by the raw body, as a server of stored answers has to do. */
const stored = new Map([[readFileSync(process.env.HOT_BODY ?? '', 'latin1'), hot]]);

createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const question = Buffer.concat(parts).toString('latin1');
    const body = request.url === '/hot' ? stored.get(question) : Buffer.from(JSON.stringify(list));
    response.writeHead(body ? 200 : 404, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body?.length ?? 0,
    });
    response.end(body);
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
