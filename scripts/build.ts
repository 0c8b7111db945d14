/** src in, a clean dist out: compiled JavaScript, declarations and their maps; the command is executable. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

// Beside dist and then in its place, so that whoever uses dist meanwhile finds a whole one.
const next = join(ROOT, `.dist-${process.pid}`);
const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
const { status } = spawnSync(
  process.execPath,
  [tsc, "-p", "tsconfig.build.json", "--outDir", next],
  { cwd: ROOT, stdio: "inherit" },
);
if (status === 0) {
  const command = join(next, "cli", "main.js");
  if (existsSync(command)) chmodSync(command, 0o755);
  rmSync(join(ROOT, "dist"), { recursive: true, force: true });
  renameSync(next, join(ROOT, "dist"));
}
rmSync(next, { recursive: true, force: true });
process.exitCode = status ?? 1;
