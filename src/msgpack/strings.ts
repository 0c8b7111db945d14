/** Where strings stand in msgpack, for a reader that decodes many at once. */
import type { StringFormat } from "../core/machine/index.ts";
import { WIDTHS } from "./scalars.ts";

const LONGEST_TOKEN = 9;

/** Finds the next string behind numbers and the beginnings of arrays and maps. */
export class MsgpackStrings implements StringFormat {
  start = 0;
  stop = 0;

  find(bytes: Uint8Array, from: number, most: number): boolean {
    let at = from;
    while (at + LONGEST_TOKEN <= most) {
      const type = bytes[at++] as number;
      if (STANDS_BETWEEN[type] === 1) {
        at += WIDTHS[type] as number;
        continue;
      }
      const size = bytes[at] as number;
      if (type >= 0xa0 && type < 0xc0) {
        // fixstr
        this.start = at;
        this.stop = at + (type & 31);
      } else if (type === 0xd9) {
        // str 8
        this.start = at + 1;
        this.stop = this.start + size;
      } else if (type === 0xda) {
        // str 16
        this.start = at + 2;
        this.stop = this.start + size * 256 + (bytes[at + 1] as number);
      } else break;
      return this.stop <= most;
    }
    return false;
  }
}

// Small ints, arrays and maps; nil and the booleans; numbers; longer arrays and maps.
const STANDS_BETWEEN = new Uint8Array(256).fill(1, 0, 0xa0).fill(1, 0xca, 0xd4).fill(1, 0xdc);
for (const type of [0xc0, 0xc2, 0xc3]) STANDS_BETWEEN[type] = 1;
