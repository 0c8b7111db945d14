/**
 * An archive that can be read anywhere in, its members one by one out. Nothing is believed that the archive says twice and
 * differently, and no member may share bytes with another. Source: PKWARE APPNOTE 6.3.10; CPython 3.13 Lib/zipfile.
 */

import { crc32, DecompressionError, decompress } from "../codecs/index.ts";
import type { RandomAccess } from "../core/bytes/index.ts";
import { ZipError } from "./error.ts";

const END = 0x06054b50;
const END_SIZE = 22;
const MAX_COMMENT = 0xffff;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_SIZE = 20;
const ZIP64_END = 0x06064b50;
const ZIP64_END_SIZE = 56;
const ENTRY = 0x02014b50;
const ENTRY_SIZE = 46;
const LOCAL = 0x04034b50;
const LOCAL_SIZE = 30;
const ZIP64_EXTRA = 1;

// Flags: encrypted; patched data; strong encryption; masked local headers; names in UTF-8.
const ENCRYPTED = 0x1 | 0x40 | 0x2000;
const PATCHED = 0x20;
const UTF8 = 0x800;

/** How a member is compressed. */
export type ZipMethod = "stored" | "deflate";

/** One member, as the directory at the archive's end has it. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes of the member in the archive, and once decompressed, as the archive says. */
  readonly compressedSize: number;
  readonly size: number;
  /** Where the member's header begins. */
  readonly offset: number;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  /** Where the next member's header begins, or the directory: what this one must end before. */
  readonly end: number;
}

/** Where a member's data lies. */
export interface ZipData {
  readonly offset: number;
  readonly size: number;
  readonly method: ZipMethod;
}

/** A zip archive, of which only the directory was read. */
export class ZipArchive {
  /** Every member, in the directory's order. */
  readonly entries: readonly ZipEntry[];
  readonly source: RandomAccess;
  readonly #byName = new Map<string, ZipEntry>();
  readonly #twice = new Set<string>();

  private constructor(source: RandomAccess, entries: readonly ZipEntry[]) {
    this.source = source;
    this.entries = entries;
    for (const entry of entries) {
      if (this.#byName.has(entry.name)) this.#twice.add(entry.name);
      this.#byName.set(entry.name, entry);
    }
  }

  /**
   * Reads the directory.
   *
   * @throws ZipError; PickleError `read-failed`
   */
  static async open(source: RandomAccess): Promise<ZipArchive> {
    const directory = await findDirectory(source);
    return new ZipArchive(source, await readDirectory(source, directory));
  }

  /**
   * The member of that name, or undefined.
   *
   * @throws ZipError `duplicate-name`: of two members of a name, readers disagree which it is
   */
  find(name: string): ZipEntry | undefined {
    const entry = this.#byName.get(name);
    if (entry !== undefined && this.#twice.has(name)) {
      throw new ZipError("duplicate-name", "there are two of that name", entry.offset, name);
    }
    return entry;
  }

  /** Where the member's data lies, its own header checked against the directory. @throws ZipError */
  async locate(entry: ZipEntry): Promise<ZipData> {
    const fail = (code: ZipError["code"], message: string): ZipError =>
      new ZipError(code, message, entry.offset, entry.name);
    if ((entry.flags & ENCRYPTED) !== 0) throw fail("encrypted", "it is encrypted");
    if ((entry.flags & PATCHED) !== 0) throw fail("unsupported", "it is a patch of something else");
    if (entry.method !== 0 && entry.method !== 8) {
      throw fail("unsupported", `compression method ${entry.method}`);
    }
    if (entry.offset + LOCAL_SIZE > entry.end)
      throw fail("overlap", "its header overlaps what follows");
    const header = view(await range(this.source, entry.offset, LOCAL_SIZE));
    if (header.getUint32(0, true) !== LOCAL)
      throw fail("corrupt", "there is no header of a member");
    const nameLength = header.getUint16(26, true);
    const offset = entry.offset + LOCAL_SIZE + nameLength + header.getUint16(28, true);
    if (offset + entry.compressedSize > entry.end) {
      throw fail("overlap", "its data overlaps what follows");
    }
    const name = await range(this.source, entry.offset + LOCAL_SIZE, nameLength);
    const sameFlags = ((header.getUint16(6, true) ^ entry.flags) & (ENCRYPTED | UTF8)) === 0;
    if (!sameFlags || decodeName(name, entry.flags) !== entry.name) {
      throw fail("corrupt", "its header has another name than the directory");
    }
    if (header.getUint16(8, true) !== entry.method) {
      throw fail("corrupt", "its header has another compression method than the directory");
    }
    const method = entry.method === 0 ? "stored" : "deflate";
    if (method === "stored" && entry.size !== entry.compressedSize) {
      throw fail("corrupt", "it is stored, in another size than its own");
    }
    return { offset, size: entry.compressedSize, method };
  }

  /** Where the data of a member lies that is not compressed. @throws ZipError */
  async locateStored(entry: ZipEntry): Promise<ZipData> {
    const data = await this.locate(entry);
    if (data.method === "stored") return data;
    const message = "it is compressed, and can only be read whole";
    throw new ZipError("unsupported", message, entry.offset, entry.name);
  }

  /**
   * The bytes of a member, checked against its size and CRC.
   *
   * @throws ZipError; DecompressionError with the offset in the archive; PickleError `read-failed`
   */
  async read(entry: ZipEntry, { maxBytes }: { readonly maxBytes: number }): Promise<Uint8Array> {
    const { offset, size, method } = await this.locate(entry);
    const limited = Math.min(entry.size, maxBytes);
    if (method === "stored" ? entry.size > maxBytes : limited < entry.size) {
      const message = `${entry.size} bytes, where ${maxBytes} are allowed`;
      throw new ZipError("limit-exceeded", message, entry.offset, entry.name);
    }
    const packed = await range(this.source, offset, size);
    const bytes = method === "stored" ? packed : await this.#inflated(entry, packed, offset);
    if (bytes.length !== entry.size) {
      const message = `${bytes.length} bytes, where the directory says ${entry.size}`;
      throw new ZipError("corrupt", message, entry.offset, entry.name);
    }
    if (crc32(bytes) !== entry.crc) {
      throw new ZipError("checksum", "its checksum does not match", entry.offset, entry.name);
    }
    return bytes;
  }

  async #inflated(entry: ZipEntry, packed: Uint8Array, offset: number): Promise<Uint8Array> {
    try {
      return await decompress("deflate", packed, { limit: entry.size });
    } catch (cause) {
      if (!(cause instanceof DecompressionError)) throw cause;
      if (cause.code === "limit-exceeded") {
        const message = `more than the ${entry.size} bytes that the directory says`;
        throw new ZipError("corrupt", message, entry.offset, entry.name, { cause });
      }
      const place = offset + cause.offset;
      const code = cause.code === "truncated" ? "truncated" : "corrupt";
      const { name } = entry;
      throw new ZipError(code, "its deflate data cannot be read", place, name, { cause });
    }
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.source.close?.();
  }
}

interface Directory {
  /** where it lies, and how many bytes stand before the archive itself */
  readonly start: number;
  readonly size: number;
  readonly count: number;
  readonly before: number;
}

async function findDirectory(source: RandomAccess): Promise<Directory> {
  const tailSize = Math.min(source.size, END_SIZE + MAX_COMMENT);
  const tailStart = source.size - tailSize;
  const tail = view(await range(source, tailStart, tailSize));
  let at = tailSize - END_SIZE;
  // The last one, as Python finds it. A comment may hold another, which then is what every reader takes.
  while (at >= 0 && tail.getUint32(at, true) !== END) at--;
  if (at < 0)
    throw new ZipError("not-zip", "it has no end record", Math.max(0, source.size - END_SIZE));
  const end = tailStart + at;
  let count = tail.getUint16(at + 10, true);
  let size = tail.getUint32(at + 12, true);
  let offset = tail.getUint32(at + 16, true);
  if (tail.getUint16(at + 4, true) !== tail.getUint16(at + 6, true)) {
    throw new ZipError("unsupported", "it is a part of an archive of several files", end);
  }
  let directoryEnd = end;
  const zip64 = await readZip64(source, end);
  if (zip64 !== undefined) ({ count, size, offset, directoryEnd } = zip64);
  const start = directoryEnd - size;
  // A program may stand before an archive that unpacks itself; all offsets count from behind it.
  const before = start - offset;
  if (start < 0 || before < 0) {
    throw new ZipError("corrupt", "its directory lies outside the file", end);
  }
  // The least that so many entries take.
  if (count * ENTRY_SIZE > size) {
    throw new ZipError("corrupt", `${count} entries in a directory of ${size} bytes`, end);
  }
  return { start, size, count, before };
}

async function readZip64(
  source: RandomAccess,
  end: number,
): Promise<{ count: number; size: number; offset: number; directoryEnd: number } | undefined> {
  if (end < ZIP64_LOCATOR_SIZE + ZIP64_END_SIZE) return undefined;
  const locatorAt = end - ZIP64_LOCATOR_SIZE;
  const locator = view(await range(source, locatorAt, ZIP64_LOCATOR_SIZE));
  if (locator.getUint32(0, true) !== ZIP64_LOCATOR) return undefined;
  // Right before the locator, where Python looks for it too: its own field counts from the archive's start.
  const recordAt = locatorAt - ZIP64_END_SIZE;
  const record = view(await range(source, recordAt, ZIP64_END_SIZE));
  if (record.getUint32(0, true) !== ZIP64_END) {
    throw new ZipError("corrupt", "its zip64 end record is not where it should be", recordAt);
  }
  return {
    count: uint64(record, 32),
    size: uint64(record, 40),
    offset: uint64(record, 48),
    directoryEnd: recordAt,
  };
}

async function readDirectory(source: RandomAccess, directory: Directory): Promise<ZipEntry[]> {
  const { start, size, count, before } = directory;
  const bytes = await range(source, start, size);
  const data = view(bytes);
  const found: Omit<ZipEntry, "end">[] = [];
  let at = 0;
  for (let number = 0; number < count; number++) {
    if (at + ENTRY_SIZE > size || data.getUint32(at, true) !== ENTRY) {
      throw new ZipError("corrupt", `entry ${number} of its directory is none`, start + at);
    }
    const nameLength = data.getUint16(at + 28, true);
    const extraLength = data.getUint16(at + 30, true);
    const length = ENTRY_SIZE + nameLength + extraLength + data.getUint16(at + 32, true);
    if (at + length > size) {
      throw new ZipError("corrupt", `entry ${number} goes beyond its directory`, start + at);
    }
    const flags = data.getUint16(at + 8, true);
    const name = decodeName(bytes.subarray(at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength), flags);
    const extra = new DataView(
      data.buffer,
      data.byteOffset + at + ENTRY_SIZE + nameLength,
      extraLength,
    );
    const sizes = zip64Sizes(extra, {
      size: data.getUint32(at + 24, true),
      compressedSize: data.getUint32(at + 20, true),
      offset: data.getUint32(at + 42, true),
    });
    if (sizes === undefined) {
      throw new ZipError("corrupt", "its zip64 field is too short", start + at, name);
    }
    const method = data.getUint16(at + 10, true);
    const crc = data.getUint32(at + 16, true);
    found.push({ name, flags, method, crc, ...sizes, offset: sizes.offset + before });
    at += length;
  }
  return bounded(found, start);
}

// Each member ends before the next begins: what shares bytes multiplies them (a "better zip bomb").
function bounded(found: readonly Omit<ZipEntry, "end">[], directoryStart: number): ZipEntry[] {
  const starts = found.map(({ offset }) => offset).sort((a, b) => a - b);
  const ends = new Map<number, number>();
  for (let at = 0; at < starts.length; at++) {
    const start = starts[at] as number;
    // Of two that begin at one place, neither has room.
    const next = starts[at + 1] ?? directoryStart;
    ends.set(start, ends.has(start) ? start : next);
  }
  return found.map((entry) => ({ ...entry, end: ends.get(entry.offset) as number }));
}

// Fields of 32 bits that are full stand in the extra field, in this order, those that are full only.
function zip64Sizes(
  extra: DataView,
  fields: { size: number; compressedSize: number; offset: number },
): typeof fields | undefined {
  const sizes = { ...fields };
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const length = extra.getUint16(at + 2, true);
    if (extra.getUint16(at, true) === ZIP64_EXTRA) {
      let field = at + 4;
      const fieldEnd = Math.min(field + length, extra.byteLength);
      for (const key of ["size", "compressedSize", "offset"] as const) {
        if (sizes[key] !== 0xffffffff) continue;
        if (field + 8 > fieldEnd) return undefined;
        sizes[key] = uint64(extra, field);
        field += 8;
      }
    }
    at += 4 + length;
  }
  return sizes;
}

// Numbers beyond 2^53 are larger than any file: that they are not exact changes no answer.
function uint64(data: DataView, at: number): number {
  return data.getUint32(at, true) + data.getUint32(at + 4, true) * 2 ** 32;
}

// The upper half of IBM's code page 437, which names have that say nothing else.
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

function decodeName(bytes: Uint8Array, flags: number): string {
  if ((flags & UTF8) !== 0) {
    const text = new TextDecoder().decode(bytes);
    return text;
  }
  let name = "";
  for (const byte of bytes) {
    name += byte < 128 ? String.fromCharCode(byte) : (CP437[byte - 128] as string);
  }
  return name;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function range(source: RandomAccess, start: number, length: number): Promise<Uint8Array> {
  if (start + length > source.size) {
    throw new ZipError(
      "truncated",
      `bytes up to ${start + length}, of ${source.size}`,
      source.size,
    );
  }
  const bytes = new Uint8Array(length);
  await source.read(start, bytes);
  return bytes;
}
