/** brine/msgpack and a live msgpack-python: the same bytes from the same values, and the same refusals. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  ExtType,
  Float,
  MsgpackError,
  type PackOptions,
  PyDict,
  packb,
  Timestamp,
  Tuple,
  type UnpackOptions,
  unpackb,
} from "../../src/msgpack/index.ts";
import { requirePython } from "./pythons.ts";

const SCRIPT = join(import.meta.dirname, "msgpack_peer.py");
const COUNT = 100_000;
const python = requirePython({ modules: ["msgpack"] });

function run(args: readonly string[], input: readonly Uint8Array[] = []): Buffer[] {
  const parts = input.flatMap((data) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.length);
    return [length, data];
  });
  const { status, stdout } = spawnSync(python?.path ?? "", [SCRIPT, ...args], {
    input: Buffer.concat(parts),
    maxBuffer: 2 ** 31,
    stdio: ["pipe", "pipe", "inherit"],
  });
  expect(status).toBe(0);
  const frames: Buffer[] = [];
  for (let at = 0; at < stdout.length; ) {
    const end = at + 4 + stdout.readUInt32LE(at);
    frames.push(stdout.subarray(at + 4, end));
    at = end;
  }
  return frames;
}

const LOSSLESS: UnpackOptions = { lossless: true, strictMapKey: false, useList: false };

/** A small generator of numbers that are the same on every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function generated(next: () => number, depth = 0): unknown {
  const whole = (below: number): number => Math.floor(next() * below);
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => whole(256));
  const text = (): string => {
    const alphabet = ["ab", "aé", "日本a", "😀\u{10ffff}a", "\0\x7f\x80\u07ff\u0800\ud7ff\uffff"][
      whole(5)
    ] as string;
    const characters = [...alphabet];
    return Array.from(
      { length: whole(40) + (whole(20) === 0 ? 300 : 0) },
      () => characters[whole(characters.length)],
    ).join("");
  };
  const integer = (): number | bigint => {
    const bits = BigInt(whole(65));
    const value =
      BigInt.asUintN(64, (BigInt(whole(2 ** 32)) << 32n) | BigInt(whole(2 ** 32))) >> (64n - bits);
    const signed = whole(2) === 0 || value > 2n ** 63n ? value : -value;
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  };
  const real = (): unknown =>
    [
      next() * 10 ** whole(20),
      Number.NaN,
      Number.POSITIVE_INFINITY,
      -0,
      new Float(whole(1000)),
      1e300,
      5e-324,
    ][whole(7)];
  // About one container in an item, so that values stay small; now and then one at the edge of a header.
  const items = (): number => (depth === 0 && whole(5) === 0 ? 15 + whole(3) : whole(5));
  switch (whole(depth < 5 ? 14 : 9)) {
    case 0:
      return [null, true, false][whole(3)];
    case 1:
    case 2:
      return integer();
    case 3:
      return real();
    case 4:
    case 5:
      return text();
    case 6:
      return bytes(whole(40));
    case 7:
      return new ExtType(whole(128), bytes(whole(20)));
    case 8:
      return new Timestamp(integerSeconds(integer()), whole(2) * whole(1e9));
    case 9:
    case 10:
      return Array.from({ length: items() }, () => generated(next, depth + 1));
    case 11:
      return Tuple.from(Array.from({ length: items() }, () => generated(next, depth + 1)));
    case 12:
      return Object.fromEntries(
        Array.from({ length: items() }, () => [`${text()}${whole(9)}`, generated(next, depth + 1)]),
      );
    default:
      return new PyDict(
        Array.from({ length: items() }, () => [
          [integer(), text(), bytes(3), Tuple.of(1, whole(9)), new Timestamp(whole(9))][whole(5)],
          generated(next, depth + 1),
        ]),
      );
  }
}

function integerSeconds(value: number | bigint): bigint {
  return BigInt.asIntN(64, BigInt(value));
}

describe.skipIf(python === undefined)("msgpack-python", () => {
  it(`${COUNT} values of its own come back byte for byte`, () => {
    const frames = run(["generate", "20261121", String(COUNT)]);
    expect(frames).toHaveLength(2 * COUNT);
    let wrong = 0;
    for (let index = 0; index < frames.length; index += 2) {
      const [packed, raw] = [frames[index] as Buffer, frames[index + 1] as Buffer];
      const value = unpackb(packed, LOSSLESS);
      const options: PackOptions = { useBinType: false };
      if (!packed.equals(packb(value)) || !raw.equals(packb(value, options))) {
        if (wrong++ < 3)
          expect(Buffer.from(packb(value)).toString("hex")).toBe(packed.toString("hex"));
      }
    }
    expect(wrong).toBe(0);
  });

  it(`${COUNT} values of brine's come back byte for byte`, () => {
    const next = random(7);
    const packed = Array.from({ length: COUNT }, () => packb(generated(next)));
    const again = run(["again"], packed);
    expect(again).toHaveLength(COUNT);
    const wrong = packed.filter((bytes, index) => !again[index]?.equals(bytes));
    expect(wrong.map((bytes) => Buffer.from(bytes).toString("hex")).slice(0, 3)).toEqual([]);
  });

  it("refuses what Python refuses, and reads what Python reads", () => {
    const next = random(11);
    const whole = (below: number): number => Math.floor(next() * below);
    const cases: { options: UnpackOptions; theirs: string; data: Uint8Array }[] = [];
    for (let index = 0; index < COUNT; index++) {
      const data =
        whole(3) === 0
          ? Uint8Array.from({ length: whole(24) }, () => whole(256))
          : packb(generated(next, 3));
      for (let change = whole(3); change > 0 && data.length > 0; change--)
        data[whole(data.length)] = whole(256);
      const cut = whole(4) === 0 ? data.subarray(0, whole(data.length + 1)) : data;
      const [useList, strictMapKey, raw] = [whole(2) === 0, whole(2) === 0, whole(4) === 0];
      const timestamp = ([0, 0, 1, 2] as const)[whole(4)] as 0 | 1 | 2;
      const limits =
        whole(4) === 0 ? { maxArrayLen: whole(5), maxMapLen: whole(5), maxExtLen: whole(9) } : {};
      cases.push({
        data: cut,
        options: { lossless: true, useList, strictMapKey, raw, timestamp, ...limits },
        theirs: JSON.stringify({
          use_list: useList,
          strict_map_key: strictMapKey,
          raw,
          timestamp,
          ...("maxArrayLen" in limits && {
            max_array_len: limits.maxArrayLen,
            max_map_len: limits.maxMapLen,
            max_ext_len: limits.maxExtLen,
          }),
        }),
      });
    }
    const answers = run(
      ["judge"],
      cases.flatMap(({ theirs, data }) => [Buffer.from(theirs), data]),
    );
    const different: unknown[] = [];
    const counts = new Map<string, number>();
    for (const [index, { data, options }] of cases.entries()) {
      const [status, body] = [answers[2 * index] as Buffer, answers[2 * index + 1] as Buffer];
      const isPacked = status.length > 0 && !body.toString().startsWith("OverflowError");
      const expected = isPacked ? body.toString("hex") : codeOf(body.toString());
      let found: string;
      try {
        const value = unpackb(data, options);
        found = Buffer.from(packb(value)).toString("hex");
      } catch (error) {
        if (!(error instanceof MsgpackError)) throw error;
        found = error.code;
      }
      const kind = isPacked ? "ok" : expected;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      // The C unpacker judges lengths and keys when the item is whole; here they are judged before.
      const earlier =
        found === "map-key" ||
        found === "unhashable" ||
        found === "limit-exceeded" ||
        found === "too-deep";
      if (found !== expected && !(earlier && !isPacked)) {
        different.push({
          hex: Buffer.from(data).toString("hex"),
          options,
          expected,
          found,
          python: body.toString().slice(0, 200),
        });
      }
    }
    expect(different.slice(0, 5)).toEqual([]);
    // The comparison means something: every kind of refusal was met.
    for (const code of [
      "ok",
      "truncated",
      "extra-data",
      "invalid-format",
      "limit-exceeded",
      "map-key",
      "unhashable",
      "bad-utf8",
      "bad-timestamp",
      "bad-ext",
    ]) {
      expect(counts.get(code) ?? 0, code).toBeGreaterThan(20);
    }
  });
});

function codeOf(message: string): string {
  const codes: [RegExp, string][] = [
    [/^ExtraData/, "extra-data"],
    [/^FormatError/, "invalid-format"],
    [/^StackError/, "too-deep"],
    [/incomplete input/, "truncated"],
    [/exceeds max_/, "limit-exceeded"],
    [/not allowed for map key/, "map-key"],
    [/unhashable/, "unhashable"],
    [/^UnicodeDecodeError/, "bad-utf8"],
    [/timestamp data|nanoseconds/, "bad-timestamp"],
    [/code must be/, "bad-ext"],
    // Of packing again: a timestamp as nanoseconds may take more than 64 bits.
    [/^OverflowError/, "integer-range"],
  ];
  return codes.find(([pattern]) => pattern.test(message))?.[1] ?? message;
}
