/**
 * A library and a format in, then a verb a line in, its milliseconds for a million records out: a process of its own, so
 * that V8's type feedback is that of this format and no other. Mirrors struct_reference.py, verb for verb.
 */
import { createInterface } from "node:readline";
import { pack, packRecords, Struct, unpack, unpackRecords } from "../src/struct/index.ts";
import { clockOf } from "./clock.ts";

const COUNT = 1_000_000;
const text = (characters: string): Uint8Array => new Uint8Array(Buffer.from(characters));
const name = text("sensor0001");
const digits = text("0123456789");

const ROWS: Readonly<Record<string, (index: number) => unknown[]>> = {
  ">ifd": (i) => [i, i * 0.5, i * 0.25],
  ">I10sf": (i) => [i, name, i * 0.25],
  "<3iH10s?q": (i) => [i, -i, 7, i & 0xffff, digits, i % 2 === 0, i * 2 ** 20],
  "<12h": (i) => [i & 0x7fff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
};

const [library = "", format = "", clockName = ""] = process.argv.slice(2);
const now = clockOf(clockName);
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});
const rowOf = ROWS[format];
if (rowOf === undefined) throw new Error(`no format ${format}`);

const rows = Array.from({ length: COUNT }, (_, index) => rowOf(index));
const packer = new Struct(format);
const { size } = packer;
const whole = new Uint8Array(size * COUNT);
for (const [index, row] of rows.entries()) packer.packInto(whole, index * size, ...row);
const pieces = Array.from({ length: COUNT }, (_, i) => whole.slice(i * size, i * size + size));
const target = new Uint8Array(whole.length);

const brine: Readonly<Record<string, () => unknown>> = {
  pack() {
    let last: unknown;
    for (const row of rows) last = packer.pack(...row);
    return last;
  },
  pack_by_format() {
    let last: unknown;
    for (const row of rows) last = pack(format, ...row);
    return last;
  },
  pack_into() {
    let at = 0;
    for (const row of rows) {
      packer.packInto(target, at, ...row);
      at += size;
    }
    return target;
  },
  unpack() {
    let last: unknown;
    for (const piece of pieces) last = packer.unpack(piece);
    return last;
  },
  unpack_by_format() {
    let last: unknown;
    for (const piece of pieces) last = unpack(format, piece);
    return last;
  },
  unpack_from() {
    let last: unknown;
    for (let at = 0; at < whole.length; at += size) last = packer.unpackFrom(whole, at);
    return last;
  },
  iter_unpack() {
    let last: unknown;
    for (const row of packer.iterUnpack(whole)) last = row;
    return last;
  },
  pack_records: () => packRecords(format, rows),
  list_unpacked: () => unpackRecords(format, whole),
  // V8's own share: what `pack` and a field of bytes cannot do without.
  floor_made() {
    let last: unknown;
    for (let index = 0; index < COUNT; index++) last = new Uint8Array(size);
    return last;
  },
  floor_kept() {
    const kept: Uint8Array[] = new Array(COUNT);
    const { buffer } = whole.slice();
    for (let index = 0; index < COUNT; index++)
      kept[index] = new Uint8Array(buffer, index * size, size);
    return kept;
  },
};

/** What is called of python-struct, whose bytes are Buffers and whose 64-bit integers are Longs. */
interface PythonStruct {
  pack(format: string, values: readonly unknown[]): Buffer;
  unpack(format: string, data: Buffer): unknown[];
}

async function pythonStruct(): Promise<Readonly<Record<string, () => unknown>>> {
  const imported: unknown = await import("python-struct" as string);
  const { pack, unpack } = (imported as { default: PythonStruct }).default;
  // It takes text where Python takes bytes, and reads its numbers from Buffers.
  const given = rows.map((row) =>
    row.map((value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
    ),
  );
  const buffers = pieces.map((piece) => Buffer.from(piece));
  return {
    pack_by_format() {
      let last: unknown;
      for (const row of given) last = pack(format, row);
      return last;
    },
    unpack_by_format() {
      let last: unknown;
      for (const buffer of buffers) last = unpack(format, buffer);
      return last;
    },
  };
}

const verbs = library === "brine" ? brine : await pythonStruct();
// Keeps results observable, so that no call can be optimised away.
let sink: unknown;
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  const act = verbs[line.trim()];
  if (act === undefined) throw new Error(`no verb ${line}`);
  sink = undefined;
  collect();
  const started = now();
  sink = act();
  process.stdout.write(`${now() - started}\n`);
}
if (sink === process) process.exitCode = 1;
