/** A Python script's arguments in, the JSON document that it prints out. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Python } from "./pythons.ts";

/** Runs a script of this folder; a failed run is an error with what it wrote to stderr. */
export function runPython(
  python: Python,
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(python.path, [path, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PYTHONHASHSEED: "0", BRINE_NODE: process.execPath, ...environment },
  });
  const out: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) {
        resolve(JSON.parse(Buffer.concat(out).toString("utf8")));
      } else {
        const text = Buffer.concat(complaints).toString("utf8").slice(-4000);
        reject(new Error(`${python.path} ${script} ended with ${status}:\n${text}`));
      }
    });
  });
}

/** How many random graphs each Python makes in a suite: `BRINE_INTEROP_GRAPHS`, or what the suite asks for. */
export function graphCount(usual: number): string {
  return process.env["BRINE_INTEROP_GRAPHS"] ?? String(usual);
}
