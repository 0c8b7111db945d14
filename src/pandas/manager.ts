/**
 * A block manager in, the columns of a frame out: which block and row each is.
 *
 * Source: pandas `core/internals/managers.py`: `BlockManager(blocks, axes)` since 1.3; before, and for a Series always,
 * a state `(axes, arrays, items, {"0.14.1": {"axes": …, "blocks": [{"values": …, "mgr_locs": …}]}})`.
 */

import { Instance, Slice, Tuple } from "../core/values/index.ts";
import { NdArray } from "../numpy/index.ts";
import type { Column } from "./column.ts";
import { columnOf } from "./decode.ts";
import { badLayout, PandasError } from "./error.ts";
import { classOf, entry, integerOf, listOf, stateOf } from "./state.ts";

interface Block {
  /** Items × rows, or the one item's values. */
  readonly values: unknown;
  /** The places of its items among the columns: a slice or an array of them. */
  readonly places: unknown;
}

/** What a manager holds: its axes (columns first, in a frame) and its blocks. */
export interface Manager {
  readonly axes: readonly unknown[];
  readonly blocks: readonly Block[];
}

/** @throws PandasError `unknown-layout` */
export function managerOf(value: unknown): Manager {
  const name = classOf(value);
  if (value instanceof Instance && (name === "BlockManager" || name === "SingleBlockManager")) {
    const [blocks, axes] = value.args;
    const found =
      value.args.length === 2
        ? { axes: listOf(axes), blocks: listOf(blocks)?.map(calledBlock) }
        : statedManager(stateOf(value));
    if (found.axes !== undefined && found.blocks !== undefined)
      return { axes: found.axes, blocks: found.blocks };
  }
  throw new PandasError("unknown-layout", "the data of a pandas object is kept in a way not known");
}

// _unpickle_block(values, places, ndim)
function calledBlock(block: unknown): Block {
  if (!(block instanceof Instance) || block.args.length < 2)
    throw new PandasError("unknown-layout", "a block of a frame is kept in a way not known");
  return { values: block.args[0], places: block.args[1] };
}

function statedManager(state: unknown): {
  axes: readonly unknown[] | undefined;
  blocks: Block[] | undefined;
} {
  const extra = state instanceof Tuple ? entry(state[3], "0.14.1") : undefined;
  return {
    axes: listOf(entry(extra, "axes")),
    blocks: listOf(entry(extra, "blocks"))?.map((block) => ({
      values: entry(block, "values"),
      places: entry(block, "mgr_locs"),
    })),
  };
}

/**
 * The columns of a frame of `count` columns and `rows` rows, decoded as they are asked for.
 *
 * @throws PandasError `bad-layout` where the blocks are not those of exactly these columns
 */
export function columnsOf(
  { blocks }: Manager,
  count: number,
  rows: number,
): (index: number) => Column {
  const sizes = blocks.map(({ values }) => itemsIn(values));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  // Checked before anything is made: an index may claim any number of columns.
  if (total !== count) throw badLayout(`the blocks of a frame hold ${total} columns, not ${count}`);
  const found = new Array<[block: Block, row: number] | undefined>(count);
  for (const [at, block] of blocks.entries()) {
    const place = placesOf(block.places, sizes[at] as number);
    for (let row = 0; row < (sizes[at] as number); row++) {
      const column = place(row);
      if (!(column >= 0 && column < count) || found[column] !== undefined)
        throw badLayout(`two blocks of a frame, or none, hold column ${column}`);
      found[column] = [block, row];
    }
  }
  const decoded = new Array<Column | undefined>(count);
  return (index) => {
    const known = decoded[index];
    if (known !== undefined) return known;
    const [block, row] = found[index] as [Block, number];
    const column = columnOf(block.values, row);
    if (column.length !== rows)
      throw badLayout(`column ${index} of a frame has ${column.length} rows, not ${rows}`);
    decoded[index] = column;
    return column;
  };
}

// A block of two axes holds as many columns as its first says; one of one axis a single column.
function itemsIn(values: unknown): number {
  if (values instanceof NdArray) return values.ndim === 2 ? (values.shape[0] as number) : 1;
  if (!(values instanceof Instance)) throw badLayout("a block of a frame holds no array");
  const state = stateOf(values);
  const inner = state instanceof Tuple ? state[1] : undefined;
  return inner instanceof NdArray && inner.ndim === 2 ? (inner.shape[0] as number) : 1;
}

function placesOf(places: unknown, count: number): (row: number) => number {
  if (places instanceof Slice) {
    const [start, stop, step] = [places.start ?? 0, places.stop, places.step ?? 1].map(integerOf);
    if (start === undefined || stop === undefined || step === undefined || step === 0)
      throw badLayout("the places of a block are no slice of the columns");
    if (Math.max(0, Math.ceil((stop - start) / step)) !== count)
      throw badLayout(`a block of ${count} columns has another number of places`);
    return (row) => start + row * step;
  }
  if (!(places instanceof NdArray) || places.ndim !== 1 || places.shape[0] !== count)
    throw badLayout(`a block of ${count} columns has another number of places`);
  return (row) => integerOf(places.at(row)) ?? -1;
}
