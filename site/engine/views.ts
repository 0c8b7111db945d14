/** An opened file in, its views out, a page at a time: the tree, the opcodes, JSON, and what loading it would do. */
import { numpyTypes, pandasTypes, sklearnTypes, stdlibTypes } from "brine";
import type { AuditReport } from "brine/audit";
import { cutTo, printable } from "../../src/printable/index.ts";
import type { Step } from "../../src/show/index.ts";
import { failureOf } from "./failure.ts";
import { Indenter } from "./indent.ts";
import type { AuditShown, Page, Row, ViewName } from "./messages.ts";
import { type OpenedFile, objectsOf } from "./opening.ts";

const MOST_FINDINGS = 100;
const MOST_NAMES = 300;
const MOST_STEPS = 200;
const LONGEST_LINE = 2000;
const LINE_WIDTH = 96;

/** One view of a file that is being read on. */
interface Running {
  readonly pieces: AsyncIterator<Row | string>;
  /** Where plain JSON counts what it had to convert. */
  readonly converted: () => string[];
  isDone: boolean;
}

/** A file and how far each of its views has been read. */
export class Views {
  readonly #file: OpenedFile;
  readonly #running = new Map<ViewName, Running>();

  constructor(file: OpenedFile) {
    this.#file = file;
  }

  /** What loading the file would do in Python. */
  async audit(): Promise<AuditShown> {
    const { audit } = await import("brine/audit");
    return shown(audit(this.#file.bytes, { events: true }));
  }

  /** The next `count` rows, lines or thousands of characters of a view. */
  async next(view: ViewName, count: number, items?: number, restart = false): Promise<Page> {
    if (restart) this.#running.delete(view);
    const running = this.#running.get(view) ?? this.#begin(view, items);
    this.#running.set(view, running);
    const rows: Row[] = [];
    let text = "";
    let taken = 0;
    try {
      while (!running.isDone && taken < count) {
        const { done, value } = await running.pieces.next();
        if (done === true) running.isDone = true;
        else if (typeof value === "string") {
          text += value;
          taken += view === "opcodes" ? 1 : value.length / 1000;
        } else {
          rows.push(value);
          taken++;
        }
      }
    } catch (error) {
      running.isDone = true;
      return { rows, text, isDone: true, failure: failureOf(error), notes: running.converted() };
    }
    return { rows, text, isDone: running.isDone, notes: running.converted() };
  }

  #begin(view: ViewName, items: number | undefined): Running {
    const converted = new Map<string, number>();
    const pieces =
      view === "contents"
        ? tree(this.#file, items)
        : view === "opcodes"
          ? opcodes(this.#file)
          : json(this.#file, view === "tagged", converted);
    const notes = (): string[] => [...converted].map(([what, times]) => `${what} (${times})`);
    return { pieces, converted: notes, isDone: false };
  }
}

/** A report cut to what a page can show, its texts safe. */
export function shown(report: AuditReport): AuditShown {
  const { verdict, format, findings, imports, pickles, events } = report;
  const safe = (text: string): string => cutTo(printable(text), LONGEST_LINE);
  const program = new Set<string>();
  for (const { kind, code } of events) {
    if (program.size >= MOST_STEPS) break;
    // An import is a statement once; calls that are written alike are another each time.
    const line = safe(code);
    program.add(kind !== "import" && program.has(line) ? `${line} ` : line);
  }
  return {
    verdict,
    format: printable(format),
    findings: findings.slice(0, MOST_FINDINGS).map((finding) => ({
      verdict: finding.verdict,
      message: safe(finding.message),
      expression: finding.expression === undefined ? undefined : safe(finding.expression),
      why: finding.why,
      part: safe(finding.part),
      offset: finding.offset,
      count: finding.count,
    })),
    findingCount: findings.length,
    imports: imports
      .slice(0, MOST_NAMES)
      .map(({ name, role, count }) => ({ name: safe(name), role, count })),
    importCount: imports.length,
    pickleCount: pickles.length,
    program: [...program],
    isProgramCut: program.size >= MOST_STEPS,
  };
}

async function* tree(file: OpenedFile, items: number | undefined): AsyncGenerator<Row> {
  const [{ pycodeTypes }, { walk }] = await Promise.all([
    import("../../src/pycode/index.ts"),
    import("../../src/show/index.ts"),
  ]);
  const types = [...stdlibTypes, ...numpyTypes, ...pandasTypes, ...sklearnTypes, ...pycodeTypes];
  const names = new Set<string>();
  let number = 0;
  for await (const value of objectsOf(file, { types: pycodeTypes, names })) {
    yield { row: "object", number: ++number };
    let last: Row | undefined;
    for (const step of walk(value, { types, items, width: LINE_WIDTH })) {
      // Only the next row tells whether there is anything in this one.
      if (last?.row === "value") last = { ...last, opens: step.depth > last.depth };
      if (last !== undefined) yield last;
      last = rowOf(step);
    }
    if (last !== undefined) yield last;
  }
  if (names.size > 0) {
    const first = [...names].slice(0, MOST_NAMES).map(printable);
    yield { row: "names", names: first, count: names.size };
  }
}

function rowOf(step: Step): Row {
  if (step.kind === "more") return { row: "more", depth: step.depth, count: step.count };
  const { depth, id } = step;
  const label = cutTo(printable(step.label), LONGEST_LINE);
  const type = printable(step.type);
  if (step.kind === "ref") return { row: "ref", depth, label, type, id: step.id };
  return {
    row: "value",
    depth,
    label,
    type,
    text: cutTo(printable(step.text), LONGEST_LINE),
    form: step.form,
    id,
    isCut: step.cut,
    opens: false,
    notes: (step.lines ?? []).map((line) => cutTo(printable(line), LONGEST_LINE)),
  };
}

// Every pickle of the file, each from its own beginning, as dis counts.
async function* opcodes({ content, notation }: OpenedFile): AsyncGenerator<string> {
  if (notation !== "pickle" && notation !== "joblib") return;
  const { disLines } = await import("brine/pickletools");
  let start = 0;
  for (let number = 1; start < content.length; number++) {
    if (number > 1) yield `\npickle ${number}, from byte ${start}:\n`;
    let stop: number | undefined;
    for (const line of disLines(content.subarray(start))) {
      stop = Number(/^ *(\d+): \. +STOP/.exec(line)?.[1] ?? stop);
      yield cutTo(printable(line.replace(/\n$/, "")), LONGEST_LINE) + "\n";
    }
    if (stop === undefined || Number.isNaN(stop)) return;
    start += stop + 1;
  }
}

const PIECE = 16_384;

async function* json(
  file: OpenedFile,
  isTagged: boolean,
  converted: Map<string, number>,
): AsyncGenerator<string> {
  const [{ PlainJson, taggedJson }, { isoText }] = await Promise.all([
    import("../../src/json/index.ts"),
    import("../../src/show/index.ts"),
  ]);
  const plain = new PlainJson({ textOf: isoText });
  const indenter = new Indenter();
  let text = "";
  for await (const value of objectsOf(file, { types: isTagged ? "none" : [] })) {
    for (const piece of isTagged ? taggedJson(value) : plain.write(value)) {
      // A piece may be a string of megabytes.
      for (let at = 0; at < piece.length; at += PIECE) {
        text += indenter.push(piece.slice(at, at + PIECE));
        if (text.length < PIECE) continue;
        yield visible(text);
        text = "";
      }
      for (const [what, times] of plain.converted) converted.set(what, times);
    }
    text += "\n";
  }
  if (text !== "") yield visible(text);
}

// As `printable`, but the line breaks that indent stay. JSON itself writes its own as \n.
function visible(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
