/** What a caller may ask of packing and unpacking: msgpack-python's options under their own names, and brine's. */
import type { TemporalLike } from "../stdlib/index.ts";

/** Python's error handlers for text that UTF-8 cannot hold. */
export type EncodeErrors =
  | "strict"
  | "ignore"
  | "replace"
  | "backslashreplace"
  | "namereplace"
  | "xmlcharrefreplace"
  | "surrogateescape"
  | "surrogatepass";

/** Python's error handlers for bytes that are no UTF-8. */
export type DecodeErrors =
  | "strict"
  | "ignore"
  | "replace"
  | "backslashreplace"
  | "surrogateescape"
  | "surrogatepass";

/** Options of `packb`, `pack` and `Packer`. */
export interface PackOptions {
  /** Called once for a value that msgpack has no form for; what it returns is written instead. */
  readonly default?: ((value: unknown) => unknown) | undefined;
  /** Floats in 4 bytes instead of 8. Default false. */
  readonly useSingleFloat?: boolean | undefined;
  /** Whether each `pack` returns its bytes; else `bytes()` has those of all of them until `reset()`. Default true. */
  readonly autoreset?: boolean | undefined;
  /** Bytes as bin, text below 256 bytes as str 8; false writes both as the raw of msgpack before 2013. Default true. */
  readonly useBinType?: boolean | undefined;
  /** Leave Tuple and subclasses of Array and Map to `default`. Default false. */
  readonly strictTypes?: boolean | undefined;
  /** Write `Date`, `Temporal.Instant` and `Temporal.ZonedDateTime` as timestamps. Default false. */
  readonly datetime?: boolean | undefined;
  /** What becomes of lone surrogates, which UTF-8 has not. Default `"strict"`: refuse. */
  readonly unicodeErrors?: EncodeErrors | undefined;
}

/** Options of `unpackb`, `unpack`, `unpackAll` and `Unpacker`. */
export interface UnpackOptions {
  /** Keep every Python distinction: `Float` for integral floats, `PyDict` for maps. Default false. */
  readonly lossless?: boolean | undefined;
  /** `"auto"`: number while it is a safe integer, else bigint. `"bigint"`: always bigint. */
  readonly ints?: "auto" | "bigint" | undefined;
  /**
   * `"auto"`: a plain object when every key is a str, else `PyDict`. `"map"`: always `PyDict`. `"object"`: always a
   * plain object, where numbers, booleans and nil become the strings that Python's `json` would write.
   */
  readonly dicts?: "auto" | "map" | "object" | undefined;
  /** Arrays as Array; false gives Tuple. Default true. */
  readonly useList?: boolean | undefined;
  /** Text as its bytes, undecoded. Default false. */
  readonly raw?: boolean | undefined;
  /** Timestamps as 0 `Timestamp`, 1 seconds as a float, 2 nanoseconds as an int, 3 `Temporal.ZonedDateTime` in UTC. */
  readonly timestamp?: 0 | 1 | 2 | 3 | undefined;
  /** Where `timestamp: 3` finds Temporal in a runtime that has none: `temporal-polyfill`'s. */
  readonly temporal?: TemporalLike | undefined;
  /** Only str and bytes as map keys. Default true. */
  readonly strictMapKey?: boolean | undefined;
  /** Called with each map; what it returns stands in its place. */
  readonly objectHook?: ((map: unknown) => unknown) | undefined;
  /** Called with each map's `[key, value]` pairs, equal keys included; not together with `objectHook`. */
  readonly objectPairsHook?: ((pairs: [unknown, unknown][]) => unknown) | undefined;
  /** Called with each array; what it returns stands in its place. */
  readonly listHook?: ((list: unknown[]) => unknown) | undefined;
  /** Called with each extension but timestamps; `code` is -128 to 127. Default: an `ExtType`. */
  readonly extHook?: ((code: number, data: Uint8Array) => unknown) | undefined;
  /** What becomes of bytes in text that are no UTF-8. Default `"strict"`: refuse. */
  readonly unicodeErrors?: DecodeErrors | undefined;
  /** Most bytes that may wait in an Unpacker; 0 stands for 2**31 - 1. Default 100 MiB. */
  readonly maxBufferSize?: number | undefined;
  /** Most bytes of one str. Default -1: the input's length, or `maxBufferSize`. */
  readonly maxStrLen?: number | undefined;
  /** Most bytes of one bin. Default -1, as above. */
  readonly maxBinLen?: number | undefined;
  /** Most items of one array. Default -1, as above. */
  readonly maxArrayLen?: number | undefined;
  /** Most entries of one map. Default -1: half of the above. */
  readonly maxMapLen?: number | undefined;
  /** Most bytes of one extension. Default -1, as for str. */
  readonly maxExtLen?: number | undefined;
  /** Bytes that are asked of a `ByteSource` at a time. Default 1 MiB, or `maxBufferSize` where that is less. */
  readonly readSize?: number | undefined;
}

const HOOKS = ["objectHook", "objectPairsHook", "listHook", "extHook"] as const;
const LENGTHS = ["maxStrLen", "maxBinLen", "maxArrayLen", "maxMapLen", "maxExtLen"] as const;

/** Refuses options of the wrong type, by name. */
export function checkUnpackOptions(options: UnpackOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("options must be an object");
  }
  for (const name of HOOKS) {
    const hook = options[name];
    if (hook !== undefined && typeof hook !== "function") {
      throw new TypeError(`${name} must be a function`);
    }
  }
  if (options.objectHook !== undefined && options.objectPairsHook !== undefined) {
    throw new TypeError("objectHook and objectPairsHook exclude each other");
  }
  for (const name of LENGTHS) checkSize(name, options[name], -1);
  checkSize("maxBufferSize", options.maxBufferSize, 0);
  checkSize("readSize", options.readSize, 0);
  oneOf("timestamp", options.timestamp, [0, 1, 2, 3]);
  oneOf("ints", options.ints, ["auto", "bigint"]);
  oneOf("dicts", options.dicts, ["auto", "map", "object"]);
  oneOf("unicodeErrors", options.unicodeErrors, DECODE_ERRORS);
}

const DECODE_ERRORS: readonly DecodeErrors[] = [
  "strict",
  "ignore",
  "replace",
  "backslashreplace",
  "surrogateescape",
  "surrogatepass",
];

const ENCODE_ERRORS: readonly EncodeErrors[] = [
  ...DECODE_ERRORS,
  "namereplace",
  "xmlcharrefreplace",
];

/** Refuses options of the wrong type, by name. */
export function checkPackOptions(options: PackOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("options must be an object");
  }
  if (options.default !== undefined && typeof options.default !== "function") {
    throw new TypeError("default must be a function");
  }
  oneOf("unicodeErrors", options.unicodeErrors, ENCODE_ERRORS);
}

function checkSize(name: string, value: number | undefined, least: number): void {
  if (value !== undefined && (!Number.isSafeInteger(value) || value < least)) {
    throw new TypeError(`${name} must be a whole number from ${least} on`);
  }
}

function oneOf(name: string, value: unknown, known: readonly unknown[]): void {
  if (value !== undefined && !known.includes(value)) {
    throw new TypeError(`${name} must be one of ${known.join(", ")}`);
  }
}
