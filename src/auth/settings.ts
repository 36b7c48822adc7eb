import { z } from 'zod';
import { isLoopback } from './exposure.ts';
import { flag, text, wholeNumber } from '../settings.ts';

/** What a signature by a private key may look like; the gateway holds public keys only. */
const PUBLIC_KEY_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
const SHARED_KEY_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;

/** A shared key that is shorter than its hash can be guessed. */
const SHORTEST_SECRET = 32;

const grant = z.strictObject({
  role: z.enum(['viewer', 'deployer', 'admin'], { error: 'write viewer, deployer or admin' }),
  providers: z.array(text('the name of a provider')).min(1, 'name a provider').optional(),
  scopes: z.array(text('a scope')).min(1, 'name a scope').optional(),
  readVariables: flag().default(false),
});

/** A role, on all providers or some, in all scopes or some. */
export type GrantSettings = z.infer<typeof grant>;

const grants = z.array(grant, { error: 'write a list of grants' }).min(1, 'write a grant');

const apiKey = z.strictObject({
  name: text('a name for whoever has this key'),
  hash: z
    .string({ error: 'write the SHA-256 of the key, in quotes' })
    .regex(
      /^[0-9a-f]{64}$/i,
      'write the SHA-256 of the key in 64 hexadecimal digits, not the key itself',
    ),
  grants,
});

const algorithms = z
  .array(z.enum([...PUBLIC_KEY_ALGORITHMS, ...SHARED_KEY_ALGORITHMS], { error: 'no algorithm' }))
  .min(1, 'name an algorithm');

const jwt = z
  .strictObject({
    jwksUrl: text('the URL of the key set').optional(),
    secret: text('the shared key')
      .min(SHORTEST_SECRET, `write a key of ${SHORTEST_SECRET} characters or more`)
      .optional(),
    issuer: text('who issues the tokens, as in their claim iss'),
    audience: text('what the tokens are for, as in their claim aud'),
    algorithms: algorithms.optional(),
    nameClaim: text('the claim that names the viewer').default('sub'),
    rolesClaim: z
      .union([text('a claim'), z.array(text('a claim')).min(1)])
      .default('roles')
      .transform((path) => [path].flat()),
    roles: z.record(z.string(), grants, { error: 'write grants for each role' }),
    refreshMs: wholeNumber('milliseconds', 1_000, 86_400_000).default(600_000),
    cooldownMs: wholeNumber('milliseconds', 0, 600_000).default(5_000),
  })
  .superRefine(({ jwksUrl, secret, algorithms: named }, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if ((jwksUrl === undefined) === (secret === undefined)) {
      refuse('jwksUrl', 'write either jwksUrl or secret');
    }
    if (jwksUrl !== undefined && !isKeySetUrl(jwksUrl)) {
      refuse('jwksUrl', 'write an https URL, or http on this machine');
    }
    const possible: readonly string[] = jwksUrl ? PUBLIC_KEY_ALGORITHMS : SHARED_KEY_ALGORITHMS;
    if (named?.some((algorithm) => !possible.includes(algorithm))) {
      refuse('algorithms', `with this kind of key only ${possible.join(', ')} can be used`);
    }
  })
  .transform(({ algorithms: named, ...rest }) => ({
    ...rest,
    algorithms: named ?? (rest.jwksUrl ? ['RS256', 'PS256', 'ES256', 'EdDSA'] : ['HS256']),
  }));

export type JwtSettings = z.infer<typeof jwt>;

/** Who may ask: everybody, or who has a key or a token. */
export const authSettings = z
  .strictObject({
    mode: z.enum(['none', 'required'], { error: 'write none or required' }).optional(),
    readVariables: flag().default(false),
    apiKeys: z.array(apiKey).min(1, 'write a key').optional(),
    jwt: jwt.optional(),
  })
  .transform(({ mode, ...rest }) => ({
    ...rest,
    mode: mode ?? (rest.apiKeys || rest.jwt ? ('required' as const) : ('none' as const)),
  }))
  .superRefine(({ mode, apiKeys, jwt: tokens, readVariables }, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    const isNone = mode === 'none';
    const hasMeans = Boolean(apiKeys ?? tokens);
    if (isNone && hasMeans) refuse('mode', 'write required, or remove apiKeys and jwt');
    if (!isNone && !hasMeans) refuse('mode', 'write apiKeys or jwt as well');
    if (!isNone && readVariables) refuse('readVariables', 'write it into the grants instead');
    const hashes = (apiKeys ?? []).map(({ hash }) => hash.toLowerCase());
    if (new Set(hashes).size < hashes.length) refuse('apiKeys', 'no key can be there twice');
  });

export type AuthSettings = z.infer<typeof authSettings>;

function isKeySetUrl(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || url.username || url.password) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
