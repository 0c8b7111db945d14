/**
 * The first bytes of a file in, what kind of file it is out. Sources: the formats' own magic numbers (gzip RFC 1952, zlib
 * RFC 1950, xz, bzip2, LZ4 frame, zstd RFC 8878, NPY 1.0, ZIP APPNOTE, SQLite, GDBM, Berkeley DB), msgpack's spec.
 */
import { type Compression, compressionOf } from "../codecs/index.ts";
import { type DbmFormat, formatOf as databaseOf } from "../dbm/index.ts";

/** What a file is: `read` says whether it can be opened here. */
export interface Format {
  readonly name: string;
  readonly read: "pickle" | "npy" | "npz" | "shelve" | Compression | undefined;
}

/** Whether what is found has to be unpacked first. */
export function isCompressed(read: Format["read"]): read is Compression {
  return read !== undefined && !["pickle", "npy", "npz", "shelve"].includes(read);
}

/** Bytes of the beginning that are looked at. */
export const HEAD_SIZE = 64 * 1024;

const PICKLE: Format = { name: "pickle", read: "pickle" };

const MAGIC: readonly (readonly [bytes: string, name: string, at?: number])[] = [
  ["\x28\xb5\x2f\xfd", "Zstandard data"],
  ["\x89HDF\r\n\x1a\n", "an HDF5 file"],
  ["PAR1", "a Parquet file"],
  ["\x7fELF", "a program"],
];

// Magic numbers that a pickle, though no sensible one, could begin with.
const LOOKALIKES: typeof MAGIC = [
  ["\x89PNG\r\n\x1a\n", "a PNG image"],
  ["\xff\xd8\xff", "a JPEG image"],
  ["GIF8", "a GIF image"],
  ["RIFF", "a RIFF file, such as WebP and WAV are"],
  ["%PDF-", "a PDF document"],
  ["ustar", "a tar archive", 257],
];

function isAt(head: Uint8Array, at: number, bytes: string): boolean {
  return latin1(head.subarray(at, at + bytes.length)) === bytes;
}

/** What a file that begins with `head` is: a pickle, when it is nothing else. */
export function formatOf(head: Uint8Array): Format {
  // No pickle begins as compressed data does.
  const compression = compressionOf(head);
  if (compression !== undefined) return { name: COMPRESSED[compression], read: compression };
  if (latin1(head.subarray(0, 6)) === "\x93NUMPY")
    return { name: "a NumPy array (.npy)", read: "npy" };
  for (const [bytes, name, at = 0] of MAGIC) {
    if (isAt(head, at, bytes)) return { name, read: undefined };
  }
  const database = databaseOf(head);
  if (database !== undefined) return { name: SHELVES[database], read: "shelve" };
  if (/^PK(\x03\x04|\x05\x06)$/.test(latin1(head.subarray(0, 4)))) return zipFormat(head);
  return PICKLE;
}

const SHELVES: Readonly<Record<DbmFormat, string>> = {
  "dbm.sqlite3": "an SQLite database",
  "dbm.gnu": "a GDBM database",
  "dbm.ndbm": "a Berkeley DB database",
  "dbm.dumb": "a dbm.dumb database",
};

const COMPRESSED: Readonly<Record<Compression, string>> = {
  zlib: "zlib data",
  gzip: "gzip data",
  deflate: "deflate data",
  bz2: "bzip2 data",
  xz: "xz data",
  lzma: "lzma data",
  lz4: "LZ4 data",
};

function zipFormat(head: Uint8Array): Format {
  const text = latin1(head);
  if (/^PK\x03\x04.{26}[^/]*\/data\.pkl/s.test(text)) {
    return { name: "a PyTorch file (zip)", read: undefined };
  }
  // Of an archive without members nobody else knows either what it is of.
  const isArrays = /^PK\x03\x04.{26}[^\0]*?\.npy/s.test(text) || /^PK\x05\x06/.test(text);
  if (isArrays) return { name: "NumPy arrays (.npz)", read: "npz" };
  return { name: "a zip archive", read: undefined };
}

/** Whether `head` begins a file of joblib: what stands in it for arrays, or a Z-file of joblib before 0.10. */
export function isJoblib(head: Uint8Array): boolean {
  const text = latin1(head);
  return text.includes(JOBLIB) || /^ZF0x[0-9a-f]+/.test(text);
}

/** The module that joblib's files name. */
export const JOBLIB = "joblib.numpy_pickle";

/** What objects can be written in. */
export type Notation = "pickle" | "msgpack" | "json";

/**
 * Which of the formats without a magic number `head` is. No pickle of Python's begins with a byte above 0x80, nor with
 * a bracket; 0x80 and a protocol's number do begin one, and a msgpack stream seldom.
 */
export function notationOf(head: Uint8Array, whole: boolean): Notation {
  const [first = 0, second = 0] = head;
  if (/^\s*[[{"]/.test(latin1(head.subarray(0, 256)))) return "json";
  if ((first > 0x80 || (first === 0x80 && second > 5)) && isMsgpack(head, whole)) return "msgpack";
  return "pickle";
}

/** What `head` may be, where it turned out to be no pickle: formats that have no magic number. */
export function lookalike(head: Uint8Array): string | undefined {
  if (/^'(?:[^'\\]|\\.)*', \(\d+, \d+\)\r?\n/.test(latin1(head.subarray(0, 4096)))) {
    return "the directory of a dumb dbm, a shelf that is opened by its name without .dir";
  }
  const text = latin1(head.subarray(0, 256)).trimStart();
  if (/^<(!DOCTYPE|html|\?xml)/i.test(text)) return "HTML or XML";
  return LOOKALIKES.find(([bytes, , at = 0]) => isAt(head, at, bytes))?.[1];
}

// Whether the bytes are one or more msgpack maps or arrays, to the end of what is there.
function isMsgpack(head: Uint8Array, whole: boolean): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [first = 0] = head;
  if (!((first >= 0x80 && first < 0xa0) || (first >= 0xdc && first <= 0xdf))) return false;
  let at = 0;
  // Values still to come; a map of n entries adds 2n.
  for (let left = 1; left > 0 || at < head.length; left--) {
    if (left <= 0) left = 1;
    if (at >= head.length) return !whole;
    const kind = head[at++] as number;
    if (kind < 0x80 || kind >= 0xe0 || (kind >= 0xc2 && kind <= 0xc3) || kind === 0xc0) continue;
    if (kind === 0xc1) return false;
    if (kind < 0x90) left += 2 * (kind & 15);
    else if (kind < 0xa0) left += kind & 15;
    else if (kind < 0xc0) at += kind & 31;
    else {
      const [width, skip] = MSGPACK[kind] as readonly [number, number];
      if (at + width > head.length) return !whole;
      const count =
        width === 1
          ? (head[at] as number)
          : width === 2
            ? view.getUint16(at)
            : width === 4
              ? view.getUint32(at)
              : 0;
      at += width + skip;
      if (kind >= 0xde) left += 2 * count;
      else if (kind >= 0xdc) left += count;
      else at += count;
    }
  }
  return at === head.length;
}

// Width of the length field, and fixed bytes behind it.
const MSGPACK: Readonly<Record<number, readonly [number, number]>> = {
  196: [1, 0],
  197: [2, 0],
  198: [4, 0],
  199: [1, 1],
  200: [2, 1],
  201: [4, 1],
  202: [0, 4],
  203: [0, 8],
  204: [0, 1],
  205: [0, 2],
  206: [0, 4],
  207: [0, 8],
  208: [0, 1],
  209: [0, 2],
  210: [0, 4],
  211: [0, 8],
  212: [0, 2],
  213: [0, 3],
  214: [0, 5],
  215: [0, 9],
  216: [0, 17],
  217: [1, 0],
  218: [2, 0],
  219: [4, 0],
  220: [2, 0],
  221: [4, 0],
  222: [2, 0],
  223: [4, 0],
};

// In pieces: so many arguments at once would overflow the call stack.
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return text;
}
