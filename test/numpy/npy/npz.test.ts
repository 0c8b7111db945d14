/** `.npz` archives: read by member, written as NumPy writes them, hostile ones refused. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { memoryAccess } from "../../../src/core/bytes/index.ts";
import {
  decodeNpy,
  encodeNpy,
  load,
  NdArray,
  NpyError,
  NpzFile,
  ndarray,
  savez,
  savezCompressed,
  ZipError,
} from "../../../src/numpy/index.ts";

const document = JSON.parse(
  readFileSync(join(import.meta.dirname, "vectors", "npy.json"), "utf8"),
) as { npz: Record<string, string> };
const archive = (name: string): Uint8Array =>
  new Uint8Array(Buffer.from(document.npz[name] as string, "base64"));
const folder = mkdtempSync(join(tmpdir(), "brine-npz-"));
afterAll(() => rmSync(folder, { recursive: true }));

const openBytes = async (bytes: Uint8Array): Promise<NpzFile> => (await load(bytes)) as NpzFile;

/** Every array of an archive. */
async function contents(bytes: Uint8Array): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for await (const [name, array] of await NpzFile.open(memoryAccess(bytes)))
    found[name] = array.toJSON();
  return found;
}

async function refusal(run: () => Promise<unknown>): Promise<ZipError | NpyError | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof ZipError || error instanceof NpyError) return error;
    throw error;
  }
}

async function written(
  save: typeof savez,
  arrays: Parameters<typeof savez>[1],
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  await save({ write: (chunk) => chunks.push(chunk.slice()) }, arrays);
  return new Uint8Array(Buffer.concat(chunks));
}

describe("what NumPy saved", () => {
  it("is read by member", async () => {
    const file = await openBytes(archive("stored"));
    expect(file.files).toEqual(["a", "b", "dir/é"]);
    expect((await file.get("a")).toArray()).toEqual([0, 1, 2]);
    expect((await file.get("b.npy")).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect((await file.get("dir/é")).shape).toEqual([0]);
    expect([file.has("a"), file.has("a.npy"), file.has("c")]).toEqual([true, true, false]);
    const error = await refusal(() => file.get("c"));
    expect(error?.code).toBe("no-member");
  });

  it("is read where it is compressed, unnamed, or nothing", async () => {
    const compressed = await contents(archive("compressed"));
    expect(compressed["a"]).toEqual([0, 1, 2]);
    expect(compressed["b"]).toEqual(Array(30).fill(Array(30).fill(0)));
    expect(await contents(archive("unnamed"))).toEqual({ arr_0: [0, 1], arr_1: "x" });
    expect(await contents(archive("none"))).toEqual({});
  });

  it("is written byte for byte", async () => {
    const file = await openBytes(archive("stored"));
    const arrays = {
      a: await file.get("a"),
      b: await file.get("b"),
      "dir/é": await file.get("dir/é"),
    };
    expect(Buffer.compare(await written(savez, arrays), archive("stored"))).toBe(0);
    const unnamed = await openBytes(archive("unnamed"));
    const list = [await unnamed.get("arr_0"), await unnamed.get("arr_1")];
    expect(Buffer.compare(await written(savez, list), archive("unnamed"))).toBe(0);
    expect(Buffer.compare(await written(savez, {}), archive("none"))).toBe(0);
  });

  it("is written compressed, to be read again", async () => {
    const zeros = ndarray(new Float64Array(1000));
    const bytes = await written(savezCompressed, { zeros });
    expect(bytes.length).toBeLessThan(500);
    expect((await (await openBytes(bytes)).get("zeros")).size).toBe(1000);
  });

  it("stays in the file where slices are asked for", async () => {
    const path = join(folder, "a.npz");
    await savez(path, {
      a: ndarray([
        [1, 2],
        [3, 4],
      ]),
      b: NdArray.fromItems([1], "O", [1]),
    });
    const file = (await load(path)) as NpzFile;
    const lazy = await file.lazy("a");
    expect((await lazy.slice(1)).toArray()).toEqual([3, 4]);
    expect((await refusal(() => file.lazy("b")))?.code).toBe("objects");
    await file.close();
    await expect(file.get("a")).rejects.toMatchObject({ code: "read-failed" });
    const compressed = await openBytes(archive("compressed"));
    expect((await refusal(() => compressed.lazy("a")))?.code).toBe("unsupported");
  });

  it("refuses what is no array", async () => {
    await expect(savez(join(folder, "b.npz"), { a: [1] as never })).rejects.toThrow(
      /^arrays\["a"\] must be/,
    );
  });
});

/** A member as it lies in an archive, and as the directory tells of it. */
interface Member {
  readonly name: string;
  readonly data: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  readonly size?: number;
  readonly localName?: string;
  readonly offset?: number;
}

const crcOf = (data: Uint8Array): number => {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
};

/** An archive as anybody may make one. */
function zip(members: readonly Member[], before = ""): Uint8Array {
  const parts: Buffer[] = [Buffer.from(before)];
  const directory: Buffer[] = [];
  let at = 0;
  for (const {
    name,
    data,
    method = 0,
    flags = 0,
    size = data.length,
    crc = crcOf(data),
    localName = name,
    offset = at,
  } of members) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(localName.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc, 16);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(size, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(localName), Buffer.from(data));
    directory.push(entry, Buffer.from(name));
    at += 30 + localName.length + data.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, entries, end]));
}

describe("other people's archives", () => {
  const data = encodeNpy(ndarray([1, 2, 3]));
  const deflated = new Uint8Array(deflateRawSync(data));
  const crc = crcOf(data);

  it("are read where their headers have no zip64 field, and behind a program", async () => {
    expect(await contents(zip([{ name: "a.npy", data }]))).toEqual({ a: [1, 2, 3] });
    const packed = { name: "a.npy", data: deflated, method: 8, size: data.length, crc };
    expect(await contents(zip([packed], "#!/bin/sh\n"))).toEqual({ a: [1, 2, 3] });
  });

  const cases: [what: string, bytes: Uint8Array, code: string, offset: number][] = [
    [
      "two members of a name",
      zip([
        { name: "a.npy", data },
        { name: "a.npy", data },
      ]),
      "duplicate-name",
      35 + data.length,
    ],
    ["an encrypted member", zip([{ name: "a.npy", data, flags: 1 }]), "encrypted", 0],
    ["a patched member", zip([{ name: "a.npy", data, flags: 0x20 }]), "unsupported", 0],
    ["another compression", zip([{ name: "a.npy", data, method: 12 }]), "unsupported", 0],
    [
      "another name in the member's header",
      zip([{ name: "a.npy", data, localName: "b.npy" }]),
      "corrupt",
      0,
    ],
    ["a wrong checksum", zip([{ name: "a.npy", data, crc: 1 }]), "checksum", 0],
    ["a stored member of two sizes", zip([{ name: "a.npy", data, size: 9 }]), "corrupt", 0],
    [
      "a member larger than it says",
      zip([{ name: "a.npy", data: deflated, method: 8, size: 99, crc }]),
      "corrupt",
      0,
    ],
    [
      "a member smaller than it says",
      zip([{ name: "a.npy", data: deflated, method: 8, size: 999, crc }]),
      "corrupt",
      0,
    ],
    [
      "deflate data that ends early",
      zip([{ name: "a.npy", data: deflated.slice(0, -9), method: 8, size: data.length, crc }]),
      "truncated",
      35 + deflated.length - 9,
    ],
    ["a header that is none", zip([{ name: "a.npy", data, offset: 4 }]), "corrupt", 4],
    [
      "a header beyond the directory",
      zip([{ name: "a.npy", data, offset: 1 << 20 }]),
      "overlap",
      1 << 20,
    ],
    [
      "members that share their bytes",
      zip([
        { name: "a.npy", data },
        { name: "b.npy", data: data.slice(), offset: 0 },
      ]),
      "overlap",
      0,
    ],
    [
      "a member inside another",
      zip([
        { name: "a.npy", data: zip([{ name: "b.npy", data }]) },
        { name: "b.npy", data, offset: 35 },
      ]),
      "overlap",
      0,
    ],
  ];
  it.each(cases)("are refused: %s", async (_what, bytes, code, offset) => {
    const error = await refusal(() => contents(bytes));
    expect([error?.code, error?.offset]).toEqual([code, offset]);
    expect(error).toBeInstanceOf(ZipError);
  });

  it("hold no more than allowed", async () => {
    const bytes = archive("compressed");
    const file = (await load(bytes, { maxBytes: 7327 })) as NpzFile;
    expect((await file.get("a")).size).toBe(3);
    expect((await refusal(() => file.get("b")))?.code).toBe("limit-exceeded");
    const enough = (await load(bytes, { maxBytes: 7328 })) as NpzFile;
    expect((await enough.get("b")).size).toBe(900);
  });
});

describe("damaged archives", () => {
  it.each(["stored", "compressed"])("%s: cut anywhere", async (name) => {
    const bytes = archive(name);
    for (let cut = 0; cut < bytes.length; cut++) {
      const error = await refusal(() => contents(bytes.slice(0, cut)));
      expect(error?.code).toBe("not-zip");
      expect(error?.offset).toBe(Math.max(0, cut - 22));
    }
  });

  it.each(["stored", "compressed"])("%s: one bit changed", async (name) => {
    const bytes = archive(name);
    const whole = JSON.stringify(await contents(bytes));
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      let found = "";
      const error = await refusal(async () => {
        found = JSON.stringify(Object.values(await contents(changed)));
      });
      if (error !== undefined) refused++;
      // Names have no checksum, nor has what nobody looks at; the arrays have.
      else if (found !== "[]") expect(found).toBe(JSON.stringify(Object.values(JSON.parse(whole))));
    }
    expect(refused).toBeGreaterThan(bytes.length / 3);
  });

  it("say where an end record lies", async () => {
    const end = archive("stored").slice();
    const view = new DataView(end.buffer);
    // More entries than its directory has room for.
    view.setUint16(end.length - 12, 60_000, true);
    expect((await refusal(() => contents(end)))?.code).toBe("corrupt");
    // A directory that begins before the file does.
    view.setUint16(end.length - 12, 3, true);
    view.setUint32(end.length - 10, 1 << 30, true);
    const error = await refusal(() => contents(end));
    expect([error?.code, error?.offset]).toEqual(["corrupt", end.length - 22]);
  });
});

describe("numbers beyond 32 bits", () => {
  it("are read from the zip64 records", async () => {
    const member = { name: "a.npy", data: encodeNpy(ndarray([7])) };
    const plain = zip([member]);
    const end = plain.length - 22;
    const directorySize = 46 + member.name.length;
    const start = end - directorySize;
    // The entry's sizes and offset are full, and stand in its extra field.
    const entry = Buffer.concat([Buffer.from(plain.subarray(start, end)), Buffer.alloc(28)]);
    entry.writeUInt32LE(0xffffffff, 20);
    entry.writeUInt32LE(0xffffffff, 24);
    entry.writeUInt32LE(0xffffffff, 42);
    entry.writeUInt16LE(28, 30);
    entry.writeUInt16LE(1, directorySize);
    entry.writeUInt16LE(24, directorySize + 2);
    entry.writeBigUInt64LE(BigInt(member.data.length), directorySize + 4);
    entry.writeBigUInt64LE(BigInt(member.data.length), directorySize + 12);
    const record = Buffer.alloc(76);
    record.writeUInt32LE(0x06064b50, 0);
    record.writeBigUInt64LE(44n, 4);
    record.writeBigUInt64LE(1n, 24);
    record.writeBigUInt64LE(1n, 32);
    record.writeBigUInt64LE(BigInt(entry.length), 40);
    record.writeBigUInt64LE(BigInt(start), 48);
    record.writeUInt32LE(0x07064b50, 56);
    record.writeBigUInt64LE(BigInt(start + entry.length), 64);
    record.writeUInt32LE(1, 72);
    const tail = Buffer.from(plain.subarray(end));
    tail.fill(0xff, 8, 20);
    const bytes = new Uint8Array(Buffer.concat([plain.subarray(0, start), entry, record, tail]));
    expect(await contents(bytes)).toEqual({ a: [7] });
    // A field that is too short for what is full.
    const short = bytes.slice();
    new DataView(short.buffer).setUint16(start + directorySize + 2, 16, true);
    expect((await refusal(() => contents(short)))?.code).toBe("corrupt");
    expect(decodeNpy(member.data).at(0)).toBe(7);
  });
});
