import type { IncomingHttpHeaders } from 'node:http';
import { TransferRefused } from './refusal.ts';

const SHA256_BYTES = 32;

/**
 * The SHA-256 of the body as the client gives it: `Content-Digest: sha-256=:<base64>:` (RFC 9530) or
 * `x-content-sha256: <hexadecimal digits>`. `undefined` where it gives none.
 * @throws TransferRefused 400 for a digest that cannot be one.
 */
export function digestOf(headers: IncomingHttpHeaders): Buffer | undefined {
  const standard = headers['content-digest'];
  const plain = headers['x-content-sha256'];
  if (typeof standard === 'string') {
    const encoded = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]*):/i.exec(standard)?.[1];
    if (encoded !== undefined) return checked(Buffer.from(encoded, 'base64'));
  }
  if (typeof plain === 'string') {
    return checked(/^[0-9a-f]+$/i.test(plain) ? Buffer.from(plain, 'hex') : Buffer.alloc(0));
  }
  return undefined;
}

function checked(digest: Buffer): Buffer {
  if (digest.length === SHA256_BYTES) return digest;
  throw new TransferRefused(
    400,
    'The digest is no SHA-256. Send Content-Digest: sha-256=:<base64>: or x-content-sha256: <hex>.',
  );
}
