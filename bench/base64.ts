/**
 * Speed of `brine/base64` beside the runtime's own encoder and decoder, and CPython's where there is one to ask.
 *
 *     npm run bench:base64
 *
 * Every row is the best of some rounds in turn over the same bytes; the ratio is brine's time / the runtime's.
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { decodeByHand, encodeByHand } from "../src/base64/base64.ts";
import {
  a85encode,
  b16decode,
  b16encode,
  b32decode,
  b32encode,
  b64decode,
  b64encode,
  b85decode,
  b85encode,
  urlsafeB64decode,
  urlsafeB64encode,
} from "../src/base64/index.ts";
import { requirePython } from "../test/interop/pythons.ts";
import { clockOf } from "./clock.ts";

/** The runtime's own, which TypeScript's library of ES2023 does not know yet. */
interface Native extends Uint8Array<ArrayBuffer> {
  toBase64(options?: { alphabet: "base64url" }): string;
  toHex(): string;
}
const native = Uint8Array as unknown as {
  fromBase64(text: string, options?: object): Uint8Array;
  fromHex(text: string): Uint8Array;
};

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    /** "cpu": processor time of the calling thread, for a machine that others use too */
    clock: { type: "string", default: "wall" },
  },
});
const now = clockOf(options.clock);
const ROUNDS = Number(options.rounds);

let sink: unknown;
function best(repeat: number, ...acts: (() => unknown)[]): number[] {
  const times = acts.map(() => Number.POSITIVE_INFINITY);
  for (let round = -3; round < ROUNDS; round++) {
    for (const [index, act] of acts.entries()) {
      const started = now();
      for (let count = 0; count < repeat; count++) sink = act();
      if (round >= 0) times[index] = Math.min(times[index] ?? 0, now() - started);
    }
  }
  return times;
}

// CPython's own, over bytes of the same length; microseconds for one call.
function pythonTimes(size: number): Readonly<Record<string, number>> {
  const python = requirePython("3.13");
  if (python === undefined) return {};
  const script = `
import base64, json, random, time
data = random.Random(1).randbytes(${size})
number = max(1, 2_000_000 // ${size})
found = {}
for name in ("b64", "urlsafe_b64", "b16", "b32", "b85", "a85"):
    encode, decode = getattr(base64, name + "encode"), getattr(base64, name + "decode")
    text = encode(data)
    for verb, act, value in (("encode", encode, data), ("decode", decode, text)):
        times = []
        for _ in range(5):
            start = time.perf_counter()
            for _ in range(number): act(value)
            times.append(time.perf_counter() - start)
        found[name + verb] = min(times) / number * 1e6
print(json.dumps(found))`;
  const { stdout } = spawnSync(python.path, ["-c", script], { encoding: "utf8" });
  return JSON.parse(stdout) as Record<string, number>;
}

console.log(
  `Node ${process.version.slice(1)}, ${cpus()[0]?.model}; best of ${ROUNDS} rounds in turn, ${options.clock} time, ` +
    "microseconds for one call; ratio = brine's time / the runtime's\n",
);
let worst = 0;
for (const [label, size] of [
  ["64 B", 64],
  ["1 KiB", 1024],
  ["1 MiB", 2 ** 20],
] as const) {
  const data = Uint8Array.from({ length: size }, (_, index) => (index * 7919) >> 3) as Native;
  const repeat = Math.max(1, Math.floor(2 ** 21 / size));
  const base64 = data.toBase64();
  const url = data.toBase64({ alphabet: "base64url" });
  const hex = data.toHex().toUpperCase();
  const python = pythonTimes(size);
  console.log(`${label.padEnd(26)} runtime   brine  ratio  CPython`);
  const rows: [name: string, reference: string, ours: () => unknown, theirs?: () => unknown][] = [
    ["b64encode", "b64encode", () => b64encode(data), () => data.toBase64()],
    ["b64decode", "b64decode", () => b64decode(base64), () => native.fromBase64(base64)],
    [
      "b64decode, validate",
      "",
      () => b64decode(base64, { validate: true }),
      () => native.fromBase64(base64),
    ],
    [
      "urlsafeB64encode",
      "urlsafe_b64encode",
      () => urlsafeB64encode(data),
      () => data.toBase64({ alphabet: "base64url" }),
    ],
    [
      "urlsafeB64decode",
      "urlsafe_b64decode",
      () => urlsafeB64decode(url),
      () => native.fromBase64(url, { alphabet: "base64url" }),
    ],
    ["b16encode", "b16encode", () => b16encode(data), () => data.toHex().toUpperCase()],
    ["b16decode", "b16decode", () => b16decode(hex), () => native.fromHex(hex)],
    ["by hand: b64encode", "", () => encodeByHand(data)],
    ["by hand: b64decode", "", () => decodeByHand(Buffer.from(base64))],
    ["b32encode", "b32encode", () => b32encode(data)],
    [
      "b32decode",
      "b32decode",
      (
        (text) => () =>
          b32decode(text)
      )(b32encode(data)),
    ],
    ["b85encode", "b85encode", () => b85encode(data)],
    [
      "b85decode",
      "b85decode",
      (
        (text) => () =>
          b85decode(text)
      )(b85encode(data)),
    ],
    ["a85encode", "a85encode", () => a85encode(data)],
  ];
  for (const [name, reference, ours, theirs] of rows) {
    const [mine = 0, runtime] = best(repeat, ours, ...(theirs === undefined ? [] : [theirs]));
    const micro = (time: number | undefined): string =>
      time === undefined ? "" : ((time * 1000) / repeat).toFixed(2);
    const ratio = runtime === undefined ? 0 : mine / runtime;
    worst = Math.max(worst, ratio);
    const cpython = python[reference];
    console.log(
      `  ${name.padEnd(22)} ${micro(runtime).padStart(9)} ${micro(mine).padStart(7)} ` +
        `${(ratio === 0 ? "" : ratio.toFixed(2)).padStart(6)} ${(cpython?.toFixed(2) ?? "").padStart(8)}`,
    );
  }
}
console.log(`\nthe most of the runtime's time: ${worst.toFixed(2)}`);
if (sink === process) process.exitCode = 1;
