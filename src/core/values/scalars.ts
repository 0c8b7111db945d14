/** Python scalars that JavaScript has no value for: integral floats, complex numbers, Ellipsis and NotImplemented. */

import { inspectSymbol } from "./symbols.ts";

/** A Python float with an integral value, kept apart from int: lossless loads return it, dumps writes it as a float. */
export class Float {
  declare readonly value: number;
  /**
   * The 64 bits of a NaN other than Python's own (0x7ff8000000000000): sign and payload, which V8 keeps only by chance.
   */
  declare readonly bits: bigint | undefined;

  constructor(value: number, bits?: bigint) {
    this.value = value;
    this.bits = bits;
  }

  valueOf(): number {
    return this.value;
  }

  toString(): string {
    return formatFloat(this.value);
  }

  toJSON(): number {
    return this.value;
  }

  [inspectSymbol](): string {
    return `Float(${formatFloat(this.value)})`;
  }
}

/** A Python complex number; both parts are IEEE doubles. */
export class Complex {
  declare readonly real: number;
  declare readonly imag: number;

  constructor(real: number, imag: number) {
    this.real = real;
    this.imag = imag;
  }

  toString(): string {
    const imag = formatNumber(this.imag);
    return `(${formatNumber(this.real)}${imag[0] === "-" ? "" : "+"}${imag}j)`;
  }

  toJSON(): { real: number; imag: number } {
    return { real: this.real, imag: this.imag };
  }

  [inspectSymbol](): string {
    return `Complex${this.toString()}`;
  }
}

class Singleton {
  declare readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toString(): string {
    return this.name;
  }

  toJSON(): string {
    return this.name;
  }

  [inspectSymbol](): string {
    return this.name;
  }
}

/** Python's `...`. */
export const Ellipsis: { readonly name: string } = new Singleton("Ellipsis");

/** Python's `NotImplemented`. */
export const NotImplemented: { readonly name: string } = new Singleton("NotImplemented");

/**
 * Writes a double as Python's `repr` does: shortest digits that read back, exponent below 1e-4 and from 1e16 on.
 *
 * Both languages print the shortest round-trip digits (CPython `float_repr_style == "short"`); only the switch to an
 * exponent differs (JavaScript 1e21 and 1e-7) and the exponent's two-digit minimum.
 */
export function formatFloat(value: number): string {
  const text = formatNumber(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value).toLowerCase().replace("inity", "");
  if (Object.is(value, -0)) return "-0";
  const magnitude = Math.abs(value);
  if (magnitude >= 1e16 || (magnitude < 1e-4 && magnitude !== 0))
    return value.toExponential().replace(/(?<=[+-])\d$/, "0$&");
  return String(value);
}
