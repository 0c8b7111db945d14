/**
 * A format's type in, the types of its values out, or what is wrong with it: `">ifd"` is `[number, number, number]`.
 *
 * Counts up to 99 become as many elements; a greater one becomes a rest (`"100d"` is `number[]`), since TypeScript stops
 * at tuples of 10,000. A format that is not a literal gives `unknown[]`.
 */
import type { Complex, Float } from "../core/values/index.ts";

type Space = " " | "\t" | "\n" | "\v" | "\f" | "\r";
type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type Bytes = Uint8Array<ArrayBuffer>;

/** Format characters of every size, with what they unpack to; `Long` is what 64-bit integers are. */
interface StandardOut<Long> {
  x: never;
  c: Bytes;
  b: number;
  B: number;
  "?": boolean;
  h: number;
  H: number;
  i: number;
  I: number;
  l: number;
  L: number;
  q: Long;
  Q: Long;
  e: number;
  f: number;
  d: number;
  F: Complex;
  D: Complex;
  s: Bytes;
  p: Bytes;
}

interface NativeOut<Long> extends Omit<StandardOut<Long>, "l" | "L"> {
  l: Long;
  L: Long;
  n: Long;
  N: Long;
  P: Long;
}

type IntegerIn = number | bigint;
type FloatIn = number | bigint | Float;
type ComplexIn = Complex | FloatIn;

interface StandardIn {
  x: never;
  c: Uint8Array;
  b: IntegerIn;
  B: IntegerIn;
  /** Python takes anything, and writes whether it is true. */
  "?": unknown;
  h: IntegerIn;
  H: IntegerIn;
  i: IntegerIn;
  I: IntegerIn;
  l: IntegerIn;
  L: IntegerIn;
  q: IntegerIn;
  Q: IntegerIn;
  e: FloatIn;
  f: FloatIn;
  d: FloatIn;
  F: ComplexIn;
  D: ComplexIn;
  s: Uint8Array;
  p: Uint8Array;
}

interface NativeIn extends StandardIn {
  n: IntegerIn;
  N: IntegerIn;
  P: IntegerIn;
}

/** What the compiler shows of a format that is none. */
export interface InvalidFormat<Message extends string> {
  readonly invalidFormat: Message;
}

// Both walk the format character by character; tail calls, so that TypeScript takes up to a thousand.
type Items<
  Format extends string,
  Codes,
  Values extends unknown[] = [],
> = Format extends `${infer Char}${infer Rest}`
  ? Char extends Space
    ? Items<Rest, Codes, Values>
    : Char extends Digit
      ? Counted<Rest, Codes, Values, Char>
      : Char extends keyof Codes
        ? Items<Rest, Codes, Char extends "x" ? Values : [...Values, Codes[Char]]>
        : InvalidFormat<`bad char in struct format: '${Char}'`>
  : Values;

type Counted<
  Format extends string,
  Codes,
  Values extends unknown[],
  Count extends string,
> = Format extends `${infer Char}${infer Rest}`
  ? Char extends Digit
    ? Counted<Rest, Codes, Values, `${Count}${Char}`>
    : Char extends keyof Codes
      ? Items<
          Rest,
          Codes,
          Char extends "x"
            ? Values
            : Char extends "s" | "p"
              ? [...Values, Codes[Char]]
              : [...Values, ...Repeated<Codes[Char], WithoutZeros<Count>>]
        >
      : InvalidFormat<`bad char in struct format: '${Char}'`>
  : InvalidFormat<`repeat count given without format specifier: '${Count}'`>;

type WithoutZeros<Count extends string> = Count extends `0${infer Rest}`
  ? WithoutZeros<Rest>
  : Count;

type Repeated<Value, Count extends string> = Count extends ""
  ? []
  : Count extends `${Digit}${Digit}${Digit}${string}`
    ? Value[]
    : Decimal<Value, Count>;

// Digit by digit: ten times what there is, and the digit's own.
type Decimal<
  Value,
  Count extends string,
  Values extends unknown[] = [],
> = Count extends `${infer First}${infer Rest}`
  ? First extends keyof Times<Value>
    ? Decimal<Value, Rest, [...Tenfold<Values>, ...Times<Value>[First]]>
    : never
  : Values;

type Tenfold<Values extends unknown[]> = [
  ...Values,
  ...Values,
  ...Values,
  ...Values,
  ...Values,
  ...Values,
  ...Values,
  ...Values,
  ...Values,
  ...Values,
];

interface Times<V> {
  "0": [];
  "1": [V];
  "2": [V, V];
  "3": [V, V, V];
  "4": [V, V, V, V];
  "5": [V, V, V, V, V];
  "6": [V, V, V, V, V, V];
  "7": [V, V, V, V, V, V, V];
  "8": [V, V, V, V, V, V, V, V];
  "9": [V, V, V, V, V, V, V, V, V];
}

type Parsed<
  Format extends string,
  Standard,
  Native,
> = Format extends `${"=" | "<" | ">" | "!"}${infer Rest}`
  ? Items<Rest, Standard>
  : Format extends `@${infer Rest}`
    ? Items<Rest, Native>
    : Items<Format, Native>;

// `string`, and patterns such as `${number}s`, are index signatures of a Record, which an empty object satisfies.
type IsLiteral<Format extends string> =
  Record<never, never> extends Record<Format, unknown> ? false : true;

/** `unknown` for a format that is one or is not known yet; else a type that no string has, with the reason in it. */
export type ValidFormat<Format extends string> =
  IsLiteral<Format> extends false
    ? unknown
    : Format extends string
      ? Parsed<Format, StandardIn, NativeIn> extends infer Wrong extends InvalidFormat<string>
        ? Wrong
        : unknown
      : never;

/** Options of everything that unpacks. */
export interface UnpackOptions {
  /**
   * "bigint": integers of 64 bits (`q`, `Q`, and native `l`, `L`, `n`, `N`, `P`) are always bigints. Without it they are
   * numbers while they are safe integers.
   */
  readonly ints?: "bigint" | undefined;
}

type LongOf<Options> = Options extends { readonly ints: "bigint" } ? bigint : number | bigint;

/** The values that a format unpacks to. */
export type Unpacked<Format extends string, Options = unknown> =
  IsLiteral<Format> extends false
    ? unknown[]
    : Format extends string
      ? AsTuple<Parsed<Format, StandardOut<LongOf<Options>>, NativeOut<LongOf<Options>>>>
      : never;

/** The values that a format packs. */
export type Packable<Format extends string> =
  IsLiteral<Format> extends false
    ? unknown[]
    : Format extends string
      ? AsTuple<Parsed<Format, StandardIn, NativeIn>>
      : never;

type AsTuple<Type> = Type extends unknown[] ? Type : unknown[];
