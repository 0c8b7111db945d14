/** Every shape, written in one process and restored in another: the probe says the same. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REFUSED, SHAPES } from "./shapes.ts";

const folder = mkdtempSync(join(tmpdir(), "brine-shapes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The sources as Node runs them: the test runner's transformed ones are not what users write.
function node(script: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--conditions=brine-source", join(import.meta.dirname, script), ...args],
    { encoding: "utf8", maxBuffer: 2 ** 26 },
  );
  expect(status, stderr).toBe(0);
  return stdout;
}

let sent: {
  said: Record<string, string>;
  refused: Record<string, { reason: string; message: string }>;
};
let received: string[];
let receivedAgain: string[];
let receivedAsRecords: string[];

beforeAll(() => {
  node("send.ts", folder);
  sent = JSON.parse(readFileSync(join(folder, "said.json"), "utf8")) as typeof sent;
  received = JSON.parse(node("receive.ts", folder, String(SHAPES.length))) as string[];
  receivedAgain = JSON.parse(
    node("receive.ts", folder, String(SHAPES.length), "again"),
  ) as string[];
  receivedAsRecords = JSON.parse(
    node("receive.ts", folder, String(SHAPES.length), "record"),
  ) as string[];
}, 60_000);

describe("shapes that travel", () => {
  it("are at least sixty", () => {
    expect(SHAPES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(SHAPES.map(({ name }) => name)).size).toBe(SHAPES.length);
  });

  it.each(SHAPES.map(({ name }, at) => [name, at] as const))("%s", (name, at) => {
    expect(sent.said[name]).not.toMatch(/^not written/);
    expect(received[at]).toBe(sent.said[name]);
  });

  it.each(SHAPES.map(({ name }, at) => [name, at] as const))("%s, sent on", (name, at) => {
    expect(receivedAgain[at]).toBe(sent.said[name]);
  });

  it.each(
    SHAPES.map(({ name }, at) => [name, at] as const),
  )("%s, looked at between", (name, at) => {
    expect(receivedAsRecords[at]).toBe(sent.said[name]);
  });
});

describe("docs/dill.md", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "dill.md"), "utf8");

  it("lists every shape that travels, and nothing else", () => {
    const table = page.slice(page.indexOf("## The shapes"));
    const cells = [...table.matchAll(/^\| (.*) \|$/gm)].flatMap(([, row = ""]) => row.split(" | "));
    expect(cells.map((cell) => cell.trim()).filter((cell) => /\w/.test(cell))).toEqual(
      SHAPES.map(({ name }) => name),
    );
  });

  it("lists what does not, with what is said", () => {
    const rows = REFUSED.map(({ name, reason, message }) => {
      return `| ${name} | \`${reason}\` | ${message.replace(/ at \$.*$/, "")} |`;
    });
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
  });
});

describe("shapes that do not", () => {
  it.each(REFUSED)("$name", ({ name, reason, message }) => {
    expect(sent.refused[name]).toEqual({ reason, message });
  });
});
