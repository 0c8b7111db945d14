/** Objects from bytes as they come: whole, in pieces, one byte at a time, from sources and streams. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  ExtType,
  MsgpackError,
  pack,
  packb,
  Timestamp,
  Unpacker,
  unpack,
  unpackAll,
  unpackb,
} from "../../src/msgpack/index.ts";
import { exponent } from "../growth.ts";

const VALUES: readonly unknown[] = [
  { a: [1, -2, 300, 70000, -40000, 2.5, "é😀", null, true], b: { 1: [], 2: {} } },
  new Uint8Array(40),
  [new ExtType(3, Uint8Array.of(1, 2)), new Timestamp(1, 2), new Timestamp(-1, 2)],
  2n ** 63n,
  "x".repeat(300),
  [[], [[]], new Array(20).fill("item")],
  Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key ${index}`, index])),
  7,
];
const STREAM = Uint8Array.from(VALUES.flatMap((value) => [...packb(value)]));
const ENDS = VALUES.map((_, index) =>
  VALUES.slice(0, index + 1).reduce<number>((sum, value) => sum + packb(value).length, 0),
);

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof MsgpackError) return error.code;
    throw error;
  }
  return "nothing";
}

function fed(...bytes: number[]): Unpacker {
  const unpacker = new Unpacker();
  unpacker.feed(Uint8Array.from(bytes));
  return unpacker;
}

describe("Unpacker", () => {
  it.each([1, 2, 3, 7, 64, 1000])("reads what comes %i bytes at a time", (step) => {
    const unpacker = new Unpacker();
    const found: unknown[] = [];
    for (let at = 0; at < STREAM.length; at += step) {
      unpacker.feed(STREAM.subarray(at, at + step));
      for (const value of unpacker) {
        found.push(value);
        expect(unpacker.tell()).toBe(ENDS[found.length - 1]);
      }
    }
    expect(found).toStrictEqual(VALUES);
    expect(unpacker.incomplete).toBe(false);
    expect(unpacker.tell()).toBe(STREAM.length);
  });

  it("goes on wherever the first part ended", () => {
    for (let cut = 0; cut <= STREAM.length; cut++) {
      const unpacker = new Unpacker();
      unpacker.feed(STREAM.subarray(0, cut));
      const found = [...unpacker];
      expect(found).toHaveLength(ENDS.filter((end) => end <= cut).length);
      expect(unpacker.incomplete).toBe(cut > 0 && !ENDS.includes(cut));
      expect(codeOf(() => unpacker.unpack())).toBe("out-of-data");
      unpacker.feed(STREAM.subarray(cut));
      expect([...found, ...unpacker]).toStrictEqual(VALUES);
    }
  });

  it("skips what it would read, one byte at a time too", () => {
    const unpacker = new Unpacker();
    let skipped = 0;
    for (const byte of STREAM) {
      unpacker.feed(Uint8Array.of(byte));
      const code = codeOf(() => unpacker.skip());
      if (code === "nothing") {
        expect(unpacker.tell()).toBe(ENDS[skipped]);
        skipped++;
      } else expect(code).toBe("out-of-data");
    }
    expect(skipped).toBe(VALUES.length);
    expect(codeOf(() => fed(0x91, 0xc1).skip())).toBe("invalid-format");
    const deep = new Unpacker();
    deep.feed(new Uint8Array(100_000).fill(0x91));
    expect(codeOf(() => deep.skip())).toBe("out-of-data");
    deep.feed(Uint8Array.of(7, 8));
    deep.skip();
    expect(deep.unpack()).toBe(8);
  });

  it("reads headers, and the items one by one", () => {
    const unpacker = fed(0x93, 1, 2, 3, 0xde, 0, 1, 0xa1, 0x61, 5, 0xdd, 0, 0, 0, 1, 0xdc, 0);
    expect(unpacker.readArrayHeader()).toBe(3);
    expect([unpacker.unpack(), unpacker.unpack(), unpacker.unpack()]).toEqual([1, 2, 3]);
    expect(codeOf(() => unpacker.readArrayHeader())).toBe("unexpected-type");
    expect(unpacker.readMapHeader()).toBe(1);
    expect([unpacker.unpack(), unpacker.unpack()]).toEqual(["a", 5]);
    expect(unpacker.readArrayHeader()).toBe(1);
    expect(codeOf(() => unpacker.readArrayHeader())).toBe("out-of-data");
    unpacker.feed(Uint8Array.of(2));
    expect(unpacker.readArrayHeader()).toBe(2);
  });

  it("hands out raw bytes between objects", () => {
    const unpacker = fed(1, 0xc1, 0xc1, 2);
    expect(unpacker.unpack()).toBe(1);
    expect(unpacker.readBytes(2)).toEqual(Uint8Array.of(0xc1, 0xc1));
    expect(unpacker.unpack()).toBe(2);
    expect(unpacker.readBytes(5)).toHaveLength(0);
    expect(() => unpacker.readBytes(-1)).toThrow(TypeError);
  });

  it("lets nothing else go on with an object that is half read", () => {
    const unpacker = fed(0x92, 1);
    expect(codeOf(() => unpacker.unpack())).toBe("out-of-data");
    expect(codeOf(() => unpacker.skip())).toBe("in-progress");
    expect(codeOf(() => unpacker.readArrayHeader())).toBe("in-progress");
    expect(codeOf(() => unpacker.readBytes(1))).toBe("in-progress");
    unpacker.feed(Uint8Array.of(2, 0x91));
    expect(unpacker.unpack()).toEqual([1, 2]);
    expect(codeOf(() => unpacker.skip())).toBe("out-of-data");
    expect(codeOf(() => unpacker.unpack())).toBe("in-progress");
    unpacker.feed(Uint8Array.of(3, 4));
    unpacker.skip();
    expect(unpacker.unpack()).toBe(4);
  });

  it("refuses to be called from its own hooks", () => {
    const unpacker: Unpacker = new Unpacker({ listHook: () => unpacker.feed(Uint8Array.of(1)) });
    unpacker.feed(Uint8Array.of(0x90));
    expect(codeOf(() => unpacker.unpack())).toBe("hook-failed");
    const reader: Unpacker = new Unpacker({ listHook: () => reader.unpack() });
    reader.feed(Uint8Array.of(0x90, 1));
    expect(codeOf(() => reader.unpack())).toBe("hook-failed");
  });

  it("refuses for good what it refused once", () => {
    const unpacker = fed(5, 0xc1, 6);
    expect(unpacker.unpack()).toBe(5);
    for (let turn = 0; turn < 3; turn++) {
      expect(codeOf(() => unpacker.unpack())).toBe("invalid-format");
      expect(codeOf(() => unpacker.skip())).toBe("invalid-format");
    }
    const offset = ((): unknown => {
      try {
        return unpacker.unpack();
      } catch (error) {
        return (error as MsgpackError).offset;
      }
    })();
    expect(offset).toBe(1);
  });

  it("holds no more than maxBufferSize", () => {
    const unpacker = new Unpacker({ maxBufferSize: 3 });
    expect(codeOf(() => unpacker.feed(new Uint8Array(4)))).toBe("buffer-full");
    unpacker.feed(Uint8Array.of(0x93, 1, 2));
    expect(codeOf(() => unpacker.unpack())).toBe("out-of-data");
    unpacker.feed(Uint8Array.of(3, 4));
    expect(unpacker.unpack()).toEqual([1, 2, 3]);
    expect(codeOf(() => new Unpacker({ maxBufferSize: 8 }).feed(new Uint8Array(9)))).toBe(
      "buffer-full",
    );
    const long = new Unpacker({ maxBufferSize: 8 });
    long.feed(Uint8Array.of(0xa9));
    expect(codeOf(() => long.unpack())).toBe("limit-exceeded");
    expect(() => new Unpacker({ maxBufferSize: 8, readSize: 9 })).toThrow("readSize");
  });

  it("takes linear time for a message that comes byte by byte", () => {
    const feeding = (count: number) => {
      const message = packb(["x".repeat(count), new Array(count).fill(1)]);
      return () => {
        const unpacker = new Unpacker();
        for (let at = 0; at < message.length; at++) {
          unpacker.feed(message.subarray(at, at + 1));
          for (const _ of unpacker);
        }
        expect(unpacker.incomplete).toBe(false);
      };
    };
    expect(exponent(feeding, 20_000)).toBeLessThan(1.5);
  });
});

describe("sources and streams", () => {
  const source = (
    bytes: Uint8Array,
    step: number,
  ): { remaining: undefined; read(target: Uint8Array): number } => {
    let at = 0;
    return {
      remaining: undefined,
      read(target) {
        const part = bytes.subarray(at, at + Math.min(step, target.length));
        target.set(part);
        at += part.length;
        return part.length;
      },
    };
  };

  it.each([1, 5, 100_000])("reads a ByteSource that gives %i bytes at a time", (step) => {
    expect([...new Unpacker(source(STREAM, step))]).toStrictEqual(VALUES);
    const cut = new Unpacker(source(STREAM.subarray(0, STREAM.length - 2), step), {
      readSize: 16,
    });
    expect(codeOf(() => [...cut])).toBe("truncated");
    expect(new Unpacker(source(STREAM, step)).readBytes(20)).toEqual(STREAM.slice(0, 20));
    expect(() => new Unpacker(source(STREAM, 1)).feed(STREAM)).toThrow(TypeError);
  });

  async function* singly(): AsyncGenerator<Uint8Array> {
    for (const byte of STREAM) yield Uint8Array.of(byte);
  }
  const sources: [name: string, make: () => Parameters<typeof unpackAll>[0]][] = [
    ["bytes", () => STREAM],
    ["a Blob", () => new Blob([STREAM])],
    ["a Response", () => new Response(STREAM)],
    ["a Web stream", () => new Blob([STREAM]).stream()],
    ["chunks", () => [STREAM.subarray(0, 50), STREAM.subarray(50)]],
    ["an async iterable", singly],
  ];
  it.each(sources)("unpackAll reads %s", async (_name, make) => {
    const found: unknown[] = [];
    for await (const value of unpackAll(make())) found.push(value);
    expect(found).toStrictEqual(VALUES);
  });

  it("unpackAll says where the end is missing, and lets go of what it does not need", async () => {
    const read = async (): Promise<void> => {
      for await (const _ of unpackAll([STREAM.subarray(0, STREAM.length - 3)]));
    };
    await expect(read()).rejects.toMatchObject({ code: "truncated" });
    let cancelled = false;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(Uint8Array.of(1)),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const value of unpackAll(endless)) {
      expect(value).toBe(1);
      break;
    }
    expect(cancelled).toBe(true);
    await expect(unpack(5 as unknown as Uint8Array)).rejects.toThrow("source must be");
    const wrong = unpackAll(["text"] as unknown as Uint8Array[]);
    await expect(wrong.next()).rejects.toThrow("source must give chunks of bytes");
  });

  it("reads a file by its path", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "brine-msgpack-")), "values.msgpack");
    writeFileSync(path, STREAM);
    const found: unknown[] = [];
    for await (const value of unpackAll(path)) found.push(value);
    expect(found).toStrictEqual(VALUES);
    writeFileSync(path, packb({ a: 1 }));
    await expect(unpack(path)).resolves.toEqual({ a: 1 });
    await expect(unpack(`${path}.none`)).rejects.toMatchObject({ code: "read-failed" });
    rmSync(dirname(path), { recursive: true });
  });

  it("packs into a stream and unpacks a whole one", async () => {
    const chunks: Uint8Array[] = [];
    expect(pack({ a: 1 }, { write: (chunk) => chunks.push(chunk) })).toBe(1);
    await expect(unpack(chunks)).resolves.toEqual({ a: 1 });
    await expect(unpack([...chunks, ...chunks])).rejects.toMatchObject({ code: "extra-data" });
    const { writable, readable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const done = pack([1, 2], writer).then(() => writer.close());
    await expect(unpack(readable)).resolves.toEqual([1, 2]);
    await done;
    expect(() => pack(1, {} as { write(): void })).toThrow("stream must have a method write");
    expect(unpackb(new Uint8Array(packb(1)).buffer)).toBe(1);
  });
});
