import { crc32 } from 'node:zlib';

const VERSION_NEEDED = 20;
/** 2026-06-01 in the zip format's own calendar, with the time 12:00. */
const DOS_DATE = ((2026 - 1980) << 9) | (6 << 5) | 1;
const DOS_TIME = 12 << 11;

/** A zip archive with one file in it, not compressed. */
export function zipOf(name: string, content: string): Buffer {
  const fileName = Buffer.from(name);
  const data = Buffer.from(content);
  const described = describe(fileName, { size: data.length, checksum: crc32(data) });
  const local = Buffer.concat([signature(0x04034b50), described, fileName, data]);
  return Buffer.concat([local, endOf(fileName, described, local.length)]);
}

/** The central directory of the one file, and the end record. */
function endOf(fileName: Buffer, described: Buffer, offset: number): Buffer {
  const madeBy = Buffer.alloc(2);
  madeBy.writeUInt16LE(VERSION_NEEDED);
  /** Comment, disk, attributes and the offset of the local header: all zero. */
  const placement = Buffer.alloc(14);
  const central = Buffer.concat([signature(0x02014b50), madeBy, described, placement, fileName]);

  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([central, signature(0x06054b50), end]);
}

/** The part that the local header and the central directory share. */
function describe(fileName: Buffer, data: { size: number; checksum: number }): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(VERSION_NEEDED, 0);
  header.writeUInt16LE(DOS_TIME, 6);
  header.writeUInt16LE(DOS_DATE, 8);
  header.writeUInt32LE(data.checksum, 10);
  header.writeUInt32LE(data.size, 14);
  header.writeUInt32LE(data.size, 18);
  header.writeUInt16LE(fileName.length, 22);
  return header;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const LOCAL_FILE = Buffer.from('PK\x03\x04', 'latin1');
const END_RECORD = Buffer.from('PK\x05\x06', 'latin1');
/** The end record, and the longest comment that can stand behind it. */
const LONGEST_END = 22 + 0xffff;

/** Looks at a file as it passes: how long it is, and whether it is a zip archive. */
export function createZipCheck(): {
  see: (chunk: Buffer) => void;
  bytes: () => number;
  isZip: () => boolean;
} {
  let bytes = 0;
  let head = Buffer.alloc(0);
  let tail: Buffer[] = [];
  let tailBytes = 0;
  return {
    see: (chunk) => {
      bytes += chunk.length;
      if (head.length < 4) head = Buffer.concat([head, chunk.subarray(0, 4)]);
      tail.push(chunk);
      tailBytes += chunk.length;
      while (tail[0] && tailBytes - tail[0].length >= LONGEST_END) {
        tailBytes -= tail[0].length;
        tail = tail.slice(1);
      }
    },
    bytes: () => bytes,
    isZip: () => {
      const start = head.subarray(0, 4);
      return (
        (start.equals(LOCAL_FILE) || start.equals(END_RECORD)) && endsAsZip(Buffer.concat(tail))
      );
    },
  };
}

/** Whether there is an end record whose comment reaches to the end of the file. */
function endsAsZip(tail: Buffer): boolean {
  for (let at = tail.lastIndexOf(END_RECORD); at >= 0; at = tail.lastIndexOf(END_RECORD, at - 1)) {
    if (at + 22 <= tail.length && at + 22 + tail.readUInt16LE(at + 20) === tail.length) return true;
    if (at === 0) return false;
  }
  return false;
}

const FILLING = Buffer.alloc(65_536, 'x = 1\n');

/** Everything of an archive with one file but the file and, twice, its name. */
const OVERHEAD = 98;

/** A zip archive of `bytes` bytes in all, made while it is read; a very small one has no file. */
export function* zipOfSize(name: string, bytes: number): Generator<Buffer> {
  const fileName = Buffer.from(name);
  const size = bytes - OVERHEAD - 2 * fileName.length;
  if (size < 0) {
    const comment = Math.max(0, bytes - 22);
    const end = Buffer.alloc(18 + comment);
    end.writeUInt16LE(comment, 16);
    yield Buffer.concat([signature(0x06054b50), end]);
    return;
  }
  let checksum = 0;
  for (let left = size; left > 0; left -= FILLING.length) {
    checksum = crc32(FILLING.subarray(0, left), checksum);
  }
  const described = describe(fileName, { size, checksum });
  yield Buffer.concat([signature(0x04034b50), described, fileName]);
  for (let left = size; left > 0; left -= FILLING.length) yield FILLING.subarray(0, left);
  yield endOf(fileName, described, 30 + fileName.length + size);
}
