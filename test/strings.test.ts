/** Short strings out of regions and runs: whatever stands around them, each is what a decoder makes of its bytes alone. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeUtf8 } from "../src/core/bytes/index.ts";
import { StringReader } from "../src/core/machine/index.ts";
import { packb, unpackb } from "../src/msgpack/index.ts";
import { dumps, loads } from "../src/pickle/index.ts";
import { exponent, timeOf } from "./growth.ts";

// Bytes that are close to UTF-8 and to opcodes, so that characters are cut, begun and continued by what is none.
const byte = fc.oneof(
  fc.constantFrom(0x8c, 0x94, 0x58, 0x71, 0x72, 0x4b, 0x47, 0x28, 0x65, 0x00, 0x01, 0x02, 0x05),
  fc.constantFrom(
    0xc3,
    0xa9,
    0xe2,
    0x82,
    0xac,
    0xed,
    0xa0,
    0x80,
    0xf0,
    0x9f,
    0x98,
    0x80,
    0xf4,
    0xc0,
    0xff,
  ),
  fc.integer({ min: 0, max: 255 }),
);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom("a", "é", "漢", "😀", "\ud800", "\udc00", "\ufffd"),
    maxLength: 30,
  }),
  fc.string({ maxLength: 20 }),
);
const value = fc.oneof(
  { weight: 5, arbitrary: text },
  { weight: 1, arbitrary: fc.integer() },
  { weight: 1, arbitrary: fc.double({ noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(text, text, { maxKeys: 4 }) },
);

describe("StringReader", () => {
  it("reads each string as if it stood alone", () => {
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 300 }),
        fc.array(fc.tuple(fc.nat(12), fc.nat(40)), { maxLength: 30 }),
        (numbers, places) => {
          const bytes = Uint8Array.from(numbers);
          const reader = new StringReader();
          let at = 0;
          for (const [gap, size] of places) {
            const start = Math.min(bytes.length, at + gap);
            const stop = Math.min(bytes.length, start + size);
            expect(reader.read(bytes, start, stop, bytes.length)).toBe(
              decodeUtf8(bytes, start, stop),
            );
            // Now and then a string is read twice.
            if (gap > 9) reader.read(bytes, start, stop, bytes.length);
            at = stop;
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("takes from a run what was asked for, whatever headers say", () => {
    const list = Uint8Array.from(
      [...("8c02c3a9" + "8c04c3a9c3bc" + "8c02c3b6" + "8c02c3a4" + "8c02c3a0")]
        .join("")
        .match(/../g) ?? [],
      (pair) => Number.parseInt(pair, 16),
    );
    const reader = new StringReader();
    expect(reader.read(list, 2, 4, list.length)).toBe("é");
    // Shorter than its header says, then one that is passed over.
    expect(reader.read(list, 6, 8, list.length)).toBe("é");
    expect(reader.read(list, 16, 18, list.length)).toBe("ä");
    expect(reader.read(list, 6, 10, list.length)).toBe("éü");
  });

  it("is linear where strings cannot be decoded together", () => {
    const lists = (length: number): (() => void) => {
      const data = dumps(Array.from({ length }, (_, index) => `\ud800${index}`));
      return () => loads(data);
    };
    expect(exponent(lists, 20_000)).toBeLessThan(1.5);
    // A scan of a whole region for each would take five hundred times as long as good ones do.
    const each = timeOf(lists(100_000));
    const whole = dumps(Array.from({ length: 100_000 }, (_, index) => `é${index}`));
    expect(each).toBeLessThan(100 * (timeOf(() => loads(whole)) + 5));
  });

  it("forgets what it has read of other bytes", () => {
    const reader = new StringReader();
    const one = new TextEncoder().encode("é\u0001ü\u0001ö");
    const other = new TextEncoder().encode("á\u0001à\u0001â");
    expect(reader.read(one, 0, 2, one.length)).toBe("é");
    reader.reset();
    expect(reader.read(other, 0, 2, other.length)).toBe("á");
  });
});

describe("values with many strings", () => {
  it.each([1, 2, 3, 4, 5])("come back at protocol %i", (protocol) => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), (values) => {
        expect(loads(dumps(values, protocol))).toEqual(values);
      }),
      { numRuns: 300 },
    );
  });

  it("come back from msgpack", () => {
    const whole = fc
      .array(value, { maxLength: 60 })
      .filter(
        (values) =>
          JSON.stringify(values).isWellFormed() && !/\\ud[89a-f]/.test(JSON.stringify(values)),
      );
    fc.assert(
      fc.property(whole, (values) => {
        expect(unpackb(packb(values))).toEqual(values);
      }),
      { numRuns: 500 },
    );
  });

  it("are right across regions", () => {
    const letters = ["é", "漢", "😀", "\ud800", "a", "жз"];
    const rows = Array.from({ length: 20_000 }, (_, index) => ({
      name: (letters[index % 6] as string).repeat(1 + (index % 40)) + index,
      plain: `row ${index}`,
      size: index * 0.1,
      letter: letters[(index * 7) % 6],
    }));
    for (const protocol of [2, 4]) expect(loads(dumps(rows, protocol))).toEqual(rows);
  });
});
