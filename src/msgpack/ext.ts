/**
 * msgpack's two values that are neither JavaScript's nor the pickle's: an extension, and a timestamp to the nanosecond.
 *
 * Source: the msgpack specification, "Extension types" and "Timestamp extension type"; msgpack-python 1.2 msgpack/ext.py.
 */
import { keySymbol } from "../core/values/index.ts";
import type { TemporalLike } from "../stdlib/index.ts";
import { MsgpackError } from "./error.ts";

/** An extension: a code from 0 to 127 and bytes that the application understands. */
export class ExtType {
  readonly code: number;
  readonly data: Uint8Array;

  /** @throws MsgpackError `bad-ext` where the code is not 0 to 127 */
  constructor(code: number, data: Uint8Array) {
    if (typeof code !== "number") throw new TypeError("code must be a number");
    if (!(data instanceof Uint8Array)) throw new TypeError("data must be a Uint8Array");
    if (!Number.isInteger(code) || code < 0 || code > 127) {
      throw new MsgpackError("bad-ext", `an extension's code is 0 to 127, got ${code}`);
    }
    this.code = code;
    this.data = data;
  }

  /** Extensions are equal by value, as Python's are. */
  [keySymbol](): string {
    let text = `msgpack.ExtType ${this.code} `;
    for (const byte of this.data) text += String.fromCharCode(byte);
    return text;
  }
}

const BILLION = 1_000_000_000n;

// datetime.datetime(1, 1, 1) and (9999, 12, 31, 23, 59, 59), in seconds of the Unix epoch.
const FIRST_SECOND = -62_135_596_800n;
const LAST_SECOND = 253_402_300_799n;

/** A `Temporal.ZonedDateTime`. */
export type ZonedDateTimeLike = InstanceType<TemporalLike["ZonedDateTime"]>;

/** The runtime's Temporal, or `undefined` where it has none. */
export function runtimeTemporal(): TemporalLike | undefined {
  return (globalThis as { Temporal?: TemporalLike }).Temporal;
}

/** Whatever of a date has its place on the Unix time line: `Temporal.Instant`, `Temporal.ZonedDateTime`. */
export interface EpochLike {
  readonly epochNanoseconds: bigint;
}

/**
 * A point in time, in seconds and nanoseconds of the Unix epoch; the seconds may be negative, the nanoseconds never are.
 *
 * @example
 * ```ts
 * import { packb, Timestamp, unpackb } from "brine/msgpack";
 * const bytes = packb(new Timestamp(1700000000, 123456789));
 * bytes; //=> Uint8Array [215, 255, 29, 111, 52, 84, 101, 83, 241, 0]
 * unpackb(bytes); //=> Timestamp { seconds: 1700000000, nanoseconds: 123456789 }
 * ```
 */
export class Timestamp {
  /** A number while it is a safe integer, else a bigint. */
  readonly seconds: number | bigint;
  /** 0 to 999,999,999. */
  readonly nanoseconds: number;

  /** @throws MsgpackError `bad-timestamp` where the nanoseconds are not 0 to 999,999,999 */
  constructor(seconds: number | bigint, nanoseconds = 0) {
    if (typeof seconds !== "bigint" && !Number.isSafeInteger(seconds)) {
      throw new TypeError("seconds must be a whole number");
    }
    if (typeof nanoseconds !== "number" || !Number.isInteger(nanoseconds)) {
      throw new TypeError("nanoseconds must be a whole number");
    }
    if (nanoseconds < 0 || nanoseconds >= 1e9) {
      throw new MsgpackError("bad-timestamp", `nanoseconds are 0 to 999999999, got ${nanoseconds}`);
    }
    const small = Number(seconds);
    this.seconds = Number.isSafeInteger(small) ? small + 0 : seconds;
    this.nanoseconds = nanoseconds + 0;
  }

  /**
   * The timestamp of an extension's 4, 8 or 12 bytes.
   *
   * @throws MsgpackError `bad-timestamp`
   */
  static fromBytes(data: Uint8Array): Timestamp {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    switch (data.length) {
      case 4:
        return new Timestamp(view.getUint32(0));
      case 8: {
        const high = view.getUint32(0);
        // 30 bits of nanoseconds above 34 of seconds.
        return new Timestamp((high & 3) * 2 ** 32 + view.getUint32(4), high >>> 2);
      }
      case 12:
        return new Timestamp(view.getBigInt64(4), view.getUint32(0));
      default:
        throw new MsgpackError(
          "bad-timestamp",
          `a timestamp has 4, 8 or 12 bytes, not ${data.length}`,
        );
    }
  }

  /**
   * The shortest of the three forms: 4 bytes, 8 or 12.
   *
   * @throws MsgpackError `integer-range` where the seconds take more than 64 bits
   */
  toBytes(): Uint8Array {
    const { seconds, nanoseconds } = this;
    const short = typeof seconds === "number" && seconds >= 0 && seconds < 2 ** 34;
    const size = !short ? 12 : nanoseconds === 0 && seconds < 2 ** 32 ? 4 : 8;
    const data = new Uint8Array(size);
    const view = new DataView(data.buffer);
    if (short && size === 4) view.setUint32(0, seconds);
    else if (short) {
      view.setUint32(0, nanoseconds * 4 + Math.floor(seconds / 2 ** 32));
      view.setUint32(4, seconds % 2 ** 32);
    } else {
      const exact = BigInt(seconds);
      if (exact !== BigInt.asIntN(64, exact)) {
        throw new MsgpackError("integer-range", "a timestamp's seconds take more than 64 bits");
      }
      view.setUint32(0, nanoseconds);
      view.setBigInt64(4, exact);
    }
    return data;
  }

  /** The timestamp of seconds with a fraction, as exact as the number is. */
  static fromUnix(seconds: number): Timestamp {
    const whole = Math.floor(seconds);
    return new Timestamp(whole, Math.trunc((seconds - whole) * 1e9));
  }

  /** Seconds with a fraction; a number holds them to about 100 nanoseconds today. */
  toUnix(): number {
    return Number(this.seconds) + this.nanoseconds / 1e9;
  }

  /** The timestamp of nanoseconds since the epoch. */
  static fromUnixNano(nanoseconds: bigint): Timestamp {
    const rest = ((nanoseconds % BILLION) + BILLION) % BILLION;
    return new Timestamp((nanoseconds - rest) / BILLION, Number(rest));
  }

  /** Nanoseconds since the epoch. */
  toUnixNano(): bigint {
    return BigInt(this.seconds) * BILLION + BigInt(this.nanoseconds);
  }

  /** The timestamp of a `Date`, a `Temporal.Instant` or a `Temporal.ZonedDateTime`. */
  static fromDatetime(value: Date | EpochLike): Timestamp {
    if (!(value instanceof Date)) return Timestamp.fromUnixNano(value.epochNanoseconds);
    const milliseconds = value.getTime();
    if (Number.isNaN(milliseconds)) throw new TypeError("value must be a valid Date");
    const seconds = Math.floor(milliseconds / 1000);
    return new Timestamp(seconds, (milliseconds - seconds * 1000) * 1e6);
  }

  /**
   * The same point as a `Temporal.ZonedDateTime` in UTC, what an aware `datetime` is here; to the nanosecond.
   *
   * @param temporal the Temporal to use where the runtime has none
   * @throws MsgpackError `date-range` outside the years 1 to 9999, which are all that `datetime` has
   */
  toDatetime(temporal?: TemporalLike): ZonedDateTimeLike {
    const Temporal = temporal ?? runtimeTemporal();
    if (Temporal === undefined) {
      throw new TypeError("temporal must be given: this runtime has no Temporal");
    }
    const seconds = BigInt(this.seconds);
    if (seconds < FIRST_SECOND || seconds > LAST_SECOND) {
      throw new MsgpackError(
        "date-range",
        `${this.seconds} seconds from the epoch are no datetime`,
      );
    }
    return new Temporal.ZonedDateTime(this.toUnixNano(), "UTC");
  }

  /** Timestamps are equal by value, as Python's are. */
  [keySymbol](): string {
    return `msgpack.Timestamp ${this.seconds} ${this.nanoseconds}`;
  }
}
