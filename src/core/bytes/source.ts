/** Where bytes come from when they are not all in memory: read in order, a window at a time. */

/** Bytes that are read in order. Reading is synchronous, so that one machine serves memory and files alike. */
export interface ByteSource {
  /** Bytes still to come after what was handed out, where that is known. */
  readonly remaining: number | undefined;
  /** Fills `target` from its start; returns how many bytes were written, 0 only at the end. */
  read(target: Uint8Array): number;
  /**
   * Fills `target` with what comes next, in several reads at once; resolves to how many bytes were written, fewer than its
   * length only at the end. For much at a time; nothing else may be asked of the source meanwhile.
   */
  fill?(target: Uint8Array): Promise<number>;
}

/** Whatever holds bytes: a typed array, a DataView, an ArrayBuffer. */
export type BytesLike = Uint8Array | ArrayBufferLike | ArrayBufferView;

/** The bytes of `data` without copying, or undefined where it is something else. */
export function asBytes(data: unknown): Uint8Array | undefined {
  if (data instanceof Uint8Array) return data;
  if (ArrayBuffer.isView(data))
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (typeof SharedArrayBuffer !== "undefined" && data instanceof SharedArrayBuffer)
    return new Uint8Array(data);
  return undefined;
}
