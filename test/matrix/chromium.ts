/** A test that needs a browser in, a real Chromium for it and its verdict out: the last line is `N passed, N failed`. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { isCi } from "../interop/pythons.ts";

const SHOWN_FAILURES = 20;

/** What checks came to. */
export interface Outcome {
  readonly passed: number;
  readonly failures: readonly string[];
}

/** Runs checks in a Chromium without a window that asks nobody for anything; `what` is not tested where there is none. */
export async function inChromium(
  what: string,
  run: (browser: Browser) => Promise<Outcome>,
): Promise<void> {
  const executablePath = process.env["BRINE_CHROMIUM"] ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    process.stderr.write(`\nSKIPPED: no Chromium at ${executablePath}; ${what} NOT tested here\n`);
    process.stdout.write(`0 passed, ${isCi() ? 1 : 0} failed\n`);
    process.exitCode = isCi() ? 1 : 0;
    return;
  }
  const { passed, failures } = await judged(executablePath, run).catch((error: unknown) => ({
    passed: 0,
    failures: [String(error)],
  }));
  for (const failure of failures.slice(0, SHOWN_FAILURES)) process.stdout.write(`  ${failure}\n`);
  process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

async function judged(
  executablePath: string,
  run: (browser: Browser) => Promise<Outcome>,
): Promise<Outcome> {
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  try {
    return await run(browser);
  } finally {
    await browser.close();
  }
}
