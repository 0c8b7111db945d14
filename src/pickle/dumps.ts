/** Values to bytes: `dumps` for one object, `Pickler` for several that share a memo. */

import type { ByteSink } from "../core/bytes/index.ts";
import { type DumpOptions, dumpOnce, Emitter } from "../core/emitter/index.ts";
import { PicklingError } from "../core/errors/index.ts";
import { builtinTypes } from "../core/machine/index.ts";
import {
  type Reduction,
  type Registry,
  registryOf,
  type TypeList,
} from "../core/registry/index.ts";
import type { Global } from "../core/values/index.ts";
import { joined } from "./joined.ts";
import { DEFAULT_PROTOCOL, HIGHEST_PROTOCOL } from "./protocols.ts";

/**
 * The pickle of `value`, byte for byte what CPython writes for the same value and protocol.
 *
 * @throws PicklingError with `code` and the path to the value that cannot be written
 * @example
 * ```ts
 * import { dumps } from "brine/pickle";
 * dumps([1, 2], 2); //=> Uint8Array [128, 2, 93, 113, 0, 40, 75, 1, 75, 2, 101, 46]
 * ```
 */
export function dumps(value: unknown, options?: DumpOptions): Uint8Array;
export function dumps(value: unknown, protocol?: number, options?: DumpOptions): Uint8Array;
export function dumps(
  value: unknown,
  protocol?: number | DumpOptions,
  options?: DumpOptions,
): Uint8Array {
  const resolved = dumpOptions(protocol, options);
  return dumpOnce(value, protocolOf(resolved), resolved, registry(resolved));
}

/**
 * Writes objects one after another; the memo lives through all of them, as Python's does, so that a later object may
 * refer to an earlier one. Override {@link Pickler.persistentId} and {@link Pickler.reducerOverride} in a subclass, or
 * pass them as options.
 */
export class Pickler {
  /** The persistent id of a value; `undefined` or `null` for none. */
  persistentId?(value: unknown): unknown;
  /** How to write a value that is no builtin; `undefined` for the usual way. */
  reducerOverride?(value: unknown): Reduction | Global | undefined;

  readonly #file: ByteSink | undefined;
  readonly #options: DumpOptions;
  #emitter: Emitter | undefined;
  #isBusy = false;

  constructor(file?: ByteSink, options?: DumpOptions);
  constructor(file?: ByteSink, protocol?: number, options?: DumpOptions);
  constructor(file?: ByteSink, protocol?: number | DumpOptions, options?: DumpOptions) {
    if (file !== undefined && typeof file?.write !== "function") {
      throw new TypeError("file must have a method write(chunk)");
    }
    this.#file = file;
    this.#options = dumpOptions(protocol, options);
    protocolOf(this.#options);
  }

  /**
   * Writes one object to the file, in chunks of a frame each; without a file the bytes are returned.
   *
   * @throws PicklingError as `dumps`; what was written of the object by then stays in the file, nothing in the memo
   */
  dump(value: unknown): Uint8Array {
    this.#refuseBusy();
    this.#isBusy = true;
    try {
      return this.#started().dump(value);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Forgets the memo, so that the next object is complete in itself. */
  clearMemo(): void {
    this.#refuseBusy();
    this.#emitter?.memo.clear();
  }

  // One of its hooks asks for what would mix two pickles.
  #refuseBusy(): void {
    if (this.#isBusy)
      throw new PicklingError("changed-while-dumping", "this Pickler is at work on an object", "$");
  }

  // Made late: a subclass may define its hooks as fields, which exist only after this class's constructor.
  #started(): Emitter {
    if (this.#emitter === undefined) {
      const persistentId = this.persistentId?.bind(this) ?? this.#options.persistentId;
      const reducerOverride = this.reducerOverride?.bind(this) ?? this.#options.reducerOverride;
      const options: DumpOptions = { ...this.#options, persistentId, reducerOverride };
      this.#emitter = new Emitter(protocolOf(options), options, registry(options), this.#file);
    }
    return this.#emitter;
  }
}

/** One options object from Python's positional protocol and our options. */
export function dumpOptions(
  protocol: number | DumpOptions | undefined,
  options: DumpOptions | undefined,
): DumpOptions {
  if (typeof protocol === "object" && protocol !== null) return protocol;
  if (protocol === undefined || protocol === null) return options ?? {};
  if (typeof protocol !== "number") throw new TypeError("protocol must be a number");
  return { ...options, protocol };
}

function protocolOf({ protocol = DEFAULT_PROTOCOL, bufferCallback }: DumpOptions): number {
  if (!Number.isInteger(protocol)) throw new TypeError("protocol must be an integer");
  if (protocol > HIGHEST_PROTOCOL) {
    throw new PicklingError(
      "unsupported-protocol",
      `protocol ${protocol} is above ${HIGHEST_PROTOCOL}`,
      "$",
    );
  }
  const actual = protocol < 0 ? HIGHEST_PROTOCOL : protocol;
  if (bufferCallback !== undefined && actual < 5) {
    throw new PicklingError("no-buffer-protocol", "bufferCallback needs protocol 5", "$");
  }
  return actual;
}

const NO_TYPES: TypeList = [];

function registry(options: DumpOptions): Registry {
  return registryOf(joined(builtinTypes, options.types ?? NO_TYPES));
}
