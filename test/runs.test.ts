/** Lists whose items have no parts are read by a loop of its own: it must not differ from the machine's in anything. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LoadOptions, loads, PickleError, Unpickler } from "../src/pickle/index.ts";

const utf8 = new TextEncoder();

const little = (value: bigint, width: number): number[] =>
  Array.from({ length: width }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));

const short = (value: string): number[] => {
  const data = [...utf8.encode(value)].slice(0, 255);
  return [0x8c, data.length, ...data];
};

const float = (value: number): number[] => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return [0x47, ...bytes];
};

/** Opcodes of one value, whole ones and some that are wrong: what is no UTF-8, indexes that nothing has. */
const value: fc.Arbitrary<number[]> = fc.oneof(
  fc.integer({ min: 0, max: 255 }).map((value) => [0x4b, value]),
  fc.integer({ min: 0, max: 65535 }).map((value) => [0x4d, value & 255, value >> 8]),
  fc.integer().map((value) => [0x4a, ...little(BigInt(value), 4)]),
  fc.double().map(float),
  fc.constantFrom(2, -0, Number.NaN).map(float),
  fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => [...short(text), 0x94]),
  fc.string({ maxLength: 20 }).map(short),
  fc.integer({ min: 0, max: 3 }).map((index) => [0x68, index]),
  fc.integer({ min: 0, max: 3 }).map((index) => [0x6a, ...little(BigInt(index), 4)]),
  fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }).map((value) => [0x8a, 9, ...little(value, 9)]),
  fc.constantFrom<number[]>(
    [0x5d],
    [0x7d, 0x94],
    [0x4e],
    [0x71, 1],
    [0x72, 9, 0, 0, 0],
    [0x8c, 1, 0xff],
    [0x68, 200],
    [0x58, 255, 255, 255, 127],
  ),
);

/** The same, and opcodes that take what stands before them. */
const item = fc.oneof(
  { weight: 9, arbitrary: value },
  {
    weight: 1,
    arbitrary: fc.constantFrom<number[]>([0x28], [0x30], [0x31], [0x61], [0x65], [0x74]),
  },
);

const options: fc.Arbitrary<LoadOptions> = fc.record({
  lossless: fc.boolean(),
  ints: fc.constantFrom("auto", "bigint"),
  limits: fc.constantFrom({}, { memory: 900 }, { opcodes: 5 }),
});

/** The value, or code and offset of the refusal. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PickleError)) throw error;
    return { code: error.code, offset: (error as PickleError & { offset?: number }).offset };
  }
}

const list = (items: readonly number[], count = 1): Uint8Array =>
  Uint8Array.of(
    0x80,
    4,
    0x5d,
    ...Array(count)
      .fill([0x28, ...items, 0x65])
      .flat(),
    0x2e,
  );

describe("a run of values without parts", () => {
  test("is what LIST makes of the same opcodes", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), options, (items, given) => {
        const opcodes = items.flat();
        // No list waits below this mark.
        const made = Uint8Array.of(0x80, 4, 0x4e, 0x28, ...opcodes, 0x6c, 0x2e);
        const appended = list(opcodes);
        const known = { ...given, limits: {} };
        const first = outcome(() => loads(made, known));
        const second = outcome(() => loads(appended, known));
        expect(second).toEqual(first);
      }),
      { numRuns: 3000 },
    );
  });

  test("does not depend on where windows end", () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), options, (items, some) => {
        // What the bytes ahead say of a dict decides how much memory it is reckoned at.
        const given = { ...some, limits: { ...some.limits, memory: Number.POSITIVE_INFINITY } };
        const pickle = list(items.flat(), 2);
        let at = 0;
        const drip = {
          remaining: undefined,
          read: (target: Uint8Array): number => {
            if (at === pickle.length) return 0;
            target[0] = pickle[at++] as number;
            return 1;
          },
        };
        const whole = outcome(() => loads(pickle, given));
        expect(outcome(() => new Unpickler(drip, given).load())).toEqual(whole);
      }),
      { numRuns: 1000 },
    );
  });

  test("ends at a batch, and what it shares is one object", () => {
    const numbers = Array.from({ length: 2500 }, (_, value) => value);
    const opcodes = numbers.flatMap((value) => [0x4d, value & 255, value >> 8]);
    expect(loads(list(opcodes))).toEqual(numbers);
    const inner = loads(
      Uint8Array.from([0x5d, 0x94, 0x5d, 0x28, 0x68, 0, 0x68, 0, 0x65, 0x2e]),
    ) as unknown[];
    expect(inner[0]).toBe(inner[1]);
    expect(inner).toEqual([[], []]);
  });

  test("keeps a list empty until its APPENDS", () => {
    // [1, X()] where X's state is the list: its setState sees what Python's would
    const seen: number[] = [];
    const X = { module: "m", name: "X" };
    const bytes = Uint8Array.from([
      0x80,
      4,
      0x5d,
      0x94,
      0x28,
      0x4b,
      1,
      ...short(X.module),
      ...short(X.name),
      0x93,
      0x29,
      0x81,
      0x68,
      0,
      0x62,
      0x65,
      0x2e,
    ]);
    class Held {}
    const types = [
      {
        globals: [],
        prototypes: [Held.prototype],
        setState: (_object: unknown, state: unknown) => {
          seen.push((state as unknown[]).length);
        },
      },
      { globals: [], value: Held, create: () => new Held() },
    ];
    const value = loads(bytes, { types, findClass: () => Held }) as unknown[];
    expect(seen).toEqual([0]);
    expect(value).toEqual([1, new Held()]);
  });
});
