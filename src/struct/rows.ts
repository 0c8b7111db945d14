/**
 * A format in, the function that reads all records of some bytes at once out.
 *
 * The array literals of ./compiled.ts once more, in loops of their own. V8 learns of each literal whether what it makes
 * lives long, and makes rows that are kept where old objects are: the same literal for `unpack`, whose rows seldom are, cost
 * that three times its time (Node 26: ">I10sf" 180 ns instead of 65 after one unpackRecords, bench/struct.ts).
 */
import { type Item, itemsOf, MOST_IN_A_LITERAL } from "./items.ts";
import type { Layout, Run } from "./layout.ts";
import { type Reader, type ReadingStyle, readerOf } from "./readers.ts";

/** Reads the records of `bytes`, each of `size` bytes, into `rows`, from index 0 on. */
export type RowsReader = (
  view: DataView,
  bytes: Uint8Array,
  size: number,
  rows: unknown[][],
) => void;

/** The reader of all records of a format that has a size. */
export function rowsReader(layout: Layout, style: ReadingStyle): RowsReader {
  const readerFor = (run: Run): Reader => readerOf(run, layout.littleEndian, style);
  if (layout.valueCount > MOST_IN_A_LITERAL) return runRowsReader(layout, readerFor);
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
      return (_view, bytes, size, rows) => {
        for (let at = 0, n = 0; at < bytes.length; at += size) rows[n++] = [];
      };
    case 1:
      return (v, u, size, rows) => {
        for (let at = 0, n = 0; at < u.length; at += size) rows[n++] = [a(v, at + A, u)];
      };
    case 2:
      return (v, u, size, rows) => {
        for (let at = 0, n = 0; at < u.length; at += size)
          rows[n++] = [a(v, at + A, u), b(v, at + B, u)];
      };
    case 3:
      return (v, u, size, rows) => {
        for (let at = 0, n = 0; at < u.length; at += size)
          rows[n++] = [a(v, at + A, u), b(v, at + B, u), c(v, at + C, u)];
      };
    case 4:
      return (v, u, size, rows) => {
        for (let at = 0, n = 0; at < u.length; at += size)
          rows[n++] = [a(v, at + A, u), b(v, at + B, u), c(v, at + C, u), d(v, at + D, u)];
      };
    case 5:
      return (v, u, size, rows) => {
        for (let at = 0, n = 0; at < u.length; at += size)
          rows[n++] = [
            a(v, at + A, u),
            b(v, at + B, u),
            c(v, at + C, u),
            d(v, at + D, u),
            e(v, at + E, u),
          ];
      };
    case 6:
      return (v, u, size, rows) => {
        for (let at = 0, n = 0; at < u.length; at += size)
          rows[n++] = [
            a(v, at + A, u),
            b(v, at + B, u),
            c(v, at + C, u),
            d(v, at + D, u),
            e(v, at + E, u),
            f(v, at + F, u),
          ];
      };
    case 7:
      return (v, u, size, rows) => {
        for (let at = 0, n = 0; at < u.length; at += size)
          rows[n++] = [
            a(v, at + A, u),
            b(v, at + B, u),
            c(v, at + C, u),
            d(v, at + D, u),
            e(v, at + E, u),
            f(v, at + F, u),
            g(v, at + G, u),
          ];
      };
    default:
      return (v, u, size, rows) => {
        for (let at = 0, n = 0; at < u.length; at += size)
          rows[n++] = [
            a(v, at + A, u),
            b(v, at + B, u),
            c(v, at + C, u),
            d(v, at + D, u),
            e(v, at + E, u),
            f(v, at + F, u),
            g(v, at + G, u),
            h(v, at + H, u),
          ];
      };
  }
}

function runRowsReader({ runs }: Layout, readerFor: (run: Run) => Reader): RowsReader {
  const steps = runs.map((run) => ({ ...run, read: readerFor(run) }));
  return (view, bytes, recordSize, rows) => {
    for (let at = 0, n = 0; at < bytes.length; at += recordSize) {
      const values: unknown[] = [];
      for (const { read, offset, size, count } of steps) {
        for (let index = 0, from = at + offset; index < count; index++, from += size)
          values.push(read(view, from, bytes));
      }
      rows[n++] = values;
    }
  };
}
