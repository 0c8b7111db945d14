/** What a pickle remembers by number: mostly one object after another, so that most are in an array and few in a map. */
import { PyDict } from "../core/values/index.ts";
import type { Sym } from "./symbols.ts";

/** The memo of a machine, and of the one that it branched off. */
export class Memo {
  // Entries 0, 1, 2 … as they come.
  readonly #dense: Sym[] = [];
  // Of keys that somebody chose; V8's own maps can be made slow by these.
  readonly #sparse = new PyDict<number, Sym>();
  readonly #base: Memo | undefined;

  constructor(base?: Memo) {
    this.#base = base;
  }

  /** How many entries are its own. */
  get own(): number {
    return this.#dense.length + this.#sparse.size;
  }

  /** How many entries there are. */
  get size(): number {
    return this.own + (this.#base === undefined ? 0 : this.#base.size);
  }

  set(index: number, value: Sym): void {
    if (index < this.#dense.length) this.#dense[index] = value;
    else if (index === this.#dense.length && !this.#sparse.has(index)) this.#dense.push(value);
    else this.#sparse.set(index, value);
  }

  get(index: number): Sym | undefined {
    const known =
      this.#dense[index] ?? (this.#sparse.size > 0 ? this.#sparse.get(index) : undefined);
    return known !== undefined || this.#base === undefined ? known : this.#base.get(index);
  }
}
