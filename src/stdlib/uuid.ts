/**
 * `uuid.UUID ↔ UUID`: 128 bits.
 *
 * Source: CPython 3.13 Lib/uuid.py `__getstate__`: `{'int': …}` and `'is_safe'` where it is known, a number; the same
 * dict in Python 2.7 and 3.6 without `is_safe`.
 */

import type { PickleType } from "../core/registry/index.ts";
import { Global, inspectSymbol, keySymbol, PyDict } from "../core/values/index.ts";
import { attributesOf, integer, stateOf } from "./arguments.ts";

const LIMIT = 1n << 128n;
const TEXT =
  /^(?:urn:uuid:)?\{?([\da-f]{8})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{12})\}?$/i;

let setState: (uuid: UUID, int: bigint, isSafe: unknown) => void;

/** Python's `UUID`. */
export class UUID {
  #int: bigint;
  #isSafe: unknown = undefined;

  static {
    setState = (uuid, int, isSafe) => {
      uuid.#int = int;
      uuid.#isSafe = isSafe;
    };
  }

  /**
   * @param value hexadecimal text with or without hyphens, or the 128-bit integer
   * @throws SyntaxError when the text is no UUID, RangeError when the integer has more bits
   */
  constructor(value: string | bigint) {
    const int = typeof value === "bigint" ? value : parse(value);
    if (int < 0n || int >= LIMIT) throw new RangeError("a UUID has 128 bits");
    this.#int = int;
  }

  /** The 128 bits as an integer. */
  get int(): bigint {
    return this.#int;
  }

  /** 32 hexadecimal digits. */
  get hex(): string {
    return this.#int.toString(16).padStart(32, "0");
  }

  /** Python's `is_safe`: 0 safe, -1 unsafe, `undefined` unknown. */
  get isSafe(): unknown {
    return this.#isSafe;
  }

  /** `12345678-1234-5678-1234-567812345678`. */
  toString(): string {
    return this.hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  toJSON(): string {
    return this.toString();
  }

  [inspectSymbol](): string {
    return `UUID(${this.toString()})`;
  }

  [keySymbol](): string {
    return `uuid${this.hex}`;
  }
}

function parse(text: string): bigint {
  const groups = TEXT.exec(text);
  if (groups === null) throw new SyntaxError(`${JSON.stringify(text)} is no UUID`);
  return BigInt(`0x${groups.slice(1).join("")}`);
}

const GLOBAL = new Global("uuid", "UUID");

/** `uuid`: `UUID ↔ UUID`. */
export const uuidTypes: readonly PickleType[] = [
  {
    globals: [GLOBAL],
    prototypes: [UUID.prototype],
    create: (args, kwargs) =>
      args.length === 0 && kwargs === undefined ? new UUID(0n) : undefined,
    setState: (object, state, context) => {
      const attributes = attributesOf(state, object, context);
      const int = integer(attributes.get("int"));
      if (int === undefined || int < 0 || int >= LIMIT) {
        throw new RangeError("the state of a UUID is no 128-bit integer");
      }
      setState(object as UUID, BigInt(int), attributes.get("is_safe"));
    },
    reduce: (value) => {
      const { int, isSafe } = value as UUID;
      const state = new PyDict<string, unknown>([["int", int]]);
      if (isSafe !== undefined) state.set("is_safe", isSafe);
      return { form: "new", callable: GLOBAL, state: stateOf(value as UUID, state) };
    },
  },
];
