/** The house rules: who may import whom, what is public, and what no file of src may contain. */
import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type House,
  roomOf,
  tableFaults,
  type Violation,
  violations,
} from "./architecture/rules.ts";

const ROOT = join(import.meta.dirname, "..");

const CORE = ["errors", "bytes", "values", "registry", "opcodes"].map((room) => `core/${room}`);
const ALL_CORE = [...CORE, "core/machine", "core/emitter"];

/** The table. core's rooms stand in the order data flows; each may import those above it. */
const HOUSE: House = {
  rooms: {
    "core/errors": { imports: CORE.slice(0, 0) },
    "core/bytes": { imports: CORE.slice(0, 1) },
    "core/values": { imports: CORE.slice(0, 2) },
    "core/registry": { imports: CORE.slice(0, 3) },
    "core/opcodes": { imports: CORE.slice(0, 4) },
    "core/machine": { imports: CORE },
    "core/emitter": { imports: CORE },
    // "#files" is node/ where there is one, and a refusal in browsers.
    sources: { imports: ALL_CORE, lazy: ["#files"] },
    schema: { imports: ["core/errors"] },
    codecs: { imports: ["core/errors", "core/bytes"], lazy: ["#files"] },
    pickle: { imports: [...ALL_CORE, "schema", "sources"], public: true, lazy: ["#files"] },
    pickletools: { imports: CORE, public: true },
    audit: { imports: [...CORE, "codecs", "dbm"], public: true },
    stdlib: { imports: ALL_CORE },
    zip: { imports: ["core/errors", "core/bytes", "codecs"] },
    numpy: { imports: [...ALL_CORE, "codecs", "zip", "sources", "pickle"], public: true },
    pandas: { imports: [...ALL_CORE, "stdlib", "numpy"], lazy: ["apache-arrow"] },
    sklearn: { imports: [...ALL_CORE, "numpy"] },
    pycode: { imports: ALL_CORE },
    // Types of stdlib only: what Temporal is.
    msgpack: { imports: [...ALL_CORE, "sources", "stdlib"], public: true },
    joblib: {
      imports: [
        ...ALL_CORE,
        ...["codecs", "sources", "pickle", "stdlib", "numpy", "pandas", "sklearn"],
      ],
      public: true,
      lazy: ["#files"],
    },
    recommend: { imports: [...ALL_CORE, "msgpack", "numpy"] },
    printable: { imports: [] },
    format: { imports: ["codecs", "dbm"] },
    show: {
      imports: [...ALL_CORE, "printable", "numpy", "pandas", "sklearn", "pycode", "dill"],
    },
    json: { imports: [...ALL_CORE, "numpy", "pandas"] },
    typing: { imports: [...ALL_CORE, "stdlib", "numpy", "pandas", "sklearn", "msgpack"] },
    node: { imports: ALL_CORE, node: true },
    "": {
      imports: [...ALL_CORE, "pickle", "stdlib", "numpy", "pandas", "sklearn", "recommend"],
      public: true,
    },
    signing: {
      imports: ["core/bytes", "codecs", "schema", "sources", ""],
      public: true,
      lazy: ["#files"],
    },
    struct: { imports: [...ALL_CORE, "sources"], public: true },
    base64: { imports: [...ALL_CORE, "sources"], public: true, lazy: ["#files"] },
    versioned: { imports: ["schema", ""], public: true },
    dill: {
      imports: [
        ...ALL_CORE,
        ...["pickle", "stdlib", "numpy", "pandas", "sklearn", "signing", "pycode", "node", ""],
      ],
      public: true,
      lazy: ["piscina"],
      eager: ["#files"],
    },
    stores: { imports: [...ALL_CORE, "schema", ""], lazy: ["#files"] },
    cache: {
      imports: [...ALL_CORE, "sources", "schema", "stores", ""],
      public: true,
      lazy: ["#files"],
    },
    dbm: { imports: [...ALL_CORE, "node"], public: true, eager: ["#files"] },
    shelve: { imports: [...ALL_CORE, "dbm", "stores", ""], public: true },
    checkpoint: {
      imports: [...ALL_CORE, "codecs", "sources", "schema", "stores", ""],
      public: true,
      lazy: ["#files"],
    },
    cli: {
      imports: [
        ...ALL_CORE,
        "codecs",
        "pickle",
        "audit",
        "pickletools",
        "stdlib",
        "msgpack",
        "numpy",
        "pandas",
        "sklearn",
        "joblib",
        "checkpoint",
        "dbm",
        "shelve",
        "dill",
        "format",
        "printable",
        "show",
        "json",
        "typing",
        "node",
        "",
      ],
      node: true,
      prints: true,
    },
  },
  long: {
    "src/core/machine/machine.ts": "the hot loop: one flat switch over the opcodes",
  },
  evaluates: {
    "src/dill/evaluate.ts": "restores functions, where the caller allowed code",
    "src/dill/modules.ts": "imports the modules that the maker of a pool named",
  },
};

const sources = new Map(
  globSync("src/**/*.ts", { cwd: ROOT }).map((file): [string, string] => {
    const path = file.replaceAll("\\", "/");
    return [path, readFileSync(join(ROOT, file), "utf8")];
  }),
);

/** The page is a house of one room beside src: it comes in by the front doors, and only by these. */
const SITE: House = {
  rooms: {
    site: {
      imports: ["codecs", "format", "json", "printable", "pycode", "show", "zip"],
      eager: ["brine", "brine/audit", "brine/base64", "brine/pickletools", "brine/pickle"],
      lazy: [
        ...["brine/audit", "brine/dbm", "brine/joblib", "brine/msgpack", "brine/numpy"],
        ...["brine/pickletools", "temporal-polyfill"],
      ],
    },
    ...Object.fromEntries(
      ["codecs", "format", "json", "printable", "pycode", "show", "zip"].map((room) => [
        room,
        { imports: [] },
      ]),
    ),
  },
  long: {},
  evaluates: {},
};

// As if site were a folder of src, for the same judge.
function siteSources(
  read: (file: string) => string,
  files: readonly string[],
): Map<string, string> {
  const doors = Object.keys(SITE.rooms).filter((room) => room !== "site");
  return new Map([
    ...files.map((file): [string, string] => [
      `src/${file}`,
      read(file).replaceAll(/"((?:\.\.\/)+)src\//g, (_all, up: string) => `"${up}`),
    ]),
    ...doors.map((room): [string, string] => [`src/${room}/index.ts`, "/** A door. */\n"]),
  ]);
}

interface Manifest {
  exports: Record<string, unknown>;
  files: string[];
  dependencies?: unknown;
  sideEffects: unknown;
  type: unknown;
}
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;

describe("the house", () => {
  it("keeps its rules in every file of src", () => {
    expect(sources.size).toBeGreaterThan(0);
    expect(violations(HOUSE, sources)).toEqual([]);
  });

  it("has a table without circles", () => {
    expect(tableFaults(HOUSE.rooms)).toEqual([]);
  });

  it("has no row and no excuse for what is not there", () => {
    const rooms = new Set([...sources.keys()].map(roomOf));
    expect(Object.keys(HOUSE.rooms).filter((room) => !rooms.has(room))).toEqual([]);
    const excused = [...Object.keys(HOUSE.long), ...Object.keys(HOUSE.evaluates)];
    expect(excused.filter((file) => !sources.has(file))).toEqual([]);
  });

  it("exports its public rooms and nothing else", () => {
    const rooms = Object.entries(HOUSE.rooms).filter(([, room]) => room.public === true);
    const expected = rooms.map(([name]): [string, unknown] => {
      const file = name === "" ? "./dist/index" : `./dist/${name}/index`;
      return [name === "" ? "." : `./${name}`, { types: `${file}.d.ts`, default: `${file}.js` }];
    });
    expect(manifest.exports).toEqual({
      ...Object.fromEntries(expected),
      "./package.json": "./package.json",
    });
  });

  it("gives every room a front door", () => {
    const folders = readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.parentPath.slice(ROOT.length + 1).replaceAll("\\", "/"));
    const rooms = new Set(folders.map((folder) => roomOf(`${folder}/x.ts`)));
    const closed = [...rooms].filter((room) => {
      const door = room === "cli" ? "cli/main.ts" : room === "" ? "index.ts" : `${room}/index.ts`;
      return !sources.has(`src/${door}`);
    });
    expect(closed).toEqual([]);
  });

  it("depends on nothing at run time and loads without effects", () => {
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.sideEffects).toBe(false);
    expect(manifest.type).toBe("module");
  });

  it("locks versions and digests, but no registry's address", () => {
    const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
      packages: Record<string, { resolved?: string; integrity?: string }>;
    };
    const entries = Object.entries(lock.packages).filter(([path]) => path !== "");
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
    expect(entries.filter(([, entry]) => entry.integrity === undefined)).toEqual([]);
  });
});

describe("the page", () => {
  const files = globSync("site/**/*.ts", { cwd: ROOT })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !/^site\/(?:dist\/|vite\.config)/.test(file));
  const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

  it("keeps the rules of the house, comes in by public doors, and makes no HTML", () => {
    expect(files.length).toBeGreaterThan(10);
    expect(violations(SITE, siteSources(read, files))).toEqual([]);
    const html = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment/;
    expect(files.filter((file) => html.test(read(file)))).toEqual([]);
  });

  it("is judged like a room", () => {
    const rules = (source: string): string[] => {
      const wrong = `/** In, out. */\n${source}`;
      return violations(
        SITE,
        siteSources(() => wrong, ["site/page/a.ts"]),
      ).map(({ rule }) => rule);
    };
    expect(rules('export * from "../../src/show/index.ts";\n')).toEqual([]);
    expect(rules('export * from "../../src/show/tree.ts";\n')).toContain("import");
    expect(rules('export * from "../../src/core/machine/index.ts";\n')).toContain("import");
    expect(rules('export * from "brine/dill";\n')).toContain("dependency");
    expect(rules('export * from "node:fs";\n')).toContain("node");
    expect(rules('export const f = new Function("1");\n')).toContain("eval");
  });

  it("is no part of the package", () => {
    expect(manifest.files).toEqual(["dist", "src", "CHANGELOG.md"]);
  });
});

describe("the checker", () => {
  const house: House = {
    rooms: {
      "core/low": { imports: [] },
      "core/high": { imports: ["core/low"] },
      shop: { imports: ["core/high"], lazy: ["#files"] },
      node: { imports: ["core/low"], node: true },
      cli: { imports: ["shop"], node: true, prints: true },
    },
    long: { "src/shop/table.ts": "a table" },
    evaluates: { "src/shop/maker.ts": "makes functions" },
  };
  const healthy: Record<string, string> = {
    "src/core/low/index.ts": '/** In, out. */\nexport { low } from "./low.ts";\n',
    "src/core/low/low.ts": "/** In, out. */\nexport const low = 1;\n",
    "src/core/high/index.ts":
      '/** In, out. */\nimport { low } from "../low/index.ts";\nexport const high = low;\n',
    "src/shop/index.ts":
      '/** In, out. */\nimport { high } from "../core/high/index.ts";\n' +
      'export const files = () => import("#files");\nexport const goods = { process: high, Buffer: 1 };\n' +
      "export const n = goods.process + goods.Buffer;\nexport function run(process: number) { return process; }\n",
    "src/node/index.ts":
      '/** In, out. */\nimport { readFileSync } from "node:fs";\nexport const x = [readFileSync, Buffer];\n',
    "src/cli/main.ts":
      '#!/usr/bin/env node\n/** In, out. */\nimport { goods } from "../shop/index.ts";\n' +
      "console.log(goods);\nprocess.exit(0);\n",
  };
  const judge = (changed: Record<string, string>): Violation[] =>
    violations(house, new Map(Object.entries({ ...healthy, ...changed })));

  it("finds nothing in a healthy house", () => {
    expect(judge({})).toEqual([]);
  });

  it("lets code be made where the table says so, and nowhere else", () => {
    const source =
      '/** In, out. */\nexport const f = () => new Function("1");\nexport const g = (x: string) => import(x);\n';
    expect(judge({ "src/shop/maker.ts": source })).toEqual([]);
    const rules = judge({ "src/shop/other.ts": source }).map(({ rule }) => rule);
    expect(rules).toEqual(expect.arrayContaining(["eval", "import"]));
  });

  const opening = "/** In, out. */\n";
  const cases: [name: string, file: string, source: string, rule: string][] = [
    ["a room not in the table", "src/attic/index.ts", opening, "unknown-room"],
    [
      "an import the table does not allow",
      "src/core/low/low.ts",
      `${opening}import type { high } from "../high/index.ts";\nexport const low: typeof high = 1;\n`,
      "room",
    ],
    [
      "core importing a room outside it",
      "src/core/high/index.ts",
      `${opening}export { goods } from "../../shop/index.ts";\n`,
      "room",
    ],
    [
      "another room's inner file",
      "src/core/high/index.ts",
      `${opening}import { low } from "../low/low.ts";\nexport const high = low;\n`,
      "back-door",
    ],
    [
      "an inner file behind a re-export",
      "src/core/high/index.ts",
      `${opening}export * from "../low/low.ts";\n`,
      "back-door",
    ],
    [
      "an inner file behind an inline import type",
      "src/core/high/index.ts",
      `${opening}export type Low = typeof import("../low/low.ts");\n`,
      "back-door",
    ],
    ["a file that is not there", "src/shop/a.ts", `${opening}export * from "./b.ts";\n`, "import"],
    [
      "a computed import()",
      "src/shop/a.ts",
      `${opening}export const f = (x: string) => import(x);\n`,
      "import",
    ],
    [
      "a file outside src",
      "src/shop/a.ts",
      `${opening}import x from "../../test/x.ts";\nexport { x };\n`,
      "import",
    ],
    [
      "a dependency",
      "src/shop/a.ts",
      `${opening}import zod from "zod";\nexport { zod };\n`,
      "dependency",
    ],
    [
      "a lazy name imported at once",
      "src/shop/a.ts",
      `${opening}import * as files from "#files";\nexport { files };\n`,
      "dependency",
    ],
    [
      "a lazy name in another room",
      "src/core/low/low.ts",
      `${opening}export const low = () => import("#files");\n`,
      "dependency",
    ],
    [
      "an import for its effect",
      "src/shop/a.ts",
      `${opening}import "./index.ts";\n`,
      "side-effect",
    ],
    ["node:* outside node/", "src/shop/a.ts", `${opening}export * from "node:fs";\n`, "node"],
    [
      "a lazy node:*",
      "src/shop/a.ts",
      `${opening}export const f = () => import("node:fs");\n`,
      "node",
    ],
    ["process outside node/", "src/shop/a.ts", `${opening}export const x = process.env;\n`, "node"],
    ["Buffer as a type", "src/shop/a.ts", `${opening}export type X = Buffer;\n`, "node"],
    [
      "globalThis.process",
      "src/shop/a.ts",
      `${opening}export const x = globalThis.process;\n`,
      "node",
    ],
    ["console outside cli/", "src/node/a.ts", `${opening}console.log(1);\n`, "prints"],
    ["exit outside cli/", "src/node/a.ts", `${opening}process.exit(1);\n`, "prints"],
    ["kill outside cli/", "src/node/a.ts", `${opening}process.kill(1, 9);\n`, "prints"],
    ["stdout outside cli/", "src/node/a.ts", `${opening}process.stdout.write("");\n`, "prints"],
    ["any", "src/shop/a.ts", `${opening}export const x = (y: unknown) => y as any;\n`, "any"],
    ["any in a generic", "src/shop/a.ts", `${opening}export type X = Map<string, any[]>;\n`, "any"],
    [
      "a suppression",
      "src/shop/a.ts",
      `${opening}// @ts-ignore\nexport const x = 1;\n`,
      "suppression",
    ],
    ["a TODO", "src/shop/a.ts", `${opening}// TODO later\nexport const x = 1;\n`, "todo"],
    ["eval", "src/shop/a.ts", `${opening}export const x = eval("1");\n`, "eval"],
    ["new Function", "src/shop/a.ts", `${opening}export const x = new Function("1");\n`, "eval"],
    ["a vague name", "src/shop/utils.ts", opening, "vague-name"],
    ["a long file", "src/shop/a.ts", `${opening}${"export {};\n".repeat(600)}`, "long-file"],
    ["no opening sentence", "src/shop/a.ts", "export const x = 1;\n", "no-opening"],
    ["what does not parse", "src/shop/a.ts", `${opening}export const = 1;\n`, "syntax"],
  ];
  it.each(cases)("catches %s", (_name, file, source, rule) => {
    const rules = judge({ [file]: source }).map((violation) => violation.rule);
    expect(rules).toContain(rule);
  });

  it("catches a circle of files, and lets types go round", () => {
    const ring = (kind: string): Record<string, string> => ({
      "src/shop/a.ts": `${opening}import ${kind}{ b } from "./b.ts";\nexport const a = (): typeof b => 1;\n`,
      "src/shop/b.ts": `${opening}import ${kind}{ a } from "./a.ts";\nexport const b = 1 as ReturnType<typeof a>;\n`,
    });
    expect(judge(ring(""))).toEqual([
      {
        file: "src/shop/a.ts",
        rule: "cycle",
        what: "src/shop/a.ts -> src/shop/b.ts -> src/shop/a.ts",
      },
    ]);
    expect(judge(ring("type "))).toEqual([]);
  });

  it("lets a listed file be long", () => {
    expect(judge({ "src/shop/table.ts": `${opening}${"export {};\n".repeat(600)}` })).toEqual([]);
  });

  it("catches a table with a circle, a missing room, or a door out of core", () => {
    expect(tableFaults({ a: { imports: ["b"] }, b: { imports: ["a"] } })).toEqual([
      "circle: a -> b -> a",
    ]);
    expect(tableFaults({ a: { imports: ["c"] } })).toEqual(["a may import c, which is no room"]);
    expect(tableFaults({ "core/a": { imports: ["b"] }, b: { imports: [] } })).toEqual([
      "core/a may import b: core imports nothing outside core",
    ]);
  });
});
