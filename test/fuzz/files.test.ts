import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Sandbox } from '../../sandbox/index.ts';
import { zipOf } from '../../sandbox/ubiops/zip.ts';
import { startTestGatewayOf, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { expectRefusal } from './answers.ts';
import { poolOf, startRoomySandbox } from './pool.ts';
import { checkAll, countCases, PATIENCE_MS, runs, within } from './runs.ts';
import { nasty } from './texts.ts';
import { request, sendBytes } from './wire.ts';

const count = countCases(10);

let sandbox: Sandbox;
let gateway: TestGateway;
let versions: readonly string[];

beforeAll(async () => {
  sandbox = await startRoomySandbox();
  gateway = await startTestGatewayOf(sandbox, { ...UNWATCHED, files: { maxUploadMib: 1 } });
  versions = (await poolOf(gateway)).ids.Version.filter((id) =>
    Buffer.from(id, 'base64url').toString().startsWith('["ubiops"'),
  );
}, PATIENCE_MS);
afterAll(async () => {
  await gateway?.close();
  await sandbox?.close();
}, PATIENCE_MS);

describe('a file', () => {
  it(
    'is taken only where it is whole and a zip archive, and refused with a reason otherwise',
    async () => {
      const zip = zipOf('deployment.py', 'pass\n');
      const bytes = fc.oneof(
        fc.constant(zip),
        fc.nat(zip.length).map((length) => zip.subarray(0, length)),
        fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array)),
        fc.nat(2_000).map((length) => Buffer.concat([zip, Buffer.alloc(length * 1_000)])),
      );
      const headers = fc.record(
        {
          digest: nasty.map(printable),
          'repr-digest': nasty.map(printable),
          'content-digest': fc.constantFrom('sha-256=:AAAA:', 'sha-256=', ':::'),
          'content-type': fc.constantFrom('application/zip', 'text/plain', ''),
          'content-length': fc.constantFrom('0', '1', '400', '99999999999'),
        },
        { requiredKeys: [] },
      );
      const upload = fc.record({
        bytes,
        headers,
        isSpoilt: fc.boolean(),
        at: fc.nat(),
        chunked: fc.boolean(),
      });
      await checkAll(
        fc.array(upload, { minLength: 1, maxLength: 6 }),
        async (batch) => {
          const replies = await Promise.all(
            batch.map(async ({ bytes: body, headers: lines, isSpoilt, at, chunked }) => {
              const path = await uploadPath(at);
              const cut = isSpoilt ? path.slice(0, at % path.length) : path;
              const length = chunked ? { 'transfer-encoding': 'chunked' } : lines;
              const content = chunked
                ? Buffer.concat([
                    Buffer.from(`${body.length.toString(16)}\r\n`),
                    body,
                    Buffer.from('\r\n0\r\n\r\n'),
                  ])
                : body;
              return sendBytes(gateway.url, put(cut || '/', length, content, chunked), 2_000);
            }),
          );
          count('files', batch.length);
          replies
            .flat()
            .filter(({ status }) => status >= 400)
            .forEach(expectRefusal);
          expect((await gateway.query('{ providers { name } }')).errors).toEqual([]);
        },
        runs(20, { interruptAfterTimeLimit: within(3_000) }),
      );
    },
    PATIENCE_MS,
  );
});

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').slice(0, 200);
}

function put(
  path: string,
  headers: Record<string, string>,
  body: Buffer,
  chunked: boolean,
): Buffer {
  const whole = request('PUT', path, headers, body);
  if (!chunked) return whole;
  return Buffer.from(whole.toString('latin1').replace(/content-length: \d+\r\n/, ''), 'latin1');
}

async function uploadPath(at: number): Promise<string> {
  const { data } = await gateway.query<{
    requestRevisionUpload: { upload: { url: string } | null };
  }>(
    'mutation ($id: ID!) { requestRevisionUpload(input: { versionId: $id }) { upload { url } } }',
    {
      id: versions[at % versions.length],
    },
  );
  return new URL(data.requestRevisionUpload.upload?.url ?? 'http://x/none').pathname;
}
