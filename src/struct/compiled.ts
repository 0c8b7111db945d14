/**
 * A format in, the functions that read and write its values out, kept for the formats used last.
 *
 * No code is generated: a format becomes a list of closures, put together by how many values it has. Up to eight values
 * become one array literal, which V8 allocates in one step; filled in a loop, an array changes its kind of elements on the way.
 */
import { StructError } from "./error.ts";
import { type Item, itemsOf, MOST_IN_A_LITERAL } from "./items.ts";
import { type Layout, layoutOf, type Run } from "./layout.ts";
import { type Reader, type ReadingStyle, readerOf } from "./readers.ts";
import { type RowsReader, rowsReader } from "./rows.ts";
import { type Writer, writerOf } from "./writers.ts";

/** Reads all values of a format whose first byte is at `at`. */
export type RecordReader = (view: DataView, at: number, bytes: Uint8Array) => unknown[];

/** Writes all values of a format; what is neither value nor padding stays as it was. */
export type RecordWriter = (
  view: DataView,
  at: number,
  values: readonly unknown[],
  bytes: Uint8Array,
) => void;

/** A format, ready to use. */
export class Compiled {
  readonly format: string;
  readonly size: number;
  readonly valueCount: number;
  /** Whether bytes lie between the values. */
  readonly hasGaps: boolean;
  /** Whether it has values that are bytes. */
  readonly hasBytes: boolean;
  readonly read: RecordReader;
  readonly write: RecordWriter;
  readonly #layout: Layout;
  #readBigints: RecordReader | undefined;
  #readRows: RowsReader | undefined;
  #readBigintRows: RowsReader | undefined;

  constructor(format: string) {
    const layout = layoutOf(format);
    const held = layout.runs.reduce((sum, { size, count }) => sum + size * count, 0);
    this.format = format;
    this.size = layout.size;
    this.valueCount = layout.valueCount;
    this.hasGaps = held < layout.size;
    this.hasBytes = layout.runs.some(({ kind }) => kind === "bytes" || kind === "pascal");
    this.read = recordReader(layout, { bigints: false, views: false });
    this.write = recordWriter(layout);
    this.#layout = layout;
  }

  /** As `read`, with every 64-bit integer as a bigint. */
  get readBigints(): RecordReader {
    this.#readBigints ??= recordReader(this.#layout, { bigints: true, views: false });
    return this.#readBigints;
  }

  /** Reads all records of memory that nothing else changes: bytes are views of it. */
  rows(bigints: boolean): RowsReader {
    if (bigints) {
      this.#readBigintRows ??= rowsReader(this.#layout, { bigints, views: true });
      return this.#readBigintRows;
    }
    this.#readRows ??= rowsReader(this.#layout, { bigints, views: true });
    return this.#readRows;
  }

  /** Byte offset of a value from the start of its record. */
  offsetOf(index: number): number {
    let first = 0;
    for (const { offset, size, count } of this.#layout.runs) {
      if (index < first + count) return offset + (index - first) * size;
      first += count;
    }
    return this.size;
  }

  /** @throws StructError `wrong-count` */
  expect(count: number, verb: "pack" | "pack_into"): void {
    if (count !== this.valueCount) {
      const message = `${verb} expected ${this.valueCount} items for packing (got ${count})`;
      throw new StructError("wrong-count", message);
    }
  }
}

// As many as CPython keeps (Lib/struct.py _MAXCACHE), and like it all are dropped when one more comes: what a program
// uses again is soon there again, and no stream of strange formats fills the heap.
const MOST_FORMATS = 100;
const cache = new Map<string, Compiled>();
let last: Compiled | undefined;

/**
 * The compiled form of a format.
 *
 * @throws TypeError when it is no string
 * @throws StructError `bad-format`, `too-large`
 */
export function compiled(format: string): Compiled {
  if (last !== undefined && last.format === format) return last;
  let found = cache.get(format);
  if (found === undefined) {
    if (typeof format !== "string") {
      throw new TypeError(
        `format must be a string, got ${format === null ? "null" : typeof format}`,
      );
    }
    found = new Compiled(format);
    if (cache.size >= MOST_FORMATS) cache.clear();
    cache.set(format, found);
  }
  last = found;
  return found;
}

/** Forgets every format. */
export function clearCache(): void {
  cache.clear();
  last = undefined;
}

function recordReader(layout: Layout, style: ReadingStyle): RecordReader {
  const readerFor = (run: Run): Reader => readerOf(run, layout.littleEndian, style);
  if (layout.valueCount > MOST_IN_A_LITERAL) return runReader(layout, readerFor);
  const items = itemsOf(layout, readerFor);
  const none: Item<Reader> = { act: () => undefined, offset: 0 };
  const [
    { act: a, offset: A } = none,
    { act: b, offset: B } = none,
    { act: c, offset: C } = none,
    { act: d, offset: D } = none,
    { act: e, offset: E } = none,
    { act: f, offset: F } = none,
    { act: g, offset: G } = none,
    { act: h, offset: H } = none,
  ] = items;
  switch (items.length) {
    case 0:
      return () => [];
    case 1:
      return (v, at, u) => [a(v, at + A, u)];
    case 2:
      return (v, at, u) => [a(v, at + A, u), b(v, at + B, u)];
    case 3:
      return (v, at, u) => [a(v, at + A, u), b(v, at + B, u), c(v, at + C, u)];
    case 4:
      return (v, at, u) => [a(v, at + A, u), b(v, at + B, u), c(v, at + C, u), d(v, at + D, u)];
    case 5:
      return (v, at, u) => [
        a(v, at + A, u),
        b(v, at + B, u),
        c(v, at + C, u),
        d(v, at + D, u),
        e(v, at + E, u),
      ];
    case 6:
      return (v, at, u) => [
        a(v, at + A, u),
        b(v, at + B, u),
        c(v, at + C, u),
        d(v, at + D, u),
        e(v, at + E, u),
        f(v, at + F, u),
      ];
    case 7:
      return (v, at, u) => [
        a(v, at + A, u),
        b(v, at + B, u),
        c(v, at + C, u),
        d(v, at + D, u),
        e(v, at + E, u),
        f(v, at + F, u),
        g(v, at + G, u),
      ];
    default:
      return (v, at, u) => [
        a(v, at + A, u),
        b(v, at + B, u),
        c(v, at + C, u),
        d(v, at + D, u),
        e(v, at + E, u),
        f(v, at + F, u),
        g(v, at + G, u),
        h(v, at + H, u),
      ];
  }
}

function runReader({ runs }: Layout, readerFor: (run: Run) => Reader): RecordReader {
  const steps = runs.map((run) => ({ ...run, read: readerFor(run) }));
  return (view, at, bytes) => {
    const values: unknown[] = [];
    for (const { read, offset, size, count } of steps) {
      for (let index = 0, from = at + offset; index < count; index++, from += size) {
        values.push(read(view, from, bytes));
      }
    }
    return values;
  };
}

function recordWriter(layout: Layout): RecordWriter {
  const steps = layout.runs.map((run) => ({
    ...run,
    write: writerOf(run, layout.littleEndian, layout.native),
  }));
  if (layout.valueCount > MOST_IN_A_LITERAL) {
    return (view, at, values, bytes) => {
      let next = 0;
      for (const { write, offset, size, count } of steps) {
        for (let index = 0, to = at + offset; index < count; index++, to += size) {
          write(view, to, values[next], bytes, next);
          next++;
        }
      }
    };
  }
  const items = itemsOf<Writer>(layout, (run) => writerOf(run, layout.littleEndian, layout.native));
  const none: Item<Writer> = { act: () => undefined, offset: 0 };
  const [
    { act: a, offset: A } = none,
    { act: b, offset: B } = none,
    { act: c, offset: C } = none,
    { act: d, offset: D } = none,
  ] = items;
  const four: RecordWriter = (v, at, values, u) => {
    a(v, at + A, values[0], u, 0);
    b(v, at + B, values[1], u, 1);
    c(v, at + C, values[2], u, 2);
    d(v, at + D, values[3], u, 3);
  };
  switch (items.length) {
    case 0:
      return () => undefined;
    case 1:
      return (v, at, values, u) => a(v, at + A, values[0], u, 0);
    case 2:
      return (v, at, values, u) => {
        a(v, at + A, values[0], u, 0);
        b(v, at + B, values[1], u, 1);
      };
    case 3:
      return (v, at, values, u) => {
        a(v, at + A, values[0], u, 0);
        b(v, at + B, values[1], u, 1);
        c(v, at + C, values[2], u, 2);
      };
    case 4:
      return four;
  }
  const [
    { act: e, offset: E } = none,
    { act: f, offset: F } = none,
    { act: g, offset: G } = none,
    { act: h, offset: H } = none,
  ] = items.slice(4);
  switch (items.length) {
    case 5:
      return (v, at, values, u) => {
        four(v, at, values, u);
        e(v, at + E, values[4], u, 4);
      };
    case 6:
      return (v, at, values, u) => {
        four(v, at, values, u);
        e(v, at + E, values[4], u, 4);
        f(v, at + F, values[5], u, 5);
      };
    case 7:
      return (v, at, values, u) => {
        four(v, at, values, u);
        e(v, at + E, values[4], u, 4);
        f(v, at + F, values[5], u, 5);
        g(v, at + G, values[6], u, 6);
      };
    default:
      return (v, at, values, u) => {
        four(v, at, values, u);
        e(v, at + E, values[4], u, 4);
        f(v, at + F, values[5], u, 5);
        g(v, at + G, values[6], u, 6);
        h(v, at + H, values[7], u, 7);
      };
  }
}
