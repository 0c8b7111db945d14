/** Files so large that several threads read an array's bytes: whole, cut, watched, aborted. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { UnpicklingError } from "../../src/core/errors/index.ts";
import { dumps, load, loads, type Progress } from "../../src/joblib/index.ts";
import { openInput } from "../../src/node/index.ts";
import { type NdArray, ndarray } from "../../src/numpy/index.ts";

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), "brine-large-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

// Two arrays of 20 MiB, small ones before, between and behind them.
const counted = Float64Array.from({ length: 2.5 * MIB }, (_, index) => index / 3);
const FILE = dumps([
  ndarray([1, 2]),
  ndarray(counted),
  ndarray([3]),
  ndarray(counted.toReversed()),
  ndarray([4, 5, 6]),
]);

function fileOf(bytes: Uint8Array): string {
  const path = join(mkdtempSync(join(folder, "file-")), "arrays.joblib");
  writeFileSync(path, bytes);
  return path;
}

function numbers(arrays: NdArray[]): string[] {
  return arrays.map((array) => Buffer.from(array.toBytes()).toString("latin1"));
}

async function refused(action: Promise<unknown>): Promise<unknown> {
  try {
    await action;
  } catch (error) {
    return error;
  }
  throw new Error("nothing was refused");
}

describe("a large file", () => {
  const whole = numbers(loads<NdArray[]>(FILE));

  it.each([{}, { hugePages: true }])("loads as its bytes do, with %o", async (options) => {
    expect(numbers(await load<NdArray[]>(fileOf(FILE), options))).toEqual(whole);
  });

  it("tells of every byte in order", async () => {
    const steps: Progress[] = [];
    const arrays = await load<NdArray[]>(fileOf(FILE), { onProgress: (step) => steps.push(step) });
    expect(numbers(arrays)).toEqual(whole);
    expect(steps.at(-1)).toEqual({ bytes: FILE.length, total: FILE.length });
    expect(steps.map(({ bytes }) => bytes)).toEqual(steps.map(({ bytes }) => bytes).toSorted(up));
  });

  it.each([
    ["in the first part of an array", 17 * MIB],
    ["near the end of an array", 20 * MIB],
    ["in the second array", 33 * MIB],
    ["before STOP", FILE.length - 1],
  ])("cut %s is refused as its bytes are", async (_, length) => {
    const cut = FILE.subarray(0, length);
    const error = (await refused(load(fileOf(cut)))) as UnpicklingError;
    expect(error).toBeInstanceOf(UnpicklingError);
    const { code, offset } = (await refused(load(cut))) as UnpicklingError;
    expect([error.code, error.offset]).toEqual([code, offset]);
    expect(code).toBe("truncated");
  });

  it("ends when its signal says so", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const loading = load(fileOf(FILE), {
      signal: controller.signal,
      onProgress: ({ bytes }) => {
        if (bytes > 10 * MIB) controller.abort(reason);
      },
    });
    expect(await refused(loading)).toBe(reason);
  });
});

describe("a file's fill", () => {
  function opened(path: string): Extract<ReturnType<typeof openInput>, { kind: "file" }> {
    const input = openInput(path);
    if (input.kind !== "file") throw new Error(`${path} is no file`);
    return input;
  }

  it("answers with what there is, and stands behind it", async () => {
    const bytes = Uint8Array.from({ length: 3.5 * MIB }, (_, index) => index % 251);
    const { source, close } = opened(fileOf(bytes));
    const first = new Uint8Array(1000);
    expect(source.read(first)).toBe(1000);
    const target = new Uint8Array(8 * MIB);
    expect(await source.fill?.(target)).toBe(bytes.length - 1000);
    expect(Buffer.compare(target.subarray(0, bytes.length - 1000), bytes.subarray(1000))).toBe(0);
    expect(source.read(first)).toBe(0);
    close();
  });

  it("counts nothing behind the place where a file that shrank now ends", async () => {
    const path = fileOf(new Uint8Array(8 * MIB));
    const { source, close } = opened(path);
    truncateSync(path, 2 * MIB + 5);
    expect(await source.fill?.(new Uint8Array(8 * MIB))).toBe(2 * MIB + 5);
    close();
  });
});

function up(a: number, b: number): number {
  return a - b;
}
