/** dump to files and streams: all or nothing, whatever goes wrong, and the bytes that dumps gives. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { EventEmitter } from "node:events";
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  dump,
  dumps,
  load,
  loadAll,
  loads,
  PicklingError,
  type Target,
} from "../../src/pickle/index.ts";
import { openDescriptors } from "./descriptors.ts";

const OLD = dumps("old");
const VALUE = { list: [1, 2, 3], blob: new Uint8Array(200_000).fill(9), text: "a".repeat(70_000) };
const DUMPER = join(import.meta.dirname, "dumper.ts");

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "brine-dump-"));
  path = join(folder, "data.pkl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** All files of the folder: a failed dump must leave nothing beside what was there. */
function files(): string[] {
  return readdirSync(folder).sort();
}

function bytesOf(file: string): Uint8Array {
  return Uint8Array.from(readFileSync(file));
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function runDumper(shell: string, ...args: string[]): SpawnSyncReturns<string> {
  const command = [process.execPath, "--conditions=brine-source", DUMPER, ...args];
  const line = `${shell} exec "$@"`;
  return spawnSync("bash", ["-c", line, "bash", ...command], { encoding: "utf8" });
}

describe("a path", () => {
  it("gets the bytes of dumps, at every protocol", async () => {
    for (let protocol = 0; protocol <= 5; protocol++) {
      await dump(VALUE, path, protocol);
      expect(bytesOf(path)).toEqual(dumps(VALUE, protocol));
      expect(await load(path)).toEqual(VALUE);
    }
    await dump(VALUE, pathToFileURL(path), { protocol: 2 });
    expect(bytesOf(path)).toEqual(dumps(VALUE, 2));
    expect(files()).toEqual(["data.pkl"]);
  });

  it("keeps its old contents when a value in the middle cannot be pickled", async () => {
    writeFileSync(path, OLD);
    const bad = [VALUE, "x".repeat(3_000_000), { callback: () => 1 }];
    const error = await failure(dump(bad, path));
    expect(error).toBeInstanceOf(PicklingError);
    expect(error).toMatchObject({ code: "unsupported-value", path: "$[2].callback" });
    expect(bytesOf(path)).toEqual(OLD);
    expect(files()).toEqual(["data.pkl"]);
  });

  it("is not made by a dump that fails", async () => {
    await failure(dump([Symbol("no")], path));
    await failure(dump([Symbol("no")], path, { append: true }));
    expect(files()).toEqual([]);
  });

  it("keeps its old contents when the process is killed in the middle", () => {
    writeFileSync(path, OLD);
    const { signal } = runDumper("", path, "kill");
    expect(signal).toBe("SIGKILL");
    expect(bytesOf(path)).toEqual(OLD);
    // It died half-way and not before: what it had written is in its temporary file.
    const [left, ...others] = files().filter((file) => file !== "data.pkl");
    expect(others).toEqual([]);
    expect(statSync(join(folder, left as string)).size).toBeGreaterThan(5_000_000);
    // And that is in nobody's way.
    expect(runDumper("", path, "finish").stdout).toBe("written\n");
    expect(statSync(path).size).toBeGreaterThan(19_000_000);
  });

  it("keeps its old contents when the disk is full", () => {
    writeFileSync(path, OLD);
    // A limit on the size of files, in units of 1 KiB: the kernel answers EFBIG to the write that crosses it.
    const { stdout } = runDumper("ulimit -f 4000;", path, "finish");
    expect(stdout).toMatch(
      /^PickleError write-failed cannot write ".*data\.pkl": file too large \(EFBIG\)/,
    );
    expect(bytesOf(path)).toEqual(OLD);
    expect(files()).toEqual(["data.pkl"]);
  });

  it("keeps the permissions it had, and a new one gets the usual", async () => {
    writeFileSync(path, OLD);
    chmodSync(path, 0o640);
    await dump(1, path);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    const fresh = join(folder, "new.pkl");
    await dump(1, fresh);
    expect(statSync(fresh).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it.skipIf(process.getuid?.() !== 0)("stays its group's where the writer is not the owner", () => {
    chmodSync(folder, 0o777);
    writeFileSync(path, OLD);
    chownSync(path, 1001, 1002);
    chmodSync(path, 0o664);
    const others = ["--reuid", "1003", "--regid", "1003", "--groups", "1002"];
    const command = [process.execPath, "--conditions=brine-source", DUMPER, path, "finish"];
    const { stdout } = spawnSync("setpriv", [...others, ...command], { encoding: "utf8" });
    expect(stdout).toBe("written\n");
    const { uid, gid, mode } = statSync(path);
    expect([uid, gid, mode & 0o777]).toEqual([1003, 1002, 0o664]);
  });

  it("that is a symbolic link stays one, also where it leads nowhere yet", async () => {
    mkdirSync(join(folder, "real"));
    symlinkSync(join("real", "target.pkl"), path);
    await dump("first", path);
    await dump("second", path);
    expect(readlinkSync(path)).toBe(join("real", "target.pkl"));
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(await load(join(folder, "real", "target.pkl"))).toBe("second");
    symlinkSync("loop", join(folder, "loop"));
    expect(await failure(dump(1, join(folder, "loop")))).toMatchObject({ code: "write-failed" });
  });

  it("is a new file under the old name: readers that have it open keep the old one", async () => {
    writeFileSync(path, OLD);
    const other = join(folder, "other");
    linkSync(path, other);
    const reader = await open(path);
    await dump("new", path);
    expect(await load(reader)).toBe("old");
    expect(await load(other)).toBe("old");
    expect(await load(path)).toBe("new");
    await reader.close();
  });

  it("in a folder that is not there, or that is a folder, is refused", async () => {
    expect(await failure(dump(1, join(folder, "none", "x.pkl")))).toMatchObject({
      name: "PickleError",
      code: "write-failed",
      message: expect.stringMatching(
        /^cannot write ".*x\.pkl": no such file or directory \(ENOENT\)$/,
      ),
    });
    expect(await failure(dump(1, folder))).toMatchObject({ code: "write-failed" });
    expect(await failure(dump(1, `${path}/`))).toMatchObject({ code: "write-failed" });
    expect(files()).toEqual([]);
  });

  it("in a folder that somebody removes meanwhile fails as any other", async () => {
    const gone = join(folder, "gone");
    const persistentId = (): void => rmSync(gone, { recursive: true, force: true });
    mkdirSync(gone);
    expect(await failure(dump(1, join(gone, "x.pkl"), { persistentId }))).toMatchObject({
      name: "PickleError",
      code: "write-failed",
      cause: { code: "ENOENT" },
    });
    mkdirSync(gone);
    const refused = dump(Symbol("no"), join(gone, "x.pkl"), { append: true, persistentId });
    expect(await failure(refused)).toMatchObject({ code: "unsupported-value" });
    expect(files()).toEqual([]);
  });

  it("of a device is written directly", async () => {
    await dump(VALUE, "/dev/null");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
    expect(await failure(dump(VALUE, "/dev/full"))).toMatchObject({
      code: "write-failed",
      cause: { code: "ENOSPC" },
    });
  });

  it.each(["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])("%s goes into a pipe, too", (name) => {
    const line = `exec "$@" | cat > "${path}"`;
    const command = [process.execPath, "--conditions=brine-source", DUMPER, name, "finish"];
    spawnSync("bash", ["-c", line, "bash", ...command]);
    const bytes = bytesOf(path);
    // Behind the pickle stands what the process prints.
    expect(Buffer.from(bytes.subarray(-9)).toString()).toBe(".written\n");
    expect(loads<string[]>(bytes)).toHaveLength(20);
  });

  it("of a FIFO is written as it is read, and nobody is held up", async () => {
    expect(spawnSync("mkfifo", [path]).status).toBe(0);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const dumping = dump(VALUE, path);
    await new Promise((resolve) => setTimeout(resolve, 30));
    // Reader and writer are one process: either would wait for the other for ever.
    expect(await load(path)).toEqual(VALUE);
    await dumping;
    expect(ticks).toBeGreaterThan(5);
    clearInterval(timer);
    expect(statSync(path).isFIFO()).toBe(true);
  });

  it("of a FIFO can be left while nobody reads it, and fails when its reader goes away", async () => {
    expect(spawnSync("mkfifo", [path]).status).toBe(0);
    const signal = AbortSignal.timeout(30);
    expect(await failure(dump(VALUE, path, { signal }))).toBe(signal.reason);

    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const aborted = AbortSignal.timeout(30);
    expect(await failure(dump(VALUE, path, { signal: aborted }))).toBe(aborted.reason);
    const dumping = failure(dump(VALUE, path));
    await new Promise((resolve) => setTimeout(resolve, 30));
    closeSync(reader);
    expect(await dumping).toMatchObject({ code: "write-failed", cause: { code: "EPIPE" } });
    expect(openDescriptors(path)).toBe(0);
  });

  it("with the longest name that the file system takes", async () => {
    const long = join(folder, `${"n".repeat(251)}.pkl`);
    await dump(1, long);
    expect(await load(long)).toBe(1);
  });
});

describe("append", () => {
  async function objects(): Promise<unknown[]> {
    const values: unknown[] = [];
    for await (const value of loadAll(path)) values.push(value);
    return values;
  }

  it("writes behind what is there, and makes a file that is not", async () => {
    await dump("one", path, { append: true });
    await dump("two", path, 2, { append: true });
    await dump(VALUE, path, { append: true });
    expect(await objects()).toEqual(["one", "two", VALUE]);
    expect(bytesOf(path)).toEqual(
      Uint8Array.from([...dumps("one"), ...dumps("two", 2), ...dumps(VALUE)]),
    );
  });

  it("restores the old length when it fails half-way", async () => {
    await dump("one", path, { append: true });
    const before = bytesOf(path);
    const { stdout } = runDumper("", path, "refuse", "append");
    expect(stdout).toMatch(/^PicklingError unsupported-value /);
    expect(bytesOf(path)).toEqual(before);
    const full = runDumper("ulimit -f 4000;", path, "finish", "append");
    expect(full.stdout).toMatch(/^PickleError write-failed .*EFBIG/);
    expect(bytesOf(path)).toEqual(before);
    await dump("two", path, { append: true });
    expect(await objects()).toEqual(["one", "two"]);
  });

  it("leaves what others have added meanwhile when it fails", async () => {
    const persistentId = (value: unknown): void => {
      if (value === "now") writeFileSync(path, dumps("theirs"), { flag: "a" });
    };
    const bad = ["now", Symbol("no")];
    expect(await failure(dump(bad, path, { append: true, persistentId }))).toBeInstanceOf(
      PicklingError,
    );
    const longer = ["now", "x".repeat(3_000_000), Symbol("no")];
    expect(await failure(dump(longer, path, { append: true, persistentId }))).toBeInstanceOf(
      PicklingError,
    );
    const found: unknown[] = [];
    for await (const value of loadAll(path)) found.push(value);
    expect(found).toEqual(["theirs", "theirs"]);
  });

  it("never reaches the file in part when the object is small and the process dies", () => {
    writeFileSync(path, OLD);
    const script = `
      import { dump } from ${JSON.stringify(join(import.meta.dirname, "../../src/pickle/index.ts"))};
      await dump(["x".repeat(500_000), "die"], ${JSON.stringify(path)}, {
        append: true,
        persistentId: (value) => { if (value === "die") process.kill(process.pid, "SIGKILL"); },
      });`;
    const { signal } = spawnSync(process.execPath, [
      "--conditions=brine-source",
      "--input-type=module-typescript",
      "--eval",
      script,
    ]);
    expect(signal).toBe("SIGKILL");
    expect(bytesOf(path)).toEqual(OLD);
  });

  it("wants a path", async () => {
    await expect(dump(1, new PassThrough(), { append: true })).rejects.toThrow(TypeError);
  });
});

describe("streams and handles", () => {
  const gathered = (): { chunks: Uint8Array[]; bytes: () => Uint8Array } => {
    const chunks: Uint8Array[] = [];
    return { chunks, bytes: () => Uint8Array.from(Buffer.concat(chunks)) };
  };

  it("a WritableStream gets the bytes, waits its turn, and stays open", async () => {
    const { chunks, bytes } = gathered();
    let busy = 0;
    let most = 0;
    const stream = new WritableStream<Uint8Array>({
      async write(chunk) {
        most = Math.max(most, ++busy);
        await new Promise((resolve) => setTimeout(resolve, 1));
        chunks.push(chunk);
        busy--;
      },
    });
    await dump(VALUE, stream);
    await dump("more", stream, 0);
    expect(bytes()).toEqual(Uint8Array.from([...dumps(VALUE), ...dumps("more", 0)]));
    expect(most).toBe(1);
    expect(stream.locked).toBe(false);
    await stream.close();
  });

  it("a Node Writable likewise; what it cannot take at once is waited for", async () => {
    const { chunks, bytes } = gathered();
    const stream = new Writable({
      highWaterMark: 16,
      write(chunk: Uint8Array, _encoding, done) {
        chunks.push(chunk);
        setTimeout(done, 1);
      },
    });
    await dump(VALUE, stream);
    // All is taken by now, not only queued.
    expect(bytes()).toEqual(dumps(VALUE));
    expect(stream.writableLength).toBe(0);
    expect(stream.writableEnded).toBe(false);
    expect(stream.listenerCount("error") + stream.listenerCount("close")).toBe(0);
  });

  it("a FileHandle is written where it stands", async () => {
    const handle = await open(path, "w+");
    await handle.write("HEADER");
    await dump(VALUE, handle);
    await dump("more", handle);
    await handle.close();
    expect(bytesOf(path)).toEqual(
      Uint8Array.from([...Buffer.from("HEADER"), ...dumps(VALUE), ...dumps("more")]),
    );
  });

  it("any object with write(chunk), whose promises are waited for", async () => {
    const { chunks, bytes } = gathered();
    await dump(VALUE, {
      write: async (chunk) => {
        await Promise.resolve();
        chunks.push(chunk);
      },
    });
    expect(bytes()).toEqual(dumps(VALUE));
  });

  it("get nothing of a value that cannot be pickled", async () => {
    const { chunks } = gathered();
    const bad = ["x".repeat(500_000), Symbol("no")];
    const target = { write: (chunk: Uint8Array) => chunks.push(chunk) };
    expect(await failure(dump(bad, target))).toBeInstanceOf(PicklingError);
    const stream = new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk) });
    expect(await failure(dump(bad, stream))).toBeInstanceOf(PicklingError);
    expect(stream.locked).toBe(false);
    expect(chunks).toEqual([]);
  });

  it("that fail are a write-failed with their own error as cause", async () => {
    const cause = new Error("the cable is cut");
    const failing: [string, Target][] = [
      ["web", new WritableStream({ write: () => Promise.reject(cause) })],
      ["node", new Writable({ write: (_chunk, _encoding, done) => done(cause) })],
      [
        "taker",
        {
          write: () => {
            throw cause;
          },
        },
      ],
    ];
    for (const [name, target] of failing) {
      expect(await failure(dump(VALUE, target)), name).toMatchObject({
        code: "write-failed",
        cause,
      });
    }
    const closed = new PassThrough();
    closed.destroy();
    expect(await failure(dump(VALUE, closed))).toMatchObject({ code: "write-failed" });
    // Its "close" is long over by now and will not come again.
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await failure(dump(VALUE, closed))).toMatchObject({ code: "write-failed" });
    const ended = new PassThrough();
    ended.end();
    expect(await failure(dump(VALUE, ended))).toMatchObject({ code: "write-failed" });
  });

  it("get one value after another, whether or not anybody waited in between", async () => {
    const values = [Array.from({ length: 100_000 }, (_, index) => index), "b".repeat(200_000), "c"];
    const expected = Uint8Array.from(Buffer.concat(values.map((value) => dumps(value))));
    const { chunks, bytes } = gathered();
    const stream = new PassThrough();
    stream.on("data", (chunk) => chunks.push(chunk));
    await Promise.all(values.map((value) => dump(value, stream)));
    expect(bytes()).toEqual(expected);

    const handle = await open(path, "w");
    await Promise.all(values.map((value) => dump(value, handle)));
    await handle.close();
    expect(bytesOf(path)).toEqual(expected);

    // One that fails before its turn has come does not let the next one in too early.
    chunks.length = 0;
    const slow = {
      write: async (chunk: Uint8Array) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        chunks.push(chunk);
      },
    };
    const first = dump(values[0], slow);
    const refused = failure(dump(Symbol("no"), slow));
    const aborted = failure(dump("never", slow, { signal: AbortSignal.timeout(1) }));
    await Promise.all([first, refused, aborted, dump(values[1], slow), dump(values[2], slow)]);
    expect(await refused).toBeInstanceOf(PicklingError);
    expect(await aborted).toMatchObject({ name: "TimeoutError" });
    expect(bytes()).toEqual(expected);
  });

  it("that emit events need not call back, if write() takes the chunk only", async () => {
    const { chunks, bytes } = gathered();
    class Sink extends EventEmitter {
      write(chunk: Uint8Array): void {
        chunks.push(chunk);
      }
    }
    await dump(VALUE, new Sink());
    expect(bytes()).toEqual(dumps(VALUE));
  });

  it("that throw from write() are a write-failed as well, and keep no listeners", async () => {
    const cause = new Error("no");
    const stream = Object.assign(new EventEmitter(), {
      write(..._args: unknown[]) {
        throw cause;
      },
    });
    expect(await failure(dump(1, stream))).toMatchObject({ code: "write-failed", cause });
    expect(stream.listenerCount("error") + stream.listenerCount("close")).toBe(0);
  });

  it.each<[string, () => Target]>([
    ["a web stream", () => new WritableStream({ write: () => new Promise(() => undefined) })],
    ["a node stream", () => new Writable({ write: () => undefined })],
    ["an object", () => ({ write: () => new Promise(() => undefined) })],
  ])("%s that takes nothing is not waited for once the signal aborts", async (_name, make) => {
    const controller = new AbortController();
    const dumping = dump(VALUE, make(), { signal: controller.signal });
    setTimeout(() => controller.abort("enough"), 5);
    await expect(dumping).rejects.toBe("enough");
  });

  it("stop between chunks when aborted; a path is not touched", async () => {
    const controller = new AbortController();
    let chunks = 0;
    const target = {
      write: () => {
        chunks++;
        controller.abort("enough");
      },
    };
    await expect(dump(VALUE, target, { signal: controller.signal })).rejects.toBe("enough");
    expect(chunks).toBe(1);
    await expect(dump(1, path, { signal: AbortSignal.abort("no") })).rejects.toBe("no");
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    false,
    true,
  ])("aborted by a hook leave the path as it was, append %s", async (append) => {
    writeFileSync(path, OLD);
    const controller = new AbortController();
    const { signal } = controller;
    const persistentId = (): void => controller.abort("enough");
    await expect(dump(VALUE, path, { signal, persistentId, append })).rejects.toBe("enough");
    expect(bytesOf(path)).toEqual(OLD);
    expect(files()).toEqual(["data.pkl"]);
  });
});

it.each([
  [undefined, "undefined"],
  [null, "null"],
  [7, "number"],
  [{}, "Object"],
  // It has a method write(), which writes into it.
  [Buffer.from("/tmp/data.pkl"), "Buffer"],
])("%s is no target", async (target, found) => {
  await expect(dump(1, target as never)).rejects.toThrow(TypeError);
  await expect(dump(1, target as never)).rejects.toThrow(
    new RegExp(`^target must be .*got ${found}$`),
  );
});

it("a URL of the web is no target", async () => {
  await expect(dump(1, new URL("https://example.org/x"))).rejects.toThrow(
    "target must be a file: URL, got https:",
  );
});
