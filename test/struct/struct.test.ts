/** `brine/struct`: CPython's own answers, every refusal with its place, round trips, arbitrary formats and bytes. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteArray } from "../../src/index.ts";
import {
  Complex,
  calcsize,
  Float,
  iterUnpack,
  pack,
  packInto,
  Struct,
  StructError,
  unpack,
  unpackFrom,
} from "../../src/struct/index.ts";
import { CODES } from "../../src/struct/layout.ts";
import { type Call, difference } from "./calls.ts";

const vectors = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`vectors/${name}`, import.meta.url), "utf8"));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

/** Code and place of what `act` refuses. */
function refusal(act: () => unknown): unknown[] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof StructError)) throw error;
    return [error.code, error.index ?? error.offset ?? error.position];
  }
  throw new Error("nothing was refused");
}

describe("CPython's answers", () => {
  it("are ours, for calls of every kind (3.13.0)", () => {
    const calls = vectors("calls.json") as Call[];
    expect(calls.length).toBeGreaterThan(200);
    expect(calls.flatMap((call) => difference(call) ?? [])).toEqual([]);
  });

  it("are ours, for complex numbers (3.14.2)", () => {
    const made = vectors("complex.json") as {
      format: string;
      data: string;
      values: ([string, string] | number)[];
      packed: string;
    }[];
    const double = (text: string): number => new DataView(bytes(text).buffer).getFloat64(0);
    for (const { format, data, values, packed } of made) {
      const expected = values.map((value) =>
        typeof value === "number" ? value : new Complex(double(value[0]), double(value[1])),
      );
      expect([format, unpack(format, bytes(data))]).toEqual([format, expected]);
      expect([format, hex(pack(format, ...expected))]).toEqual([format, packed]);
    }
    expect(made.length).toBe(40);
  });

  it("pads a native complex to its parts", () => {
    expect([calcsize("F"), calcsize("bF"), calcsize("bD"), calcsize("F0D")]).toEqual([
      8, 12, 24, 8,
    ]);
  });

  it("packs real numbers as complex ones, and overflows where CPython does", () => {
    expect(hex(pack("<F", 3))).toBe("0000404000000000");
    expect(hex(pack("<D", 10n))).toBe("00000000000024400000000000000000");
    expect(hex(pack("<F", new Complex(1e39, 1)))).toBe("0000807f0000803f");
    expect(refusal(() => pack(">F", new Complex(0, 1e39)))).toEqual(["out-of-range", 0]);
    expect(refusal(() => pack("<D", 10n ** 400n))).toEqual(["not-a-complex", 0]);
  });
});

describe("every format character", () => {
  it.each([...CODES.keys()])("%s comes back as it went", (code) => {
    const sample: Record<string, unknown> = {
      "?": true,
      c: Uint8Array.of(200),
      s: Uint8Array.of(200),
      p: new Uint8Array(0),
      F: new Complex(0.5, -2),
      D: new Complex(0.1, -0),
    };
    const values = code === "x" ? [] : [sample[code] ?? ("efd".includes(code) ? -0.25 : 77)];
    const orders = "nNP".includes(code) ? ["", "@"] : ["", "@", "=", "<", ">", "!"];
    for (const order of orders) {
      const format: string = order + code;
      const packed = pack(format, ...values);
      expect(packed.length).toBe(calcsize(format));
      expect(unpack(format, packed)).toEqual(values);
    }
  });
});

describe("refusals say where", () => {
  const cases: [name: string, act: () => unknown, expected: unknown[]][] = [
    ["a bad character", () => calcsize("<2iy" as string), ["bad-format", 3]],
    ["a count alone", () => calcsize("<i12" as string), ["bad-format", 2]],
    ["space after a count", () => calcsize("3 i" as string), ["bad-format", 1]],
    ["NUL", () => calcsize("i\0" as string), ["bad-format", 1]],
    ["what is not ASCII", () => calcsize("ié" as string), ["bad-format", 1]],
    ["a size beyond all", () => calcsize("<9007199254740992b"), ["too-large", 1]],
    ["a size beyond this runtime", () => pack("<9007199254740991x"), ["too-large", undefined]],
    ["too few values", () => pack("<2h" as string, 1), ["wrong-count", undefined]],
    ["a fraction", () => pack("<2h", 1, 1.5), ["not-an-integer", 1]],
    ["an unsafe integer", () => pack("<q", 2 ** 53), ["not-an-integer", 0]],
    ["a number out of range", () => pack("<2B", 1, 256), ["out-of-range", 1]],
    ["a bigint out of range", () => pack("<Q", 2n ** 64n), ["out-of-range", 0]],
    ["text for a float", () => pack("<d" as string, "1"), ["not-a-float", 0]],
    ["a float too large", () => pack("<bf", 1, 1e39), ["out-of-range", 1]],
    ["text for a complex", () => pack("<D" as string, "1"), ["not-a-complex", 0]],
    ["text for bytes", () => pack("<2s" as string, "ab"), ["not-bytes", 0]],
    ["two bytes for one", () => pack("<c", Uint8Array.of(1, 2)), ["not-bytes", 0]],
    ["a bytearray for c", () => pack("<c", ByteArray.of(1)), ["not-bytes", 0]],
    ["a wrong length", () => unpack("<h", bytes("00")), ["wrong-size", undefined]],
    ["half a record", () => iterUnpack("<h", bytes("000000")), ["wrong-size", undefined]],
    ["records of nothing", () => iterUnpack("", bytes("")), ["zero-size", undefined]],
    ["an offset too far", () => unpackFrom("<h", bytes("0000"), 1), ["bad-offset", 1]],
    ["an offset before all", () => packInto("<h", bytes("0000"), -3, 1), ["bad-offset", -3]],
  ];
  it.each(cases)("%s", (_, act, expected) => {
    expect(refusal(act)).toEqual(expected);
  });

  it("as a TypeError that names the parameter, for arguments of the wrong type", () => {
    const wrong = (value: unknown): never => value as never;
    expect(() => calcsize(wrong(7))).toThrow(new TypeError("format must be a string, got number"));
    expect(() => unpack("<h", wrong("ab"))).toThrow(/^data must be bytes .*got string$/);
    expect(() => iterUnpack("<h", wrong(null))).toThrow(/^buffer must be bytes .*got null$/);
    expect(() => unpackFrom("<h", bytes("0000"), 0.5)).toThrow(
      /^offset must be an integer, got 0.5/,
    );
    expect(() => packInto("<h", bytes("0000"), wrong("0"), 1)).toThrow(TypeError);
  });

  it("and leave what was written before in a buffer, zeros after, as Python does", () => {
    for (const count of [3, 300]) {
      const buffer = new Uint8Array(count + 4).fill(0xff);
      const values = Array.from({ length: count }, (_, index) => (index < 2 ? index + 1 : 500));
      expect(refusal(() => packInto(`<${count}b` as string, buffer, 2, ...values))).toEqual([
        "out-of-range",
        2,
      ]);
      expect(hex(buffer)).toBe(`ffff0102${"00".repeat(count - 2)}ffff`);
    }
  });
});

describe("values", () => {
  it("are numbers while they are safe, or bigints when asked for", () => {
    const data = pack("<3q", 1n, 2n ** 53n, -(2n ** 53n) + 1n);
    expect(unpack("<3q", data)).toEqual([1, 2n ** 53n, -(2 ** 53) + 1]);
    expect(unpack("<3q", data, { ints: "bigint" })).toEqual([1n, 2n ** 53n, -(2n ** 53n) + 1n]);
    expect(unpack(">Q", pack(">Q", 2 ** 53 - 1))).toEqual([2 ** 53 - 1]);
    expect([...iterUnpack("<q", data, { ints: "bigint" })].flat()).toEqual([
      1n,
      2n ** 53n,
      -(2n ** 53n) + 1n,
    ]);
    expect(unpack("<qI", pack("<qI", 1, 2), { ints: "bigint" })).toEqual([1n, 2]);
  });

  it("are copies: neither input nor scratch space shows in them later", () => {
    const data = Uint8Array.of(1, 2, 3, 4);
    const [first] = unpack("<4s", data);
    const packed = pack("<4s", data);
    unpack("<4s", Uint8Array.of(9, 9, 9, 9));
    data.fill(7);
    expect([...first, ...packed]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect(first.buffer.byteLength).toBe(4);
    expect(packed.buffer.byteLength).toBe(4);
  });

  it("keep the sign and payload of a NaN that a Float carries, and write Python's own else", () => {
    expect(hex(pack(">d", Number.NaN))).toBe("7ff8000000000000");
    expect(hex(pack(">d", -Number.NaN))).toBe("7ff8000000000000");
    const odd = new Float(Number.NaN, 0xfff8_0000_0000_0001n);
    expect(hex(pack(">dfe", odd, odd, odd))).toBe("fff8000000000001ffc00000fe00");
    expect(unpack(">d", bytes("7ff0000000000001"))).toEqual([Number.NaN]);
  });

  it("come from any view, in place", () => {
    const memory = new Uint8Array(12).fill(255);
    packInto(">H", new DataView(memory.buffer, 4, 4), 1, 0x102);
    expect(hex(memory)).toBe("ffffffffff0102ffffffffff");
    expect(unpackFrom(">H", new Uint16Array(memory.buffer, 4, 4), 1)).toEqual([258]);
    expect(unpack(">3I", memory.buffer)).toEqual([0xffff_ffff, 0xff01_02ff, 0xffff_ffff]);
    expect(unpack("<2s", Buffer.from("ab"))[0].constructor).toBe(Uint8Array);
  });

  it("are read from a buffer as it is when its turn comes; one that went away has no more", () => {
    const data = Uint8Array.of(1, 2, 3);
    const rows = iterUnpack("B", data);
    expect(rows.next().value).toEqual([1]);
    data[1] = 9;
    expect(rows.next().value).toEqual([9]);
    structuredClone(data.buffer, { transfer: [data.buffer] });
    expect(rows.next()).toEqual({ done: true, value: undefined });
    expect(unpack("0s", data)).toEqual([new Uint8Array(0)]);
  });
});

describe("Struct", () => {
  it("is its format", () => {
    const point = new Struct("<2h");
    expect([point.format, point.size]).toEqual(["<2h", 4]);
    const buffer = new Uint8Array(6);
    point.packInto(buffer, 2, 1, -2);
    expect(point.unpackFrom(buffer, 2)).toEqual([1, -2]);
    expect([...point.iterUnpack(buffer.subarray(2))]).toEqual([[1, -2]]);
    expect(point.unpack(point.pack(5, 6))).toEqual([5, 6]);
  });

  it("goes on after a refusal", () => {
    const both = new Struct("<hd");
    expect(() => both.pack(1, "x" as never)).toThrow(StructError);
    expect(both.unpack(both.pack(1, 0.5))).toEqual([1, 0.5]);
  });
});

describe("the cache of formats", () => {
  it("holds no more than Python's, whatever comes", async () => {
    const { clearCache, compiled } = await import("../../src/struct/compiled.ts");
    clearCache();
    const first = compiled("<1h");
    expect(compiled("<1h")).toBe(first);
    for (let count = 2; count <= 100; count++) compiled(`<${count}h`);
    expect(compiled("<1h")).toBe(first);
    compiled("<101h");
    expect(compiled("<1h")).not.toBe(first);
  });
});

describe("a huge count", () => {
  it("costs nothing until there are bytes or values for it", () => {
    expect(calcsize("<999999999999999b")).toBe(999999999999999);
    expect(refusal(() => unpack("<999999999999999b", bytes("00")))).toEqual([
      "wrong-size",
      undefined,
    ]);
    expect(refusal(() => pack("<999999999999999b", 1))).toEqual(["wrong-count", undefined]);
  });

  it("is read and written in a loop beyond eight values", () => {
    const values = Array.from({ length: 1000 }, (_, index) => index - 500);
    const format: string = "<1000h3s";
    const packed = pack(format, ...values, bytes("010203"));
    expect(unpack(format, packed)).toEqual([...values, bytes("010203")]);
  });
});

describe("whatever comes", () => {
  const letters = [..."xcbB?hHiIlLqQnNPefdFDsp", ..."0123456789", ..."@=<>! \t", "y", "\0", "é"];
  const formats = fc
    .array(fc.constantFrom(...letters), { maxLength: 8 })
    .map((all) => all.join(""));
  // Counts of ten digits are no news, and would only fill memory with NULs.
  const small = formats.filter((format) => !/\d{5}/.test(format));

  it("as format and bytes, gives values or a StructError", () => {
    fc.assert(
      fc.property(small, fc.uint8Array({ maxLength: 64 }), fc.integer(), (format, data, offset) => {
        for (const act of [
          () => unpack(format, data),
          () => unpackFrom(format, data, offset % 70),
          () => [...iterUnpack(format, data)],
          () => calcsize(format),
        ]) {
          try {
            act();
          } catch (error) {
            expect(error).toBeInstanceOf(StructError);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("as values, gives bytes or a StructError", () => {
    fc.assert(
      fc.property(
        small,
        fc.array(fc.anything({ withBigInt: true, withNullPrototype: true, withTypedArray: true })),
        (format, values) => {
          for (const act of [
            () => pack(format, ...values),
            () => packInto(format, new Uint8Array(40), 1, ...values),
          ]) {
            try {
              act();
            } catch (error) {
              expect(error).toBeInstanceOf(StructError);
            }
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("unpacked and packed again is the same bytes", () => {
    const whole = small.filter((format) => {
      try {
        return calcsize(format) < 4096 && !/[?xpefdFD]|^[^<>=!]/.test(format);
      } catch {
        return false;
      }
    });
    fc.assert(
      fc.property(whole, fc.infiniteStream(fc.nat(255)), (format, stream) => {
        const data = Uint8Array.from(stream.take(calcsize(format)));
        expect(hex(pack(format, ...unpack(format, data)))).toBe(hex(data));
      }),
      { numRuns: 1000 },
    );
  });

  it("every double and half goes through alike", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const number = Number.isInteger(value) ? new Float(value) : value;
        expect(unpack("<d", pack("<d", number))).toEqual([value]);
        expect(unpack(">f", pack("f", number).reverse())).toEqual([Math.fround(value)]);
      }),
    );
    for (let bits = 0; bits < 0x10000; bits++) {
      const half = Uint8Array.of(bits & 255, bits >> 8);
      const [value] = unpack("<e", half);
      if (!Number.isNaN(value)) expect(pack("<e", value)).toEqual(half);
    }
  });

  it("a record cut at any byte is refused", () => {
    const packed = pack(
      "<bhiqefd3s4p?",
      1,
      2,
      3,
      4,
      0.5,
      0.5,
      0.5,
      bytes("010203"),
      bytes("01"),
      1,
    );
    for (let end = 0; end < packed.length; end++) {
      expect(refusal(() => unpack("<bhiqefd3s4p?", packed.subarray(0, end)))[0]).toBe("wrong-size");
    }
  });
});
