import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

/** A form with one part, as it goes over the wire. */
export interface Form {
  body: Readable;
  type: string;
  /** In bytes; `undefined` where the length of what is in it is not known. */
  length: number | undefined;
}

const FILE_NAME = 'deployment.zip';

/**
 * A form with a file in it. Its closing boundary comes only when the file has ended without an
 * error: a provider never takes half a file for a whole one.
 */
export function fileForm(file: Readable, length: number | undefined): Form {
  const boundary = newBoundary();
  const disposition = `form-data; name="file"; filename="${FILE_NAME}"`;
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: ${disposition}\r\nContent-Type: application/zip\r\n\r\n`,
  );
  const end = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* parts(): AsyncGenerator<Buffer> {
    yield head;
    // The stream of a file holds no text.
    for await (const chunk of file as AsyncIterable<Buffer>) yield chunk;
    yield end;
  }
  return {
    body: Readable.from(parts(), { objectMode: false }),
    type: typeOf(boundary),
    length: length === undefined ? undefined : head.length + length + end.length,
  };
}

/** A form of texts. */
export function textForm(fields: Readonly<Record<string, string>>): Form {
  const boundary = newBoundary();
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const content = Buffer.from(`${parts.join('')}--${boundary}--\r\n`);
  return {
    body: Readable.from([content], { objectMode: false }),
    type: typeOf(boundary),
    length: content.length,
  };
}

/** Random, so that no file can hold it by accident or by intention. */
function newBoundary(): string {
  return `deploygraph-${randomBytes(24).toString('hex')}`;
}

function typeOf(boundary: string): string {
  return `multipart/form-data; boundary=${boundary}`;
}
