import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'deploygraph';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

/** An issuer of tokens that publishes its keys over HTTP and can be told to change them, or to fail. */
export async function startIssuer() {
  const pairs = new Map<string, Pair>();
  let fetched = 0;
  let isDown = false;
  let held: Promise<void> = Promise.resolve();
  const server = createServer((_request, response) => {
    fetched += 1;
    void held
      .then(publish)
      .then((body) => response.writeHead(isDown ? 500 : 200).end(isDown ? '' : body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const publish = async () =>
    JSON.stringify({
      keys: await Promise.all(
        [...pairs].map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid })),
      ),
    });
  const pairOf = (kid: string): Pair => {
    const pair = pairs.get(kid);
    if (!pair) throw new Error(`no key ${kid}`);
    return pair;
  };

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    fetched: () => fetched,
    fail: (down: boolean) => {
      isDown = down;
    },
    /** Holds its answers back, until the returned function is called. */
    hold(): () => void {
      let release: () => void = () => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
    /** Publishes a key in place of all others. */
    async rotate(kid: string) {
      const pair = await generateKeyPair('ES256', { extractable: true });
      pairs.clear();
      pairs.set(kid, pair);
      return pair;
    },
    publicKey: (kid: string) => exportSPKI(pairOf(kid).publicKey),
    /** A token that is good for ten minutes, unless the claims say otherwise. */
    sign: (kid: string, claims: JWTPayload, pair = pairOf(kid)) =>
      new SignJWT({ iss: ISSUER, aud: AUDIENCE, exp: seconds(600), ...claims })
        .setProtectedHeader({ alg: 'ES256', kid })
        .sign(pair.privateKey),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Seconds since 1970, so many from now. */
export function seconds(fromNow: number): number {
  return Math.floor(Date.now() / 1_000) + fromNow;
}
