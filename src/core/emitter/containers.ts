/**
 * Lists, dicts, tuples and sets in, their opcodes out: how each begins, its items in batches of 1000, how it ends.
 *
 * Source: CPython 3.13 Modules/_pickle.c save_list, batch_list, batch_list_exact, save_dict, batch_dict,
 * batch_dict_exact, save_tuple, save_set, save_frozenset. These are the inner loops of the walk: a step goes on until
 * the container ends or an item has opened a frame of its own; then it returns, to be called again.
 */

import type { Tuple } from "../values/index.ts";
import {
  ADDED,
  DICT,
  ENTRIES,
  FROZENSET,
  type Frame,
  type Frames,
  ITEMS,
  LIST,
  RECORD,
  SET,
  TUPLE,
} from "./frames.ts";
import { type Memo, MOST_FIELDS } from "./memo.ts";
import type { Output } from "./output.ts";

// CPython: BATCHSIZE.
const BATCH = 1000;

/** What the loops need of the walk. */
export interface Walk {
  readonly out: Output;
  readonly memo: Memo;
  readonly frames: Frames;
  /** Whether nothing has to be asked before a number or a string is written. */
  readonly fast: boolean;
  /** Whether plain objects are written without the keys whose value is `undefined`. */
  readonly omitsUndefined: boolean;
  /** Writes a value that has no parts, or opens a frame for one that has. */
  save(value: unknown): void;
  /** As `save`, for an object that the memo does not know, where nothing has to be asked. */
  open(value: object): void;
}

// --- beginnings

/** A list. */
export function openList({ out, memo, frames }: Walk, list: readonly unknown[]): void {
  if (out.protocol >= 1)
    out.byte(0x5d); // EMPTY_LIST
  else out.ascii("(l"); // MARK LIST
  memo.enter(list);
  if (list.length > 0) frames.push(out.protocol === 0 ? ITEMS : LIST, list).items = list;
}

/** A plain object, as a dict with its own enumerable string keys. */
export function openRecord(walk: Walk, object: Record<string, unknown>): void {
  emptyDict(walk, object);
  let keys = Object.keys(object);
  // Object.values is faster than reading by key while the object has a hidden class, and slower for a table.
  let values: unknown[] =
    keys.length <= MOST_FIELDS ? Object.values(object) : keys.map((key) => object[key]);
  if (walk.omitsUndefined && values.includes(undefined)) {
    keys = keys.filter((_key, index) => values[index] !== undefined);
    values = values.filter((value) => value !== undefined);
  }
  if (keys.length === 0) return;
  const frame = walk.frames.push(walk.out.protocol === 0 ? ENTRIES : DICT, object);
  frame.items = keys;
  frame.values = values;
  if (frame.kind === DICT) frame.stage = RECORD;
}

/** A dict with keys of any kind. */
export function openDict(walk: Walk, dict: Map<unknown, unknown>): void {
  emptyDict(walk, dict);
  if (dict.size === 0) return;
  const frame = walk.frames.push(walk.out.protocol === 0 ? ENTRIES : DICT, dict);
  frame.items = [...dict.keys()];
  frame.values = [...dict.values()];
}

function emptyDict({ out, memo }: Walk, dict: object): void {
  if (out.protocol >= 1)
    out.byte(0x7d); // EMPTY_DICT
  else out.ascii("(d"); // MARK DICT
  memo.enter(dict);
}

/** A tuple, which is memoised at its end. */
export function openTuple(walk: Walk, tuple: Tuple): void {
  const { out, memo, frames } = walk;
  const { length } = tuple;
  if (length === 0) {
    if (out.protocol >= 1)
      out.byte(0x29); // EMPTY_TUPLE
    else out.ascii("(t"); // MARK TUPLE
    return;
  }
  if (length > 3 || out.protocol < 2) out.byte(0x28); // MARK
  // Atoms at the start are written at once; a tuple of nothing else is written without a frame.
  let index = 0;
  if (walk.fast) while (index < length && saveFast(walk, tuple[index])) index++;
  if (index === length) {
    out.byte(length <= 3 && out.protocol >= 2 ? 0x84 + length : 0x74); // TUPLE1, TUPLE2, TUPLE3 or TUPLE
    memo.enter(tuple);
    return;
  }
  const frame = frames.push(TUPLE, tuple);
  frame.items = tuple;
  frame.index = index;
}

/** A set, from protocol 4. */
export function openSet({ out, memo, frames }: Walk, set: Set<unknown>): void {
  out.byte(0x8f); // EMPTY_SET
  memo.enter(set);
  if (set.size > 0) frames.push(SET, set).items = [...set.values()];
}

/** A frozenset, from protocol 4, which is memoised at its end. */
export function openFrozenSet({ out, frames }: Walk, set: Set<unknown>): void {
  out.byte(0x28); // MARK
  frames.push(FROZENSET, set).items = [...set.values()];
}

// --- items

// The two kinds of value that whole lists are made of, without the detour; false for any other value.
function saveFast({ out, memo, fast }: Walk, value: unknown): boolean {
  if (!fast) return false;
  if (typeof value === "number") {
    out.passBoundary();
    out.number(value);
    return true;
  }
  if (typeof value === "string") {
    out.passBoundary();
    memo.string(value);
    return true;
  }
  return false;
}

// What is no number and no string: lists of objects that were written before are as long as lists of numbers.
function saveOther(walk: Walk, value: unknown): void {
  if (!walk.fast || typeof value !== "object" || value === null) {
    walk.save(value);
    return;
  }
  walk.out.passBoundary();
  if (!walk.memo.fetch(value)) walk.open(value);
}

/** Saves the items one after another; true when the last is written. Stops wherever an item opened a frame. */
export function stepAll(walk: Walk, frame: Frame): boolean {
  const { frames } = walk;
  const { items } = frame;
  const { depth } = frames;
  while (frame.index < items.length) {
    const value = items[frame.index++];
    if (saveFast(walk, value)) continue;
    saveOther(walk, value);
    if (frames.depth !== depth) return false;
  }
  return true;
}

/** batch_list_exact: MARK, up to 1000 items, APPENDS; one item alone needs no mark. */
export function stepList(walk: Walk, frame: Frame): void {
  const { out, frames } = walk;
  const { items } = frame;
  const { length } = items;
  const { depth } = frames;
  if (length === 1) {
    if (frame.index === 0) {
      frame.index = 1;
      walk.save(items[0]);
      if (frames.depth !== depth) return;
    }
    out.byte(0x61); // APPEND
    frames.depth--;
    return;
  }
  while (frame.index < length) {
    if (frame.batch < 0) {
      out.byte(0x28); // MARK
      frame.batch = BATCH;
    }
    const end = Math.min(length, frame.index + frame.batch);
    let { index } = frame;
    while (index < end) {
      if (walk.fast && typeof items[index] === "number") {
        index = out.numbers(items, index, end);
        continue;
      }
      const value = items[index++];
      if (saveFast(walk, value)) continue;
      frame.batch -= index - frame.index;
      frame.index = index;
      saveOther(walk, value);
      if (frames.depth !== depth) return;
    }
    frame.batch -= index - frame.index;
    frame.index = index;
    out.byte(0x65); // APPENDS
    frame.batch = -1;
  }
  if (frame.batch >= 0) out.byte(0x65); // APPENDS
  frames.depth--;
}

/** batch_list: an iterator's items. One left over stands alone; protocol 0 has APPEND only. */
export function stepItems(walk: Walk, frame: Frame): void {
  const { out, frames } = walk;
  const { items } = frame;
  const { length } = items;
  const { depth } = frames;
  for (;;) {
    if (frame.stage === 1) {
      out.byte(0x61); // APPEND
      frame.stage = 0;
    } else if (frame.batch === 0 || (frame.batch > 0 && frame.index === length)) {
      out.byte(frame.object === ADDED ? 0x90 : 0x65); // ADDITEMS or APPENDS
      frame.batch = -1;
    }
    if (frame.index === length) break;
    if (frame.batch < 0) {
      if (frame.object !== ADDED && (out.protocol === 0 || frame.index === length - 1)) {
        frame.stage = 1;
      } else {
        out.byte(0x28); // MARK
        frame.batch = BATCH;
      }
    }
    if (frame.batch > 0) frame.batch--;
    walk.save(items[frame.index++]);
    if (frames.depth !== depth) return;
  }
  frames.depth--;
}

/** batch_dict_exact: as for lists, but a last batch of exactly 1000 is followed by an empty one, as in C. */
export function stepDict(walk: Walk, frame: Frame): void {
  const { out, memo, frames } = walk;
  const { items, values } = frame;
  const { length } = items;
  const { depth } = frames;
  // frame.index counts keys and values: 2i is key i, 2i + 1 its value.
  if (length === 1) {
    while (frame.index < 2) {
      const part = frame.index++ === 0 ? items[0] : values[0];
      walk.save(part);
      if (frames.depth !== depth) return;
    }
    out.byte(0x73); // SETITEM
    frames.depth--;
    return;
  }
  for (;;) {
    if (frame.batch < 0) {
      out.byte(0x28); // MARK
      frame.batch = BATCH * 2;
    }
    while (frame.batch > 0 && frame.index < length * 2) {
      const index = frame.index++;
      frame.batch--;
      const at = index >> 1;
      if ((index & 1) === 0) {
        if (frame.stage === RECORD && walk.fast) {
          memo.key(items[at] as string, at);
          continue;
        }
        if (saveFast(walk, items[at])) continue;
        walk.save(items[at]);
        if (frames.depth !== depth) return;
        continue;
      }
      const value = values[at];
      if (saveFast(walk, value)) continue;
      saveOther(walk, value);
      if (frames.depth !== depth) return;
    }
    out.byte(0x75); // SETITEMS
    if (frame.batch > 0) break;
    frame.batch = -1;
  }
  frames.depth--;
}

/** batch_dict: an iterator's entries, alternating in `items`. */
export function stepEntries(walk: Walk, frame: Frame): void {
  const { out, frames } = walk;
  const { items, values } = frame;
  const { length } = items;
  const { depth } = frames;
  for (;;) {
    const at = frame.index >> 1;
    const isKey = (frame.index & 1) === 0;
    if (isKey) {
      if (frame.stage === 1) {
        out.byte(0x73); // SETITEM
        frame.stage = 0;
      } else if (frame.batch === 0 || (frame.batch > 0 && at === length)) {
        out.byte(0x75); // SETITEMS
        frame.batch = -1;
      }
      if (at === length) break;
      if (frame.batch < 0) {
        if (out.protocol === 0 || at === length - 1) {
          frame.stage = 1;
        } else {
          out.byte(0x28); // MARK
          frame.batch = BATCH;
        }
      }
      if (frame.batch > 0) frame.batch--;
    }
    frame.index++;
    if (isKey) walk.save(items[at]);
    else walk.save(values[at]);
    if (frames.depth !== depth) return;
  }
  frames.depth--;
}

/** save_set: MARK, up to 1000 members, ADDITEMS; a last batch of exactly 1000 is followed by an empty one. */
export function stepSet(walk: Walk, frame: Frame): void {
  const { out, frames } = walk;
  const { items } = frame;
  const { length } = items;
  const { depth } = frames;
  for (;;) {
    if (frame.batch < 0) {
      out.byte(0x28); // MARK
      frame.batch = BATCH;
    }
    while (frame.batch > 0 && frame.index < length) {
      frame.batch--;
      const value = items[frame.index++];
      if (saveFast(walk, value)) continue;
      saveOther(walk, value);
      if (frames.depth !== depth) return;
    }
    out.byte(0x90); // ADDITEMS
    if (frame.batch > 0) break;
    frame.batch = -1;
  }
  frames.depth--;
}

// --- ends of what cannot be referred to before it is complete

/** A tuple whose items are written. */
export function endTuple({ out, memo, frames }: Walk, { object, items }: Frame): void {
  const { length } = items;
  const small = length <= 3 && out.protocol >= 2;
  frames.depth--;
  if (memo.has(object)) {
    // A tuple that its own items contain was written by them: drop the items and fetch it.
    if (!small && out.protocol >= 1)
      out.byte(0x31); // POP_MARK
    else for (let index = small ? 0 : -1; index < length; index++) out.byte(0x30); // POP
    memo.fetch(object);
    return;
  }
  out.byte(small ? 0x84 + length : 0x74); // TUPLE1, TUPLE2, TUPLE3 or TUPLE
  memo.enter(object);
}

/** A frozenset whose members are written. */
export function endFrozenSet({ out, memo, frames }: Walk, { object }: Frame): void {
  frames.depth--;
  if (memo.has(object)) {
    out.byte(0x31); // POP_MARK
    memo.fetch(object);
    return;
  }
  out.byte(0x91); // FROZENSET
  memo.enter(object);
}
