/** What goes wrong inside the machine, before the machine adds the place: refusals, passed limits, and words for values. */

import {
  ForbiddenGlobalError,
  LimitError,
  PickleError,
  type UnpicklingCode,
  UnpicklingError,
} from "../errors/index.ts";
import {
  ByteArray,
  FrozenSet,
  Global,
  Instance,
  isPlainObject,
  PyDict,
  Tuple,
} from "../values/index.ts";
import type { Limits } from "./limits.ts";

/** A refusal without its place; the machine adds offset and opcode. */
export class Refusal {
  /** The error for it, of the opcode at `offset`. */
  declare readonly placed: Placed;

  constructor(code: UnpicklingCode, message: string, cause?: unknown, placed?: Placed) {
    const options = cause === undefined ? undefined : { cause };
    this.placed =
      placed ?? ((offset, opcode) => new UnpicklingError(code, message, offset, opcode, options));
  }
}

type Placed = (offset: number, opcode: number | undefined) => UnpicklingError;

/** A limit that was passed, without its place. */
export function excess(limit: string, allowed: number, actual: number): Refusal {
  return new Refusal(
    "limit-exceeded",
    limit,
    undefined,
    (offset, opcode) => new LimitError(limit, allowed, actual, offset, opcode),
  );
}

/** A name that the caller's list does not allow, without its place. */
export function forbidden(module: string, global: string): Refusal {
  return new Refusal(
    "forbidden-global",
    global,
    undefined,
    (offset, opcode) => new ForbiddenGlobalError(module, global, offset, opcode),
  );
}

/** Refuses more than a limit allows. */
export function checkLimit(limits: Limits, limit: keyof Limits, actual: number): void {
  if (actual > limits[limit]) throw excess(limit, limits[limit], actual);
}

/** Any error of a caller's function becomes ours; our own errors and refusals pass. */
export function wrapped(code: UnpicklingCode, message: string, cause: unknown): unknown {
  if (cause instanceof PickleError || cause instanceof Refusal) return cause;
  return new Refusal(
    code,
    `${message}: ${cause instanceof Error ? cause.message : String(cause)}`,
    cause,
  );
}

/** Names the kind of a value in Python's words, for messages. */
export function describe(value: unknown): string {
  if (value === null) return "None";
  switch (typeof value) {
    case "boolean":
      return "a bool";
    case "number":
    case "bigint":
      return "a number";
    case "string":
      return "a str";
    case "function":
      return "a function";
  }
  if (value instanceof Global) return `'${value.path}'`;
  if (value instanceof Instance) return `an instance of ${value.className}`;
  if (value instanceof Tuple) return "a tuple";
  if (Array.isArray(value)) return "a list";
  if (value instanceof FrozenSet) return "a frozenset";
  if (value instanceof Set) return "a set";
  if (isDict(value)) return "a dict";
  if (value instanceof ByteArray) return "a bytearray";
  if (value instanceof Uint8Array) return "bytes";
  return `a ${value?.constructor?.name ?? "object"}`;
}

/** Whether a value is a dict of a load: a PyDict or a plain object. */
export function isDict(value: unknown): boolean {
  return value instanceof PyDict || isPlainObject(value);
}
