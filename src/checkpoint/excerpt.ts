/**
 * Some values of a pickled dict in, a small pickle of just these out, with whatever else of the memo they refer to.
 *
 * In the excerpt memo entries keep their numbers, so every MEMOIZE becomes a LONG_BINPUT; frames are left out.
 */
import { type Extent, FRAME, type Layout, MEMOIZE, PROTO, type Readable, SHAPES } from "./skim.ts";

// What a list of checkpoints may read of one file.
const LONGEST = 256 * 1024 ** 2;

const POP = 0x30;
const LIST_STOP = [0x6c, 0x2e];

/**
 * The pickle of a list of the values at `extents`.
 *
 * @returns `undefined` where they share an object with the rest that cannot be taken out, or are larger than 256 MiB
 */
export function excerpt(
  file: Readable,
  layout: Layout,
  extents: readonly Extent[],
): Uint8Array | undefined {
  const parts = new Map<number, Part>();
  const wanted = [...extents];
  let size = 0;
  for (let extent = wanted.pop(); extent !== undefined; extent = wanted.pop()) {
    if (parts.has(extent.start)) continue;
    size += extent.end - extent.start;
    if (size > LONGEST) return undefined;
    const part = cut(file, layout, extent);
    parts.set(extent.start, part);
    for (const index of part.gets) {
      const source = layout.memo(index);
      if (source === undefined) return undefined;
      const isInside = source.start >= extent.start && source.end <= extent.end;
      if (!isInside) wanted.push(source);
    }
  }
  const roots = new Set(extents.map(({ start }) => start));
  const pieces: (readonly number[] | Uint8Array)[] = [];
  // Below protocol 3 names are those of Python 2.
  if (layout.protocol > 0) pieces.push([PROTO, layout.protocol]);
  // A reference leads backwards, so that order of the file is one in which everything is there when it is asked for.
  let covered = -1;
  for (const part of [...parts.values()].sort((a, b) => a.extent.start - b.extent.start)) {
    if (roots.has(part.extent.start) || part.extent.end <= covered) continue;
    if (extents.some(({ start, end }) => part.extent.start >= start && part.extent.end <= end)) {
      continue;
    }
    covered = part.extent.end;
    pieces.push(...part.pieces, [POP]);
  }
  pieces.push([0x28]);
  // In the file's order too: one value may refer into another. The caller's order is restored by where they stand.
  for (const { start } of [...extents].sort((a, b) => a.start - b.start)) {
    pieces.push(...(parts.get(start) as Part).pieces);
  }
  pieces.push(LIST_STOP);
  return joined(pieces);
}

interface Part {
  readonly extent: Extent;
  readonly pieces: readonly (readonly number[] | Uint8Array)[];
  /** Indices of the memo that it asks for. */
  readonly gets: readonly number[];
}

function cut(file: Readable, layout: Layout, extent: Extent): Part {
  const bytes = new Uint8Array(extent.end - extent.start);
  file.read(extent.start, bytes);
  const view = new DataView(bytes.buffer);
  const pieces: (readonly number[] | Uint8Array)[] = [];
  const gets: number[] = [];
  let memoSize = layout.memoSizeAt(extent.start);
  let from = 0;
  for (let pos = 0; pos < bytes.length; ) {
    const code = bytes[pos] as number;
    const end = behind(bytes, view, pos);
    if (code === FRAME || code === PROTO || code === MEMOIZE) {
      pieces.push(bytes.subarray(from, pos));
      from = end;
      if (code === MEMOIZE) {
        const index = memoSize++;
        pieces.push([0x72, index & 0xff, (index >> 8) & 0xff, (index >> 16) & 0xff, index >>> 24]);
      }
    } else if (code === 0x68) gets.push(bytes[pos + 1] as number);
    else if (code === 0x6a) gets.push(view.getUint32(pos + 1, true));
    else if (code === 0x67) gets.push(Number(ascii(bytes.subarray(pos + 1, end - 1))));
    pos = end;
  }
  pieces.push(bytes.subarray(from));
  return { extent, pieces, gets };
}

// The extent was skimmed: its opcodes and arguments are whole.
function behind(bytes: Uint8Array, view: DataView, pos: number): number {
  const argument = SHAPES[bytes[pos] as number]?.argument ?? { kind: "none" };
  let end = pos + 1;
  if (argument.kind === "fixed") return end + argument.bytes;
  if (argument.kind === "lines") {
    for (let lines = argument.lines; lines > 0; lines--)
      end = bytes.indexOf(0x0a, end) + 1 || bytes.length;
    return end;
  }
  if (argument.kind === "none") return end;
  const { width } = argument;
  const count =
    width === 1
      ? (bytes[end] as number)
      : view.getUint32(end, true) + (width === 8 ? view.getUint32(end + 4, true) * 2 ** 32 : 0);
  return end + width + count;
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 20));
}

function joined(pieces: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
