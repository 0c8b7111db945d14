/** What every Python pickles at every protocol, read in both modes and written back. Vectors: generate.py. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dumps, loads, UnpicklingError } from "../../src/pickle/index.ts";
import { stdlibTypes } from "../../src/stdlib/index.ts";
import { EXPECTED } from "./expected.ts";
import { shown } from "./shown.ts";

interface Vector {
  readonly name: string;
  readonly source: string;
  readonly pickles: readonly { readonly by: string; readonly data: string }[];
}

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, "vectors", "stdlib.json"), "utf8"),
) as Vector[];

const types = stdlibTypes;

// Python 2 writes bytes and text as one type.
function optionsFor(by: string): { types: typeof stdlibTypes; encoding: string } {
  return { types, encoding: by.startsWith("2.7/") ? "latin1" : "ASCII" };
}

const bytesOf = (data: string): Uint8Array => new Uint8Array(Buffer.from(data, "base64"));

describe.each(vectors)("$name: $source", ({ name, pickles }) => {
  const [natural, exact = natural] = EXPECTED[name] ?? [[]];

  it("is read as what it is", () => {
    const seen = pickles.map(({ by, data }) => shown(loads(bytesOf(data), optionsFor(by))));
    expect([...new Set(seen)].sort()).toEqual([...natural].sort());
  });

  it("is read without loss", () => {
    const seen = pickles.map(({ by, data }) =>
      shown(loads(bytesOf(data), { ...optionsFor(by), lossless: true })),
    );
    expect([...new Set(seen)].sort()).toEqual([...exact].sort());
  });

  it("goes back as the bytes of CPython 3.13", () => {
    for (const { by, data } of pickles) {
      const protocol = /3\.13\/(\d)/.exec(by)?.[1];
      if (protocol === undefined) continue;
      const value = loads(bytesOf(data), { types, lossless: true });
      const written = Buffer.from(dumps(value, Number(protocol), { types }));
      expect(written.toString("latin1")).toBe(Buffer.from(data, "base64").toString("latin1"));
    }
  });

  it("comes back from every protocol", () => {
    for (const { by, data } of pickles) {
      for (const lossless of [true, false]) {
        const value = loads(bytesOf(data), { ...optionsFor(by), lossless });
        for (let protocol = 0; protocol <= 5; protocol++) {
          const again = loads(dumps(value, protocol, { types }), { types, lossless });
          if (!isLessened(name, protocol)) expect(shown(again), by).toBe(shown(value));
        }
      }
    }
  });

  it("cut at any byte is refused", () => {
    for (const { by, data } of pickles) {
      const bytes = bytesOf(data);
      for (let length = 0; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        expect(() => loads(cut, optionsFor(by)), `${by} cut at ${length}`).toThrow(UnpicklingError);
      }
    }
  });
});

// What the older protocols themselves do not hold, and the default mode does not distinguish.
function isLessened(name: string, protocol: number): boolean {
  const fold = protocol < 4 && /_fold$|_second$/.test(name);
  const builtins = protocol < 3 && /^os_error/.test(name);
  const forms = /^(chain_map|user_dict|array_B|array_l|array_L)$/.test(name);
  // Python 3 has no name for it.
  const standardError = protocol >= 3 && name === "standard_error";
  return fold || builtins || forms || standardError;
}
