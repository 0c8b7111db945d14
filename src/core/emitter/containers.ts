/**
 * Lists, dicts, tuples and sets in, their opcodes out: how each begins, its items in batches of 1000, how it ends.
 *
 * Source: CPython 3.13 Modules/_pickle.c save_list, batch_list, batch_list_exact, save_dict, batch_dict,
 * batch_dict_exact, save_tuple, save_set, save_frozenset. These are the inner loops of the walk: a step goes on until
 * the container ends or an item has opened a frame of its own; then it returns, to be called again.
 */

import { FEW_PROPERTIES, isRecord, type Tuple } from "../values/index.ts";
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
import type { Memo } from "./memo.ts";
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
  /** Writes what stands above `depth`; false where that is left to the walk, so that no call stack grows without end. */
  drain(depth: number): boolean;
}

// --- beginnings

/** A list. */
export function openList(walk: Walk, list: readonly unknown[]): void {
  const { out, memo, frames } = walk;
  const { length } = list;
  if (out.protocol >= 1)
    out.byte(0x5d); // EMPTY_LIST
  else out.ascii("(l"); // MARK LIST
  memo.enter(list);
  if (length === 0) return;
  // Atoms at the start are written at once, here and below; a container of nothing else is written without a frame.
  let index = 0;
  if (walk.fast && length <= BATCH) {
    if (length > 1) out.byte(0x28); // MARK
    index = saveAtoms(walk, list, 0, length);
    if (index === length) {
      out.byte(length > 1 ? 0x65 : 0x61); // APPENDS or APPEND
      return;
    }
  }
  const frame = frames.push(out.protocol === 0 ? ITEMS : LIST, list);
  frame.items = list;
  if (!walk.fast || length > BATCH) return;
  frame.index = index;
  if (length > 1) frame.batch = BATCH - index;
}

/** A plain object, as a dict with its own enumerable string keys; nothing will ever refer to one that is fresh. */
export function openRecord(walk: Walk, object: Record<string, unknown>, isFresh = false): void {
  emptyDict(walk, isFresh ? null : object);
  let keys = Object.keys(object);
  // Object.values is four times as fast as reading by key while the object has a hidden class, a third as fast for a table.
  let values =
    keys.length <= FEW_PROPERTIES || isRecord(keys)
      ? Object.values(object)
      : valuesByKey(object, keys);
  if (walk.omitsUndefined && values.includes(undefined)) {
    keys = keys.filter((_key, index) => values[index] !== undefined);
    values = values.filter((value) => value !== undefined);
  }
  if (keys.length === 0) return;
  const { length } = keys;
  const { out, memo } = walk;
  const whole = walk.fast && length > 1 && length <= BATCH;
  let index = 0;
  if (whole) {
    out.byte(0x28); // MARK
    while (index < length) {
      index = memo.numbersByKey(keys, values, index, length);
      if (index === length) break;
      memo.key(keys, index);
      if (!saveFast(walk, values[index])) break;
      index++;
    }
    if (index === length) {
      out.byte(0x75); // SETITEMS
      if (length === BATCH) out.ascii("(u"); // MARK SETITEMS
      return;
    }
  }
  const frame = walk.frames.push(out.protocol === 0 ? ENTRIES : DICT, object);
  frame.items = keys;
  frame.values = values;
  if (frame.kind === DICT) frame.stage = RECORD;
  if (!whole) return;
  // The key is written, its value comes next.
  frame.index = index * 2 + 1;
  frame.batch = (BATCH - index) * 2 - 1;
}

// A loop, since V8 forgets what it has compiled of a function inside another.
function valuesByKey(object: Record<string, unknown>, keys: readonly string[]): unknown[] {
  const { length } = keys;
  const values = new Array<unknown>(length);
  for (let index = 0; index < length; index++) values[index] = object[keys[index] as string];
  return values;
}

/** A dict with keys of any kind. */
export function openDict(walk: Walk, dict: Map<unknown, unknown>): void {
  emptyDict(walk, dict);
  if (dict.size === 0) return;
  const frame = walk.frames.push(walk.out.protocol === 0 ? ENTRIES : DICT, dict);
  // Spreading an iterator of a Map is one step for V8, a loop over it is not.
  frame.items = [...dict.keys()];
  frame.values = [...dict.values()];
}

function emptyDict({ out, memo }: Walk, dict: object | null): void {
  if (out.protocol >= 1)
    out.byte(0x7d); // EMPTY_DICT
  else out.ascii("(d"); // MARK DICT
  if (dict === null) memo.enterNothing();
  else memo.enter(dict);
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
  const index = walk.fast ? saveAtoms(walk, tuple, 0, length) : 0;
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

// Values without parts, without the detour; false for any other value.
function saveFast({ out, memo, fast }: Walk, value: unknown): boolean {
  if (!fast) return false;
  switch (typeof value) {
    case "number":
      out.passBoundary();
      out.number(value);
      return true;
    case "string":
      out.passBoundary();
      memo.string(value);
      return true;
    case "boolean":
      out.passBoundary();
      out.boolean(value);
      return true;
    case "bigint":
      out.passBoundary();
      out.bigint(value);
      return true;
    default:
      if (value !== null) return false;
      out.passBoundary();
      out.byte(0x4e); // NONE
      return true;
  }
}

// Such values for as long as they come; returns the index of the first that is none.
function saveAtoms(walk: Walk, items: readonly unknown[], from: number, to: number): number {
  let index = from;
  while (index < to) {
    const value = items[index];
    if (typeof value === "number" && index + 1 < to && typeof items[index + 1] === "number") {
      index = walk.out.numbers(items, null, index, to);
    } else if (saveFast(walk, value)) {
      index++;
    } else {
      break;
    }
  }
  return index;
}

// What has parts: lists of objects that were written before are as long as lists of numbers.
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
    if (frames.depth !== depth && !walk.drain(depth)) return false;
  }
  return true;
}

/** batch_list_exact: MARK, up to 1000 items, APPENDS; one item alone needs no mark. */
export function stepList(walk: Walk, frame: Frame): void {
  const { out, frames } = walk;
  const { items } = frame;
  const { length } = items;
  const { depth } = frames;
  // A hook may have changed the list since its first item: how it began is how it ends.
  if (frame.batch < 0 && frame.index < 2 && (length === 1 || frame.index === 1)) {
    if (frame.index === 0) {
      frame.index = 1;
      walk.save(items[0]);
      if (frames.depth !== depth && !walk.drain(depth)) return;
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
      const value = items[index];
      if (walk.fast) {
        const next =
          typeof value === "object" && value !== null
            ? walk.memo.fetchAll(items, index, end)
            : saveAtoms(walk, items, index, end);
        if (next > index) {
          index = next;
          continue;
        }
      }
      index++;
      frame.batch -= index - frame.index;
      frame.index = index;
      if (walk.fast && typeof value === "object" && value !== null) {
        out.passBoundary();
        walk.open(value);
      } else {
        walk.save(value);
      }
      if (frames.depth !== depth && !walk.drain(depth)) return;
      if (items.length !== length) return;
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
    if (frames.depth !== depth && !walk.drain(depth)) return;
  }
  frames.depth--;
}

/** batch_dict_exact: as for lists, but a last batch of exactly 1000 is followed by an empty one, as in C. */
export function stepDict(walk: Walk, frame: Frame): void {
  const { out, memo, frames } = walk;
  const { items, values } = frame;
  const { length } = items;
  const { depth } = frames;
  const isRecord = frame.stage === RECORD;
  // frame.index counts keys and values: 2i is key i, 2i + 1 its value.
  if (length === 1) {
    while (frame.index < 2) {
      walk.save(frame.index++ === 0 ? items[0] : values[0]);
      if (frames.depth !== depth && !walk.drain(depth)) return;
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
      const at = frame.index >> 1;
      const isKey = (frame.index & 1) === 0;
      const part = isKey ? items[at] : values[at];
      if (isKey && isRecord && walk.fast) {
        frame.index++;
        frame.batch--;
        memo.key(items, at);
        continue;
      }
      if (!isRecord && walk.fast && typeof part === "number") {
        const end = Math.min(length * 2, frame.index + frame.batch);
        const next = out.numbers(items, values, frame.index, end);
        frame.batch -= next - frame.index;
        frame.index = next;
        continue;
      }
      frame.index++;
      frame.batch--;
      if (saveFast(walk, part)) continue;
      saveOther(walk, part);
      if (frames.depth !== depth && !walk.drain(depth)) return;
    }
    out.byte(0x75); // SETITEMS
    if (frame.batch > 0) break;
    frame.batch = -1;
  }
  frames.depth--;
}

// What is left of a batch; false where an item has opened a frame that the walk is left with.
function stepBatch(walk: Walk, frame: Frame, depth: number): boolean {
  const { frames } = walk;
  const { items } = frame;
  const end = Math.min(items.length, frame.index + frame.batch);
  while (frame.index < end) {
    if (walk.fast) {
      const next = saveAtoms(walk, items, frame.index, end);
      frame.batch -= next - frame.index;
      frame.index = next;
      if (next === end) break;
    }
    frame.batch--;
    saveOther(walk, items[frame.index++]);
    if (frames.depth !== depth && !walk.drain(depth)) return false;
  }
  return true;
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
    if (frames.depth !== depth && !walk.drain(depth)) return;
  }
  frames.depth--;
}

/** save_set: MARK, up to 1000 members, ADDITEMS; a last batch of exactly 1000 is followed by an empty one. */
export function stepSet(walk: Walk, frame: Frame): void {
  const { out, frames } = walk;
  const { depth } = frames;
  for (;;) {
    if (frame.batch < 0) {
      out.byte(0x28); // MARK
      frame.batch = BATCH;
    }
    if (!stepBatch(walk, frame, depth)) return;
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
