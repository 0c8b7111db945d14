/**
 * Values in, bytes out: one loop with a stack of its own.
 *
 * Source: msgpack-python 1.2 msgpack/_packer.pyx `_pack_inner`, whose order of tests and choice of formats it follows.
 */
import { asBytes } from "../core/bytes/index.ts";
import { Float, Global, Instance, PyDict, Tuple } from "../core/values/index.ts";
import { MsgpackError, type PackCode } from "./error.ts";
import { type EpochLike, ExtType, Timestamp } from "./ext.ts";
import type { PackOptions } from "./options.ts";
import type { Output } from "./output.ts";

/** Containers inside one another (msgpack-python DEFAULT_RECURSE_LIMIT); a scalar may stand one deeper. */
const DEEPEST = 1024;

// 2**32 - 1 items or bytes are all that a header can say.
const LARGEST = 0xffff_ffff;

const NO_ITEMS: readonly unknown[] = [];

/** An open container: its items, or the keys and values of a map in turn. */
class Frame {
  /** Items, or a plain object's keys, or a Map's keys and values in turn. */
  items: readonly unknown[] = NO_ITEMS;
  /** The container. */
  value: unknown = undefined;
  /** Whether `items` are the keys of `value`. */
  isObject = false;
  /** Items taken. */
  index = 0;
  size = 0;
}

/** Writes values into an {@link Output}. */
export class Encoder {
  readonly #out: Output;
  readonly #options: PackOptions;
  readonly #frames: Frame[] = [];
  #depth = 0;
  readonly #strict: boolean;
  readonly #single: boolean;
  readonly #str8: boolean;

  constructor(out: Output, options: PackOptions) {
    this.#out = out;
    this.#options = options;
    this.#strict = options.strictTypes === true;
    this.#single = options.useSingleFloat === true;
    this.#str8 = options.useBinType !== false;
  }

  /** Writes one value. */
  write(root: unknown): void {
    const out = this.#out;
    const str8 = this.#str8;
    const frames = this.#frames;
    let depth = (this.#depth = 0);
    let frame: Frame | undefined;
    let value = root;
    for (;;) {
      switch (typeof value) {
        case "string":
          if (!out.text(value, str8)) this.#odd(value);
          break;
        case "number":
          if (Number.isSafeInteger(value) && !(value === 0 && 1 / value < 0)) out.integer(value);
          else if (!this.#single) out.float64(value);
          else this.#float32(value);
          break;
        case "boolean":
          out.byte(value ? 0xc3 : 0xc2);
          break;
        default:
          if (value === null) out.byte(0xc0);
          else if (value instanceof Uint8Array && value.length <= LARGEST) out.bin(value, str8);
          else {
            if (!this.#open(value)) this.#other(value);
            if (this.#depth > depth) frame = frames[depth++];
          }
      }
      // The next value: of the container that was opened last, or of the one around it.
      while (frame !== undefined && frame.index === frame.size) {
        frame.items = NO_ITEMS;
        frame.value = undefined;
        this.#depth = --depth;
        frame = depth === 0 ? undefined : frames[depth - 1];
      }
      if (frame === undefined) return;
      const item = frame.items[frame.index++];
      if (frame.isObject) {
        // Object.keys gave strings.
        if (!out.text(item as string, str8)) this.#odd(item as string);
        value = (frame.value as Record<string, unknown>)[item as string];
      } else value = item;
    }
  }

  /** Lets go of what a refused value left open. */
  clear(): void {
    this.#frames.length = 0;
    this.#depth = 0;
  }

  // Opens the container that `value` is; false where it is none. Its header is written, its parts come next.
  #open(value: unknown): boolean {
    if (typeof value !== "object") return false;
    if (Array.isArray(value)) {
      if (this.#strict && Object.getPrototypeOf(value) !== Array.prototype) return false;
      this.#push(value, value, false);
      this.#out.array(value.length);
      return true;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      const keys = Object.keys(value as object);
      this.#push(value, keys, true);
      this.#out.map(keys.length);
      return true;
    }
    if (!(value instanceof Map)) return false;
    if (this.#strict && prototype !== Map.prototype && prototype !== PyDict.prototype) return false;
    const items: unknown[] = [];
    for (const [key, item] of value as Map<unknown, unknown>) items.push(key, item);
    if (items.length / 2 > LARGEST) throw this.#refusal("too-large", "a map has too many entries");
    this.#push(value, items, false);
    this.#out.map(items.length / 2);
    return true;
  }

  #push(value: unknown, items: readonly unknown[], isObject: boolean): void {
    const depth = this.#depth;
    const size = items.length;
    if (depth >= DEEPEST && (depth > DEEPEST || size > 0)) throw this.#tooDeep(value);
    let frame = this.#frames[depth];
    if (frame === undefined) this.#frames.push((frame = new Frame()));
    frame.items = items;
    frame.value = value;
    frame.isObject = isObject;
    frame.index = 0;
    frame.size = size;
    this.#depth = depth + 1;
  }

  // What is neither a scalar nor a container: `hook` says whether `default` may still be asked.
  #other(value: unknown, hook = true): void {
    const refusal = this.#leaf(value);
    if (refusal === undefined) return;
    const convert = this.#options.default;
    if (!hook || convert === undefined) throw this.#refusal(...refusal);
    let converted: unknown;
    try {
      converted = convert(value);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw this.#refusal("hook-failed", `default threw: ${why}`, cause);
    }
    this.#converted(converted);
  }

  // Python asks `default` once for a value, and again for the parts of what it returned.
  #converted(value: unknown): void {
    switch (typeof value) {
      case "string":
        if (!this.#out.text(value, this.#str8)) this.#odd(value);
        break;
      case "number":
        if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.#out.integer(value);
        else this.#float(value);
        break;
      case "boolean":
        this.#out.byte(value ? 0xc3 : 0xc2);
        break;
      default:
        if (value === null) this.#out.byte(0xc0);
        else if (!this.#open(value)) this.#other(value, false);
    }
  }

  // Writes what has one form; returns why not otherwise.
  #leaf(value: unknown): [code: PackCode, message: string] | undefined {
    const out = this.#out;
    if (typeof value === "bigint") {
      return out.bigint(value) ? undefined : ["integer-range", "an int takes more than 64 bits"];
    }
    if (typeof value !== "object" || value === null) return unsupported(value);
    if (value instanceof Uint8Array) {
      if (value.length > LARGEST) return ["too-large", `${value.length} bytes are too many`];
      out.bin(value, this.#str8);
      return undefined;
    }
    if (value instanceof Float) {
      if (value.bits !== undefined && Number.isNaN(value.value)) {
        if (this.#single) out.nan32(value.bits);
        else out.nan64(value.bits);
      } else this.#float(value.value);
      return undefined;
    }
    if (value instanceof ExtType) {
      out.ext(value.code, value.data);
      return undefined;
    }
    if (value instanceof Timestamp) {
      this.#timestamp(value);
      return undefined;
    }
    // array.array has no msgpack form in Python; its bytes do.
    const isBytes = !ArrayBuffer.isView(value) || value instanceof DataView;
    const bytes = isBytes ? asBytes(value) : undefined;
    if (bytes !== undefined) return this.#leaf(bytes);
    if (this.#options.datetime !== true) return unsupported(value);
    if (isNaive(value)) return ["naive-datetime", "a date without a time zone has no timestamp"];
    if (!isDate(value)) return unsupported(value);
    this.#timestamp(Timestamp.fromDatetime(value));
    return undefined;
  }

  #timestamp(value: Timestamp): void {
    let data: Uint8Array;
    try {
      data = value.toBytes();
    } catch (error) {
      if (!(error instanceof MsgpackError)) throw error;
      throw this.#refusal("integer-range", error.message);
    }
    this.#out.ext(-1, data);
  }

  #float(value: number): void {
    if (this.#single) this.#float32(value);
    else this.#out.float64(value);
  }

  #float32(value: number): void {
    if (!this.#out.float32(value)) {
      throw this.#refusal("float-range", `${value} is too large for single precision`);
    }
  }

  // Text that UTF-8 cannot hold.
  #odd(text: string): void {
    const { unicodeErrors = "strict" } = this.#options;
    if (!this.#out.lenient(text, unicodeErrors, this.#str8)) {
      throw this.#refusal("not-encodable", "a str has lone surrogates, which UTF-8 has not");
    }
  }

  #tooDeep(value: unknown): MsgpackError {
    const around = this.#frames.slice(0, this.#depth);
    const cyclic = around.some((frame) => frame.value === value);
    return this.#refusal(
      "too-deep",
      cyclic ? "a value holds itself" : `more than ${DEEPEST} containers inside one another`,
    );
  }

  #refusal(code: PackCode, message: string, cause?: unknown): MsgpackError {
    return new MsgpackError(code, message, { path: this.#path(), cause });
  }

  /** The way from the root to the value at work, read off the open frames: `$.rows[3]`. */
  #path(): string {
    const parts: string[] = [];
    for (const { items, value, isObject, index } of this.#frames.slice(0, this.#depth)) {
      if (index === 0) break;
      if (isObject) parts.push(keyPath(items[index - 1]));
      else if (!(value instanceof Map)) parts.push(`[${index - 1}]`);
      else parts.push(`${keyPath(items[(index - 1) & ~1])}${index % 2 === 1 ? "<key>" : ""}`);
    }
    if (parts.length > 24) parts.splice(12, parts.length - 24, "…");
    return `$${parts.join("")}`;
  }
}

function keyPath(key: unknown): string {
  if (typeof key !== "string") return `[${typeof key === "object" ? what(key) : String(key)}]`;
  if (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) && key.length <= 40) return `.${key}`;
  return `[${JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key)}]`;
}

function unsupported(value: unknown): [code: PackCode, message: string] {
  return ["unsupported-value", `msgpack has no form for ${what(value)}`];
}

function what(value: unknown): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "function":
      return value.name === "" ? "an anonymous function" : `function ${value.name}`;
    case "object":
      if (value instanceof Global) return value.path;
      if (value instanceof Instance) return `an instance of ${value.className}`;
      if (value instanceof Tuple) return "a Tuple";
      return `an instance of ${value.constructor?.name || "an anonymous class"}`;
    default:
      return String(value);
  }
}

function isNaive(value: object): boolean {
  return tagOf(value) === "Temporal.PlainDateTime";
}

function isDate(value: object): value is Date | EpochLike {
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  const tag = tagOf(value);
  return tag === "Temporal.Instant" || tag === "Temporal.ZonedDateTime";
}

function tagOf(value: object): unknown {
  return (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
}
