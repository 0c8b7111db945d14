/** A line of TypeScript that imports the built package in, the bundle a browser would get for it out. */
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";

const ROOT = join(import.meta.dirname, "..");
const ENTRY = "\0entry";

export interface Bundle {
  readonly code: string;
  readonly minifiedBytes: number;
  readonly gzippedBytes: number;
  /** path of each module that is in it -> bytes before minifying */
  readonly modules: ReadonlyMap<string, number>;
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
        .map(([path, { renderedLength }]) => [relative(ROOT, path), renderedLength]),
    ),
  };
}
