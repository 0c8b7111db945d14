/** Where bytes come from when only some of them are wanted: any range, in any order. */
import { PickleError } from "../errors/index.ts";

/** Bytes that can be read at any place: a file, a `Blob`, a server that knows ranges, memory. */
export interface RandomAccess {
  /** How many bytes there are. */
  readonly size: number;
  /**
   * Fills `target` with the bytes from `start` on.
   *
   * @throws PickleError `read-failed`, also where there are not so many
   */
  read(start: number, target: Uint8Array): Promise<void> | void;
  /** Lets go of what was opened for it. */
  close?(): Promise<void> | void;
}

/** Bytes in memory as {@link RandomAccess}. */
export function memoryAccess(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    read(start, target) {
      if (start + target.length > bytes.length)
        throw beyondEnd(start + target.length, bytes.length);
      target.set(bytes.subarray(start, start + target.length));
    },
  };
}

/** The error for a range that is not there. */
export function beyondEnd(end: number, size: number): PickleError {
  return new PickleError("read-failed", `cannot read up to byte ${end}: there are ${size}`);
}
