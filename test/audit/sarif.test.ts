/** The SARIF log against the standard's own schema, which comes with `@microsoft/jest-sarif`. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Ajv, Options } from "ajv";
import { describe, expect, it } from "vitest";
import { audit, toSarif } from "../../src/audit/index.ts";
import { ATTACKS } from "./attacks.ts";

const require = createRequire(import.meta.url);
const { default: Ajv04 } = require("ajv-draft-04") as { default: new (options: Options) => Ajv };
const { default: addFormats } = require("ajv-formats") as { default: (ajv: Ajv) => unknown };
const SCHEMA = require
  .resolve("@microsoft/jest-sarif")
  .replace(/index\.js$/, "schemas/sarif-2.1.0-rtm.5.json");

// One pattern of the schema is none by the rules of Unicode patterns.
const ajv = new Ajv04({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, "utf8")));

describe("the SARIF log", () => {
  const files = ATTACKS.map(({ name, bytes }) => ({
    path: `models/${name} é.pkl`,
    report: audit(bytes),
  }));

  it("is valid for every attack, alone and together", () => {
    for (const file of files) {
      validate(toSarif([file]));
      expect([file.path, validate.errors]).toEqual([file.path, null]);
    }
    expect(validate(toSarif(files))).toBe(true);
    expect(validate(toSarif([]))).toBe(true);
  });

  it("would be refused with another level", () => {
    const log = JSON.parse(JSON.stringify(toSarif(files.slice(0, 1))));
    log.runs[0].results[0].level = "fatal";
    expect(validate(log)).toBe(false);
  });
});
