/** The audit against every trick of attacks.ts, against ordinary pickles, against damage and against size. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../../src/audit/default-policy.ts";
import {
  type AuditReport,
  audit,
  DEFAULT_AUDIT_LIMITS,
  policyFrom,
  RULES,
  toSarif,
  VERDICTS,
} from "../../src/audit/index.ts";
import { open } from "../../src/dbm/index.ts";
import { dumps as dumpsCode } from "../../src/dill/index.ts";
import { dumps } from "../../src/index.ts";
import { NdArray, numpyTypesOf } from "../../src/numpy/index.ts";
import { exponent } from "../growth.ts";
import { latin1, projectPickles } from "../pickletools/pickles.ts";
import { ATTACKS, type Attack, zip } from "./attacks.ts";
import { UNSEEN } from "./unseen.ts";

const TEST = join(import.meta.dirname, "..");
const rules = ({ findings }: AuditReport): string[] => findings.map(({ rule }) => rule);

describe("attacks", () => {
  const all: readonly Attack[] = [...ATTACKS, ...UNSEEN];

  it.each(all.map((attack) => [attack.name, attack] as const))("sees %s", (_name, attack) => {
    const report = audit(attack.bytes);
    expect(rules(report)).toContain(attack.rule);
    expect(VERDICTS.indexOf(report.verdict)).toBeGreaterThanOrEqual(VERDICTS.indexOf(attack.least));
  });

  it("keeps what it found when the rest is cut off or damaged", () => {
    for (const { bytes, rule, name } of ATTACKS) {
      if (rule !== "runs-code" || bytes[0] !== 0x80) continue;
      const [found] = audit(bytes).findings.filter((finding) => finding.rule === rule);
      if (found === undefined || found.part !== "") continue;
      for (let end = found.offset + 1; end < bytes.length; end++) {
        const cut = audit(bytes.subarray(0, end));
        expect([name, end, cut.verdict]).toEqual([name, end, "dangerous"]);
      }
    }
  });

  it("shows what Python would do", () => {
    const report = audit(latin1("cos\nsystem\n(S'rm -rf /'\ntR."), { events: true });
    expect(report.verdict).toBe("dangerous");
    expect(report.findings).toEqual([
      {
        rule: "runs-code",
        verdict: "dangerous",
        message: "calls os.system",
        why: RULES["runs-code"].why,
        offset: 25,
        part: "",
        expression: "os.system('rm -rf /')",
        name: "os.system",
        hint: undefined,
        count: 1,
      },
    ]);
    expect(report.imports).toEqual([
      { name: "os.system", role: "denied", offset: 0, part: "", count: 1 },
    ]);
    expect(report.events.map(({ kind, offset, code }) => [kind, offset, code])).toEqual([
      ["import", 0, "import os"],
      ["call", 25, "v1 = os.system('rm -rf /')"],
      ["end", 26, "result = v1"],
    ]);
    expect(report.pickles).toEqual([{ part: "", start: 0, end: 27 }]);
  });
});

describe("methods of Python 2's old classes", () => {
  it.each([
    "__cmp__",
    "__coerce__",
    "__hex__",
    "__getslice__",
    "__idiv__",
    "__rfloordiv__",
    "__neg__",
  ])("may not be set: %s", (name) => {
    const length = String.fromCharCode(name.length);
    const state = `}U${length}${name}cmath\nsqrt\nsb`;
    const report = audit(latin1(`\x80\x02(iUserDict\nUserDict\n${state}.`));
    expect(rules(report)).toEqual(["reaches-inside"]);
  });
});

describe("factories of defaultdicts", () => {
  const made = (factory: string): AuditReport =>
    audit(latin1(`\x80\x02ccollections\ndefaultdict\n${factory}\x85R.`));
  const partial = (name: string, args: string, keywords = "N"): string =>
    `cfunctools\npartial\nc${name}\n\x85R(c${name}\n(${args}t${keywords}Ntb`;

  it("may be classes, other factories, and what makes arrays of numbers", () => {
    for (const factory of [
      "N",
      "c__builtin__\nlist\n",
      "ccollections\ndefaultdict\n",
      partial("collections\ndefaultdict", "c__builtin__\nint\n"),
      partial("collections\ndeque", ")", "}X\x06\0\0\0maxlenK\x05s"),
      partial("numpy\nzeros", "K\x03K\x04\x86", "}X\x05\0\0\0dtypecnumpy\nfloat32\ns"),
    ])
      expect(made(factory)).toMatchObject({ verdict: "safe", findings: [] });
  });

  it("may be no functions, which call what they are given", () => {
    const numbers = "sklearn.metrics.pairwise\npairwise_distances";
    for (const factory of [
      "c__builtin__\nprint\n",
      partial("__builtin__\nprint", "K\x01"),
      partial(numbers, "K\x01"),
      partial("collections\ndefaultdict", partial(numbers, "K\x01")),
      partial("numpy\nzeros", "ctypes\nSimpleNamespace\n)R"),
      partial("numpy\nzeros", "J\xff\xff\xff\x7f"),
      // Its state calls something else than it was made for.
      `cfunctools\npartial\nc__builtin__\nlist\n\x85R(c${numbers}\n(tNNtb`,
      // So deep that no data is.
      partial("collections\ndefaultdict", "h\x01").replace("h\x01", "N") +
        `q\x010${`cfunctools\npartial\nccollections\ndefaultdict\nh\x01\x86Rq\x010`.repeat(20_000)}h\x01`,
    ])
      expect(rules(made(factory))).toEqual(["misuses-helper"]);
  });
});

describe("ordinary pickles", () => {
  it("are safe: plain values of every protocol", () => {
    const value = { a: [1, 2.5, "x", null, true], b: new Set([1]), c: new Map([[1, 2n ** 80n]]) };
    for (let protocol = 0; protocol <= 5; protocol++) {
      expect(audit(dumps(value, protocol))).toMatchObject({ verdict: "safe", findings: [] });
    }
  });

  it("are safe: NumPy's arrays of every class, under the names of NumPy 1 and 2", () => {
    for (const subclass of [null, "matrix", "recarray", "chararray"] as const) {
      for (const numpy of [1, 2] as const) {
        const value = NdArray.fromBytes(new Uint8Array(4), "S2", [1, 2], { subclass });
        const report = audit(dumps(value, { types: [numpyTypesOf({ numpy })] }));
        expect(report).toMatchObject({ verdict: "safe", findings: [] });
      }
    }
  });

  const rows = <T>(...file: string[]): T =>
    JSON.parse(readFileSync(join(TEST, ...file), "utf8")) as T;
  const auditBase64 = (data: string): AuditReport =>
    audit(Uint8Array.from(Buffer.from(data, "base64")));

  it("are safe: the standard library's types, as Python 2.7 to 3.13 wrote them", () => {
    const vectors = rows<{ name: string; pickles: { data: string }[] }[]>(
      "stdlib",
      "vectors",
      "stdlib.json",
    );
    const reports = vectors.flatMap(({ pickles }) => pickles.map(({ data }) => auditBase64(data)));
    expect(reports.length).toBeGreaterThan(900);
    expect(reports.filter(({ verdict }) => verdict !== "safe")).toEqual([]);
  });

  it("are safe: results of functions of the standard library and of NumPy", () => {
    for (const name of [
      "itertools\ncombinations\n(]K\x01t",
      "json.decoder\nJSONDecodeError\n(X\x01\0\0\0mX\x01\0\0\0dK\0t",
      "posix\nuname_result\n((NNNNNtt",
      "socket\nAddressFamily\n(K\x02t",
      "ssl\nTLSVersion\n(M\x03\x03t",
      "statistics\nNormalDist\n(K\0K\x01t",
      "urllib.parse\nParseResult\n(NNNNNNt",
      "numpy.linalg._linalg\nQRResult\n(NNt",
      "numpy._core._internal\n_convert_to_stringdtype_kwargs\n(\x88t",
    ])
      expect(audit(latin1(`\x80\x03c${name}R.`))).toMatchObject({ verdict: "safe", findings: [] });
    // What the whole program shares may not be changed, and what is huge not made.
    for (const [name, rule] of [
      ["socket\nAddressFamily\n(K\x02tR}U\x01aK\x01sb", "changes-import"],
      ["itertools\npermutations\n(]J\xff\xff\xff\x7ftR", "large-object"],
      ["builtins\nlist\n(citertools\nproduct\n(]tRtR", "large-object"],
    ] as const)
      expect(rules(audit(latin1(`\x80\x03c${name}.`)))).toEqual([rule]);
  });

  it("are safe: pandas' frames, also where PyArrow holds their text", () => {
    const vectors = rows<{ sample: string; pickle: string }[]>("pandas", "vectors", "vectors.json");
    const reports = vectors.map(({ pickle }) => auditBase64(pickle));
    const arrow = reports.filter(({ imports }) =>
      imports.some(({ name }) => name === "pyarrow.lib._restore_array"),
    );
    expect(arrow.length).toBeGreaterThan(0);
    expect(reports.filter(({ verdict }) => verdict !== "safe")).toEqual([]);
  });

  it("are safe, or to review for classes of the tests, with a few exceptions that are known", () => {
    const vectors = rows<{ name: string; pickle: string }[]>("vectors", "vectors.json");
    let safe = 0;
    const dangerous = new Set<string>();
    for (const { pickle } of vectors) {
      const { verdict, findings } = auditBase64(pickle);
      if (verdict === "safe") safe++;
      for (const finding of findings) {
        if (finding.verdict === "dangerous") dangerous.add(`${finding.rule} ${finding.name}`);
        else if (finding.rule !== "bound-method")
          expect(finding.name).toMatch(/^interop_samples\./);
      }
    }
    expect(vectors.length).toBeGreaterThan(2500);
    expect(safe / vectors.length).toBeGreaterThan(0.75);
    expect([...dangerous].sort()).toEqual([
      "calls-value undefined",
      "misuses-helper functools.partial",
      "names-code builtins.file",
      "names-code builtins.map",
      "passes-helper operator.itemgetter",
      "passes-helper operator.methodcaller",
    ]);
  });
});

describe("JavaScript's code", () => {
  it("is named with its source", () => {
    const limit = 3;
    for (const value of [
      (x: number) => x < limit,
      [class Box {}],
      { deep: new Map([[1, () => 1]]) },
    ]) {
      const { verdict, findings } = audit(dumpsCode(value));
      expect(verdict).toBe("dangerous");
      const [found] = findings.filter(({ rule }) => rule === "javascript-code");
      expect(found?.expression).toMatch(/^brine\.dill\._create_(function|class)\('(\(|class)/);
    }
    // Values without code are only unknown to Python.
    expect(audit(dumpsCode(new Map([[1, undefined]]))).verdict).toBe("review");
    expect(audit(dumpsCode({ a: [1] })).verdict).toBe("safe");
  });
});

describe("archives", () => {
  it("are no pickles, whatever stands behind the first newline in them", () => {
    const numbers = latin1("\ncstaff\nhire\n(tR.");
    expect(audit(zip([{ name: "data/0", data: numbers }]))).toMatchObject({
      verdict: "safe",
      format: "zip",
      imports: [],
    });
  });
});

describe("a pickle with compressed data behind it", () => {
  const system = latin1("cos\nsystem\n(S'id'\ntR.");
  const behind = (data: Uint8Array): Buffer => Buffer.concat([dumps(1.5), data]);

  it("is read to its end, as Django reads a file of its cache", () => {
    const cached = audit(behind(deflateSync(dumps({ seen: new Date(0) }))));
    expect([cached.verdict, cached.format]).toEqual(["safe", "pickle, zlib > pickle"]);
    expect(cached.pickles.map(({ part, start }) => [part, start])).toEqual([
      ["", 0],
      [`zlib data at ${dumps(1.5).length}`, 0],
    ]);
    for (const compressed of [
      deflateSync(system),
      gzipSync(system),
      deflateSync(gzipSync(system)),
    ]) {
      const report = audit(behind(compressed));
      expect(report.findings[0]).toMatchObject({ rule: "runs-code", verdict: "dangerous" });
      expect(report.findings[0]?.part).toMatch(/^(zlib|gzip) data at 21$/);
    }
  });

  it("is never safe where that is damaged, or holds anything else", () => {
    const whole = behind(deflateSync(dumps({ seen: new Date(0) })));
    for (let length = dumps(1.5).length + 1; length < whole.length; length++) {
      expect(audit(whole.subarray(0, length)).verdict).not.toBe("safe");
    }
    // But in the byte before the checksum, whose upper bits are padding.
    for (let at = dumps(1.5).length; at < whole.length; at++) {
      const changed = Uint8Array.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x20;
      expect(audit(changed).verdict === "safe").toBe(at === whole.length - 5);
    }
    for (const rest of [deflateSync(latin1("text")), latin1("x\x9cno zlib"), latin1("x")]) {
      expect(rules(audit(behind(rest)))).toEqual(["trailing-data"]);
    }
    const twice = Buffer.concat([whole, latin1("and more")]);
    expect(audit(twice).verdict).toBe("review");
    const limits = { unpackedBytes: 10 };
    expect(rules(audit(behind(deflateSync(system)), { limits }))).toContain("beyond-limit");
  });
});

describe("a policy", () => {
  const employee = latin1("\x80\x02cstaff\nEmployee\n)\x81.");
  const attack = latin1("cos\nsystem\n(S'id'\ntR.");

  it("is extended by names and modules that are trusted", () => {
    expect(audit(employee).verdict).toBe("review");
    expect(audit(employee).findings[0]?.hint).toBe("--allow staff.Employee");
    expect(audit(employee, { allow: ["staff.Employee"] }).verdict).toBe("safe");
    expect(audit(employee, { allow: ["staff.*"] }).verdict).toBe("safe");
    expect(audit(employee, { allow: ["staff.Other"] }).verdict).toBe("review");
    expect(audit(employee, { policy: { class: ["staff.Employee"] } }).verdict).toBe("safe");
    expect(audit(employee, { policy: { reference: ["staff.Employee"] } }).verdict).toBe(
      "dangerous",
    );
    expect(audit(employee, { policy: { closed: ["staff"] } }).verdict).toBe("dangerous");
    expect(audit(employee, { policy: { construct: ["staff.*"], deny: ["staff"] } }).verdict).toBe(
      "dangerous",
    );
    expect(audit(attack, { allow: ["os.system"] }).verdict).toBe("safe");
  });

  it("trusts what stands in a module, not what that has imported", () => {
    const named = (name: string): Uint8Array => {
      const text = (value: string): string => `\x8c${String.fromCharCode(value.length)}${value}`;
      return latin1(`\x80\x04${text("staff")}${text(name)}\x93.`);
    };
    const verdictOf = (name: string): string => audit(named(name), { allow: ["staff.*"] }).verdict;
    expect(["hire", "Employee", "Employee.Kind"].map(verdictOf)).toEqual(["safe", "safe", "safe"]);
    expect(["os.system", "Employee.hire.__globals__", "__builtins__"].map(verdictOf)).toEqual([
      "review",
      "dangerous",
      "dangerous",
    ]);
    // Of scikit-learn's own modules too.
    const ruling = (module: string, name: string): string =>
      DEFAULT_POLICY.ruling(module, name).role;
    expect(ruling("sklearn.metrics.pairwise", "rbf_kernel")).toBe("reference");
    expect(ruling("sklearn.metrics.pairwise", "warnings")).toBe("denied");
    expect(ruling("sklearn.decomposition._dict_learning", "effective_n_jobs")).toBe("denied");
    expect(ruling("sklearn.callback._transport", "Connection")).toBe("denied");
  });

  it("is replaced", () => {
    const ordered = latin1("\x80\x02ccollections\nOrderedDict\n)R.");
    expect(audit(ordered).verdict).toBe("safe");
    expect(audit(ordered, { policy: { extends: "none" } }).verdict).toBe("review");
    expect(audit(ordered, { policy: { deny: ["collections.OrderedDict"] } }).verdict).toBe(
      "dangerous",
    );
  });

  it("knows extension codes that the caller names", () => {
    const pickle = latin1("\x80\x02\x82\x05)R.");
    expect(audit(pickle).verdict).toBe("dangerous");
    const extensions = new Map([[5, "collections.OrderedDict"]]);
    expect(audit(pickle, { extensions })).toMatchObject({ verdict: "safe" });
  });

  it("is refused where it is none", () => {
    expect(() => policyFrom({ allow: [] } as never)).toThrow(
      new TypeError("policy.allow is not known"),
    );
    expect(() => policyFrom({ construct: "x" } as never)).toThrow(TypeError);
    expect(() => policyFrom({ helper: { "a.b": "anything" } } as never)).toThrow(TypeError);
    expect(() => policyFrom({ extends: "other" } as never)).toThrow(TypeError);
    expect(() => policyFrom(null as never)).toThrow(TypeError);
    expect(() => audit("x" as never)).toThrow(new TypeError("data must be bytes"));
    expect(() => audit(attack, { allow: "os" as never })).toThrow(TypeError);
  });
});

describe("whatever the bytes", () => {
  const total = (bytes: Uint8Array): AuditReport => {
    const report = audit(bytes, { limits: { unpackedBytes: 1 << 20 } });
    expect(VERDICTS).toContain(report.verdict);
    expect(report.findings.length > 0).toBe(report.verdict !== "safe");
    return report;
  };

  it("gives a report", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void total(bytes)),
      { numRuns: 3000 },
    );
    for (const start of [
      "\x80\x04",
      "PK\x03\x04",
      "\x93NUMPY\x01\0",
      "\x1f\x8b\x08\0",
      "BZh9",
      "ZF0x9",
    ]) {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 60 }),
          (bytes) => void total(Uint8Array.from([...latin1(start), ...bytes])),
        ),
        { numRuns: 500 },
      );
    }
  });

  it("gives a report of every attack that was damaged", () => {
    for (const { bytes } of ATTACKS) {
      for (let at = 0; at < bytes.length; at += 7) {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] as number) ^ 0x41;
        total(damaged);
      }
    }
  });

  it("is not safe where the pickle breaks off", () => {
    for (const pickle of projectPickles().slice(0, 150)) {
      if (pickle[0] !== 0x80 || pickle.indexOf(0x2e) < pickle.length - 1) continue;
      for (let end = 1; end < pickle.length; end++) {
        expect([end, audit(pickle.subarray(0, end)).verdict]).not.toEqual([end, "safe"]);
      }
    }
  });
});

describe("shelves", () => {
  const folder = mkdtempSync(join(tmpdir(), "brine-audit-shelf-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const bad = latin1("cos\nsystem\n(S'ls'\ntR.");

  it.each([
    "dbm.sqlite3",
    "dbm.gnu",
    "dbm.dumb",
  ] as const)("%s is read value by value", (format) => {
    const path = join(folder, format);
    const database = open(path, { flag: "c", format });
    database.set("good", dumps([1])).set("more", dumps({ a: 1 }));
    database.sync();
    const file = (): Uint8Array => {
      // What SQLite has in its -wal file comes into the database when the last connection closes.
      database.close();
      return new Uint8Array(readFileSync(format === "dbm.dumb" ? `${path}.dat` : path));
    };
    expect([audit(file()).verdict, audit(file()).pickles.length]).toEqual(["safe", 2]);
    const changed = open(path, { flag: "w" });
    changed.set("bad\n", bad);
    changed.close();
    const report = audit(file());
    expect(report.verdict).toBe("dangerous");
    expect(report.findings[0]).toMatchObject({ rule: "runs-code", expression: "os.system('ls')" });
    if (format !== "dbm.dumb") {
      expect(report.format).toBe(format);
      expect(report.findings[0]?.part).toBe("key b'bad\\n'");
    }
  });

  it("are read as the file beside them says", () => {
    const hidden = latin1(
      `\x80\x02X${String.fromCharCode(60)}\0\0\0${"a".repeat(10)}cos\nsystem\n(S'ls'\ntR.`,
    );
    const data = new Uint8Array(68).fill(0x61);
    data.set(hidden);
    data[67] = 0x2e;
    expect(audit(data).verdict).toBe("safe");
    const directory = latin1(`'k', (17, ${hidden.length - 17})\n`);
    expect(audit(data, { directory })).toMatchObject({ verdict: "dangerous", format: "dbm.dumb" });
    expect(audit(data, { directory: latin1("'k', (") }).verdict).toBe("incomplete");
    const path = join(folder, "journal");
    open(path, { flag: "c", format: "dbm.sqlite3" })
      .set("a", dumps([1]))
      .close();
    const database = new Uint8Array(readFileSync(path));
    expect(audit(database, { journal: new Uint8Array(0) }).verdict).toBe("safe");
    expect(audit(database, { journal: new Uint8Array(512) }).verdict).toBe("incomplete");
  });

  it("damaged ones are never called safe", () => {
    const path = join(folder, "damaged");
    open(path, { flag: "c", format: "dbm.gnu" })
      .set("a", dumps("x".repeat(9000)))
      .close();
    const bytes = new Uint8Array(readFileSync(path));
    expect(audit(bytes).verdict).toBe("safe");
    expect(audit(bytes.subarray(0, 14_000))).toMatchObject({
      verdict: "incomplete",
      findings: [{ rule: "damaged-container" }],
    });
  });
});

describe("hostile size", () => {
  const repeated = (head: string, unit: string, times: number, tail: string): Uint8Array =>
    latin1(head + unit.repeat(times) + tail);
  const laughs = `]q\x01(${"h\0".repeat(10)}eq\0`;
  const unknown = (): Uint8Array =>
    latin1(`${Array.from({ length: 1e5 }, (_, n) => `cstaff\nf${n}\n0`).join("")}N.`);

  const cases: [name: string, make: () => Uint8Array, verdict: string][] = [
    [
      "a million lists in each other",
      () => repeated("\x80\x02", "]", 1e6, `${"a".repeat(1e6 - 1)}.`),
      "safe",
    ],
    ["a billion laughs", () => repeated("\x80\x02]q\0", laughs, 200, "."), "safe"],
    ["a million GETs", () => repeated("\x80\x02]q\0(", "h\0", 1e6, "l."), "safe"],
    ["a million imports", () => repeated("", "cos\nsystem\n0", 1e6, "N."), "dangerous"],
    ["100,000 unknown names", unknown, "review"],
    ["a million pickles", () => repeated("", "N.", 1e6, ""), "safe"],
    ["more pickles than are looked at", () => repeated("", "N.", 1e6 + 1, ""), "incomplete"],
    [
      "a long name that is imported 300,000 times",
      () => latin1(`\x80\x02X\x40\x42\x0f\0${"a".repeat(1e6)}q\0${"h\0h\0\x930".repeat(3e5)}.`),
      "dangerous",
    ],
    [
      "a long text that is converted 10,000 times",
      () =>
        latin1(
          `\x80\x02c_codecs\nencode\nq\x01X\x40\x42\x0f\0${"a".repeat(1e6)}X\x06\0\0\0latin1\x86q\0${"h\x01h\0R0".repeat(1e4)}.`,
        ),
      "incomplete",
    ],
    ["a huge memo index", () => latin1("N\x72\xff\xff\xff\x7f."), "review"],
    ["a length beyond all", () => latin1(`\x80\x04\x8e${"\xff".repeat(8)}.`), "incomplete"],
    ["a tuple of 2^60 leaves", () => repeated("\x80\x02)q\0", "h\0h\0\x86q\0", 60, "."), "safe"],
    ["a name with a million dots", () => latin1(`c${"a.".repeat(1e6)}b\nc\n.`), "dangerous"],
    ["a mark for each of two million", () => repeated("", "(", 2e6, "N."), "safe"],
  ];
  it.each(cases)("answers %s", (_name, make, verdict) => {
    expect(audit(make()).verdict).toBe(verdict);
  });

  it("opens pickles and archives within each other only so deep", () => {
    let inner = latin1("cos\nsystem\n(S'id'\ntR.");
    for (let depth = 0; depth < 20; depth++) inner = zip([{ name: "data.pkl", data: inner }]);
    expect(audit(inner)).toMatchObject({ verdict: "incomplete" });
    let pickle = latin1("N.");
    for (let depth = 0; depth < 20; depth++) {
      const size = Buffer.alloc(4);
      size.writeUInt32LE(pickle.length);
      const head = latin1("\x80\x02ctorch.storage\n_load_from_bytes\nB");
      pickle = Uint8Array.from(Buffer.concat([head, size, pickle, latin1("\x85R.")]));
    }
    expect(audit(pickle).findings[0]?.rule).toBe("beyond-limit");
  });

  it("reads compressed pickles that are too large to gather as it reads small ones", () => {
    const filler = Buffer.alloc(40_000_000, "N0");
    const file = Buffer.concat([
      Buffer.from("\x80\x02", "latin1"),
      filler,
      latin1("cos\nsystem\n(S'ls'\ntR."),
    ]);
    const report = audit(Uint8Array.from(gzipSync(file)));
    expect([report.verdict, report.format]).toEqual(["dangerous", "gzip > pickle"]);
    expect(report.findings[0]).toMatchObject({ expression: "os.system('ls')", offset: 40_000_021 });
    expect(report.pickles).toEqual([{ part: "", start: 0, end: file.length }]);
  });

  it("unpacks no more than the limit", () => {
    const bomb = Uint8Array.from(gzipSync(Buffer.alloc(30_000_000, "N")));
    const report = audit(bomb, { limits: { unpackedBytes: 1_000_000 } });
    expect(report).toMatchObject({ verdict: "incomplete" });
    expect(rules(report)).toContain("beyond-limit");
    // Zeros are no pickle: nobody needs them unpacked.
    const zeros = zip([
      { name: "archive/data/0", data: new Uint8Array(30_000_000), deflate: true },
    ]);
    expect(audit(zeros, { limits: { unpackedBytes: 1_000_000 } }).verdict).toBe("safe");
  });

  it("looks at what calls share once", () => {
    const shared = `(${"K\x01".repeat(60)}tq\x010(${"h\x01".repeat(60)}tq\x020(${"h\x02".repeat(60)}tq\x030`;
    const calls = repeated(`\x80\x02${shared}`, "cbuiltins\nbytes\nh\x03\x85R0", 100_000, "N.");
    expect(audit(calls).verdict).toBe("safe");
  });

  it("looks at a thousand arguments of a million calls for a while only", () => {
    const shared = `(${"K\x01".repeat(1000)}tq\x010cbuiltins\nlist\nq\x020`;
    const calls = repeated(`\x80\x02${shared}`, "h\x02h\x01R0", 1_000_000, "cos\nsystem\n)R.");
    const report = audit(calls);
    expect(report.verdict).toBe("dangerous");
    expect(rules(report)).toEqual(expect.arrayContaining(["runs-code", "beyond-limit"]));
  });

  it("takes time in proportion to the bytes", () => {
    const auditing = (times: number) => {
      const bytes = repeated("\x80\x02]q\0(", "h\0K\x01\x85q\x010cx\ny\n)R", times, "l.");
      return () => void audit(bytes);
    };
    expect(exponent(auditing, 20_000)).toBeLessThan(1.5);
  });
});

describe("SARIF", () => {
  it("has a rule for each finding, and its place", () => {
    const report = audit(latin1("cos\nsystem\n(S'id'\ntR."));
    const log = JSON.parse(JSON.stringify(toSarif([{ path: "models/a b.pkl", report }]))) as {
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        results: { ruleId: string; ruleIndex: number; level: string; locations: unknown[] }[];
      }[];
    };
    const [run] = log.runs;
    expect(run?.results.length).toBe(1);
    const [result] = run?.results ?? [];
    expect(run?.tool.driver.rules[result?.ruleIndex ?? -1]?.id).toBe("runs-code");
    expect(result).toMatchObject({
      ruleId: "runs-code",
      level: "error",
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "models/a%20b.pkl" },
            region: { byteOffset: 19, byteLength: 1 },
          },
        },
      ],
    });
    expect(run?.tool.driver.rules.length).toBe(Object.keys(RULES).length);
  });
});

describe("the rules", () => {
  it("are each found by something", () => {
    const found = new Set([...ATTACKS, ...UNSEEN].flatMap(({ bytes }) => rules(audit(bytes))));
    const pickles = [
      "\x80\x02csklearn.svm._classes\nSVC\n)R.",
      "\x80\x02c_codecs\nencode\n(X\x01\0\0\0aX\x05\0\0\0rot13tR.",
      "\x80\x02c__builtin__\ngetattr\n(cstaff\nA\n)RX\x01\0\0\0ftR.",
      "N.\xff\xff",
    ];
    for (const pickle of pickles) for (const rule of rules(audit(latin1(pickle)))) found.add(rule);
    const few = audit(latin1("N.".repeat(3)), { limits: { pickles: 2 } });
    for (const rule of [...rules(few), ...rules(audit(dumpsCode(() => 1)))]) found.add(rule);
    expect(Object.keys(RULES).filter((rule) => !found.has(rule))).toEqual([]);
    expect(DEFAULT_AUDIT_LIMITS.depth).toBe(8);
  });
});
