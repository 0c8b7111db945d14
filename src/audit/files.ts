/**
 * A file's bytes in, every pickle in it out, however it is wrapped: found by content, never by name. What cannot be opened
 * is said, since it may hold anything. Sources: the formats' own descriptions, named where they are read.
 */
import {
  type Compression,
  compressionOf,
  DecompressionError,
  DecompressionLimitError,
  decompressing,
} from "../codecs/index.ts";
import { type ByteSource, decodeLatin1 } from "../core/bytes/index.ts";
import { reprBytes } from "../core/values/index.ts";
import { DbmError, type DbmFiles, type DbmFormat, entries, formatOf } from "../dbm/index.ts";
import { Collector } from "./collector.ts";
import type { RuleName } from "./findings.ts";
import { type AuditSettings, auditStream, mayBegin, type PickleSpan } from "./pickles.ts";
import { isTar, listTar } from "./tar.ts";
import { hasZipDirectory, listZip, type ZipMember } from "./zip.ts";

/** What a file turned out to be. */
export interface FileResult {
  /** "pickle", "zip", "gzip", "npy", … or "unknown" for what holds no pickle that could be seen. */
  readonly format: string;
  readonly pickles: PickleSpan[];
}

/** Bytes that may still come out of compressed data, for all of a file. */
export interface Budget {
  left: number;
}

const HEAD = 4096;

const ascii = (bytes: Uint8Array, start: number, end: number): string =>
  decodeLatin1(bytes, start, Math.min(end, bytes.length));

// Formats that can hold pickles or run code, and that are not opened here.
const UNREAD: readonly (readonly [magic: string, at: number, name: string])[] = [
  ["7z\xbc\xaf\x27\x1c", 0, "a 7z archive"],
  ["Rar!\x1a\x07", 0, "a RAR archive"],
  ["\x28\xb5\x2f\xfd", 0, "Zstandard data"],
  ["\x89HDF\r\n\x1a\n", 0, "an HDF5 file"],
];

/** Audits one file, or one member of an archive; `depth` counts what is around it. */
export function auditBytes(
  bytes: Uint8Array,
  collector: Collector,
  settings: AuditSettings,
  budget: Budget,
  depth: number,
): FileResult {
  if (depth > settings.limits.depth) {
    const message = `holds containers within each other deeper than ${settings.limits.depth}`;
    collector.add("beyond-limit", { message, offset: 0, name: "depth" });
    return { format: "unknown", pickles: [] };
  }
  const wrapped = auditContainer(bytes, collector, settings, budget, depth);
  if (wrapped !== undefined) {
    // Formats whose mark is not at the very beginning leave room for a pickle before it: who loads that sees no container.
    // "PK" would be an identifier for the loading program, up to the first newline wherever that is.
    if (mayBegin(bytes) && ascii(bytes, 0, 2) !== "PK") {
      const also = new Collector(collector.part, 0);
      const { pickles } = auditStream(bytes, also, settings, depth);
      if (namesAnything(also)) {
        collector.merge(also);
        return { format: wrapped.format, pickles: [...pickles, ...wrapped.pickles] };
      }
    }
    return wrapped;
  }
  const attempt = new Collector(collector.part, collector.mostEvents - collector.events.length);
  let behind: FileResult | undefined;
  const { pickles, isPickle } = auditStream(bytes, attempt, settings, depth, (start) => {
    behind = auditBehind(bytes, start, attempt, settings, budget, depth);
    return behind !== undefined;
  });
  pickles.push(...(behind?.pickles ?? []));
  // A pickle with an archive behind it: which of the two is opened depends on the reader.
  const zipped = hasZipDirectory(bytes);
  // What names something is told of, also where no module could have that name.
  if (isPickle || attempt.names.size > 0) collector.merge(attempt);
  if (zipped) {
    const found = auditZip(bytes, collector, settings, budget, depth);
    return { format: isPickle ? "pickle" : "zip", pickles: [...pickles, ...found.pickles] };
  }
  const format = behind === undefined ? "pickle" : `pickle, ${behind.format}`;
  return { format: isPickle ? format : "unknown", pickles };
}

// Compressed pickles behind a plain one, as in a file of Django's cache, where the plain one is the time it expires. Two
// bytes soon look like compressed data: what holds no pickle is undefined.
function auditBehind(
  bytes: Uint8Array,
  start: number,
  collector: Collector,
  settings: AuditSettings,
  budget: Budget,
  depth: number,
): FileResult | undefined {
  const data = bytes.subarray(start);
  const compression = compressionFor(data);
  if (compression === undefined) return undefined;
  const inside = new Collector(
    partOf(collector, `${compression} data at ${start}`),
    collector.mostEvents - collector.events.length,
  );
  const found = auditCompressed(compression, data, inside, settings, budget, depth);
  const isCut = [...inside.findings.values()].some(({ rule }) => rule === "beyond-limit");
  if (found.pickles.length === 0 && !namesAnything(inside) && !isCut) return undefined;
  collector.merge(inside);
  return found;
}

function auditContainer(
  bytes: Uint8Array,
  collector: Collector,
  settings: AuditSettings,
  budget: Budget,
  depth: number,
): FileResult | undefined {
  for (const [magic, at, name] of UNREAD) {
    if (ascii(bytes, at, at + magic.length) !== magic) continue;
    collector.add("unread-format", { message: `is ${name}`, offset: 0, name });
    return { format: name, pickles: [] };
  }
  if (ascii(bytes, 0, 4) === "PK\x03\x04" || ascii(bytes, 0, 4) === "PK\x05\x06") {
    return auditZip(bytes, collector, settings, budget, depth);
  }
  const database = formatOf(bytes);
  if (database !== undefined)
    return auditShelf(database, bytes, collector, settings, budget, depth);
  if (ascii(bytes, 0, 6) === "\x93NUMPY")
    return auditNpy(bytes, collector, settings, budget, depth);
  const compression = compressionFor(bytes);
  if (compression !== undefined) {
    return auditCompressed(compression, bytes, collector, settings, budget, depth);
  }
  // joblib before 0.10: "ZF", the size in hexadecimal digits, zlib data.
  const old = /^ZF0x[0-9a-fA-F]+L? {0,19}/.exec(ascii(bytes, 0, 40));
  if (old !== null) {
    const start = old[0].length;
    return auditCompressed("zlib", bytes.subarray(start), collector, settings, budget, depth);
  }
  if (isTar(bytes)) return auditTar(bytes, collector, settings, budget, depth);
  return undefined;
}

function partOf(collector: Collector, name: string): string {
  return collector.part === "" ? name : `${collector.part} > ${name}`;
}

/** What came out of compressed data, and why no more did. */
interface Unpacked {
  readonly bytes: Uint8Array;
  readonly problem?: { readonly rule: RuleName; readonly message: string };
}

const STEP = 1 << 20;
// Larger contents are unpacked twice, first to learn how many bytes they are: pieces and the whole together would take
// twice the memory, and what a header claims is no reason to take any.
const GATHERED = 1 << 25;

// Unpacks only the beginning of what is no pickle: the numbers of a model are most of it.
function unpack(
  compression: Compression,
  data: Uint8Array,
  budget: Budget,
  all: boolean,
): Unpacked {
  const pieces: Uint8Array[] = [];
  let rest = data;
  let next: Compression | undefined = compression;
  let found: Unpacked = { bytes: NOTHING };
  // What is unpacked as one, whatever it is made of: Python goes on with .xz behind .lzma, joblib with zlib behind zlib.
  while (next !== undefined) {
    const { consumed, ...unpacked } = unpackOne(next, rest, budget, all || pieces.length > 0);
    found = unpacked;
    pieces.push(unpacked.bytes);
    if (unpacked.problem !== undefined || consumed === undefined) break;
    rest = rest.subarray(consumed);
    // Zeros are padding.
    const start = rest.findIndex((byte) => byte !== 0);
    if (start < 0 || compression === "deflate") break;
    next = compressionFor(rest.subarray(start));
    if (next === undefined || consumed === 0) {
      const message = `${rest.length} bytes behind the end of the compressed data are none`;
      found = { ...unpacked, problem: { rule: "trailing-data", message } };
      break;
    }
    rest = rest.subarray(start);
  }
  return pieces.length === 1 ? found : { ...found, bytes: concatenated(pieces) };
}

// joblib looks at two bytes of .lzma only, whatever size of a dictionary follows; no pickle begins so.
const compressionFor = (head: Uint8Array): Compression | undefined =>
  compressionOf(head) ?? (head[0] === 0x5d && head[1] === 0 ? "lzma" : undefined);

const NOTHING = new Uint8Array(0);

function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

// `consumed` says where the stream ends; undefined where it was not unpacked to its end.
function unpackOne(
  compression: Compression,
  data: Uint8Array,
  budget: Budget,
  all: boolean,
): Unpacked & { readonly consumed?: number } {
  const limit = Math.max(0, budget.left);
  const chunks: Uint8Array[] = [];
  let size = 0;
  let problem: Unpacked["problem"];
  let consumed: number | undefined;
  try {
    const source = decompressing(compression, data, { limit });
    let step = new Uint8Array(HEAD);
    for (;;) {
      const count = source.read(step);
      if (count === 0) {
        consumed = source.consumed;
        break;
      }
      size += count;
      if (size > GATHERED) chunks.length = 0;
      else chunks.push(step.slice(0, count));
      if (!all && size === count && !mayHoldPickles(step.subarray(0, count))) break;
      if (step.length < STEP) step = new Uint8Array(STEP);
    }
  } catch (error) {
    problem = unpackProblem(error);
  }
  budget.left -= size;
  let bytes: Uint8Array;
  if (size > GATHERED) {
    bytes = new Uint8Array(size);
    refill(bytes, decompressing(compression, data, { limit }));
  } else bytes = concatenated(chunks);
  return {
    bytes,
    ...(problem !== undefined && { problem }),
    ...(consumed !== undefined && { consumed }),
  };
}

// As many bytes came out of it before.
function refill(bytes: Uint8Array, source: ByteSource): void {
  for (let at = 0; at < bytes.length; ) {
    const count = source.read(bytes.subarray(at, at + STEP));
    if (count === 0) return;
    at += count;
  }
}

function unpackProblem(error: unknown): Unpacked["problem"] {
  if (error instanceof DecompressionLimitError) {
    return { rule: "beyond-limit", message: "unpacks to more than the limit allows" };
  }
  if (error instanceof DecompressionError) {
    return { rule: "damaged-container", message: `cannot be unpacked: ${error.message}` };
  }
  throw error;
}

// Whether bytes begin like a pickle or a container: letters of protocol 0 may begin anything else too.
function mayHoldPickles(head: Uint8Array): boolean {
  const text = ascii(head, 0, 300);
  if (UNREAD.some(([magic, at]) => text.startsWith(magic, at))) return true;
  if (formatOf(head) !== undefined) return true;
  if (/^(?:PK\x03\x04|PK\x05\x06|ZF0x)/.test(text) || isTar(head)) return true;
  if (compressionFor(head) !== undefined) return true;
  if (text.startsWith("\x93NUMPY")) return npyHoldsObjects(head) !== false;
  // Zeros, the commonest beginning of numbers, are no opcode.
  return mayBegin(head);
}

function auditCompressed(
  compression: Compression,
  data: Uint8Array,
  collector: Collector,
  settings: AuditSettings,
  budget: Budget,
  depth: number,
): FileResult {
  const { bytes, problem } = unpack(compression, data, budget, false);
  const inside = auditBytes(bytes, collector, settings, budget, depth + 1);
  if (problem !== undefined) {
    collector.add(problem.rule, { message: problem.message, offset: 0, name: compression });
  }
  return { format: `${compression} > ${inside.format}`, pickles: inside.pickles };
}

function auditZip(
  bytes: Uint8Array,
  collector: Collector,
  settings: AuditSettings,
  budget: Budget,
  depth: number,
): FileResult {
  const { members, duplicates, mismatches, damage } = listZip(bytes);
  for (const name of duplicates) {
    const message = `holds ${JSON.stringify(name)} more than once`;
    collector.add("archive-duplicate", { message, offset: 0, name });
  }
  for (const { what, offset } of mismatches) {
    collector.add("archive-mismatch", { message: what, offset, name: what });
  }
  if (damage !== undefined) collector.add("damaged-container", { message: damage, offset: 0 });
  const pickles: PickleSpan[] = [];
  for (const member of members) {
    const inside = new Collector(
      partOf(collector, member.name),
      collector.mostEvents - collector.events.length,
    );
    const found = auditMember(member, inside, settings, budget, depth);
    pickles.push(...found.pickles);
    // Numbers may begin like a pickle; what breaks off without having named anything was none.
    const isNothing =
      found.format === "pickle" && found.pickles.length === 0 && !namesAnything(inside);
    if (!isNothing || PICKLE_NAME.test(member.name)) collector.merge(inside);
  }
  return { format: "zip", pickles };
}

const ZIP_METHODS: Readonly<Record<number, Compression>> = { 8: "deflate", 12: "bz2" };
const PICKLE_NAME = /\.(?:pkl|pickle|pck|pcl|joblib|dill|sav|p)$/i;

function auditMember(
  member: ZipMember,
  collector: Collector,
  settings: AuditSettings,
  budget: Budget,
  depth: number,
): FileResult {
  const { name, method, data, encrypted } = member;
  const isNamed = PICKLE_NAME.test(name);
  const compression = ZIP_METHODS[method];
  if (method !== 0 && compression === undefined) {
    const message = `is compressed by method ${method}`;
    collector.add("unread-format", { message, offset: 0 });
    return { format: "unread", pickles: [] };
  }
  const { bytes, problem }: Unpacked =
    compression === undefined ? { bytes: data } : unpack(compression, data, budget, isNamed);
  // Some readers ignore the flag that says encrypted, so what stands there as it is is looked at.
  const found = auditBytes(bytes, collector, settings, budget, depth + 1);
  const isOpen = found.format !== "unknown" && found.pickles.length > 0;
  if (encrypted && !isOpen) {
    collector.add("unread-format", { message: "is encrypted", offset: 0 });
  } else if (problem !== undefined && (isNamed || isOpen || bytes.length === 0)) {
    collector.add(problem.rule, { message: problem.message, offset: 0 });
  } else if (isNamed && found.format === "unknown" && data.length > 0) {
    collector.add("unread-format", { message: "has the name of a pickle and is none", offset: 0 });
  }
  return found;
}

const namesAnything = ({ names }: Collector): boolean =>
  [...names.keys()].some((name) => /^[\w.]+$/.test(name));

// Whether an array may hold Python objects; undefined where its header is not all there. The header is a Python literal,
// in which an escape can hide the letter, so that every doubt counts.
function npyHoldsObjects(bytes: Uint8Array): boolean | undefined {
  const header = npyHeader(bytes);
  return header && /O|object|\\/.test(header.text);
}

function npyHeader(bytes: Uint8Array): { text: string; end: number } | undefined {
  const wide = (bytes[6] ?? 0) >= 2;
  const size = wide
    ? (bytes[8] ?? 0) +
      (bytes[9] ?? 0) * 256 +
      (bytes[10] ?? 0) * 65536 +
      (bytes[11] ?? 0) * 2 ** 24
    : (bytes[8] ?? 0) + (bytes[9] ?? 0) * 256;
  const start = wide ? 12 : 10;
  if (start + size > bytes.length) return undefined;
  return { text: ascii(bytes, start, start + size), end: start + size };
}

function auditNpy(
  bytes: Uint8Array,
  collector: Collector,
  settings: AuditSettings,
  budget: Budget,
  depth: number,
): FileResult {
  const header = npyHeader(bytes);
  if (header === undefined) {
    collector.add("damaged-container", { message: "the header of the array is cut", offset: 0 });
    return { format: "npy", pickles: [] };
  }
  // Numbers are no code; a reader that unpickles them all the same would have to ignore the header.
  if (npyHoldsObjects(bytes) === false) {
    const behind = behindNumbers(bytes, header);
    if (behind === undefined) return { format: "npy", pickles: [] };
    // Arrays are saved one behind another, and loaded so.
    const inside = new Collector(collector.part, 0);
    const found = auditBytes(bytes.subarray(behind), inside, settings, budget, depth + 1);
    collector.merge(inside);
    if (found.format === "unknown" && bytes.subarray(behind).some((byte) => byte !== 0)) {
      const message = `${bytes.length - behind} bytes behind the end of the array are none`;
      collector.add("trailing-data", { message, offset: behind });
    }
    return { format: "npy", pickles: found.pickles };
  }
  const attempt = new Collector(collector.part, collector.mostEvents - collector.events.length);
  const { pickles, isPickle } = auditStream(
    bytes.subarray(header.end),
    attempt,
    settings,
    depth + 1,
  );
  if (isPickle || /'descr': '\|O'/.test(header.text)) collector.merge(attempt);
  return { format: "npy", pickles };
}

const NPY_TYPE = /^ *['"][<>|=]?([?a-zA-Z])(\d*)(?:\[[^\]]*\])?['"] *$/;
const NPY_SHAPE = /['"]shape['"] *: *\(([\dL, ]*)\)/;
// A field of a record: ('name', '<i4') or ('name', '<i4', (2, 3)); names may be a title and a name.
const NPY_FIELD =
  /\( *(?:'[^']*'|"[^"]*"|\([^()]*\)) *, *['"][<>|=]?([?a-zA-Z])(\d*)(?:\[[^\]]*\])?['"] *(?:, *\(([\dL, ]*)\) *)?\)/g;

// Where the numbers of an array end, if anything stands there; where that cannot be told, the next place where an array
// begins.
function behindNumbers(
  bytes: Uint8Array,
  { text, end }: { text: string; end: number },
): number | undefined {
  const shape = NPY_SHAPE.exec(text);
  const size = itemSizeOfNpy(text);
  if (size === undefined || shape === null) {
    const next = bytes
      .subarray(end)
      .findIndex((byte, at, rest) => byte === 0x93 && ascii(rest, at, at + 6) === "\x93NUMPY");
    return next < 0 ? undefined : end + next;
  }
  const behind = end + size * countOfNpy(shape[1] as string);
  return behind < bytes.length ? behind : undefined;
}

const sizeOfType = (letter: string, digits: string): number =>
  Number(digits === "" ? 1 : digits) * (letter === "U" ? 4 : 1);

const countOfNpy = (shape: string): number =>
  shape
    .split(",")
    .reduce((count, text) => (text.trim() === "" ? count : count * Number.parseInt(text, 10)), 1);

function itemSizeOfNpy(header: string): number | undefined {
  const start = /['"]descr['"] *:/.exec(header);
  const after = /, *['"](?:fortran_order|shape)['"] *:/.exec(header);
  if (start === null || after === null || after.index < start.index) return undefined;
  let text = header.slice(start.index + start[0].length, after.index);
  // From the innermost record on each becomes a type of its size.
  while (text.includes("[")) {
    const inner = /\[([^[\]]*)\]/.exec(text);
    if (inner === null) return undefined;
    let size = 0;
    const rest = (inner[1] as string).replaceAll(NPY_FIELD, (_, letter, digits, shape) => {
      size += sizeOfType(letter, digits) * countOfNpy(shape ?? "");
      return "";
    });
    if (!/^[ ,]*$/.test(rest)) return undefined;
    text = text.replace(inner[0], `'V${size}'`);
  }
  const type = NPY_TYPE.exec(text);
  return type === null ? undefined : sizeOfType(type[1] as string, type[2] as string);
}

// Each value of a shelf is a pickle; a database of something else holds none.
function auditShelf(
  format: DbmFormat,
  bytes: Uint8Array,
  collector: Collector,
  settings: AuditSettings,
  budget: Budget,
  depth: number,
): FileResult {
  const isWhole = depth === 0;
  if (isWhole && format === "dbm.sqlite3" && (settings.journal?.length ?? 0) > 0) {
    const message = "has a rollback journal beside it, which SQLite applies before it reads";
    collector.add("unread-format", { message, offset: 0, name: format });
  }
  const files = { data: bytes, wal: isWhole ? settings.wal : undefined };
  return auditEntries(format, files, collector, settings, budget, depth);
}

/** Audits the values of dbm.dumb: in one file, at the places that the other says. */
export function auditDumb(
  data: Uint8Array,
  directory: Uint8Array,
  collector: Collector,
  settings: AuditSettings,
  budget: Budget,
): FileResult {
  // Python reads a last line without an end too.
  const lines = concatenated([directory, Uint8Array.of(0x0a)]);
  const files = { data, directory: lines };
  return auditEntries("dbm.dumb", files, collector, settings, budget, 0);
}

function auditEntries(
  format: DbmFormat,
  files: DbmFiles,
  collector: Collector,
  settings: AuditSettings,
  budget: Budget,
  depth: number,
): FileResult {
  const pickles: PickleSpan[] = [];
  try {
    for (const [key, value] of entries(files)) {
      const name = `key ${reprBytes(key.subarray(0, LONGEST_KEY))}`;
      const inside = new Collector(
        partOf(collector, name),
        collector.mostEvents - collector.events.length,
      );
      budget.left -= value.length;
      if (budget.left < 0) {
        const message = "holds more than the limit allows";
        collector.add("beyond-limit", { message, offset: 0, name: "unpackedBytes" });
        break;
      }
      pickles.push(...auditBytes(value, inside, settings, budget, depth + 1).pickles);
      collector.merge(inside);
    }
  } catch (error) {
    if (!(error instanceof DbmError)) throw error;
    const rule = error.code === "damaged" ? "damaged-container" : "unread-format";
    collector.add(rule, { message: error.message, offset: error.offset ?? 0, name: format });
  }
  return { format, pickles };
}

const LONGEST_KEY = 80;

function auditTar(
  bytes: Uint8Array,
  collector: Collector,
  settings: AuditSettings,
  budget: Budget,
  depth: number,
): FileResult {
  const pickles: PickleSpan[] = [];
  const { members, problems } = listTar(bytes);
  for (const { rule, message, offset } of problems) collector.add(rule, { message, offset });
  for (const { name, data } of members) {
    const inside = new Collector(partOf(collector, name), 0);
    pickles.push(...auditBytes(data, inside, settings, budget, depth + 1).pickles);
    collector.merge(inside);
  }
  return { format: "tar", pickles };
}
