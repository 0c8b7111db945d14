/** A value that brine loaded in, the text that reference.py writes for the same value out; containers are numbered. */
import { createHash } from "node:crypto";
import {
  ByteArray,
  Complex,
  Ellipsis,
  Float,
  FrozenSet,
  NotImplemented,
  PyDict,
  PySet,
  Range,
  Slice,
  Tuple,
} from "../../src/pickle/index.ts";

/** The canonical text, or `undefined` where the value holds what only one side knows. */
export function canonical(value: unknown): string | undefined {
  try {
    return new Canonical().text(value, 0, true);
  } catch (error) {
    if (error instanceof Incomparable) return undefined;
    throw error;
  }
}

/** What reference.py sends instead of the text. */
export function digest(text: string): string {
  return createHash("sha1").update(text, "latin1").digest("hex").slice(0, 16);
}

class Incomparable extends Error {}

class Canonical {
  readonly #seen = new Map<unknown, number>();
  #nodes = 0;

  text(value: unknown, depth: number, shared: boolean): string {
    if (++this.#nodes > 3000 || depth > 60) throw new Incomparable();
    switch (typeof value) {
      case "boolean":
        return value ? "T" : "F";
      case "bigint":
        return `i${value.toString(16)}`;
      case "number":
        return Number.isInteger(value) && !Object.is(value, -0)
          ? `i${value.toString(16)}`
          : `f${double(value)}`;
      case "string":
        return `s${Buffer.from(value, "utf16le").swap16().toString("hex")}`;
      case "object":
        return value === null ? "N" : this.#object(value, depth, shared);
      default:
        throw new Incomparable();
    }
  }

  #object(value: object, depth: number, shared: boolean): string {
    if (value instanceof Float) return `f${double(value.value)}`;
    if (value instanceof Complex) return `c${double(value.real)},${double(value.imag)}`;
    if (value instanceof Range)
      return `r${[value.start, value.stop, value.step].map((part) => part.toString(16))}`;
    if (value instanceof Slice) {
      return `l${[value.start, value.stop, value.step].map((part) => this.text(part, depth + 1, shared))}`;
    }
    if (value === Ellipsis) return "E";
    if (value === NotImplemented) return "I";
    const kind = Object.getPrototypeOf(value) as unknown;
    if (kind === Uint8Array.prototype || value instanceof Buffer)
      return `b${hex(value as Uint8Array)}`;
    const immutable = kind === Tuple.prototype || kind === FrozenSet.prototype;
    if (!immutable && !MUTABLE.has(kind)) throw new Incomparable();
    if (shared && !(immutable && [...(value as Iterable<unknown>)].length === 0)) {
      const number = this.#seen.get(value);
      if (number !== undefined) return `@${number.toString(16)}`;
      this.#seen.set(value, this.#seen.size);
    }
    return this.#container(value, depth + 1, shared);
  }

  #container(value: object, depth: number, shared: boolean): string {
    if (value instanceof ByteArray) return `B${hex(value)}`;
    if (value instanceof PyDict) {
      const pairs: string[] = [];
      for (const [key, item] of value) {
        pairs.push(`${this.text(key, depth, false)}:${this.text(item, depth, shared)}`);
      }
      return `{${pairs}}`;
    }
    if (value instanceof Set) {
      const members = Array.from(value, (item) => this.text(item, depth, false)).sort();
      return `${value instanceof FrozenSet ? "!<" : "<"}${members}>`;
    }
    const items = Array.from(value as unknown[], (item) => this.text(item, depth, shared));
    return value instanceof Tuple ? `(${items})` : `[${items}]`;
  }
}

const MUTABLE: ReadonlySet<unknown> = new Set([
  Array.prototype,
  PyDict.prototype,
  PySet.prototype,
  ByteArray.prototype,
]);

function double(value: number): string {
  if (Number.isNaN(value)) return "nan";
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("hex");
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}
