/** Chunks of bytes in, the ends of pickles out: steps over the opcodes' arguments to each STOP. Source: the table of opcodes. */

import { ARGUMENTS, type Argument, OPCODES } from "./table.ts";

// What follows an opcode byte, by opcode. 0 is no opcode at all.
const NOTHING = 1;
const STOP = 2;
const LINES = 16; // + number of lines that end in \n
const FIXED = 32; // + number of bytes
const COUNTED = 64; // + width of the little-endian unsigned count of bytes that follow it
const SIGNED = 96; // the same with a signed count

const FOLLOWING: Uint8Array = new Uint8Array(256);
for (const { name, code, argument } of OPCODES) {
  const { kind, ...size }: Argument = ARGUMENTS[argument];
  if (name === "STOP") FOLLOWING[code] = STOP;
  else if (kind === "none") FOLLOWING[code] = NOTHING;
  else if ("lines" in size) FOLLOWING[code] = LINES + size.lines;
  else if ("bytes" in size) FOLLOWING[code] = FIXED + size.bytes;
  else if ("width" in size) FOLLOWING[code] = (size.signed ? SIGNED : COUNTED) + size.width;
}

// The same, stopping behind every BUILD too, where what follows may be no opcode.
const FOLLOWING_TO_BUILD: Uint8Array = FOLLOWING.slice();
FOLLOWING_TO_BUILD[0x62] = STOP;

// What the scanner stands before.
const AT_OPCODE = 0;
const IN_LINES = 1;
const IN_BYTES = 2;
const IN_COUNT = 3;

/**
 * Finds the end of a pickle in bytes that arrive in pieces; a few numbers are all it keeps, whatever the input.
 *
 * It does not judge: where the machine is certain to refuse (no such opcode, a negative or unsafe length) the pickle
 * "ends" behind the offending bytes, and the machine, given those, raises its error at the right offset.
 */
export class Skimmer {
  /** Where in the chunk of the last scan an opcode is cut off; the chunk's length where none is, -1 within a long one. */
  cut = 0;
  readonly #following: Uint8Array;
  #state = AT_OPCODE;
  // IN_LINES: lines still to end; IN_BYTES: bytes still to pass; IN_COUNT: bytes of the count still to come.
  #left = 0;
  // IN_COUNT: the count so far, and the weight of its next byte.
  #count = 0;
  #weight = 1;
  #signed = false;

  /** With `to: "build"` every BUILD is an end too. */
  constructor(to: "stop" | "build" = "stop") {
    this.#following = to === "build" ? FOLLOWING_TO_BUILD : FOLLOWING;
  }

  /**
   * Scans `chunk` from index `start`.
   *
   * @returns the index just behind the pickle's end, or -1 when the pickle goes on behind the chunk.
   */
  scan(chunk: Uint8Array, start: number): number {
    const end = chunk.length;
    const following = this.#following;
    let index = start;
    this.cut = -1;
    while (index < end) {
      switch (this.#state) {
        case AT_OPCODE: {
          const kind = following[chunk[index++] as number] as number;
          if (kind === NOTHING) break;
          if (kind <= STOP) return index;
          this.cut = index - 1;
          this.#left = kind & 15;
          if (kind < FIXED) this.#state = IN_LINES;
          else if (kind < COUNTED) this.#state = IN_BYTES;
          else {
            this.#state = IN_COUNT;
            this.#count = 0;
            this.#weight = 1;
            this.#signed = kind >= SIGNED;
          }
          break;
        }
        case IN_LINES: {
          const newline = chunk.indexOf(10, index);
          if (newline < 0) return -1;
          index = newline + 1;
          if (--this.#left === 0) this.#state = AT_OPCODE;
          break;
        }
        case IN_BYTES: {
          const passed = Math.min(this.#left, end - index);
          index += passed;
          this.#left -= passed;
          if (this.#left === 0) this.#state = AT_OPCODE;
          break;
        }
        default: {
          this.#count += (chunk[index++] as number) * this.#weight;
          this.#weight *= 256;
          if (--this.#left > 0) break;
          if (this.#count > Number.MAX_SAFE_INTEGER || (this.#signed && this.#count >= 2 ** 31)) {
            this.#state = AT_OPCODE;
            return index;
          }
          this.#left = this.#count;
          this.#state = this.#count > 0 ? IN_BYTES : AT_OPCODE;
        }
      }
    }
    if (this.#state === AT_OPCODE) this.cut = end;
    return -1;
  }
}
