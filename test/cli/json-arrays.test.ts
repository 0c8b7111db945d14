/** Arrays and frames as plain JSON, and what is said of the conversion. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type DataFrame,
  Global,
  Instance,
  loads,
  NdArray,
  ndarray,
  Series,
  Timestamp,
} from "../../src/index.ts";
import { PlainJson } from "../../src/json/index.ts";

const PLANTS = join(import.meta.dirname, "..", "..", "examples", "data", "plants.pkl");

function json(value: unknown): [text: string, converted: Record<string, number>] {
  const plain = new PlainJson();
  return [[...plain.write(value)].join(""), Object.fromEntries(plain.converted)];
}

describe("plain JSON", () => {
  it("of arrays is nested lists", () => {
    expect(
      json([
        ndarray([
          [1, 2.5],
          [3, 4],
        ]),
        ndarray(["a", "b"]),
      ]),
    ).toEqual(['[[[1,2.5],[3,4]],["a","b"]]', { "array to nested lists": 2 }]);
    const objects = NdArray.fromItems([{ k: ndarray([1]) }, null], "O", [2]);
    expect(json(objects)[0]).toBe('[{"k":[1]},null]');
    expect(json(ndarray([Number.NaN]))).toEqual([
      "[null]",
      { "array to nested lists": 1, "NaN or infinity to null": 1 },
    ]);
  });

  it("of a frame is its rows", () => {
    const [text, converted] = json(loads<DataFrame>(readFileSync(PLANTS), { lossless: true }));
    expect(JSON.parse(text)).toEqual([
      { name: "oak", height: 12.5, count: 3, seen: "2024-02-29T00:00:00" },
      { name: "fir", height: 30.25, count: 1, seen: "2024-05-01T00:00:00" },
      { name: "ash", height: 7, count: 12, seen: null },
    ]);
    expect(converted).toEqual({ "DataFrame to rows": 1, "Timestamp to text": 2 });
  });

  it("of a pandas object that holds nothing of the kind is what it is", () => {
    const broken = new Series("new", new Global("pandas", "Series"), []);
    broken.state = new Map<string, unknown>([["x", 1]]);
    expect(json(broken)[0]).toBe('{"__class__":"pandas.Series","x":1}');
    const stamp = new Timestamp("call", new Global("pandas", "Timestamp"), ["no count"]);
    expect(json(stamp)[0]).toBe('"<pandas.Timestamp instance>"');
    expect(json(new Instance("new", new Global("m", "C"), []))[0]).toBe('{"__class__":"m.C"}');
  });
});
