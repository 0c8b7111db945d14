/**
 * Binary records of sensors, as Python's `struct` lays them out: one packed and taken apart, a file of them read in order
 * and by index. Beside it the Python that does the same; each reads what the other wrote.
 *
 *     node examples/struct/readings.ts FOLDER
 *     python3 examples/struct/readings.py FOLDER
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { calcsize, pack, packRecords, records, unpack } from "brine/struct";

const [folder = "."] = process.argv.slice(2);

// One record: big-endian, a 4-byte int, a float, a double.
const packed = pack(">ifd", 42, 1.5, 2.125);
console.log("hex", Buffer.from(packed).toString("hex"));
console.log("size", calcsize(">ifd"));
const [id, level, value] = unpack(">ifd", packed); // [number, number, number]
console.log("values", id, level, value);

// A file of 18-byte records: an unsigned int, ten bytes of name, a float.
const SENSOR = ">I10sf";
const name = (text: string): Uint8Array => new TextEncoder().encode(text);
const readings: [number, Uint8Array, number][] = [
  [1, name("boiler"), 71.25],
  [2, name("outside"), -3.5],
  [3, name("a long name"), 20],
];
writeFileSync(join(folder, "from-brine.bin"), packRecords(SENSOR, readings));

// What Python wrote, or else what was written just now.
const theirs = join(folder, "from-python.bin");
const file = records(existsSync(theirs) ? theirs : join(folder, "from-brine.bin"), SENSOR);
const shown = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).replace(/\0+$/, "");
for await (const [number, label, degrees] of file) {
  console.log("reading", number, shown(label), degrees);
}
const second = await file.at(1); // nothing else of the file is read
if (second !== undefined) console.log("second", second[0], shown(second[1]), second[2]);
