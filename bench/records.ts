/**
 * What V8 makes of plain objects of many properties: filled by computed keys from `{}`, and from the constructors of
 * src/core/values/records.ts. Milliseconds to fill and to read 400,000 properties, and bytes of an object.
 *
 *     node --conditions=brine-source --expose-gc bench/records.ts
 */
import { beginRecord, endRecord } from "../src/core/values/index.ts";

const PROPERTIES = 400_000;
const ROUNDS = 7;

type Plain = Record<string, unknown>;
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});
const MAKERS = {
  "{}": (): Plain => ({}),
  record: (keys: readonly string[]): Plain => record(keys),
};
let sink: unknown;

function record(keys: readonly string[]): Plain {
  const { length } = keys;
  endRecord(keys[0] as string, keys[length >> 1] as string, keys[length - 1] as string, length);
  return beginRecord(keys[0] as string);
}

function fill(object: Plain, keys: readonly string[]): Plain {
  for (let index = 0; index < keys.length; index++) object[keys[index] as string] = index * 3;
  return object;
}

function read(object: Plain): number {
  let sum = 0;
  for (const key of Object.keys(object)) sum += object[key] as number;
  return sum;
}

// Properties of many objects with many keys each, so that V8 prepares for any.
for (let count = 5; count < 40; count++) {
  const keys = Array.from({ length: count }, (_, index) => `other ${count} ${index}`);
  for (const make of Object.values(MAKERS))
    for (let time = 0; time < 50; time++) read(fill(make(keys), keys));
}

for (const count of [5, 16, 20, 40, 100, 200, 240]) {
  const line: string[] = [];
  for (const [name, make] of Object.entries(MAKERS)) {
    const keys = Array.from({ length: count }, (_, index) => `${name}_column_${index}`);
    const many = Math.floor(PROPERTIES / count);
    let [filling, reading, bytes] = [Infinity, Infinity, 0];
    for (let round = 0; round < ROUNDS; round++) {
      sink = undefined;
      collect();
      const before = process.memoryUsage().heapUsed;
      const started = performance.now();
      const made: Plain[] = [];
      for (let index = 0; index < many; index++) made.push(fill(make(keys), keys));
      const filled = performance.now();
      let sum = 0;
      for (const object of made) sum += read(object);
      const done = performance.now();
      sink = [made, sum];
      collect();
      filling = Math.min(filling, filled - started);
      reading = Math.min(reading, done - filled);
      bytes = Math.max(bytes, (process.memoryUsage().heapUsed - before) / many);
    }
    line.push(
      `${name} fill ${filling.toFixed(1)} read ${reading.toFixed(1)} bytes ${bytes.toFixed(0)}`,
    );
  }
  console.log(`${String(count).padStart(3)} properties: ${line.join("; ")}`);
}
if (sink === process) process.exitCode = 1;
