/** What examples need before they run: the package as its users have it, and folders of their own. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

const ENTRY = join(import.meta.dirname, "..", "..", "dist", "index.js");

/** Throws where the package is not built, which examples import as its users do. */
export function requireBuild(): void {
  if (existsSync(ENTRY)) return;
  throw new Error("dist is missing: examples import the package as its users do (npm run build)");
}

/** For a file of tests of examples: the build is required, and each call of the answer makes a folder that goes at the end. */
export function exampleFolders(name: string): () => string {
  const root = mkdtempSync(join(tmpdir(), `brine-${name}-`));
  let count = 0;
  beforeAll(requireBuild);
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return () => mkdtempSync(join(root, `${count++}-`));
}
