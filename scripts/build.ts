/** src in, a clean dist out: compiled JavaScript, declarations and their maps; the command is executable. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

rmSync(join(ROOT, "dist"), { recursive: true, force: true });
const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
  cwd: ROOT,
  stdio: "inherit",
});
const command = join(ROOT, "dist", "cli", "main.js");
if (existsSync(command)) chmodSync(command, 0o755);
process.exitCode = status ?? 1;
