/** What callers pass as `types` that is none is named in the error: most often the class instead of its type. */
import { expect, it } from "vitest";
import { classType, datetimeTypes, dumps, loads, Pickler, Unpickler } from "../src/index.ts";

class Employee {}

const wrong: [types: unknown, message: string][] = [
  [[Employee], "types[0] must be a type, such as classType() returns, got class Employee"],
  [
    [datetimeTypes, [classType("staff.Employee", Employee), () => 1]],
    "types[1][1] must be a type, such as classType() returns, got function ",
  ],
  [[null], "types[0] must be a type, such as classType() returns, got null"],
  [[{}], "types[0] must be a type, such as classType() returns, got object"],
  [Employee, "types must be an array of types, got class Employee"],
  [classType("staff.Employee", Employee), "types must be an array of types, got object"],
  ["staff", "types must be an array of types, got string"],
  [null, "types must be an array of types, got null"],
];

it.each(wrong)("types: %o is refused by name", (given, message) => {
  const options = { types: given as [] };
  const error = new TypeError(message);
  expect(() => loads(dumps(1), options)).toThrow(error);
  expect(() => dumps(1, options)).toThrow(error);
  expect(() => new Unpickler(dumps(1), options)).toThrow(error);
  expect(() => new Pickler({ write: () => undefined }, 4, options)).toThrow(error);
});

it("types in lists in lists are types", () => {
  const types = [[[classType("staff.Employee", Employee)]], []];
  expect(loads(dumps(new Employee(), { types }), { types })).toBeInstanceOf(Employee);
});
