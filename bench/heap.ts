/**
 * Prints how many bytes of heap one object of each kind takes that a load makes, beside what `limits.memory` charges.
 *
 *     node --expose-gc bench/heap.ts
 */
import { WEIGHT } from "../src/core/machine/limits.ts";
import { shortList } from "../src/core/machine/lists.ts";
import { Instance, PyDict, PySet, Tuple } from "../src/pickle/index.ts";

const COUNT = 200_000;
const collect = (globalThis as { gc?: () => void }).gc;
if (collect === undefined) throw new Error("run it with node --expose-gc");

function bytesOf(make: (index: number) => unknown): number {
  const kept: unknown[] = new Array(COUNT);
  collect?.();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < COUNT; index++) kept[index] = make(index);
  collect?.();
  const bytes = (process.memoryUsage().heapUsed - before) / COUNT;
  if (kept.length !== COUNT) throw new Error("the objects were collected");
  return bytes;
}

function pair(first: unknown, second: unknown): Tuple {
  const tuple = new Tuple(2);
  tuple[0] = first;
  tuple[1] = second;
  return tuple;
}

function filled(count: number): unknown[] {
  const list = shortList();
  for (let index = 0; index < count; index++) list.push(index);
  return list;
}

const empty = new Tuple(0);
const rows: [string, number, number][] = [
  ["list, empty", bytesOf(() => shortList()), WEIGHT.list],
  ["list of four", bytesOf(() => filled(4)), WEIGHT.list + 4 * WEIGHT.slot],
  ["list of ten", bytesOf(() => filled(10)), WEIGHT.list + 10 * WEIGHT.slot],
  ["plain object, empty", bytesOf(() => ({})), WEIGHT.object],
  ["PyDict, empty", bytesOf(() => new PyDict()), WEIGHT.dict],
  ["PySet, empty", bytesOf(() => new PySet()), WEIGHT.set],
  ["Tuple of two", bytesOf((index) => pair(index, index)), WEIGHT.tuple + 2 * WEIGHT.slot],
  ["Instance", bytesOf(() => new Instance("new", null, empty)), WEIGHT.instance],
  [
    "list of 100, each item",
    bytesOf((index) => Array.from({ length: index % 100 === 0 ? 10_000 : 0 }, (_, at) => at)) / 100,
    WEIGHT.slot,
  ],
  [
    "PyDict of 1000, each entry",
    bytesOf((index) =>
      index % 1000 === 0 ? new PyDict(Array.from({ length: 1000 }, (_, at) => [at, at])) : null,
    ),
    WEIGHT.entry,
  ],
];
console.log(`Node ${process.versions.node}; bytes, measured and charged`);
for (const [kind, measured, charged] of rows) {
  console.log(kind.padEnd(28), measured.toFixed(0).padStart(6), String(charged).padStart(6));
}
