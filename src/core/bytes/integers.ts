/** Integers of any size to little-endian two's complement and back, and decimal text, all in linear time or bounded. */

// Above this many words halves are faster than shifting, which is quadratic.
const MOST_WORDS = 16;

// By how many bits the word that ends with an integer of `count & 7` bytes beyond whole words reaches below them.
const SHIFTS: readonly bigint[] = [0n, 56n, 48n, 40n, 32n, 24n, 16n, 8n];

/** The value of `count` little-endian two's-complement bytes: a number while it is a safe integer, else a bigint. */
export function decodeLong(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  count: number,
): number | bigint {
  if (count <= 6) {
    let value = 0;
    let weight = 1;
    for (let index = 0; index < count; index++) {
      value += (bytes[start + index] as number) * weight;
      weight *= 256;
    }
    return count > 0 && (bytes[start + count - 1] as number) >= 0x80 ? value - weight : value;
  }
  let value: bigint;
  if (count <= MOST_WORDS * 8 && start >= 8 - count) {
    // 64-bit words from the highest down; that one is read so that it ends where the integer does, and shifted.
    value = view.getBigInt64(start + count - 8, true) >> (SHIFTS[count & 7] as bigint);
    for (let at = start + ((count - 1) & ~7) - 8; at >= start; at -= 8) {
      value = (value << 64n) | view.getBigUint64(at, true);
    }
  } else {
    // In halves: linear but for the depth, where shifting word by word is quadratic.
    const low = count >> 1;
    const high = decodeLong(bytes, view, start + low, count - low);
    const bits = low * 8;
    value =
      (BigInt(high) << BigInt(bits)) |
      BigInt.asUintN(bits, BigInt(decodeLong(bytes, view, start, low)));
  }
  // Above 8 bytes only a padded number is small, and its two highest bytes show it.
  const top = ((bytes[start + count - 1] as number) << 8) | (bytes[start + count - 2] as number);
  if (count > 8 && top !== 0 && top !== 0xffff) return value;
  return smallest(value);
}

/** A number while the integer is a safe one. */
export function smallest(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/**
 * Writes a short integer as {@link encodeLong} does, into `target` at `pos`; returns how many bytes it took, 0 where
 * the integer needs more than 128. There must be room for 136 bytes; `view` is over the same memory.
 */
export function writeLong(target: Uint8Array, view: DataView, pos: number, value: bigint): number {
  let rest = value;
  let end = pos;
  for (;;) {
    // Storing takes the lowest 64 bits without making a bigint of them. To compare with asIntN is to compare two words: 33
    // ns for an integer of 54 to 100 bits, comparing what a shift leaves with 0n and -1n 68 (Node 26).
    view.setBigInt64(end, rest, true);
    end += 8;
    if (BigInt.asIntN(64, rest) === rest) break;
    if (end - pos >= MOST_WORDS * 8) return 0;
    rest >>= 64n;
  }
  // Sign bytes that say nothing: the highest, while the one below has the same sign.
  const sign = (target[end - 1] as number) >= 0x80 ? 0xff : 0;
  while (end - pos > 1 && target[end - 1] === sign && ((target[end - 2] as number) ^ sign) < 0x80)
    end--;
  return end - pos;
}

/** The fewest little-endian two's-complement bytes that hold `value` (CPython `encode_long`); none for 0. */
export function encodeLong(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0);
  // ~value has the same magnitude bits as a negative value needs, so both signs are measured alike.
  const magnitude = value < 0n ? ~value : value;
  const hex = magnitude.toString(16);
  const top = Number.parseInt(hex[0] as string, 16);
  const bits = (hex.length - 1) * 4 + (32 - Math.clz32(top));
  const count = (bits >> 3) + 1;
  const bytes = new Uint8Array(count);
  const flip = value < 0n ? 0xff : 0;
  for (let index = 0, end = hex.length; index < count; index++, end -= 2) {
    const digits = end > 0 ? hex.slice(Math.max(0, end - 2), end) : "0";
    bytes[index] = Number.parseInt(digits, 16) ^ flip;
  }
  return bytes;
}

// An underscore stands alone between digits: that the expression does not say.
const INTEGER =
  /^[ \t\n\v\f\r]*([+-]?)(0x[0-9a-f_]+|0o[0-7_]+|0b[01_]+|0[0_]*|[1-9][0-9_]*)[ \t\n\v\f\r]*$/i;

/**
 * Reads the text of INT and LONG as C's base-0 conversion does: sign, `0x`/`0o`/`0b`, underscores between digits.
 *
 * Returns undefined for anything else, "too-long" past `maxDigits` decimal digits (conversion is quadratic;
 * CPython `sys.int_info.default_max_str_digits`).
 */
export function parseInteger(
  text: string,
  maxDigits: number,
): number | bigint | "too-long" | undefined {
  const match = INTEGER.exec(text);
  if (match === null || /_(?![0-9a-f])/i.test(text)) return undefined;
  const digits = (match[2] as string).replaceAll("_", "");
  if (digits.length <= 15) {
    const value = Number(digits);
    return match[1] === "-" ? 0 - value : value;
  }
  if (digits.length > maxDigits && !/^0[xob]/i.test(digits)) return "too-long";
  const magnitude = BigInt(digits);
  return smallest(match[1] === "-" ? -magnitude : magnitude);
}
