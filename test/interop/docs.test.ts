/** The documents again, with a live Python in the middle: what their Python blocks write, their TypeScript reads, and back. */
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pages, workshop } from "../docs/document.ts";
import { requirePython } from "./pythons.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const FILES = ["README.md", ...globSync("docs/*.md", { cwd: ROOT }).sort()].filter((file) =>
  existsSync(join(ROOT, file)),
);
const python = requirePython({ version: "3.13", modules: ["numpy", "joblib", "msgpack", "dill"] });

describe.runIf(python !== undefined).each([...pages(FILES)])("%s with Python", (_page, blocks) => {
  it("keeps its promises, block after block", () => {
    using shop = workshop(blocks, python?.path);
    const ran = blocks.filter((block) => shop.run(block));
    const expected = blocks.filter(({ language }) => language === "ts" || language === "python");
    expect(ran).toEqual(expect.arrayContaining(expected));
  });
});
