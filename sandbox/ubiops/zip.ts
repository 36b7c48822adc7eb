import { crc32 } from 'node:zlib';

const VERSION_NEEDED = 20;
/** 2026-06-01 in the zip format's own calendar, with the time 12:00. */
const DOS_DATE = ((2026 - 1980) << 9) | (6 << 5) | 1;
const DOS_TIME = 12 << 11;

/** A zip archive with one file in it, not compressed. */
export function zipOf(name: string, content: string): Buffer {
  const fileName = Buffer.from(name);
  const data = Buffer.from(content);
  const described = describe(fileName, data);
  const local = Buffer.concat([signature(0x04034b50), described, fileName, data]);

  const madeBy = Buffer.alloc(2);
  madeBy.writeUInt16LE(VERSION_NEEDED);
  /** Comment, disk, attributes and the offset of the local header: all zero. */
  const placement = Buffer.alloc(14);
  const central = Buffer.concat([signature(0x02014b50), madeBy, described, placement, fileName]);

  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, signature(0x06054b50), end]);
}

/** The part that the local header and the central directory share. */
function describe(fileName: Buffer, data: Buffer): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(VERSION_NEEDED, 0);
  header.writeUInt16LE(DOS_TIME, 6);
  header.writeUInt16LE(DOS_DATE, 8);
  header.writeUInt32LE(crc32(data), 10);
  header.writeUInt32LE(data.length, 14);
  header.writeUInt32LE(data.length, 18);
  header.writeUInt16LE(fileName.length, 22);
  return header;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
