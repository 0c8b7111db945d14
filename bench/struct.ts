/**
 * Speed of `brine/struct` over a million records, CPython's struct being 1, and the npm package python-struct beside: all
 * in turn, round by round, on the same machine and the same values.
 *
 *     npm run bench:struct
 *     npm run bench:struct -- --only ">ifd" --rounds 9 --clock cpu
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { requirePython } from "../test/interop/pythons.ts";
import { Peer, startNode } from "./peer.ts";

const FORMATS = [">ifd", ">I10sf", "<3iH10s?q", "<12h"];

/** What is done a million times, by the name that both sides have for it. */
const VERBS: readonly [verb: string, what: string][] = [
  ["pack_records", "packRecords, one array"],
  ["list_unpacked", "unpackRecords, all kept"],
  ["pack", "Struct.pack"],
  ["pack_by_format", "pack"],
  ["pack_into", "Struct.packInto"],
  ["unpack", "Struct.unpack"],
  ["unpack_by_format", "unpack"],
  ["unpack_from", "Struct.unpackFrom"],
  ["iter_unpack", "for of iterUnpack"],
];
/** V8's own share, beside the verb of CPython's that needs it. */
const FLOORS: readonly [floor: string, verb: string, what: string][] = [
  ["floor_made", "pack", "V8: new Uint8Array, dropped"],
  ["floor_kept", "list_unpacked", "V8: a view a record, kept"],
];
const THEIRS = ["pack_by_format", "unpack_by_format"];

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: "5" },
    /** rounds before the clock counts; V8 compiles */
    warm: { type: "string", default: "2" },
    /** "cpu": processor time of the calling thread, for a machine that others use too */
    clock: { type: "string", default: "wall" },
  },
});
const ROUNDS = Number(options.rounds);
const WARM = Number(options.warm);

const python = requirePython("3.13");
if (python === undefined) process.exit(0);

console.log(
  `CPython ${python.release}, Node ${process.version.slice(1)}, ${cpus()[0]?.model}; a million records, ` +
    `best of ${ROUNDS} rounds in turn, after ${WARM} uncounted, ${options.clock} time, in ms; ratio = CPython's time / brine's\n`,
);
const ratios = new Map<string, number[]>(VERBS.map(([verb]) => [verb, []]));
for (const format of options.only?.split(",") ?? FORMATS) {
  console.log(`${`"${format}"`.padEnd(30)} CPython   brine   ratio   python-struct`);
  const here = import.meta.dirname;
  const reference = new Peer(python.path, [
    join(here, "struct_reference.py"),
    format,
    options.clock,
  ]);
  const brine = startNode(join(here, "struct-one.ts"), ["brine", format, options.clock]);
  const peer = startNode(join(here, "struct-one.ts"), ["python-struct", format, options.clock]);
  await Promise.all([reference.line(), brine.line(), peer.line()]);
  for (const [verb, what] of VERBS) {
    const theirs: number[] = [];
    const ours: number[] = [];
    const others: number[] = [];
    for (let round = -WARM; round < ROUNDS; round++) {
      const cpython = await reference.time(verb);
      const taken = await brine.time(verb);
      // One counted round of its is enough: it takes tens of times as long.
      if (THEIRS.includes(verb) && round >= 0 && round < 2) others.push(await peer.time(verb));
      if (round < 0) continue;
      theirs.push(cpython);
      ours.push(taken);
    }
    const ratio = Math.min(...theirs) / Math.min(...ours);
    ratios.get(verb)?.push(ratio);
    const cell = (times: number[]): string =>
      times.length === 0 ? "" : Math.min(...times).toFixed(0);
    console.log(
      `  ${what.padEnd(28)} ${cell(theirs).padStart(7)} ${cell(ours).padStart(7)} ${ratio.toFixed(2).padStart(7)} ${cell(others).padStart(10)}`,
    );
  }
  for (const [floor, verb, what] of FLOORS) {
    const theirs: number[] = [];
    const ours: number[] = [];
    for (let round = -WARM; round < ROUNDS; round++) {
      const [cpython, taken] = [await reference.time(verb), await brine.time(floor)];
      if (round < 0) continue;
      theirs.push(cpython);
      ours.push(taken);
    }
    const [a, b] = [Math.min(...theirs), Math.min(...ours)];
    console.log(
      `  ${what.padEnd(28)} ${a.toFixed(0).padStart(7)} ${b.toFixed(0).padStart(7)} ${(a / b).toFixed(2).padStart(7)}`,
    );
  }
  for (const one of [reference, brine, peer]) one.close();
}
const all = [...ratios.values()].flat();
const mean = Math.exp(all.reduce((sum, ratio) => sum + Math.log(ratio), 0) / all.length);
console.log(`\nleast ${Math.min(...all).toFixed(2)}, geometric mean ${mean.toFixed(2)}`);
