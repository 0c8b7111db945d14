/** A line of TypeScript that imports the built package in, the bundle a browser would get for it out. */
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build, minifySync, type Rolldown } from "vite";

const ROOT = join(import.meta.dirname, "..");
const ENTRY = "\0entry";

export interface Bundle {
  readonly code: string;
  readonly minifiedBytes: number;
  readonly gzippedBytes: number;
  /** path of each module that is in it -> what is left of its text, before minifying */
  readonly modules: ReadonlyMap<string, string>;
}

/** Bundles `entry` for browsers, minified; lazily imported chunks are not counted, as nobody has asked for them. */
export async function bundle(entry: string): Promise<Bundle> {
  const result = (await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    resolve: {
      alias: [
        { find: /^brine$/, replacement: join(ROOT, "dist", "index.js") },
        { find: /^brine\/(.*)$/, replacement: join(ROOT, "dist", "$1", "index.js") },
      ],
    },
    build: {
      write: false,
      minify: true,
      target: "es2023",
      modulePreload: false,
      rolldownOptions: {
        input: ENTRY,
        preserveEntrySignatures: "strict",
        external: ["temporal-polyfill"],
      },
    },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === ENTRY ? ENTRY : null),
        load: (id) => (id === ENTRY ? { code: entry, moduleSideEffects: true } : null),
      },
    ],
  })) as Rolldown.RolldownOutput;
  const chunk = result.output.find((output) => output.type === "chunk" && output.isEntry);
  if (chunk?.type !== "chunk") throw new Error("the bundle has no entry");
  const code = chunk.code;
  return {
    code,
    minifiedBytes: Buffer.byteLength(code),
    gzippedBytes: gzipSync(code, { level: 9 }).length,
    modules: new Map(
      Object.entries(chunk.modules)
        .filter(([path]) => path !== ENTRY)
        .map(([path, { code }]) => [relative(ROOT, path), code ?? ""]),
    ),
  };
}

/** What each module costs a bundle: by how many gzipped bytes less it would be without that module's text. */
export function costs({ modules }: Bundle): ReadonlyMap<string, number> {
  const sizeWithout = (left?: string): number => {
    const text = [...modules].map(([path, code]) => (path === left ? "" : code)).join("\n");
    // What is unused without the module stays: its cost is another module's.
    const compress = { target: "es2023", unused: false } as const;
    const { code } = minifySync("bundle.js", text, {
      module: true,
      compress,
      mangle: { toplevel: true },
    });
    return gzipSync(code, { level: 9 }).length;
  };
  const whole = sizeWithout();
  return new Map([...modules.keys()].map((path) => [path, whole - sizeWithout(path)]));
}
