/** What tsc makes of a format: the types of its values, and its faults as errors of compilation. */
import { describe, expectTypeOf, it } from "vitest";
import type { Complex } from "../../src/struct/index.ts";
import {
  calcsize,
  type InvalidFormat,
  iterUnpack,
  type Packable,
  pack,
  packInto,
  Struct,
  type Unpacked,
  unpack,
  unpackFrom,
  type ValidFormat,
} from "../../src/struct/index.ts";

type Bytes = Uint8Array<ArrayBuffer>;
const zeros = (count: number): Uint8Array => new Uint8Array(count);

describe("a format's type", () => {
  it("is that of its values", () => {
    expectTypeOf(unpack(">ifd", zeros(16))).toEqualTypeOf<[number, number, number]>();
    expectTypeOf(unpack("<3iH10s?q", zeros(33))).toEqualTypeOf<
      [number, number, number, number, Bytes, boolean, number | bigint]
    >();
    expectTypeOf<Unpacked<"c b B h H i I e f d p">>().toEqualTypeOf<
      [Bytes, ...Unpacked<"9b">, Bytes]
    >();
    expectTypeOf<Unpacked<"=FD">>().toEqualTypeOf<[Complex, Complex]>();
    expectTypeOf<Unpacked<"x5x">>().toEqualTypeOf<[]>();
    expectTypeOf<Unpacked<"">>().toEqualTypeOf<[]>();
  });

  it("knows where 64 bits are", () => {
    expectTypeOf<Unpacked<"lLnNPqQ">>().toEqualTypeOf<Unpacked<"7q">>();
    expectTypeOf<Unpacked<"<lL">>().toEqualTypeOf<[number, number]>();
    const big = unpack("<qI", zeros(12), { ints: "bigint" });
    expectTypeOf(big).toEqualTypeOf<[bigint, number]>();
  });

  it("counts", () => {
    expectTypeOf<Unpacked<"12h">["length"]>().toEqualTypeOf<12>();
    expectTypeOf<Unpacked<"0i 0s 003c 99x">>().toEqualTypeOf<[Bytes, Bytes, Bytes, Bytes]>();
    expectTypeOf<Unpacked<"99h">["length"]>().toEqualTypeOf<99>();
    // Beyond 99 the number of values is not in the type.
    expectTypeOf<Unpacked<"100d?">>().toEqualTypeOf<[...number[], boolean]>();
    expectTypeOf<Unpacked<"300s">>().toEqualTypeOf<[Bytes]>();
  });

  it("is a union's for a union, and unknown for what is no literal", () => {
    expectTypeOf<Unpacked<"<h" | "<2h">>().toEqualTypeOf<[number] | [number, number]>();
    expectTypeOf<Unpacked<string>>().toEqualTypeOf<unknown[]>();
    expectTypeOf<Unpacked<`${number}s`>>().toEqualTypeOf<unknown[]>();
    const format: string = "<h";
    expectTypeOf(unpack(format, zeros(2))).toEqualTypeOf<unknown[]>();
    expectTypeOf<Parameters<Struct["pack"]>>().toEqualTypeOf<unknown[]>();
  });

  it("goes through every function", () => {
    expectTypeOf(unpackFrom("<h", zeros(2), 0)).toEqualTypeOf<[number]>();
    expectTypeOf(iterUnpack("<hf", zeros(6))).toEqualTypeOf<IterableIterator<[number, number]>>();
    expectTypeOf(new Struct("<2h").unpack(zeros(4))).toEqualTypeOf<[number, number]>();
    expectTypeOf(new Struct("<2h").format).toEqualTypeOf<"<2h">();
    expectTypeOf<Packable<"i?s">>().toEqualTypeOf<[number | bigint, unknown, Uint8Array]>();
  });
});

describe("a bad format", () => {
  it("has the reason in its type", () => {
    expectTypeOf<ValidFormat<"<i">>().toEqualTypeOf<unknown>();
    expectTypeOf<ValidFormat<"<y">>().toEqualTypeOf<
      InvalidFormat<"bad char in struct format: 'y'">
    >();
    expectTypeOf<ValidFormat<"<n">>().toEqualTypeOf<
      InvalidFormat<"bad char in struct format: 'n'">
    >();
    expectTypeOf<ValidFormat<"3 i">>().toEqualTypeOf<
      InvalidFormat<"bad char in struct format: ' '">
    >();
    expectTypeOf<ValidFormat<"i3">>().toEqualTypeOf<
      InvalidFormat<"repeat count given without format specifier: '3'">
    >();
  });

  it("does not compile, nor do values of another number or kind", () => {
    const refused = (): void => {
      // @ts-expect-error a bad character
      unpack("<y", zeros(1));
      // @ts-expect-error a byte order in the middle
      calcsize("<i<i");
      // @ts-expect-error a native code in a standard format
      new Struct("=P");
      // @ts-expect-error a count without a code
      iterUnpack("12", zeros(1));
      // @ts-expect-error one value too many
      pack("<h", 1, 2);
      // @ts-expect-error one value too few
      packInto("<2h", zeros(4), 0, 1);
      // @ts-expect-error text, where bytes are wanted
      pack("<4s", "abcd");
      // @ts-expect-error bytes, where a number is wanted
      new Struct("<d").pack(zeros(8));
    };
    expectTypeOf(refused).toBeFunction();
  });
});
