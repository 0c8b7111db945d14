/** The scanner against the machine: both must see the same end of every pickle, however the bytes arrive. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Skimmer } from "../../src/core/opcodes/index.ts";
import { dumps, Tuple, Unpickler, UnpicklingError } from "../../src/pickle/index.ts";
import { Splitter } from "../../src/pickle/splitter.ts";

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "vectors", "vectors.json"), "utf8"),
) as { name: string; pickle: string }[];

function joinAll(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function split(chunks: Iterable<Uint8Array>): {
  pickles: Uint8Array[];
  cut: Uint8Array | undefined;
} {
  const splitter = new Splitter();
  const pickles: Uint8Array[] = [];
  for (const chunk of chunks) {
    splitter.push(chunk);
    for (let pickle = splitter.next(); pickle !== undefined; pickle = splitter.next()) {
      pickles.push(Uint8Array.from(pickle));
    }
  }
  return { pickles, cut: splitter.finish() };
}

function* cutAt(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

// One pickle for each opcode and kind of argument, written by hand: name, bytes without STOP.
const ARGUMENTS: [string, string][] = [
  ["INT", "I42\n"],
  ["LONG", "L42L\n"],
  ["STRING", "S'a.b'\n"],
  ["UNICODE", "Va.b\n"],
  ["FLOAT", "F1.5\n"],
  ["GLOBAL", "cos.x\nsys.tem\n"],
  ["INST", "(ios.x\nsys.tem\n"],
  ["PERSID", "Pa.b\n"],
  ["PUT GET", "Np7\ng7\n"],
  ["BININT", "J...."],
  ["BININT1", "K."],
  ["BININT2", "M.."],
  ["BINFLOAT", "G........"],
  ["BINPUT BINGET", "Nq.h."],
  ["LONG_BINPUT", "Nr.\0\0\0j.\0\0\0"],
  ["PROTO", "\x80\x04N"],
  ["FRAME", "\x80\x04\x95\x02\0\0\0\0\0\0\0N"],
  ["EXT1", "\x82."],
  ["EXT2", "\x83.."],
  ["EXT4", "\x84...."],
  ["SHORT_BINSTRING", "U\x03a.b"],
  ["BINSTRING", "T\x03\0\0\0a.b"],
  ["SHORT_BINBYTES", "C\x03a.b"],
  ["BINBYTES", "B\x03\0\0\0a.b"],
  ["BINUNICODE", "X\x03\0\0\0a.b"],
  ["SHORT_BINUNICODE", "\x8c\x03a.b"],
  ["BINUNICODE8", "\x8d\x03\0\0\0\0\0\0\0a.b"],
  ["BINBYTES8", "\x8e\x03\0\0\0\0\0\0\0a.b"],
  ["BYTEARRAY8", "\x96\x03\0\0\0\0\0\0\0a.b"],
  ["LONG1", "\x8a\x03..."],
  ["LONG4", "\x8b\x03\0\0\0..."],
  ["empty counts", "C\0X\0\0\0\0\x8e\0\0\0\0\0\0\0\0"],
];

describe("Splitter", () => {
  it.each(ARGUMENTS)("steps over the argument of %s", (_name, text) => {
    const pickle = Uint8Array.from(Buffer.from(`${text}.`, "latin1"));
    const twice = joinAll([pickle, pickle]);
    for (const size of [1, 2, 3, twice.length]) {
      expect(split(cutAt(twice, size))).toEqual({ pickles: [pickle, pickle], cut: undefined });
    }
    // Without its STOP it is a cut pickle, kept to the last byte.
    const cut = pickle.subarray(0, -1);
    expect(split(cutAt(cut, 1))).toEqual({ pickles: [], cut });
  });

  it("knows an argument for exactly 68 opcodes", () => {
    let known = 0;
    for (let opcode = 0; opcode < 256; opcode++) {
      // An opcode that does not exist ends the pickle at once, STOP likewise.
      const ended = new Skimmer().scan(Uint8Array.of(opcode), 0) === 1;
      if (!ended || opcode === 0x2e) known++;
    }
    expect(known).toBe(68);
  });

  it("ends where the machine ends, over every vector and chunk size", () => {
    expect(vectors.length).toBeGreaterThan(100);
    for (const { name, pickle } of vectors) {
      const bytes = Uint8Array.from(Buffer.from(pickle, "base64"));
      const unpickler = new Unpickler(bytes, {
        encoding: "bytes",
        lossless: true,
        persistentLoad: (id) => id,
        buffers: Array.from({ length: 100 }, () => new Uint8Array(4)),
        extensions: new Map(Array.from({ length: 256 }, (_, code) => [code, "a.b"])),
      });
      const ends: number[] = [];
      while (!unpickler.atEnd()) {
        unpickler.load();
        unpickler.clearMemo();
        ends.push(unpickler.position);
      }
      for (const size of [1, 7, 4096]) {
        const { pickles, cut } = split(cutAt(bytes, size));
        expect(cut, name).toBeUndefined();
        let end = 0;
        expect(
          pickles.map((pickle) => (end += pickle.length)),
          name,
        ).toEqual(ends);
        expect(joinAll(pickles)).toEqual(bytes);
      }
    }
  });

  it("gives back what was dumped, at any protocol and cut anywhere", () => {
    const value = fc.anything({ withBigInt: true, withNullPrototype: false });
    const dumped = fc
      .tuple(value, fc.integer({ min: 0, max: 5 }))
      .map(([any, protocol]) => dumps(any, protocol, { undefined: "null" }));
    const objects = fc.array(dumped, { maxLength: 5 });
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(objects, sizes, (pickles, steps) => {
        const bytes = joinAll(pickles);
        const chunks: Uint8Array[] = [];
        for (let at = 0, step = 0; at < bytes.length; step++) {
          const size = steps[step % steps.length] as number;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(split(chunks)).toEqual({ pickles, cut: undefined });
      }),
      { numRuns: 300 },
    );
  });

  it("joins big pieces and small ones in order", () => {
    const big = new Uint8Array(300_000).map((_, index) => index * 7);
    const pickle = dumps(Tuple.of(big, "x", big));
    for (const size of [1000, 16_384, 70_000, 250_000]) {
      expect(split(cutAt(pickle, size)).pickles).toEqual([pickle]);
    }
  });

  it("hands out the rest that was pushed but not taken", () => {
    const splitter = new Splitter();
    const one = dumps(1);
    splitter.push(joinAll([one, one, one.subarray(0, 3)]));
    expect(splitter.next()).toEqual(one);
    expect(splitter.rest()).toEqual(joinAll([one, one.subarray(0, 3)]));
    expect(splitter.finish()).toBeUndefined();
  });

  const refused: [name: string, bytes: string, code: string, offset: number][] = [
    ["no such opcode", "]\xff]", "invalid-opcode", 1],
    ["a negative LONG4", "\x8b\0\0\0\x80abc", "bad-length", 0],
    ["a length beyond 2^53", "\x8e\0\0\0\0\0\0\0\x80abc", "truncated", 0],
  ];
  it.each(refused)("hands %s to the machine at once", (_name, text, code, offset) => {
    const bytes = Uint8Array.from(Buffer.from(text, "latin1"));
    for (const size of [1, bytes.length]) {
      const [first] = split(cutAt(bytes, size)).pickles;
      expect(first).toBeDefined();
      let raised: unknown;
      try {
        new Unpickler(first as Uint8Array).load();
      } catch (error) {
        raised = error;
      }
      expect(raised).toBeInstanceOf(UnpicklingError);
      expect(raised).toMatchObject({ code, offset });
    }
  });

  it("keeps no more than what arrived, whatever a length announces", () => {
    const splitter = new Splitter();
    splitter.push(Uint8Array.from(Buffer.from("\x8e\0\0\0\0\xff\0\0\0abc", "latin1")));
    expect(splitter.next()).toBeUndefined();
    expect(splitter.finish()?.length).toBe(12);
  });
});
