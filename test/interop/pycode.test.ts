/** Python's functions: what every Python's `dis` says of its own library, and what it computes, against brine. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dumps, loads } from "../../src/index.ts";
import type { PyCode } from "../../src/pycode/index.ts";
import {
  callable,
  disassemble,
  exceptionTable,
  PyCodeError,
  PyFunction,
  PythonError,
  type PythonVersion,
  pycodeTypes,
} from "../../src/pycode/index.ts";
import { type Environment, environments } from "./environments.ts";
import { canon } from "./pycode-canon.ts";

const types = [pycodeTypes];
const SEED = Number(process.env["BRINE_SEED"] ?? 20260101);
const FUNCTIONS = Number(process.env["BRINE_FUNCTIONS"] ?? 400);

function lines(environment: Environment, script: string, args: readonly string[]): unknown[] {
  const { status, stdout, stderr } = spawnSync(
    environment.path,
    [join(import.meta.dirname, script), ...args],
    { encoding: "utf8", maxBuffer: 1 << 30, timeout: 500_000, env: { PATH: process.env["PATH"] } },
  );
  if (status !== 0) throw new Error(`${script} failed: ${stderr.slice(-2000)}`);
  return stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}

// Modules without a main program of their own, in every Python from 3.8 to 3.13.
const MODULES =
  "argparse ast asyncio.base_events asyncio.tasks base64 bdb calendar codecs collections configparser contextlib copy csv " +
  "dataclasses datetime decimal difflib dis email.message email.header enum fractions functools gettext glob heapq " +
  "html.parser http.client http.cookiejar inspect io ipaddress json.decoder json.encoder logging mimetypes numbers os " +
  "pathlib pickle pickletools platform plistlib posixpath pprint queue random re sched shlex shutil socket statistics " +
  "string subprocess tarfile tempfile textwrap threading tokenize traceback types typing unittest.case unittest.mock " +
  "urllib.parse urllib.request uuid warnings weakref xml.dom.minidom zipfile";

interface Described {
  readonly pickle: string;
  /** offset, opcode, name, argument, its text, line that begins, is a target, and from 3.11 on four positions */
  readonly rows: readonly (readonly unknown[])[];
  readonly entries: readonly (readonly unknown[])[];
}

interface Sample {
  readonly source: string;
  readonly pickle: string;
  /** pickled arguments; the result's words, or the exception's type and text */
  readonly calls: readonly [string, string[]][];
}

const summary: string[] = [];
afterAll(() => {
  process.stderr.write(`\n${summary.join("\n")}\n`);
});

for (const environment of environments(["dill", "cloudpickle"])) {
  const { name, version, libraries } = environment;
  const python = version as PythonVersion;
  describe(`Python ${version}, dill ${libraries["dill"]} (.venv-${name})`, () => {
    it("reads its library's code as its own dis does", () => {
      let codes = 0;
      let rows = 0;
      for (const described of lines(
        environment,
        "pycode_dis.py",
        MODULES.split(" "),
      ) as Described[]) {
        const code = loads(Buffer.from(described.pickle, "base64"), { types }) as PyCode;
        codes++;
        rows += described.rows.length;
        expect(code.pythons, String(code)).toContain(python);
        const got = disassemble(code, { python }).map((one, index) => {
          const wanted = described.rows[index] ?? [];
          const { line, endLine, column, endColumn } = one.position;
          return [
            one.offset,
            one.opcode,
            one.name,
            one.arg ?? null,
            wanted[4] === "?" ? "?" : one.argrepr,
            one.startsLine ?? null,
            one.isJumpTarget,
            ...(wanted.length > 7
              ? [line, endLine, column, endColumn].map((part) => part ?? null)
              : []),
          ];
        });
        expect(got, String(code)).toEqual(described.rows);
        const entries = exceptionTable(code).map(({ start, end, target, depth, lasti }) => [
          start,
          end,
          target,
          depth,
          lasti,
        ]);
        expect(entries, String(code)).toEqual(described.entries);
      }
      expect(codes).toBeGreaterThan(3000);
      summary.push(
        `Python ${version}: ${codes} code objects, ${rows} instructions as dis gives them`,
      );
    });

    it("computes what it computes, or refuses", () => {
      const reasons = new Map<string, number>();
      let calls = 0;
      let refused = 0;
      const samples = [
        ...lines(environment, "pycode_peer.py", [String(SEED), String(FUNCTIONS)]),
        ...lines(environment, "pycode_builtins.py", [
          String(SEED),
          String(Math.ceil(FUNCTIONS / 10)),
        ]),
        ...lines(environment, "pycode_corners.py", []),
      ] as Sample[];
      for (const sample of samples) {
        const f = loads(Buffer.from(sample.pickle, "base64"), { types }) as PyFunction;
        expect(f).toBeInstanceOf(PyFunction);
        for (const [given, wanted] of sample.calls) {
          const args = loads(Buffer.from(given, "base64"), { lossless: true }) as unknown[];
          calls++;
          let got: string[];
          try {
            got = [canon(callable(f, { python, lossless: true })(...args))];
          } catch (error) {
            if (error instanceof PythonError) got = [error.type, error.text];
            else if (error instanceof PyCodeError) {
              const reason = `${error.code} ${error.subject || error.message}`;
              reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
              refused++;
              continue;
            } else throw error;
          }
          expect(got, `${sample.source}\n${args.map(canon).join(", ")}`).toEqual(wanted);
        }
      }
      const most = [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 12);
      summary.push(
        `Python ${version}: ${calls} calls, ${refused} refused: ${most.map(([reason, count]) => `${count} ${reason}`).join("; ")}`,
      );
      expect(calls).toBeGreaterThan(3 * FUNCTIONS);
      expect(refused / calls).toBeLessThan(0.1);
    });

    it("takes back what it wrote, and runs it", () => {
      const back = lines(environment, "pycode_back.py", ["write"]) as {
        name: string;
        pickle: string;
      }[];
      const again = back.flatMap(({ name: sample, pickle }) =>
        [true, false].map((lossless) => {
          const bytes = Buffer.from(pickle, "base64");
          const value = loads(bytes, { types, lossless });
          // PROTO is the second byte.
          const written = dumps(value, bytes[1] as number, { types });
          return { name: sample, pickle: Buffer.from(written).toString("base64") };
        }),
      );
      const { status, stdout, stderr } = spawnSync(
        environment.path,
        [join(import.meta.dirname, "pycode_back.py"), "check"],
        { encoding: "utf8", input: JSON.stringify(again), maxBuffer: 1 << 28 },
      );
      expect(status, stderr.slice(-2000)).toBe(0);
      const said = JSON.parse(stdout) as { checked: number; failures: Record<string, string> };
      expect(said.failures).toEqual({});
      expect(said.checked).toBe(again.length);
      expect(said.checked).toBeGreaterThan(60);
      summary.push(`Python ${version}: ${said.checked} pickles back from brine, run again`);
    });
  });
}
