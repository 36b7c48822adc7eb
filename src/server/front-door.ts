import type {
  IncomingHttpHeaders,
  IncomingMessage,
  RequestListener,
  ServerResponse,
} from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Grants } from '../auth/grants.ts';
import type { Viewer } from '../auth/viewers.ts';
import type { Call } from '../datasources/http/call.ts';
import type { GatewayError } from '../errors.ts';
import type { ViewerGate } from '../limits/gate.ts';
import type { Lead, ResponseReuse } from '../responses/reuse.ts';
import type { StoredResponse } from '../responses/store.ts';
import { GRAPHQL_PATH } from './graphql.ts';
import { whenOver } from './over.ts';
import { UPSTREAM_HEADER } from './plugins.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts';

export interface FrontDoorOptions {
  reuse: ResponseReuse;
  /** Whoever is refused passes, to be told so behind the door. */
  authenticate: (headers: IncomingHttpHeaders) => Promise<Pick<Viewer, 'grants'>>;
  gate: Pick<ViewerGate, 'request'>;
}

/**
 * Stands before Fastify and answers what was answered before, see `responses/`. Everything else
 * passes, with its body read. Only POST with JSON: what Apollo would refuse as forgeable never gets
 * an answer here either.
 */
export interface FrontDoor {
  /** Tells which call an operation ran with, so that its answer is known to be reusable. */
  admit: (request: IncomingMessage, call: Call) => void;
  /** What came of counting a request; undefined: it was not counted here. */
  toll: (request: IncomingMessage) => Toll | undefined;
}

/** A request that was counted as one of its viewer's, and why it is refused where it is one too many. */
export interface Toll {
  refusal: GatewayError | undefined;
}

/** Larger requests are not worth comparing. */
const MAX_BODY_BYTES = 65_536;

/** Headers of an answer that belong to it alone. */
const OWN_HEADERS = new Set([REQUEST_ID_HEADER, 'content-length', 'date', 'connection']);

/** What a request that passes the door carries along. */
interface Passing {
  body: Buffer;
  toll?: Toll;
  lead?: Lead;
  call?: Call;
}

export function openFrontDoor(app: FastifyInstance, options: FrontDoorOptions): FrontDoor {
  const passing = new WeakMap<IncomingMessage, Passing>();
  // Fastify’s own; an EventEmitter does not say what its listeners take.
  const handlers = app.server.listeners('request') as RequestListener[];
  const pass = (request: IncomingMessage, response: ServerResponse) => {
    for (const handle of handlers) void handle(request, response);
  };

  const decide = async (request: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const viewer = await options.authenticate(request.headers).catch(() => undefined);
    if (!viewer) {
      passing.set(request, { body });
      return pass(request, response);
    }
    const counted = options.gate.request(viewer.grants.viewer);
    // Only the first request of each block waits.
    const toll = { refusal: counted instanceof Promise ? await counted : counted };
    passing.set(request, { body, toll });
    if (toll.refusal) return pass(request, response);
    const claim = options.reuse.claim(scopeOf(request, viewer.grants), body);
    if (claim.kind === 'stored') return send(request, response, claim.response);
    if (claim.kind === 'running') {
      // Without an outcome, whoever ran it had errors or hung up: that is no answer for anybody else.
      const outcome = await claim.outcome;
      return outcome ? send(request, response, outcome) : pass(request, response);
    }
    if (claim.kind === 'lead') {
      passing.set(request, { body, toll, lead: claim.lead });
      whenOver(request, response, () => claim.lead.settle(undefined));
    }
    return pass(request, response);
  };

  app.server.removeAllListeners('request');
  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!mayBeShared(request)) return pass(request, response);
    let body: Buffer | undefined;
    request.on('data', (part: Buffer) => {
      body = body ? Buffer.concat([body, part]) : part;
    });
    request.once('end', () => void decide(request, response, body ?? Buffer.alloc(0)));
  });

  app.addHook('preParsing', async (request, _reply, payload) => {
    const body = passing.get(request.raw)?.body;
    return body
      ? Object.assign(Readable.from([body]), { receivedEncodedLength: body.length })
      : payload;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { lead, call } = passing.get(request.raw) ?? {};
    if (!lead) return;
    const isWhole = reply.statusCode === 200 && call?.rests.whole;
    lead.settle(
      isWhole && typeof payload === 'string'
        ? toStored(reply.getHeaders(), payload, call)
        : undefined,
    );
  });

  return {
    admit(request, call) {
      const known = passing.get(request);
      if (known) known.call = call;
    },
    toll: (request) => passing.get(request)?.toll,
  };
}

function mayBeShared({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' &&
    url === GRAPHQL_PATH &&
    Number(headers['content-length']) <= MAX_BODY_BYTES &&
    headers['content-type']?.startsWith('application/json') === true &&
    headers['content-encoding'] === undefined &&
    headers[UPSTREAM_HEADER] === undefined
  );
}

/** All that an answer depends on beside the operation. */
function scopeOf({ headers }: IncomingMessage, { fingerprint }: Grants): string {
  return `${fingerprint}\n${headers.accept ?? ''}\n${headers.origin ?? ''}`;
}

function toStored(
  headers: Record<string, number | string | string[] | undefined>,
  payload: string,
  { rests }: Call,
): StoredResponse {
  const kept = Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name));
  const body = Buffer.from(payload);
  return {
    body,
    headers: [
      ...kept.flatMap(([name, value]) => [name, String(value)]),
      'content-length',
      String(body.length),
    ],
    freshUntil: rests.freshUntil,
    tags: rests.tags,
  };
}

function send(request: IncomingMessage, response: ServerResponse, stored: StoredResponse): void {
  response.writeHead(200, [...stored.headers, REQUEST_ID_HEADER, requestIdOf(request.headers)]);
  response.end(stored.body);
}
