/** Printed types, compiled with real code by TypeScript: the value fits its type, and the same value with a mistake does not. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { dumps, Global, Instance, load, loads, PersistentId, PyDict } from "../../src/index.ts";
import { load as loadJoblib } from "../../src/joblib/index.ts";
import { Typing } from "../../src/typing/index.ts";
import { compiled } from "./compile.ts";
import { anything, hostile, leavesOf, literalOf, PRELUDE } from "./literals.ts";

const DATA = join(import.meta.dirname, "..", "..", "examples", "data");
const VECTORS = ["vectors", "stdlib", "numpy", "pandas"].map((room) =>
  globSync(`${room === "vectors" ? "" : `${room}/`}vectors/*.json`, {
    cwd: join(import.meta.dirname, ".."),
  }),
);

vi.setConfig({ testTimeout: 300_000 });

function typed(value: unknown, title = "data", about: string[] = []): string {
  const typing = new Typing(title);
  typing.add(value);
  return typing.text({ name: "Root", about });
}

/** Every pickle of the vectors: a list of base64 texts, under whatever name. */
function pickles(): Uint8Array[] {
  const texts = VECTORS.flat().flatMap((file) => {
    const text = readFileSync(join(import.meta.dirname, "..", file), "utf8");
    return [...text.matchAll(/"(?:pickle|data)": *"([A-Za-z0-9+/=]+)"/g)].map(([, found]) => found);
  });
  return texts.map((text) => Uint8Array.from(Buffer.from(text ?? "", "base64")));
}

it("compiles for whatever Pythons wrote, in both modes, and knows every class", () => {
  const modules = new Map<string, string>();
  for (const [number, pickle] of pickles().entries()) {
    for (const lossless of [false, true]) {
      const persistentLoad = (id: unknown): unknown => new PersistentId(id);
      const value = loads(pickle, { lossless, encoding: "latin1", persistentLoad });
      modules.set(`vector${number}${lossless ? "lossless" : ""}.ts`, typed(value));
    }
  }
  expect(modules.size).toBeGreaterThan(1000);
  const cuts = [...modules.values()].map((text) => /^ \* unknown stands .*/m.exec(text)?.[0]);
  expect(cuts.filter((cut) => /unknown classes|functions/.test(cut ?? ""))).toEqual([]);
  // Many are alike.
  const distinct = new Map([...modules].map(([name, text]) => [text, name]));
  expect(compiled(new Map([...distinct].map(([text, name]) => [name, text])))).toBe("");
});

const USES: Readonly<Record<string, string>> = {
  "users.pkl": `
declare const joined: Temporal.ZonedDateTime;
declare const decimal: Decimal;
const user = { id: 9007199254740993n, name: "Zoë", joined, tags: new Set(["admin"]) };
export const users: Root = [{ ...user, balance: decimal, home: [52.37, 4.89] }];
// @ts-expect-error
export const noBalance: Root = [{ ...user, home: [52.37, 4.89] }];
// @ts-expect-error
export const long: Root = [{ ...user, balance: decimal, home: [52.37, 4.89, 1] }];
// @ts-expect-error
export const number: Root = [{ ...user, id: 1, balance: decimal, home: [52.37, 4.89] }];
declare const root: Root;
for (const { name, home } of root) name.toUpperCase().at(home[0]);
// @ts-expect-error
root[0]?.nmae;
`,
  "iris.pkl": `
declare const root: Root;
for (const [name, step] of root.attributes.steps) name.at(0), step.params;
const found = root.attributes.steps.map(([, step]) => step.attributes);
for (const step of found) if ("coef_" in step) step.coef_.data satisfies Float64Array;
root.name satisfies string;
// @ts-expect-error
root.attributes.stpes;
// @ts-expect-error
root.attributes.verbose satisfies string;
`,
  "plants.pkl": `
declare const root: Root;
for (const { name, height, seen } of root.toRows({ stop: 1 })) name.at(height), seen?.unit;
for (const row of root.toRows()) {
  // @ts-expect-error
  row.hieght;
}
root.shape satisfies readonly [number, number];
`,
  "adder.pkl": `
declare const root: Root;
root.args[2] satisfies string;
// @ts-expect-error
root.args[2] satisfies number;
`,
};

it("types the examples' data as code uses them", async () => {
  const modules = new Map<string, string>();
  for (const [file, use] of Object.entries(USES)) {
    const value = await load(join(DATA, file));
    modules.set(file.replace(".pkl", ".ts"), `${typed(value, file)}${use}`);
  }
  const model = await loadJoblib(join(DATA, "iris.joblib"));
  // So deep that nothing is said of the rows.
  let nested = await load(join(DATA, "plants.pkl"));
  for (let depth = 0; depth < 40; depth++) nested = [nested];
  expect(typed(nested)).toMatch(/export interface \w+ extends DataFrame \{\n\}/);
  modules.set("nested.ts", typed(nested));
  modules.set("joblib.ts", `${typed(model)}${USES["iris.pkl"]}`);
  expect(compiled(modules)).toBe("");
});

it("takes any value's own literal, and refuses it with any one leaf of another type", () => {
  const modules = new Map<string, string>();
  let refused = 0;
  for (const [number, made] of fc.sample(anything, 300).entries()) {
    const value = loads(dumps(made));
    const text = typed(value);
    const lines = [`export const value: Root = ${literalOf(value)};`];
    const leaves = leavesOf(value);
    for (let leaf = 0; leaf < Math.min(leaves, 4); leaf++) {
      const at = Math.floor((leaf * leaves) / 4);
      const mistake = literalOf(value, at);
      // To TypeScript an interface without a required field takes nearly anything, as `unknown` does.
      const isLoose = text.includes("unknown") || /\{\n( .*\?: .*\n)+\}/.test(text);
      if (!mistake.includes("wrong") || isLoose) continue;
      refused++;
      lines.push("// @ts-expect-error", `export const wrong${leaf}: Root = ${mistake};`);
    }
    modules.set(`case${number}.ts`, `${PRELUDE}${text}\n${lines.join("\n")}\n`);
  }
  expect(refused).toBeGreaterThan(100);
  expect(compiled(modules)).toBe("");
});

it("knows what every object inherits", () => {
  const text = typed([{ toString: 1, constructor: "a" }, {}, { valueOf: null }]);
  expect(text).toContain('toString?: number | Object["toString"];');
  const value = `export const value: Root = [{ toString: 1, constructor: "a" }, {}, { valueOf: null }];`;
  const wrong = "// @ts-expect-error\nexport const wrong: Root = [{ toString: [] }];";
  expect(compiled(new Map([["inherited.ts", `${text}\n${value}\n${wrong}\n`]]))).toBe("");
});

it("extends Instance rightly, whatever an instance was made of", () => {
  const modules = new Map<string, string>();
  const part = fc.option(fc.array(anything, { maxLength: 4 }), { nil: undefined });
  const pairs = fc.option(fc.array(fc.tuple(anything, anything), { maxLength: 3 }), {
    nil: undefined,
  });
  const classes = fc.constantFrom("m.A", "m.B", "copyreg._reconstructor");
  const parts = fc.tuple(classes, fc.array(anything, { maxLength: 4 }), part, pairs, anything);
  for (const [number, made] of fc.sample(fc.array(parts, { maxLength: 5 }), 200).entries()) {
    const instances = made.map(([path, args, items, entries, state]) => {
      const instance = new Instance("call", Global.parse(path), args);
      return Object.assign(instance, { items, entries, state });
    });
    const text = typed(instances);
    modules.set(`instance${number}.ts`, `${text}\nexport declare const root: Root;\n`);
  }
  expect(compiled(modules)).toBe("");
});

it("is TypeScript whatever keys, classes and files are called", () => {
  const modules = new Map<string, string>();
  for (const [number, names] of fc
    .sample(fc.array(hostile, { minLength: 4, maxLength: 8 }), 200)
    .entries()) {
    const [module = "", name = "", title = "", ...keys] = names;
    const attributes = new PyDict(keys.map((key) => [key, { [key]: 1 }]));
    const instance = new Instance("new", new Global(module, name), []);
    instance.state = attributes;
    const value = [Object.fromEntries(keys.map((key) => [key, [{ [key]: true }]])), instance];
    const text = typed(value, title, [title, module, name]);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{C}\u2028\u2029]/u);
    modules.set(`names${number}.ts`, `${text}\nexport declare const root: Root;\n`);
  }
  expect(compiled(modules)).toBe("");
});
