/** The test projects: `unit` is quick and needs nothing but Node; `interop` runs live Pythons. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Plugin } from "vite";
import { defaultServerConditions } from "vite";
import type { ViteUserConfig } from "vitest/config";

// `#files` in package.json leads to dist for users and to src under this condition.
const conditions = ["brine-source", ...defaultServerConditions];

const TSC = join(import.meta.dirname, "node_modules", "typescript", "bin", "tsc");

/** Vite's own transform leaves standard decorators as they are and no engine runs them yet: tsc lowers them. */
const decorators: Plugin = {
  name: "lower-standard-decorators",
  enforce: "pre",
  transform(code, id) {
    if (!/\.ts$/.test(id) || !/^[ \t]*@[A-Za-z_$]/m.test(code)) return null;
    const folder = mkdtempSync(join(tmpdir(), "brine-decorators-"));
    try {
      const flags =
        "--ignoreConfig --noCheck --noResolve --isolatedModules --verbatimModuleSyntax --sourceMap " +
        "--target es2023 --module esnext --moduleResolution bundler";
      spawnSync(process.execPath, [TSC, ...flags.split(" "), "--outDir", folder, id]);
      const output = join(folder, basename(id).replace(/\.ts$/, ".js"));
      const map: unknown = JSON.parse(readFileSync(`${output}.map`, "utf8"));
      const lowered = readFileSync(output, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
      return { code: lowered, map: map as null };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The page uses the package by its name; here as there, that is the source, so that a class is one class. */
const namesOfTheSite: Plugin = {
  name: "names-of-the-site",
  enforce: "pre",
  resolveId(id, importer) {
    if (importer?.startsWith(join(import.meta.dirname, "site")) !== true) return null;
    const name = /^brine(?:\/(\w+))?$/.exec(id);
    return name && join(import.meta.dirname, "src", name[1] ?? "", "index.ts");
  },
};

const shared: ViteUserConfig = {
  plugins: [decorators, namesOfTheSite],
  resolve: { conditions },
  ssr: { resolve: { conditions } },
};

const config: ViteUserConfig = {
  test: {
    ...(process.env["BRINE_REPORTS"] !== undefined && {
      reporters: ["default", "json"],
      outputFile: {
        json: `${process.env["BRINE_REPORTS"]}/vitest-${process.env["npm_lifecycle_event"] ?? "run"}.json`,
      },
    }),
    coverage: { provider: "v8", include: ["src/**/*.ts"] },
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/interop/**", "test/browser/**", "test/.generated/**"],
          testTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: "interop",
          include: ["test/interop/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
};

export default config;
