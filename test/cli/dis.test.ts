/** `brine dis` as a user meets it, beside `python -m pickletools` where that is there. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { pythons } from "../interop/pythons.ts";
import { latin1 } from "../pickletools/pickles.ts";
import { brine } from "./run.ts";

vi.setConfig({ testTimeout: 60_000 });

let folder = "";
let good = "";
let cut = "";
let shared = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "brine-dis-"));
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, latin1(text));
    return path;
  };
  good = file("good.pkl", "\x80\x02]q\x00(K\x01X\x02\0\0\0\xc3\xa9e.rest");
  cut = file("cut.pkl", "\x80\x02]q\x00(K\x01");
  shared = file("shared.pkl", "\x80\x02h\x00.");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TEXT =
  "    0: \\x80 PROTO      2\n    2: ]    EMPTY_LIST\n    3: q    BINPUT     0\n    5: (    MARK\n" +
  "    6: K        BININT1    1\n    8: X        BINUNICODE 'é'\n   15: e        APPENDS    (MARK at 5)\n" +
  "   16: .    STOP\nhighest protocol among opcodes = 2\n";

it("prints the first pickle of a file or of standard input", () => {
  expect(brine(["dis", good])).toMatchObject({ status: 0, stdout: TEXT, stderr: "" });
  expect(brine(["dis", "-"], readFileSync(good))).toMatchObject({ status: 0, stdout: TEXT });
});

it("prints what comes before a mistake, then the mistake", () => {
  const { status, stdout, stderr } = brine(["dis", cut]);
  expect(status).toBe(2);
  expect(stdout).toBe(TEXT.split("\n").slice(0, 5).join("\n").concat("\n"));
  expect(stderr).toBe(`brine: ${cut}: pickle exhausted before seeing STOP\n`);
});

it("writes to a file", () => {
  const path = join(folder, "out.txt");
  expect(brine(["dis", "-o", path, good])).toMatchObject({ status: 0, stdout: "" });
  expect(readFileSync(path, "utf8")).toBe(TEXT);
});

it("lets no name of a file write to the terminal", () => {
  const red = join(folder, "\x1b[31mred.pkl");
  writeFileSync(red, latin1("N."));
  expect(brine(["dis", red, red]).stdout).toContain(`==> ${folder}/\\x1b[31mred.pkl <==\n`);
  const { stderr } = brine(["json", red.replace("red", "set")]);
  expect(stderr).toContain("\\x1b[31mset.pkl: no such file");
});

it("refuses what it cannot do", () => {
  expect(brine(["dis"])).toMatchObject({
    status: 2,
    stderr: "brine: dis wants at least one file, got 0; see brine dis --help\n",
  });
  expect(brine(["dis", "-l", "x", good]).stderr).toContain("--indentlevel wants a whole number");
  expect(brine(["dis", "-p", "{0}", good]).stderr).toContain("--preamble knows {name}");
  expect(brine(["dis", join(folder, "none")])).toMatchObject({ status: 2, stdout: "" });
});

const python = pythons().find(({ version }) => version === "3.13");

it.skipIf(python === undefined)("prints what python -m pickletools prints", () => {
  const runs: string[][] = [
    [good],
    ["-a", good],
    ["--annotate", "-l", "2", good],
    ["-l", "0", good, cut, good],
    ["-m", good, shared],
    [good, shared],
    ["-p", "<{name}> {{}}", good, good],
    [good, "-", good],
  ];
  for (const args of runs) {
    // Python's own refuses a standard input that cannot be sought in.
    const input = openSync(good, "r");
    const theirs = spawnSync(python?.path ?? "", ["-m", "pickletools", ...args], {
      stdio: [input, "pipe", "pipe"],
      env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    });
    closeSync(input);
    const ours = brine(["dis", ...args], readFileSync(good));
    expect([args, ours.stdout]).toEqual([args, theirs.stdout.toString("utf8")]);
    expect([args, ours.status === 0]).toEqual([args, theirs.status === 0]);
  }
});
