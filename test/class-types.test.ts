/** Classes joined by classType, as CPython 3.13 writes theirs. */
import { describe, expect, test } from "vitest";
import {
  classType,
  dumps,
  FrozenSet,
  Global,
  type Instance,
  loads,
  PySet,
  Tuple,
} from "../src/pickle/index.ts";

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

class T extends Tuple {
  [field: string]: unknown;
}
class F extends FrozenSet {
  x: unknown;
}
class S extends PySet {
  x: unknown;
}

const types = [classType("room.T", T), classType("room.F", F), classType("room.S", S)];

function pair(): T {
  const tuple = new T();
  tuple.push(1, 2);
  tuple["x"] = 3;
  return tuple;
}

describe("a tuple subclass", () => {
  test.each([
    [
      1,
      "]q\x00(ccopy_reg\n_reconstructor\nq\x01(croom\nT\nq\x02c__builtin__\ntuple\nq\x03(K\x01K\x02tq\x04tq\x05Rq\x06}q\x07X\x01\x00\x00\x00xq\x08K\x03sbh\x06h\x01(h\x02h\x03)tq\tRq\ne.",
    ],
    [
      2,
      "\x80\x02]q\x00(croom\nT\nq\x01K\x01K\x02\x86q\x02\x85q\x03\x81q\x04}q\x05X\x01\x00\x00\x00xq\x06K\x03sbh\x04h\x01)\x85q\x07\x81q\x08e.",
    ],
    [
      4,
      "\x80\x04\x95/\x00\x00\x00\x00\x00\x00\x00]\x94(\x8c\x04room\x94\x8c\x01T\x94\x93\x94K\x01K\x02\x86\x94\x85\x94\x81\x94}\x94\x8c\x01x\x94K\x03sbh\x06h\x03)\x85\x94\x81\x94e.",
    ],
  ])("protocol %i", (protocol, expected) => {
    const tuple = pair();
    const pickle = dumps([tuple, tuple, new T()], protocol, { types });
    expect(text(pickle)).toBe(expected);
    const [first, second, empty] = loads<T[]>(pickle, { types });
    expect(first).toBeInstanceOf(T);
    expect(Array.from(first as T)).toEqual([1, 2]);
    expect(first?.["x"]).toBe(3);
    expect(second).toBe(first);
    expect(empty).toBeInstanceOf(T);
    expect(empty?.length).toBe(0);
  });
});

describe("subclasses of PySet and FrozenSet", () => {
  test.each([0, 1, 2, 4])("protocol %i", (protocol) => {
    for (const set of [new S([1, Tuple.of(2)]), new F([1, Tuple.of(2)])]) {
      set.x = 3;
      const [back, again] = loads<(typeof set)[]>(dumps([set, set], protocol, { types }), {
        types,
      });
      expect(back?.constructor).toBe(set.constructor);
      expect(back?.has(Tuple.of(2))).toBe(true);
      expect(back?.x).toBe(3);
      expect(again).toBe(back);
    }
  });
});

describe("a state that is not true", () => {
  class Kept {
    state: unknown = "not called";
  }
  const kept = [
    classType("room.Falsy", Kept, {
      getState: ({ state }) => state,
      setState: (object, state) => {
        object.state = state;
      },
    }),
  ];
  const states = [{}, 0, "", false, [], new Tuple(), new Map(), new PySet(), new Uint8Array(0), 0n];

  test.each(
    states.map((state) => [state]),
  )("%o is left out below protocol 2, as copyreg does", (state) => {
    const object = new Kept();
    object.state = state;
    expect(text(dumps(object, 1, { types: kept }))).toBe(
      "ccopy_reg\n_reconstructor\nq\x00(croom\nFalsy\nq\x01c__builtin__\nobject\nq\x02Ntq\x03Rq\x04.",
    );
    const back = loads<Kept>(dumps(object, 2, { types: kept }), { types: kept });
    expect(back.state).not.toBe("not called");
  });

  test("NaN is true", () => {
    const object = new Kept();
    object.state = Number.NaN;
    expect(loads<Kept>(dumps(object, 0, { types: kept }), { types: kept }).state).toBeNaN();
  });

  test("a pair of None and an empty dict is one for setState", () => {
    const object = new Kept();
    object.state = Tuple.of(null, {});
    const back = loads<Kept>(dumps(object, { types: kept }), { types: kept });
    expect(back.state).toEqual(Tuple.of(null, {}));
  });
});

describe("getNewArgs", () => {
  class Args {
    readonly args: Tuple;
    readonly kwargs: object;
    constructor(args: Tuple, kwargs: object) {
      this.args = args;
      this.kwargs = kwargs;
    }
  }
  const joined = [
    classType("room.Args", Args, {
      getNewArgs: ({ args, kwargs }) => ({ args, kwargs }),
      getState: ({ args }) => args,
      create: (args, kwargs) => new Args(Tuple.from(args) as Tuple, (kwargs ?? {}) as object),
      setState: () => undefined,
    }),
  ];

  test.each([
    [2, "\x80\x02]q\x00(croom\nArgs\nq\x01K\x01K\x02\x86q\x02\x81q\x03K\x01K\x02\x86q\x04bh\x04e."],
    [
      4,
      "\x80\x04\x95&\x00\x00\x00\x00\x00\x00\x00]\x94(\x8c\x04room\x94\x8c\x04Args\x94\x93\x94K\x01K\x02\x86\x94\x81\x94K\x01K\x02\x86\x94bh\x06e.",
    ],
  ])("empty keyword arguments are none, and the tuple is made anew: protocol %i", (protocol, expected) => {
    const object = new Args(Tuple.of(1, 2), {});
    expect(text(dumps([object, object.args], protocol, { types: joined }))).toBe(expected);
  });

  test.each([0, 1])("are not lost at protocol %i", (protocol) => {
    for (const kwargs of [{}, { key: 3 }]) {
      const pickle = dumps(new Args(Tuple.of(1, 2), kwargs), protocol, { types: joined });
      const inert = loads<Instance>(pickle);
      expect(inert.callable).toEqual(
        new Global("copyreg", "key" in kwargs ? "__newobj_ex__" : "__newobj__", {
          python2: ["copy_reg", "key" in kwargs ? "__newobj_ex__" : "__newobj__"],
        }),
      );
      expect(inert.args.length).toBe(3);
    }
  });
});

test.each([2, 3])("keyword arguments may lead back to their object at protocol %i", (protocol) => {
  class Self {
    readonly kwargs = { self: this };
  }
  const joined = [
    classType("room.Self", Self, {
      getNewArgs: ({ kwargs }) => ({ kwargs }),
      getState: () => undefined,
    }),
  ];
  const object = new Self();
  const back = loads<Instance>(dumps(object, protocol, { types: joined }));
  expect(back.className).toBe("room.Self");
  expect(back.kwargs).toHaveProperty("self");
});

test("an array subclass with holes keeps its attributes", () => {
  class L extends Array<unknown> {
    [field: string]: unknown;
  }
  const list = new L(3);
  list["name"] = "holes";
  list[1] = "one";
  const listTypes = [classType("room.L", L)];
  const back = loads<L>(dumps(list, { types: listTypes, undefined: "null" }), { types: listTypes });
  expect(Array.from(back)).toEqual([null, "one", null]);
  expect(back["name"]).toBe("holes");
});

test("a dict that a setState keeps in a private field while it is read", () => {
  class Node {
    #owner: unknown;
    static owner(node: Node): unknown {
      return node.#owner;
    }
    static own(node: Node, owner: unknown): void {
      node.#owner = owner;
    }
  }
  const nodeTypes = [
    classType("room.Node", Node, {
      create: () => new Node(),
      getState: (node) => Tuple.of(Node.owner(node)),
      setState: (node, state) => Node.own(node, (state as Tuple)[0]),
    }),
  ];
  const node = new Node();
  const dict = new Map<unknown, unknown>([["node", node]]);
  Node.own(node, dict);
  const read = (dicts: "auto" | "map"): boolean => {
    const pickle = dumps(dict, { types: nodeTypes });
    const back = loads<Map<string, Node>>(pickle, { types: nodeTypes, dicts });
    return (
      Node.owner(
        back instanceof Map ? (back.get("node") as Node) : (back as { node: Node }).node,
      ) === back
    );
  };
  expect([read("auto"), read("map")]).toEqual([true, true]);
  dict.set(5, "another key");
  expect([read("auto"), read("map")]).toEqual([false, true]);
});
