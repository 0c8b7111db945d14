/** Dicts of many keys that come again: plain objects like any other, which V8 keeps as records. */
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { describe, expect, it } from "vitest";
import { beginRecord, endRecord } from "../src/core/values/index.ts";
import { packb, unpackb } from "../src/msgpack/index.ts";
import { dumps, loads } from "../src/pickle/index.ts";

type Row = Record<string, unknown>;

// Where V8 takes flags while it runs it tells how it keeps an object.
setFlagsFromString("--allow-natives-syntax");
const isFast = new Function("object", "return %HasFastProperties(object)") as (
  object: object,
) => boolean;
setFlagsFromString("--no-allow-natives-syntax");

// Assigned one by one, as V8 would otherwise know the way from key to key.
function rowsOf(keys: readonly string[], count: number): Row[] {
  return Array.from({ length: count }, (_, index) => {
    const row: Row = {};
    for (const [place, key] of keys.entries()) row[key] = index * place;
    return row;
  });
}

function keysOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${index}`);
}

const roads = {
  "shared keys": (rows: Row[]) => loads(dumps(rows)),
  "keys written out each time": (rows: Row[]) => loads(withFreshKeys(rows)),
  "protocol 2": (rows: Row[]) => loads(dumps(rows, 2)),
  msgpack: (rows: Row[]) => unpackb(packb(rows)),
} satisfies Record<string, (rows: Row[]) => unknown>;

// What Python writes of rows whose keys are equal, but one object each: SHORT_BINUNICODE and MEMOIZE for each.
function withFreshKeys(rows: readonly Row[]): Uint8Array {
  const text = rows.map((row) => {
    const entries = Object.entries(row).map(
      ([key, value]) =>
        `\x8c${String.fromCharCode(key.length)}${key}\x94K${String.fromCharCode(Number(value) & 255)}`,
    );
    return `}\x94(${entries.join("")}u`;
  });
  return Uint8Array.from(`\x80\x04]\x94(${text.join("")}e.`, (letter) => letter.charCodeAt(0));
}

describe.each(Object.entries(roads))("records: %s", (name, road) => {
  it.each([17, 40, 128, 200, 240])("of %i keys are as they were written", (count) => {
    const rows = rowsOf(keysOf(`${name} same`, count), 5);
    const read = road(rows) as Row[];
    const expected = name.startsWith("keys") ? rows.map(lowBytes) : rows;
    expect(read).toStrictEqual(expected);
    expect(JSON.stringify(read)).toBe(JSON.stringify(expected));
    expect(inspect(read)).toBe(inspect(expected));
    expect(structuredClone(read)).toEqual(expected);
    for (const row of read) {
      expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
      expect(Object.keys(row)).toEqual(Object.keys(rows[0] as Row));
    }
    expect(dumps(read)).toEqual(dumps(expected));
  });

  it.each([17, 100, 240])("of %i keys have a hidden class from the third on", (count) => {
    const read = road(rowsOf(keysOf(`${name} fast`, count), 6)) as Row[];
    expect(read.slice(2).map(isFast)).toEqual([true, true, true, true]);
  });

  it("with other keys, more, fewer or `__proto__` among them are right too", () => {
    const keys = keysOf(`${name} odd`, 30);
    const rows = [
      ...rowsOf(keys, 3),
      ...rowsOf(keys.slice(0, 1), 2),
      ...rowsOf([...keys, "more"], 2),
      ...rowsOf([keys[0] as string, ...keysOf("others", 28), keys[29] as string], 3),
      ...rowsOf(keys, 2),
    ];
    rows.push(
      JSON.parse(
        JSON.stringify(rows[0]).replace('odd 5"', '__proto__"').replace(`${name} __`, "__"),
      ) as Row,
    );
    const read = road(rows) as Row[];
    expect(read).toStrictEqual(name.startsWith("keys") ? rows.map(lowBytes) : rows);
    expect(Object.keys(read.at(-1) as Row)).toContain("__proto__");
  });
});

function lowBytes(row: Row): Row {
  const low = JSON.parse(JSON.stringify(row)) as Row;
  for (const key of Object.keys(low)) {
    const value = Number(low[key]) & 255;
    Object.defineProperty(low, key, { value });
  }
  return low;
}

describe("beginRecord", () => {
  it("makes places once for a record that was filled", () => {
    const keys = keysOf("once", 240);
    for (let time = 0; time < 2; time++) {
      endRecord(keys[0] as string, keys[120] as string, keys[239] as string, keys.length);
    }
    beginRecord(keys[0] as string);
    const before = process.memoryUsage().heapUsed;
    const opened = Array.from({ length: 50_000 }, () => beginRecord(keys[0] as string));
    // With places they would take 100 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(30_000_000);
    expect(opened).toHaveLength(50_000);
  });

  it("forgets what is too long to keep", () => {
    const long = "x".repeat(299);
    expect(endRecord(long, "b", "c", 20)).toBe(false);
    expect(endRecord("a", "b", long, 20)).toBe(false);
    expect(endRecord("a", "b", "c", 241)).toBe(false);
    expect(endRecord("a", "b", "c", 16)).toBe(false);
  });
});
