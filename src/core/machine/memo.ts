/** The memo of an unpickler: dense from 0, as every pickler writes it, with a map for hostile gaps. */

import type { Deferral, DeferringMemo } from "../registry/index.ts";
import { PyDict } from "../values/index.ts";

/** What stands in a memo for bytes, and for the tuple around them, that were never made. */
export const DEFERRED: unique symbol = Symbol("deferred");

/** Objects by memo index. `dense[i]` is read directly by the hot loop while `i < dense.length`. */
export class Memo implements DeferringMemo {
  /** Entries 0, 1, 2, … without gaps. */
  readonly dense: unknown[] = [];
  // LONG_BINPUT 2^31-1 in nine bytes must not make an array of that length (CVE-2018-20406). A PyDict, which stands indexes
  // that were chosen to collide.
  #sparse: PyDict<number> | null = null;
  /** Whether `dense` is all there is, so that its length is the index that MEMOIZE takes. */
  isDense = true;
  /** See {@link DeferringMemo}. */
  declare copies?: boolean;
  /** What holds the entries that are {@link DEFERRED}: most are never fetched, and need not be made. */
  deferral: Deferral | undefined;

  /** How many entries there are, which is the index that MEMOIZE takes. */
  get size(): number {
    return this.dense.length + (this.#sparse?.size ?? 0);
  }

  has(index: number): boolean {
    return (index >= 0 && index < this.dense.length) || (this.#sparse?.has(index) ?? false);
  }

  get(index: number): unknown {
    const value = index < this.dense.length ? this.dense[index] : this.#sparse?.get(index);
    return value === DEFERRED ? this.make(index) : value;
  }

  set(index: number, value: unknown): void {
    if (index < this.dense.length) this.dense[index] = value;
    else if (index === this.dense.length && !this.#sparse?.has(index)) this.dense.push(value);
    else {
      this.#sparse ??= new PyDict();
      this.isDense = false;
      this.#sparse.set(index, value);
    }
  }

  /** The object at an index where {@link DEFERRED} stands; from now on it stands there. */
  make(index: number): unknown {
    this.deferral?.make(this, index);
    return this.dense[index];
  }

  clear(): void {
    this.deferral = undefined;
    this.dense.length = 0;
    this.#sparse = null;
    this.isDense = true;
  }

  /** Replaces every entry that `replace` answers for. */
  replaceAll(replace: (value: unknown) => unknown): void {
    for (let index = 0; index < this.dense.length; index++)
      this.dense[index] = replace(this.dense[index]);
    for (const [index, value] of this.#sparse ?? []) this.#sparse?.set(index, replace(value));
  }
}
