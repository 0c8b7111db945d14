/**
 * Loads every vector of the tests, every attack and every shape of a folder, with every evaluator of the runtime
 * watched and with the engine told to make no code of text: node --disallow-code-generation-from-strings inert.ts FOLDER.
 * Prints how many loads there were, what was evaluated, and what an allowed load says under the same watch.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inspect } from "node:util";
import vm from "node:vm";
import * as dill from "../../src/dill/index.ts";
import * as brine from "../../src/index.ts";
import * as bare from "../../src/pickle/index.ts";
import { ATTACKS } from "../audit/attacks.ts";
import { VECTORS } from "../pycode/vectors.ts";

const evaluated: string[] = [];
function watch(owner: object, name: string, label: string): void {
  const original = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
  if (typeof original !== "function") throw new Error(`${label} is no function`);
  const watched = new Proxy(original, {
    apply(target, self, args: unknown[]) {
      evaluated.push(label);
      return Reflect.apply(target, self, args) as unknown;
    },
    construct(target, args: unknown[], newTarget) {
      evaluated.push(label);
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
  Object.defineProperty(owner, name, { value: watched, writable: true, configurable: true });
}

const require = createRequire(import.meta.url);
const kinds = [() => 1, async () => 1, function* () {}, async function* () {}];
for (const kind of kinds) {
  const prototype = Object.getPrototypeOf(kind) as object;
  watch(prototype, "constructor", `constructor of ${Object.prototype.toString.call(kind)}`);
}
watch(globalThis, "Function", "Function");
watch(globalThis, "eval", "eval");
watch(globalThis, "setTimeout", "setTimeout");
for (const name of ["compile", "instantiate", "Module", "Instance"])
  watch(Reflect.get(globalThis, "WebAssembly") as object, name, `WebAssembly.${name}`);
const runners = [
  "runInThisContext",
  "runInNewContext",
  "runInContext",
  "compileFunction",
  "Script",
];
for (const name of runners) watch(vm, name, `vm.${name}`);
for (const [module, names] of [
  ["node:child_process", ["spawn", "spawnSync", "exec", "execSync", "execFile", "fork"]],
  ["node:worker_threads", ["Worker"]],
  ["node:module", ["createRequire", "_load"]],
] as const) {
  for (const name of names) watch(require(module) as object, name, `${module} ${name}`);
}
watch(
  (require("node:inspector") as { Session: { prototype: object } }).Session.prototype,
  "post",
  "inspector",
);
// The watch was set by what is watched.
evaluated.length = 0;
const methods = new Set(Object.getOwnPropertyNames(Object.prototype));

const folder = process.argv[2] as string;
const inputs: Uint8Array[] = [];
const vectors = join(import.meta.dirname, "..", "vectors", "vectors.json");
for (const { pickle } of JSON.parse(readFileSync(vectors, "utf8")) as { pickle: string }[])
  inputs.push(Buffer.from(pickle, "base64"));
for (const { values } of VECTORS) {
  for (const { pickles } of Object.values(values)) {
    for (const pickle of Object.values(pickles)) inputs.push(Buffer.from(pickle, "base64"));
  }
}
for (const { bytes } of ATTACKS) inputs.push(bytes);
for (const name of readdirSync(folder)) {
  if (name.endsWith(".pkl")) inputs.push(readFileSync(join(folder, name)));
}

let loads = 0;
let refused = 0;
const foreign: string[] = [];
for (const input of inputs) {
  for (const load of [bare.loads, brine.loads, dill.loads]) {
    for (const lossless of [false, true]) {
      loads++;
      try {
        const value = load(input, { lossless });
        // Looking at it evaluates nothing either.
        inspect(value, { depth: 2, getters: true });
      } catch (error) {
        refused++;
        if (!(error instanceof bare.PickleError)) foreign.push(String(error));
      }
    }
  }
}
const before = evaluated.splice(0);

// The watch sees what there is to see.
let allowed = "";
try {
  dill.loads(
    dill.dumps((x: number) => x + 1),
    { allowCode: true },
  );
} catch (error) {
  allowed = String(error);
}
const polluted = Object.getOwnPropertyNames(Object.prototype).filter((name) => !methods.has(name));
process.stdout.write(
  JSON.stringify({
    inputs: inputs.length,
    loads,
    refused,
    foreign: foreign.slice(0, 5),
    evaluated: [...new Set(before)],
    polluted,
    allowed,
    seen: [...new Set(evaluated)],
  }),
);
