/**
 * The formats beside one another, on several kinds of value: bytes, and time to write and to read.
 *
 *     npm run bench:formats
 *
 * JSON is the runtime's own, msgpack and pickle are brine's. Times are of the processor, the best of the rounds, each
 * format once in each round. What a format cannot keep is a dash. Then Python's own, joblib among them, on the same values.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { dumps, Float, loads, ndarray, recommend, Tuple } from "../src/index.ts";
import { packb, unpackb } from "../src/msgpack/index.ts";
import { requirePython } from "../test/interop/pythons.ts";

const ROUNDS = 15;

const records = (count: number): unknown[] =>
  Array.from({ length: count }, (_, id) => ({
    id,
    name: `user ${id}`,
    email: `user${id}@example.org`,
    active: id % 2 === 0,
    score: id / 3,
    tags: ["a", "bb", `tag ${id % 10}`],
  }));

const KINDS: readonly (readonly [kind: string, value: unknown])[] = [
  [
    "settings",
    { theme: "dark", font: { family: "Mono", size: 14 }, recent: ["a.py", "b.py"], wrap: true },
  ],
  ["5,000 records", records(5000)],
  ["100,000 integers", Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 100_003)],
  ["100,000 floats", Array.from({ length: 100_000 }, (_, index) => Math.sin(index + 1))],
  [
    "20,000 texts",
    Array.from({ length: 20_000 }, (_, index) => `Zoë wrote line ${index} of the book`),
  ],
  [
    "1 MB of bytes",
    { photo: Uint8Array.from({ length: 1_000_000 }, (_, index) => (index * 2654435761) >>> 24) },
  ],
  [
    "tuples, sets, 1.0",
    Array.from({ length: 5000 }, (_, index) => Tuple.of(new Float(index), new Set([index]))),
  ],
  [
    "1000×100 floats",
    ndarray(Float64Array.from({ length: 100_000 }, (_, index) => Math.sin(index + 1))),
  ],
];

interface Way {
  readonly name: string;
  readonly write: (value: unknown) => Uint8Array;
  readonly read: (bytes: Uint8Array) => unknown;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const WAYS: readonly Way[] = [
  {
    name: "json",
    write: (value) => encoder.encode(JSON.stringify(value)),
    read: (bytes) => JSON.parse(decoder.decode(bytes)),
  },
  { name: "msgpack", write: (value) => packb(value), read: (bytes) => unpackb(bytes) },
  { name: "pickle", write: (value) => dumps(value), read: (bytes) => loads(bytes) },
];

function milliseconds(act: () => unknown): number {
  const from = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

const show = (time: number): string => (time < 0.1 ? "<0.1" : time.toFixed(1)).padStart(7);
console.log(
  `${"".padEnd(20)}${WAYS.map(({ name }) => `${name.padStart(10)}   write    read`).join("")}   deflated: ${WAYS.map(({ name }) => name).join(", ")}; recommended`,
);
for (const [kind, value] of KINDS) {
  const { format, obstacles } = recommend(value);
  const times = new Map<string, [write: number, read: number]>();
  const possible = WAYS.filter(({ name }) => obstacles[name as "json"].length === 0);
  const bytes = new Map(possible.map(({ name, write }) => [name, write(value)]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, write, read } of possible) {
      const [least, fewest] = times.get(name) ?? [
        Number.POSITIVE_INFINITY,
        Number.POSITIVE_INFINITY,
      ];
      const writing = milliseconds(() => write(value));
      const reading = milliseconds(() => read(bytes.get(name) as Uint8Array));
      times.set(name, [Math.min(least, writing), Math.min(fewest, reading)]);
    }
  }
  const cells = WAYS.map(({ name }) => {
    const time = times.get(name);
    if (time === undefined) return `${"—".padStart(10)} ${"—".padStart(7)} ${"—".padStart(7)}`;
    return `${String(bytes.get(name)?.length).padStart(10)} ${show(time[0])} ${show(time[1])}`;
  });
  const small = WAYS.map(({ name }) => bytes.get(name)).map((packed) =>
    packed === undefined ? "—" : String(deflateSync(packed).length),
  );
  console.log(`${kind.padEnd(20)}${cells.join("")}   ${small.join(", ")}; ${format ?? "none"}`);
}

const python = requirePython({ modules: ["joblib", "msgpack", "numpy"] });
if (python !== undefined) {
  console.log("\nPython:");
  const folder = mkdtempSync(join(tmpdir(), "brine-bench-"));
  try {
    for (const [kind, value] of KINDS) {
      const path = join(folder, "value.pkl");
      writeFileSync(path, dumps(value));
      const script = join(import.meta.dirname, "formats.py");
      const { stdout } = spawnSync(python.path, [script, path, String(ROUNDS)], {
        encoding: "utf8",
      });
      const cells = stdout
        .trim()
        .split("\n")
        .map((line) => {
          const [name, bytes, writing, reading] = line.split("\t");
          return `${name} ${bytes} ${show(Number(writing)).trim()} ${show(Number(reading)).trim()}`;
        });
      console.log(`${kind.padEnd(20)}${cells.join("; ")}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
