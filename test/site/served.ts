/** The page's source in, the built page on localhost under a sub-path out, with a list of what was asked for. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { build } from "vite";

const ROOT = join(import.meta.dirname, "..", "..");
const DIST = join(ROOT, "site", "dist");
const BASE = "/some/where/";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** A page that is served. */
export interface Served {
  readonly address: string;
  /** Paths that were asked for, and what became of each. */
  readonly requests: { readonly path: string; readonly status: number }[];
  close(): void;
}

/** Builds the page as `npm run site` does. */
export async function buildSite(): Promise<void> {
  const configFile = join(ROOT, "site", "vite.config.ts");
  await build({ configFile, logLevel: "error" });
}

/** Serves what was built, without a header that a plain static host would not send. */
export async function serve(): Promise<Served> {
  const requests: Served["requests"] = [];
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const name = path === BASE ? "index.html" : path.slice(BASE.length);
    const file = join(DIST, name);
    const isThere = path.startsWith(BASE) && existsSync(file) && statSync(file).isFile();
    response.statusCode = isThere ? 200 : 404;
    requests.push({ path, status: response.statusCode });
    if (isThere) {
      response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
      response.end(readFileSync(file));
    } else response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}${BASE}`,
    requests,
    close: () => server.close(),
  };
}
