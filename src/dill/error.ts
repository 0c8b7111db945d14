/** Why a function, class or object cannot travel, or could not be restored. */
import { PicklingError } from "../core/errors/index.ts";

/** What stands in the way; a stable kebab word for programs. */
export type TravelReason =
  /** Code of the engine or of Node, without a source. */
  | "native"
  /** `this`, `new.target` or `arguments` of the function around an arrow function. */
  | "lexical-this"
  /** `super` in a method that was taken out of its class or object. */
  | "super"
  /** A private name (`#x`) of a class that is not there, or private values of an instance. */
  | "private"
  /** A connection, a stream, a promise, a generator at work: something of this process. */
  | "live"
  /** `eval`, `with`, `import.meta`, `require`, or an `import()` that means something else elsewhere. */
  | "dynamic"
  /** A variable that has no value yet. */
  | "uninitialised"
  /** A Proxy. */
  | "proxy"
  /** A prototype, property or name that cannot be made again. */
  | "shape"
  /** A name that means something else inside the function than outside of it. */
  | "ambiguous"
  /** The captured variables cannot be seen here; `closure` says what they are. */
  | "unseen"
  /** acorn or eslint-scope is not installed. */
  | "no-parser";

/** A value cannot travel. Nothing has been written. */
export class TravelError extends PicklingError {
  override readonly name: string = "TravelError";
  /** What stands in the way. */
  readonly reason: TravelReason;

  constructor(reason: TravelReason, message: string, path: string, options?: ErrorOptions) {
    super("unsupported-value", message, path, options);
    this.reason = reason;
  }
}

/** What went wrong while code was restored or used. */
export type DillCode =
  /** The bytes hold code in a form that is not known. */
  | "bad-code"
  /** The source does not compile, or its class could not be made. */
  | "not-compiled"
  /** A global name that the code uses does not exist here. */
  | "missing-global"
  /** A module that the code uses was not given in `modules`, or has no such part. */
  | "missing-module"
  /** The bytes ask for far more work than their size explains. */
  | "too-much"
  /** piscina is not installed, or a thread gave nothing. */
  | "pool";

/** Code could not be restored, or a pool could not be used. */
export class DillError extends Error {
  override readonly name: string = "DillError";
  /** The kind of failure. */
  readonly code: DillCode;

  constructor(code: DillCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Thrown where a value is looked at, caught where its path is known. */
export class Refusal extends Error {
  readonly reason: TravelReason;

  constructor(reason: TravelReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
