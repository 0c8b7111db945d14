/**
 * A zip archive in, its members out, read as loosely as the loosest reader: by the entries of the directory and by their
 * local headers, whatever flags, checksums and names say. Where the two lists differ is said, since readers differ too.
 * Source: PKWARE APPNOTE 6.3.10; CPython Lib/zipfile.py; PyTorch's miniz, which reads neither flags nor checksums.
 */
import { decodeLatin1, decodeUtf8 } from "../core/bytes/index.ts";

/** One entry of an archive. */
export interface ZipMember {
  readonly name: string;
  /** Compression method: 0 stored, 8 deflate, 12 bzip2, 14 lzma. */
  readonly method: number;
  /** The compressed bytes. */
  readonly data: Uint8Array;
  readonly encrypted: boolean;
  /** Byte of its local header. */
  readonly offset: number;
}

/** An archive as far as it can be read. */
export interface ZipListing {
  readonly members: readonly ZipMember[];
  /** Names that stand in the archive more than once. */
  readonly duplicates: readonly string[];
  /** Where the directory and the members' own headers say different things. */
  readonly mismatches: readonly { readonly what: string; readonly offset: number }[];
  /** What is damaged. */
  readonly damage: string | undefined;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_SIZE = 22;
const LONGEST_COMMENT = 65_535;
const MOST_MISMATCHES = 20;

/** Whether bytes end with a zip's directory, whatever they begin with. */
export function hasZipDirectory(bytes: Uint8Array): boolean {
  return findEnd(bytes) >= 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function findEnd(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  const least = Math.max(0, bytes.length - END_SIZE - LONGEST_COMMENT);
  for (let at = bytes.length - END_SIZE; at >= least; at--) {
    if (bytes[at] === 0x50 && view.getUint32(at, true) === END) return at;
  }
  return -1;
}

/** Lists an archive. */
export function listZip(bytes: Uint8Array): ZipListing {
  return new Lister(bytes).list();
}

/** What a local header says. */
interface Local {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly size: number;
  readonly dataAt: number;
}

class Lister {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #members = new Map<number, ZipMember>();
  readonly #seen = new Map<string, number>();
  readonly #duplicates = new Set<string>();
  readonly #mismatches: { what: string; offset: number }[] = [];
  #damage: string | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  list(): ZipListing {
    const end = findEnd(this.#bytes);
    if (end < 0) this.#damage = "the directory of the archive is missing";
    else this.#directory(end);
    this.#walk(end < 0 ? this.#bytes.length : end);
    return {
      members: [...this.#members.values()],
      duplicates: [...this.#duplicates],
      mismatches: this.#mismatches,
      damage: this.#damage,
    };
  }

  #mismatch(what: string, offset: number): void {
    if (this.#mismatches.length < MOST_MISMATCHES) this.#mismatches.push({ what, offset });
  }

  #directory(end: number): void {
    const places = this.#places(end);
    const [first] = places;
    if (places.length > 1) {
      this.#mismatch("its directory is in two places, and readers take the one or the other", end);
    }
    for (const { start, shift } of places) {
      let at = start;
      while (this.#isAt(at, CENTRAL)) at = this.#entry(at, shift);
      if (places.length === 1 && at < end - 4096 && this.#members.size === 0)
        this.#damage ??= "the directory is damaged";
    }
    if (first === undefined && this.#view.getUint16(end + 10, true) !== 0)
      this.#damage ??= "the directory is damaged";
  }

  // Where readers look for the directory: at the offset that the record at the end has, as PyTorch's does, or as many bytes
  // before that record as the directory has, as Python's zipfile does, with all offsets shifted by the difference.
  #places(end: number): { start: number; shift: number }[] {
    const view = this.#view;
    const found: { start: number; shift: number }[] = [];
    const add = (start: number, shift = 0): void => {
      const isKnown = found.some((known) => known.start === start);
      if (!isKnown && this.#isAt(start, CENTRAL)) found.push({ start, shift });
    };
    let size = view.getUint32(end + 12, true);
    let start = view.getUint32(end + 16, true);
    let behind = end;
    if (start !== 0xffffffff) add(start);
    // ZIP64: a locator stands right before, and leads to a larger record, which Python takes to stand right before that, and
    // believes in place of the other.
    if (end >= 20 && view.getUint32(end - 20, true) === 0x07064b50) {
      for (const record of [Number(view.getBigUint64(end - 12, true)), end - 20 - 56]) {
        if (record < 0 || record + 56 > end || view.getUint32(record, true) !== 0x06064b50)
          continue;
        size = Number(view.getBigUint64(record + 40, true));
        start = Number(view.getBigUint64(record + 48, true));
        behind = record;
        add(start);
        if (behind - size !== start) add(behind - size, behind - size - start);
      }
    }
    if (behind === end && behind - size !== start) add(behind - size, behind - size - start);
    return found;
  }

  #isAt(at: number, signature: number): boolean {
    return (
      Number.isSafeInteger(at) &&
      at >= 0 &&
      at + 30 <= this.#bytes.length &&
      this.#view.getUint32(at, true) === signature
    );
  }

  // Reads the entry of the directory at `at`; returns where the next one begins.
  #entry(at: number, shift: number): number {
    const view = this.#view;
    if (at + 46 > this.#bytes.length) return this.#bytes.length;
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    const name = this.#name(at + 46, nameLength);
    let size = view.getUint32(at + 20, true);
    let offset = view.getUint32(at + 42, true);
    const wide = this.#wide(at + 46 + nameLength, extraLength, [
      view.getUint32(at + 24, true),
      size,
      offset,
    ]);
    [, size, offset] = wide;
    const local = this.#local(offset + shift);
    if (local === undefined) {
      this.#damage ??= `the member ${JSON.stringify(name)} is not where the directory says`;
      return next;
    }
    if (local.name !== name) {
      const both = `${JSON.stringify(name)} in the directory, ${JSON.stringify(local.name)} at its place`;
      this.#mismatch(`a member is ${both}`, offset + shift);
    }
    if (local.method !== method) {
      this.#mismatch(`${JSON.stringify(name)} is compressed in two ways`, offset + shift);
    }
    const isLater = ((flags | local.flags) & 8) !== 0;
    const isOpen = isLater && (local.size === 0 || local.size === 0xffffffff);
    if (local.size !== size && !isOpen) {
      this.#mismatch(`${JSON.stringify(name)} has two sizes`, offset + shift);
    }
    this.#add(name, method, local.dataAt, size, flags | local.flags, offset + shift);
    return next;
  }

  #add(
    name: string,
    method: number,
    dataAt: number,
    size: number,
    flags: number,
    offset: number,
  ): void {
    if (this.#seen.has(name)) this.#duplicates.add(name);
    this.#seen.set(name, offset);
    const data = this.#bytes.subarray(dataAt, Math.min(dataAt + size, this.#bytes.length));
    this.#members.set(offset, { name, method, data, encrypted: (flags & 1) !== 0, offset });
  }

  #name(at: number, length: number): string {
    return (
      decodeUtf8(this.#bytes, at, Math.min(at + length, this.#bytes.length)) ??
      decodeLatin1(this.#bytes, at, Math.min(at + length, this.#bytes.length))
    );
  }

  // The 64-bit values of a ZIP64 extra field in place of those that are all ones.
  #wide(at: number, length: number, values: [number, number, number]): [number, number, number] {
    const end = Math.min(at + length, this.#bytes.length);
    for (let field = at; field + 4 <= end; ) {
      const fieldEnd = Math.min(field + 4 + this.#view.getUint16(field + 2, true), end);
      if (this.#view.getUint16(field, true) === 1) {
        let place = field + 4;
        for (let index = 0; index < 3; index++) {
          if (values[index] !== 0xffffffff || place + 8 > fieldEnd) continue;
          values[index] = Number(this.#view.getBigUint64(place, true));
          place += 8;
        }
      }
      field = fieldEnd;
    }
    return values;
  }

  #local(at: number): Local | undefined {
    if (!this.#isAt(at, LOCAL)) return undefined;
    const view = this.#view;
    const nameLength = view.getUint16(at + 26, true);
    const extraLength = view.getUint16(at + 28, true);
    const [, size] = this.#wide(at + 30 + nameLength, extraLength, [
      view.getUint32(at + 22, true),
      view.getUint32(at + 18, true),
      0,
    ]);
    return {
      name: this.#name(at + 30, nameLength),
      flags: view.getUint16(at + 6, true),
      method: view.getUint16(at + 8, true),
      size,
      dataAt: at + 30 + nameLength + extraLength,
    };
  }

  // The members in the order of the file, for those that the directory does not name.
  #walk(end: number): void {
    const complete = this.#damage === undefined;
    for (let at = 0; at < end; ) {
      const local = this.#local(at);
      if (local === undefined) return;
      if (!this.#members.has(at)) {
        if (complete) {
          this.#mismatch(`the member ${JSON.stringify(local.name)} is not in the directory`, at);
        }
        this.#add(local.name, local.method, local.dataAt, local.size, local.flags, at);
      }
      const member = this.#members.get(at) as ZipMember;
      at = local.dataAt + Math.max(local.size, member.data.length);
      at = this.#skipDescriptor(at, local.flags);
    }
  }

  // With flag bit 3 sizes follow the data.
  #skipDescriptor(at: number, flags: number): number {
    if ((flags & 8) === 0) return at;
    for (const size of [16, 12, 24, 20]) {
      if (this.#isAt(at + size, LOCAL) || this.#isAt(at + size, CENTRAL)) return at + size;
    }
    return at;
  }
}
