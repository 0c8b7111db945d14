/** load and loadAll over every kind of source: the same objects, the same errors, and nothing left open. */

import { spawnSync } from "node:child_process";
import { createReadStream, readdirSync } from "node:fs";
import { mkdtemp, open, rm, symlink, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  dump,
  dumps,
  load,
  loadAll,
  loads,
  PickleError,
  type Source,
  type StandardSchema,
  UnpicklingError,
} from "../../src/pickle/index.ts";

const PATIENT = join(import.meta.dirname, "patient.ts");
const OBJECTS: unknown[] = [{ a: [1, 2.5, "x"] }, "second", new Uint8Array(100_000).fill(7), null];
const BYTES = Uint8Array.from(Buffer.concat(OBJECTS.map((object) => dumps(object))));

let folder = "";
let path = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "brine-load-"));
  path = join(folder, "objects.pkl");
  await writeFile(path, BYTES);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function collect(source: Source, options = {}): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of loadAll(source, options)) values.push(value);
  return values;
}

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += size)
    yield Uint8Array.from(bytes.subarray(at, at + size));
}

async function* later(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (const piece of pieces(bytes, size)) {
    await Promise.resolve();
    yield piece;
  }
}

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

const SOURCES: [
  name: string,
  make: (bytes: Uint8Array<ArrayBuffer>) => Source | Promise<Source>,
][] = [
  ["Uint8Array", (bytes) => bytes],
  ["ArrayBuffer", (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)],
  ["DataView", (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)],
  ["Blob", (bytes) => new Blob([bytes])],
  ["File", (bytes) => new File([bytes], "objects.pkl")],
  ["Response", (bytes) => new Response(bytes)],
  ["ReadableStream", (bytes) => new Blob([bytes]).stream()],
  ["ReadableStream of bytes one by one", (bytes) => ReadableStream.from(pieces(bytes, 1))],
  ["Node Readable", (bytes) => Readable.from(pieces(bytes, 1000))],
  ["AsyncIterable", (bytes) => later(bytes, 999)],
  ["Iterable", (bytes) => pieces(bytes, 4096)],
  ["Iterable of empty and full chunks", (bytes) => [new Uint8Array(0), bytes, new Uint8Array(0)]],
  [
    "ByteSource",
    (bytes) => {
      let rest = bytes;
      return {
        remaining: undefined,
        read(target: Uint8Array) {
          const part = rest.subarray(0, Math.min(target.length, 1000));
          target.set(part);
          rest = rest.subarray(part.length);
          return part.length;
        },
      };
    },
  ],
  [
    "path",
    async (bytes) => {
      const file = join(folder, `${Math.random()}.pkl`);
      await writeFile(file, bytes);
      return file;
    },
  ],
  [
    "file: URL with a blank in it",
    async (bytes) => {
      const file = join(folder, `a ${Math.random()}.pkl`);
      await writeFile(file, bytes);
      return pathToFileURL(file);
    },
  ],
  [
    "symbolic link",
    async (bytes) => {
      const file = join(folder, `${Math.random()}.pkl`);
      await writeFile(file, bytes);
      await symlink(file, `${file}.link`);
      return `${file}.link`;
    },
  ],
  [
    "fs.ReadStream",
    async (bytes) => {
      const file = join(folder, `${Math.random()}.pkl`);
      await writeFile(file, bytes);
      return createReadStream(file);
    },
  ],
];

describe.each(SOURCES)("from %s", (_name, make) => {
  it("loadAll gives all objects, load the first", async () => {
    expect(await collect(await make(BYTES))).toEqual(OBJECTS);
    expect(await load(await make(BYTES))).toEqual(OBJECTS[0]);
  });

  it("a cut object raises the error with the offset in the whole input, after the objects before it", async () => {
    const cut = Uint8Array.from(BYTES.subarray(0, -1));
    const seen: unknown[] = [];
    const read = async (): Promise<void> => {
      for await (const value of loadAll(await make(cut))) seen.push(value);
    };
    const error = await read().then(
      () => undefined,
      (raised: unknown) => raised,
    );
    expect(error).toBeInstanceOf(UnpicklingError);
    expect(error).toMatchObject({ code: "truncated" });
    const { offset } = error as UnpicklingError;
    expect(offset).toBeGreaterThan(cut.length - 20);
    expect(offset).toBeLessThanOrEqual(cut.length);
    expect(seen).toEqual(OBJECTS.slice(0, -1));
  });

  it("no bytes: loadAll ends, load says that the input is cut", async () => {
    const empty = new Uint8Array(0);
    expect(await collect(await make(empty))).toEqual([]);
    await expect(async () => load(await make(empty))).rejects.toMatchObject({
      name: "UnpicklingError",
      code: "truncated",
      offset: 0,
    });
  });
});

describe("files", () => {
  it("are closed when all is read, when the loop is left, and when an object is bad", async () => {
    const before = openDescriptors();
    for await (const _ of loadAll(path)) {
      // to the end
    }
    for await (const _ of loadAll(path)) break;
    await load(path);
    const bad = join(folder, "bad.pkl");
    await writeFile(bad, Uint8Array.of(0xff));
    await expect(collect(bad)).rejects.toMatchObject({ code: "invalid-opcode", offset: 0 });
    expect(openDescriptors()).toBe(before);
  });

  it("that are not there, not readable or folders are told apart", async () => {
    await expect(load(join(folder, "none.pkl"))).rejects.toMatchObject({
      name: "PickleError",
      code: "read-failed",
      message: expect.stringMatching(
        /^cannot read ".*none\.pkl": no such file or directory \(ENOENT\)$/,
      ),
      cause: { code: "ENOENT" },
    });
    await expect(load(folder)).rejects.toMatchObject({
      code: "read-failed",
      cause: { code: "EISDIR" },
    });
    await expect(load("nul\0")).rejects.toMatchObject({ name: "PickleError", code: "read-failed" });
  });

  it("whose size is not told, as in /proc, are read to their end", async () => {
    // Text that is no pickle: that its first byte is refused proves that it was read.
    await expect(load("/proc/self/cmdline")).rejects.toBeInstanceOf(UnpicklingError);
  });

  it("that are pipes are waited for", async () => {
    const fifo = join(folder, "pipe");
    expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
    const reading = collect(fifo);
    await writeFile(fifo, BYTES);
    expect(await reading).toEqual(OBJECTS);
    await expect(load(join(folder, "pipe", "none"))).rejects.toMatchObject({ code: "read-failed" });
  });

  it.each([
    "open",
    "read",
  ])("that are pipes nobody writes to can be left while they %s", (state) => {
    const fifo = join(folder, `silent-${state}`);
    expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
    const { stdout, signal } = spawnSync(
      process.execPath,
      ["--conditions=brine-source", PATIENT, fifo, state],
      { encoding: "utf8", timeout: 20_000, killSignal: "SIGKILL" },
    );
    // The process saw the time pass, got the signal's reason, and ended by itself.
    expect([stdout, signal]).toEqual(["tick\nTimeoutError\nleft open: 0\n", null]);
  });
});

describe("a FileHandle", () => {
  it("stays open, is read from where it stands, and keeps its place from load to load", async () => {
    const handle = await open(path);
    try {
      expect(await load(handle)).toEqual(OBJECTS[0]);
      expect(await load(handle)).toEqual(OBJECTS[1]);
      for await (const value of loadAll(handle)) {
        expect(value).toEqual(OBJECTS[2]);
        break;
      }
      expect(await collect(handle)).toEqual(OBJECTS.slice(3));
      expect(await collect(handle)).toEqual([]);
      expect((await handle.stat()).size).toBe(BYTES.length);
    } finally {
      await handle.close();
    }
  });

  it("begins behind what the caller has read of it", async () => {
    const file = join(folder, "prefixed.bin");
    await writeFile(file, Buffer.concat([Buffer.from("HEADER"), BYTES]));
    const handle = await open(file);
    try {
      await handle.read(new Uint8Array(6), 0, 6, null);
      expect(await collect(handle)).toEqual(OBJECTS);
    } finally {
      await handle.close();
    }
  });

  it("is one load's at a time", async () => {
    const handle = await open(path);
    try {
      const [first, second] = await Promise.allSettled([load(handle), load(handle)]);
      expect(first).toMatchObject({ status: "fulfilled", value: OBJECTS[0] });
      expect(second).toMatchObject({ status: "rejected", reason: { code: "read-failed" } });
      for await (const _ of loadAll(handle)) {
        await expect(load(handle)).rejects.toThrow("another load from this FileHandle");
        break;
      }
      expect(await load(handle)).toEqual(OBJECTS[2]);
    } finally {
      await handle.close();
    }
  });

  it("that is closed is refused", async () => {
    const handle = await open(path);
    await handle.close();
    await expect(load(handle)).rejects.toMatchObject({ code: "read-failed" });
  });
});

describe("streams", () => {
  it("are cancelled when the loop is left", async () => {
    let cancelled = false;
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(BYTES),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const _ of loadAll(stream)) break;
    expect(cancelled).toBe(true);
    expect(stream.locked).toBe(false);

    const readable = Readable.from(pieces(BYTES, 10));
    expect(await load(readable)).toEqual(OBJECTS[0]);
    expect(readable.destroyed).toBe(true);

    let returned = false;
    const generator = (async function* () {
      try {
        yield* later(BYTES, 10);
      } finally {
        returned = true;
      }
    })();
    expect(await load(generator)).toEqual(OBJECTS[0]);
    expect(returned).toBe(true);
  });

  it("that end behind the object are not cancelled", async () => {
    let cancelled = false;
    const stream = new ReadableStream({
      start: (controller) => {
        controller.enqueue(dumps("whole"));
        controller.close();
      },
      cancel: () => {
        cancelled = true;
      },
    });
    expect(await load(stream)).toBe("whole");
    expect([cancelled, stream.locked]).toEqual([false, false]);

    const readable = Readable.from([dumps("whole")], { autoDestroy: false });
    expect(await load(readable)).toBe("whole");
    expect(readable.destroyed).toBe(false);
  });

  it("requests of node:http can be answered, whatever was in them", async () => {
    const server = createHttpServer(async (request, response) => {
      try {
        await dump(await load(request), response);
      } catch (error) {
        response.statusCode = 400;
        response.write((error as PickleError).code);
      }
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const { port } = server.address() as AddressInfo;
    const ask = (body: Uint8Array): Promise<Response> =>
      fetch(`http://localhost:${port}/`, { method: "POST", body: Uint8Array.from(body) });
    try {
      expect(await load(await ask(dumps({ question: 1 })))).toEqual({ question: 1 });
      const bad = await ask(Uint8Array.of(0xff, 0x2e));
      expect([bad.status, await bad.text()]).toEqual([400, "invalid-opcode"]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("give each object as soon as it has arrived", async () => {
    const stream = new PassThrough();
    const objects = loadAll(stream);
    stream.write(dumps("first"));
    expect(await objects.next()).toEqual({ done: false, value: "first" });
    stream.write(dumps("second").subarray(0, 5));
    const second = objects.next();
    stream.write(dumps("second").subarray(5));
    expect(await second).toEqual({ done: false, value: "second" });
    stream.end();
    expect(await objects.next()).toEqual({ done: true, value: undefined });
  });

  it("that fail are a read-failed with their own error as cause", async () => {
    const cause = new Error("the cable is cut");
    const failing: [string, () => Source][] = [
      ["web", () => new ReadableStream({ pull: (controller) => controller.error(cause) })],
      [
        "node",
        () =>
          new Readable({
            read() {
              this.destroy(cause);
            },
          }),
      ],
      [
        "generator",
        () =>
          (async function* () {
            yield dumps(1).subarray(0, 2);
            throw cause;
          })(),
      ],
    ];
    for (const [name, make] of failing) {
      const error = await load(make()).then(
        () => undefined,
        (raised: unknown) => raised,
      );
      expect(error, name).toBeInstanceOf(PickleError);
      expect(error, name).toMatchObject({ code: "read-failed", cause });
    }
  });

  it("that cannot be opened or let go of are so too", async () => {
    const cause = new Error("not now");
    const fail = (): never => {
      throw cause;
    };
    const next = async (): Promise<unknown> => ({ done: false, value: BYTES });
    const failing: [string, object][] = [
      ["a Blob", { size: 1, stream: fail }],
      ["an iterable", { [Symbol.iterator]: fail }],
      ["an asynchronous iterable", { [Symbol.asyncIterator]: fail }],
      ["a return", { [Symbol.asyncIterator]: () => ({ next, return: fail }) }],
      [
        "a rejected return",
        { [Symbol.asyncIterator]: () => ({ next, return: async () => fail() }) },
      ],
      ["a lock", { getReader: () => ({ read: next, cancel: next, releaseLock: fail }) }],
    ];
    for (const [name, source] of failing) {
      const error = await load(source as AsyncIterable<unknown>).catch((raised: unknown) => raised);
      expect(error, name).toBeInstanceOf(PickleError);
      expect(error, name).toMatchObject({ code: "read-failed", cause });
    }
  });

  it("of text, and locked ones, are refused with advice", async () => {
    await expect(load(Readable.from(["text"]))).rejects.toThrow(TypeError);
    await expect(load(Readable.from(["text"]))).rejects.toThrow(
      /read the stream without an encoding/,
    );
    const locked = new Blob([BYTES]).stream();
    locked.getReader();
    await expect(load(locked)).rejects.toMatchObject({ code: "read-failed" });
  });

  it("that never end are dropped at an opcode that does not exist", async () => {
    let given = 0;
    const endless = (async function* () {
      for (;;) {
        given++;
        yield new Uint8Array(1000).fill(0xff);
      }
    })();
    await expect(load(endless)).rejects.toMatchObject({ code: "invalid-opcode", offset: 0 });
    expect(given).toBe(1);
  });
});

describe("responses", () => {
  it("that are no success are refused with status and address", async () => {
    const response = new Response("not here", { status: 404, statusText: "Not Found" });
    await expect(load(response)).rejects.toMatchObject({
      code: "read-failed",
      message: "cannot read the response: HTTP 404 Not Found",
    });
  });

  it("whose body was read, or that have none", async () => {
    const used = new Response(BYTES);
    await used.arrayBuffer();
    await expect(load(used)).rejects.toMatchObject({ code: "read-failed" });
    expect(await collect(new Response(null))).toEqual([]);
  });
});

describe("abort", () => {
  it.each([
    [
      "a web stream",
      (): Source => new ReadableStream({ pull: () => new Promise(() => undefined) }),
    ],
    ["a node stream", (): Source => new PassThrough()],
    [
      "a generator",
      (): Source =>
        (async function* (): AsyncGenerator<Uint8Array> {
          await new Promise(() => undefined);
          yield BYTES;
        })(),
    ],
    [
      "a web stream that will not be cancelled",
      (): Source => {
        const never = (): Promise<void> => new Promise(() => undefined);
        return new ReadableStream({ pull: never, cancel: never });
      },
    ],
  ])("ends the wait for %s with the signal's reason", async (_name, make) => {
    const controller = new AbortController();
    const loading = load(make(), { signal: controller.signal });
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 5);
    await expect(loading).rejects.toBe(reason);
  });

  it("is heeded before the first byte and between objects", async () => {
    await expect(load(path, { signal: AbortSignal.abort("no") })).rejects.toBe("no");
    const controller = new AbortController();
    const objects = loadAll(path, { signal: controller.signal });
    await objects.next();
    controller.abort("stop");
    await expect(objects.next()).rejects.toBe("stop");
  });

  it("leaves no listener behind, however many chunks came", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    expect(await collect(later(BYTES, 1000), { signal })).toEqual(OBJECTS);
    expect(listeners).toBe(0);
  });
});

describe("options", () => {
  it("go through to the machine, for all objects", async () => {
    expect(await collect(path, { dicts: "map", lossless: false })).toHaveLength(OBJECTS.length);
    const [first] = await collect(path, { dicts: "map" });
    expect(first).toBeInstanceOf(Map);
  });

  it("schemas that answer later are waited for", async () => {
    const schema: StandardSchema<unknown, string> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: async (value) => {
          await Promise.resolve();
          return typeof value === "string"
            ? { value: value.toUpperCase() }
            : { issues: [{ message: "no text" }] };
        },
      },
    };
    const upper: string = await load(dumps("abc"), { schema });
    expect(upper).toBe("ABC");
    const two = [...dumps("a"), ...dumps(1)];
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const text of loadAll(Uint8Array.from(two), { schema })) seen.push(text);
    };
    await expect(read()).rejects.toMatchObject({
      code: "schema-mismatch",
      offset: dumps("a").length,
      message: expect.stringContaining("no text"),
    });
    expect(seen).toEqual(["A"]);
  });

  it("schemas that fail do so as a mismatch, those that answer later by anything with a then", async () => {
    const schemaOf = (validate: () => unknown): StandardSchema =>
      ({ "~standard": { version: 1, vendor: "test", validate } }) as StandardSchema;
    const fail = (): never => {
      throw new Error("not now");
    };
    const answers = [fail, async () => fail(), () => undefined, () => ({ issues: [null] })];
    for (const validate of answers) {
      const schema = schemaOf(validate);
      await expect(load(BYTES, { schema })).rejects.toMatchObject({ code: "schema-mismatch" });
    }
    // A Promise of another realm.
    const later = schemaOf(() => runInNewContext("Promise.resolve({ value: 1 })"));
    expect(await load(BYTES, { schema: later })).toBe(1);
    for (const schema of [later, schemaOf(() => undefined), schemaOf(fail)])
      expect(() => loads(BYTES, { schema })).toThrow(
        expect.objectContaining({ code: "schema-mismatch" }),
      );
  });

  it("each object has a memo of its own", async () => {
    const twice = Uint8Array.from([...dumps(["x", "x"]), ...dumps(["y", "y"])]);
    expect(await collect(twice)).toEqual([
      ["x", "x"],
      ["y", "y"],
    ]);
    // BINGET 0 of what only the first object put there.
    const borrowed = Uint8Array.from([...dumps(["x"]), ...Buffer.from("h\0.", "latin1")]);
    await expect(collect(borrowed)).rejects.toMatchObject({ code: "memo-missing" });
  });
});

describe("what is no source", () => {
  it.each([
    [undefined, "undefined"],
    [null, "null"],
    [42, "number"],
    [{}, "Object"],
    [new Date(0), "Date"],
  ])("%s is a TypeError that names the parameter", async (value, found) => {
    await expect(load(value as never)).rejects.toThrow(TypeError);
    await expect(load(value as never)).rejects.toThrow(
      new RegExp(`^source must be .*got ${found}$`),
    );
  });

  it("a URL of the web is refused with what to do", async () => {
    const url = new URL("https://example.org/a.pkl");
    await expect(load(url)).rejects.toThrow(
      "source must be a file: URL, got https:; pass `await fetch(url)`",
    );
  });
});

it("a socket is a source like any other", async () => {
  const server = createServer((socket) => socket.end(BYTES));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { connect } = await import("node:net");
  const { port } = server.address() as { port: number };
  try {
    expect(await collect(connect(port, "127.0.0.1"))).toEqual(OBJECTS);
  } finally {
    server.close();
  }
});
