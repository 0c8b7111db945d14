/** examples/msgpack.ts and examples/choosing.ts, run as they are, with a live msgpack-python at the other end. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requirePython } from "./pythons.ts";

const EXAMPLES = join(import.meta.dirname, "..", "..", "examples");
const python = requirePython({ modules: ["msgpack"] });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "brine-examples-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
}

describe("examples/msgpack.ts", () => {
  it("packs what Python packs, and reads what Python packed", () => {
    const printed = run(process.execPath, join(EXAMPLES, "msgpack.ts"));
    expect(printed).toBe("msgpack: 62 bytes\nJSON: 88 bytes\ntrue\n");
    if (python === undefined) return;
    const script = `
import msgpack
data = {"name": "Alice", "age": 30, "scores": [95.5, 87, 92], "metadata": {"active": True, "joined": None}}
packed = open("data.msgpack", "rb").read()
assert msgpack.unpackb(packed) == data and msgpack.packb(data) == packed
open("python.msgpack", "wb").write(msgpack.packb({"from": "Python", "values": [1, 2.5, True]}))
`;
    run(python.path, "-c", script);
    expect(run(process.execPath, join(EXAMPLES, "msgpack.ts"), "python.msgpack")).toBe(
      '{"from":"Python","values":[1,2.5,true]}\n',
    );
    writeFileSync(join(folder, "cut"), readFileSync(join(folder, "python.msgpack")).subarray(0, 9));
    const cut = spawnSync(process.execPath, [join(EXAMPLES, "msgpack.ts"), "cut"], { cwd: folder });
    expect(cut.stderr.toString()).toContain("MsgpackError: the input ends inside an object");
  });
});

describe("examples/choosing.ts", () => {
  it("says which and why", () => {
    const printed = run(process.execPath, join(EXAMPLES, "choosing.ts"));
    const answers = printed.split("\n").filter((line) => /^\S/.test(line));
    expect(answers).toEqual([
      "settings that people edit: json",
      "a message with an image: msgpack",
      "results of a computation: pickle",
      "a trained model: joblib",
      "a task with its function: dill",
      "a set that a stranger sends: none",
    ]);
    expect(printed).toContain("  not json: it has no form for a set ($.seen)\n");
  });
});
