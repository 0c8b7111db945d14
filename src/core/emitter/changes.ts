/**
 * What a new object still needs in, frames that write it out: items, entries, members, state, and later calls.
 *
 * Source: CPython 3.13 Modules/_pickle.c save_reduce. The frame pushed last is written first, so all is pushed in
 * reverse.
 */

import type { Reduction } from "../registry/index.ts";
import type { Inert } from "../values/index.ts";
import { openRecord, stepAll, type Walk } from "./containers.ts";
import {
  ADDED,
  EFFECT,
  ENTRIES,
  type Frame,
  type Frames,
  ITEMS,
  OWN,
  RAW,
  SETTER,
  STATE,
} from "./frames.ts";

/** What a reduction says is to follow the call. */
export function pushChanges(frames: Frames, object: unknown, reduction: Reduction): void {
  const { items, entries, added, state, stateSetter } = reduction;
  if (reduction.raw !== undefined) frames.push(RAW, null).reduction = reduction;
  if (state !== undefined && state !== null) {
    const frame = pushState(frames, object, state, stateSetter);
    if (reduction.isStateOwn && frame.kind === STATE) frame.stage = OWN;
  }
  if (added !== undefined) frames.push(ITEMS, ADDED).items = [...added];
  if (entries !== undefined) pushEntries(frames, entries);
  if (items !== undefined) frames.push(ITEMS, null).items = [...items];
}

/** What a pickle once did to an inert object, in that order. */
export function pushChangesOf(frames: Frames, inert: Inert): void {
  if (inert.late !== undefined) pushLate(frames, inert, inert.late);
  const { items, entries, added, state, stateSetter } = inert;
  if (state !== undefined) pushState(frames, inert, state, stateSetter);
  if (added !== undefined) frames.push(ITEMS, ADDED).items = added;
  if (entries !== undefined) pushEntries(frames, entries);
  if (items !== undefined) frames.push(ITEMS, null).items = items;
}

function pushLate(frames: Frames, inert: Inert, late: NonNullable<Inert["late"]>): void {
  for (let index = late.length - 1; index >= 0; index--) {
    const change = late[index] as (typeof late)[number];
    switch (change.kind) {
      case "append":
        frames.push(ITEMS, null).items = change.items;
        break;
      case "add":
        frames.push(ITEMS, ADDED).items = change.items;
        break;
      case "set":
        pushEntries(frames, change.entries);
        break;
      case "state":
        pushState(frames, inert, change.state, undefined);
        break;
      case "call":
        frames.push(EFFECT, null).items = [change.callable, change.args];
    }
  }
}

function pushEntries(frames: Frames, entries: Iterable<readonly [unknown, unknown]>): void {
  const keys: unknown[] = [];
  const values: unknown[] = [];
  for (const [key, value] of entries) {
    keys.push(key);
    values.push(value);
  }
  const frame = frames.push(ENTRIES, null);
  frame.items = keys;
  frame.values = values;
}

function pushState(frames: Frames, object: unknown, state: unknown, setter: unknown): Frame {
  // setter(object, state), its result popped; the arguments are written as items, not as a memoised tuple.
  const hasSetter = setter !== undefined && setter !== null;
  const frame = frames.push(hasSetter ? SETTER : STATE, object);
  frame.items = hasSetter ? [setter, object, state] : [state];
  return frame;
}

/** Saves a state; true when it is written. A dict of an object's own properties is in no memo, as nothing else has it. */
export function stepState(walk: Walk, frame: Frame): boolean {
  if (frame.stage === OWN && frame.index === 0) {
    const { depth } = walk.frames;
    const object = frame.items[0] as Record<string, unknown>;
    frame.index = 1;
    walk.out.passBoundary();
    if (walk.fast) openRecord(walk, object, true);
    else walk.save({ ...object });
    if (walk.frames.depth !== depth) return false;
  }
  return stepAll(walk, frame);
}
