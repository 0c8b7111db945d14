/** Functions and classes that dill and cloudpickle wrote, against what Python says of each. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Float, Global, Instance, Tuple } from "../../src/core/values/index.ts";
import { dumps, loads } from "../../src/index.ts";
import {
  PyCell,
  PyClass,
  type PyCode,
  PyFunction,
  PyModule,
  pycodeTypes,
} from "../../src/pycode/index.ts";
import { type Facts, VECTORS, type Vectors } from "./vectors.ts";

const open = (facts: Facts, way: string, lossless = false): unknown =>
  loads(Buffer.from(facts.pickles[way] as string, "base64"), { types: [pycodeTypes], lossless });

const ways = (vectors: Vectors): [name: string, way: string, facts: Facts][] =>
  Object.entries(vectors.values).flatMap(([name, facts]) =>
    Object.keys(facts.pickles).map((way): [string, string, Facts] => [name, way, facts]),
  );

for (const vectors of VECTORS) {
  const { python, dill, cloudpickle } = vectors;
  describe(`Python ${python}, dill ${dill}, cloudpickle ${cloudpickle}`, () => {
    for (const [name, way, facts] of ways(vectors)) {
      if (facts.signature === undefined) continue;
      it(`${name} (${way}) opens as Python describes it`, () => {
        for (const lossless of [false, true]) {
          const value = open(facts, way, lossless);
          expect(value).toBeInstanceOf(PyFunction);
          const f = value as PyFunction;
          expect(f.signature).toBe(facts.signature);
          expect(f.qualname).toBe(facts.qualname);
          expect(f.name).toBe(facts.qualname?.split(".").at(-1));
          expect(f.module).toBe(facts.module);
          expect(f.doc ?? null).toBe(facts.doc);
          expect(f.code.firstlineno).toBe(facts.line);
          const names = Object.entries(facts.closure ?? {}).filter(([, text]) => text !== null);
          expect([...f.closure.keys()]).toEqual(names.map(([key]) => key));
          for (const [key, text] of names) {
            const held = f.closure.get(key);
            if (text === "function") expect(held).toBeInstanceOf(PyFunction);
            else expect(held instanceof Float ? held.toString() : String(held)).toBe(text);
          }
          expect(f.code.pythons).toContain(python);
          expect(inspect(f)).toBe(
            `<python function ${facts.qualname}${facts.signature} from ${
              way === "cloudpickle" && python !== "0" && f.code.filename === "<dynamic-code>"
                ? "<dynamic-code>"
                : "generate.py"
            }:${facts.line}>`,
          );
        }
      });
    }

    it("goes back so that it opens the same again", () => {
      for (const [, way, facts] of ways(vectors)) {
        const protocol = way === "dill 2" ? 2 : way === "cloudpickle" ? 5 : 4;
        for (const lossless of [false, true]) {
          const value = open(facts, way, lossless);
          const bytes = dumps(value, protocol, { types: [pycodeTypes] });
          const again = loads(bytes, { types: [pycodeTypes], lossless });
          expect(inspect(again, { depth: 4 })).toBe(inspect(value, { depth: 4 }));
        }
      }
    });

    it("opens classes and modules", () => {
      const { Shape, Square, Point, Pair, math, list } = vectors.values;
      for (const way of ["dill", "cloudpickle"]) {
        if (Shape?.pickles[way] === undefined || Square === undefined) continue;
        const shape = open(Shape, way) as PyClass;
        expect(shape).toBeInstanceOf(PyClass);
        expect([shape.name, shape.qualname, shape.module]).toEqual(["Shape", "Shape", "__main__"]);
        expect(shape.dict.get("sides")).toBe(3);
        const area = shape.dict.get("area") as PyFunction;
        expect(area.signature).toBe("(self, scale, *, by=2)");
        expect(area.closure.get("__class__")).toBe(shape);
        const square = open(Square, way) as PyClass;
        expect(square.bases).toHaveLength(1);
        expect((square.bases[0] as PyClass).name).toBe("Shape");
        // cloudpickle 1.6 left the module of a class without contents out.
        const within = cloudpickle === "1.6.0" && way === "cloudpickle" ? "" : "__main__.";
        expect(inspect(square)).toBe(`<python class ${within}Square(Shape)>`);
        if (Point?.pickles[way] !== undefined) {
          expect((open(Point, way) as PyClass).dict.get("y")).toEqual(new Float(1));
        }
        if (math?.pickles[way] !== undefined) {
          const module = open(math, way) as PyModule;
          expect(module).toBeInstanceOf(PyModule);
          expect(inspect(module)).toBe("<python module math>");
          expect(module.dict).toBeUndefined();
        }
        if (list?.pickles[way] !== undefined) {
          // Behind a function integral floats stay apart: nothing tells whose they are.
          expect((open(list, way) as unknown[])[2]).toEqual(new Float(1));
        }
      }
      if (Pair?.pickles["dill"] !== undefined) {
        const pair = open(Pair, "dill");
        if (pair instanceof PyClass) expect(pair.fields).toEqual(["left", "right"]);
      }
    });
  });
}

const types = [pycodeTypes];

describe("what an opened function is", () => {
  const facts = (VECTORS.at(-2) as Vectors).values["adder"] as Facts;

  it("is data that cannot be called", () => {
    const f = open(facts, "dill");
    expect(typeof f).toBe("object");
    expect(() => (f as () => unknown)()).toThrow(TypeError);
  });

  it("keeps a float of a function's constants a float without lossless too", () => {
    const keywords = open(
      (VECTORS.at(-2) as Vectors).values["keywords"] as Facts,
      "dill",
    ) as PyFunction;
    expect(keywords.defaults).toEqual([new Float(2), 3]);
    expect(keywords.parameters.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "a positional-only",
      "b positional-only",
      "c positional-or-keyword",
      "args var-positional",
      "d keyword-only",
      "e keyword-only",
      "rest var-keyword",
    ]);
    expect(loads(dumps([1.5, new Float(1)]), { types })).toEqual([1.5, 1]);
  });

  it("is what stands for dill's reprs, matched and never evaluated", () => {
    const repr = (text: string, lossless = false): unknown =>
      loads(dumps(new Instance("call", new Global("dill._dill", "_eval_repr"), Tuple.of(text))), {
        types,
        lossless,
      });
    expect(inspect(repr("range(0, 3)"))).toBe("range(0, 3)");
    expect(inspect(repr("range(3, -9, -2)"))).toBe("range(3, -9, -2)");
    expect(String(repr("Ellipsis"))).toBe("Ellipsis");
    expect(String(repr("NotImplemented"))).toBe("NotImplemented");
    for (const text of ["range(0, 3, 0)", "__import__('os')", "range(0,3)", "range(0, 3) "]) {
      expect(repr(text)).toBeInstanceOf(Instance);
    }
    expect(repr("Ellipsis", true)).toBeInstanceOf(Instance);
  });

  it("is told in words where the pickle holds something else", () => {
    const create = (...args: unknown[]): unknown =>
      loads(
        dumps(
          new Instance("call", new Global("dill._dill", "_create_function"), Tuple.of(...args)),
        ),
        { types },
      );
    for (const args of [
      [],
      [1],
      [new Instance("call", new Global("dill._dill", "_create_code"), Tuple.of())],
    ]) {
      const f = create(...args) as PyFunction;
      expect(f).toBeInstanceOf(PyFunction);
      expect([f.parameters, [...f.closure], f.defaults, f.doc, f.module]).toEqual([
        [],
        [],
        [],
        undefined,
        undefined,
      ]);
      expect(inspect(f)).toContain("_create_function");
      expect(() => f.code).toThrow(expect.objectContaining({ code: "bad-code" }));
    }
    const code = loads(
      dumps(new Instance("call", new Global("dill._dill", "_create_code"), Tuple.of(1, 2, 3))),
      { types },
    ) as PyCode;
    expect(() => code.names).toThrow(expect.objectContaining({ code: "bad-code" }));
    expect(code.pythons).toEqual([]);
    expect(inspect(code)).toContain("_create_code(1, 2, 3)");
  });

  it("has cells that are empty, filled, or filled later", () => {
    for (const vectors of VECTORS) {
      for (const way of Object.keys(vectors.values["empty_cell"]?.pickles ?? {})) {
        const f = open(vectors.values["empty_cell"] as Facts, way) as PyFunction;
        expect(f.cells[0]).toBeInstanceOf(PyCell);
        expect((f.cells[0] as PyCell).isEmpty).toBe(true);
        expect(f.closure.size).toBe(0);
      }
    }
    const f = open((VECTORS.at(-2) as Vectors).values["recursive"] as Facts, "dill") as PyFunction;
    expect(f.closure.get("f")).toBe(f);
  });
});

it("has vectors of the Pythons and libraries that it names", () => {
  const text = readFileSync(join(import.meta.dirname, "make.sh"), "utf8");
  expect(text).toContain("dill==0.3.6");
  expect(VECTORS.map(({ python }) => python)).toEqual([
    "3.8",
    "3.9",
    "3.10",
    "3.11",
    "3.12",
    "3.13",
    "3.8",
    "3.11",
  ]);
});
