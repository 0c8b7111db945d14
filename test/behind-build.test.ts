/** Types that read raw bytes and whole pickles behind BUILD, and write them: joblib's arrays need it, any type may. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteSource } from "../src/core/bytes/index.ts";
import { Emitter } from "../src/core/emitter/index.ts";
import { type Feed, loadFed, RawMachine } from "../src/core/machine/index.ts";
import { Skimmer } from "../src/core/opcodes/index.ts";
import {
  type PickleType,
  type RawReading,
  type RawType,
  type Reduction,
  registryOf,
} from "../src/core/registry/index.ts";
import { Global, PyDict } from "../src/core/values/index.ts";
import { dumps, LimitError, UnpicklingError } from "../src/pickle/index.ts";

/** Raw bytes behind BUILD, or the pickle of a value. */
class Box {
  readonly content: Uint8Array | { value: unknown };
  constructor(content: Uint8Array | { value: unknown }) {
    this.content = content;
  }
}
class Wrapper {
  count: unknown;
}
const WRAPPER = new Global("boxes", "Wrapper");

const boxType: RawType = {
  globals: [WRAPPER],
  prototypes: [Wrapper.prototype],
  create: () => new Wrapper(),
  setState(object, state) {
    (object as Wrapper).count = (state as { count: unknown }).count;
  },
  *follow(object): RawReading {
    const { count } = object as Wrapper;
    if (count === "wait") return yield { want: "wait", promise: Promise.resolve("came") };
    if (count === "throw") throw new Error("no such box");
    if (typeof count !== "number") return new Box({ value: yield { want: "pickle" } });
    const [pad] = (yield { want: "bytes", count: 1 }) as Uint8Array;
    yield { want: "skip", count: pad as number };
    return new Box((yield { want: "bytes", count, view: true }) as Uint8Array);
  },
};
const writer: PickleType = {
  globals: [WRAPPER],
  prototypes: [Box.prototype],
  reduce: (value): Reduction => {
    const { content } = value as Box;
    const raw = content instanceof Uint8Array;
    return {
      form: "new",
      callable: WRAPPER,
      state: { count: raw ? content.length : null },
      *raw(offset) {
        if (!raw) {
          yield dumps(content.value, 5);
          return;
        }
        const pad = 4 - ((offset + 1) % 4);
        yield Uint8Array.of(pad, ...new Uint8Array(pad).fill(0xff));
        yield content.subarray(0, 1);
        yield content.subarray(1);
      },
    };
  },
};
const types = [boxType];

function written(value: unknown, protocol = 4): Uint8Array {
  return new Emitter(protocol, { types: [writer] }, registryOf([writer])).dump(value);
}

/** A source that gives at most `step` bytes a time. */
function dripping(bytes: Uint8Array, step: number, knows: boolean): ByteSource {
  let at = 0;
  return {
    get remaining() {
      return knows ? bytes.length - at : undefined;
    },
    read(target) {
      const part = bytes.subarray(at, at + Math.min(step, target.length));
      target.set(part);
      at += part.length;
      return part.length;
    },
  };
}

/** Everything there already, handed over BUILD by BUILD. */
function feedOf(bytes: Uint8Array): Feed {
  let at = 0;
  const part = (count: number): Uint8Array => {
    const start = at;
    at = Math.min(bytes.length, at + count);
    return bytes.slice(start, at);
  };
  return {
    opcodes() {
      const end = new Skimmer("build").scan(bytes, at);
      return end < 0
        ? { bytes: part(bytes.length), ends: true }
        : { bytes: part(end - at), ends: false };
    },
    bytes: (count) => Promise.resolve(part(count)),
    skip: (count) => part(count).length,
  };
}

type Way = [name: string, load: (bytes: Uint8Array) => unknown];
const WAYS: Way[] = [
  ["bytes", (bytes) => new RawMachine(bytes, { types }).load()],
  ["a source", (bytes) => new RawMachine(dripping(bytes, 7, true), { types }).load()],
  [
    "a source without an end",
    (bytes) => new RawMachine(dripping(bytes, 70_000, false), { types }).load(),
  ],
  ["a feed", (bytes) => loadFed(new RawMachine(undefined, { types }), feedOf(bytes))],
];

async function failure(load: () => unknown): Promise<unknown> {
  try {
    await load();
  } catch (error) {
    if (!(error instanceof UnpicklingError)) throw error;
    return [error.code, error.offset, error.opcode];
  }
  throw new Error("it was loaded");
}

const value = (): unknown[] => {
  const first = new Box(Uint8Array.of(1, 2, 3));
  return [
    first,
    "between",
    first,
    { deep: new Box(new Uint8Array(200_000).fill(0x2e)) },
    new Box({ value: ["a", new PyDict([[1, "b"]])] }),
    new Box(new Uint8Array(0)),
    "between",
  ];
};

describe.each(WAYS)("behind BUILD, from %s", (_name, load) => {
  it.each([0, 1, 2, 3, 4, 5])("reads what protocol %i wrote", async (protocol) => {
    expect(await load(written(value(), protocol))).toEqual(value());
  });

  it("refuses every cut as truncated", async () => {
    const bytes = written([new Box(Uint8Array.of(1, 2, 3)), new Box({ value: "x" })]);
    for (let end = 0; end < bytes.length; end++) {
      const [code, offset] = (await failure(() => load(bytes.subarray(0, end)))) as [
        string,
        number,
      ];
      expect([end, code]).toEqual([end, "truncated"]);
      expect(offset).toBeLessThanOrEqual(end);
    }
  });

  it("says where: at the BUILD", async () => {
    const bytes = written(new Box(Uint8Array.of(1, 2, 3)));
    const build = bytes.length - 2 - 3 - 1 - (bytes.lastIndexOf(0xff) - bytes.indexOf(0xff) + 1);
    expect(bytes[build]).toBe(0x62);
    expect(await failure(() => load(bytes.subarray(0, bytes.length - 2)))).toEqual([
      "truncated",
      build,
      0x62,
    ]);
  });
});

describe("a frame that is fed in pieces", () => {
  const fed = (announced: number): Promise<unknown> => {
    const head = [0x80, 4, 0x95, announced, 0, 0, 0, 0, 0, 0, 0, 0x4e];
    const pieces = [head, [0x4e, 0x86, 0x2e]];
    const feed: Feed = {
      opcodes: () => ({ bytes: Uint8Array.from(pieces.shift() ?? []), ends: pieces.length === 0 }),
      bytes: () => new Uint8Array(0),
      skip: () => 0,
    };
    return loadFed(new RawMachine(undefined, { types }), feed);
  };
  it("may end with the input, and not behind it", async () => {
    expect(await fed(4)).toEqual([null, null]);
    expect(await failure(() => fed(5))).toEqual(["truncated", 2, 0x95]);
  });
});

describe("what is written", () => {
  it("ends the frame at BUILD and begins another behind the raw bytes", () => {
    const bytes = written([new Box(Uint8Array.of(7, 8, 9)), "and so on"]);
    const frame = new DataView(bytes.buffer).getUint32(3, true);
    expect(bytes[11 + frame - 1]).toBe(0x62);
    const raw = bytes.indexOf(7, 11 + frame);
    expect(raw % 4).toBe(0);
    expect(bytes[raw + 3]).toBe(0x95);
  });

  it("hands large raw bytes on as they are", () => {
    const chunks: Uint8Array[] = [];
    const content = new Uint8Array(100_000);
    const sink = { write: (chunk: Uint8Array) => chunks.push(chunk) };
    new Emitter(4, {}, registryOf([writer]), sink).dump(new Box(content));
    expect(chunks.some(({ buffer }) => buffer === content.buffer)).toBe(true);
  });
});

describe("limits and mistakes", () => {
  it("does not believe a count", async () => {
    const bytes = written(new Box(Uint8Array.of(1, 2, 3)));
    const at = bytes.indexOf(0x4b); // BININT1 3 becomes BININT 2^31 - 1
    const huge = Uint8Array.of(
      ...bytes.subarray(0, 2),
      ...bytes.subarray(11, at),
      ...[0x4a, 255, 255, 255, 127],
      ...bytes.subarray(at + 2),
    );
    for (const [, load] of WAYS) {
      expect(await failure(() => load(huge))).toMatchObject([
        "truncated",
        expect.any(Number),
        0x62,
      ]);
    }
  });

  it("waits only in an asynchronous load", async () => {
    const pickle = waiting("wait");
    expect(await loadFed(new RawMachine(undefined, { types }), feedOf(pickle))).toBe("came");
    expect(await failure(() => new RawMachine(pickle, { types }).load())).toEqual([
      "hook-failed",
      pickle.length - 2,
      0x62,
    ]);
  });

  it("wraps what a type throws, and goes on with the next object", async () => {
    const pickle = waiting("throw");
    const two = Uint8Array.of(...pickle, ...dumps("next"));
    const machine = new RawMachine(two, { types });
    expect(await failure(() => machine.load())).toEqual([
      "construct-failed",
      pickle.length - 2,
      0x62,
    ]);
    expect(() => machine.load()).not.toThrow(TypeError);
  });

  it("lets nested pickles spend what the load has", () => {
    const inner = Array.from({ length: 40 }, () => []);
    const bytes = written(Array.from({ length: 50 }, () => new Box({ value: inner })));
    const limits = { memory: 20_000 };
    expect(() => new RawMachine(bytes, { types, limits }).load()).toThrow(LimitError);
    expect(() =>
      new RawMachine(written(new Box({ value: inner })), { types, limits }).load(),
    ).not.toThrow();
  });

  it("reads nothing behind a BUILD of a nested pickle", () => {
    const loaded = new RawMachine(written(new Box({ value: 1 })), { types }).load() as Box;
    expect(loaded.content).toEqual({ value: 1 });
    const nest = (pickle: Uint8Array): Uint8Array => {
      const outer = waiting(null);
      return Uint8Array.of(...outer.subarray(0, -1), ...pickle, 0x2e);
    };
    const box = new RawMachine(nest(waiting("throw")), { types }).load() as Box;
    expect((box.content as { value: unknown }).value).toBeInstanceOf(Wrapper);
  });

  it("raises our errors only, whatever the bytes", async () => {
    // Protocol 3: whether a frame is longer than the input is known only where all of it is there.
    const base = written(value().slice(0, 3), 3);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const bytes = base.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          const seen: unknown[] = [];
          for (const [, load] of WAYS) {
            try {
              await load(bytes);
              seen.push("loaded");
            } catch (error) {
              if (!(error instanceof UnpicklingError)) throw error;
              seen.push(error.code);
            }
          }
          // The ways agree on whether it can be read, if not on which of two faults comes first.
          expect(new Set(seen.map((word) => word === "loaded")).size).toBe(1);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** A wrapper whose state is `{ count }`, nothing behind. */
function waiting(count: unknown): Uint8Array {
  const plain: PickleType = {
    globals: [WRAPPER],
    prototypes: [Wrapper.prototype],
    reduce: () => ({ form: "new", callable: WRAPPER, state: { count } }),
  };
  return new Emitter(3, {}, registryOf([plain])).dump(new Wrapper());
}
