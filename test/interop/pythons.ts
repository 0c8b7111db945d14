/**
 * Environment in, the CPython interpreters that live tests may use out.
 * Source: `BRINE_PYTHONS`, then pyenv's versions, then PATH; each candidate is asked for its own version.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** One CPython: `version` is the series ("3.13"), `release` the exact version ("3.13.0"). */
export interface Python {
  readonly version: string;
  readonly release: string;
  readonly path: string;
}

/** The series that the live suites run against, oldest first. */
export const PYTHON_SERIES: readonly string[] = [
  "2.7",
  "3.6",
  "3.7",
  "3.8",
  "3.9",
  "3.10",
  "3.11",
  "3.12",
  "3.13",
];

/** The root of this repository. */
export const REPOSITORY: string = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The virtual environment that `scripts/python-env.sh` makes: numpy, scikit-learn, pandas, joblib. */
export const LIBRARIES_PYTHON: string = join(REPOSITORY, ".venv-libraries", "bin", "python");

const IDENTIFY =
  "import sys, platform; " +
  "sys.stdout.write('%s %d.%d.%d' % ((platform.python_implementation(),) + tuple(sys.version_info[:3])))";

let found: readonly Python[] | undefined;

/** The interpreters of this machine, at most one for each series of {@link PYTHON_SERIES}, oldest first. */
export function pythons(): readonly Python[] {
  if (found === undefined) {
    const bySeries = new Map<string, Python>();
    for (const path of candidates()) {
      if (bySeries.size === PYTHON_SERIES.length) break;
      const python = identify(path);
      if (python === undefined || !PYTHON_SERIES.includes(python.version)) continue;
      if (!bySeries.has(python.version)) bySeries.set(python.version, python);
    }
    found = PYTHON_SERIES.flatMap((series) => bySeries.get(series) ?? []);
  }
  return found;
}

/** What a test needs of Python: a series, or libraries (looked for in the virtual environment), or both. */
export interface PythonNeed {
  /** "3.13"; without it the newest that is there */
  readonly version?: string;
  /** names that must import, such as "numpy" */
  readonly modules?: readonly string[];
}

/**
 * The interpreter that satisfies `need`.
 * Where there is none: under `CI=true` an error, else a loud line on stderr and `undefined`, and the caller skips.
 */
export function requirePython(need: PythonNeed | string = {}): Python | undefined {
  const { version, modules = [] } = typeof need === "string" ? { version: need } : need;
  for (const python of withLibraries(modules).reverse()) {
    if (version !== undefined && python.version !== version) continue;
    if (modules.length === 0 || imports(python.path, modules)) return python;
  }
  const wanted =
    `CPython ${version ?? "3"}` + (modules.length === 0 ? "" : ` with ${modules.join(", ")}`);
  if (isCi()) {
    throw new Error(
      `${wanted} is required under CI=true and was not found (see scripts/python-env.sh)`,
    );
  }
  process.stderr.write(`\nSKIPPED: ${wanted} was not found; what needs it is NOT tested here\n`);
  return undefined;
}

/** Whether missing references are failures. */
export function isCi(): boolean {
  return process.env["CI"] === "true" || process.env["CI"] === "1";
}

function withLibraries(modules: readonly string[]): Python[] {
  const all = [...pythons()];
  if (modules.length === 0) return all;
  const libraries = identify(LIBRARIES_PYTHON);
  return libraries === undefined ? all : [...all, libraries];
}

function imports(path: string, modules: readonly string[]): boolean {
  const { status } = spawnSync(path, ["-c", `import ${modules.join(", ")}`], { stdio: "ignore" });
  return status === 0;
}

function* candidates(): Generator<string> {
  for (const path of (process.env["BRINE_PYTHONS"] ?? "").split(delimiter)) {
    if (path !== "") yield path;
  }
  const pyenv = join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions");
  if (existsSync(pyenv)) {
    for (const name of readdirSync(pyenv).sort()) yield join(pyenv, name, "bin", "python");
  }
  const names = [...PYTHON_SERIES.map((series) => `python${series}`), "python3", "python"];
  for (const name of names) {
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
      // pyenv's shims answer for every name and then refuse: they are no interpreters
      if (folder !== "" && !folder.endsWith(join(".pyenv", "shims"))) yield join(folder, name);
    }
  }
}

function identify(path: string): Python | undefined {
  if (!existsSync(path)) return undefined;
  const { status, stdout } = spawnSync(path, ["-c", IDENTIFY], { encoding: "utf8" });
  const answer = status === 0 ? /^CPython ((\d+\.\d+)\.\d+)$/.exec(stdout) : null;
  const [, release, version] = answer ?? [];
  return release === undefined || version === undefined ? undefined : { version, release, path };
}
