/** What Python 2 names otherwise than Python 3: names of attributes that are bytes, classes that Python 3 merged. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { leadsBack, python2Name, python3Name } from "../../src/core/registry/index.ts";
import {
  EXCEPTIONS,
  MODULES,
  NAMES,
  REVERSE_NAMES,
} from "../../src/core/registry/python2-table.ts";
import { classType } from "../../src/pickle/classes.ts";
import { dumps, Global, Instance, loads, PyDict } from "../../src/pickle/index.ts";
import {
  type OrderedDict,
  PyException,
  type SimpleNamespace,
  stdlibTypes as types,
} from "../../src/stdlib/index.ts";
import { shown } from "./shown.ts";

interface Vector {
  readonly name: string;
  readonly pickles: readonly { readonly by: string; readonly data: string }[];
}

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, "vectors", "stdlib.json"), "utf8"),
) as Vector[];

// The pickles that Python 2.7 alone wrote, with their protocols.
function python2(name: string): [protocol: number, data: Uint8Array][] {
  const found = vectors.find((vector) => vector.name === name)?.pickles ?? [];
  return found.flatMap(({ by, data }) => {
    const protocol = /^2\.7\/(\d)$/.exec(by)?.[1];
    return protocol === undefined
      ? []
      : [[Number(protocol), new Uint8Array(Buffer.from(data, "base64"))] as [number, Uint8Array]];
  });
}

const lossless = { lossless: true, encoding: "bytes" } as const;
// What a pickle says, no type known.
const told = (data: Uint8Array): string => shown(loads(data, lossless));

describe("names of attributes that Python 2 wrote, read as bytes", () => {
  it.each(["uuid", "uuids", "attributes"])("go back as they were (%s)", (name) => {
    const pickles = python2(name);
    expect(pickles.length).toBeGreaterThan(0);
    for (const [protocol, data] of pickles) {
      const value = loads(data, { ...lossless, types });
      expect(shown(value)).toMatch(/UUID|ValueError: /);
      expect(shown(value)).not.toContain("uuid.UUID");
      expect(told(dumps(value, protocol, { types }))).toBe(told(data));
    }
  });

  it("are one object for two UUIDs, as they were", () => {
    const [[protocol, data] = [0, new Uint8Array()]] = python2("uuids");
    const written = dumps(loads(data, { ...lossless, types }), protocol, { types });
    const [first, second] = loads<Instance[]>(written, lossless);
    const keys = [first, second].map((uuid) => [...(uuid?.state as PyDict).keys()]);
    expect(keys[0]).toHaveLength(1);
    expect(keys[0]?.[0]).toBeInstanceOf(Uint8Array);
    expect(keys[1]?.[0]).toBe(keys[0]?.[0]);
  });

  it.each(python2("ordered_attributes"))("go back from an OrderedDict (%i)", (protocol, data) => {
    const dict = loads<OrderedDict>(data, { ...lossless, types });
    expect(dict.attributes?.get("note")).toBe(5);
    dict.attributes?.set("later", 6);
    const { state } = loads<Instance>(dumps(dict, protocol, { types }), lossless);
    expect([...(state as PyDict)]).toEqual([
      [new TextEncoder().encode("note"), 5],
      ["later", 6],
    ]);
  });

  it("go back from a SimpleNamespace", () => {
    const instance = new Instance("call", new Global("types", "SimpleNamespace"), []);
    instance.state = new PyDict<unknown, unknown>([[new Uint8Array([97]), 1]]);
    const data = dumps(instance);
    const namespace = loads<SimpleNamespace>(data, { ...lossless, types });
    expect(namespace["a"]).toBe(1);
    expect(dumps(namespace, { types })).toEqual(data);
  });

  it("are text in the default mode", () => {
    for (const [protocol, data] of python2("uuid")) {
      const uuid = loads(data, { encoding: "bytes", types });
      const [key] = (
        loads<Instance>(dumps(uuid, protocol, { types }), lossless).state as PyDict
      ).keys();
      expect(key).toBe("int");
    }
  });
});

describe("a class whose Python 3 name does not lead back", () => {
  const pickles = python2("standard_error");

  it.each(pickles)("keeps its name in a lossless load (protocol %i)", (protocol, data) => {
    const [standard, plain] = loads<unknown[]>(data, { ...lossless, types });
    expect(standard).toBeInstanceOf(Instance);
    expect(plain).toBeInstanceOf(PyException);
    const written = Buffer.from(dumps([standard, plain], protocol, { types })).toString("latin1");
    expect(written).toContain("cexceptions\nStandardError\n");
    expect(written).toContain("cexceptions\nException\n");
    expect(told(dumps([standard, plain], protocol, { types }))).toBe(told(data));
  });

  it.each(pickles)("is Python 3's class in the default mode (protocol %i)", (_protocol, data) => {
    expect(loads<unknown[]>(data, { types })).toMatchObject([
      { name: "Exception", message: "a" },
      { name: "Exception", message: "a" },
    ]);
  });

  it("keeps it whatever type the caller brought, by reference as well", () => {
    class UserDict {}
    const own = [classType("collections.UserDict", UserDict)];
    const data = (module: string, name: string): Uint8Array =>
      new TextEncoder().encode(`c${module}\n${name}\n.`);
    const read = (module: string, name: string): unknown =>
      loads(data(module, name), { lossless: true, types: own });
    expect(read("UserDict", "IterableUserDict")).toBe(UserDict);
    expect(read("UserDict", "UserDict")).toBeInstanceOf(Global);
    expect(dumps(read("UserDict", "UserDict"), 2, { types: own })).toEqual(
      dumps(new Global("UserDict", "UserDict"), 2, { types: own }),
    );
    expect(loads(data("UserDict", "UserDict"), { types: own })).toBe(UserDict);
  });

  it("is known without the reverse table", () => {
    const rows = (table: string): string[][] => table.split(";").map((row) => row.split(" "));
    const names = (table: string): string[][] =>
      rows(table).flatMap(([module = "", , ...pairs]) =>
        pairs.map((pair) => [module, pair.replace(/=.*/, "")]),
      );
    const modules = rows(MODULES);
    const exceptions = EXCEPTIONS.split(";").flatMap((row) => {
      const [ending = "", ...stems] = row.split(" ");
      return stems.map((stem) => ["exceptions", stem + ending]);
    });
    expect(exceptions).toHaveLength(47);
    expect(exceptions).toContainEqual(["exceptions", "ZeroDivisionError"]);
    expect(exceptions).toContainEqual(["exceptions", "KeyboardInterrupt"]);
    const made = ["StringIO", "cStringIO"].map((module) => [module, "MadeUp"]);
    const moved = ["UserDict", "UserList", "UserString", "whichdb"].map((name) => [name, name]);
    // What Python 2 has under the name of something that Python 3 renamed: its range is no xrange.
    const taken = names(REVERSE_NAMES).flatMap(([module, name = ""]) =>
      modules.filter(([, newModule]) => newModule === module).map(([old = ""]) => [old, name]),
    );
    const builtins = taken.filter(
      ([module, name = ""]) => module === "__builtin__" && !name.endsWith("Error"),
    );
    expect(builtins).toHaveLength(7);
    const all = [...names(NAMES), ...exceptions, ...made, ...moved, ...builtins];
    for (const [module = "", name = ""] of all) {
      const back = python2Name(...python3Name(module, name));
      expect([module, name, leadsBack(module, name)]).toEqual([
        module,
        name,
        back[0] === module && back[1] === name,
      ]);
    }
  });
});
