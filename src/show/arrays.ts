/** NumPy's arrays in, what a person wants to see of one out: dtype, shape, the first values, and how they are spread. */
import { Complex, formatFloat } from "../core/values/index.ts";
import { type DType, MaskedArray, NdArray } from "../numpy/index.ts";
import { grouped, printable, reprBytes, reprString } from "../printable/index.ts";

/** So many elements of an array are looked at for its least, greatest and mean: half a second's worth is enough. */
const MOST_LOOKED_AT = 1_000_000;
const BARS = "▁▂▃▄▅▆▇█";
const BINS = 16;
/** Of fewer elements the least and the greatest say nothing that the first ones do not. */
const FEWEST_SUMMED_UP = 8;

/** How the numbers of an array are spread. */
export interface Spread {
  readonly min?: number | string;
  readonly max?: number | string;
  readonly mean?: number;
  /** Of booleans, how many are true. */
  readonly trueCount?: number;
  /** Elements that are no numbers: NaN, NaT. */
  readonly missing?: number;
  /** Counts of as many equal steps from min to max. */
  readonly histogram?: readonly number[];
  /** Elements looked at, where that is not all of them. */
  readonly lookedAt?: number;
}

/** An array without its values: `float64 (3, 4)`. */
export function arrayHead({ dtype, shape }: { dtype: DType; shape: readonly number[] }): string {
  return `${printable(dtypeName(dtype))} ${shapeText(shape)}`;
}

/** A shape as Python writes it. */
export function shapeText(shape: readonly number[]): string {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

function dtypeName(dtype: DType): string {
  if (dtype.fields !== null) {
    const names = [...dtype.fields.keys()];
    const shown = names.slice(0, 8).map((name) => reprString(name, 24));
    return `records of ${shown.join(", ")}${names.length > 8 ? ", …" : ""}`;
  }
  if (dtype.kind === "U") return `str${dtype.itemsize / 4}`;
  if (dtype.kind === "S") return `bytes${dtype.itemsize}`;
  return dtype.isNative
    ? dtype.name
    : `${dtype.name} ${dtype.byteorder === ">" ? "big" : "little"}-endian`;
}

/** The first values, as many as fit, and whether those are all. */
export function arrayPreview(
  array: NdArray | MaskedArray,
  room: number,
): { text: string; whole: boolean } {
  const data = array instanceof MaskedArray ? array.data : array;
  const masked = array instanceof MaskedArray ? array.mask.values() : undefined;
  const texts: string[] = [];
  let rest = room;
  for (const value of data.values()) {
    const isMasked = masked?.next().value === true;
    const text = isMasked ? "--" : shortText(value, data.dtype);
    rest -= text.length + 2;
    if (rest < 0 && texts.length > 0) return { text: `${texts.join(", ")}, …`, whole: false };
    texts.push(text);
  }
  return { text: texts.join(", "), whole: true };
}

// NumPy prints eight digits of a float in a list, too.
function shortText(value: unknown, dtype: DType): string {
  const isLong = dtype.kind === "f" && dtype.itemsize >= 8 && typeof value === "number";
  return isLong ? formatFloat(Number(value.toPrecision(8))) : elementText(value, dtype);
}

/** One element, as Python prints it. */
export function elementText(value: unknown, { kind, itemsize }: DType): string {
  switch (typeof value) {
    case "boolean":
      return value ? "True" : "False";
    case "string":
      return reprString(value, 40);
    case "number": {
      if (kind !== "f") return String(value);
      // As many digits as tell a float of that size from its neighbours.
      return formatFloat(itemsize >= 8 ? value : Number(value.toPrecision(itemsize === 4 ? 7 : 4)));
    }
    case "object":
      if (value === null) return "None";
      if (value instanceof Uint8Array) return reprBytes(value, 16);
      if (value instanceof NdArray) return `[${arrayPreview(value, 24).text}]`;
      if (value instanceof Complex || kind === "M" || kind === "m") return String(value);
      return `(${Object.values(value)
        .map((part) => partText(part))
        .join(", ")})`;
    default:
      return String(value);
  }
}

// A field of a record; what is an object in it is shown where it is walked.
function partText(value: unknown): string {
  if (typeof value === "string") return reprString(value, 20);
  if (typeof value !== "object") return String(value);
  return value instanceof Uint8Array ? reprBytes(value, 8) : "…";
}

/** Least, greatest, mean and a histogram; `undefined` for what has no order, and for few. */
export function spreadOf(array: NdArray): Spread | undefined {
  const { kind, itemsize } = array.dtype;
  if (array.size < FEWEST_SUMMED_UP || !"biufMm".includes(kind) || itemsize > 8) return undefined;
  const data = array.data;
  if (Array.isArray(data) || (kind === "f" && data instanceof Uint16Array)) return undefined;
  const step = Math.ceil(data.length / MOST_LOOKED_AT);
  const lookedAt = step === 1 ? undefined : Math.ceil(data.length / step);
  if (kind === "M" || kind === "m") return timeSpread(array, data as BigInt64Array, step, lookedAt);
  if (kind === "b") {
    let trueCount = 0;
    for (let index = 0; index < data.length; index += step) if (data[index] !== 0) trueCount++;
    return { trueCount, ...(lookedAt !== undefined && { lookedAt }) };
  }
  let [min, max, sum, count, missing] = [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    0,
    0,
  ];
  for (let index = 0; index < data.length; index += step) {
    const value = Number(data[index]);
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count++;
  }
  if (count === 0) return undefined;
  const histogram = count < BINS ? undefined : histogramOf(data, step, min, max);
  return {
    min,
    max,
    mean: sum / count,
    ...(missing > 0 && { missing }),
    ...(histogram !== undefined && { histogram }),
    ...(lookedAt !== undefined && { lookedAt }),
  };
}

type Numbers = Exclude<NdArray["data"], unknown[]>;

function histogramOf(data: Numbers, step: number, min: number, max: number): number[] | undefined {
  const width = max - min;
  // Halved first: the distance of two finite floats can be infinite.
  const half = max / 2 - min / 2;
  if (!(width > 0) || !Number.isFinite(half)) return undefined;
  const bins = new Array<number>(BINS).fill(0);
  for (let index = 0; index < data.length; index += step) {
    const value = Number(data[index]);
    if (Number.isNaN(value)) continue;
    const place = Math.floor(((value / 2 - min / 2) / half) * BINS);
    const bin = Math.min(place, BINS - 1);
    bins[bin] = (bins[bin] as number) + 1;
  }
  return bins;
}

const NAT = -(2n ** 63n);

// Of moments and lengths the least and the greatest, as texts.
function timeSpread(
  array: NdArray,
  data: BigInt64Array,
  step: number,
  lookedAt: number | undefined,
): Spread | undefined {
  let [least, most, missing] = [-1, -1, 0];
  for (let index = 0; index < data.length; index += step) {
    const value = data[index] as bigint;
    if (value === NAT) missing++;
    else {
      if (least < 0 || value < (data[least] as bigint)) least = index;
      if (most < 0 || value > (data[most] as bigint)) most = index;
    }
  }
  if (least < 0) return undefined;
  const flat = array.ravel(array.order);
  return {
    min: String(flat.at(least)),
    max: String(flat.at(most)),
    ...(missing > 0 && { missing }),
    ...(lookedAt !== undefined && { lookedAt }),
  };
}

/** The spread in one line: `min 0.1, max 2.5, mean 1.2, 3 missing  ▁▂▅█`. */
export function spreadText(spread: Spread, size: number): string {
  const { min, max, mean, trueCount, missing, histogram, lookedAt } = spread;
  const words: string[] = [];
  if (trueCount !== undefined)
    words.push(`${grouped(trueCount)} True, ${grouped((lookedAt ?? size) - trueCount)} False`);
  if (min !== undefined && max !== undefined)
    words.push(`min ${shortNumber(min)}`, `max ${shortNumber(max)}`);
  if (mean !== undefined) words.push(`mean ${shortNumber(mean)}`);
  if (missing !== undefined) words.push(`${grouped(missing)} missing`);
  const bars = histogram === undefined ? "" : `  ${barsOf(histogram)}`;
  const part =
    lookedAt === undefined ? "" : `  (${grouped(lookedAt)} of ${grouped(size)} values looked at)`;
  return words.join(", ") + bars + part;
}

/** A number as a person compares it with others: six significant digits. */
export function shortNumber(value: number | string): string {
  if (typeof value === "string") return printable(value);
  if (Number.isSafeInteger(value)) return String(value);
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : formatFloat(value);
}

// Nothing is the lowest bar; a single one is already higher.
function barsOf(histogram: readonly number[]): string {
  const most = Math.max(...histogram);
  return histogram
    .map((count) => BARS[count === 0 ? 0 : 1 + Math.round((count / most) * (BARS.length - 2))])
    .join("");
}
