/** Decompressors: what Python compressed comes out, and whatever is damaged is refused by code and offset. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Compression,
  compressionOf,
  DecompressionError,
  DecompressionLimitError,
  decompress,
  decompressed,
  decompressing,
  decompressSync,
} from "../../src/codecs/index.ts";
import { loads } from "../../src/pickle/index.ts";
import { exponent } from "../growth.ts";
import { compressing } from "./compressing.ts";
import { bombs, chunksOf, drain, sourceOf, vector, vectors } from "./vectors.ts";

const LIMIT = 1 << 20;
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** The refusal of a call, or undefined. */
function refusal(call: () => unknown): DecompressionError | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof DecompressionError) return error;
    throw error;
  }
}

async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return new Uint8Array(Buffer.concat(all));
}

describe("what Python compressed", () => {
  it.each(vectors)("$compression $name", async ({ compression, packed, whole }) => {
    const limit = whole.length;
    expect(same(decompressSync(compression, packed, { limit }), whole)).toBe(true);
    expect(same(await decompress(compression, packed, { limit }), whole)).toBe(true);
    for (const step of [1, 7, 1 << 20]) {
      const source = decompressing(compression, sourceOf(packed, step), { limit });
      expect(same(drain(source, step === 7 ? 1000 : 40_000), whole)).toBe(true);
      expect(source.position).toBe(whole.length);
    }
    for (const step of [100, 1 << 20]) {
      const pieces = decompressed(compression, chunksOf(packed, step), { limit });
      expect(same(await gather(pieces), whole)).toBe(true);
    }
  });

  it.each(vectors)("$compression $name: its first bytes say what it is", (one) => {
    // "deflate" has no frame, and joblib knows .lzma by the usual properties only.
    const unknown = one.compression === "deflate" || one.name.startsWith("lzma properties");
    const found = compressionOf(one.packed.subarray(0, 6));
    expect(found).toBe(unknown ? undefined : one.compression);
  });

  it("takes no pickle, array or archive for compressed data", () => {
    for (const text of [
      "\x80\x04\x95",
      "(dp0\n",
      "\x93NUMPY",
      "PK\x03\x04",
      "xyz",
      "",
      "x",
      "B",
      "ZF",
    ]) {
      expect(compressionOf(new Uint8Array(Buffer.from(text, "latin1")))).toBeUndefined();
    }
  });
});

describe("a limit", () => {
  it.each(
    vectors.filter(({ whole }) => whole.length > 0),
  )("of one byte less refuses $compression $name", async ({ compression, packed, whole }) => {
    const limit = whole.length - 1;
    const error = refusal(() => decompressSync(compression, packed, { limit }));
    expect(error).toBeInstanceOf(DecompressionLimitError);
    expect(error).toMatchObject({
      code: "limit-exceeded",
      limit: "decompressedBytes",
      allowed: limit,
    });
    expect((error as DecompressionLimitError).actual).toBeGreaterThan(limit);
    const again = refusal(() => drain(decompressing(compression, packed, { limit }), 999));
    expect(again?.code).toBe("limit-exceeded");
    await expect(decompress(compression, packed, { limit })).rejects.toThrow(
      DecompressionLimitError,
    );
    const pieces = gather(decompressed(compression, [packed], { limit }));
    await expect(pieces).rejects.toThrow(DecompressionLimitError);
  });

  it.each(bombs)("stops a bomb of $compression early", ({ compression, packed }) => {
    const limit = 100_000;
    const error = refusal(() => decompressSync(compression, packed, { limit }));
    // A decoder stops in the block or symbol that goes beyond, long before 8 MiB.
    expect((error as DecompressionLimitError).actual).toBeLessThanOrEqual(limit + 300);
    const source = decompressing(compression, packed, { limit });
    let given = 0;
    const stopped = refusal(() => {
      for (const target = new Uint8Array(999); ; ) given += source.read(target);
    });
    expect(stopped?.code).toBe("limit-exceeded");
    expect(given).toBe(limit);
  });

  it.each(bombs)("lets all of $compression through where it is large enough", ({
    compression,
    packed,
  }) => {
    const whole = decompressSync(compression, packed, { limit: (8 << 20) + 100 });
    expect(Buffer.compare(loads(whole) as Uint8Array, new Uint8Array(8 << 20))).toBe(0);
  });
});

describe("very many tiny pieces", () => {
  // An .xz block of stored LZMA2 chunks of one byte each, 4 bytes in and 1 out, behind some to look back on.
  const COUNT = 100_000;
  const chunks = (before: number): Uint8Array => {
    const head = Buffer.from([2, 0, 0x21, 1, 22, 0, 0, 0]);
    const crc = Buffer.alloc(4);
    crc.writeUInt32LE(crcOf(head));
    const first = Buffer.from([
      1,
      (before - 1) >> 8,
      (before - 1) & 255,
      ...new Uint8Array(before),
    ]);
    const tiny = Buffer.alloc(4 * COUNT, Uint8Array.of(2, 0, 0, 7));
    const start = vector("xz crc64: one", "xz").packed.subarray(0, 12);
    return new Uint8Array(Buffer.concat([start, head, crc, first, tiny]));
  };

  it("do not move what lies behind them each time", () => {
    const reading = (before: number) => {
      const packed = chunks(before);
      return () => {
        const source = decompressing("xz", packed, { limit: LIMIT });
        // The block is cut off behind its last chunk.
        expect(refusal(() => drain(source, 1 << 16))?.code).toBe("truncated");
        expect(source.position).toBe(before + COUNT);
      };
    };
    // Eight times as much behind them, and most of the time is theirs.
    expect(exponent(reading, 8192)).toBeLessThan(0.7);
  });
});

describe("cut anywhere", () => {
  const short = vectors.filter(({ packed }) => packed.length < 2500);
  it.each(short)("$compression $name", ({ compression, packed, parts, whole }) => {
    const complete = new Set([...ends(compression, packed, parts.length), packed.length]);
    for (let cut = 0; cut < packed.length; cut++) {
      const part = packed.slice(0, cut);
      const error = refusal(() => decompressSync(compression, part, { limit: LIMIT }));
      const there = error === undefined ? "complete" : `${error.code} at ${error.offset}`;
      expect(there).toBe(complete.has(cut) ? "complete" : `truncated at ${cut}`);
      const source = decompressing(compression, sourceOf(part, 50), { limit: LIMIT });
      const given: Uint8Array[] = [];
      const again = refusal(() => {
        for (;;) {
          const target = new Uint8Array(64);
          const count = source.read(target);
          if (count === 0) return;
          given.push(target.subarray(0, count));
        }
      });
      expect([again?.code, again?.offset]).toEqual([error?.code, error?.offset]);
      const before = new Uint8Array(Buffer.concat(given));
      expect(same(before, whole.subarray(0, before.length))).toBe(true);
    }
  });
});

// Lengths at which the first streams of several are complete, found by the size of each as it stands alone.
function ends(compression: Compression, packed: Uint8Array, parts: number): number[] {
  const found: number[] = [];
  if (parts < 2) return found;
  const magic = packed.subarray(0, 3);
  for (let at = 1; at + 3 < packed.length; at++) {
    if (!same(packed.subarray(at, at + 3), magic)) continue;
    if (compression === "gzip" || compression === "bz2" || compression === "lz4") found.push(at);
    // Eight bytes of padding between .xz streams; less of it is something behind the first.
    else for (let padding = 0; padding <= 8; padding++) found.push(at - padding);
    // An LZ4 frame that is skipped stands between: 13 bytes.
    if (compression === "lz4") found.push(at - 13);
  }
  return found;
}

describe("one bit changed", () => {
  // What has a checksum over its contents gives these contents or nothing.
  const checked = /^(zlib|gzip|bz2|xz crc|xz sha|xz delta|lz4.*checked)/;
  const short = vectors.filter(({ packed }) => packed.length < 1500);
  it.each(short)("$compression $name", ({ name, compression, packed, parts, whole }) => {
    const isChecked = checked.test(name) || compression === "zlib" || compression === "bz2";
    for (let at = 0; at < packed.length; at++) {
      const changed = packed.slice();
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      const run = (): Uint8Array => decompressSync(compression, changed, { limit: LIMIT });
      const error = refusal(() => {
        const found = run();
        // What no longer begins as a second stream is something behind the first.
        const first = parts.length > 1 ? (parts[0] as Uint8Array) : whole;
        if (isChecked) expect(same(found, whole) || same(found, first)).toBe(true);
      });
      if (error !== undefined) {
        expect(error.offset).toBeGreaterThanOrEqual(0);
        expect(error.offset).toBeLessThanOrEqual(packed.length);
      }
    }
  });
});

describe("arbitrary bytes", () => {
  const formats = ["zlib", "gzip", "deflate", "bz2", "xz", "lzma", "lz4"] as const;
  it.each(formats)("%s raises its own errors only", (compression) => {
    const beginnings = vectors.filter((one) => one.compression === compression);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.nat(beginnings.length - 1),
        fc.nat(60),
        (bytes, index, kept) => {
          const start = (beginnings[index] as (typeof beginnings)[0]).packed.subarray(0, kept);
          const packed = new Uint8Array(Buffer.concat([start, bytes]));
          refusal(() => decompressSync(compression, packed, { limit: LIMIT }));
          refusal(() =>
            drain(decompressing(compression, sourceOf(packed, 33), { limit: LIMIT }), 777),
          );
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe("refusals", () => {
  const mixed = (compression: Compression, title: string): Uint8Array =>
    vector(`${title}: mixed`, compression).packed.slice();
  const at = (bytes: Uint8Array, offset: number, ...values: number[]): Uint8Array => {
    bytes.set(values, offset < 0 ? bytes.length + offset : offset);
    return bytes;
  };
  const joined = (...parts: (Uint8Array | number[])[]): Uint8Array =>
    new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
  const size = (compression: Compression, title: string): number =>
    mixed(compression, title).length;

  const cases: [what: string, Compression, Uint8Array, code: string, offset: number][] = [
    ["nothing", "zlib", new Uint8Array(0), "truncated", 0],
    ["another format", "zlib", mixed("gzip", "gzip"), "corrupt", 0],
    ["a window of 64 KiB", "zlib", Uint8Array.of(0x88, 0x1c, 3, 0), "corrupt", 0],
    ["a preset dictionary", "zlib", Uint8Array.of(0x78, 0xbb, 0, 0, 0, 1), "unsupported", 1],
    [
      "a wrong Adler-32",
      "zlib",
      at(mixed("zlib", "zlib 9"), -1, 0),
      "checksum",
      size("zlib", "zlib 9") - 4,
    ],
    ["block kind 3", "deflate", Uint8Array.of(7), "corrupt", 1],
    [
      "a stored length that contradicts itself",
      "deflate",
      Uint8Array.of(1, 1, 0, 1, 0, 65),
      "corrupt",
      1,
    ],
    ["a match before the start", "deflate", Uint8Array.of(3, 2, 0), "corrupt", 2],
    ["another format", "gzip", mixed("zlib", "zlib 9"), "corrupt", 0],
    ["another method", "gzip", at(mixed("gzip", "gzip"), 2, 7), "unsupported", 2],
    ["a wrong CRC", "gzip", at(mixed("gzip", "gzip"), -8, 0), "checksum", size("gzip", "gzip") - 8],
    [
      "a wrong length",
      "gzip",
      at(mixed("gzip", "gzip"), -4, 0, 0),
      "checksum",
      size("gzip", "gzip") - 4,
    ],
    [
      "something behind it",
      "gzip",
      joined(mixed("gzip", "gzip"), [0, 0, 65, 66]),
      "corrupt",
      size("gzip", "gzip") + 2,
    ],
    [
      "a wrong CRC of the header",
      "gzip",
      at(vector("gzip, full header: one", "gzip").packed.slice(), 8, 9),
      "checksum",
      29,
    ],
    ["another format", "bz2", mixed("xz", "xz crc64"), "corrupt", 0],
    [
      "a block without bytes",
      "bz2",
      Uint8Array.from([
        ...Buffer.from("BZh1"),
        0x31,
        0x41,
        0x59,
        0x26,
        0x53,
        0x59,
        ...Array(12).fill(0),
      ]),
      "corrupt",
      20,
    ],
    ["a randomised block", "bz2", at(mixed("bz2", "bz2 1"), 14, 0x80), "unsupported", 15],
    ["another format", "xz", mixed("bz2", "bz2 1"), "corrupt", 0],
    ["a wrong CRC of the header", "xz", at(mixed("xz", "xz crc64"), 8, 0), "checksum", 8],
    [
      "an unknown check",
      "xz",
      at(mixed("xz", "xz crc64"), 7, 5, 0x2c, 0x5c, 0x4a, 0x77),
      "checksum",
      8,
    ],
    [
      "a wrong check",
      "xz",
      at(mixed("xz", "xz crc64"), -32, 0, 0),
      "checksum",
      size("xz", "xz crc64") - 32,
    ],
    [
      "other magic at its end",
      "xz",
      at(mixed("xz", "xz crc64"), -1, 0),
      "corrupt",
      size("xz", "xz crc64") - 2,
    ],
    ["impossible properties", "lzma", at(mixed("lzma", "lzma"), 0, 225), "unsupported", 0],
    [
      "properties that liblzma refuses",
      "lzma",
      at(mixed("lzma", "lzma"), 0, 8 + 9),
      "unsupported",
      0,
    ],
    ["data that does not begin with 0", "lzma", at(mixed("lzma", "lzma"), 13, 1), "corrupt", 13],
    ["another format", "lz4", mixed("zlib", "zlib 9"), "corrupt", 0],
    ["the old format", "lz4", Uint8Array.of(0x02, 0x21, 0x4c, 0x18, 0, 0), "unsupported", 0],
    ["another version", "lz4", at(mixed("lz4", "lz4 linked"), 4, 0x80), "unsupported", 4],
    ["a reserved bit", "lz4", at(mixed("lz4", "lz4 linked"), 4, 0x42), "unsupported", 4],
    ["a wrong header checksum", "lz4", at(mixed("lz4", "lz4 linked"), 6, 0), "checksum", 6],
    ["a block too large", "lz4", at(mixed("lz4", "lz4 linked"), 7, 255, 255, 255), "corrupt", 7],
    [
      "a wrong content checksum",
      "lz4",
      at(mixed("lz4", "lz4 linked, checked"), -1, 0),
      "checksum",
      size("lz4", "lz4 linked, checked") - 4,
    ],
  ];
  it.each(cases)("%s in %s", (_what, compression, packed, code, offset) => {
    const error = refusal(() => decompressSync(compression, packed, { limit: LIMIT }));
    expect(error?.code).toBe(code);
    expect(error?.compression).toBe(compression);
    if (offset >= 0) expect(error?.offset).toBe(offset);
    expect(error?.message).toContain(`at byte ${error?.offset}`);
  });

  it("names the filter for programs of an .xz file", () => {
    // Header of a block: 0x04 (x86) without properties, then LZMA2.
    const fields = [2, 1, 4, 0, 0x21, 1, 22, 0];
    const packed = vector("xz crc64: one", "xz").packed.slice(0, 12);
    const crc = Buffer.alloc(4);
    crc.writeUInt32LE(crcOf(Uint8Array.from(fields)));
    const error = refusal(() =>
      decompressSync("xz", joined(packed, fields, crc), { limit: LIMIT }),
    );
    expect(error).toMatchObject({ code: "unsupported", compression: "xz" });
    expect(error?.message).toContain("x86");
  });

  it("is the same from Node's zlib as from the portable decoder", async () => {
    for (const [, compression, packed] of cases) {
      const error = refusal(() => decompressSync(compression, packed, { limit: LIMIT }));
      const other = await decompress(compression, packed, { limit: LIMIT }).catch(
        (reason) => reason,
      );
      expect(other).toMatchObject({ code: error?.code, offset: error?.offset });
    }
  });

  it("has the same code when it comes in pieces", async () => {
    for (const [, compression, packed] of cases) {
      const error = refusal(() => decompressSync(compression, packed, { limit: LIMIT }));
      const pieces = gather(decompressed(compression, chunksOf(packed, 40), { limit: LIMIT }));
      const other = await pieces.catch((reason) => reason);
      expect([compression, other.code]).toEqual([compression, error?.code]);
    }
  });

  it("reads one stream of lzma data behind another, as Python does, each with a dictionary of its own", async () => {
    // lzma.compress(b"abcabcabcabc", FORMAT_ALONE) + lzma.compress(b"defdefdefabcabc", FORMAT_ALONE)
    const packed = new Uint8Array(
      Buffer.from(
        "XQAAgAD//////////wAwmIin62KBo///YWQAAF0AAIAA//////////8AMhlJEfdkX83zrlwP///g3QAA",
        "base64",
      ),
    );
    const whole = Buffer.from("abcabcabcabcdefdefdefabcabc");
    for (const [compressed, plain] of [
      [packed, whole],
      [vector("lzma: long", "lzma").packed, vector("lzma: long", "lzma").whole],
      [vector("lzma known size: mixed", "lzma").packed, vector("lzma: mixed", "lzma").whole],
    ] as const) {
      const twice = joined(joined(compressed, compressed), packed);
      const both = Buffer.concat([plain, plain, whole]);
      expect(same(decompressSync("lzma", twice, { limit: LIMIT }), both)).toBe(true);
      const source = decompressing("lzma", sourceOf(twice, 7), { limit: LIMIT });
      expect(same(drain(source, 40), both)).toBe(true);
      const cut = refusal(() => decompressSync("lzma", twice.subarray(0, -1), { limit: LIMIT }));
      expect(cut?.code).toBe("truncated");
    }
  });

  it("leaves what follows bz2, xz, zlib and lzma data alone, as Python does", () => {
    for (const [compression, title] of [
      ["bz2", "bz2 1"],
      ["xz", "xz crc64"],
      ["zlib", "zlib 9"],
      ["lzma", "lzma"],
    ] as const) {
      const { packed, whole } = vector(`${title}: mixed`, compression);
      const longer = joined(packed, Buffer.from("what follows"));
      expect(same(decompressSync(compression, longer, { limit: LIMIT }), whole)).toBe(true);
    }
  });
});

// Bit by bit, as the specification says it.
function crcOf(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

compressing();
