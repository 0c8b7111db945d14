/** Damaged pickles that still load: whatever they hold is printed, typed and written as JSON without any foreign error. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseSync } from "vite";
import { expect, it } from "vitest";
import { loads, PickleError, stdlibTypes } from "../../src/index.ts";
import { JsonError, PlainJson, taggedJson } from "../../src/json/index.ts";
import { loads as loadsBare } from "../../src/pickle/index.ts";
import { showJson, showLines } from "../../src/show/index.ts";
import { Typing } from "../../src/typing/index.ts";

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "vectors", "vectors.json"), "utf8"),
) as { pickle: string }[];
const pickles = vectors.map(({ pickle }) => Uint8Array.from(Buffer.from(pickle, "base64")));

const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
const options = { lossless: true, encoding: "latin1", persistentLoad: (id: unknown) => id };

it("prints whatever loads", () => {
  let printed = 0;
  fc.assert(
    fc.property(fc.constantFrom(...pickles), damage, (pickle, changes) => {
      const bytes = Uint8Array.from(pickle);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      let known: unknown;
      let bare: unknown;
      try {
        known = loads(bytes, options);
        bare = loadsBare(bytes, options);
      } catch (error) {
        expect(error).toBeInstanceOf(PickleError);
        return;
      }
      printed++;
      const everything = { depth: Infinity, items: Infinity, width: Infinity };
      for (const value of [known, bare]) {
        expect([...showLines(value, { types: stdlibTypes })].length).toBeGreaterThan(0);
        expect([...showLines(value, { types: stdlibTypes, ...everything })].length).toBeGreaterThan(
          0,
        );
        JSON.parse([...showJson(value, { types: stdlibTypes })].join(""));
        try {
          JSON.parse([...new PlainJson().write(value)].join(""));
        } catch (error) {
          // Damage can close a cycle, which plain JSON refuses.
          expect(error).toBeInstanceOf(JsonError);
        }
      }
      JSON.parse([...taggedJson(bare)].join(""));
      const typing = new Typing("damaged");
      for (const value of [known, bare]) typing.add(value);
      const types = typing.text({ name: "Root", about: [] });
      expect(parseSync("types.ts", types).errors).toEqual([]);
    }),
    { numRuns: 3000 },
  );
  expect(printed).toBeGreaterThan(100);
}, 120_000);
