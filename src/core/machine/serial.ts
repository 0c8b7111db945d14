/** The machine for pickles one after another, of bytes or of a source: what a load of one pickle goes without. */

import type { Instance } from "../values/index.ts";
import type { Input } from "./input.ts";
import { Machine } from "./machine.ts";
import type { LoadOptions } from "./options.ts";

/** Reads pickles one after another, with one memo. */
export class SerialMachine extends Machine {
  // The error of an object that could not be read, and where it happened: nothing says where the next one begins. What stands
  // inside a pickle must never be read as a pickle of its own because a caller went on after an error.
  #failed: { readonly error: unknown; readonly offset: number } | undefined;

  constructor(input: Uint8Array | Input, options: LoadOptions) {
    super(input, options);
    this.memo.copies = true;
  }

  /** Offset in the input of the next byte. */
  get position(): number {
    return this.#failed?.offset ?? this.input.offset;
  }

  /** Calls whose results the pickles threw away and that belong to no object of theirs. */
  get discarded(): readonly Instance[] {
    return this.construct.discarded;
  }

  /** Whether the input has no further byte. */
  atEnd(): boolean {
    const { input } = this;
    if (this.#failed !== undefined) return true;
    return input.pos >= input.end && !input.refill(input.pos, 1);
  }

  override load(): unknown {
    if (this.#failed !== undefined) throw this.#failed.error;
    const { input } = this;
    const start = input.offset;
    try {
      return super.load();
    } catch (error) {
      const offset = input.opcodeAt >= 0 ? input.opcodeAt : input.base + input.at;
      // At the end between two objects nothing is lost: the input may grow.
      if (offset !== start || input.op >= 0) this.#failed = { error, offset };
      throw error;
    }
  }

  clearMemo(): void {
    this.memo.clear();
  }
}
