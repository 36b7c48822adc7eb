/** One part of a form: its headers, and its content as it arrives. */
export interface Part {
  name: string;
  /** Absent where the part is no file. */
  fileName: string | undefined;
  content: AsyncIterable<Buffer>;
}

/** A form that is not one, or that ends too early. */
export class BadForm extends Error {}

const HEADERS_END = Buffer.from('\r\n\r\n');

/**
 * The parts of a multipart/form-data body, one after the other, nothing of them kept. The content of
 * a part must be read to its end before the next part is asked for.
 * @throws BadForm also when the body ends without its closing boundary.
 */
export async function* partsOf(
  body: AsyncIterable<Buffer>,
  contentType: string,
): AsyncGenerator<Part> {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) throw new BadForm('The form has no boundary');
  const source = createSource(body, Buffer.from(`\r\n--${boundary}`));
  for await (const preamble of source.untilDelimiter()) {
    if (preamble.length > 0) throw new BadForm('The form does not begin with its boundary');
  }
  while (!(await source.isClosed())) {
    const headers = await source.headers();
    const name = /\bname="([^"]*)"/i.exec(headers)?.[1];
    if (name === undefined) throw new BadForm('A part has no name');
    const fileName = /\bfilename="([^"]*)"/i.exec(headers)?.[1];
    yield { name, fileName, content: source.untilDelimiter() };
  }
}

function createSource(body: AsyncIterable<Buffer>, delimiter: Buffer) {
  const chunks = body[Symbol.asyncIterator]();
  /** What was received and not looked at. A line break before the first boundary is implied. */
  let rest: Buffer = Buffer.from('\r\n');

  const more = async (): Promise<void> => {
    const next = await chunks.next();
    if (next.done) throw new BadForm('The form ends without its closing boundary');
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
  };
  const atLeast = async (length: number): Promise<void> => {
    while (rest.length < length) await more();
  };

  return {
    async *untilDelimiter(): AsyncGenerator<Buffer> {
      for (;;) {
        const end = rest.indexOf(delimiter);
        if (end >= 0) {
          const last = rest.subarray(0, end);
          rest = rest.subarray(end + delimiter.length);
          if (last.length > 0) yield last;
          return;
        }
        /** The end of what is there may be the beginning of the delimiter. */
        const safe = rest.length - delimiter.length + 1;
        if (safe > 0) {
          yield rest.subarray(0, safe);
          rest = rest.subarray(safe);
        }
        await more();
      }
    },
    /** Whether the delimiter just passed was the closing one. */
    async isClosed(): Promise<boolean> {
      await atLeast(2);
      const mark = rest.toString('latin1', 0, 2);
      if (mark === '--') return true;
      if (mark !== '\r\n') throw new BadForm('Something follows a boundary');
      return false;
    },
    /** The headers of the part that begins, behind the line break of its boundary. */
    async headers(): Promise<string> {
      for (;;) {
        const end = rest.indexOf(HEADERS_END);
        if (end >= 0) {
          const headers = rest.toString('utf8', 0, end);
          rest = rest.subarray(end + HEADERS_END.length);
          return headers;
        }
        if (rest.length > 16_384) throw new BadForm('The headers of a part are too long');
        await more();
      }
    },
  };
}
