/** Paths as given in, the files to audit out: folders are walked, names are filtered, what is no regular file is left out. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SizedJob } from "./audit-pool.ts";

/** A file to audit, and whether the user named it. */
export interface Target extends SizedJob {
  readonly named: boolean;
}

/** Which files of folders are wanted. */
export interface Filter {
  readonly include: readonly RegExp[];
  readonly exclude: readonly RegExp[];
}

/** What was found under the paths, and what could not be looked at. */
export interface Targets {
  readonly files: Target[];
  readonly failures: { readonly path: string; readonly error: unknown }[];
}

/** Collects the files under `paths`. Links to folders are not followed; neither is what git keeps to itself. */
export function targetsUnder(paths: readonly string[], { include, exclude }: Filter): Targets {
  const targets: Targets = { files: [], failures: [] };
  const isWanted = (path: string): boolean =>
    (include.length === 0 || include.some((pattern) => pattern.test(path))) &&
    !exclude.some((pattern) => pattern.test(path));
  const visit = (path: string, named: boolean): void => {
    try {
      const stat = statSync(path);
      if (stat.isFile()) {
        if (named || isWanted(path)) targets.files.push({ path, size: stat.size, named });
        return;
      }
      if (!stat.isDirectory()) {
        if (named) throw new Error("it is neither a file nor a folder");
        return;
      }
      const entries = readdirSync(path, { withFileTypes: true });
      entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const entry of entries) {
        if (entry.name === ".git") continue;
        const inside = join(path, entry.name);
        const isLink = entry.isSymbolicLink();
        if (isLink && statSync(inside, { throwIfNoEntry: false })?.isFile() !== true) continue;
        if (entry.isDirectory() && exclude.some((pattern) => pattern.test(`${inside}/`))) continue;
        visit(inside, false);
      }
    } catch (error) {
      targets.failures.push({ path, error });
    }
  };
  for (const path of paths) visit(path, true);
  return targets;
}
