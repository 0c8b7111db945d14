/** examples/shared-shelf: a shelf in a real Redis that brine and Python (redis-py) change at the same time. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { requireBuild } from "./built.ts";
import { requirePython } from "./pythons.ts";
import { startRedis } from "./redis-server.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const python = requirePython({ modules: ["redis"] });
const server = await startRedis();
afterAll(() => server?.stop());

function run(command: string, file: string): Promise<string> {
  const path = join(ROOT, "examples", "shared-shelf", file);
  const child = spawn(command, [path, String(server?.port)], { stdio: ["ignore", "pipe", "pipe"] });
  const output: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("close", (status) =>
      status === 0 ? resolve(output.join("")) : reject(new Error(`${file}: ${output.join("")}`)),
    );
  });
}

describe.runIf(server !== undefined && python !== undefined)("examples/shared-shelf", () => {
  it("loses no visit, whoever counts", async () => {
    requireBuild();
    const ours = (): Promise<string> => run(process.execPath, "profiles.ts");
    const theirs = (): Promise<string> => run(python?.path ?? "", "profiles.py");
    expect(await ours()).toBe("ann Ann 100 admin\n");
    expect(await theirs()).toBe("ann Ann 200 admin\nbob Bob 1 guest\n");
    // Three of each at once.
    await Promise.all([ours(), theirs(), ours(), theirs(), ours(), theirs()]);
    expect(await ours()).toBe("ann Ann 900 admin\nbob Bob 1 guest\n");
  });
});
