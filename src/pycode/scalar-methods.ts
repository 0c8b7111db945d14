/**
 * The methods of int, float, bool and bytes.
 *
 * Source: the library reference, "Numeric Types", "Bytes and Bytearray Operations".
 */

import { positional } from "./arguments.ts";
import { unsupported } from "./error.ts";
import { raised, typeError, valueError } from "./exceptions.ts";
import { collect, type Host, isIterable } from "./iterate.ts";
import { bitLength, exactly, truncated } from "./numbers.ts";
import { intOf, type Keywords, TupleValue, type Value } from "./objects.ts";
import { checkText } from "./text.ts";
import type { Method } from "./text-methods.ts";

type Int = bigint | boolean;

function none<Self>(name: string, run: (self: Self, host: Host) => Value): Method<Self> {
  return (self, args, keywords, host) => {
    positional(name, args, keywords, 0);
    return run(self, host);
  };
}

export const INT_METHODS: ReadonlyMap<string, Method<Int>> = new Map<string, Method<Int>>([
  ["bit_length", none("int.bit_length", (self) => BigInt(bitLength(intOf(self))))],
  ["conjugate", none("int.conjugate", (self) => intOf(self))],
  [
    "bit_count",
    none("int.bit_count", (self, { budget }) => {
      const own = intOf(self);
      const digits = (own < 0n ? -own : own).toString(2);
      budget.step(digits.length / 64);
      return BigInt(digits.replaceAll("0", "").length);
    }),
  ],
  ["as_integer_ratio", none("int.as_integer_ratio", (self) => new TupleValue([intOf(self), 1n]))],
  ["is_integer", none("int.is_integer", () => true)],
]);

export const FLOAT_METHODS: ReadonlyMap<string, Method<number>> = new Map<string, Method<number>>([
  ["is_integer", none("float.is_integer", (self) => Number.isInteger(self))],
  ["conjugate", none("float.conjugate", (self) => self)],
  [
    "as_integer_ratio",
    none("float.as_integer_ratio", (self) => {
      if (Number.isNaN(self)) throw valueError("cannot convert NaN to integer ratio");
      if (!Number.isFinite(self))
        throw raised("OverflowError", "cannot convert Infinity to integer ratio");
      if (Number.isInteger(self)) return new TupleValue([truncated(self), 1n]);
      let [digits, exponent] = exactly(Math.abs(self));
      while ((digits & 1n) === 0n) {
        digits >>= 1n;
        exponent++;
      }
      return new TupleValue([self < 0 ? -digits : digits, 1n << BigInt(-exponent)]);
    }),
  ],
]);

function decode(
  self: Uint8Array,
  args: readonly Value[],
  keywords: Keywords | undefined,
  host: Host,
): Value {
  positional("bytes.decode", args, keywords, 0, 1);
  const [encoding = "utf-8"] = args;
  const name = typeof encoding === "string" ? encoding.toLowerCase().replace("_", "-") : "";
  host.budget.take(2 * self.length);
  if (/^(ascii|us-ascii|latin-?1|iso-8859-1)$/.test(name)) {
    if (name.includes("ascii") && self.some((byte) => byte > 127))
      throw unsupported("bytes.decode", "is not covered for these bytes");
    let text = "";
    for (const byte of self) text += String.fromCharCode(byte);
    return text;
  }
  if (name !== "utf-8" && name !== "utf8")
    throw unsupported("bytes.decode", "is not covered for this encoding");
  try {
    return checkText(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(self));
  } catch {
    throw unsupported("bytes.decode", "is not covered for these bytes");
  }
}

export const BYTES_METHODS: ReadonlyMap<string, Method<Uint8Array>> = new Map<
  string,
  Method<Uint8Array>
>([
  ["decode", decode],
  [
    "hex",
    none("bytes.hex", (self, { budget }) => {
      budget.take(4 * self.length);
      let text = "";
      for (const byte of self) text += byte.toString(16).padStart(2, "0");
      return text;
    }),
  ],
  [
    "startswith",
    (self, args, keywords, { budget }) => {
      positional("bytes.startswith", args, keywords, 1);
      const [prefix] = args;
      if (!(prefix instanceof Uint8Array))
        throw unsupported("bytes.startswith", "is not covered with these arguments");
      budget.step(prefix.length / 16);
      return prefix.every((byte, index) => self[index] === byte);
    },
  ],
  [
    "join",
    (self, args, keywords, { budget }) => {
      positional("bytes.join", args, keywords, 1);
      if (!isIterable(args[0] as Value)) throw typeError("can only join an iterable");
      const parts = collect(args[0] as Value, budget).map((part) => {
        if (!(part instanceof Uint8Array))
          throw unsupported("bytes.join", "is not covered with these arguments");
        return part;
      });
      const bytes: number[] = [];
      parts.forEach((part, index) => {
        budget.take(8 * (part.length + self.length));
        if (index > 0) for (const byte of self) bytes.push(byte);
        for (const byte of part) bytes.push(byte);
      });
      return Uint8Array.from(bytes);
    },
  ],
]);
