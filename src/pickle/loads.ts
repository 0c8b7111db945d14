/** Bytes to values: `loads` for one object, `Unpickler` for several that share a memo. */

import { asBytes, type ByteSource, type BytesLike } from "../core/bytes/index.ts";
import { UnpicklingError } from "../core/errors/index.ts";
import {
  type LoadOptions as CoreOptions,
  Machine,
  SerialMachine,
  SourceInput,
} from "../core/machine/index.ts";
import type { Instance } from "../core/values/index.ts";
import { applySchema, type OutputOf, type StandardSchema } from "../schema/index.ts";

/** Options of `loads`, `load`, `loadAll` and `Unpickler`. */
export interface LoadOptions<Schema extends StandardSchema | undefined = StandardSchema | undefined>
  extends CoreOptions {
  /** Checks the value and gives it its type: any Standard Schema (Zod, Valibot, ArkType, …). */
  readonly schema?: Schema | undefined;
}

/**
 * Reads the first object of `data`; bytes after it are ignored, as in Python.
 *
 * Nothing in the bytes is ever executed: classes and functions that `types` does not know stay inert data.
 *
 * @throws UnpicklingError with `code` and `offset` for whatever cannot be read
 * @example
 * ```ts
 * import { dumps, loads } from "brine/pickle";
 * loads(dumps({ a: [1, 2] })); //=> { a: [1, 2] }
 * ```
 */
export function loads<Schema extends StandardSchema>(
  data: BytesLike,
  options: LoadOptions<Schema> & { readonly schema: Schema },
): OutputOf<Schema>;
export function loads<T = unknown>(data: BytesLike, options?: LoadOptions): T;
export function loads(data: BytesLike, options: LoadOptions = {}): unknown {
  const value = new Machine(bytesOf(data, "data"), options).load();
  return options.schema === undefined ? value : applySchema(options.schema, value, 0);
}

/**
 * Reads objects one after another from bytes or a {@link ByteSource}; the memo lives through all of them, as Python's
 * does. Override {@link Unpickler.persistentLoad} and {@link Unpickler.findClass} in a subclass, or pass them as options.
 */
export class Unpickler {
  /** Finds the object of a persistent id; a subclass that has this method needs no option. */
  persistentLoad?(id: unknown): unknown;
  /** Decides what stands for a Python class or function; see the option of this name. */
  findClass?(module: string, name: string): unknown;

  readonly #input: Uint8Array | SourceInput;
  readonly #options: LoadOptions;
  #machine: SerialMachine | undefined;
  #isBusy = false;

  constructor(input: BytesLike | ByteSource, options: LoadOptions = {}) {
    this.#input = isSource(input) ? new SourceInput(input) : bytesOf(input, "input");
    this.#options = options;
  }

  /** Offset in the input of the next byte. */
  get position(): number {
    return this.#started().position;
  }

  /** Calls whose results the pickles threw away (`POP` after `REDUCE`) and that belong to no object. */
  get discarded(): readonly Instance[] {
    return this.#started().discarded;
  }

  /** Whether no further object follows. */
  atEnd(): boolean {
    return this.#started().atEnd();
  }

  /** Forgets the memo, so that the next object cannot refer to earlier ones. */
  clearMemo(): void {
    this.#refuseBusy();
    this.#started().clearMemo();
  }

  /**
   * Reads the next object.
   *
   * @throws UnpicklingError as `loads`; at the end of the input its code is `truncated`. Behind an object that could not be
   * read nothing says where the next one begins: from then on it is the same error again
   */
  load(): unknown {
    const machine = this.#started();
    const offset = machine.position;
    this.#refuseBusy();
    this.#isBusy = true;
    let value: unknown;
    try {
      value = machine.load();
    } finally {
      this.#isBusy = false;
    }
    const { schema } = this.#options;
    return schema === undefined ? value : applySchema(schema, value, offset);
  }

  // One of its hooks asks for what would mix two pickles.
  #refuseBusy(): void {
    if (this.#isBusy) {
      const offset = this.#started().position;
      throw new UnpicklingError("hook-failed", "this Unpickler is at work on an object", offset);
    }
  }

  // Made late: a subclass may define its hooks as fields, which exist only after this class's constructor.
  #started(): SerialMachine {
    if (this.#machine === undefined) {
      const persistentLoad = this.persistentLoad?.bind(this) ?? this.#options.persistentLoad;
      const findClass = this.findClass?.bind(this) ?? this.#options.findClass;
      this.#machine = new SerialMachine(this.#input, {
        ...this.#options,
        persistentLoad,
        findClass,
      });
    }
    return this.#machine;
  }
}

function isSource(input: unknown): input is ByteSource {
  return (
    typeof input === "object" && input !== null && typeof (input as ByteSource).read === "function"
  );
}

function bytesOf(data: unknown, parameter: string): Uint8Array {
  const bytes = asBytes(data);
  if (bytes === undefined) {
    throw new TypeError(
      `${parameter} must be a Uint8Array, an ArrayBuffer or a view of one, not ${typeName(data)}`,
    );
  }
  return bytes;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value;
}
