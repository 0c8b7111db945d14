/** The package as npm would publish it in, what its users would trip over out; ends with `N passed, N failed`. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../scripts/bundle.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const BIN = join(ROOT, "node_modules", ".bin");

/**
 * What `import { loads } from "brine/pickle"` may cost, minified and gzipped: a ratchet, to be lowered with every hundred
 * bytes that go. The aim is 15,000, which is not reached; `docs/performance.md` says what each part costs and who asks for it.
 */
const LOADS_GZIPPED_BYTES = 20_300;

/** How far the figures of README and docs/performance.md may be from the bundle's before somebody has to correct it. */
const README_TOLERANCE_BYTES = 200;

const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  name: string;
  version: string;
  exports: Record<string, unknown>;
};
const subpaths = Object.keys(manifest.exports).filter((path) => path !== "./package.json");
const names = subpaths.map((path) => manifest.name + path.slice(1));

const folder = mkdtempSync(join(tmpdir(), "brine-package-"));
const tarball = join(folder, `${manifest.name}-${manifest.version}.tgz`);

function run(command: string, args: string[], cwd: string = ROOT): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (error) throw error;
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")}: exit ${status}\n${stdout}${stderr}`);
  return stdout;
}

const checks: [name: string, act: () => unknown][] = [
  ["npm packs it", () => run("npm", ["pack", "--silent", "--pack-destination", folder])],
  [
    "holds what users need and nothing else",
    () => {
      const files = run("tar", ["-tzf", tarball]).trim().split("\n");
      const allowed =
        /^package\/(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.*|src\/.*\.ts)$/;
      const strange = files.filter((file) => !allowed.test(file));
      const needed = ["package/README.md", "package/LICENSE", "package/dist/index.js"];
      const missing = needed.filter((file) => !files.includes(file));
      if (strange.length + missing.length > 0) {
        throw new Error(`strange: ${strange.join(" ")}; missing: ${missing.join(" ")}`);
      }
    },
  ],
  ["publint", () => run(join(BIN, "publint"), ["--strict"])],
  ["attw", () => run(join(BIN, "attw"), [tarball, "--profile", "esm-only", "--no-color"])],
  [
    "installs and loads by every name",
    () => {
      mkdirSync(join(folder, "node_modules", manifest.name), { recursive: true });
      const target = join(folder, "node_modules", manifest.name);
      run("tar", ["-xzf", tarball, "--strip-components=1", "-C", target]);
      writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
      const uses = names.map(
        (name) => `if (!Object.keys(await import("${name}")).length) throw 1;`,
      );
      const works = `
        import { dumps, load, loads } from "brine";
        if (loads(dumps({ a: [1n, "b"] })).a[1] !== "b") throw 2;
        import { writeFileSync } from "node:fs";
        writeFileSync("value.pkl", dumps("from a file"));
        if ((await load("value.pkl")) !== "from a file") throw 3;
      `;
      writeFileSync(join(folder, "user.js"), works + uses.join("\n"));
      run(process.execPath, ["user.js"], folder);
    },
  ],
  [
    "compiles in a strict project, declarations checked",
    () => {
      const imports = names.map((name, index) => `import * as m${index} from "${name}";`);
      const uses = names.map((_, index) => `m${index}`).join(", ");
      writeFileSync(
        join(folder, "user.ts"),
        `${imports.join("\n")}\nexport const all: object[] = [${uses}];\n`,
      );
      const options = {
        target: "es2023",
        lib: ["es2023", "esnext.temporal", "esnext.decorators", "dom"],
        module: "nodenext",
        strict: true,
        noEmit: true,
        types: ["node"],
        typeRoots: [join(ROOT, "node_modules", "@types")],
        skipLibCheck: false,
      };
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions: options, files: ["user.ts"] }),
      );
      run(join(BIN, "tsc"), ["-p", folder]);
    },
  ],
  [
    "has a command that runs",
    () => {
      const main = join(folder, "node_modules", manifest.name, "dist", "cli", "main.js");
      if (!readFileSync(main, "utf8").startsWith("#!/usr/bin/env node\n")) {
        throw new Error("no #! line");
      }
      if (!/usage/i.test(run(process.execPath, [main, "--help"], folder))) {
        throw new Error("--help says nothing of usage");
      }
    },
  ],
  [
    "bundles for browsers without anything of Node, and small",
    async () => {
      for (const name of names) {
        const { code } = await bundle(`export * from "${name}";`);
        const node = /["'](node:[a-z/]+|#files|fs|path)["']|\bBuffer[.(]|\bprocess\./.exec(code);
        if (node !== null) throw new Error(`${name}: ${node[0]}`);
      }
      const { gzippedBytes } = await bundle('export { loads } from "brine/pickle";');
      if (gzippedBytes > LOADS_GZIPPED_BYTES) {
        throw new Error(`loads is ${gzippedBytes} B, more than ${LOADS_GZIPPED_BYTES} B`);
      }
    },
  ],
  [
    "costs a bundle what README and docs/performance.md say",
    async () => {
      const readme = readFileSync(join(ROOT, "README.md"), "utf8");
      const promised = Number(/adds ([\d.]+) kB to a bundle/.exec(readme)?.[1]) * 1000;
      const { gzippedBytes } = await bundle('export { loads } from "brine/pickle";');
      if (!(Math.abs(gzippedBytes - promised) <= README_TOLERANCE_BYTES)) {
        throw new Error(`loads is ${gzippedBytes} B, the README says ${promised} B`);
      }
      const table = readFileSync(join(ROOT, "docs", "performance.md"), "utf8");
      const rows = [
        ...table.matchAll(/^import (\{.*\}) from (".*")\s+[\d,]+ B minified\s+([\d,]+) B/gm),
      ];
      if (rows.length === 0) throw new Error("docs/performance.md has no sizes");
      for (const [line, names, from, said = ""] of rows) {
        const bytes = (await bundle(`export ${names} from ${from};`)).gzippedBytes;
        if (Math.abs(bytes - Number(said.replace(",", ""))) > README_TOLERANCE_BYTES)
          throw new Error(`${line} in docs/performance.md: it is ${bytes} B`);
      }
    },
  ],
];

let failed = 0;
try {
  for (const [name, act] of checks) {
    try {
      await act();
      process.stdout.write(`ok      ${name}\n`);
    } catch (error) {
      failed++;
      process.stdout.write(
        `FAILED  ${name}\n${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
