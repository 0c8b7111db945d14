/** What works behind the page, without a page: opening, views, the playground's answers, the lesson's judgements. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Indenter } from "../../site/engine/indent.ts";
import type { Page, Row } from "../../site/engine/messages.ts";
import { type OpenedFile, openFile } from "../../site/engine/opening.ts";
import { play } from "../../site/engine/play.ts";
import { Views } from "../../site/engine/views.ts";
import { EXERCISES } from "../../site/lesson/exercises.ts";
import { hexDump } from "../../site/page/hex.ts";
import { bytesOf, PasteError } from "../../site/page/pasted.ts";
import { SAMPLES } from "../../site/page/samples.ts";
import { type NewFormat, open } from "../../src/dbm/index.ts";
import { dumps, Float, ndarray, Tuple } from "../../src/index.ts";
import { dumps as dumpsJoblib } from "../../src/joblib/index.ts";
import { packb } from "../../src/msgpack/index.ts";
import { encodeNpy } from "../../src/numpy/index.ts";
import { zipChunks } from "../../src/zip/index.ts";
import { ATTACKS, zip } from "../audit/attacks.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const data = (name: string): Uint8Array => readFileSync(join(ROOT, "examples", "data", name));
const shelf = (format: NewFormat): Uint8Array => {
  const folder = mkdtempSync(join(tmpdir(), "brine-shelf-"));
  try {
    using database = open(join(folder, "shelf"), { flag: "n", format });
    database.set(ascii("key"), dumps({ a: 1 }));
    database.close();
    return readFileSync(join(folder, "shelf"));
  } finally {
    rmSync(folder, { recursive: true });
  }
};
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

async function whole(file: OpenedFile, view: Parameters<Views["next"]>[0]): Promise<Page> {
  return new Views(file).next(view, 1_000_000);
}

const texts = (rows: readonly Row[]): string[] =>
  rows.map((row) => (row.row === "value" ? `${row.label}: ${row.type} ${row.text}` : row.row));

describe("a file is opened by its content", () => {
  const array = ndarray([1, 2, 3], { dtype: "i4" });
  const cases: [name: string, bytes: Uint8Array, kind: string, row: RegExp][] = [
    ["pickle", dumps([1, "two"], 5), "pickle, protocol 5", /list.*'two'/],
    ["an old pickle", dumps([1], 0), "pickle, protocol 0 or 1", /list/],
    ["gzip", gzipSync(dumps({ a: 1 })), "pickle, protocol 5", /'a'/],
    ["zlib", deflateSync(dumps({ a: 1 })), "pickle, protocol 5", /'a'/],
    ["joblib", dumpsJoblib({ x: array }), "joblib file, protocol 4", /int32/],
    ["npy", encodeNpy(array), "NumPy array (.npy)", /int32/],
    ["msgpack", packb({ a: [1, 2] }), "msgpack", /'a'/],
    ["json", ascii('{"a": 1}'), "JSON", /'a'/],
    ["iris", data("iris.pkl"), "pickle, protocol 4", /LogisticRegression/],
    ["iris in joblib", data("iris.joblib"), "joblib file, protocol 4", /LogisticRegression/],
    ["shelf", shelf("dbm.gnu"), "shelf", /'key'.*'a': 1/],
    ["newer shelf", shelf("dbm.sqlite3"), "shelf", /'key'.*'a': 1/],
    ["frame", data("plants.pkl"), "pickle, protocol 4", /DataFrame/],
  ];
  it.each(cases)("%s", async (name, bytes, kind, row) => {
    const file = await openFile(name, Uint8Array.from(bytes));
    expect(file.facts.failure).toBeUndefined();
    expect(file.facts.kind).toBe(kind);
    const contents = await whole(file, "contents");
    expect(contents.failure).toBeUndefined();
    expect(texts(contents.rows).join("\n")).toMatch(new RegExp(row, "s"));
    for (const view of ["json", "tagged"] as const) {
      const page = await whole(file, view);
      expect(page.failure).toBeUndefined();
      expect(() => JSON.parse(page.text)).not.toThrow();
    }
    // What is no pickle at all is nothing that the audit knows.
    const isPickle = /pickle|joblib|NumPy|shelf/.test(kind);
    const report = await new Views(file).audit();
    expect([report.verdict, report.format === "unknown"]).toEqual(
      isPickle ? ["safe", false] : ["incomplete", true],
    );
  });

  it("or refused with a reason", async () => {
    expect((await openFile("x", new Uint8Array())).facts.failure?.message).toMatch(/empty/);
    expect(
      (await openFile("x", Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10))).facts.failure,
    ).toBeDefined();
    const damaged = gzipSync(dumps("text")).fill(0xff, 12, 20);
    expect((await openFile("x", damaged)).facts.failure?.code).toBeDefined();
    const cut = await openFile("x", dumps([1, "two"]).subarray(0, 20));
    const { failure } = await whole(cut, "contents");
    expect([failure?.code, failure?.offset]).toEqual(["truncated", expect.any(Number)]);
    const twice = zip([
      { name: "a/data.pkl", data: dumps(1) },
      { name: "b/data.pkl", data: dumps(2) },
    ]);
    expect((await openFile("x", twice)).facts.failure?.message).toMatch(/2 members/);
    const page = await whole(await openFile("x", ascii("<!doctype html><p>")), "contents");
    expect(page.failure?.message).toMatch(/HTML/);
  });

  it("also within a PyTorch file", async () => {
    const chunks: Uint8Array[] = [];
    const inner = dumps({ weights: [1, 2] }, 2);
    const members = [
      { name: "model/data.pkl", chunks: [inner] },
      { name: "model/data/0", chunks: [new Uint8Array(8)] },
    ];
    for await (const chunk of zipChunks(members, { compressed: false })) chunks.push(chunk);
    const file = await openFile("model.pt", Buffer.concat(chunks));
    expect(file.facts).toMatchObject({
      kind: "pickle, protocol 2",
      wrapping: "a PyTorch file (zip)",
      unpackedSize: inner.length,
    });
    expect(texts((await whole(file, "contents")).rows).join()).toContain("'weights'");
    expect((await whole(file, "opcodes")).text).toContain("STOP");
    expect((await new Views(file).audit()).verdict).toBe("safe");
  });

  it("and read a page at a time", async () => {
    const values = Array.from({ length: 30 }, (_, at) => dumps([`number ${at}`]));
    const views = new Views(await openFile("x", Buffer.concat(values)));
    const found: string[] = [];
    for (;;) {
      const { rows, isDone } = await views.next("contents", 7);
      expect(rows.length).toBeLessThanOrEqual(7);
      found.push(...texts(rows));
      if (isDone) break;
    }
    expect(found.filter((row) => row === "object").length).toBe(30);
    expect(found.at(-1)).toMatch(/number 29/);
    const { text } = await views.next("opcodes", 1_000_000);
    expect(text.match(/STOP/g)?.length).toBe(30);
    expect(text).toContain("pickle 30, from byte");
  });

  it("with every text fit to be shown", async () => {
    const hostile = "\u202e\u0000<img src=x onerror=alert(1)>\u200b";
    const bytes = dumps({ [hostile]: [hostile, new Error(hostile)] });
    const file = await openFile(`${hostile}.pkl`, bytes);
    const [contents, json, opcodes] = await Promise.all(
      (["contents", "json", "opcodes"] as const).map((view) => whole(file, view)),
    );
    const all = JSON.stringify([file.facts, contents?.rows, json?.text, opcodes?.text]);
    expect(all).toContain("<img");
    expect(all).not.toMatch(/[\u202e\u200b\0]|[^\\]\\u0000/);
  });
});

describe("whatever the bytes", () => {
  // Control characters but the line breaks that views are made of, and what turns the direction of writing.
  const unfit = /[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;
  const strings = (value: unknown): string[] =>
    typeof value === "string"
      ? [value]
      : typeof value === "object" && value !== null
        ? Object.values(value).flatMap(strings)
        : [];
  const look = async (bytes: Uint8Array): Promise<string> => {
    const file = await openFile("x", bytes);
    const views = new Views(file);
    const pages = [];
    for (const name of ["contents", "opcodes", "json", "tagged"] as const) {
      pages.push(await views.next(name, 200));
    }
    const report = await views.audit();
    expect(strings([file.facts, pages, report]).filter((text) => unfit.test(text))).toEqual([]);
    return report.verdict;
  };

  it("there is an answer fit to be shown: attacks", async () => {
    expect(ATTACKS.length).toBeGreaterThan(300);
    for (const { name, bytes } of ATTACKS) {
      expect([name, await look(Uint8Array.from(bytes))]).not.toEqual([name, "safe"]);
    }
  });

  it("there is an answer fit to be shown: damaged files", async () => {
    const whole = [data("iris.pkl"), data("users.pkl"), data("plants.pkl"), data("iris.joblib")];
    const damages = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...whole), damages, async (bytes, changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
        await look(damaged);
      }),
      { numRuns: 150 },
    );
  });

  it("there is an answer fit to be shown: a million levels", async () => {
    const levels = 1_000_000;
    const bytes = new Uint8Array(2 * levels).fill(0x5d, 0, levels).fill(0x61, levels);
    bytes[2 * levels - 1] = 0x2e;
    expect(await look(bytes)).toBe("safe");
  });
});

describe("JSON is indented", () => {
  it("and stays the same JSON, however it is cut", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.integer({ min: 1, max: 30 }), (text, size) => {
        const uncut = new Indenter().push(text);
        const indenter = new Indenter();
        let pieces = "";
        for (let at = 0; at < text.length; at += size) {
          pieces += indenter.push(text.slice(at, at + size));
        }
        expect(pieces).toBe(uncut);
        expect(JSON.parse(uncut)).toEqual(JSON.parse(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("with what is short on one line", () => {
    const text = JSON.stringify({ a: [1, 2, 3], b: { c: "x, y" }, d: Array(40).fill(12345) });
    const lines = new Indenter().push(text).split("\n");
    expect(lines.slice(0, 4)).toEqual([
      "{",
      '  "a": [1, 2, 3],',
      '  "b": {"c": "x, y"},',
      '  "d": [',
    ]);
    expect(lines.length).toBe(46);
  });
});

describe("pasted bytes", () => {
  const bytes = Uint8Array.of(0x80, 4, 0x4b, 1, 0x2e);
  it.each([
    "80044b012e",
    "0x80044B012E",
    "80 04 4b 01 2e",
    "80:04:4b:01:2e",
    "\\x80\\x04\\x4b\\x01\\x2e",
    "b'\\x80\\x04\\x4b\\x01\\x2e'",
    "gARLAS4=",
    "gARLAS4",
    "gARL\nAS4=\n",
    '"gARLAS4="',
    "data:application/octet-stream;base64,gARLAS4=",
  ])("%s", (text) => {
    expect(bytesOf(text)).toEqual(bytes);
  });
  it("of both alphabets", () => {
    expect(bytesOf("-_-_")).toEqual(bytesOf("+/+/"));
  });
  it.each(["", "  ", "hello world!", "abcde", "gARLAS4=x", "<b>"])("not %s", (text) => {
    expect(() => bytesOf(text)).toThrow(PasteError);
  });
});

it("samples are the files of examples/data", async () => {
  const [iris, users, surprise] = SAMPLES.map(({ base64 }) => bytesOf(base64));
  expect(Buffer.compare(Buffer.from(iris as Uint8Array), data("iris.pkl"))).toBe(0);
  expect(Buffer.compare(Buffer.from(users as Uint8Array), data("users.pkl"))).toBe(0);
  const report = await new Views(await openFile("x", surprise as Uint8Array)).audit();
  expect(report.verdict).toBe("dangerous");
  expect(report.findings[0]?.expression).toMatch(/^os\.system\('curl /);
});

it("a dump has offsets, digits and characters", () => {
  expect(hexDump(Uint8Array.from({ length: 10 }, (_, at) => 0x3c + at))).toBe(
    "0000  3c 3d 3e 3f 40 41 42 43  <=>?@ABC\n0008  44 45                    DE",
  );
  expect(hexDump(new Uint8Array(5000)).split("\n").at(-1)).toBe("… 904 more bytes");
});

describe("the playground", () => {
  it("answers with the bytes of dumps, or says why not", () => {
    const value = { a: [1, 2.5], b: Tuple.of(null), c: new Float(3) };
    for (let protocol = 0; protocol <= 5; protocol++) {
      const { shown, sizes } = play("{a: [1, 2.5], b: (None,), c: 3.0}", protocol);
      expect(shown?.bytes).toEqual(dumps(value, protocol));
      expect(sizes).toEqual([0, 1, 2, 3, 4, 5].map((one) => dumps(value, one).length));
      expect(bytesOf(shown?.base64 ?? "")).toEqual(shown?.bytes);
      expect(shown?.opcodes).toMatch(/STOP/);
    }
    const { failure } = play("[1,\n ?]", 4);
    expect(failure?.at).toBe(5);
    expect(failure?.message).toContain("line 2, column 2");
    expect(play("x".repeat(2_000_000), 4).failure?.message).toContain("longer");
  });
});

describe("the lesson", () => {
  const page = readFileSync(join(ROOT, "site", "index.html"), "utf8");
  const named = [...page.matchAll(/data-exercise="(\w+)"/g)].map(([, name]) => name);

  it("has an exercise in each step", () => {
    expect(named).toEqual(Object.keys(EXERCISES));
    expect(page.match(/<article>/g)?.length).toBe(named.length);
  });

  const answers: Record<string, { right: string[]; wrong: string[] }> = {
    shortest: { right: ["None", "()", "true"], wrong: ["[]", "1"] },
    cycle: { right: ["&a [*a]", "&list [*list,]"], wrong: ["[]", "&a [1, *a]", "&a [*a, *a]"] },
    class: {
      right: ["shop.Order {total: 3}", 'shop.Order {id: 1, "total": 2.5}'],
      wrong: [
        "shop.Order {sum: 3}",
        "staff.Order {total: 1}",
        'shop.Order("total")',
        "'shop.Order'",
      ],
    },
    call: {
      right: ['decimal.Decimal("1.5")', "datetime.timedelta(1)"],
      wrong: ["1", 'os.system("ls")', "decimal.Decimal"],
    },
    protocols: { right: ["1", "'a'"], wrong: ["[10, 20, 30, 40, 50, 60, 70, 80]", "{1000, 1001}"] },
  };
  for (const [name, exercise] of Object.entries(EXERCISES)) {
    if (exercise.kind === "choice") {
      it(`${name} has one right answer to each question`, () => {
        for (const { answers: all, right } of exercise.questions) {
          expect(all[right]).toBeDefined();
          expect(new Set(all).size).toBe(all.length);
        }
      });
      continue;
    }
    it(`${name} tells right from wrong`, () => {
      const judged = (text: string): string | undefined => {
        const { shown, sizes } = play(text, exercise.protocol);
        return shown === undefined ? "no value" : exercise.check(shown, sizes);
      };
      const { right, wrong } = answers[name] as { right: string[]; wrong: string[] };
      for (const text of right) expect([text, judged(text)]).toEqual([text, undefined]);
      for (const text of [exercise.start, ...wrong]) expect(judged(text)).toMatch(/\w/);
    });
  }
});
