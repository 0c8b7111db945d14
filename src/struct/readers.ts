/** Bytes of one value in, the value out: a function for each kind, size and byte order. */
import { Complex } from "../core/values/index.ts";
import { halfValue } from "./half.ts";
import type { Run } from "./layout.ts";

/** Reads one value at byte `at`; `view` and `bytes` are the same memory. */
export type Reader = (view: DataView, at: number, bytes: Uint8Array) => unknown;

/** How values are to be read. */
export interface ReadingStyle {
  /** Integers of 64 bits are bigints whatever their size. */
  readonly bigints: boolean;
  /** Bytes are views of the memory that is read, not copies. */
  readonly views: boolean;
}

/** The reader of a run's values. */
export function readerOf(run: Run, littleEndian: boolean, style: ReadingStyle): Reader {
  const { bigints, views } = style;
  const taken = views ? viewed : copied;
  switch (run.kind) {
    case "signed":
      return signedReader(run.size, littleEndian, bigints);
    case "unsigned":
    case "pointer":
      return unsignedReader(run.size, littleEndian, bigints);
    case "float":
      return floatReader(run.size, littleEndian);
    case "complex":
      return complexReader(run.size, littleEndian);
    case "bool":
      return (view, at) => view.getUint8(at) !== 0;
    case "pascal":
      return pascalReader(run.size, taken);
    default:
      return bytesReader(run.size, taken);
  }
}

// Constants for the byte order, not a captured variable: V8 then makes one load of it, and a swap.
function signedReader(size: number, littleEndian: boolean, bigints: boolean): Reader {
  switch (size) {
    case 1:
      return (view, at) => view.getInt8(at);
    case 2:
      return littleEndian
        ? (view, at) => view.getInt16(at, true)
        : (view, at) => view.getInt16(at, false);
    case 4:
      return littleEndian
        ? (view, at) => view.getInt32(at, true)
        : (view, at) => view.getInt32(at, false);
    default:
      if (bigints) return (view, at) => view.getBigInt64(at, littleEndian);
      return littleEndian
        ? (view, at) =>
            signed64(view, at, view.getInt32(at + 4, true), view.getUint32(at, true), true)
        : (view, at) =>
            signed64(view, at, view.getInt32(at, false), view.getUint32(at + 4, false), false);
  }
}

function unsignedReader(size: number, littleEndian: boolean, bigints: boolean): Reader {
  switch (size) {
    case 1:
      return (view, at) => view.getUint8(at);
    case 2:
      return littleEndian
        ? (view, at) => view.getUint16(at, true)
        : (view, at) => view.getUint16(at, false);
    case 4:
      return littleEndian
        ? (view, at) => view.getUint32(at, true)
        : (view, at) => view.getUint32(at, false);
    default:
      if (bigints) return (view, at) => view.getBigUint64(at, littleEndian);
      return (view, at) => {
        const high = view.getUint32(littleEndian ? at + 4 : at, littleEndian);
        const low = view.getUint32(littleEndian ? at : at + 4, littleEndian);
        return high < 0x20_0000 ? high * 0x1_0000_0000 + low : view.getBigUint64(at, littleEndian);
      };
  }
}

// A number while it is a safe integer: -(2^53 - 1) to 2^53 - 1, so that -2^53 itself is a bigint.
function signed64(
  view: DataView,
  at: number,
  high: number,
  low: number,
  littleEndian: boolean,
): number | bigint {
  if (high < 0x20_0000 && (high > -0x20_0000 || (high === -0x20_0000 && low > 0))) {
    return high * 0x1_0000_0000 + low;
  }
  return view.getBigInt64(at, littleEndian);
}

function floatReader(size: number, littleEndian: boolean): Reader {
  switch (size) {
    case 2:
      return (view, at) => halfValue(view.getUint16(at, littleEndian));
    case 4:
      return littleEndian
        ? (view, at) => view.getFloat32(at, true)
        : (view, at) => view.getFloat32(at, false);
    default:
      return littleEndian
        ? (view, at) => view.getFloat64(at, true)
        : (view, at) => view.getFloat64(at, false);
  }
}

function complexReader(size: number, littleEndian: boolean): Reader {
  return size === 8
    ? (view, at) =>
        new Complex(view.getFloat32(at, littleEndian), view.getFloat32(at + 4, littleEndian))
    : (view, at) =>
        new Complex(view.getFloat64(at, littleEndian), view.getFloat64(at + 8, littleEndian));
}

type Take = (bytes: Uint8Array, at: number, count: number) => Uint8Array;

function bytesReader(size: number, taken: Take): Reader {
  return (_view, at, bytes) => taken(bytes, at, size);
}

// The first byte says how many follow; what does not fit is cut.
function pascalReader(size: number, taken: Take): Reader {
  if (size === 0) return () => new Uint8Array(0);
  return (_view, at, bytes) => taken(bytes, at + 1, Math.min(bytes[at] as number, size - 1));
}

function viewed(bytes: Uint8Array, at: number, count: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + at, count);
}

function copied(bytes: Uint8Array, at: number, count: number): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(count);
  // A loop for the usual few bytes, which saves the calls; slice() would keep a Buffer a Buffer.
  if (count <= 32)
    for (let index = 0; index < count; index++) made[index] = bytes[at + index] as number;
  else made.set(bytes.subarray(at, at + count));
  return made;
}
