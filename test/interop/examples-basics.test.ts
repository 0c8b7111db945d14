/** The examples of the basics, of classes, of a malicious pickle and of joblib's files, each with its Python over the same files. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exampleFolders } from "./built.ts";
import { requireEnvironment } from "./environments.ts";
import { type Python, requirePython } from "./pythons.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const COMMAND = join(ROOT, "dist", "cli", "main.js");
const python = requirePython("3.13");
const libraries = requireEnvironment("libraries");
const fresh = exampleFolders("basics");

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function tried(command: string | undefined, ...args: string[]): Ended {
  return spawnSync(command ?? "", args, { encoding: "utf8" });
}

function run(file: string, by: Python | undefined, ...args: string[]): string {
  const command = file.endsWith(".py") ? by?.path : process.execPath;
  const { status, stdout, stderr } = tried(command, join(ROOT, "examples", file), ...args);
  if (status !== 0) throw new Error(`${file} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

// Each alone, then each over what the other has written: always the same lines.
function alike(example: string, by: Python | undefined, lines: string): void {
  const folder = fresh();
  for (const side of ["py", "ts", "py", "ts"]) {
    expect(run(`${example}.${side}`, by, folder)).toBe(lines);
  }
  expect(run(`${example}.ts`, by, fresh())).toBe(lines);
}

describe.runIf(python !== undefined)("examples/basics", () => {
  it("a record there and back", () => {
    alike(
      "basics/round-trip",
      python,
      "equal true same false\ninner same false\nAlice 30 95.5 87 92 Zürich\n",
    );
  });

  it("many objects in one file, added by both", () => {
    const file = join(fresh(), "readings.pkl");
    expect(run("basics/many.ts", python, file)).toBe("3 brine 6 Python 0\n");
    expect(run("basics/many.py", python, file)).toBe("6 brine 6 Python 6\n");
    expect(run("basics/many.ts", python, file)).toBe("9 brine 12 Python 6\n");
    expect(run("basics/many.py", python, file)).toBe("12 brine 12 Python 12\n");
  });

  it("the size under every protocol, and a file that old Pythons read", () => {
    const file = join(fresh(), "for-python2.pkl");
    const sizes = run("basics/protocols.ts", python, file);
    expect(sizes.trim().split("\n")).toHaveLength(6);
    expect(run("basics/protocols.py", python, file)).toBe(`${sizes}read\n`);
    for (const version of ["2.7", "3.6"]) {
      const old = requirePython(version);
      if (old !== undefined) expect(run("basics/protocols.py", old, file)).toMatch(/\nread\n$/);
    }
  });

  it("what can be pickled, type for type, and what cannot, with the place", () => {
    const folder = fresh();
    const refused = "refused lambda $.handlers[0]\nrefused lock $.state\nrefused stream $[1].log\n";
    expect(run("basics/values.ts", python, folder)).toBe(refused);
    const kinds = "NoneType bool int float complex str bytes list tuple dict set frozenset range";
    const lines = run("basics/values.py", python, folder).trim().split("\n");
    expect(lines.map((line) => line.split(" ")[1])).toEqual([
      ...kinds.split(" "),
      ...["lambda", "lock", "stream"],
    ]);
    const found = run("basics/values.ts", python, folder);
    expect(found.split("\n")).toHaveLength(kinds.split(" ").length + 5);
    expect(found).toContain("float Float(1.0)\nimaginary Complex(1-2j)\n");
    expect(found.endsWith(`same bytes true\n${refused}`)).toBe(true);
  });
});

describe.runIf(python !== undefined)("examples/classes", () => {
  it("have their methods on both sides, and what they left behind is made anew", () => {
    alike(
      "classes/employees",
      python,
      "Bob 44000 5 2021-01-04T09:00:00\nAnn 55000 7 2019-05-01T09:00:00\n" +
        "db.example 0 connected\nby_salary\n",
    );
  });
});

describe.runIf(python !== undefined)("examples/attack", () => {
  it("runs in Python, and is only looked at here", () => {
    const file = join(fresh(), "attack.pkl");
    run("attack/attack.py", python, "make", file);
    const { status, stdout } = tried(
      process.execPath,
      join(ROOT, "examples", "attack", "attack.ts"),
      file,
    );
    const [first = "", ...rest] = stdout.trim().split("\n");
    expect(first).toMatch(/^dangerous calls (\w+)\.system \1\.system\('touch .*was-here'\)$/);
    expect(rest[0]).toMatch(/^model \w+\.system\('touch .*was-here'\)$/);
    expect(rest[1]).toMatch(/^refused \w+\.system forbidden-global$/);
    expect(status).toBe(1);
    expect(tried(process.execPath, COMMAND, "audit", file).status).toBe(1);
    expect(existsSync(`${file}.was-here`)).toBe(false);

    run("attack/attack.py", python, "load", file);
    expect(existsSync(`${file}.was-here`)).toBe(true);
  });
});

describe.runIf(libraries !== undefined)("examples/joblib", () => {
  it("arrays whole and by slices, plain and compressed", () => {
    alike("joblib/arrays", libraries, "true 1000×1000\n124999.875 oak fir 5\n3×1000 1250\n");
  });

  it("a scikit-learn model, changed here and at work there", () => {
    const model = join(ROOT, "examples", "data", "iris.joblib");
    const changed = join(fresh(), "changed.joblib");
    const before = "Pipeline scale classify\nC 1.0 intercepts 3\n";
    expect(run("joblib/model.ts", libraries, model, changed)).toBe(before);
    expect(run("joblib/model.py", libraries, model, changed)).toBe(
      `${before}virginica setosa\n${before.replace("C 1.0", "C 0.5")}setosa setosa\n`,
    );
  });
});
