/** A type's own class for what stays inert, and the types of a whole package: found by a rule, written back unchanged. */
import { describe, expect, it } from "vitest";
import { dumps, Global, Instance, loads, type PickleType } from "../src/index.ts";

class Model extends Instance {
  get size(): unknown {
    return this.get("size");
  }
}

const asked: string[] = [];
const models: PickleType = {
  globals: [],
  package: {
    name: "models",
    typeOf: (module, name) => {
      asked.push(`${module} ${name}`);
      return name === "Model" || name === "make"
        ? { globals: [new Global(module, name)], inert: Model }
        : undefined;
    },
  },
};
const types = [models];

const SIZE = { size: 3 };

function instance(form: "new" | "call", module: string, name: string, args: unknown[] = []) {
  const made = new Instance(form, new Global(module, name), args);
  made.state = SIZE;
  return made;
}

describe("the types of a package", () => {
  it.each([0, 1, 2, 3, 4, 5])("give their class to what is made at protocol %i", (protocol) => {
    for (const module of ["models", "models.linear", "models.core.deep"]) {
      for (const lossless of [false, true]) {
        const bytes = dumps(instance("new", module, "Model"), protocol);
        const value = loads(bytes, { types, lossless });
        expect(value).toBeInstanceOf(Model);
        expect((value as Model).size).toBe(3);
        expect((value as Model).className).toBe(`${module}.Model`);
        expect(dumps(value, protocol, { types })).toEqual(bytes);
      }
    }
  });

  it("give it to what a function returns and to what copyreg reconstructs", () => {
    const called = loads(dumps(instance("call", "models.io", "make", [1])), { types });
    expect(called).toBeInstanceOf(Model);
    const object = new Global("builtins", "object");
    const args = [new Global("models", "Model"), object, null];
    const made = loads(dumps(instance("call", "copyreg", "_reconstructor", args), 1), { types });
    expect(made).toBeInstanceOf(Model);
    expect((made as Model).className).toBe("models.Model");
  });

  it("leave alone what they do not know, and what only begins alike", () => {
    for (const [module, name] of [
      ["models", "Other"],
      ["models2", "Model"],
      ["my.models", "Model"],
    ] as const) {
      const value = loads(dumps(instance("new", module, name)), { types });
      expect(Object.getPrototypeOf(value)).toBe(Instance.prototype);
    }
  });

  it("are asked once for each name, and only where no type has it", () => {
    const own: PickleType = { globals: [new Global("models", "Model")], create: () => new Date(0) };
    const many = Array.from({ length: 5 }, () => instance("new", "models", "Model"));
    asked.length = 0;
    loads(dumps(many), { types });
    expect(asked).toEqual(["models Model"]);
    asked.length = 0;
    const bare = dumps(new Instance("new", new Global("models", "Model"), []));
    expect(loads(bare, { types: [models, own] })).toBeInstanceOf(Date);
    expect(asked).toEqual([]);
  });
});
