/**
 * Arrays, dtypes, scalars and the rest between brine and live NumPys, 1.16 to the newest: every dtype × shape and order ×
 * protocol × in and out of band, both ways; the bytes of NumPy 2's own form.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Complex, dumps, loads, type PickleBuffer, PyDict, Tuple } from "../../src/index.ts";
import { Datetime64, NdArray, numpyTypesOf, Timedelta64 } from "../../src/numpy/index.ts";
import { type Environment, environments } from "./environments.ts";
import { runPython } from "./python-run.ts";

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly c: boolean;
  readonly f: boolean;
  readonly writeable: boolean;
  /** hex, in C order and this machine's byte order; none for objects, records, long doubles */
  readonly bytes: string | null;
  readonly items: readonly unknown[] | null;
}

interface Made {
  readonly name: string;
  readonly protocol: number;
  readonly outside: boolean;
  readonly data: string;
  readonly buffers: readonly string[];
  /** what this NumPy pickles the loaded value as */
  readonly again: string | null;
  readonly expected: Expected | null;
}

const folder = mkdtempSync(join(tmpdir(), "brine-numpy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function load(made: Made, environment: Environment, options: object = {}): unknown {
  const encoding = environment.version === "2.7" ? { encoding: "latin1" as const } : {};
  // Each load has its own buffers, as each of Python's has.
  const buffers = made.outside ? { buffers: made.buffers.map(bytesOf) } : {};
  return loads(bytesOf(made.data), { ...encoding, ...buffers, ...options });
}

/** As `canonical` of numpy_peer.py. */
function canonical(value: unknown, isReal = false): unknown {
  switch (typeof value) {
    case "string":
      return ["text", Array.from(value, (character) => character.codePointAt(0))];
    case "bigint":
      return ["int", String(value)];
    case "number":
      return isReal || !Number.isInteger(value)
        ? ["float", floatHex(value)]
        : ["int", String(value)];
  }
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Complex)
    return ["complex", ["float", floatHex(value.real)], ["float", floatHex(value.imag)]];
  if (value instanceof Uint8Array) return ["bytes", hexOf(value)];
  if (value instanceof Datetime64) return ["M", String(value.value), value.unit, value.step];
  if (value instanceof Timedelta64) return ["m", String(value.value), value.unit, value.step];
  if (value instanceof NdArray) {
    const real = "fc".includes(value.dtype.kind);
    return ["array", value.shape, Array.from(value.values(), (item) => canonical(item, real))];
  }
  if (Array.isArray(value))
    return [value instanceof Tuple ? "tuple" : "list", value.map((item) => canonical(item))];
  const entries = value instanceof PyDict ? [...value] : Object.entries(value);
  return ["dict", entries.map(([key, item]) => [canonical(key), canonical(item)])];
}

function floatHex(value: number): string {
  if (Number.isNaN(value)) return "nan";
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString("hex");
}

function record(array: NdArray, value: unknown): unknown {
  const { dtype } = array;
  if (dtype.fields === null) return canonical(value, "fc".includes(dtype.kind));
  return [
    "record",
    Array.from(dtype.fields, ([name, field]) => {
      const part = (value as Record<string, unknown>)[name];
      const isRecord = field.dtype.fields !== null;
      return [
        name,
        isRecord
          ? record({ dtype: field.dtype } as NdArray, part)
          : canonical(part, "fc".includes(field.dtype.kind)),
      ];
    }),
  ];
}

// What is wrong with an array as brine has loaded it.
function faults(value: unknown, expected: Expected): string[] {
  if (!(value instanceof NdArray)) return ["no NdArray"];
  const { flags } = value;
  const found: string[] = [];
  const same = (what: string, a: unknown, b: unknown): void => {
    if (JSON.stringify(a) !== JSON.stringify(b))
      found.push(
        `${what}: ${JSON.stringify(a)?.slice(0, 200)} for ${JSON.stringify(b)?.slice(0, 200)}`,
      );
  };
  same("dtype", value.dtype.str, expected.dtype);
  same("shape", value.shape, expected.shape);
  same(
    "flags",
    [flags.cContiguous, flags.fContiguous, flags.writeable],
    [expected.c, expected.f, expected.writeable],
  );
  if (expected.bytes !== null) {
    const typed = value.toTypedArray() as Uint8Array;
    same(
      "bytes",
      hexOf(new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength)),
      expected.bytes,
    );
  }
  if (expected.items !== null)
    same(
      "items",
      Array.from(value.values(), (item) => record(value, item)),
      expected.items,
    );
  return found;
}

for (const environment of environments(["numpy"])) {
  const [major = 0, minor = 0] = (environment.libraries["numpy"] ?? "").split(".").map(Number);
  const highest =
    environment.version === "2.7" ? 2 : Number(environment.version.slice(2)) < 8 ? 4 : 5;
  // All of them with the NumPys that most people have; with the others those that differ most.
  const protocols = ["libraries", "numpy1"].includes(environment.name)
    ? [0, 1, 2, 3, 4, 5]
    : [...new Set([0, 2, highest])];
  const file = join(folder, `${environment.name}.jsonl`);
  const records = async (): Promise<Made[]> => {
    await runPython(environment, "numpy_peer.py", ["make", file]);
    const lines = readFileSync(file, "utf8").trim().split("\n");
    return lines.map((line) => JSON.parse(line) as Made);
  };
  let made: Promise<Made[]> | undefined;
  const all = (): Promise<Made[]> => {
    made ??= records();
    return made;
  };

  describe(`NumPy ${environment.libraries["numpy"]}, Python ${environment.release}`, () => {
    it("gives brine its arrays: dtype, shape, flags, bytes and elements", async () => {
      const wrong: string[] = [];
      let count = 0;
      for (const one of await all()) {
        if (one.expected === null || isOddity(environment, one)) continue;
        count++;
        for (const options of [{}, { lossless: true }]) {
          const found = faults(load(one, environment, options), one.expected);
          wrong.push(
            ...found.map((fault) => `${one.name} ${one.protocol} ${one.outside} ${fault}`),
          );
        }
      }
      expect(count).toBeGreaterThan(1000);
      expect(wrong.slice(0, 40)).toEqual([]);
    });

    it.runIf(highest === 2)("gives them with strings as bytes", async () => {
      const wrong: string[] = [];
      for (const one of await all()) {
        if (one.expected === null) continue;
        const found = faults(load(one, environment, { encoding: "bytes" }), {
          ...one.expected,
          items: null,
        });
        wrong.push(...found.map((fault) => `${one.name} ${one.protocol} ${fault}`));
      }
      expect(wrong.slice(0, 40)).toEqual([]);
    });

    it("loads what brine wrote of them, the same for Python, in every protocol", async () => {
      const answers: string[] = [];
      for (const one of await all()) {
        if (isOddity(environment, one)) continue;
        for (const form of major >= 2 ? ([1, 2] as const) : ([1] as const)) {
          for (const to of protocols) {
            for (const outside of to === 5 ? [false, true] : [false]) {
              // Below protocol 5 NumPy 2 itself loses byte order, permuted axes and what is read-only.
              if (form === 2 && (to !== one.protocol || !isReadBy(major, minor, one))) continue;
              const value = load(one, environment, { lossless: true });
              const buffers: PickleBuffer[] = [];
              const data = dumps(value, to, {
                types: [numpyTypesOf({ numpy: form })],
                ...(outside && {
                  bufferCallback: (buffer: PickleBuffer) => void buffers.push(buffer),
                }),
              });
              answers.push(
                JSON.stringify({
                  name: one.name,
                  from: one.protocol,
                  outside: one.outside,
                  to,
                  form,
                  // Without the flag of aligned structs, which no two NumPys spell alike.
                  loose: form === 1,
                  data: hexOf(data),
                  buffers: buffers.map((buffer) => hexOf(buffer.data)),
                }),
              );
            }
          }
        }
      }
      const path = join(folder, `${environment.name}-answers.jsonl`);
      writeFileSync(path, `${answers.join("\n")}\n`);
      const result = await runPython(environment, "numpy_peer.py", ["check", file, path]);
      expect(result).toEqual({ count: answers.length, wrong: 0, first: [] });
    });

    it.runIf(major === 2 && minor >= 3)(
      "writes the bytes that brine writes for NumPy 2",
      async () => {
        const wrong: string[] = [];
        let count = 0;
        for (const one of await all()) {
          if (one.again === null || one.expected === null) continue;
          count++;
          const value = load(one, environment, { lossless: true });
          const data = dumps(value, one.protocol, { types: [numpyTypesOf({ numpy: 2 })] });
          if (hexOf(data) !== one.again) wrong.push(`${one.name} ${one.protocol}`);
        }
        expect(count).toBeGreaterThan(1000);
        expect(wrong.slice(0, 40)).toEqual([]);
      },
    );
  });
}

// NumPy before 1.20 left the byte order of arrays without elements; Python 2's strings are text or bytes, as one asks.
function isOddity({ name }: Environment, made: Made): boolean {
  if (name === "py27" && /^(O |objects |title |masked objects|dtype$)/.test(made.name)) return true;
  return ["py36", "py27"].includes(name) && /^>\S+ (none|empty)$/.test(made.name);
}

// The order "K" came with NumPy 2.3.
function isReadBy(major: number, minor: number, { name }: Made): boolean {
  return major > 2 || minor >= 3 || !name.endsWith(" permuted");
}
