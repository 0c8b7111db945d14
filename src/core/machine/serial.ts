/** The machine for pickles one after another, of bytes or of a source: what a load of one pickle goes without. */

import type { Instance } from "../values/index.ts";
import type { Input } from "./input.ts";
import { Machine } from "./machine.ts";
import type { LoadOptions } from "./options.ts";

/** Reads pickles one after another, with one memo. */
export class SerialMachine extends Machine {
  constructor(input: Uint8Array | Input, options: LoadOptions) {
    super(input, options);
    this.memo.copies = true;
  }

  /** Offset in the input of the next byte. */
  get position(): number {
    return this.input.offset;
  }

  /** Calls whose results the pickles threw away and that belong to no object of theirs. */
  get discarded(): readonly Instance[] {
    return this.construct.discarded;
  }

  /** Whether the input has no further byte. */
  atEnd(): boolean {
    const { input } = this;
    return input.pos >= input.end && !input.refill(input.pos, 1);
  }

  clearMemo(): void {
    this.memo.clear();
  }
}
