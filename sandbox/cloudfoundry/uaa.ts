import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { hexOf, uuidOf } from '../random.ts';
import { send, type Refusal } from '../server.ts';

/** What a token lets its holder do; each right includes the one before it. */
export type Right = 'read' | 'write' | 'admin';

/** Always honoured. */
const STATIC_TOKENS = new Map<string, Right>([
  ['sandbox', 'write'],
  ['sandbox-reader', 'read'],
  ['sandbox-admin', 'admin'],
]);
const LIFETIME_S = 600;
const SCOPES = ['cloud_controller.read', 'cloud_controller.write', 'openid'];

/** The clients by id: the secret, and the grants the client may ask for. */
const CLIENTS: Record<string, { secret: string; grants: readonly string[] }> = {
  cf: { secret: '', grants: ['password', 'refresh_token'] },
  sandbox: { secret: 'sandbox', grants: ['client_credentials'] },
};
const USER = { username: 'sandbox', password: 'sandbox' };

/** The UAA: issues tokens and knows which of them are still good. */
export interface Uaa {
  /** What the token is good for; `undefined`: for nothing. */
  rightOf(token: string): Right | undefined;
  routes(scope: FastifyInstance): void;
}

export function createUaa(clock: Clock): Uaa {
  const accessTokens = new Map<string, number>();
  const refreshTokens = new Set<string>();
  let issued = 0;

  const issue = (form: URLSearchParams, refreshToken: string | undefined) => {
    issued += 1;
    const token = hexOf(64, 'access token', issued);
    accessTokens.set(token, clock.now() + LIFETIME_S * 1000);
    return {
      access_token: token,
      token_type: 'bearer',
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
      expires_in: LIFETIME_S,
      scope: form.get('scope') ?? SCOPES.join(' '),
      jti: uuidOf('jti', issued),
    };
  };
  const newRefreshToken = (): string => {
    const token = `${hexOf(62, 'refresh token', issued)}-r`;
    refreshTokens.add(token);
    return token;
  };
  const grant = (form: URLSearchParams): Refusal | Record<string, unknown> => {
    switch (form.get('grant_type')) {
      case 'password':
        return issue(form, newRefreshToken());
      case 'refresh_token': {
        const token = form.get('refresh_token') ?? '';
        if (refreshTokens.has(token)) return issue(form, token);
        return oauthError(400, 'invalid_grant', `Invalid refresh token: ${token}`);
      }
      default:
        return issue(form, undefined);
    }
  };

  return {
    rightOf: (token) =>
      STATIC_TOKENS.get(token) ??
      ((accessTokens.get(token) ?? -Infinity) > clock.now() ? 'write' : undefined),
    routes: (scope) => {
      scope.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string' },
        (_request, body, done) => done(null, new URLSearchParams(body.toString())),
      );
      scope.post('/oauth/token', (request, reply) => {
        const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
        const answer = refuseClient(request, form) ?? refuseForm(form) ?? grant(form);
        if (isRefusal(answer)) return send(reply, answer);
        return reply.header('cache-control', 'no-store').send(answer);
      });
    },
  };
}

function refuseClient(request: FastifyRequest, form: URLSearchParams): Refusal | undefined {
  const basic = /^basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':');
  const client = CLIENTS[id];
  if (client?.secret !== secret) return oauthError(401, 'invalid_client', 'Bad client credentials');
  const grantType = form.get('grant_type');
  if (grantType === null) return oauthError(400, 'invalid_request', 'Missing grant type');
  if (client.grants.includes(grantType)) return undefined;
  return oauthError(401, 'invalid_client', `Unauthorized grant type: ${grantType}`);
}

function refuseForm(form: URLSearchParams): Refusal | undefined {
  const isUser = form.get('username') === USER.username && form.get('password') === USER.password;
  if (form.get('grant_type') === 'password' && !isUser) {
    return oauthError(401, 'unauthorized', 'Bad credentials');
  }
  const refused = (form.get('scope') ?? '')
    .split(' ')
    .filter((scope) => scope !== '' && !SCOPES.includes(scope));
  if (refused.length === 0) return undefined;
  return oauthError(400, 'invalid_scope', `Invalid scope (empty): ${refused.join(' ')}`);
}

function oauthError(status: number, error: string, description: string): Refusal {
  return { status, body: { error, error_description: description } };
}

function isRefusal(answer: Refusal | Record<string, unknown>): answer is Refusal {
  return 'body' in answer;
}
