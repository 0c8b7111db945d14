/** The examples of files, settings, caches, signatures, versions and checkpoints, each with its Python over the same files. */
import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exampleFolders } from "./built.ts";
import { flipByte } from "./flip.ts";
import { requirePython } from "./pythons.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const python = requirePython("3.13");
const fresh = exampleFolders("examples");

function run(file: string, ...args: string[]): string {
  const command = file.endsWith(".py") ? (python?.path ?? "") : process.execPath;
  const path = join(ROOT, "examples", file);
  const { status, stdout, stderr } = spawnSync(command, [path, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

describe.runIf(python !== undefined)("examples with Python", () => {
  it("files: saved and loaded, whatever the ending", () => {
    const folder = fresh();
    expect(run("files/save-and-load.ts", folder)).toBe(`Ann 3\n${"Ann\n".repeat(4)}`);
    const line = (name: string): string => `${name} Ann 274.5 {'a'} b'\\x00\\xff'\n`;
    expect(run("files/save-and-load.py", folder)).toBe(
      line("data.pkl") + line("data.pickle") + line("data.bin"),
    );
    // Nothing but the three files is left, and Python's own is read.
    expect(readdirSync(folder).sort()).toEqual(["data.bin", "data.pickle", "data.pkl"]);
    expect(readLoaded(join(folder, "data.pkl"))).toBe("Bob");
  });

  it("settings: kept between runs, by either side", () => {
    const file = join(fresh(), "settings.pkl");
    expect(run("settings/settings.ts", file)).toBe("light 12 true \n");
    expect(run("settings/settings.ts", file, "theme=dark", "open=a.py")).toBe(
      "dark 12 true a.py\n",
    );
    expect(run("settings/settings.py", file, "font_size=14", "open=b.py")).toBe(
      "dark 14 true b.py,a.py\n",
    );
    expect(run("settings/settings.ts", file, "line_numbers=no")).toBe("dark 14 false b.py,a.py\n");
    expect(run("settings/settings.py", file)).toBe("dark 14 false b.py,a.py\n");
    flipByte(file, 0);
    expect(() => run("settings/settings.ts", file)).toThrow("UnpicklingError");
  });

  it("cache: the second run computes nothing, and Python reads the results", () => {
    const folder = fresh();
    expect(run("cache/primes.ts", folder)).toBe("9592 9592 9592 168\ncomputed 2\n");
    expect(run("cache/primes.ts", folder)).toBe("9592 9592 9592 168\ncomputed 0\n");
    const script =
      "import glob, pickle, sys; print(sorted(len(pickle.load(open(f, 'rb'))['result']) for f in glob.glob(sys.argv[1] + '/*.pkl')))";
    const { stdout } = spawnSync(python?.path ?? "", ["-c", script, folder], { encoding: "utf8" });
    expect(stdout).toBe("[168, 9592]\n");
  });

  it("signing: verified before it is read, on both sides", () => {
    const folder = fresh();
    const python = "verified 7 admin\nrefused true\n";
    expect(run("signing/tokens.py", folder)).toBe(python);
    expect(run("signing/tokens.ts", folder)).toBe(`${python}rotated 8\n`);
    expect(run("signing/tokens.py", folder)).toBe(python);
    copyFileSync(join(folder, "from-brine.sig"), join(folder, "from-python.sig"));
    expect(() => run("signing/tokens.ts", folder)).toThrow("SignatureError");
  });

  it("versioned: migrated when it is loaded, refused when it is newer", () => {
    const file = join(fresh(), "profile.pkl");
    expect(run("versioned/profiles.ts", file)).toBe("Ann ann@example.org\n");
    expect(run("versioned/profiles.py", file)).toBe("Ann ann@example.org\n");
    run("versioned/profiles.py", file, "1");
    expect(run("versioned/profiles.py", file)).toBe("Bob unknown\n");
    expect(run("versioned/profiles.ts", file)).toBe("Bob unknown\n");
    run("versioned/profiles.py", file, "3");
    for (const side of ["ts", "py"]) {
      expect(run(`versioned/profiles.${side}`, file)).toBe("refused future-version 3 2\n");
    }
  });

  it("checkpoint: a loop that goes on where the other side stopped", () => {
    const folder = fresh();
    const first = "epoch-1 1.000 brine\nepoch-2 0.500 brine\n";
    expect(run("checkpoint/training.ts", folder)).toBe(first);
    const second = `${first}epoch-3 0.333 Python\nepoch-4 0.250 Python\n`;
    expect(run("checkpoint/checkpoints.py", folder)).toBe(second);
    // The last five are kept.
    const third = `${second}epoch-5 0.200 brine\nepoch-6 0.167 brine\n`
      .split("\n")
      .slice(1)
      .join("\n");
    expect(run("checkpoint/training.ts", folder)).toBe(third);
    expect(readdirSync(folder)).toHaveLength(10);
    flipByte(join(folder, "epoch-6.pkl"), 30);
    expect(() => run("checkpoint/checkpoints.py", folder)).toThrow("is corrupted");
    // brine goes on from the newest that is intact.
    expect(run("checkpoint/training.ts", folder)).toContain("epoch-7 0.143 brine\n");
  });
});

function readLoaded(file: string): string {
  const script = `import { load } from "brine"; console.log((await load(${JSON.stringify(file)})).name);`;
  const args = ["--input-type=module", "-e", script];
  return spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" }).stdout.trim();
}
