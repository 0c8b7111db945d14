/**
 * Values in, the pickle that joblib hashes out: protocol 3 of Python's own pickler, in which strings are never shared and
 * dicts and sets are sorted, so that equal values give equal bytes.
 *
 * Source: joblib 1.6 joblib/hashing.py Hasher; CPython 3.13 Lib/pickle.py _Pickler.
 */

import { ByteBuffer, encodeLong, writeLong, writeUtf8 } from "../core/bytes/index.ts";
import { PicklingError } from "../core/errors/index.ts";
import {
  ByteArray,
  Complex,
  Float,
  FrozenSet,
  Global,
  PyDict,
  Tuple,
} from "../core/values/index.ts";
import { comparedAsPython } from "./ordering.ts";

/** Writes values that this file does not know; answers with what to save in their place, `undefined` where it cannot. */
export type Extend = (value: object) => { readonly instead: unknown } | "nothing" | undefined;

/** An object being written: asks for its parts to be saved, one after another. */
type Walk = Generator<readonly [part: unknown, label: string], void, void>;

interface Open {
  readonly walk: Walk;
  label: string;
}

// CPython _BATCHSIZE.
const BATCH = 1000;

const TUPLE_CODES = [0x29, 0x85, 0x86, 0x87]; // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3
const BYTEARRAY = new Global("builtins", "bytearray");
const COMPLEX = new Global("builtins", "complex");
const FROZENSET = new Global("builtins", "frozenset");
const CONSISTENT_SET = new Global("joblib.hashing", "_ConsistentSet");

/** The stream of one hash. Open containers are kept in a list, so that depth costs no call stack. */
export class HashStream {
  readonly #out = new ByteBuffer(1024);
  readonly #memo = new Map<unknown, number>();
  readonly #names = new Map<string, number>();
  readonly #open: Open[] = [];
  readonly #extend: Extend;
  #memoSize = 0;

  constructor(extend: Extend) {
    this.#extend = extend;
  }

  /** The bytes of `value`. */
  dump(value: unknown): Uint8Array {
    const out = this.#out;
    out.ascii("\x80\x03"); // PROTO
    out.bytes[0] = 0x80;
    this.#save(value);
    for (let open = this.#open.at(-1); open !== undefined; open = this.#open.at(-1)) {
      const { done, value: step } = open.walk.next();
      if (done) {
        this.#open.pop();
        continue;
      }
      [, open.label] = step;
      this.#save(step[0]);
    }
    out.byte(0x2e); // STOP
    return out.bytes.subarray(0, out.pos);
  }

  #refuse(what: string): PicklingError {
    const path = `$${this.#open
      .map(({ label }) => label)
      .join("")
      .slice(0, 1000)}`;
    return new PicklingError(
      "unsupported-value",
      `${what} has no hash that joblib would agree to`,
      path,
    );
  }

  #save(value: unknown): void {
    const out = this.#out;
    switch (typeof value) {
      case "number":
        this.#number(value);
        return;
      case "bigint":
        this.#integer(value);
        return;
      case "string":
        this.#text(value);
        return;
      case "boolean":
        out.byte(value ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
        return;
      case "object":
        if (value === null)
          out.byte(0x4e); // NONE
        else this.#object(value);
        return;
      default:
        throw this.#refuse(typeof value === "function" ? "a function" : String(value));
    }
  }

  // --- atoms

  #number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) this.#float(value);
    else this.#integer(value);
  }

  #float(value: number, bits?: bigint): void {
    const out = this.#out;
    out.reserve(9);
    out.byte(0x47); // BINFLOAT
    if (bits === undefined) out.view.setFloat64(out.pos, Number.isNaN(value) ? Number.NaN : value);
    else out.view.setBigUint64(out.pos, bits);
    out.pos += 8;
  }

  #integer(value: number | bigint): void {
    const out = this.#out;
    if (value >= 0 && value <= 0xff) {
      out.byte(0x4b); // BININT1
      out.byte(Number(value));
    } else if (value >= 0 && value <= 0xffff) {
      out.byte(0x4d); // BININT2
      out.byte(Number(value) & 0xff);
      out.byte(Number(value) >> 8);
    } else if (value >= -0x80000000 && value <= 0x7fffffff) {
      out.byte(0x4a); // BININT
      out.uint32(Number(value));
    } else {
      this.#long(BigInt(value));
    }
  }

  #long(value: bigint): void {
    const out = this.#out;
    out.reserve(138);
    const count = writeLong(out.bytes, out.view, out.pos + 2, value);
    if (count > 0) {
      out.byte(0x8a); // LONG1
      out.byte(count);
      out.pos += count;
      return;
    }
    const digits = encodeLong(value);
    if (digits.length < 256) {
      out.byte(0x8a); // LONG1
      out.byte(digits.length);
    } else {
      out.byte(0x8b); // LONG4
      out.uint32(digits.length);
    }
    out.append(digits);
  }

  #text(text: string): void {
    const out = this.#out;
    out.reserve(5 + text.length * 3);
    const start = out.pos + 5;
    const end = writeUtf8(out.bytes, start, text);
    out.byte(0x58); // BINUNICODE
    out.uint32(end - start);
    out.pos = end;
  }

  #bytes(data: Uint8Array): void {
    const out = this.#out;
    if (data.length <= 0xff) {
      out.byte(0x43); // SHORT_BINBYTES
      out.byte(data.length);
    } else {
      out.byte(0x42); // BINBYTES
      out.uint32(data.length);
    }
    out.append(data);
  }

  // --- memo

  #memoize(object: unknown): void {
    const out = this.#out;
    const index = this.#memoSize++;
    this.#memo.set(object, index);
    if (index < 256) {
      out.byte(0x71); // BINPUT
      out.byte(index);
    } else {
      out.byte(0x72); // LONG_BINPUT
      out.uint32(index);
    }
  }

  #fetch(index: number | undefined): boolean {
    if (index === undefined) return false;
    const out = this.#out;
    if (index < 256) {
      out.byte(0x68); // BINGET
      out.byte(index);
    } else {
      out.byte(0x6a); // LONG_BINGET
      out.uint32(index);
    }
    return true;
  }

  #global(global: Global): void {
    const key = `${global.module}\n${global.name}\n`;
    if (this.#fetch(this.#names.get(key))) return;
    const out = this.#out;
    out.reserve(1 + key.length * 3);
    out.byte(0x63); // GLOBAL
    out.pos = writeUtf8(out.bytes, out.pos, key);
    this.#names.set(key, this.#memoSize);
    this.#memoize(global);
  }

  // --- objects

  #object(value: object): void {
    if (this.#fetch(this.#memo.get(value))) return;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (value instanceof Tuple) this.#push(this.#tuple(value));
    else if (prototype === Array.prototype) this.#push(this.#list(value as unknown[]));
    else if (prototype === Object.prototype || prototype === null)
      this.#push(this.#dict(value, Object.entries(value)));
    else if (prototype === Map.prototype || prototype === PyDict.prototype)
      this.#push(this.#dict(value, Array.from(value as Map<unknown, unknown>)));
    else if (value instanceof FrozenSet) this.#push(this.#frozenSet(value));
    else if (value instanceof Set) this.#push(this.#set(value));
    else if (value instanceof Float) this.#float(value.value, value.bits);
    else if (value instanceof ByteArray) this.#push(this.#byteArray(value));
    else if (value instanceof Uint8Array) this.#bytes(value);
    else if (value instanceof Global) this.#global(value);
    else if (value instanceof Complex)
      this.#push(
        this.#call(value, COMPLEX, Tuple.of(new Float(value.real), new Float(value.imag))),
      );
    else this.#other(value);
  }

  #push(walk: Walk): void {
    this.#open.push({ walk, label: "" });
  }

  #other(value: object): void {
    const answer = this.#extend(value);
    if (answer === undefined) throw this.#refuse(`a ${value.constructor?.name || "object"}`);
    if (answer !== "nothing") this.#save(answer.instead);
  }

  *#tuple(tuple: Tuple): Walk {
    const out = this.#out;
    const { length } = tuple;
    if (length > 3) out.byte(0x28); // MARK
    for (let index = 0; index < length; index++) yield [tuple[index], `[${index}]`];
    const index = this.#memo.get(tuple);
    if (index !== undefined) {
      // Its own parts have written it: they go, and it is fetched.
      if (length > 3)
        out.byte(0x31); // POP_MARK
      else for (let count = 0; count < length; count++) out.byte(0x30); // POP
      this.#fetch(index);
      return;
    }
    out.byte(length > 3 ? 0x74 : (TUPLE_CODES[length] as number)); // TUPLE
    if (length > 0) this.#memoize(tuple);
  }

  *#list(list: unknown[]): Walk {
    this.#out.byte(0x5d); // EMPTY_LIST
    this.#memoize(list);
    yield* this.#items(list);
  }

  *#items(items: readonly unknown[]): Walk {
    for (let from = 0; from < items.length; from += BATCH) {
      const to = Math.min(items.length, from + BATCH);
      if (to - from > 1) this.#out.byte(0x28); // MARK
      for (let index = from; index < to; index++) yield [items[index], `[${index}]`];
      this.#out.byte(to - from > 1 ? 0x65 : 0x61); // APPENDS, APPEND
    }
  }

  *#dict(dict: unknown, entries: readonly (readonly [unknown, unknown])[]): Walk {
    this.#out.byte(0x7d); // EMPTY_DICT
    this.#memoize(dict);
    const sorted = this.#sorted(entries, ([key]) => key, "the keys of a dict");
    for (let from = 0; from < sorted.length; from += BATCH) {
      const to = Math.min(sorted.length, from + BATCH);
      if (to - from > 1) this.#out.byte(0x28); // MARK
      for (let index = from; index < to; index++) {
        const [key, value] = sorted[index] as readonly [unknown, unknown];
        yield [key, ".<key>"];
        yield [value, typeof key === "string" ? `.${key}` : `[${String(key)}]`];
      }
      this.#out.byte(to - from > 1 ? 0x75 : 0x73); // SETITEMS, SETITEM
    }
  }

  #sorted<Item>(items: readonly Item[], keyOf: (item: Item) => unknown, what: string): Item[] {
    try {
      return items.toSorted((a, b) => comparedAsPython(keyOf(a), keyOf(b)));
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      // joblib then hashes Python's own hash() of each, which is another one in the next process.
      throw this.#refuse(`${what}, ${cause.message}, and so it`);
    }
  }

  // joblib puts a new object in the place of a set, which nothing refers to.
  *#set(set: Set<unknown>): Walk {
    const sequence = this.#sorted(Array.from(set), (item) => item, "the members of a set");
    yield [CONSISTENT_SET, ""];
    this.#out.byte(0x29); // EMPTY_TUPLE
    this.#out.byte(0x81); // NEWOBJ
    this.#memoize({});
    yield [{ _sequence: sequence }, ""];
    this.#out.byte(0x62); // BUILD
  }

  *#frozenSet(set: FrozenSet): Walk {
    // Python writes the members in the order of its own table.
    if (set.size > 1) throw this.#refuse("a frozenset of several members");
    yield* this.#call(set, FROZENSET, Tuple.of(Array.from(set)));
  }

  *#byteArray(data: ByteArray): Walk {
    const content = new Uint8Array(data);
    yield* this.#call(data, BYTEARRAY, content.length === 0 ? new Tuple() : Tuple.of(content));
  }

  *#call(object: object, callable: Global, args: Tuple): Walk {
    yield [callable, ""];
    yield [args, ""];
    this.#out.byte(0x52); // REDUCE
    this.#memoize(object);
  }
}
