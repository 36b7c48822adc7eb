import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { TransferRefused } from './refusal.ts';
import { createTail, SIGNATURE_BYTES, startsAsZip } from './zip.ts';

export interface Expectation {
  maxBytes: number;
  /** The digest that the sender gave. */
  sha256: Buffer | undefined;
}

/**
 * A stream that a file passes through unchanged as long as it is what it should be: a zip archive,
 * whole, not too large, with the digest that was promised. The first wrong byte, or the missing one,
 * ends it with an error, and so before its end was ever seen behind it. Keeps no more than the end
 * of the file, some 64 KiB.
 */
export function inspectUpload({ maxBytes, sha256 }: Expectation): Transform {
  const hash = sha256 && createHash('sha256');
  const tail = createTail();
  let bytes = 0;
  /** The first bytes, until there are enough to tell. */
  let start: Buffer | undefined = Buffer.alloc(0);

  const problemAtEnd = (): TransferRefused | undefined => {
    if (start) return notZip();
    if (!tail.isEndOfZip()) {
      return new TransferRefused(
        400,
        'The file is cut off, or something follows it: it does not end as a zip archive does.',
      );
    }
    if (!hash || !sha256 || hash.digest().equals(sha256)) return undefined;
    return new TransferRefused(400, 'The file’s SHA-256 is not the one that was sent with it.');
  };

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) return done(tooLarge(maxBytes));
      hash?.update(chunk);
      tail.push(chunk);
      if (!start) return done(null, chunk);
      start = Buffer.concat([start, chunk]);
      if (start.length < SIGNATURE_BYTES) return done();
      if (!startsAsZip(start)) return done(notZip());
      const first = start;
      start = undefined;
      return done(null, first);
    },
    flush(done) {
      done(problemAtEnd());
    },
  });
}

export function tooLarge(maxBytes: number): TransferRefused {
  return new TransferRefused(413, `The file is larger than ${maxBytes} bytes, the limit here.`);
}

function notZip(): TransferRefused {
  return new TransferRefused(400, 'The file is no zip archive: it does not begin as one.');
}
