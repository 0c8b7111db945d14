/** The option `allow`: names that a pickle may hold, and the refusal of any other, with its place. */
import { describe, expect, it } from "vitest";
import { dumps as dumpsAll, loads as loadsAll, PySet } from "../src/index.ts";
import {
  classType,
  dumps,
  ForbiddenGlobalError,
  loads,
  Unpickler,
  UnpicklingError,
} from "../src/pickle/index.ts";
import { latin1 } from "./pickletools/pickles.ts";

class Employee {
  name = "Ann";
}
const types = [classType("staff.Employee", Employee)];
const attack = latin1("\x80\x02cos\nsystem\nX\x02\0\0\0id\x85R.");

function refused(act: () => unknown): ForbiddenGlobalError {
  try {
    act();
  } catch (error) {
    if (error instanceof ForbiddenGlobalError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("allow", () => {
  it("refuses a name that is not on it, at its place", () => {
    const error = refused(() => loads(attack, { allow: [] }));
    expect(error).toBeInstanceOf(UnpicklingError);
    expect(error).toMatchObject({
      code: "forbidden-global",
      module: "os",
      global: "system",
      offset: 2,
      opcode: 0x63,
      message: "global 'os.system' is not allowed at byte 2 (opcode 0x63)",
    });
    expect(() => loads(attack)).not.toThrow();
    expect(() => loads(attack, { allow: ["os.system"] })).not.toThrow();
    expect(() => loads(attack, { allow: ["os.*"] })).not.toThrow();
    expect(refused(() => loads(attack, { allow: ["os"] })).module).toBe("os");
  });

  it("lets the caller's own types pass, at every protocol", () => {
    for (let protocol = 0; protocol <= 5; protocol++) {
      const pickle = dumps(new Employee(), protocol, { types });
      expect(loads(pickle, { types, allow: [] })).toEqual(new Employee());
      expect(refused(() => loads(pickle, { allow: [] })).global).toBe("Employee");
    }
  });

  it("lets the known types of the standard library pass", () => {
    const value = { day: new Date(0), tags: new PySet([1]) };
    for (let protocol = 0; protocol <= 5; protocol++) {
      expect(() => loadsAll(dumpsAll(value, protocol), { allow: [] })).not.toThrow();
    }
  });

  it("sees every way to a name", () => {
    const ways: string[] = [
      "cos\nsystem\n.",
      "\x80\x04\x8c\x02os\x8c\x06system\x93.",
      "(ios\nsystem\n.",
      "c__builtin__\ngetattr\n(cstaff\nEmployee\nS'run'\ntR.",
      "\x80\x04\x8c\x05staff\x8c\x0cEmployee.run\x93.",
    ];
    for (const pickle of ways) {
      for (const lossless of [false, true]) {
        const load = (): unknown => loads(latin1(pickle), { allow: ["staff.Employee"], lossless });
        expect([pickle, refused(load).code]).toEqual([pickle, "forbidden-global"]);
      }
    }
    const extensions = new Map([[1, "os.system"]]);
    expect(
      refused(() => loads(latin1("\x80\x02\x82\x01."), { allow: [], extensions })).module,
    ).toBe("os");
  });

  it("comes before findClass, and leaves the Unpickler usable", () => {
    let asked = 0;
    const findClass = (): undefined => {
      asked++;
    };
    refused(() => loads(attack, { allow: [], findClass }));
    expect(asked).toBe(0);
    expect(() => new Unpickler(attack, { allow: "os" as never }).load()).toThrow(TypeError);
  });
});
