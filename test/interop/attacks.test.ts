/** Every rebuilt attack in real Pythons: that it runs what the audit says, or why it cannot here. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ATTACKS } from "../audit/attacks.ts";
import { runPython } from "./python-run.ts";
import { isCi, LIBRARIES_PYTHON, type Python, pythons } from "./pythons.ts";

// Attacks that are for another place than a Python by itself, by their names, with the reason.
const ELSEWHERE: readonly (readonly [name: RegExp, reason: string])[] = [
  [/^EXT[124]$/, "the registry of extensions is empty but in the program that is attacked"],
  [/^getattr (?:within a tuple )?handed on$/, "what it is handed to is missing"],
  [/^an unknown persistent id$/, "what it stands for is the loading program's"],
  [/^a pickle within (?:bytes|a str)$/, "nothing here loads what is data"],
  [/^a name that is bytes$/, "refused by Pythons of today"],
  [
    /^a frame (?:shorter than an argument|within a frame)/,
    "refused by the Pythons here; readers without frames run it",
  ],
  [/^a member that the directory does not name$/, "PyTorch's reader finds it, zipfile does not"],
  [/^an archive without its directory$/, "PyTorch's reader opens it, zipfile does not"],
  [/^an archive with a password$/, "nobody gave the password"],
  [/^gzip, cut$/, "cut within what would run"],
  [/^7z/, "Python has no reader of 7z"],
];
// These walk along dots, which Python does from protocol 4 on; each has a twin of protocol 4 that runs.
const DOTTED = /^[\w.]+\.[A-Z_]\w*\.\w+ \(/;

interface Outcome {
  readonly kinds: ReadonlySet<string>;
  readonly errors: ReadonlySet<string>;
}

const folder = mkdtempSync(join(tmpdir(), "brine-attacks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fileOf = (index: number): string => `${String(index).padStart(3, "0")}.bin`;

const libraries: Python[] = existsSync(LIBRARIES_PYTHON)
  ? [{ version: "libraries", release: "", path: LIBRARIES_PYTHON }]
  : [];
const CHOSEN = [
  ...pythons().filter(({ version }) => ["2.7", "3.8"].includes(version)),
  ...libraries,
];

describe.runIf(CHOSEN.length > 0 || isCi())("attacks in Python", () => {
  const outcomes = new Map<number, Outcome>();

  beforeAll(async () => {
    const files = join(folder, "files");
    mkdirSync(files);
    for (const [index, { bytes }] of ATTACKS.entries())
      writeFileSync(join(files, fileOf(index)), bytes);
    const answers = await Promise.all(
      CHOSEN.map((python) => runPython(python, "attacks_peer.py", [files])),
    );
    for (const index of ATTACKS.keys()) {
      const lines = answers.flatMap(
        (answer) => (answer as Record<string, [kind: string, what: string][]>)[fileOf(index)] ?? [],
      );
      const kinds = new Set(lines.map(([kind]) => kind));
      const errors = new Set(lines.filter(([kind]) => kind === "error").map(([, what]) => what));
      outcomes.set(index, { kinds, errors });
    }
  }, 300_000);

  it("has the Pythons that it needs", () => {
    if (CHOSEN.length < 3 && !isCi())
      process.stderr.write("\nSKIPPED: Pythons are missing; some attacks are NOT tried\n");
    else expect(CHOSEN).toHaveLength(3);
  });

  it("each runs, calls or changes something, or has a reason not to here", () => {
    const counts = { ran: 0, called: 0, missing: 0, elsewhere: 0 };
    const unexplained: string[] = [];
    for (const [index, { name }] of ATTACKS.entries()) {
      const { kinds, errors } = outcomes.get(index) as Outcome;
      if (kinds.has("ran")) counts.ran++;
      else if (kinds.has("call") || kinds.has("change")) counts.called++;
      else if (errors.has("ModuleNotFoundError") || errors.has("ImportError")) counts.missing++;
      else if (ELSEWHERE.some(([pattern]) => pattern.test(name))) counts.elsewhere++;
      else if (DOTTED.test(name) && errors.has("AttributeError")) counts.elsewhere++;
      else unexplained.push(`${name}: ${[...kinds].join()} ${[...errors].join()}`);
    }
    expect(unexplained).toEqual([]);
    process.stdout.write(
      `${ATTACKS.length} attacks: ${counts.ran} ran their command, ${counts.called} called or changed what they name, ` +
        `${counts.missing} need a library that is not here, ${counts.elsewhere} another place\n`,
    );
    expect(counts.ran).toBeGreaterThan(50);
    expect(counts.called).toBeGreaterThan(150);
    expect(counts.missing).toBeLessThan(60);
  });

  it("gives no reason for one that runs", () => {
    const needless = ELSEWHERE.filter(([pattern]) => {
      const indices = [...ATTACKS.keys()].filter((index) =>
        pattern.test(ATTACKS[index]?.name ?? ""),
      );
      return (
        indices.length === 0 ||
        indices.every((index) => (outcomes.get(index) as Outcome).kinds.has("ran"))
      );
    });
    expect(needless).toEqual([]);
  });
});
