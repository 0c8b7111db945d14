/** Every runnable block of README.md and docs/: what a page promises must hold for the package as built. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Block,
  blocksOf,
  examplesOf,
  matches,
  pages,
  type Workshop,
  withChecks,
  workshop,
} from "./docs/document.ts";

const ROOT = join(import.meta.dirname, "..");
const FILES = ["README.md", ...globSync("docs/*.md", { cwd: ROOT }).sort()].filter((file) =>
  existsSync(join(ROOT, file)),
);
const LANGUAGES = ["ts", "python", "console", "sh", "text", "json", "js", "yaml"];

const examples = globSync("src/**/*.ts", { cwd: ROOT })
  .sort()
  .flatMap((file) => examplesOf(file, readFileSync(join(ROOT, file), "utf8")));

describe("the @example of", () => {
  let shop: Workshop | undefined;
  beforeAll(() => {
    shop = workshop(examples);
  }, 60_000);
  afterAll(() => {
    shop?.[Symbol.dispose]();
  });

  it("anything in src is found", () => {
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.filter((block) => block.language !== "ts")).toEqual([]);
  });

  for (const block of examples) {
    it(`${block.page}:${block.line} holds`, () => {
      expect(shop?.run(block)).not.toBe(undefined);
    });
  }
});

describe.each([...pages(FILES)])("%s", (page, blocks) => {
  let shop: Workshop | undefined;
  beforeAll(() => {
    shop = workshop(blocks);
  }, 60_000);
  afterAll(() => {
    shop?.[Symbol.dispose]();
  });

  it("names the language of every block", () => {
    expect(blocks.filter((block) => !LANGUAGES.includes(block.language))).toEqual([]);
  });

  for (const block of blocks) {
    if (block.language !== "ts" && block.language !== "console") continue;
    it(`keeps what line ${block.line} promises (${block.language})`, () => {
      expect(shop?.run(block)).not.toBe(undefined);
    });
  }

  it("links to files that are there", () => {
    const text = readFileSync(join(ROOT, page), "utf8");
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? "");
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
  });
});

describe("the runner of documents", () => {
  const block = (text: string, language = "ts"): Block => ({
    page: "page.md",
    line: 10,
    language,
    text,
  });

  it("finds blocks with their lines and languages", () => {
    expect(blocksOf("a.md", "x\n```ts\n1;\n```\n\n```\ntext\n```\n")).toEqual([
      { page: "a.md", line: 2, language: "ts", text: "1;" },
      { page: "a.md", line: 6, language: "", text: "text" },
    ]);
    expect(() => blocksOf("a.md", "```ts\n1;\n")).toThrow("a.md:1: fence is never closed");
  });

  it("finds examples in comments, and not in code", () => {
    const source =
      "/**\n * @example\n * ```ts\n * f( {\n *   a });\n * ```\n */\nconst t = `\n```ts\n`;\n";
    expect(examplesOf("a.ts", source)).toEqual([
      { page: "a.ts", line: 3, language: "ts", text: "f( {\n  a });" },
    ]);
  });

  it("rewrites expressions, declarations, prints and refusals", () => {
    expect(withChecks(block("1 + 1; //=> 2"))).toBe('promise("page.md:11", "2", 1 + 1); //=> 2');
    expect(withChecks(block("\nconst a = f();\n//=> [\n//     1 ]"))).toBe(
      '\nconst a = f(); promise("page.md:13", "[     1 ]", a);\n//=> [\n//     1 ]',
    );
    expect(withChecks(block('console.log("a", b); //=> a 1'))).toBe(
      'printed("page.md:11", "a 1", "a", b); //=> a 1',
    );
    expect(withChecks(block("{ f(); //=> 1\n}"))).toBe(
      '{ promise("page.md:11", "1", f()); //=> 1\n}',
    );
    expect(withChecks(block("f(); //=> throws E: no"))).toBe(
      'await refusal("page.md:11", "E: no", async () => { f(); }); //=> throws E: no',
    );
  });

  it("refuses a promise that belongs to nothing", () => {
    expect(() => withChecks(block("//=> 1"))).toThrow("page.md:11: //=> follows no statement");
    expect(() => withChecks(block("f();\n\n\n//=> 1"))).toThrow("follows no statement");
    expect(() => withChecks(block("f(); if (a) {}\n//=> 1"))).toThrow("follows no statement");
    expect(() => withChecks(block("const = 1;"))).toThrow("page.md:10");
  });

  it("matches printed output, with … for any lines", () => {
    expect(matches("a\nb\n", "a\nb\n")).toBe(true);
    expect(matches("a\n…\nd", "a\nb\nc\nd\n")).toBe(true);
    expect(matches("a\n…", "a\nb\n")).toBe(true);
    expect(matches("a\nb", "a\nc\n")).toBe(false);
    expect(matches("a.c", "abc\n")).toBe(false);
  });

  it("runs blocks, and sees every kind of broken promise", () => {
    const good = block(
      'const n: number = 2;\nn + 1; //=> 3\nthrow0(); //=> throws TypeError\nfunction throw0() { throw new TypeError("x"); }',
    );
    const wrong = { ...block("1 + 1; //=> 3"), line: 20 };
    const silent = { ...block("0; //=> throws Error"), line: 30 };
    const unreached = { ...block("if (Date.now() > 0) process.exit(0);\n1; //=> 1"), line: 40 };
    const crash = { ...block('throw new Error("boom");'), line: 50 };
    using shop = workshop([good, wrong, silent, unreached, crash]);
    expect(shop.run(good)).toBe(true);
    expect(() => shop.run(wrong)).toThrow(/promised\n {2}3\nfound\n {2}2/);
    expect(() => shop.run(silent)).toThrow("nothing was thrown");
    expect(() => shop.run(unreached)).toThrow("0 of 1 promises reached");
    expect(() => shop.run(crash)).toThrow("boom");
  });

  it("judges types too", () => {
    expect(() => workshop([block("const n: string = 1;")])).toThrow("do not compile");
  });
});
