const LOCAL_FILE = Buffer.from('PK\x03\x04', 'latin1');
const END_RECORD = Buffer.from('PK\x05\x06', 'latin1');

/** The end record without its comment, and where the length of that stands. */
const END_BYTES = 22;
const COMMENT_LENGTH_AT = 20;
const LONGEST_COMMENT = 0xffff;

/** How many bytes show whether a file begins as a zip archive does. */
export const SIGNATURE_BYTES = 4;

/** Whether a file that begins so can be a zip archive: with a file, or with the end of an empty one. */
export function startsAsZip(start: Buffer): boolean {
  const signature = start.subarray(0, SIGNATURE_BYTES);
  return signature.equals(LOCAL_FILE) || signature.equals(END_RECORD);
}

/** The last bytes of what passes, as many as can hold the end record of a zip archive. */
export interface Tail {
  push(chunk: Buffer): void;
  /** Whether the end record is there and what it says reaches to the very end. */
  isEndOfZip(): boolean;
}

export function createTail(): Tail {
  let chunks: Buffer[] = [];
  let bytes = 0;
  return {
    push(chunk) {
      chunks.push(chunk);
      bytes += chunk.length;
      while (chunks[0] && bytes - chunks[0].length >= END_BYTES + LONGEST_COMMENT) {
        bytes -= chunks[0].length;
        chunks = chunks.slice(1);
      }
    },
    isEndOfZip: () => endsAsZip(Buffer.concat(chunks)),
  };
}

function endsAsZip(tail: Buffer): boolean {
  let at = tail.lastIndexOf(END_RECORD);
  while (at >= 0) {
    const rest = tail.subarray(at);
    if (rest.length >= END_BYTES) {
      if (END_BYTES + rest.readUInt16LE(COMMENT_LENGTH_AT) === rest.length) return true;
    }
    at = at === 0 ? -1 : tail.lastIndexOf(END_RECORD, at - 1);
  }
  return false;
}
