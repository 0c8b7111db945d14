/** Values in, bytes out: `packb` for one, `Packer` for many. Source: msgpack-python 1.2 msgpack/_packer.pyx. */
import { Encoder } from "./encoder.ts";
import { MsgpackError } from "./error.ts";
import { checkPackOptions, type PackOptions } from "./options.ts";
import { Output } from "./output.ts";

const FIRST_SIZE = 2048;

// A buffer that grew beyond this is not kept for the next call.
const LARGEST_SPARE = 64 * 1024;

// One encoder without options waits for the next call: making one takes longer than writing a small message.
let spare: { readonly out: Output; readonly encoder: Encoder } | undefined;

/**
 * The msgpack of `value`, byte for byte what msgpack-python's `packb` writes.
 *
 * A safe integral number is an int in as few bytes as hold it, any other number and a `Float` a float of 8 bytes; bigint
 * int; string str; Uint8Array bin; Array and Tuple array; plain object and Map map; `ExtType`, `Timestamp`.
 *
 * @throws MsgpackError `unsupported-value`, `integer-range`, `not-encodable`, `too-deep`, `too-large`, `float-range`,
 * `naive-datetime`, `hook-failed`, with the path to the value; TypeError for options of the wrong type
 * @example
 * ```ts
 * import { Float } from "brine";
 * import { packb } from "brine/msgpack";
 * packb({ a: 1 }); //=> Uint8Array [129, 161, 97, 1]
 * packb(new Float(1)); //=> Uint8Array [203, 63, 240, 0, 0, 0, 0, 0, 0]
 * packb({ users: [{ greet() {} }] }); //=> throws MsgpackError: msgpack has no form for function greet at $.users[0].greet
 * ```
 */
export function packb(value: unknown, options?: PackOptions): Uint8Array {
  if (options !== undefined) checkPackOptions(options);
  let pair = options === undefined ? spare : undefined;
  if (pair === undefined) {
    const out = new Output(FIRST_SIZE);
    pair = { out, encoder: new Encoder(out, options ?? {}) };
  }
  // `default` may pack too, and so may a getter.
  else spare = undefined;
  const { out, encoder } = pair;
  out.pos = 0;
  encoder.write(value);
  const bytes = out.bytes.slice(0, out.pos);
  if (options === undefined && out.bytes.length <= LARGEST_SPARE) spare = pair;
  return bytes;
}

/** What the methods of a {@link Packer} return: bytes, or nothing with `autoreset: false`. */
export type Packed<Autoreset extends boolean> = Autoreset extends false ? undefined : Uint8Array;

/**
 * Packs values one after another with the same options and one buffer.
 *
 * @example
 * ```ts
 * import { Packer, unpackb } from "brine/msgpack";
 * const packer = new Packer({ autoreset: false });
 * packer.packArrayHeader(2);
 * packer.pack("a");
 * packer.pack("b");
 * unpackb(packer.bytes()); //=> ["a", "b"]
 * ```
 */
export class Packer<Autoreset extends boolean = true> {
  readonly #out = new Output(FIRST_SIZE);
  readonly #encoder: Encoder;
  readonly #autoreset: boolean;
  #busy = false;

  constructor(options: PackOptions & { readonly autoreset?: Autoreset | undefined } = {}) {
    checkPackOptions(options);
    this.#autoreset = options.autoreset !== false;
    this.#encoder = new Encoder(this.#out, options);
  }

  /**
   * Packs one value.
   *
   * @throws MsgpackError as `packb`; the buffer is empty afterwards, as in Python
   */
  pack(value: unknown): Packed<Autoreset> {
    return this.#packed(() => this.#encoder.write(value));
  }

  /**
   * Packs `[key, value]` pairs as a map, equal keys included.
   *
   * @throws MsgpackError as `packb`; the buffer is empty afterwards
   */
  packMapPairs(pairs: Iterable<readonly [unknown, unknown]>): Packed<Autoreset> {
    return this.#packed(() => {
      const all = [...pairs];
      this.#out.map(counted(all.length, "pairs"));
      for (const [key, value] of all) {
        this.#encoder.write(key);
        this.#encoder.write(value);
      }
    });
  }

  /**
   * Writes the header of an array whose `count` items are packed next, one by one.
   *
   * @throws MsgpackError `too-large` beyond 2**32 - 1
   */
  packArrayHeader(count: number): Packed<Autoreset> {
    return this.#packed(() => this.#out.array(counted(count, "items")));
  }

  /**
   * Writes the header of a map whose `count` keys and values are packed next, in turn.
   *
   * @throws MsgpackError `too-large` beyond 2**32 - 1
   */
  packMapHeader(count: number): Packed<Autoreset> {
    return this.#packed(() => this.#out.map(counted(count, "entries")));
  }

  /**
   * Writes an extension with a code of -128 to 127; negative ones are the specification's own.
   *
   * @throws MsgpackError `integer-range` for any other code
   */
  packExtType(code: number, data: Uint8Array): Packed<Autoreset> {
    if (!(data instanceof Uint8Array)) throw new TypeError("data must be a Uint8Array");
    if (!Number.isInteger(code)) throw new TypeError("code must be a whole number");
    return this.#packed(() => {
      if (code < -128 || code > 127) {
        throw new MsgpackError("integer-range", `an extension's code is -128 to 127, got ${code}`);
      }
      this.#out.ext(code, data);
    });
  }

  /** A copy of what the buffer holds: with `autoreset: false`, all that was packed since the last `reset`. */
  bytes(): Uint8Array {
    return this.#out.bytes.slice(0, this.#out.pos);
  }

  /** What the buffer holds, uncopied: good until the next call. */
  getbuffer(): Uint8Array {
    return this.#out.bytes.subarray(0, this.#out.pos);
  }

  /** Empties the buffer. */
  reset(): void {
    this.#out.pos = 0;
  }

  #packed(write: () => void): Packed<Autoreset> {
    if (this.#busy) {
      throw new MsgpackError("in-progress", "the Packer was called from inside its default");
    }
    this.#busy = true;
    try {
      write();
    } catch (error) {
      this.#out.pos = 0;
      this.#encoder.clear();
      throw error;
    } finally {
      this.#busy = false;
    }
    // Undefined stands for Python's None.
    if (!this.#autoreset) return undefined as Packed<Autoreset>;
    const bytes = this.bytes();
    this.#out.pos = 0;
    return bytes as Packed<Autoreset>;
  }
}

function counted(count: number, what: string): number {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new TypeError(`count must be a whole number of ${what} from 0 on`);
  }
  if (count > 0xffff_ffff) throw new MsgpackError("too-large", `${count} ${what} are too many`);
  return count;
}
