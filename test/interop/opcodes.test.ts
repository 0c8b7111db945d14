/** The table of opcodes and the table of renamed modules against the live modules of CPython 3.13. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OPCODES } from "../../src/core/opcodes/index.ts";
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
});
