/** Bytes of a file in, what it is and its objects out: what `brine show` does with a path, without one. */
import { dumps, loadAll, loads, PersistentId, PickleError, type PickleType, PyDict } from "brine";
import { loadAll as loadAllBare, loads as loadsBare } from "brine/pickle";
import { DecompressionLimitError, decompressSync } from "../../src/codecs/index.ts";
import {
  type Format,
  formatOf,
  HEAD_SIZE,
  isCompressed,
  isJoblib,
  JOBLIB,
  lookalike,
  type Notation,
  notationOf,
} from "../../src/format/index.ts";
import { byteSize, printable } from "../../src/printable/index.ts";
import { CannotRead, failureOf } from "./failure.ts";
import type { Opened } from "./messages.ts";

/** Bytes that compressed data may unpack to. */
export const MOST_UNPACKED = 1_000_000_000;

/** A file that may hold more than the tab has memory for is refused before it is read. */
export const LARGEST_FILE = 1_500_000_000;

/** A file whose kind is known. */
export interface OpenedFile {
  readonly facts: Opened;
  /** The file as it is. */
  readonly bytes: Uint8Array;
  /** What is in it, unpacked. */
  readonly content: Uint8Array;
  /** What the content is written in; `undefined` where it cannot be read here. */
  readonly notation: ContentNotation | undefined;
}

/** What a content is written in. */
export type ContentNotation = Notation | "joblib" | "npy" | "npz" | "shelve";

const KINDS: Readonly<Record<ContentNotation, string>> = {
  pickle: "pickle",
  joblib: "joblib file",
  msgpack: "msgpack",
  json: "JSON",
  npy: "NumPy array (.npy)",
  npz: "NumPy arrays (.npz)",
  shelve: "shelf",
};

/**
 * Finds out what `bytes` are, and unpacks them where they are compressed; of a PyTorch file the pickle is taken out. Whatever
 * they are, there is an answer.
 */
export async function openFile(name: string, bytes: Uint8Array): Promise<OpenedFile> {
  const opened = openBytes(name, bytes);
  if (opened.facts.kind !== TORCH) return opened;
  try {
    const content = await torchPickle(opened.content);
    const inner = openBytes(name, content);
    // The numbers of its tensors stand in other members, which the pickle refers to.
    const facts = { ...inner.facts, size: bytes.length, wrapping: TORCH };
    return { ...inner, facts: { ...facts, unpackedSize: content.length }, bytes };
  } catch (error) {
    return { ...opened, facts: { ...opened.facts, failure: failureOf(error) } };
  }
}

const TORCH = "a PyTorch file (zip)";

async function torchPickle(archive: Uint8Array): Promise<Uint8Array> {
  const { ZipArchive } = await import("../../src/zip/index.ts");
  const zip = await ZipArchive.open({
    size: archive.length,
    read(start, target) {
      if (start + target.length > archive.length) throw new CannotRead("The archive breaks off.");
      target.set(archive.subarray(start, start + target.length));
    },
  });
  const pickles = zip.entries.filter(({ name }) => /^[^/]*\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickle === undefined || pickles.length > 1) {
    throw new CannotRead(
      `It has ${pickles.length} members named data.pkl; one is what PyTorch writes.`,
    );
  }
  return zip.read(pickle, { maxBytes: MOST_UNPACKED });
}

function openBytes(name: string, bytes: Uint8Array): OpenedFile {
  let content = bytes;
  let format = formatOf(headOf(bytes));
  let wrapping: string | undefined;
  const facts = { name: printable(name), size: bytes.length };
  const refused = (error: unknown): OpenedFile => {
    const { name: kind } = format;
    const failure = failureOf(error);
    return { facts: { ...facts, kind, wrapping, failure }, bytes, content, notation: undefined };
  };
  if (bytes.length === 0) return refused(new CannotRead("The file is empty."));
  try {
    if (isCompressed(format.read)) {
      wrapping = format.name;
      content = decompressSync(format.read, bytes, { limit: MOST_UNPACKED });
      format = formatOf(headOf(content));
    }
  } catch (error) {
    const isLimit = error instanceof DecompressionLimitError;
    const words = `It unpacks to more than ${byteSize(MOST_UNPACKED)}, which is more than this page reads.`;
    return refused(isLimit ? new CannotRead(words) : error);
  }
  if (format.read === undefined || isCompressed(format.read)) {
    return refused(new CannotRead(`It is ${format.name}, whose contents brine does not show yet.`));
  }
  const notation = notationFor(format, content);
  const protocol = content[0] === 0x80 ? (content[1] ?? 0) : 0;
  const isPickle = notation === "pickle" || notation === "joblib";
  const version = protocol === 0 ? ", protocol 0 or 1" : `, protocol ${protocol}`;
  const kind = KINDS[notation] + (isPickle && content.length > 0 ? version : "");
  const unpackedSize = wrapping === undefined ? undefined : content.length;
  return { facts: { ...facts, kind, wrapping, unpackedSize }, bytes, content, notation };
}

const headOf = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, HEAD_SIZE);

function notationFor({ read }: Format, content: Uint8Array): ContentNotation {
  if (read === "npy" || read === "npz" || read === "shelve") return read;
  const head = headOf(content);
  const notation = notationOf(head, head.length === content.length);
  return notation === "pickle" && isJoblib(head) ? "joblib" : notation;
}

/** How {@link objectsOf} loads. */
export interface ObjectOptions {
  /** Types beside those that `brine` knows; `"none"` for no type at all: everything stays as the file has it. */
  readonly types: readonly PickleType[] | "none";
  /** Gathers the names of Python's classes and functions that the objects refer to. */
  readonly names?: Set<string> | undefined;
}

/**
 * The objects of a file, one after another, losslessly.
 *
 * @throws whatever the room that reads the file throws, and CannotRead
 */
export async function* objectsOf(
  { content, notation }: OpenedFile,
  { types, names = new Set() }: ObjectOptions,
): AsyncGenerator<unknown, void, undefined> {
  if (notation === undefined) return;
  const bare = types === "none";
  const options = {
    lossless: true,
    persistentLoad: (id: unknown): PersistentId => new PersistentId(id),
    ...(bare ? {} : { types }),
  };
  const noted = (module: string, global: string): undefined => {
    names.add(`${module}.${global}`);
  };
  // What other rooms read knows its types; where none is asked for it takes the way through a pickle.
  const plain = (value: unknown): unknown =>
    bare ? loadsBare(dumps(value), { lossless: true }) : value;
  const joblib = async (): Promise<unknown> => {
    const { loads: loadsJoblib } = await import("brine/joblib");
    return plain(loadsJoblib(content, { ...options, findClass: noted }));
  };
  switch (notation) {
    case "joblib":
      yield await joblib();
      return;
    case "npy":
    case "npz":
      for await (const value of arraysOf(content)) yield plain(value);
      return;
    case "shelve": {
      const { entries } = await import("brine/dbm");
      const dict = new PyDict();
      for (const [key, value] of entries({ data: content })) {
        dict.set(textOf(key), (bare ? loadsBare : loads)(value, { ...options, findClass: noted }));
      }
      yield dict;
      return;
    }
    case "msgpack": {
      const { unpackAll } = await import("brine/msgpack");
      const whole = async function* (): AsyncGenerator<Uint8Array> {
        yield content;
      };
      const settings = { lossless: true, strictMapKey: false, maxBufferSize: 0 };
      for await (const value of unpackAll(whole(), settings)) yield plain(value);
      return;
    }
    case "json": {
      const { untagged } = await import("../../src/json/index.ts");
      const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
      for (const value of untagged(text)) yield value;
      return;
    }
  }
  let found = 0;
  try {
    const findClass = (module: string, global: string): undefined => {
      // The first array of a joblib file may come late.
      if (module.includes(JOBLIB)) throw new JoblibAhead();
      noted(module, global);
    };
    const all = bare ? loadAllBare : loadAll;
    for await (const value of all(content, { ...options, findClass })) {
      found++;
      yield value;
    }
  } catch (error) {
    const isAhead = error instanceof PickleError && error.cause instanceof JoblibAhead;
    if (isAhead && found === 0) {
      names.clear();
      yield await joblib();
      return;
    }
    const other = found === 0 ? lookalike(headOf(content)) : undefined;
    throw other === undefined ? error : new CannotRead(`It is no pickle: it looks like ${other}.`);
  }
}

/** A pickle turned out to be a file of joblib. */
class JoblibAhead extends Error {}

async function* arraysOf(content: Uint8Array): AsyncGenerator<unknown, void, undefined> {
  const { load, NdArray } = await import("brine/numpy");
  const saved = await load(content, { lossless: true, maxBytes: MOST_UNPACKED });
  if (saved instanceof NdArray) {
    yield saved;
    return;
  }
  const arrays = new PyDict();
  for await (const [name, array] of saved) arrays.set(name, array);
  yield arrays;
}

function textOf(key: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(key);
  } catch {
    return key;
  }
}
