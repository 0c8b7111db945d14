/**
 * The vectors that CPython 2.7 to 3.13 made (vectors/generate.py): each loads in both modes as described, goes back to
 * the same bytes where that is decidable, and is refused with a code and an offset wherever it is cut.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  ByteArray,
  Complex,
  dumps,
  Ellipsis,
  Float,
  FrozenSet,
  Global,
  Instance,
  loads,
  NotImplemented,
  PyDict,
  PySet,
  Range,
  Slice,
  Tuple,
  UnpicklingError,
} from "../src/index.ts";
import * as bare from "../src/pickle/index.ts";

const whole = { loads, dumps };

/** A row of vectors.json; generate.py explains the fields. */
interface Vector {
  readonly group: "builtin" | "cycle" | "instance" | "library";
  readonly name: string;
  readonly protocol: number;
  readonly producers: readonly string[];
  readonly exact: boolean;
  readonly pickle: string;
  readonly repr: string;
  readonly tagged: readonly unknown[];
}

const vectors = JSON.parse(
  readFileSync(new URL("vectors/vectors.json", import.meta.url), "utf8"),
) as readonly Vector[];

function bytesOf(vector: Vector): Uint8Array {
  return new Uint8Array(Buffer.from(vector.pickle, "base64"));
}

function encodingOf(vector: Vector): { encoding?: "bytes" } {
  return vector.producers[0]!.startsWith("CPython 2.") ? { encoding: "bytes" } : {};
}

function title({ group, name, protocol, producers }: Vector): string {
  return `${group} ${name}, protocol ${protocol}, ${producers.join(" ")}`;
}

/** The description that generate.py gives, of a value loaded lossless. */
function describeValue(root: unknown): unknown {
  const seen = new Map<unknown, number>();
  const visit = (value: unknown): unknown[] => {
    if (value === null) return ["none"];
    if (typeof value === "boolean") return ["bool", value];
    if (
      typeof value === "bigint" ||
      (typeof value === "number" && Number.isSafeInteger(value) && !Object.is(value, -0))
    )
      return ["int", String(value)];
    if (typeof value === "number") return ["float", hexOfDouble(value)];
    if (value instanceof Float) return ["float", hexOfDouble(value.value)];
    if (value instanceof Complex)
      return ["complex", hexOfDouble(value.real), hexOfDouble(value.imag)];
    if (typeof value === "string") return ["str", value];
    if (value instanceof Uint8Array && !(value instanceof ByteArray)) return ["bytes", hex(value)];
    if (value === Ellipsis) return ["ellipsis"];
    if (value === NotImplemented) return ["notimplemented"];
    if (value instanceof Global) return ["global", value.module, value.name];
    const before = seen.get(value);
    if (before !== undefined) return ["again", before];
    if (value instanceof Tuple) return ["tuple", ...value.map(visit)];
    if (value instanceof FrozenSet) return ["frozenset", ...[...value].map(visit)];
    if (value instanceof Range) {
      const { start, stop, step } = value;
      return ["range", `range(${start}, ${stop}${step === 1 ? "" : `, ${step}`})`];
    }
    if (value instanceof Slice) {
      const parts = [value.start, value.stop, value.step].map((part) =>
        part === null ? "None" : String(part),
      );
      return ["slice", `slice(${parts.join(", ")})`];
    }
    seen.set(value, seen.size);
    if (value instanceof ByteArray) return ["bytearray", hex(value)];
    if (value instanceof PyDict)
      return ["dict", ...[...value].map(([key, item]) => [visit(key), visit(item)])];
    if (value instanceof PySet) return ["set", ...[...value].map(visit)];
    if (Array.isArray(value)) return ["list", ...value.map(visit)];
    return ["object", ...(value instanceof Instance ? classOf(value) : [])];
  };
  return visit(root);
}

/** Module and class of an inert instance, as far as the class was named. */
function classOf(instance: Instance): unknown[] {
  const dot = instance.className.lastIndexOf(".");
  return [instance.className.slice(0, dot), instance.className.slice(dot + 1)];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function hexOfDouble(value: number): string {
  if (Number.isNaN(value)) return "nan"; // protocol 0 has no sign for it
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("hex");
}

describe("vectors", () => {
  test("there are some of every kind", () => {
    for (const group of ["builtin", "cycle", "instance", "library"]) {
      for (let protocol = 0; protocol <= 5; protocol++) {
        const some = vectors.filter((row) => row.group === group && row.protocol === protocol);
        expect(some.length).toBeGreaterThan(15);
      }
    }
    for (const version of ["2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]) {
      const some = vectors.filter((row) =>
        row.producers.some((one) => one.startsWith(`CPython ${version}.`)),
      );
      expect(some.length).toBeGreaterThan(400);
    }
  });

  test("builtins are what Python says they are", () => {
    const wrong: unknown[] = [];
    for (const vector of vectors) {
      if (vector.group !== "builtin") continue;
      const value = loads(bytesOf(vector), { lossless: true, ...encodingOf(vector) });
      const found = JSON.stringify(describeValue(value));
      const wanted = JSON.stringify(vector.tagged);
      if (found !== wanted) wrong.push([title(vector), wanted, found]);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test("cycles close where Python closes them", () => {
    const wrong: unknown[] = [];
    for (const vector of vectors) {
      // objects are described by their class alone, which hides the cycles behind them: the live suites look inside
      if (vector.group !== "cycle" || JSON.stringify(vector.tagged).includes('"object"')) continue;
      const value = loads(bytesOf(vector), { lossless: true, ...encodingOf(vector) });
      const found = JSON.stringify(describeValue(value));
      const wanted = JSON.stringify(vector.tagged);
      if (found !== wanted) wrong.push([title(vector), wanted, found]);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test("dumps gives the bytes back", () => {
    const wrong: unknown[] = [];
    let compared = 0;
    const compare = (vector: Vector, entry: Pick<typeof bare, "loads" | "dumps">) => {
      const bytes = bytesOf(vector);
      const back = entry.dumps(entry.loads(bytes, { lossless: true }), vector.protocol);
      if (Buffer.compare(back, bytes) !== 0) wrong.push([title(vector), hex(bytes), hex(back)]);
      compared++;
    };
    for (const vector of vectors) {
      if (!vector.exact) continue;
      compare(vector, bare);
      // the standard library's types are written as 3.13 writes them: older ones have other arguments here and there
      if (vector.producers.some((one) => one.startsWith("CPython 3.13."))) compare(vector, whole);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(compared).toBeGreaterThan(2800);
  });

  for (const lossless of [false, true]) {
    test(`every vector loads, lossless: ${lossless}`, () => {
      for (const vector of vectors) {
        const options = { lossless, ...encodingOf(vector) };
        expect(() => loads(bytesOf(vector), options), title(vector)).not.toThrow();
      }
    });

    test(`every cut of every vector is refused, lossless: ${lossless}`, () => {
      for (const vector of vectors) {
        const bytes = bytesOf(vector);
        const options = { lossless, ...encodingOf(vector) };
        for (let length = 0; length < bytes.length; length++) {
          const where = () =>
            `${title(vector)}, cut at ${length}: ${hex(bytes.subarray(0, length))}`;
          try {
            loads(bytes.subarray(0, length), options);
          } catch (error) {
            if (!(error instanceof UnpicklingError)) throw new Error(where(), { cause: error });
            if (typeof error.code !== "string" || !(error.offset >= 0 && error.offset <= length)) {
              throw new Error(`${where()}: ${error.code} at ${error.offset}`);
            }
            continue;
          }
          throw new Error(`${where()} loads`);
        }
      }
    });
  }
});
