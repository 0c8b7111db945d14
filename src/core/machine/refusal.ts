/** What goes wrong inside the machine, before the machine adds the place: refusals, passed limits, and words for values. */

import { PickleError, type UnpicklingCode } from "../errors/index.ts";
import { ByteArray, FrozenSet, Global, Instance, PyDict, Tuple } from "../values/index.ts";

/** A refusal without its place; the machine adds offset and opcode. */
export class Refusal {
  readonly code: UnpicklingCode;
  readonly message: string;
  readonly cause: unknown;

  constructor(code: UnpicklingCode, message: string, cause?: unknown) {
    this.code = code;
    this.message = message;
    this.cause = cause;
  }
}

/** A limit that was passed, without its place. */
export class Excess {
  readonly limit: string;
  readonly allowed: number;
  readonly actual: number;

  constructor(limit: string, allowed: number, actual: number) {
    this.limit = limit;
    this.allowed = allowed;
    this.actual = actual;
  }
}

/** A name that the caller's list does not allow, without its place. */
export class Forbidden {
  readonly module: string;
  readonly global: string;

  constructor(module: string, global: string) {
    this.module = module;
    this.global = global;
  }
}

/** Any error of a caller's function becomes ours; our own errors and refusals pass. */
export function wrapped(code: UnpicklingCode, message: string, cause: unknown): unknown {
  if (cause instanceof PickleError || cause instanceof Refusal || cause instanceof Excess)
    return cause;
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

/** Whether a value is a plain object, which may be a dict. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
