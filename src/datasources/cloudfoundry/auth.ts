import { ErrorCode, GatewayError, toGatewayError } from '../../errors.ts';
import { type Call, createCall } from '../http/call.ts';
import type { Dialect } from '../http/dialect.ts';
import type { Grant, Uaa } from './uaa.ts';

/** Access tokens that are renewed before they expire, once for all who wait. */
export interface Tokens {
  /** A token that is good by the gateway's clock. */
  current(): Promise<string>;
  /** A token other than `refused`. */
  replace(refused: string): Promise<string>;
}

interface Token extends Grant {
  /** From here on it is renewed; until `expiresAt` it still works. */
  renewAt: number;
  expiresAt: number;
}

/** A tenth of the lifetime, but no more than this, is left when a token is renewed. */
const MAX_MARGIN_MS = 60_000;

/** A renewal belongs to no operation: it ends by itself, not with whoever happened to need it. */
const RENEWAL_LIMIT_MS = 30_000;

/** What tokens need beside the UAA. */
export interface TokenOptions {
  /** Name of the provider entry, for errors. */
  provider: string;
  /** Is told of each renewal that failed, for the provider's health. */
  onFailure?: (error: GatewayError) => void;
  /** Milliseconds since 1970; the clock's unless a test drives it. */
  now?: () => number;
}

/** Nothing is asked for before the first token is needed. */
export function createTokens(uaa: Uaa, options: TokenOptions): Tokens {
  const { provider, onFailure, now = Date.now } = options;
  let token: Token | undefined;
  let renewing: Promise<string> | undefined;

  const renewOnce = async (): Promise<string> => {
    const startedAt = now();
    const call = createCall(AbortSignal.timeout(RENEWAL_LIMIT_MS), Date.now() + RENEWAL_LIMIT_MS);
    try {
      token = toToken(await obtain(uaa, token?.refreshToken, call), startedAt);
      return token.accessToken;
    } catch (error) {
      const failure = call.signal.aborted
        ? tooLate(provider, error)
        : toGatewayError(error, provider);
      onFailure?.(failure);
      throw failure;
    } finally {
      renewing = undefined;
    }
  };
  const renew = (): Promise<string> => {
    renewing ??= renewOnce();
    return renewing;
  };

  return {
    async current() {
      if (token && now() < token.renewAt) return token.accessToken;
      try {
        return await renew();
      } catch (error) {
        // A UAA that is down for a moment harms nobody while the last token works.
        if (token && now() < token.expiresAt) return token.accessToken;
        throw error;
      }
    },
    async replace(refused) {
      return token && token.accessToken !== refused ? token.accessToken : renew();
    },
  };
}

function toToken(grant: Grant, grantedAt: number): Token {
  const expiresAt = grantedAt + grant.lifetimeMs;
  const renewAt = expiresAt - Math.min(MAX_MARGIN_MS, grant.lifetimeMs / 10);
  return { ...grant, expiresAt, renewAt };
}

/** By the refresh token where there is one; by the credentials where it is refused. */
async function obtain(uaa: Uaa, refreshToken: string | undefined, call: Call): Promise<Grant> {
  if (refreshToken === undefined) return uaa.login(call);
  try {
    return await uaa.refresh(refreshToken, call);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return uaa.login(call);
  }
}

/** Signs requests with the current token, and renews it when the API refuses it all the same. */
export function signWith(tokens: Tokens): Required<Pick<Dialect, 'authorize' | 'renew'>> {
  const firstTokens = new WeakMap<Call, string>();
  return {
    async authorize(call) {
      const token = await untilAborted(call.signal, () => tokens.current());
      if (!firstTokens.has(call)) firstTokens.set(call, token);
      return { authorization: `bearer ${token}` };
    },
    async renew(call) {
      // Requests of one call that are refused together were all sent with its first token. Only the
      // first of them renews; the others find that another token is current already.
      const refused = firstTokens.get(call) ?? '';
      await untilAborted(call.signal, () => tokens.replace(refused));
      return true;
    },
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof GatewayError && error.code === ErrorCode.PROVIDER_UNAUTHORIZED;
}

function tooLate(provider: string, cause: unknown): GatewayError {
  return new GatewayError(
    ErrorCode.PROVIDER_TIMEOUT,
    `${provider}: the UAA gave no token in time. Ask again later.`,
    { provider, retryable: true, cause },
  );
}

/** Waits for what others wait for too, as long as the signal allows. */
function untilAborted<T>(signal: AbortSignal, share: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    const forget = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    share().then(resolve, reject).finally(forget);
  });
}
