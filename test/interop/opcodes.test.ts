/** The table of opcodes and the table of renamed modules against the live modules of CPython 3.13. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EFFECTS, OPCODES } from "../../src/core/opcodes/index.ts";
import { python2Name, python3Name } from "../../src/core/registry/index.ts";
import { isPrintable } from "../../src/core/values/index.ts";
import { pythons } from "./pythons.ts";

const python = pythons().find(({ version }) => version.startsWith("3.13"))?.path ?? "";

const LIST = `
import json, pickletools
print(json.dumps([[o.name, ord(o.code), o.proto, o.arg.name if o.arg else "none"] for o in pickletools.opcodes]))
`;

test.skipIf(python === "")("opcodes are those of pickletools", () => {
  const live: unknown = JSON.parse(execFileSync(python, ["-c", LIST], { encoding: "utf8" }));
  expect(
    OPCODES.map(({ name, code, protocol, argument }) => [name, code, protocol, argument]),
  ).toEqual(live);
});

const EFFECTS_LIST = `
import json, pickletools
names = lambda entries: [entry.name for entry in entries]
print(json.dumps([[names(o.stack_before), names(o.stack_after), o.doc.split("\\n")[0]] for o in pickletools.opcodes]))
`;

test.skipIf(python === "")("what opcodes do to the stack is what pickletools says", () => {
  const live: unknown = JSON.parse(
    execFileSync(python, ["-c", EFFECTS_LIST], { encoding: "utf8" }),
  );
  expect(EFFECTS.map(({ before, after, doc }) => [before, after, doc])).toEqual(live);
});

const PRINTABLE = `
import json
edges, printable = [], True
for code in range(0x110000):
    if chr(code).isprintable() != printable:
        printable = not printable
        edges.append(code)
print(json.dumps(edges))
`;

test.skipIf(python === "")("characters that repr escapes are those of str.isprintable", () => {
  const live: unknown = JSON.parse(execFileSync(python, ["-c", PRINTABLE], { encoding: "utf8" }));
  const edges: number[] = [];
  let printable = true;
  for (let code = 0; code < 0x110000; code++) {
    if (isPrintable(code) === printable) continue;
    printable = !printable;
    edges.push(code);
  }
  expect(edges).toEqual(live);
});

// Every name of the two tables, and one that is none of them in each module, as fix_imports takes it.
const PRINT_MAPPINGS = `
import json, _compat_pickle as c
def taken(names, modules):
    some = [*names, *((m, "made_up") for m in [*modules, *(m for m, _ in names)])]
    return [[n, names.get(n, (modules.get(n[0], n[0]), n[1]))] for n in some]
print(json.dumps({"forth": taken(c.NAME_MAPPING, c.IMPORT_MAPPING),
                  "back": taken(c.REVERSE_NAME_MAPPING, c.REVERSE_IMPORT_MAPPING)}))
`;

test.skipIf(python === "")("names of Python 2 are those of _compat_pickle", () => {
  const root = join(import.meta.dirname, "..", "..");
  const live = execFileSync(python, [join(root, "scripts", "python2-names.py")], {
    encoding: "utf8",
  });
  const strings = (text: string): string =>
    [...text.matchAll(/"([^"]*)"/g)].map((match) => match[1]).join("");
  const table = readFileSync(join(root, "src", "core", "registry", "python2-table.ts"), "utf8");
  expect(strings(table)).toBe(strings(live));
  expect(strings(table).length).toBeGreaterThan(4000);
  const mappings = JSON.parse(
    execFileSync(python, ["-c", PRINT_MAPPINGS], { encoding: "utf8" }),
  ) as Record<"forth" | "back", [old: [string, string], now: [string, string]][]>;
  expect(mappings.forth.length + mappings.back.length).toBeGreaterThan(300);
  for (const [old, now] of mappings.forth) expect([old, python3Name(...old)]).toEqual([old, now]);
  for (const [now, old] of mappings.back) expect([now, python2Name(...now)]).toEqual([now, old]);
});
