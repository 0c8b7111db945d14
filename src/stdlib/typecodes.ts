/**
 * The type codes and machine formats of Python's `array`, a row for each.
 *
 * Source: CPython 3.13 Modules/arraymodule.c `descriptors`, `mformat_descriptors` and `enum machine_format_code`.
 */

/** The typed arrays that an `array.array` may become. */
export type TypedArray =
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** One kind of item: what holds it here, and the little-endian machine format that Python calls it by. */
export interface ItemKind {
  readonly Items: {
    new (buffer: ArrayBuffer): TypedArray;
    readonly BYTES_PER_ELEMENT: number;
    readonly prototype: object;
  };
  /** Machine format code, little-endian; the big-endian code is one more where an item has several bytes. */
  readonly format: number;
  /** {@link FEW} as items of this kind. */
  readonly few: TypedArray;
}

/** Memory for a few bytes on their way into an array. */
export const FEW: Uint8Array<ArrayBuffer> = new Uint8Array(64);

const INT8: ItemKind = { Items: Int8Array, format: 1, few: new Int8Array(FEW.buffer) };
const UINT8: ItemKind = { Items: Uint8Array, format: 0, few: new Uint8Array(FEW.buffer) };
const INT16: ItemKind = { Items: Int16Array, format: 4, few: new Int16Array(FEW.buffer) };
const UINT16: ItemKind = { Items: Uint16Array, format: 2, few: new Uint16Array(FEW.buffer) };
const INT32: ItemKind = { Items: Int32Array, format: 8, few: new Int32Array(FEW.buffer) };
const UINT32: ItemKind = { Items: Uint32Array, format: 6, few: new Uint32Array(FEW.buffer) };
const INT64: ItemKind = { Items: BigInt64Array, format: 12, few: new BigInt64Array(FEW.buffer) };
const UINT64: ItemKind = { Items: BigUint64Array, format: 10, few: new BigUint64Array(FEW.buffer) };
const FLOAT: ItemKind = { Items: Float32Array, format: 14, few: new Float32Array(FEW.buffer) };
const DOUBLE: ItemKind = { Items: Float64Array, format: 16, few: new Float64Array(FEW.buffer) };

/**
 * The kinds that a type code may have; the first is that of 64-bit Linux and macOS, and of a list without a format.
 * `i` and `l` have 4 bytes on Windows, where `l` on the others has 8.
 */
export const KINDS: Readonly<Record<string, readonly ItemKind[]>> = {
  b: [INT8],
  B: [UINT8],
  h: [INT16],
  H: [UINT16],
  i: [INT32],
  I: [UINT32],
  l: [INT64, INT32],
  L: [UINT64, UINT32],
  q: [INT64],
  Q: [UINT64],
  f: [FLOAT],
  d: [DOUBLE],
};

/** The type code that a typed array is written with; `Uint8Array` is bytes and has none of its own. */
export const NATURAL_CODES: ReadonlyMap<object, string> = new Map<object, string>([
  [Int8Array.prototype, "b"],
  [Uint8ClampedArray.prototype, "B"],
  [Int16Array.prototype, "h"],
  [Uint16Array.prototype, "H"],
  [Int32Array.prototype, "i"],
  [Uint32Array.prototype, "I"],
  [BigInt64Array.prototype, "q"],
  [BigUint64Array.prototype, "Q"],
  [Float32Array.prototype, "f"],
  [Float64Array.prototype, "d"],
]);

/** The machine formats of text: UTF-16 and UTF-32, little-endian; the big-endian code is one more. */
export const UTF16_FORMAT = 18;
export const UTF32_FORMAT = 20;

/** The kind that a type code has under a machine format, and whether its items are big-endian. */
export function kindOf(
  typecode: string,
  format: number,
): { readonly kind: ItemKind; readonly bigEndian: boolean } | undefined {
  for (const kind of Object.hasOwn(KINDS, typecode) ? (KINDS[typecode] ?? []) : []) {
    if (format === kind.format) return { kind, bigEndian: false };
    if (format === kind.format + 1 && kind.Items.BYTES_PER_ELEMENT > 1) {
      return { kind, bigEndian: true };
    }
  }
  return undefined;
}
