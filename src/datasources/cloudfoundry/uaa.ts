import { z } from 'zod';
import { ErrorCode, GatewayError } from '../../errors.ts';
import type { Call } from '../http/call.ts';
import type { HttpClient } from '../http/client.ts';
import type { Dialect } from '../http/dialect.ts';
import type { ProviderSetup } from '../provider.ts';
import { cloudController, REQUEST_ID_HEADER, WORDS } from './dialect.ts';

/** What a user or a service proves itself with, for a token. */
export type Login =
  { username: string; password: string } | { clientId: string; clientSecret: string };

/** A token as the UAA grants it. */
export interface Grant {
  accessToken: string;
  /** How long it is good for; infinite where the UAA does not tell. */
  lifetimeMs: number;
  refreshToken: string | undefined;
}

/** The UAA of a foundation: turns credentials into tokens. */
export interface Uaa {
  /** @throws GatewayError PROVIDER_UNAUTHORIZED when the credentials are refused. */
  login(call: Call): Promise<Grant>;
  /** @throws GatewayError PROVIDER_UNAUTHORIZED when the refresh token is refused. */
  refresh(refreshToken: string, call: Call): Promise<Grant>;
}

const link = z.object({ href: z.string() }).optional().catch(undefined);
const root = z.object({ links: z.object({ login: link, uaa: link }) });

const grant = z
  .object({
    access_token: z.string().min(1),
    expires_in: z.number().positive().catch(Infinity),
    refresh_token: z.string().min(1).optional().catch(undefined),
  })
  .transform((answer): Grant => ({
    accessToken: answer.access_token,
    lifetimeMs: answer.expires_in * 1000,
    refreshToken: answer.refresh_token,
  }));

const oauthError = z.object({ error: z.string().regex(/^\w{1,80}$/) });

/** "What the cf CLI does": client `cf` with an empty secret speaks for users. */
const CLI = { id: 'cf', secret: '' };

/**
 * Finds the UAA by the links of the API's root (`login` before `uaa`), once, and asks it for tokens
 * at `POST /oauth/token`. The credentials go to that address only.
 */
export function createUaa(setup: ProviderSetup, apiRoot: string, login: Login): Uaa {
  const publicApi = setup.createHttp({ ...cloudController, authorize: () => ({}) }, apiRoot);
  const dialect = uaaDialect('clientId' in login ? toClient(login) : CLI);
  let found: Promise<HttpClient> | undefined;

  const find = (call: Call): Promise<HttpClient> => {
    found ??= publicApi.get('/', root, call).then(({ links }) => {
      const url = checkedUrl(setup.name, apiRoot, (links.login ?? links.uaa)?.href);
      return setup.createHttp(dialect, url);
    });
    return found;
  };
  const request = async (form: Record<string, string>, call: Call): Promise<Grant> => {
    try {
      const uaa = await find(call).catch((error: unknown) => {
        found = undefined;
        throw error;
      });
      return await uaa.postForm('/oauth/token', form, grant, call);
    } catch (error) {
      throw toLoginError(setup.name, error);
    }
  };

  return {
    login: (call) => request(firstForm(login), call),
    refresh: (refreshToken, call) =>
      request({ grant_type: 'refresh_token', refresh_token: refreshToken }, call),
  };
}

function firstForm(login: Login): Record<string, string> {
  if ('clientId' in login) return { grant_type: 'client_credentials' };
  return { grant_type: 'password', username: login.username, password: login.password };
}

function toClient({ clientId, clientSecret }: { clientId: string; clientSecret: string }) {
  return { id: clientId, secret: clientSecret };
}

function uaaDialect({ id, secret }: { id: string; secret: string }): Dialect {
  const basic = Buffer.from(`${id}:${secret}`).toString('base64');
  return {
    words: WORDS,
    requestIdHeader: REQUEST_ID_HEADER,
    authorize: () => ({ authorization: `Basic ${basic}` }),
    explain: (_status, body) => ({ code: oauthError.safeParse(body).data?.error }),
    rateLimit: () => null,
  };
}

/** Refuses to send credentials to what is no web address, or in clear when the API itself is not. */
function checkedUrl(provider: string, apiRoot: string, href: string | undefined): string {
  const url = href !== undefined && URL.canParse(href) ? new URL(href) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  const isDowngrade = apiRoot.startsWith('https:') && url?.protocol !== 'https:';
  if (url && isWeb && !isDowngrade) return `${url.origin}${url.pathname}`;
  throw new GatewayError(
    ErrorCode.PROVIDER_INVALID_RESPONSE,
    `${provider}: its API names no ${isDowngrade ? 'https' : 'web'} address for logging in. Check baseUrl.`,
    { provider },
  );
}

/**
 * A UAA answers 400 or 401 to credentials it does not accept. The status is not kept: a 401 of the
 * API means "renew the token and repeat", a 404 "there is no such thing", and these mean neither.
 */
function toLoginError(provider: string, error: unknown): unknown {
  if (!(error instanceof GatewayError)) return error;
  const { code, providerCode } = error;
  if (code === ErrorCode.NOT_FOUND) {
    const message = `${provider}: nothing to log in at was found. Check baseUrl.`;
    return new GatewayError(ErrorCode.PROVIDER_INVALID_RESPONSE, message, {
      provider,
      cause: error,
    });
  }
  if (code !== ErrorCode.PROVIDER_UNAUTHORIZED && code !== ErrorCode.PROVIDER_REJECTED)
    return error;
  const saying = providerCode === undefined ? '' : ` (${providerCode})`;
  return new GatewayError(
    ErrorCode.PROVIDER_UNAUTHORIZED,
    `${provider}: the UAA refused the credentials${saying}. Check the credentials of this provider.`,
    { provider, cause: error, ...(providerCode !== undefined && { providerCode }) },
  );
}
