/**
 * The public msgpack-test-suite against brine/msgpack: every case packed, and every encoding of it unpacked.
 *
 * The suite is not part of this repository. Fetch `dist/msgpack-test-suite.json` of github.com/kawanet/msgpack-test-suite
 * and name it: `npm run msgpack-suite -- msgpack-test-suite.json`.
 */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { ExtType, packb, Timestamp, unpackb } from "../../src/msgpack/index.ts";

type Case = { readonly msgpack: readonly string[] } & Record<string, unknown>;

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("usage: npm run msgpack-suite -- msgpack-test-suite.json\n");
  process.exit(2);
}
const suite = JSON.parse(readFileSync(file, "utf8")) as Record<string, readonly Case[]>;

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex === "" ? [] : hex.split("-").map((byte) => Number.parseInt(byte, 16)));
const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("-");

function expectedOf(test: Case): unknown {
  if ("nil" in test) return null;
  if ("bignum" in test) {
    const value = BigInt(test["bignum"] as string);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if ("binary" in test) return bytesOf(test["binary"] as string);
  if ("timestamp" in test) {
    const [seconds, nanoseconds] = test["timestamp"] as [number, number];
    return new Timestamp(seconds, nanoseconds);
  }
  if ("ext" in test) {
    const [code, data] = test["ext"] as [number, string];
    return new ExtType(code, bytesOf(data));
  }
  for (const kind of ["bool", "number", "string", "array", "map"]) {
    if (kind in test) return test[kind];
  }
  throw new Error(`a case of an unknown kind: ${JSON.stringify(test)}`);
}

let cases = 0;
let encodings = 0;
const wrong: string[] = [];
for (const [group, tests] of Object.entries(suite)) {
  for (const test of tests) {
    cases++;
    const value = expectedOf(test);
    const packed = hexOf(packb(value));
    if (!test.msgpack.includes(packed))
      wrong.push(`${group}: ${JSON.stringify(test)} was packed as ${packed}`);
    for (const hex of test.msgpack) {
      encodings++;
      let found: unknown;
      try {
        found = unpackb(bytesOf(hex));
      } catch (error) {
        found = error;
      }
      // A number of the suite may be an int or a float; -0 is no case of its own.
      const same =
        isDeepStrictEqual(found, value) ||
        (found === 0 && value === 0) ||
        (typeof found === "bigint" && Number(found) === value);
      if (!same) wrong.push(`${group}: ${hex} was read as ${String(found)}`);
    }
  }
}
process.stdout.write(`${cases} cases, ${encodings} encodings, ${wrong.length} wrong\n`);
for (const line of wrong) process.stdout.write(`${line}\n`);
process.exitCode = wrong.length === 0 && cases > 0 ? 0 : 1;
