/**
 * Members in, the chunks of a zip archive out, the bytes that Python's zipfile writes for NumPy: every local header with
 * zip64 sizes, the time 1980-01-01, permissions 0600. Source: CPython 3.13 Lib/zipfile/__init__.py (ZipInfo.FileHeader,
 * ZipFile._write_end_record), `open(name, "w", force_zip64=True)`.
 */
import { compressWhole, crc32 } from "../codecs/index.ts";

const ZIP64_LIMIT = 0x7fffffff;
const MOST_ENTRIES = 0xffff;
const UTF8 = 0x800;
const DEFLATE = 8;
const STORED = 0;
// 1980-01-01, as DOS has it.
const DATE = 0x21;
const ZIP64_VERSION = 45;
// zlib's own, which zipfile uses.
const LEVEL = 6;

/** A member to write. */
export interface ZipMember {
  readonly name: string;
  /** Its contents, in order. Asked for once. */
  readonly chunks: readonly Uint8Array[];
}

interface Written {
  readonly name: Uint8Array;
  readonly flags: number;
  readonly crc: number;
  readonly size: number;
  readonly compressedSize: number;
  readonly offset: number;
}

/** The chunks of an archive of these members, stored or deflated. */
export async function* zipChunks(
  members: Iterable<ZipMember> | AsyncIterable<ZipMember>,
  { compressed }: { readonly compressed: boolean },
): AsyncGenerator<Uint8Array, void, undefined> {
  const method = compressed ? DEFLATE : STORED;
  const written: Written[] = [];
  let offset = 0;
  for await (const { name, chunks } of members) {
    let crc = 0;
    let size = 0;
    for (const chunk of chunks) {
      crc = crc32(chunk, crc);
      size += chunk.length;
    }
    const data = compressed
      ? [await compressWhole("deflate", joined(chunks, size), LEVEL)]
      : chunks;
    const compressedSize = compressed ? (data[0] as Uint8Array).length : size;
    // Names beyond ASCII say that they are UTF-8.
    const isAscii = /^[\0-\x7f]*$/.test(name);
    const entry: Written = {
      name: new TextEncoder().encode(name),
      flags: isAscii ? 0 : UTF8,
      crc,
      size,
      compressedSize,
      offset,
    };
    const header = localHeader(entry, method);
    yield header;
    for (const chunk of data) if (chunk.length > 0) yield chunk;
    written.push(entry);
    offset += header.length + compressedSize;
  }
  const directory = written.map((entry) => directoryEntry(entry, method));
  let size = 0;
  for (const entry of directory) {
    yield entry;
    size += entry.length;
  }
  yield endRecord(written.length, size, offset);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function localHeader(
  { name, flags, crc, size, compressedSize }: Written,
  method: number,
): Uint8Array {
  const bytes = new Uint8Array(30 + name.length + 20);
  const data = new DataView(bytes.buffer);
  data.setUint32(0, 0x04034b50, true);
  data.setUint16(4, ZIP64_VERSION, true);
  data.setUint16(6, flags, true);
  data.setUint16(8, method, true);
  data.setUint16(12, DATE, true);
  data.setUint32(14, crc, true);
  data.setUint32(18, 0xffffffff, true);
  data.setUint32(22, 0xffffffff, true);
  data.setUint16(26, name.length, true);
  data.setUint16(28, 20, true);
  bytes.set(name, 30);
  const extra = 30 + name.length;
  data.setUint16(extra, 1, true);
  data.setUint16(extra + 2, 16, true);
  setUint64(data, extra + 4, size);
  setUint64(data, extra + 12, compressedSize);
  return bytes;
}

function directoryEntry(
  { name, flags, crc, size, compressedSize, offset }: Written,
  method: number,
): Uint8Array {
  const large = size > ZIP64_LIMIT || compressedSize > ZIP64_LIMIT;
  const extra = [
    ...(large ? [size, compressedSize] : []),
    ...(offset > ZIP64_LIMIT ? [offset] : []),
  ];
  const extraLength = extra.length > 0 ? 4 + 8 * extra.length : 0;
  const bytes = new Uint8Array(46 + name.length + extraLength);
  const data = new DataView(bytes.buffer);
  data.setUint32(0, 0x02014b50, true);
  bytes[4] = ZIP64_VERSION;
  bytes[5] = 3; // Unix
  data.setUint16(6, ZIP64_VERSION, true);
  data.setUint16(8, flags, true);
  data.setUint16(10, method, true);
  data.setUint16(14, DATE, true);
  data.setUint32(16, crc, true);
  data.setUint32(20, large ? 0xffffffff : compressedSize, true);
  data.setUint32(24, large ? 0xffffffff : size, true);
  data.setUint16(28, name.length, true);
  data.setUint16(30, extraLength, true);
  data.setUint32(38, 0o600 << 16, true);
  data.setUint32(42, offset > ZIP64_LIMIT ? 0xffffffff : offset, true);
  bytes.set(name, 46);
  if (extraLength > 0) {
    const at = 46 + name.length;
    data.setUint16(at, 1, true);
    data.setUint16(at + 2, 8 * extra.length, true);
    extra.forEach((value, index) => {
      setUint64(data, at + 4 + 8 * index, value);
    });
  }
  return bytes;
}

function endRecord(count: number, size: number, offset: number): Uint8Array {
  const large = count > MOST_ENTRIES || size > ZIP64_LIMIT || offset > ZIP64_LIMIT;
  const bytes = new Uint8Array((large ? 76 : 0) + 22);
  const data = new DataView(bytes.buffer);
  const at = large ? 76 : 0;
  if (large) {
    data.setUint32(0, 0x06064b50, true);
    setUint64(data, 4, 44);
    data.setUint16(12, ZIP64_VERSION, true);
    data.setUint16(14, ZIP64_VERSION, true);
    setUint64(data, 24, count);
    setUint64(data, 32, count);
    setUint64(data, 40, size);
    setUint64(data, 48, offset);
    data.setUint32(56, 0x07064b50, true);
    setUint64(data, 64, offset + size);
    data.setUint32(72, 1, true);
  }
  data.setUint32(at, 0x06054b50, true);
  data.setUint16(at + 8, Math.min(count, 0xffff), true);
  data.setUint16(at + 10, Math.min(count, 0xffff), true);
  data.setUint32(at + 12, Math.min(size, 0xffffffff), true);
  data.setUint32(at + 16, Math.min(offset, 0xffffffff), true);
  return bytes;
}

function setUint64(data: DataView, at: number, value: number): void {
  data.setUint32(at, value >>> 0, true);
  data.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}
