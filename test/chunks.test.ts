/** What `dumps` puts together at the end is what a Pickler writes piece by piece: data is kept aside, not copied twice. */
import { describe, expect, test } from "vitest";
import { dumps, Global, loads, Pickler, type PickleType } from "../src/pickle/index.ts";

const SIZES = [0, 1, 63, 64, 65, 511, 512, 513, 700, 4096, 65_000, 65_535, 65_536, 65_537, 200_000];

function data(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7 + size) & 0xff);
}

function written(value: unknown, protocol: number): Buffer {
  const chunks: Uint8Array[] = [];
  new Pickler({ write: (chunk) => chunks.push(chunk.slice()) }, protocol).dump(value);
  return Buffer.concat(chunks);
}

describe.each([3, 4, 5])("protocol %i", (protocol) => {
  test.each(SIZES)("%i bytes alone", (size) => {
    const value = data(size);
    expect(Buffer.from(dumps(value, protocol))).toEqual(written(value, protocol));
  });

  test("data among other values, in frames that it fills", () => {
    const values: unknown[] = [];
    let random = 1;
    for (let index = 0; index < 3000; index++) {
      random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
      const size = SIZES[(random >> 8) % SIZES.length] as number;
      if (size < 5000 || index % 50 === 0) values.push(data(size));
      values.push(index, `text ${index}`.repeat(random % 40), { index });
    }
    const bytes = dumps(values, protocol);
    expect(Buffer.from(bytes).equals(written(values, protocol))).toBe(true);
    expect(loads(bytes)).toEqual(values);
  });

  test("text of every length", () => {
    const values = SIZES.flatMap((size) => ["a".repeat(size), "é".repeat(size), "漢".repeat(size)]);
    const bytes = dumps(values, protocol);
    expect(Buffer.from(bytes).equals(written(values, protocol))).toBe(true);
    expect(loads(bytes)).toEqual(values);
  });
});

test("a reducer may write into the memory of what it handed over before", () => {
  class Row {
    readonly n: number;
    constructor(n: number) {
      this.n = n;
    }
  }
  const scratch = new Uint8Array(1000);
  const type: PickleType = {
    globals: [new Global("rows", "Row")],
    prototypes: [Row.prototype],
    reduce: (row) => ({
      callable: new Global("rows", "Row"),
      args: [scratch.subarray(0).fill((row as Row).n)],
    }),
  };
  const bytes = dumps([data(1000), new Row(1), new Row(2)], { types: [type] });
  const [, one, two] = loads(bytes) as { args: Uint8Array[] }[];
  expect([one?.args[0]?.[999], two?.args[0]?.[999]]).toEqual([1, 2]);
});

test("a hook may change what was written before", () => {
  const first = data(1000);
  const before = first.slice();
  class Other {}
  const bytes = dumps([first, new Other()], {
    default: () => {
      first.fill(0);
      return null;
    },
  });
  expect(loads(bytes)).toEqual([before, null]);
});
