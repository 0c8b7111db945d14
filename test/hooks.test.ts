/** Hooks of a Pickler and an Unpickler: what they may answer, and what they may do meanwhile. Bytes are CPython 3.13's. */
import { describe, expect, test } from "vitest";
import {
  type DumpOptions,
  dumps,
  Global,
  Instance,
  loads,
  PickleBuffer,
  PickleError,
  Pickler,
  PicklingError,
  type Reduction,
  Unpickler,
  UnpicklingError,
} from "../src/pickle/index.ts";

const CALL = new Global("room", "call");

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function failure(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("reducerOverride", () => {
  function work(): void {}

  test("a function is found again, within its own state too", () => {
    const reducerOverride = (value: unknown): Reduction | undefined =>
      value === work ? { callable: CALL, args: [1], state: { me: work } } : undefined;
    expect(text(dumps([work, work], 2, { reducerOverride }))).toBe(
      "\x80\x02]q\x00(croom\ncall\nq\x01K\x01\x85q\x02Rq\x03}q\x04X\x02\x00\x00\x00meq\x05h\x03sbh\x03e.",
    );
  });

  test("a class is written with its state, and once under its name", () => {
    const reducerOverride = (value: unknown): Reduction | undefined =>
      value instanceof Global && value.name === "A"
        ? { callable: CALL, args: [2], state: { y: 2 } }
        : undefined;
    const classes = [new Global("room", "A"), new Global("room", "A")];
    expect(text(dumps(classes, 2, { reducerOverride }))).toBe(
      "\x80\x02]q\x00(croom\ncall\nq\x01K\x02\x85q\x02Rq\x03}q\x04X\x01\x00\x00\x00yq\x05K\x02sbh\x03e.",
    );
  });

  test("an inert instance is written as the hook says, others beside it as they came", () => {
    const [other, one] = ["B", "A"].map((name) => {
      const instance = new Instance("new", new Global("room", name), []);
      instance.state = { x: name };
      return instance;
    });
    const reducerOverride = (value: unknown): Reduction | undefined =>
      value === one ? { callable: CALL, args: [], items: [3], state: { y: 2 } } : undefined;
    const [first, back, again] = loads<Instance[]>(dumps([other, one, one], { reducerOverride }));
    expect(first?.state).toEqual({ x: "B" });
    expect(back?.className).toBe("room.call");
    expect(back?.items).toEqual([3]);
    expect(back?.state).toEqual({ y: 2 });
    expect(again).toBe(back);
  });

  test("a name that is made by calling itself ends", () => {
    const reducerOverride = (value: unknown): Reduction | undefined =>
      value instanceof Global ? { callable: value } : undefined;
    expect(failure(() => dumps(CALL, { reducerOverride }))).toMatchObject({
      code: "unsupported-reduction",
    });
  });

  test.each<[string, unknown]>([
    ["arguments that are no array", { callable: CALL, args: 5 }],
    ["items that are none", { callable: CALL, items: 5 }],
    ["entries that are none", { callable: CALL, entries: 5 }],
    ["entries that are no pairs", { callable: CALL, entries: [5] }],
    ["members that are none", { callable: CALL, added: {} }],
    ["items that end early", { callable: CALL, items: failing() }],
  ])("%s are refused", (_name, answer) => {
    const reducerOverride = (value: unknown): Reduction | undefined =>
      value === work ? (answer as Reduction) : undefined;
    const error = failure(() => dumps({ here: work }, { reducerOverride }));
    expect(error).toBeInstanceOf(PicklingError);
    expect(error).toMatchObject({ path: "$.here" });
  });
});

function* failing(): Generator<number> {
  yield 1;
  throw new Error("no more");
}

test("an error of a getter becomes one of ours", () => {
  const cause = new Error("not now");
  const guarded = {
    get value(): never {
      throw cause;
    },
  };
  const error = failure(() => dumps([1, guarded]));
  expect(error).toBeInstanceOf(PicklingError);
  expect(error).toMatchObject({ code: "unsupported-value", path: "$[1]", cause });
});

describe("persistent ids", () => {
  test.each([1, 2, 4])("one that contains its own object ends, at protocol %i", (protocol) => {
    const object = { name: "one" };
    const persistentId = (value: unknown): unknown => (value === object ? [object] : undefined);
    expect(failure(() => dumps(object, protocol, { persistentId }))).toMatchObject({
      code: "bad-persistent-id",
    });
  });

  test("many of them one after another are no such thing", () => {
    const objects = Array.from({ length: 3000 }, (_, index) => ({ index }));
    const persistentId = (value: unknown): unknown =>
      objects.includes(value as (typeof objects)[number])
        ? [objects.indexOf(value as (typeof objects)[number])]
        : undefined;
    const persistentLoad = (id: unknown): unknown => objects[(id as number[])[0] as number];
    for (const protocol of [0, 1, 5]) {
      const simple = protocol === 0;
      const pickle = dumps(objects, protocol, {
        persistentId: simple ? (value) => (persistentId(value) as number[])?.[0] : persistentId,
      });
      const back = loads<unknown[]>(pickle, {
        persistentLoad: simple ? (id) => objects[Number(id)] : persistentLoad,
      });
      expect(back.every((object, index) => object === objects[index])).toBe(true);
    }
  });

  test("is asked for values and the parts of reductions, not for what spells names and bytes", () => {
    const asked: unknown[] = [];
    const persistentId = (value: unknown): void => void asked.push(value);
    const values = [new Global("room", "A"), nested("Inner"), Uint8Array.of(1, 2)];
    for (const protocol of [2, 4]) {
      asked.length = 0;
      dumps(values, protocol, { persistentId });
      expect(asked).toEqual([values, ...values]);
    }
  });

  test("an id that is no text at protocol 0", () => {
    const error = failure(() => dumps(1, 0, { persistentId: () => Object.create(null) }));
    expect(error).toBeInstanceOf(PicklingError);
  });
});

test("a PickleBuffer in the pickle is an object of its own, however short", () => {
  const byte = Uint8Array.of(97);
  const buffer = (bytes: Uint8Array): PickleBuffer => new PickleBuffer(bytes, true);
  const empty = new Uint8Array(0);
  const values = [byte, buffer(byte), buffer(byte), byte, buffer(empty), buffer(empty)];
  expect(text(dumps(values, 5))).toBe(
    "\x80\x05\x95\x19\x00\x00\x00\x00\x00\x00\x00]\x94(C\x01a\x94C\x01a\x94C\x01a\x94h\x01C\x00\x94C\x00\x94e.",
  );
});

describe("nested names below protocol 4 are split for the moment, but for single characters", () => {
  const values = ["Inner", "B", ...["Inner", "Inner.Deep", "B"].map((name) => nested(name))];
  const inner = "X\x05\x00\x00\x00Inner";
  test.each([
    [
      0,
      "(lp0\nVInner\np1\naVB\np2\nac__builtin__\ngetattr\np3\n(croom\nOuter\nVInner\np4\ntRp5\nag3\n(g3\n(croom\nOuter\nVInner\np6\ntRVDeep\np7\ntRp8\nag3\n(croom\nOuter\ng2\ntRp9\na.",
    ],
    [
      2,
      `\x80\x02]q\x00(${inner}q\x01X\x01\x00\x00\x00Bq\x02c__builtin__\ngetattr\nq\x03croom\nOuter\n${inner}q\x04\x86Rq\x05h\x03h\x03croom\nOuter\n${inner}q\x06\x86RX\x04\x00\x00\x00Deepq\x07\x86Rq\x08h\x03croom\nOuter\nh\x02\x86Rq\te.`,
    ],
  ])("protocol %i", (protocol, expected) => {
    expect(text(dumps(values, protocol))).toBe(expected);
  });
});

function nested(name: string): Global {
  return new Global("room", `Outer.${name}`);
}

test.each([0, -1, 1.5, 2 ** 31, Number.NaN])("%d is no code of an extension", (code) => {
  const options: DumpOptions = { extensions: new Map([[code, "room.A"]]) };
  expect(failure(() => dumps(new Global("room", "A"), 2, options))).toBeInstanceOf(TypeError);
});

describe("a hook that changes the list at work", () => {
  class Odd {}

  // Deeper than the walk goes by calls, so that it comes back to a list that has changed.
  function deep(list: unknown[]): unknown {
    let value: unknown = list;
    for (let depth = 0; depth < 300; depth++) value = [value];
    return value;
  }

  function flat(value: unknown): unknown {
    let inner = value;
    for (let depth = 0; depth < 300; depth++) inner = (inner as unknown[])[0];
    return inner;
  }

  function written(list: unknown[], change: () => void): unknown {
    const dispatchTable = new Map([
      [
        Odd,
        (): Reduction => {
          change();
          return { callable: CALL, args: [[1]] };
        },
      ],
    ]);
    return flat(loads(dumps(deep(list), { dispatchTable })));
  }

  test("one that was of one item ends as it began", () => {
    const list: unknown[] = [new Odd()];
    expect(written(list, () => list.push(7, 8))).toMatchObject([{ args: [[1]] }]);
  });

  test("a longer one goes on with what is there", () => {
    const list: unknown[] = [1, new Odd(), 3];
    expect(written(list, () => list.push(7, 8))).toMatchObject([1, { args: [[1]] }, 3, 7, 8]);
  });

  test.each([1, 2])("one cut down to %i has no more", (length) => {
    const list: unknown[] = [1, new Odd(), 3, 4];
    const back = written(list, () => {
      list.length = length;
    });
    expect(back).toMatchObject([1, { args: [[1]] }]);
  });
});

describe("a dump that fails", () => {
  class Odd {}

  test.each([0, 1, 2, 4])("leaves nothing in the memo, at protocol %i", (protocol) => {
    const kept = ["kept", 1];
    const lost = ["lost", 2];
    const record = { name: "lost", more: { name: "both" } };
    const instance = new Instance("new", new Global("room", "A"), [Uint8Array.of(7)]);
    const values = [lost, record, instance, "lost", new Global("room", "A"), Uint8Array.of(7)];
    const pickler = new Pickler(undefined, protocol);
    const other = new Pickler(undefined, protocol);
    const first = pickler.dump([kept, "first"]);
    expect(first).toEqual(other.dump([kept, "first"]));
    // Lists that are found among many, and a string that is looked for.
    const many = Array.from({ length: 100 }, (_, index) => [index]);
    for (const failing of [
      [values, values, kept, new Odd()],
      [many, [...many], new Odd()],
    ])
      expect(failure(() => pickler.dump(failing))).toMatchObject({ code: "unsupported-value" });
    const again = [values, values, kept, "first", [...many], many];
    expect(text(pickler.dump(again))).toBe(text(other.dump(again)));
  });
});

describe("a hook that uses what it is a hook of", () => {
  test("a Pickler refuses, and works on afterwards", () => {
    const pickler: Pickler = new Pickler(undefined, 2, {
      persistentId: (value) => (value === "again" ? pickler.dump([1]) : undefined),
    });
    expect(failure(() => pickler.dump(["again"]))).toMatchObject({ code: "changed-while-dumping" });
    expect(loads(pickler.dump(["once"]))).toEqual(["once"]);
  });

  test("clearMemo too", () => {
    const pickler: Pickler = new Pickler(undefined, 2, {
      persistentId: (value) => (value === "again" ? pickler.clearMemo() : undefined),
    });
    expect(failure(() => pickler.dump(["again"]))).toMatchObject({ code: "changed-while-dumping" });
  });

  test.each(["load", "clearMemo"] as const)("an Unpickler refuses %s", (method) => {
    const pickle = dumps(1, { persistentId: () => "id" });
    const unpickler: Unpickler = new Unpickler(pickle, {
      persistentLoad: () => unpickler[method](),
    });
    const error = failure(() => unpickler.load());
    expect(error).toBeInstanceOf(UnpicklingError);
    expect(error).toMatchObject({ code: "hook-failed" });
  });

  test("another Pickler and another Unpickler are free", () => {
    const options: DumpOptions = {
      persistentId: (value) => (value === "outer" ? dumps(["inner"]) : undefined),
    };
    const pickle = dumps(["outer", "rest"], options);
    const persistentLoad = (id: unknown): unknown => loads(id as Uint8Array);
    expect(loads(pickle, { persistentLoad })).toEqual([["inner"], "rest"]);
  });
});

describe("a source that fails", () => {
  const cause = new Error("the disk is gone");
  const source = {
    remaining: undefined,
    read(): number {
      throw cause;
    },
  };

  test.each(["load", "atEnd"] as const)("in %s", (method) => {
    const error = failure(() => new Unpickler(source)[method]());
    expect(error).toBeInstanceOf(PickleError);
    expect(error).toMatchObject({ code: "read-failed", cause });
  });

  test.each([-1, 0.5, 2 ** 20, Number.NaN, undefined])("by answering %s", (answer) => {
    const error = failure(() =>
      new Unpickler({ remaining: undefined, read: () => answer as number }).load(),
    );
    expect(error).toMatchObject({ code: "read-failed" });
  });
});

describe("an Unpickler behind an object that it could not read", () => {
  const good = dumps("good", 2);
  // A str that is no UTF-8, and in a bytes what would be a pickle of its own.
  const bad = Buffer.from("\x80\x02(X\x01\0\0\0\xffC\x04K\x07.Nt.", "latin1");
  const persistent = Buffer.from("\x80\x02K\x05Q.", "latin1");

  // Bytes, and a source that gives `step` of them at a time.
  function readers(bytes: Uint8Array, options = {}): Unpickler[] {
    const dripping = (step: number): Unpickler => {
      let at = 0;
      const read = (target: Uint8Array): number => {
        const part = bytes.subarray(at, at + Math.min(step, target.length));
        target.set(part);
        at += part.length;
        return part.length;
      };
      return new Unpickler({ remaining: undefined, read }, options);
    };
    return [new Unpickler(bytes, options), dripping(1), dripping(7), dripping(1000)];
  }

  test.each([
    ["bad-utf8", bad, 3],
    ["no-persistent-load", persistent, 4],
    ["invalid-opcode", Buffer.from("\xff", "latin1"), 0],
    ["truncated", Buffer.from("\x80\x02]", "latin1"), 3],
  ] as const)("%s: refuses for good, in the middle of nothing", (code, wrong, place) => {
    const rest = code === "truncated" ? [] : [good];
    for (const reader of readers(Buffer.concat([good, wrong, ...rest]))) {
      expect(reader.load()).toBe("good");
      expect(reader.atEnd()).toBe(false);
      const error = failure(() => reader.load());
      expect(error).toMatchObject({ code, offset: good.length + place });
      expect(reader.atEnd()).toBe(true);
      expect(reader.position).toBe(good.length + place);
      expect(failure(() => reader.load())).toBe(error);
    }
  });

  test("at the end of the input goes on when that has grown", () => {
    const parts = [good, Uint8Array.of(), good, Uint8Array.of(), Uint8Array.of()];
    const read = (target: Uint8Array): number => {
      const part = parts.shift() ?? Uint8Array.of();
      target.set(part);
      return part.length;
    };
    const reader = new Unpickler({ remaining: undefined, read });
    expect(reader.load()).toBe("good");
    expect(failure(() => reader.load())).toMatchObject({ code: "truncated" });
    expect(reader.load()).toBe("good");
    expect(reader.atEnd()).toBe(true);
    expect(failure(() => reader.load())).toMatchObject({ code: "truncated" });
  });

  test("goes on where only the schema refused", () => {
    const schema = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) =>
          value === "good" ? { value } : { issues: [{ message: "not good" }] },
      },
    };
    const reader = new Unpickler(Buffer.concat([dumps("bad"), good]), { schema });
    expect(failure(() => reader.load())).toMatchObject({ code: "schema-mismatch" });
    expect(reader.load()).toBe("good");
  });
});

describe('dicts: "object"', () => {
  test.each([
    [[1, "1"]],
    [["1", 1]],
    [[null, "null"]],
    [["true", true]],
    [[1.5, "a", "1.5"]],
  ])("two keys that fall together are refused, whichever comes first: %o", (keys) => {
    const pickle = dumps(new Map(keys.map((key) => [key, 0])));
    expect(failure(() => loads(pickle, { dicts: "object" }))).toMatchObject({ code: "dict-key" });
  });

  test("those of one dict are not those of another", () => {
    const pickle = dumps([new Map([[1, 2]]), new Map([["1", 3]])]);
    expect(loads(pickle, { dicts: "object" })).toEqual([{ 1: 2 }, { 1: 3 }]);
  });
});
