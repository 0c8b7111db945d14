/** Every input that once was read wrongly, with CPython's answer; `npm run fuzz -- --hex … --title …` adds one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ByteArray, dumps, Global, Instance, loads, UnpicklingError } from "../../src/pickle/index.ts";
import { canonical } from "../fuzz/canonical.ts";
import { ENCODINGS, EXTENSIONS } from "../fuzz/reference.ts";

/** One file of this folder. */
interface Entry {
  readonly title: string;
  readonly hex: string;
  readonly persistent: boolean;
  readonly buffers: boolean;
  readonly encoding: number;
  readonly cpython?: "accepted" | "refused" | "lost";
  readonly value?: string;
}

const entries = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8")) as Entry);

test("the corpus is there", () => {
  expect(entries.length).toBeGreaterThan(0);
});

test.each(entries.map((entry) => [entry.title, entry] as const))("%s", (_, entry) => {
  const [encoding, errors] = ENCODINGS[entry.encoding] as (typeof ENCODINGS)[number];
  const bytes = Uint8Array.from(Buffer.from(entry.hex, "hex"));
  const inert = new Instance("call", new Global("inert", "persistent"), []);
  const text = new TextEncoder();
  let value: unknown;
  let refused: unknown;
  try {
    value = loads(bytes, {
      lossless: true,
      encoding,
      errors,
      extensions: EXTENSIONS,
      ...(entry.persistent && { persistentLoad: () => inert }),
      ...(entry.buffers && {
        buffers: [text.encode("buffer one"), ByteArray.from(text.encode("buffer two")), new Uint8Array(0)],
      }),
    });
  } catch (error) {
    refused = error;
  }
  if (refused !== undefined) expect(refused).toBeInstanceOf(UnpicklingError);
  if (entry.cpython === "accepted" || entry.cpython === "refused") {
    expect(refused === undefined ? "accepted" : "refused").toBe(entry.cpython);
  }
  if (entry.value !== undefined && refused === undefined) {
    expect(canonical(value)).toBe(entry.value);
    expect(canonical(loads(dumps(value), { lossless: true }))).toBe(entry.value);
  }
});
