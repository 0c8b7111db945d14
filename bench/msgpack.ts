/**
 * brine/msgpack beside @msgpack/msgpack, round by round in one process; msgpackr where it is installed; and
 * msgpack-python's C extension on the same bytes.
 *
 *     npm run bench:msgpack
 *     MSGPACKR=/tmp/bench/node_modules/msgpackr npm run bench:msgpack
 *
 * msgpackr is no development dependency: npm ci refuses its optional native packages. For the record:
 * `mkdir /tmp/bench && npm install --prefix /tmp/bench --omit=optional msgpackr`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Decoder, decode, Encoder, encode } from "@msgpack/msgpack";
import { packb, unpackb } from "../src/msgpack/index.ts";
import { requirePython } from "../test/interop/pythons.ts";

const ROUNDS = 25;

const WORKLOADS: Readonly<Record<string, unknown>> = {
  records: Array.from({ length: 5000 }, (_, id) => ({
    id: id * 7,
    name: `user ${id}`,
    email: `user${id}@example.org`,
    active: id % 2 === 0,
    score: (id + 1) / 3.5,
    tags: ["a", "bb", `tag${id % 10}`],
    address: { street: `${id} Main Street`, city: "Utrecht", zip: `${1000 + id}AB` },
    balance: 1000 - id * 1000,
  })),
  ints: Array.from({ length: 200_000 }, (_, index) => ((index * 2654435761) % 100_000) - 30_000),
  floats: Array.from({ length: 200_000 }, (_, index) => Math.sin(index + 1)),
  strings: Array.from({ length: 100_000 }, (_, index) =>
    `string number ${index} with text`.slice(0, 5 + (index % 30)),
  ),
  unicode: Array.from(
    { length: 50_000 },
    (_, index) => `Zoë ${index} 日本語 ${"é".repeat(index % 20)}`,
  ),
  text: Array.from({ length: 200 }, (_, index) => `lorem ipsum dolor ${index} `.repeat(300)),
  map: Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`key${index}`, index])),
  nested: Array.from({ length: 2000 }, () => {
    let value: unknown = [];
    for (let level = 0; level < 30; level++) value = [value, level];
    return value;
  }),
  bytes: Array.from({ length: 20_000 }, (_, index) => new Uint8Array(index % 64)),
  small: { id: 7, name: "Ann", ok: true },
};

interface Codec {
  readonly name: string;
  readonly pack: (value: unknown) => Uint8Array;
  readonly unpack: (bytes: Uint8Array) => unknown;
}

const encoder = new Encoder();
const decoder = new Decoder();
const CODECS: Codec[] = [
  { name: "brine", pack: (value) => packb(value), unpack: (bytes) => unpackb(bytes) },
  { name: "@msgpack", pack: encode, unpack: decode },
  {
    name: "@msgpack, reused",
    pack: (value) => encoder.encode(value),
    unpack: (bytes) => decoder.decode(bytes),
  },
];
const folder = process.env["MSGPACKR"];
if (folder !== undefined) {
  const load = createRequire(import.meta.url);
  const { Packr } = load(folder) as {
    Packr: new (
      options: object,
    ) => { pack(value: unknown): Uint8Array; unpack(bytes: Uint8Array): unknown };
  };
  const packr = new Packr({ useRecords: false, variableMapSize: true });
  CODECS.push({
    name: "msgpackr",
    pack: (value) => packr.pack(value),
    unpack: (bytes) => packr.unpack(bytes),
  });
}

function milliseconds(act: () => unknown, times: number): number {
  const from = process.cpuUsage();
  for (let turn = 0; turn < times; turn++) act();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000 / times;
}

const python = requirePython({ modules: ["msgpack"] });
const PYTHON = `
import sys, time, msgpack
data = open(sys.argv[1], "rb").read()
value = msgpack.unpackb(data)
times = int(sys.argv[2])
def best(act):
    least = 1e9
    for _ in range(${ROUNDS}):
        begin = time.thread_time()
        for _ in range(times):
            act()
        least = min(least, time.thread_time() - begin)
    return least * 1000 / times
print(best(lambda: msgpack.packb(value)), best(lambda: msgpack.unpackb(data)))
`;

const temporary = mkdtempSync(join(tmpdir(), "brine-bench-"));
const packs: number[] = [];
const unpacks: number[] = [];
console.log(
  `milliseconds of the processor, best of ${ROUNDS} rounds; ratios are @msgpack/msgpack's better time to brine's`,
);
try {
  for (const [name, value] of Object.entries(WORKLOADS)) {
    const bytes = packb(value);
    const times = name === "small" ? 20_000 : 1;
    const packing = CODECS.map(() => Number.POSITIVE_INFINITY);
    const unpacking = CODECS.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, { pack, unpack }] of CODECS.entries()) {
        packing[index] = Math.min(
          packing[index] as number,
          milliseconds(() => pack(value), times),
        );
        unpacking[index] = Math.min(
          unpacking[index] as number,
          milliseconds(() => unpack(bytes), times),
        );
      }
    }
    const ratio = ([own, ...others]: readonly number[]): number =>
      Math.min(...others.slice(0, 2)) / (own as number);
    packs.push(ratio(packing));
    unpacks.push(ratio(unpacking));
    const file = join(temporary, "data");
    writeFileSync(file, bytes);
    const reference =
      python && spawnSync(python.path, ["-c", PYTHON, file, String(times)], { encoding: "utf8" });
    const [theirPack = Number.NaN, theirUnpack = Number.NaN] = (reference?.stdout ?? "")
      .trim()
      .split(" ")
      .map(Number);
    const digits = times === 1 ? 2 : 5;
    const line = (verb: string, own: readonly number[], c: number, best: number): void => {
      const cells = CODECS.map(
        (codec, index) => `${codec.name} ${(own[index] as number).toFixed(digits)}`,
      ).join("  ");
      console.log(
        `${name.padEnd(8)} ${String(bytes.length).padStart(8)} B  ${verb} ${best.toFixed(2)}x  ${cells}  Python's C ${c.toFixed(digits)}`,
      );
    };
    line("pack  ", packing, theirPack, ratio(packing));
    line("unpack", unpacking, theirUnpack, ratio(unpacking));
  }
} finally {
  rmSync(temporary, { recursive: true });
}
const mean = (ratios: readonly number[]): string =>
  Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length).toFixed(2);
console.log(
  `geometric mean: pack ${mean(packs)}x (least ${Math.min(...packs).toFixed(2)}), unpack ${mean(unpacks)}x (least ${Math.min(...unpacks).toFixed(2)})`,
);
