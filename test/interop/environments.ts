/**
 * The folder of `scripts/python-env.sh` in, its Pythons and the libraries each of them has out.
 * Source: `.venv-NAME/bin/python`; each is asked for its own versions.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isCi, type Python, REPOSITORY } from "./pythons.ts";

/** One virtual environment: a Python with the versions of the libraries it can import. */
export interface Environment extends Python {
  readonly name: string;
  /** what is installed, by the name to import: "numpy" to "2.5.5", "sklearn" to "1.9.1" */
  readonly libraries: Readonly<Record<string, string>>;
}

/** The names of the table in `scripts/python-env.sh`, newest libraries first. */
export const ENVIRONMENT_NAMES = [
  "libraries",
  "arrow",
  "numpy1",
  "py38",
  "py310",
  "py39",
  "py36",
  "py27",
] as const;

/** `tasks` has frameworks and none of the libraries that {@link environments} is asked for, so that list goes without it. */
export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number] | "tasks";

// Versions come from the names of the .dist-info folders: importing all of it takes seconds.
const IDENTIFY = `
import json, os, re, sys
libraries = {}
for folder in filter(os.path.isdir, sys.path):
    for name in os.listdir(folder):
        match = re.match(r"(.+)-([0-9][^-]*)\\.dist-info$", name)
        if match:
            libraries.setdefault(match.group(1).replace("scikit_learn", "sklearn"), match.group(2))
sys.stdout.write(json.dumps({"release": "%d.%d.%d" % tuple(sys.version_info[:3]), "libraries": libraries}))
`;

const found = new Map<EnvironmentName, Environment | undefined>();

/**
 * The environments that are there and have every module of `modules`, newest libraries first.
 * One that was not made is an error under `CI=true`, else a loud line on stderr.
 */
export function environments(modules: readonly string[] = []): Environment[] {
  return ENVIRONMENT_NAMES.flatMap((name) => {
    const environment = requireEnvironment(name);
    const complete = modules.every((module) => environment?.libraries[module] !== undefined);
    return environment !== undefined && complete ? [environment] : [];
  });
}

/** The environment of that name; one that was not made is an error under `CI=true`, else a loud line and `undefined`. */
export function requireEnvironment(name: EnvironmentName): Environment | undefined {
  if (!found.has(name)) {
    const environment = identify(name);
    if (environment === undefined) complain(name);
    found.set(name, environment);
  }
  return found.get(name);
}

function complain(name: EnvironmentName): void {
  const missing = `.venv-${name} is missing or broken: scripts/python-env.sh ${name} makes it`;
  if (isCi()) throw new Error(missing);
  process.stderr.write(`\nSKIPPED: ${missing}; what needs it is NOT tested here\n`);
}

function identify(name: EnvironmentName): Environment | undefined {
  const path = join(REPOSITORY, `.venv-${name}`, "bin", "python");
  if (!existsSync(path)) return undefined;
  const { status, stdout } = spawnSync(path, ["-c", IDENTIFY], { encoding: "utf8" });
  if (status !== 0) return undefined;
  const answer = JSON.parse(stdout) as Pick<Environment, "release" | "libraries">;
  const version = answer.release.split(".").slice(0, 2).join(".");
  return { name, path, version, ...answer };
}
