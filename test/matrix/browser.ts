/** dist in, a verdict from Chromium out: the same checks as in Node, served from localhost; ends with `N passed, N failed`. */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { Browser } from "playwright-core";
import { bundle } from "../../scripts/bundle.ts";
import { inChromium, type Outcome } from "./chromium.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
};

// What a bundler does from package.json's "exports" and "imports", an import map does here.
const PAGE = `<!doctype html><meta charset="utf-8"><title>brine</title>
<script type="importmap">${JSON.stringify({
  imports: {
    brine: "/dist/index.js",
    "brine/pickle": "/dist/pickle/index.js",
    "brine/dill": "/dist/dill/index.js",
    "#files": "/dist/sources/no-files.js",
    "temporal-polyfill": "data:text/javascript,",
  },
})}</script>
<script type="module">
  import * as brine from "brine";
  import * as pickle from "brine/pickle";
  import * as dill from "brine/dill";
  import * as parsers from "/parsers.js";
  import { runCore } from "/test/matrix/core.mjs";
  import { runDill } from "/test/matrix/dill.mjs";
  const { vectors } = await (await fetch("/test/matrix/vectors.json")).json();
  const core = await runCore(pickle, brine, { vectors });
  const code = await runDill(dill, { parsers, sees: false });
  window.outcome = {
    passed: core.passed + code.passed,
    failures: [...core.failures, ...code.failures],
  };
</script>`;

// What finds a function's names, as a bundler would bring it.
const parsers = await bundle(
  'export { parse } from "acorn"; export { analyze } from "eslint-scope";',
);

async function run(browser: Browser): Promise<Outcome> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    if (path === "/favicon.ico") {
      response.statusCode = 204;
      response.end();
      return;
    }
    if (path === "/") {
      response.setHeader("content-type", "text/html");
      response.end(PAGE);
      return;
    }
    if (path === "/parsers.js") {
      response.setHeader("content-type", "text/javascript");
      response.end(parsers.code);
      return;
    }
    const file = join(ROOT, path);
    const served = path.startsWith("/dist/") || path.startsWith("/test/matrix/");
    if (!served || !existsSync(file)) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const page = await browser.newPage();
    // The first error ends the wait: a page whose modules do not load would never finish.
    const broken = new Promise<never>((_, reject) => {
      page.on("pageerror", (error) => reject(error));
      page.on("requestfailed", (request) => reject(new Error(`failed: ${request.url()}`)));
      page.on("response", (response) => {
        const status = response.status();
        if (status >= 400) reject(new Error(`${status}: ${response.url()}`));
      });
    });
    const finished = page
      .goto(`http://127.0.0.1:${port}/`)
      .then(() => page.waitForFunction("window.outcome", undefined, { timeout: 120_000 }));
    const outcome = (await (await Promise.race([finished, broken])).jsonValue()) as Outcome;
    process.stdout.write(`Chromium ${browser.version()}\n`);
    return outcome;
  } finally {
    server.close();
  }
}

await inChromium("browsers are", run);
