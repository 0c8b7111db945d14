/** The command line as a user meets it: what it prints, where, and with which exit code. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  dumps,
  FrozenSet,
  Global,
  Instance,
  loads,
  PyDict,
  PySet,
  Tuple,
} from "../../src/pickle/index.ts";
import { brine, NODE_ARGS } from "./run.ts";

const IRIS = join(import.meta.dirname, "..", "..", "examples", "data", "iris.pkl");
const PERSON = { name: "Ann", scores: [90, 85.5], tags: new Set(["x"]) };

// Each run is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "brine-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "latin1"));
}

/** A pickle of `depth` lists in each other. */
function nested(depth: number): Uint8Array {
  return latin1(`\x80\x02${"]".repeat(depth)}${"a".repeat(depth - 1)}.`);
}

/** A list that holds itself. */
function cyclic(): unknown[] {
  const list: unknown[] = [1];
  list.push(list);
  return list;
}

/** `levels` lists, each holding the one below twice: 2^levels values for whoever writes them all out. */
function doubled(levels: number): unknown {
  let value: unknown = ["leaf"];
  for (let level = 0; level < levels; level++) value = [value, value];
  return value;
}

describe("usage", () => {
  it("--help of the program and of each command has examples, on standard output", () => {
    const { status, stdout, stderr } = brine(["--help"]);
    expect([status, stderr]).toEqual([0, ""]);
    for (const command of ["show", "json", "convert"]) {
      expect(stdout).toContain(command);
      const help = brine([command, "--help"]);
      expect([help.status, help.stderr]).toEqual([0, ""]);
      expect(help.stdout).toMatch(new RegExp(`^Usage: brine ${command} `));
      expect(help.stdout).toContain("Examples:");
      expect(help.stdout).toContain("Exit codes:");
      expect(brine(["help", command]).stdout).toBe(help.stdout);
    }
  });

  it("--version is the package's", () => {
    const manifest = readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    expect(brine(["--version"]).stdout).toBe(`${version}\n`);
  });

  const wrong: [args: string[], message: RegExp][] = [
    [["frob"], /^brine: there is no command "frob"; /],
    [["--frob"], /^brine: there is no option "--frob"; /],
    [["show"], /^brine: show wants one file, got 0; /],
    [["show", "a", "b"], /^brine: show wants one file, got 2; /],
    [["convert", "a"], /^brine: convert wants 2 files, got 1; /],
    [["show", "--frob", "a"], /^brine: Unknown option '--frob'/],
    [
      ["show", "-dash.pkl"],
      /^brine: Unknown option '-d'; see brine show --help; a file whose name begins with - goes behind --\n$/,
    ],
    [
      ["show", "--depth"],
      /^brine: Option '--depth <value>' argument missing; see brine show --help\n$/,
    ],
    [["help", "frob"], /^brine: there is no command "frob"; /],
    [["show", ""], /^brine: "": it is no name of a file\n$/],
    [
      ["shelve", "db"],
      /^brine: shelve wants at least 2 arguments \(brine shelve DB keys\|get\|.*convert\), got 1; /,
    ],
    [
      ["shelve", "/nowhere/db", "keys"],
      /there is no database "\/nowhere\/db"; brine shelve DB set KEY JSON makes one\n$/,
    ],
    [
      ["checkpoint", import.meta.dirname, "show", "x"],
      /there is no checkpoint "x" in .*; brine checkpoint DIR list has the names\n$/,
    ],
    [["show", "--depth", "x", IRIS], /^brine: --depth wants a whole number from 0 on, got "x"/],
    [["show", "--width", "3", IRIS], /^brine: --width wants a whole number from 20 on, got "3"/],
    [["convert", "--protocol", "6", IRIS, "-"], /^brine: --protocol 6: the highest is 5/],
  ];
  it.each(wrong)("%j is an error of one line", (args, message) => {
    const { status, stdout, stderr } = brine(args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("no command at all shows the help, as an error", () => {
    const { status, stdout, stderr } = brine([]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^Usage: brine COMMAND/);
  });
});

describe("bad input", () => {
  const bad: [name: string, bytes: Uint8Array, message: RegExp][] = [
    ["cut", dumps(PERSON).subarray(0, 40), /: truncated: .* at byte \d+ /],
    ["no-opcode", latin1("]\xff."), /: invalid-opcode: .* at byte 1 /],
    ["empty", new Uint8Array(0), /: it is empty$/],
    ["text", latin1("hello world, this is text"), /: [a-z-]+: .* at byte \d+/],
    ["table.csv", latin1("a,b\n1,2\n"), /: stack-underflow: .* at byte 0 .*; no pickle begins so$/],
    ["plot.png", latin1("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), /: it is a PNG image, which/],
    [
      "files.tar",
      latin1(`data.pkl${"\0".repeat(249)}ustar\x0000${"\0".repeat(248)}`),
      /: it is a tar archive, which brine cannot read yet$/,
    ],
    [
      "python2.pkl",
      latin1("U\x04caf\xe9."),
      /: bad-encoding: a Python 2 string is not ASCII \(--encoding latin1 or bytes reads it\) at byte 0 /,
    ],
    [
      "page.html",
      latin1("<!DOCTYPE html><html></html>"),
      /: it is HTML or XML, which brine cannot read yet$/,
    ],
    ["data.json", latin1('{"a": [1, 2'), /: bad-json: "," or "]" is missing at line 1, column 12$/],
    [
      "array.npy",
      latin1("\x93NUMPY\x01\0v\0{'descr': '<f8'}"),
      /: truncated: a \.npy file ends in its header at byte 26$/,
    ],
    [
      "arrays.npz",
      latin1(`PK\x03\x04${"\0".repeat(26)}x.npy\0`),
      /: not-zip: zip archive: it has no end record at byte 14$/,
    ],
    [
      "model.pt",
      latin1(`PK\x03\x04${"\0".repeat(26)}model/data.pkl\x80\x02`),
      /: it is a PyTorch file \(zip\)/,
    ],
    ["data.xz", latin1("\xfd7zXZ\0\0\x04"), /: its xz data is damaged: truncated: .* at byte 8$/],
    ["data.bz2", latin1("BZh91AY&SY"), /: its bzip2 data is damaged: truncated: .* at byte 10$/],
    [
      "data.lz4",
      latin1("\x04\x22\x4d\x18abcd"),
      /: its LZ4 data is damaged: truncated: .* at byte 8$/,
    ],
    ["shelf.db", latin1("SQLite format 3\0\x10\0"), /: damaged: file is not a database/],
    [
      "shelf.gdbm",
      latin1("\xce\x9a\x57\x13\0\0\0\0"),
      /: damaged: the database is damaged at byte/,
    ],
    [
      "shelf.bdb",
      latin1(`${"\0".repeat(12)}\x61\x15\x06\0`),
      /: damaged: the database is damaged at byte/,
    ],
    [
      "shelf.dir",
      latin1("'key', (0, 12)\n'other', (512, 3)\n"),
      /: it is the directory of a dumb dbm/,
    ],
    [
      "data.msgpack",
      latin1("\x82\xa1a\x91\x80\xa1b\x81\x90\xc0"),
      /: unhashable: an array cannot be a dict key at byte 8$/,
    ],
    [
      "cut.gz",
      gzipSync(dumps(PERSON)).subarray(0, 30),
      /: its gzip data is damaged: truncated: .* at byte 30$/,
    ],
    ["bad.gz", latin1("\x1f\x8b\x08\0garbage..........."), /: its gzip data is damaged: /],
    ["npy.gz", gzipSync(latin1("\x93NUMPY....")), /: unsupported-version: .* at byte 6$/],
    ["twice.gz", gzipSync(gzipSync("x")), /: it is gzip data that holds gzip data, which/],
    [
      "joblib.pkl",
      latin1("\x80\x02cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}b."),
      /: bad-array: the dtype of an array is none at byte 44/,
    ],
  ];
  it.each(bad)("%s: exit 2 and one line that says what and where", (name, bytes, message) => {
    const path = file(name, bytes);
    const { status, stderr } = brine(["show", path]);
    expect(status).toBe(2);
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.startsWith(`brine: ${path}: `)).toBe(true);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).not.toMatch(/\bat .*\.ts:\d+/);
  });

  it("is the same to every command", () => {
    const path = file("cut.pkl", dumps(PERSON).subarray(0, 40));
    const { stderr } = brine(["show", path]);
    expect(brine(["json", path])).toMatchObject({ status: 2, stdout: "", stderr });
    expect(brine(["convert", path, "-"])).toMatchObject({ status: 2, stdout: "", stderr });
  });

  it("names that lead nowhere, and folders", () => {
    expect(brine(["show", join(folder, "none.pkl")]).stderr).toMatch(
      /^brine: .*none\.pkl: no such file or directory \(ENOENT\)\n$/,
    );
    const { status, stderr } = brine(["show", folder]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/: it is a folder; brine audit walks those \(EISDIR\)\n$/);
  });

  it("data that unpacks to more than allowed is not unpacked", () => {
    const bomb = file("bomb.gz", gzipSync(dumps(new Uint8Array(20_000_000))));
    const { status, stderr } = brine(["show", "--inflate-limit", "10", bomb]);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /: it unpacks to more than 10\.0 MB; raise --inflate-limit to read it\n$/,
    );
    expect(brine(["show", "--inflate-limit", "30", bomb]).status).toBe(0);
  });

  it("objects that need more memory than allowed are not made", () => {
    const path = file("lists.pkl", dumps(Array.from({ length: 50_000 }, () => [])));
    const { status, stderr } = brine(["show", "--memory-limit", "1", path]);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /: limit-exceeded: memory \(see --memory-limit\) is limited to 1000000, the input asks for \d+ at byte /,
    );
    expect(brine(["json", "--memory-limit", "100", path]).status).toBe(0);
  });
});

describe("show", () => {
  it("a scikit-learn model: classes, parameters by name, arrays, and what it refers to", () => {
    const { status, stdout, stderr } = brine(["show", IRIS]);
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/iris\.pkl: pickle, protocol 4, 1\.4 kB$/);
    expect(lines[1]).toBe("sklearn.pipeline.Pipeline scikit-learn 1.9.1");
    const model = "      sklearn.linear_model._logistic.LogisticRegression scikit-learn 1.9.1";
    expect(lines).toContain(model);
    expect(lines[lines.indexOf(model) + 1]).toMatch(/^ {8}penalty='deprecated', C=1\.0, /);
    expect(stdout).toMatch(/ {8}coef_: numpy\.ndarray float64 \(3, 4\): -1\.0765924, /);
    expect(stdout).toMatch(/ {10}min -1\.92814, max 2\.63928, mean /);
    expect(stdout).toContain(
      "classes_: numpy.ndarray str10 (3,): 'setosa', 'versicolor', 'virginica'",
    );
    expect(stdout).toMatch(/\nrefers to: sklearn\.pipeline\.Pipeline, .*LogisticRegression\n$/);
  });

  it("all objects of a file, from standard input too, with numbers when there are several", () => {
    const bytes = Uint8Array.from([...dumps(PERSON), ...dumps([1, 2]), ...dumps(null)]);
    const expected = [
      "pickle, protocol 5",
      "object 1",
      "dict of 3",
      "  'name': 'Ann'",
      "  'scores': [90, 85.5]",
      "  'tags': {'x'}",
      "",
      "object 2",
      "[1, 2]",
      "",
      "object 3",
      "None",
    ];
    const shown = brine(["show", "-"], bytes);
    expect(shown.stdout).toBe(`standard input: ${expected.join("\n")}\n`);
    const path = file("three.pkl", bytes);
    const [, ...lines] = brine(["show", path]).stdout.trimEnd().split("\n");
    expect(lines).toEqual(expected.slice(1));
  });

  it("what could be read before a damaged object, then the error with the offset in the file", () => {
    const good = dumps("good");
    const { status, stdout, stderr } = brine(["show", "-"], Uint8Array.from([...good, 0x5d, 0xff]));
    expect(status).toBe(2);
    expect(stdout).toContain("object 1\n'good'\n");
    expect(stderr).toContain(`invalid-opcode: `);
    expect(stderr).toContain(` at byte ${good.length + 1} `);
  });

  it("unpacks gzip and zlib", () => {
    const pickle = dumps(PERSON);
    for (const [bytes, wrapping] of [
      [gzipSync(pickle), "gzip"],
      [deflateSync(pickle), "zlib"],
    ] as const) {
      const { status, stdout } = brine(["show", file("wrapped", bytes)]);
      expect(status).toBe(0);
      expect(stdout).toContain(`in ${wrapping} data`);
      expect(stdout).toContain("'name': 'Ann'");
    }
  });

  it("reads compressed pickles behind a plain one, as in a file of Django's cache", () => {
    const packed = deflateSync(dumps(PERSON));
    const cached = file("cached", Uint8Array.from([...dumps(1.5), ...packed]));
    const { status, stdout } = brine(["show", cached]);
    expect(status).toBe(0);
    expect(stdout).toContain("object 1\n1.5\n\nobject 2\n");
    expect(stdout).toContain("'name': 'Ann'");
    expect(brine(["json", cached]).stdout).toMatch(/^1\.5\n\{.*"name":"Ann"/);

    const cut = file("cut", Uint8Array.from([...dumps(1.5), ...packed.subarray(0, 20)]));
    const damaged = brine(["show", cut]);
    expect(damaged.status).toBe(2);
    expect(damaged.stdout).toContain("object 1\n1.5\n");
    expect(damaged.stderr).toContain("its zlib data is damaged: truncated");
    const other = brine(["show", file("other", Uint8Array.from([...dumps(1.5), 0x78, 0x00]))]);
    expect(other.stderr).toContain(`invalid-opcode: 'x' is no opcode at byte ${dumps(1.5).length}`);
  });

  it("shared references and cycles by number, however often they multiply", () => {
    const cycle = brine(["show", "-"], dumps(cyclic()));
    expect(cycle.stdout.split("\n").slice(1, 4)).toEqual([
      "#1 list of 2",
      "  1",
      "  <ref #1> list",
    ]);
    const { status, stdout } = brine(["show", "--all", "-"], dumps(doubled(60)));
    expect(status).toBe(0);
    expect(stdout.split("\n").length).toBeLessThan(200);
    expect(stdout).toContain("<ref #60> list");
  });

  it("a million nested lists, cut at the depth asked for, and all of them", () => {
    const deep = nested(1_000_000);
    const cut = brine(["show", "--depth", "3", "-"], deep);
    expect(cut.stdout.split("\n").slice(1, -1)).toEqual([
      "list of 1 list",
      "  list of 1 list",
      "    list of 1 list",
      "      list of 1 list …",
    ]);
    const all = brine(["show", "--all", "-"], deep);
    expect(all.status).toBe(0);
    const lines = all.stdout.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(999_990);
    expect(lines.at(-1)).toMatch(/^ {60}\(level 99999\d\) \[\[\]\]$/);
  }, 60_000);

  it("cuts what is long and says how much there is", () => {
    const value = {
      ints: Array.from({ length: 1000 }, (_, index) => index),
      records: Array.from({ length: 200 }, (_, id) => ({ id, name: `n${id}` })),
      text: "x".repeat(5000),
      blob: new Uint8Array(12_345),
      big: 10n ** 100n,
    };
    const { stdout } = brine(["show", "--width", "80", "-"], dumps(value));
    const lines = stdout.trimEnd().split("\n");
    for (const line of lines.slice(1)) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/ {2}'ints': list of 1,000 ints, 0 to 999: 0, 1, 2, .*…\n/);
    expect(stdout).toContain(
      "  'records': list of 200 dicts with 'id', 'name'\n    {'id': 0, 'name': 'n0'}\n",
    );
    expect(stdout).toContain("    … 190 more\n");
    expect(stdout).toMatch(/ {2}'text': 'x+…/);
    expect(stdout).toMatch(/ {2}'big': 10{23}…0{8} \(101 digits\)\n/);
    const three = brine(["show", "--items", "3", "-"], dumps(value)).stdout;
    expect(three).toContain("    … 197 more\n");
  });

  it("never lets a file write to the terminal: controls and reversed text are escaped everywhere", () => {
    const evil = "\x1b]0;owned\x07\u202e\u009b31m";
    const value = new Instance("new", new Global(`mod${evil}`, `Class${evil}`), []);
    value.state = new PyDict<unknown, unknown>([
      [`key${evil}`, evil],
      ["dict", new PyDict([[evil, Tuple.of(evil)]])],
      ["bytes", latin1(evil.slice(0, 11))],
    ]);
    for (const options of [[], ["--all"], ["--json"]]) {
      const { status, stdout } = brine(["show", ...options, "-"], dumps(value));
      expect(status).toBe(0);
      expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    }
    const { stderr } = brine(["show", "-"], latin1(`cmod${evil}\nx\nR.`));
    expect(stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });

  it("nor does JSON write to it, and is the same JSON", () => {
    const bad = "\x1b[31m\x7f\x9b2J\u202ereversed\u2066";
    const global = new Global("os", "sys\x9b2Jtem");
    const bytes = dumps({ [bad]: [bad, global, new Instance("call", global, [])] });
    const path = file("json-\x9b2J.pkl", bytes);
    const shelf = join(folder, "bad-shelf");
    expect(brine(["shelve", shelf, "set", bad, JSON.stringify(bad)]).status).toBe(0);
    for (const args of [
      ["json", path],
      ["json", "--tagged", path],
      ["show", "--json", path],
      ["audit", "--json", path],
      ["audit", "--sarif", path],
      ["convert", "--to", "json", path, "-"],
      ["shelve", shelf, "keys", "--json"],
      ["shelve", shelf, "get", bad, "--json"],
      ["shelve", shelf, "export"],
    ]) {
      const { stdout, stderr } = brine(args);
      expect(stdout + stderr, args.join(" ")).not.toMatch(
        /[\0-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]/,
      );
      expect(JSON.parse(stdout), args.join(" ")).toBeDefined();
    }
    expect(JSON.parse(brine(["json", path]).stdout)).toHaveProperty([bad, 0], bad);
  });

  it("--json is one document, valid also when an object is damaged", () => {
    const value = { a: [1, [2]], shared: cyclic() };
    const document = brine(["show", "--json", "-"], dumps(value)).stdout;
    expect(JSON.parse(document)).toEqual({
      file: "standard input",
      format: "pickle",
      protocol: 5,
      objects: [
        {
          type: "dict",
          text: "of 2",
          count: 2,
          parts: [
            {
              label: "'a'",
              type: "list",
              text: "of 2",
              count: 2,
              parts: [
                { type: "int", text: "1" },
                { type: "list", text: "of 1 int", count: 1, parts: [{ type: "int", text: "2" }] },
              ],
            },
            {
              label: "'shared'",
              type: "list",
              text: "of 2",
              count: 2,
              id: 1,
              parts: [
                { type: "int", text: "1" },
                { type: "list", ref: 1 },
              ],
            },
          ],
        },
      ],
      globals: [],
    });
    const damaged = brine(["show", "--json", "-"], Uint8Array.from([...dumps(1), 0xff]));
    expect(damaged.status).toBe(2);
    expect(JSON.parse(damaged.stdout)).toMatchObject({
      objects: [{ type: "int", text: "1" }],
      error: expect.stringContaining("invalid-opcode"),
    });
    const cut = brine(["show", "--json", "--items", "2", "-"], dumps([[], [], [], [], []])).stdout;
    expect(JSON.parse(cut)).toMatchObject({ objects: [{ parts: [{}, {}, { more: 3 }] }] });
  });

  it("colours on a terminal only, unless told otherwise", () => {
    const input = dumps(PERSON);
    const colour = /\x1b\[/;
    const has = (args: string[], environment = {}): boolean =>
      colour.test(brine(["show", ...args, "-"], input, environment).stdout);
    expect(has([])).toBe(false);
    expect(has(["--color"])).toBe(true);
    expect(has([], { FORCE_COLOR: "1" })).toBe(true);
    expect(has([], { FORCE_COLOR: "0" })).toBe(false);
    expect(has(["--no-color"], { FORCE_COLOR: "1" })).toBe(false);
    expect(has([], { NO_COLOR: "1", FORCE_COLOR: "1" })).toBe(false);
    expect(has(["--color"], { NO_COLOR: "1" })).toBe(true);
  });

  it.skipIf(spawnSync("script", ["--version"]).status !== 0)("colours in a real terminal", () => {
    const path = file("terminal.pkl", dumps(PERSON));
    const command = [process.execPath, ...NODE_ARGS, "show", path].join(" ");
    const { NO_COLOR: _, ...environment } = process.env;
    const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], {
      encoding: "utf8",
      env: { ...environment, TERM: "xterm" },
    });
    expect(stdout).toContain("\x1b[36m'name'\x1b[0m");
  });

  it.each([
    "show --all",
    "json",
    "json --tagged",
    "dis",
  ])("%s ends quietly when the reader goes away", async (command) => {
    const deep = nested(200_000);
    const child = spawn(process.execPath, [...NODE_ARGS, ...command.split(" "), "-"]);
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += String(chunk);
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(deep);
    child.stdout.once("data", () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect([status, errors]).toEqual([0, ""]);
  });
});

describe("json", () => {
  const many = new PyDict<unknown, unknown>([
    ["int", 2n ** 64n],
    ["float", loads(latin1("G?\xf0\0\0\0\0\0\0."), { lossless: true })],
    ["nan", Number.NaN],
    ["tuple", Tuple.of(1, null, true)],
    ["set", new PySet([1])],
    ["bytes", latin1("\x00\xff")],
    [
      "keys",
      new PyDict<unknown, unknown>([
        [1, "a"],
        [true && 2.5, "b"],
        [null, "c"],
      ]),
    ],
    [
      "clash",
      new PyDict<unknown, unknown>([
        [1, "a"],
        ["1", "b"],
      ]),
    ],
    ["text", "a\ud800\u2028"],
  ]);

  it("plain: one line an object, conversions as documented and told on standard error", () => {
    const bytes = Uint8Array.from([...dumps(many), ...dumps([1])]);
    const { status, stdout, stderr } = brine(["json", "-"], bytes);
    expect(status).toBe(0);
    const [first, second] = stdout.trimEnd().split("\n");
    expect(first).toBe(
      '{"int":18446744073709551616,"float":1.0,"nan":null,"tuple":[1,null,true],"set":[1],' +
        '"bytes":"AP8=","keys":{"1":"a","2.5":"b","null":"c"},"clash":[[1,"a"],["1","b"]],' +
        `"text":${JSON.stringify("a\ud800\u2028")}}`,
    );
    expect(second).toBe("[1]");
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    for (const what of [
      "NaN or infinity to null (1)",
      "set to list (1)",
      "bytes to base64 (1)",
      "dict's keys to text (1)",
      "dict to a list of pairs (1)",
    ]) {
      expect(stderr).toContain(what);
    }
    expect(brine(["json", "--quiet", "-"], bytes).stderr).toBe("");
  });

  it("plain: instances by their attributes, classes by name", () => {
    const ann = new Instance("new", new Global("staff", "Employee"), []);
    ann.state = new PyDict<unknown, unknown>([
      ["name", "Ann"],
      ["boss", new Global("staff", "Boss")],
    ]);
    expect(JSON.parse(brine(["json", "-"], dumps(ann)).stdout)).toEqual({
      __class__: "staff.Employee",
      name: "Ann",
      boss: { __global__: "staff.Boss" },
    });
  });

  it("plain: cycles and multiplying references are refused before anything is written", () => {
    const cycle = brine(["json", "-"], dumps({ a: cyclic() }));
    expect([cycle.status, cycle.stdout]).toEqual([2, ""]);
    expect(cycle.stderr).toMatch(/: cycle: .* at \$\.a\[1\]\n$/);
    const growing = brine(["json", "-"], dumps(doubled(60)));
    expect([growing.status, growing.stdout]).toEqual([2, ""]);
    expect(growing.stderr).toMatch(
      /: too-large: shared references would be written out to \d+ values/,
    );
    expect(JSON.parse(brine(["json", "-"], dumps(doubled(3))).stdout)).toEqual(doubled(3));
    expect(brine(["json", "--values", "10", "-"], dumps(doubled(5))).status).toBe(2);
  });

  it("--tagged keeps every type, shared reference and cycle", () => {
    const { status, stdout, stderr } = brine(["json", "--tagged", "-"], dumps(many));
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual({
      int: { $int: "18446744073709551616" },
      float: { $float: "1.0" },
      nan: { $float: "nan" },
      tuple: { $tuple: [1, null, true] },
      set: { $set: [1] },
      bytes: { $bytes: "AP8=" },
      keys: {
        $dict: [
          [1, "a"],
          [2.5, "b"],
          [null, "c"],
        ],
      },
      clash: {
        $dict: [
          [1, "a"],
          ["1", "b"],
        ],
      },
      text: "a\ud800\u2028",
    });
    const cycle = brine(["json", "--tagged", "-"], dumps(cyclic()));
    expect(JSON.parse(cycle.stdout)).toEqual({ $id: 1, $value: [1, { $ref: 1 }] });
    const twice = doubled(60);
    expect(brine(["json", "--tagged", "-"], dumps(twice)).stdout.length).toBeLessThan(3000);
    const tricky = new PyDict<unknown, unknown>([
      ["$tuple", [1]],
      ["f", new FrozenSet([1])],
      ["c", new Global("a.b", "C.d")],
    ]);
    expect(JSON.parse(brine(["json", "--tagged", "-"], dumps(tricky)).stdout)).toEqual({
      $dict: [
        ["$tuple", [1]],
        ["f", { $frozenset: [1] }],
        ["c", { $global: "a.b:C.d" }],
      ],
    });
  });

  it("a million nested lists, plain and tagged", () => {
    const deep = nested(1_000_000);
    const expected = `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}\n`;
    expect(brine(["json", "-"], deep).stdout === expected).toBe(true);
    expect(brine(["json", "--tagged", "-"], deep).stdout === expected).toBe(true);
  }, 60_000);
});

describe("convert", () => {
  it("writes all objects in the protocol asked for, from and to files and streams", () => {
    const objects = [PERSON, Tuple.of(1, 2.5), cyclic()];
    const bytes = Uint8Array.from(objects.flatMap((object) => [...dumps(object, 5)]));
    for (let protocol = 0; protocol <= 5; protocol++) {
      const expected = Uint8Array.from(objects.flatMap((object) => [...dumps(object, protocol)]));
      const option = ["--protocol", String(protocol)];
      expect(brine(["convert", ...option, "-", "-"], bytes).bytes).toEqual(expected);
      const from = file("from.pkl", bytes);
      const to = join(folder, "to.pkl");
      const { status, stdout, stderr } = brine(["convert", ...option, from, to]);
      expect([status, stdout, stderr]).toEqual([0, "", ""]);
      expect(Uint8Array.from(readFileSync(to))).toEqual(expected);
      // A file may be converted in its own place.
      expect(brine(["convert", ...option, from, from]).status).toBe(0);
      expect(Uint8Array.from(readFileSync(from))).toEqual(expected);
    }
  });

  it("loses nothing of a model of classes that are not known here", () => {
    const original = Uint8Array.from(readFileSync(IRIS));
    const old = brine(["convert", "--protocol", "2", IRIS, "-"]).bytes;
    const back = brine(["convert", "--protocol", "4", "-", "-"], old).bytes;
    const shown = (bytes: Uint8Array): unknown => brine(["json", "--tagged", "-"], bytes).stdout;
    expect(shown(back)).toBe(shown(original));
  });

  it("leaves the target alone when the input is damaged in the middle", () => {
    const to = file("target.pkl", dumps("old"));
    const damaged = file("damaged.pkl", Uint8Array.from([...dumps("new"), 0xff]));
    const before = readdirSync(folder).length;
    const { status, stderr } = brine(["convert", damaged, to]);
    expect(status).toBe(2);
    expect(stderr).toContain("invalid-opcode");
    expect(loads(Uint8Array.from(readFileSync(to)))).toBe("old");
    expect(readdirSync(folder)).toHaveLength(before);
  });

  it("keeps strings of Python 2 as bytes when asked to", () => {
    const python2 = latin1("U\x03a\xe9b.");
    expect(brine(["convert", "-", "-"], python2).status).toBe(2);
    const { bytes } = brine(["convert", "--encoding", "bytes", "-", "-"], python2);
    expect(loads(bytes)).toEqual(latin1("a\xe9b"));
  });

  it("keeps persistent ids", () => {
    const { bytes } = brine(
      ["convert", "--protocol", "2", "-", "-"],
      latin1("(X\x03\0\0\0key K\x01tQ."),
    );
    expect(bytes.length).toBe(0);
    const good = brine(["convert", "--protocol", "2", "-", "-"], latin1("(X\x03\0\0\0keyK\x01tQ."));
    expect(loads(good.bytes, { persistentLoad: (id) => ({ id }) })).toEqual({
      id: Tuple.of("key", 1),
    });
  });

  it("a million nested lists", () => {
    const deep = nested(1_000_000);
    const { bytes } = brine(["convert", "--protocol", "5", "-", "-"], deep);
    expect(brine(["show", "--depth", "0", "-"], bytes).stdout).toContain("list of 1 list …");
  }, 60_000);
});
