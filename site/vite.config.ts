/** The page's source in, a folder of static files out, for any path of any web server. */
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

const ROOT = join(import.meta.dirname, "..");

/** The development server talks to its page; what is built never does. */
const development: Plugin = {
  name: "allow-development-server",
  apply: "serve",
  transformIndexHtml: (html) =>
    html
      .replace("connect-src 'none'", "connect-src 'self' ws:")
      .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
      .replace(/require-trusted-types-for 'script';?/, ""),
};

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [development],
  resolve: {
    alias: [
      { find: /^brine$/, replacement: join(ROOT, "src", "index.ts") },
      { find: /^brine\/(.*)$/, replacement: join(ROOT, "src", "$1", "index.ts") },
      {
        find: /^(?:apache-arrow|piscina|acorn|eslint-scope)$/,
        replacement: join(import.meta.dirname, "absent.ts"),
      },
      { find: "#files", replacement: join(ROOT, "src", "sources", "no-files.ts") },
    ],
  },
  worker: { format: "es" },
  server: { fs: { allow: [ROOT] } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    // Nothing as a data: URL: the policy allows files only.
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 600,
  },
});
