/** pickletools against what CPython printed, over bytes and sources, and against itself: no Python needed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dumps, loads } from "../../src/pickle/index.ts";
import {
  ByteArray,
  type ByteSource,
  type DisMemo,
  dis,
  disLines,
  genops,
  type OpcodeTriple,
  opcodes,
  optimize,
  PickletoolsError,
} from "../../src/pickletools/index.ts";
import expected from "./expected.json" with { type: "json" };
import { latin1, projectPickles } from "./pickles.ts";

/** A source that gives at most `piece` bytes at a time. */
function sourceOf(bytes: Uint8Array, piece: number): ByteSource {
  let at = 0;
  return {
    remaining: undefined,
    read(target) {
      const part = bytes.subarray(at, at + Math.min(piece, target.length));
      target.set(part);
      at += part.length;
      return part.length;
    },
  };
}

/** What was thrown. */
function thrown(act: () => unknown): PickletoolsError {
  try {
    act();
  } catch (error) {
    if (error instanceof PickletoolsError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** The opcodes until the end or a mistake, and the mistake. */
function attempt(pickle: Uint8Array | ByteSource): [OpcodeTriple[], string] {
  const triples: OpcodeTriple[] = [];
  try {
    for (const triple of genops(pickle)) triples.push(triple);
  } catch (error) {
    if (!(error instanceof PickletoolsError)) throw error;
    return [triples, `${error.exception} ${error.code} ${error.offset} ${error.message}`];
  }
  return [triples, ""];
}

describe("dis", () => {
  it.each(expected.rows)("prints what CPython printed: %j", (pickle = "", text, type, message) => {
    const data = latin1(pickle);
    if (type === undefined) {
      expect(dis(data)).toBe(text);
      return;
    }
    const error = thrown(() => dis(data));
    expect([error.printed, error.exception, error.message]).toEqual([text, type, message]);
  });

  it("gives the same a line at a time, from sources of any pieces", () => {
    for (const [pickle = "", text, type] of expected.rows) {
      for (const piece of [1, 3, 1 << 20]) {
        const lines: string[] = [];
        try {
          for (const line of disLines(sourceOf(latin1(pickle), piece))) lines.push(line);
          expect(type).toBeUndefined();
        } catch (error) {
          expect((error as PickletoolsError).exception).toBe(type);
        }
        expect(lines.join("")).toBe(text);
      }
    }
  });

  const refusals: [code: string, pickle: string, offset: number][] = [
    ["truncated", "NK", 1],
    ["truncated", "N", 1],
    ["invalid-opcode", "N\xff", 1],
    ["bad-length", "NT\xff\xff\xff\xff", 1],
    ["bad-integer", "NIx\n", 1],
    ["bad-float", "NFx\n", 1],
    ["bad-string", "NSx\n", 1],
    ["bad-encoding", "N\x8c\x01\xff", 1],
    ["no-mark", "Nt", 1],
    ["no-mark", "N(0Nt", 4],
    ["stack-underflow", "NR", 1],
    ["stack-not-empty", "NN.", 2],
    ["memo-redefined", "Nq\0q\0", 3],
    ["memo-missing", "Nh\0", 1],
    ["memo-target", "(q\0", 1],
  ];
  it.each(refusals)("refuses with %s: %j at %i", (code, pickle, offset) => {
    expect(thrown(() => dis(latin1(pickle)))).toMatchObject({ code, offset });
  });

  it("goes on behind the first pickle of a source, with its memo", () => {
    // CPython's own example: the second dump of one Pickler refers to the first.
    const source = sourceOf(latin1("\x80\x02]q\x00(K\x01K\x02K\x03e.\x80\x02h\x00."), 5);
    const memo: DisMemo = new Map();
    expect(dis(source, { memo })).toContain("   13: .    STOP\n");
    expect(dis(source, { memo })).toBe(
      "   14: \\x80 PROTO      2\n   16: h    BINGET     0\n   18: .    STOP\n" +
        "highest protocol among opcodes = 2\n",
    );
    expect(thrown(() => dis(source, { memo })).message).toBe("pickle exhausted before seeing STOP");
  });

  it("indents as far as asked and annotates from a column on", () => {
    const pickle = latin1("((NtK\x01t.");
    expect(dis(pickle, { indentlevel: 0 }).split("\n")[2]).toBe("    2: N    NONE");
    expect(dis(pickle, { indentlevel: 1 }).split("\n")[2]).toBe("    2: N      NONE");
    expect(dis(pickle, { annotate: 1 }).split("\n")[0]).toBe(
      "    0: (    MARK Push markobject onto the stack.",
    );
  });

  it("refuses arguments of a wrong type by their names", () => {
    expect(() => dis(5 as never)).toThrow(new TypeError("pickle must be bytes or a ByteSource"));
    expect(() => dis(latin1("N."), { memo: {} as never })).toThrow(TypeError);
    expect(() => dis(latin1("N."), { indentlevel: 0.5 })).toThrow(
      new TypeError("indentlevel must be an integer"),
    );
    expect(() => dis(latin1("N."), { annotate: "30" as never })).toThrow(
      new TypeError("annotate must be an integer"),
    );
    expect(() => optimize(sourceOf(latin1("N."), 1) as never)).toThrow(
      new TypeError("pickle must be bytes"),
    );
  });

  it("says so where the text is longer than a string", () => {
    const pickle = latin1(`${"(".repeat(8)}.`);
    expect(thrown(() => dis(pickle, { indentlevel: 2 ** 27 })).code).toBe("too-long");
    expect(thrown(() => dis(pickle, { annotate: 2 ** 30 })).code).toBe("too-long");
  });
});

describe("genops", () => {
  it("has every opcode once", () => {
    expect(opcodes.length).toBe(68);
    expect(new Set(opcodes.map(({ code }) => code)).size).toBe(68);
    expect(opcodes[0]).toEqual({
      name: "INT",
      code: "I",
      arg: "decimalnl_short",
      stackBefore: [],
      stackAfter: ["int_or_bool"],
      proto: 0,
      doc: "Push an integer or bool.",
    });
    expect(Object.isFrozen(opcodes[0])).toBe(true);
  });

  it("gives arguments their types", () => {
    const argument = (pickle: string): unknown => [...genops(latin1(pickle))][0]?.[1];
    expect(argument("I01\n.")).toBe(true);
    expect(argument("I-0\n.")).toBe(0);
    expect(argument("L9007199254740993L\n.")).toBe(9007199254740993n);
    expect(argument("F-0\n.")).toBe(-0);
    expect(argument("C\x01a.")).toEqual(Uint8Array.of(97));
    expect(argument("\x96\x01\0\0\0\0\0\0\0a.")).toEqual(new ByteArray([97]));
    expect(argument("U\x01\xe9.")).toBe("é");
    expect(argument("cos\nsystem\n.")).toBe("os system");
    expect(argument("N.")).toBe(null);
  });

  it("gives the same from sources as from bytes, and bytes that stay", () => {
    for (const pickle of projectPickles().slice(0, 400)) {
      const whole = attempt(pickle);
      for (const piece of [1, 7, 1 << 20]) expect(attempt(sourceOf(pickle, piece))).toEqual(whole);
    }
    const long = latin1(`(${`C\xff${"a".repeat(255)}`.repeat(600)}t.`);
    expect(
      attempt(sourceOf(long, 1 << 20))[0]
        .slice(1, 601)
        .map(([, arg]) => arg),
    ).toEqual(Array.from({ length: 600 }, () => new Uint8Array(255).fill(97)));
  });

  it("needs memory for one argument only", () => {
    // 1 GB of pickle, made while it is read.
    const unit = latin1(`]q\x000C\xff${"b".repeat(255)}0`);
    let left = 4_000_000;
    const source: ByteSource = {
      remaining: undefined,
      read(target) {
        if (left === 0) return 0;
        const units = Math.min(Math.floor(target.length / unit.length), left, 200);
        for (let index = 0; index < units; index++) target.set(unit, index * unit.length);
        left -= units;
        return units * unit.length;
      },
    };
    let size = 0;
    let before = 0;
    for (const [{ name }, , pos] of genops(source)) {
      if (name !== "EMPTY_LIST") continue;
      if (pos === 0) before = process.memoryUsage().heapUsed;
      size = pos;
      if (pos > 20_000_000) break;
    }
    expect(size).toBeGreaterThan(20_000_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  });

  it("refuses at the opcode that is wrong, wherever the bytes end", () => {
    for (const pickle of projectPickles().slice(0, 200)) {
      for (let end = 0; end < pickle.length; end++) {
        const [triples, refusal] = attempt(pickle.subarray(0, end));
        const whole = attempt(pickle)[0];
        // What was there in full is given as before, then comes the refusal of what was cut.
        expect(triples).toEqual(whole.slice(0, triples.length));
        if (triples.length < whole.length) expect(refusal).toContain(" truncated ");
      }
    }
  });

  it("raises nothing but its own error from any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        attempt(bytes);
        for (const act of [() => dis(bytes, { annotate: 30 }), () => optimize(bytes)]) {
          try {
            act();
          } catch (error) {
            if (!(error instanceof PickletoolsError)) throw error;
          }
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("optimize", () => {
  it("leaves the same value in fewer bytes", () => {
    const shared = ["x"];
    const value = { a: [shared, shared], b: "text", c: { d: "text" } };
    for (let protocol = 0; protocol <= 5; protocol++) {
      const pickle = dumps(value, protocol);
      const smaller = optimize(pickle);
      expect(smaller.length).toBeLessThan(pickle.length);
      expect(loads(smaller)).toEqual(value);
      expect(optimize(smaller)).toEqual(smaller);
    }
  });

  it("drops what follows the pickle, and refuses what it cannot number", () => {
    expect(optimize(latin1("N.rest"))).toEqual(latin1("N."));
    expect(thrown(() => optimize(latin1("\x80\x09N."))).message).toBe(
      "pickle protocol must be <= 5",
    );
    expect(thrown(() => optimize(latin1("h\x01.")))).toMatchObject({
      code: "memo-missing",
      exception: "TypeError",
      offset: 0,
    });
    expect(optimize(latin1("g1\n."))).toEqual(latin1("gNone\n."));
  });
});
