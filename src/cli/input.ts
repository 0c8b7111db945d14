/** The name of a file in, the objects of its pickles out, whatever they are wrapped in. */
import { createReadStream, statSync } from "node:fs";
import type { Readable } from "node:stream";
import {
  type Compression,
  DecompressionError,
  DecompressionLimitError,
  decompressed,
} from "../codecs/index.ts";
import { decodeUtf8 } from "../core/bytes/index.ts";
import { PyDict } from "../core/values/index.ts";
import { open as openDatabase, whichdb } from "../dbm/index.ts";
import {
  formatOf,
  HEAD_SIZE,
  isCompressed,
  isJoblib,
  JOBLIB,
  lookalike,
  type Notation,
  notationOf,
} from "../format/index.ts";
import {
  dumps,
  loadAll,
  loads,
  PersistentId,
  PickleError,
  type PickleType,
  UnpicklingError,
} from "../pickle/index.ts";
import { byteSize } from "../printable/index.ts";
import { countOption, InputError, type OptionValues, UsageError } from "./command.ts";
import { failureText } from "./failure.ts";
import { knownTypes } from "./known.ts";

/** What was found in an input. */
export interface Input {
  /** For messages: the path, or "standard input". */
  readonly name: string;
  /** Highest protocol that the first pickle announces; 0 stands for 0 or 1, which announce nothing. */
  readonly protocol: number;
  /** Bytes of the file, where it is one. */
  readonly size: number | undefined;
  /** "gzip data" or the like, where the pickles are wrapped. */
  readonly wrapping: string | undefined;
  /** What the objects are written in. */
  readonly notation: Notation | "joblib" | "npy" | "npz" | "shelve";
  /** The Python classes and functions that the objects read so far refer to, in order of appearance. */
  readonly globals: ReadonlySet<string>;
  /** The objects, one after another; losslessly, but where the caller asked for the values that `load` gives. */
  objects(): AsyncGenerator<unknown, void, undefined>;
}

/**
 * Opens a file, or standard input for `-`, and finds out what it is.
 *
 * @throws InputError when it is nothing that can be read, or not yet
 */
export async function openInput(
  file: string,
  options: OptionValues,
  types: readonly PickleType[],
  { lossless = true }: { readonly lossless?: boolean } = {},
): Promise<Input> {
  if (file === "") throw new InputError("it is no name of a file");
  const name = file === "-" ? "standard input" : file;
  const stat = file === "-" ? undefined : statSync(file, { throwIfNoEntry: false });
  const size = stat?.isFile() === true ? stat.size : undefined;
  // A shelf of dbm.dumb is NAME.dat and NAME.dir, one of ndbm NAME.db.
  if (stat === undefined && file !== "-" && whichdb(file) !== undefined)
    return shelfInput(file, size, options, types, lossless);
  if (stat?.isDirectory() === true)
    throw new InputError("it is a folder; brine audit walks those (EISDIR)");
  const raw: Readable =
    file === "-" ? process.stdin : createReadStream(file, { highWaterMark: HEAD_SIZE });
  let chunks = await Chunks.of(raw, raw);
  let format = formatOf(chunks.head);
  let wrapping: string | undefined;
  const most = 1e6 * (countOption(options, "inflate-limit", 1) ?? 1000);
  if (isCompressed(format.read)) {
    wrapping = format.name;
    chunks = await unpacked(chunks, format.read, wrapping, most);
    format = formatOf(chunks.head);
    if (isCompressed(format.read) || format.read === undefined) {
      await chunks.return();
      throw unreadable(`${wrapping} that holds ${format.name}`);
    }
  }
  if (format.read === undefined) {
    await chunks.return();
    throw unreadable(format.name);
  }
  if (format.read === "shelve") {
    await chunks.return();
    if (size === undefined || wrapping !== undefined)
      throw unreadable(`${format.name} in a stream`);
    return shelfInput(file, size, options, types, lossless);
  }
  const globals = new Set<string>();
  if (format.read === "npy" || format.read === "npz") {
    const notation = format.read;
    // Of a file of its own only what is asked for is read.
    const inPlace = size !== undefined && wrapping === undefined;
    async function* arrays(): AsyncGenerator<unknown, void, undefined> {
      if (inPlace) await chunks.return();
      const { savedArrays } = await import("./arrays.ts");
      yield* savedArrays(inPlace ? file : chunks, { maxBytes: most, types, lossless });
    }
    return { name, notation, protocol: 0, size, wrapping, globals, objects: arrays };
  }
  const head = chunks.head;
  const notation = notationNamed(options) ?? notationOf(head, chunks.complete);
  const inPlace = size !== undefined && wrapping === undefined;
  const hasArrays = notation === "pickle" && isJoblib(head);
  const findClass = (module: string, global: string): undefined => {
    // The first array comes late; standard input cannot be read again.
    if (!hasArrays && module.includes(JOBLIB)) throw new JoblibAhead();
    globals.add(`${module}.${global}`);
  };
  const readJoblib = async (): Promise<unknown> => {
    const { load } = await import("../joblib/index.ts");
    const encoding = options["encoding"];
    const value = await load(inPlace ? file : chunks, {
      lossless,
      types,
      findClass: (module, global): undefined => {
        globals.add(`${module}.${global}`);
      },
      persistentLoad: (id) => new PersistentId(id),
      limits: { ...memoryLimit(options), decompressedBytes: most },
      ...(typeof encoding === "string" && { encoding }),
    });
    if (types.length > 0) return value;
    // Where no type is asked for, arrays are instances like those of any other class.
    return loads(dumps(value, { types: await knownTypes() }), { lossless: true });
  };
  async function* objects(): AsyncGenerator<unknown, void, undefined> {
    if (hasArrays) {
      if (inPlace) await chunks.return();
      yield await readJoblib();
      return;
    }
    if (notation !== "pickle") {
      let found = 0;
      for await (const value of otherObjects(notation, chunks, types, lossless)) {
        found++;
        yield value;
      }
      if (found === 0) throw new InputError("it is empty");
      return;
    }
    // A file of its own is read in place, a window at a time; chunks are gathered, an object at a time.
    if (inPlace) await chunks.return();
    const encoding = options["encoding"];
    const settings = {
      lossless,
      types,
      findClass,
      persistentLoad: (id: unknown) => new PersistentId(id),
      limits: memoryLimit(options),
      ...(typeof encoding === "string" && { encoding }),
    };
    let found = 0;
    try {
      for await (const value of loadAll(inPlace ? file : chunks, settings)) {
        found++;
        yield value;
      }
    } catch (error) {
      const behind = inPlace && found > 0 ? await packedBehind(file, error, most) : undefined;
      if (behind !== undefined) {
        yield* loadAll(behind, settings);
        return;
      }
      const isAhead = error instanceof PickleError && error.cause instanceof JoblibAhead;
      if (!isAhead || found > 0) throw explained(error, head, found);
      if (!inPlace) throw unreadable("a joblib file whose arrays come late, from a stream");
      globals.clear();
      yield await readJoblib();
      return;
    }
    if (found === 0) throw new InputError("it is empty");
  }
  const protocol = head[0] === 0x80 ? (head[1] ?? 0) : 0;
  const kind = hasArrays ? "joblib" : notation;
  return { name, notation: kind, protocol, size, wrapping, globals, objects };
}

// Compressed pickles that stand behind a plain one, where that ended; so Django's cache writes its files.
async function packedBehind(
  file: string,
  error: unknown,
  most: number,
): Promise<Chunks | undefined> {
  if (!(error instanceof UnpicklingError) || error.code !== "invalid-opcode") return undefined;
  const raw = createReadStream(file, { start: error.offset, highWaterMark: HEAD_SIZE });
  const chunks = await Chunks.of(raw, raw);
  const { name, read } = formatOf(chunks.head);
  if (isCompressed(read)) return unpacked(chunks, read, name, most);
  await chunks.return();
  return undefined;
}

function memoryLimit(options: OptionValues): { readonly memory?: number } {
  const megabytes = countOption(options, "memory-limit", 1);
  return megabytes === undefined ? {} : { memory: megabytes * 1e6 };
}

/** A pickle turned out to be a file of joblib. */
class JoblibAhead extends Error {}

function notationNamed({ from }: OptionValues): Notation | undefined {
  if (from === undefined || from === "pickle" || from === "msgpack" || from === "json") return from;
  throw new UsageError(`--from ${JSON.stringify(from)}: it is pickle, msgpack or json`);
}

// Of rooms that only these files need.
async function* otherObjects(
  notation: "msgpack" | "json",
  chunks: AsyncIterable<Uint8Array>,
  types: readonly PickleType[],
  lossless: boolean,
): AsyncGenerator<unknown, void, undefined> {
  if (notation === "msgpack") {
    const { msgpackTypes, unpackAll } = await import("../msgpack/index.ts");
    // At most 2 GiB for one object; what is not there is not allocated.
    const options = { lossless, strictMapKey: false, maxBufferSize: 0 };
    for await (const value of unpackAll(chunks, options)) {
      // Where no type is asked for, Timestamp and ExtType are instances like those of any other class.
      yield types.length > 0
        ? value
        : loads(dumps(value, { types: msgpackTypes }), { lossless: true });
    }
    return;
  }
  const { untagged } = await import("../json/index.ts");
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new InputError("it begins as JSON and is not UTF-8, or too long for a text");
  }
  for (const value of untagged(text)) {
    yield types.length === 0 ? value : loads(dumps(value), { lossless, types });
  }
}

// All of a shelf as one dict, a pickle in each value.
function shelfInput(
  file: string,
  size: number | undefined,
  options: OptionValues,
  types: readonly PickleType[],
  lossless: boolean,
): Input {
  const globals = new Set<string>();
  const encoding = options["encoding"];
  async function* objects(): AsyncGenerator<unknown, void, undefined> {
    using database = openDatabase(file, { flag: "r" });
    const dict = new PyDict();
    for (const [key, value] of database.entries()) {
      const text = decodeUtf8(key, 0, key.length) ?? key;
      const loaded = loads(value, {
        lossless,
        types,
        findClass: (module, global): undefined => {
          globals.add(`${module}.${global}`);
        },
        persistentLoad: (id) => new PersistentId(id),
        limits: memoryLimit(options),
        ...(typeof encoding === "string" && { encoding }),
      });
      dict.set(text, loaded);
    }
    yield dict;
  }
  return {
    name: file,
    notation: "shelve",
    protocol: 0,
    size,
    wrapping: undefined,
    globals,
    objects,
  };
}

function unreadable(what: string): InputError {
  return new InputError(`it is ${what}, which brine cannot read yet`);
}

// The hook's own error rather than the machine's words about it; and a hint where nothing could be read at all.
function explained(error: unknown, head: Uint8Array, found: number): unknown {
  if (!(error instanceof PickleError)) return error;
  if (error.cause instanceof InputError) return error.cause;
  if (found > 0) return error;
  const other = lookalike(head);
  if (other !== undefined) return unreadable(other);
  // The very first opcode makes no sense: a text, or bytes of any other kind.
  const isOther =
    error instanceof UnpicklingError && error.offset === 0 && NO_BEGINNING.has(error.code);
  return isOther ? new InputError(`${failureText(error)}; no pickle begins so`) : error;
}

// What is refused at the beginning of a pickle only where there is none.
const NO_BEGINNING: ReadonlySet<string> = new Set([
  "invalid-opcode",
  "stack-underflow",
  "no-mark",
  "memo-missing",
  "bad-integer",
  "bad-float",
  "bad-string",
]);

/** What a stream comes from. */
interface Closable {
  destroy(): void;
}

/** A stream whose beginning was looked at and can be read again. */
class Chunks implements AsyncIterable<Uint8Array> {
  /** The first bytes, up to {@link HEAD_SIZE} of them. */
  readonly head: Uint8Array;
  /** Whether the head is all there is. */
  readonly complete: boolean;
  readonly #rest: AsyncIterator<Uint8Array>;
  readonly #stream: Closable;

  private constructor(
    head: Uint8Array,
    complete: boolean,
    rest: AsyncIterator<Uint8Array>,
    stream: Closable,
  ) {
    this.head = head;
    this.complete = complete;
    this.#rest = rest;
    this.#stream = stream;
  }

  static async of(chunks: AsyncIterable<Uint8Array>, stream: Closable): Promise<Chunks> {
    const iterator = chunks[Symbol.asyncIterator]();
    const parts: Uint8Array[] = [];
    let size = 0;
    let complete = false;
    while (size < HEAD_SIZE) {
      const { done, value } = await iterator.next();
      if (done === true) {
        complete = true;
        break;
      }
      parts.push(value);
      size += value.length;
    }
    return new Chunks(Buffer.concat(parts), complete, iterator, stream);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield this.head;
      if (this.complete) return;
      for (;;) {
        const { done, value } = await this.#rest.next();
        if (done === true) return;
        yield value;
      }
    } finally {
      await this.return();
    }
  }

  /** Lets go of the stream. */
  async return(): Promise<void> {
    this.destroy();
  }

  destroy(): void {
    this.#stream.destroy();
  }
}

// A few kilobytes can unpack to gigabytes: never more than `most` bytes.
async function unpacked(
  chunks: Chunks,
  compression: Compression,
  name: string,
  most: number,
): Promise<Chunks> {
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* decompressed(compression, chunks, { limit: most });
    } catch (error) {
      if (error instanceof DecompressionLimitError) {
        const advice = "raise --inflate-limit to read it";
        throw new InputError(`it unpacks to more than ${byteSize(most)}; ${advice}`);
      }
      if (!(error instanceof DecompressionError)) throw error;
      throw new InputError(`its ${name} is damaged: ${error.code}: ${error.message}`, {
        cause: error,
      });
    }
  }
  return Chunks.of(pieces(), chunks);
}
