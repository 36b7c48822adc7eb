import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { ErrorCode } from '../errors.ts';
import { TransferRefused } from './refusal.ts';

export type TicketKind = 'upload' | 'download';

/** What a URL lets its bearer do, once. */
export interface Ticket {
  kind: TicketKind;
  /** Global id of the version that gets a file, or of the revision whose file it is. */
  targetId: string;
  /** Who asked for it, for the log. */
  viewer: string;
  /** In milliseconds since 1970. */
  expiresAt: number;
  /** Unlike that of any other ticket. */
  nonce: string;
}

export interface Tickets {
  /** The ticket as text for a URL. It is signed, not hidden: it names no secret. */
  sign(ticket: Omit<Ticket, 'nonce'>): string;
  /**
   * The ticket of a text that this key has signed.
   * @throws TransferRefused 403 for any other text or kind, 410 when its time is over.
   */
  verify(text: string, kind: TicketKind): Ticket;
}

const NONCE_BYTES = 12;

/** Signs with HMAC-SHA-256. Without a secret the key is made up, and gone with the process. */
export function createTickets(secret: string | undefined, now: () => number): Tickets {
  const key = secret === undefined ? randomBytes(32) : Buffer.from(secret);
  const signatureOf = (content: string) => createHmac('sha256', key).update(content).digest();
  return {
    sign({ kind, targetId, viewer, expiresAt }) {
      const nonce = randomBytes(NONCE_BYTES).toString('base64url');
      const parts = JSON.stringify([kind, targetId, viewer, expiresAt, nonce]);
      const content = Buffer.from(parts).toString('base64url');
      return `${content}.${signatureOf(content).toString('base64url')}`;
    },
    verify(text, kind) {
      const [content = '', signature = '', ...more] = text.split('.');
      const given = Buffer.from(signature, 'base64url');
      const right = signatureOf(content);
      const isOurs = given.length === right.length && timingSafeEqual(given, right);
      const ticket = isOurs && more.length === 0 ? read(content) : undefined;
      if (ticket?.kind !== kind) {
        const message = 'This is no URL that the gateway gave out. Ask for a new one.';
        throw new TransferRefused(403, message, ErrorCode.FORBIDDEN);
      }
      if (ticket.expiresAt <= now()) {
        const message = 'The time of this URL is over. Ask for a new one.';
        throw new TransferRefused(410, message, ErrorCode.FORBIDDEN);
      }
      return ticket;
    },
  };
}

/** What `sign` has written; the signature vouches for its shape. */
function read(content: string): Ticket {
  const text = Buffer.from(content, 'base64url').toString('utf8');
  const parts = JSON.parse(text) as [TicketKind, string, string, number, string];
  const [kind, targetId, viewer, expiresAt, nonce] = parts;
  return { kind, targetId, viewer, expiresAt, nonce };
}
