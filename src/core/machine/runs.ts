/**
 * Numbers, strings and references one after another, as lists of them are written, straight into the list.
 *
 * The machine's loop pushes each value on its stack and APPENDS copies it into the list. Here there is neither stack nor
 * the bookkeeping of each opcode; whatever is not plain sailing ends the run before it, and the machine goes on there.
 */

import { decodeLong } from "../bytes/index.ts";
import { boxFloat, isPlainFloat } from "./floats.ts";
import type { Input } from "./input.ts";
import { DEFERRED, type Memo } from "./memo.ts";

/** As many items as a pickler puts between MARK and APPENDS; a longer run is the stack's business. */
const BATCH = 1000;

// Opcode and argument of fixed size.
const LONGEST = 9;

/** Reads runs of one load. */
export class Runs {
  /** Where the next opcode stands after a run. */
  pos = 0;
  /** How many opcodes the run was. */
  opcodes = 0;
  /** Whether an object came out of the memo. */
  shared = false;
  readonly #input: Input;
  readonly #memo: Memo;
  readonly #floats: { readonly exactFloats: boolean };

  constructor(input: Input, memo: Memo, floats: { readonly exactFloats: boolean }) {
    this.#input = input;
    this.#memo = memo;
    this.#floats = floats;
  }

  /** Appends to `list` what stands from `start` on, for as long as it has no parts. */
  read(list: unknown[], start: number): void {
    const { bytes, view, end, strings } = this.#input;
    const { dense } = this.#memo;
    const { exactFloats } = this.#floats;
    const last = end - LONGEST;
    const most = list.length + BATCH;
    let pos = start;
    let memoised = 0;
    let fetched = false;
    const before = list.length;
    reading: while (pos <= last && list.length < most) {
      switch (bytes[pos]) {
        case 0x4b: // BININT1
          list.push(bytes[pos + 1]);
          pos += 2;
          continue;
        case 0x4d: // BININT2
          list.push((bytes[pos + 1] as number) | ((bytes[pos + 2] as number) << 8));
          pos += 3;
          continue;
        case 0x4a: {
          // BININT
          const stop = Math.min(last, pos + (most - list.length - 1) * 5);
          do {
            list.push(view.getInt32(pos + 1, true));
            pos += 5;
          } while (pos <= stop && bytes[pos] === 0x4a);
          continue;
        }
        case 0x47: {
          // BINFLOAT
          const stop = Math.min(last, pos + (most - list.length - 1) * 9);
          do {
            const value = view.getFloat64(pos + 1, false);
            if (exactFloats && !isPlainFloat(value)) list.push(boxFloat(view, pos + 1));
            else list.push(value);
            pos += 9;
          } while (pos <= stop && bytes[pos] === 0x47);
          continue;
        }
        case 0x8c: {
          // SHORT_BINUNICODE
          const from = pos + 2;
          const to = from + (bytes[pos + 1] as number);
          if (to >= end) break reading;
          const text = strings.read(bytes, from, to, end);
          if (text === undefined) break reading;
          list.push(text);
          pos = to;
          if (bytes[pos] === 0x94) {
            // MEMOIZE
            if (!this.#memo.isDense) break reading;
            dense.push(text);
            memoised++;
            pos += 1;
          }
          continue;
        }
        case 0x68: {
          // BINGET
          const index = bytes[pos + 1] as number;
          if (index >= dense.length || dense[index] === DEFERRED) break reading;
          list.push(dense[index]);
          pos += 2;
          fetched = true;
          continue;
        }
        case 0x6a: {
          // LONG_BINGET
          const known = dense.length;
          const stop = Math.min(last, pos + (most - list.length - 1) * 5);
          fetched = true;
          do {
            const index = view.getUint32(pos + 1, true);
            const value = index < known ? dense[index] : DEFERRED;
            if (value === DEFERRED) break reading;
            list.push(value);
            pos += 5;
          } while (pos <= stop && bytes[pos] === 0x6a);
          continue;
        }
        case 0x8a: {
          // LONG1
          const from = pos + 2;
          const count = bytes[pos + 1] as number;
          if (from + count > end) break reading;
          list.push(decodeLong(bytes, view, from, count));
          pos = from + count;
          continue;
        }
        default:
          break reading;
      }
    }
    if (fetched) this.shared = true;
    this.pos = pos;
    this.opcodes = list.length - before + memoised;
  }
}
