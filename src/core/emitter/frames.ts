/**
 * The walk's own stack: a container comes in when its first opcode is written and goes out with its last, so that depth
 * costs heap and not call stack.
 */

import type { Reduction } from "../registry/index.ts";

// What a frame is doing; the names are the objects that it writes.
export const LIST = 0;
export const ITEMS = 1;
export const DICT = 2;
export const ENTRIES = 3;
export const SET = 4;
export const TUPLE = 5;
export const FROZENSET = 6;
export const REDUCE = 7;
export const OLD = 8;
export const PERSISTENT = 9;
export const EFFECT = 10;
export const STATE = 11;
export const SETTER = 12;
export const RAW = 13;
/** No items, no arguments. */
export const NONE: readonly unknown[] = [];

/** Stage of a DICT frame whose keys are all strings, those of a plain object. */
export const RECORD = 1;

/** Stage of a STATE frame whose state is the object's own properties. */
export const OWN = 1;

/** Object of an ITEMS frame whose items are added to a set-like object instead of appended. */
export const ADDED = { added: true };

/** One container that is being written. */
export class Frame {
  kind = LIST;
  object: unknown = null;
  /** Items of sequences, keys of mappings. */
  items: readonly unknown[] = NONE;
  /** Values of mappings. */
  values: readonly unknown[] = NONE;
  index = 0;
  /** Items left in the open batch; -1 where none is open. */
  batch = -1;
  /** What is still to be written of a kind that has stages; the opcode of a REDUCE frame's call. */
  stage = 0;
  reduction: Reduction | null = null;
}

// So many frames are kept from one dump to the next.
const MOST_KEPT = 64;

/** The open frames, outermost first. They are reused from dump to dump, so that containers allocate nothing. */
export class Frames {
  /** How many are open. */
  depth = 0;
  readonly #frames: Frame[] = [];

  push(kind: number, object: unknown): Frame {
    let frame = this.#frames[this.depth];
    if (frame === undefined) {
      frame = new Frame();
      this.#frames.push(frame);
    }
    this.depth++;
    frame.kind = kind;
    frame.object = object;
    frame.index = 0;
    frame.batch = -1;
    frame.stage = 0;
    return frame;
  }

  at(depth: number): Frame {
    return this.#frames[depth] as Frame;
  }

  /** Closes all and lets go of their values. */
  clear(): void {
    this.depth = 0;
    if (this.#frames.length > MOST_KEPT) this.#frames.length = MOST_KEPT;
    for (const frame of this.#frames) {
      frame.object = null;
      frame.items = NONE;
      frame.values = NONE;
      frame.reduction = null;
    }
  }
}
