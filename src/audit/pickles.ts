/**
 * Bytes that hold pickles, one behind another, in; what each would do in Python, and what is left over, into a collector.
 * Sources: pickle.load's own loop in readers of several pickles; torch/serialization.py _legacy_load; joblib.
 */
import { decodeLatin1 } from "../core/bytes/index.ts";
import { Collector } from "./collector.ts";
import { Cursor } from "./cursor.ts";
import { RULES, worse } from "./findings.ts";
import { arrayBehind, companionOf } from "./joblib-arrays.ts";
import { type Court, Judge } from "./judge.ts";
import { type MachineLimits, SymbolicMachine } from "./machine.ts";
import type { Policy } from "./policy.ts";
import { Bytes, type Sym, type Text } from "./symbols.ts";

/** Limits of an audit; beyond one the rest is `beyond-limit`, never an error. */
export interface AuditLimits {
  /** Entries of the unpickler's stack. */
  readonly stackItems: number;
  /** Entries of its memo. */
  readonly memoEntries: number;
  /** Pickles in one stream. */
  readonly pickles: number;
  /** Pickles and containers within each other. */
  readonly depth: number;
  /** Bytes that compressed data and archives may unpack to, in all. */
  readonly unpackedBytes: number;
  /** Events that are kept, where they are asked for. */
  readonly events: number;
  /** Characters of one of them; strings are cut at 120, but where this is infinite. */
  readonly eventCharacters: number;
}

/** The limits where none are given: a few gigabytes of heap, whatever the file. */
export const DEFAULT_AUDIT_LIMITS: AuditLimits = {
  stackItems: 8_000_000,
  memoEntries: 8_000_000,
  pickles: 1_000_000,
  depth: 8,
  unpackedBytes: 1_000_000_000,
  events: 10_000,
  eventCharacters: 2000,
};

/** What an audit goes by, all filled in. */
export interface AuditSettings {
  readonly policy: Policy;
  readonly limits: AuditLimits;
  readonly extensions: ReadonlyMap<number, string>;
  readonly fixImports: boolean;
  /** What stands in the -wal file beside an SQLite database. */
  readonly wal?: Uint8Array | undefined;
  /** What stands in the -journal file beside it. */
  readonly journal?: Uint8Array | undefined;
  /** Bytes that may still be read again: of nested pickles, and of text that is converted. */
  readonly again: { left: number };
}

/** A pickle of a stream. */
export interface PickleSpan {
  readonly part: string;
  readonly start: number;
  readonly end: number;
}

/** What became of a stream. */
export interface StreamResult {
  readonly pickles: PickleSpan[];
  /** Whether there was a pickle at all: one that ends, or that does something before it breaks off. */
  readonly isPickle: boolean;
}

/** The numbers with which the first pickle of PyTorch's old format begins (torch/serialization.py MAGIC_NUMBER). */
const TORCH_MAGIC = 0x1950a86a20f9469cfc6cn;
/** Magic number, version, system, object, keys of storages: what follows is numbers only. */
const TORCH_PICKLES = 5;

/**
 * Audits the pickles that stand in `bytes` from its start on. `depth` counts the pickles and containers around them;
 * `opensBehind` says whether what stands from an offset on is no pickle and has been audited all the same.
 */
export function auditStream(
  bytes: Uint8Array,
  collector: Collector,
  settings: AuditSettings,
  depth: number,
  opensBehind?: (start: number) => boolean,
): StreamResult {
  const { limits } = settings;
  const pickles: PickleSpan[] = [];
  const cursor = new Cursor(bytes, 0, bytes.length);
  let isPickle = false;
  let isTorch = false;
  while (cursor.at < bytes.length) {
    const start = cursor.at;
    if (pickles.length >= limits.pickles) {
      const message = `holds more than ${limits.pickles} pickles`;
      collector.add("beyond-limit", { message, offset: start, name: "pickles" });
      break;
    }
    const attempt = new Collector(collector.part, collector.mostEvents - collector.events.length);
    const { value, imports } = runOne(cursor, attempt, settings, depth);
    if (value === undefined) {
      // Bytes behind a pickle that look like one, or do something, are one that breaks off.
      const looksLikeOne = imports > 0 || (bytes[start] === 0x80 && (bytes[start + 1] ?? 6) <= 5);
      const next = behindPadding(bytes, start);
      if (pickles.length > 0 && !looksLikeOne && next !== undefined) {
        cursor.at = next;
        continue;
      }
      if (pickles.length === 0 || looksLikeOne) {
        collector.merge(attempt);
        isPickle ||= looksLikeOne;
      } else if (opensBehind?.(start) !== true) trailing(collector, bytes, start);
      break;
    }
    isPickle = true;
    collector.merge(attempt);
    pickles.push({ part: collector.part, start, end: cursor.at });
    if (pickles.length === 1) isTorch = value.kind === "literal" && value.value === TORCH_MAGIC;
    if (isTorch && pickles.length === TORCH_PICKLES) {
      probe(bytes, cursor.at, collector, settings);
      break;
    }
  }
  return { pickles, isPickle };
}

// The values of dbm.dumb stand in one file, each from a multiple of 512 bytes on (Lib/dbm/dumb.py _BLOCKSIZE).
const DUMB_BLOCK = 512;

// The next such place, where nothing but zeros comes before it, and something behind.
function behindPadding(bytes: Uint8Array, start: number): number | undefined {
  const next = Math.ceil(start / DUMB_BLOCK) * DUMB_BLOCK;
  if (next === start || next >= bytes.length) return undefined;
  return bytes.subarray(start, next).every((byte) => byte === 0) ? next : undefined;
}

function trailing(collector: Collector, bytes: Uint8Array, start: number): void {
  const rest = bytes.subarray(start);
  // Padding says nothing.
  if (rest.every((byte) => byte === 0)) return;
  const message = `${rest.length} bytes behind the end of the last pickle are none`;
  collector.add("trailing-data", { message, offset: start });
}

function runOne(
  cursor: Cursor,
  collector: Collector,
  settings: AuditSettings,
  depth: number,
): { value: Sym | undefined; imports: number } {
  const start = cursor.at;
  const court: Court = {
    policy: settings.policy,
    eventCharacters: settings.limits.eventCharacters,
    extensions: settings.extensions,
    nested: (data, loaded, offset) =>
      auditNested(data, loaded, offset, collector, settings, depth + 1),
    mayRead: (byteCount, offset) => mayRead(byteCount, offset, collector, settings),
    readsOn: (target, offset, machine) =>
      readsOn(target, offset, machine, cursor, collector, settings, depth),
    isDry: false,
  };
  const judge = new Judge(collector, court);
  const limits: MachineLimits = settings.limits;
  const value = new SymbolicMachine(judge, cursor, limits, settings.fixImports).run();
  if (value !== undefined) judge.end(value, cursor.at - 1);
  judge.finish();
  if (value === undefined) cursor.at = Math.max(cursor.at, start);
  // Text that begins with c or i is no import: no module is named like a line of it.
  const imports = [...collector.names.keys()].filter((name) => /^[\w.-]+$/.test(name)).length;
  return { value, imports };
}

// Where joblib keeps an array's numbers in the stream itself, or a pickle of its objects.
function readsOn(
  target: Sym,
  offset: number,
  machine: SymbolicMachine,
  cursor: Cursor,
  collector: Collector,
  settings: AuditSettings,
  depth: number,
): number | undefined {
  const companion = companionOf(target);
  if (companion !== undefined) {
    const message = `has joblib read the file ${JSON.stringify(companion.name ?? "?")}`;
    collector.add("reads-file", { message, offset, name: companion.name });
  }
  const array = arrayBehind(target);
  if (array === undefined) return undefined;
  if (array === "unclear") {
    const message = "has an array of joblib whose size is not plain";
    collector.add("unclear-array", { message, offset });
    return undefined;
  }
  if (!mayRead(machine.depth, offset, collector, settings)) return undefined;
  // pickle.load knows nothing of arrays, and goes on.
  const further = new Cursor(cursor.bytes, offset, cursor.end);
  const isObjects = array.size === undefined;
  look(collector, settings, isObjects ? "of its own" : "numbers", (judge) =>
    machine.branch(judge, further).resume(),
  );
  if (!mayRead(further.at - offset, offset, collector, settings)) return undefined;
  if (array.size !== undefined) {
    const padding = array.padded ? 1 + (cursor.bytes[offset] ?? 0) : 0;
    // What is cut off is found where the next opcode should be.
    return Math.min(offset + padding + array.size, cursor.end);
  }
  if (depth >= settings.limits.depth) {
    const message = "holds arrays of objects within each other too deep";
    collector.add("beyond-limit", { message, offset, name: "depth" });
    return undefined;
  }
  const inner = new Cursor(cursor.bytes, offset, cursor.end);
  runOne(inner, collector, settings, depth + 1);
  return inner.at;
}

// Bytes that the right reader takes for numbers, as pickle.load would run them, one pickle after another: the wrong reader
// may be the one that opens the file.
function probe(
  bytes: Uint8Array,
  start: number,
  collector: Collector,
  settings: AuditSettings,
): void {
  const cursor = new Cursor(bytes, start, bytes.length);
  while (cursor.at < bytes.length) {
    const ended = look(collector, settings, "behind", (judge) =>
      new SymbolicMachine(judge, cursor, settings.limits, settings.fixImports).run(),
    );
    if (!ended) return;
  }
}

/**
 * Runs what is there for another reader, and tells of it only where that would do something. Numbers break off at once, and
 * what they would name by chance is the name of nothing; where strings are at hand, it takes a call to be meant. A pickle
 * "of its own" names what its own memo holds, which is nothing to the reader that goes on with another.
 */
function look(
  collector: Collector,
  settings: AuditSettings,
  place: "behind" | "numbers" | "of its own",
  run: (judge: Judge) => Sym | undefined,
): boolean {
  const attempt = new Collector(collector.part, 0);
  const court: Court = {
    policy: settings.policy,
    eventCharacters: 0,
    extensions: settings.extensions,
    nested: () => undefined,
    mayRead: () => false,
    readsOn: () => undefined,
    isDry: true,
  };
  const value = run(new Judge(attempt, court));
  const isMeant = [...attempt.names.values()].some(
    ({ name, role }) =>
      (role === "denied" ||
        (role === "unknown" &&
          (place === "behind" ||
            (place === "numbers" && attempt.has("unknown-code", `${name}()`))))) &&
      /^[A-Za-z_][\w.]*$/.test(name),
  );
  if (isMeant) collector.merge(attempt);
  return value !== undefined;
}

const HEAD = 200;

// What a pickle may begin with: every opcode that needs nothing on the stack nor in the memo.
const OPENING = new Uint8Array(256);
for (const byte of new TextEncoder().encode("(.)]}lNdtcioIJKMLFGSTUVXBCP")) OPENING[byte] = 1;
for (const byte of [
  0x80, 0x82, 0x83, 0x84, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x95, 0x96, 0x97,
])
  OPENING[byte] = 1;

/** Whether the bytes may be the beginning of a pickle, by the first of them. */
export const mayBegin = ([first = 0, second = 6]: Uint8Array): boolean =>
  first === 0x80 ? second <= 5 : OPENING[first] === 1;

// What a pickle within data may begin with: PROTO, and the opcodes of the expression below.
const FIRST = new Uint8Array(256);
for (const byte of [0x80, ...new TextEncoder().encode("()]}lNdtci")]) FIRST[byte] = 1;

// The first bytes of a pickle that names something: PROTO, or names of protocol 0 behind a few harmless opcodes.
function mayBePickle(bytes: Uint8Array): boolean {
  const [first = 0] = bytes;
  if (FIRST[first] === 0) return false;
  if (first === 0x80) return (bytes[1] ?? 6) <= 5;
  const head = decodeLatin1(bytes, 0, Math.min(HEAD, bytes.length));
  return /^[()\]}lNdt]*[ci][A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n/.test(head);
}

// What is read again is counted: the memo can hand one long string to a million calls.
function mayRead(
  byteCount: number,
  offset: number,
  collector: Collector,
  { again }: AuditSettings,
): boolean {
  again.left -= byteCount;
  if (again.left >= 0) return true;
  const message = "has the same bytes read again and again";
  collector.add("beyond-limit", { message, offset, name: "again" });
  return false;
}

function auditNested(
  data: Text | Bytes,
  loaded: boolean,
  offset: number,
  collector: Collector,
  settings: AuditSettings,
  depth: number,
): void {
  if (!loaded && data instanceof Bytes && !mayBePickle(data.head(HEAD))) return;
  const bytes = bytesOf(data);
  if (bytes === undefined || (!loaded && !mayBePickle(bytes))) return;
  if (depth > settings.limits.depth) {
    const message = `holds pickles within pickles deeper than ${settings.limits.depth}`;
    collector.add("beyond-limit", { message, offset, name: "depth" });
    return;
  }
  if (!mayRead(bytes.length, offset, collector, settings)) return;
  const inside = new Collector(
    `${collector.part}${collector.part === "" ? "" : " > "}bytes at ${offset}`,
    0,
  );
  const { isPickle } = auditStream(bytes, inside, settings, depth);
  if (loaded) {
    collector.merge(inside);
    return;
  }
  // Data that only begins like a pickle, or holds one that does nothing, is data.
  const worst = [...inside.findings.values()].find(({ verdict }) => verdict === inside.verdict);
  if (!isPickle || worst === undefined || inside.names.size === 0) return;
  if (
    worse(worst.verdict, RULES["embedded-pickle"].verdict) === "review" &&
    worst.verdict !== "review"
  )
    return;
  collector.add("embedded-pickle", {
    message: `holds as data a pickle that ${worst.message}`,
    offset,
    expression: worst.expression,
  });
}

function bytesOf(data: Text | Bytes): Uint8Array | undefined {
  if (data instanceof Bytes) return data.bytes;
  const raw = data.input.subarray(data.start, data.end);
  // A pickle in a str has its bytes as characters; in UTF-8 those from 0x80 on take two bytes.
  if (data.coding !== "utf8" || raw[0] !== 0xc2) return mayBePickle(raw) ? raw : undefined;
  if (raw[1] !== 0x80) return undefined;
  const text = data.read();
  if (text === undefined || /[^\0-\xff]/.test(text)) return undefined;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
