/**
 * A tar archive in, its members out; what makes readers disagree about them is said. Sources: POSIX.1-2001 ustar and pax;
 * CPython Lib/tarfile.py. PyTorch wrote such files before 0.1.10, and pandas reads pickles out of them.
 */
import { decodeLatin1 } from "../core/bytes/index.ts";
import type { RuleName } from "./findings.ts";

/** A member of an archive. */
export interface TarMember {
  readonly name: string;
  readonly data: Uint8Array;
}

/** An archive as far as it can be read. */
export interface TarListing {
  readonly members: readonly TarMember[];
  readonly problems: readonly {
    readonly rule: RuleName;
    readonly message: string;
    readonly offset: number;
  }[];
}

const BLOCK = 512;
const CHECKSUM = 148;
const CHECKSUM_SIZE = 8;

// Links, devices, folders and pipes have no data, whatever size they claim (tarfile.py REGULAR_TYPES, _proc_builtin).
const WITHOUT_DATA = /[1-6]/;

const ascii = (bytes: Uint8Array, start: number, end: number): string =>
  decodeLatin1(bytes, start, Math.min(end, bytes.length));

/** Whether bytes begin with a header of tar: by its mark, or by its checksum where it is older than the mark. */
export function isTar(bytes: Uint8Array): boolean {
  return ascii(bytes, 257, 262) === "ustar" || isHeader(bytes, 0);
}

// The sum of all bytes of a header, its own field taken for spaces.
function isHeader(bytes: Uint8Array, at: number): boolean {
  if (at + BLOCK > bytes.length) return false;
  const wanted = octal(bytes, at + CHECKSUM, CHECKSUM_SIZE);
  if (wanted === undefined || wanted === 0) return false;
  let sum = CHECKSUM_SIZE * 0x20;
  let signed = sum;
  for (let index = 0; index < BLOCK; index++) {
    if (index === CHECKSUM) index += CHECKSUM_SIZE;
    const byte = bytes[at + index] as number;
    sum += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  return sum === wanted || signed === wanted;
}

// Digits up to the first NUL, spaces around them aside; nothing is 0.
function octal(bytes: Uint8Array, start: number, count: number): number | undefined {
  const text = (ascii(bytes, start, start + count).split("\0", 1)[0] as string).trim();
  if (text === "") return 0;
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

/** Lists an archive. */
export function listTar(bytes: Uint8Array): TarListing {
  const members: TarMember[] = [];
  const problems: { rule: RuleName; message: string; offset: number }[] = [];
  // What a record of pax says in place of the next header.
  let size: number | undefined;
  let at = 0;
  for (; at + BLOCK <= bytes.length; ) {
    if (bytes.subarray(at, at + BLOCK).every((byte) => byte === 0)) break;
    const name = ascii(bytes, at, at + 100).split("\0", 1)[0] as string;
    const stated = octal(bytes, at + 124, 12);
    if (!isHeader(bytes, at) || stated === undefined) {
      const message = "a header of the tar archive is damaged";
      problems.push({ rule: "damaged-container", message, offset: at });
      break;
    }
    const type = String.fromCharCode(bytes[at + 156] as number);
    const start = at + BLOCK;
    const isExtended = type === "x" || type === "g" || type === "X";
    const count = isExtended || type === "L" || type === "K" ? stated : (size ?? stated);
    const data = bytes.subarray(start, Math.min(start + count, bytes.length));
    if (isExtended) {
      const text = ascii(data, 0, data.length);
      const record = /(?:^|\n)\d+ size=(\d+)\n/.exec(text);
      if (record !== null) size = Number(record[1]);
      if (/ GNU\.sparse\./.test(text)) problems.push(sparse(at));
    } else if (type !== "L" && type !== "K") {
      if (type === "S") problems.push(sparse(at));
      if (size !== undefined && size !== stated) {
        const message = `${JSON.stringify(name)} has two sizes, of which old readers take the other`;
        problems.push({ rule: "archive-mismatch", message, offset: at });
      }
      members.push({ name, data });
      size = undefined;
    }
    if (WITHOUT_DATA.test(type) && count > 0) {
      const message = `${JSON.stringify(name)} has data that only some readers pass over`;
      problems.push({ rule: "archive-mismatch", message, offset: at });
    }
    at = start + Math.ceil(count / BLOCK) * BLOCK;
  }
  if (at < bytes.length && bytes.subarray(at).some((byte) => byte !== 0) && problems.length === 0) {
    const message = "goes on behind the end of the tar archive";
    problems.push({ rule: "trailing-data", message, offset: at });
  }
  return { members, problems };
}

const sparse = (offset: number): { rule: RuleName; message: string; offset: number } => ({
  rule: "unread-format",
  message: "holds a sparse file",
  offset,
});
