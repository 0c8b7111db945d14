/** What TypeScript knows of the standard library's types; tsc judges. */
import { Temporal as Polyfill } from "temporal-polyfill";
import { expectTypeOf, it } from "vitest";
import type { PickleType, Tuple } from "../../src/pickle/index.ts";
import {
  datetimeTypesOf,
  type EnumMember,
  enumType,
  namedTupleType,
} from "../../src/stdlib/index.ts";

it("takes the runtime's Temporal and a polyfill's", () => {
  expectTypeOf(datetimeTypesOf).toBeCallableWith(Temporal);
  expectTypeOf(datetimeTypesOf).toBeCallableWith(Polyfill);
  expectTypeOf(datetimeTypesOf).toBeCallableWith(() => undefined);
});

it("knows the fields of a namedtuple", () => {
  const Point = namedTupleType("geo.Point", ["x", "y"]);
  expectTypeOf(Point).toExtend<PickleType>();
  const point = Point.make(1, 2);
  expectTypeOf(point).toExtend<Tuple>();
  expectTypeOf(point.x).toBeUnknown();
  expectTypeOf(point).not.toHaveProperty("z");
  expectTypeOf(point.asDict()).toEqualTypeOf<Record<"x" | "y", unknown>>();
});

it("knows the members of an enumeration and their values", () => {
  const Color = enumType("shop.Color", { RED: 1, BLUE: "b" });
  expectTypeOf(Color.members.RED).toEqualTypeOf<EnumMember<"RED", 1>>();
  expectTypeOf(Color.members.BLUE.value).toEqualTypeOf<"b">();
  expectTypeOf(Color.members).not.toHaveProperty("GREEN");
});
