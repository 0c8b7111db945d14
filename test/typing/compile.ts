/** Modules by name in, what tsc says of them out: compiled inside the package, so that "brine" means the package itself. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");

/** The messages of tsc, one a line, `""` for none. */
export function compiled(modules: ReadonlyMap<string, string>): string {
  const generated = join(ROOT, "test", ".generated");
  mkdirSync(generated, { recursive: true });
  const folder = mkdtempSync(join(generated, "types-"));
  try {
    for (const [name, text] of modules) writeFileSync(join(folder, name), text);
    const config = {
      extends: "../../../tsconfig.json",
      compilerOptions: { rootDir: "../../..", noUnusedLocals: false, declaration: false },
      include: ["*.ts"],
      exclude: [],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const { stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", folder], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    return (stdout + stderr).replaceAll(/\.generated\/types-\w+\//g, "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
