/** `brine audit`: files and folders in, what loading them would do in Python out, and whether to. */
import { readFileSync } from "node:fs";
import {
  type AuditReport,
  type PolicyFile,
  policyFrom,
  toSarif,
  type Verdict,
  worse,
} from "../audit/index.ts";
import { grouped, printable } from "../printable/index.ts";
import type { Paint } from "../show/index.ts";
import { targetsUnder } from "./audit-files.ts";
import { type JobOptions, type JobResult, readPiped } from "./audit-job.ts";
import { auditAll } from "./audit-pool.ts";
import {
  type Command,
  countOption,
  DONE,
  FAILED,
  type OptionValues,
  UsageError,
} from "./command.ts";
import { failureText } from "./failure.ts";
import { type Output, paintFor } from "./output.ts";

/** Exit codes beside those of every command. */
const DANGEROUS = 1;
const REVIEW = 3;

const EXIT_CODES: Readonly<Record<Verdict, number>> = {
  safe: DONE,
  review: REVIEW,
  incomplete: FAILED,
  dangerous: DANGEROUS,
};

/** The command. */
export const audit: Command = {
  name: "audit",
  help: `Usage: brine audit [OPTIONS] PATH…      (- is standard input)

Says what Python would import and call if it loaded a file, without running anything. Files are opened by content:
pickles, one or many, joblib files, PyTorch files old and new, .npy and .npz, zip and tar archives, and gzip, zlib,
bz2, xz, lzma and lz4 around any of them. Folders are walked; their files that hold no pickles are only counted.

Verdicts:
  safe        nothing is imported, or only what makes inert objects
  review      code that nobody here can vouch for: decide, then --allow it
  incomplete  not all could be read
  dangerous   something that no data needs

Options:
  --json              one JSON document
  --sarif             a SARIF 2.1.0 log, for code hosts
  --globals           list every name that is imported
  --python            print each pickle as the Python code that it amounts to
  --allow NAME        trust module.name, or module.* for all of a module; may be repeated
  --policy FILE       JSON with names by role: {"extends": "default", "construct": ["staff.Employee"], ...}
  --strict            what is to review fails like what is dangerous
  --include PATTERN   only files of folders whose path matches this regular expression; may be repeated
  --exclude PATTERN   no files of folders whose path matches; may be repeated
  --jobs N            worker threads (default: one for each core)
  --color, --no-color colours, or none (default: on a terminal; NO_COLOR and FORCE_COLOR are heeded)
  -h, --help          this text

Examples:
  brine audit model.pkl
  brine audit --strict --sarif models > audit.sarif
  brine audit --allow staff.Employee --exclude 'test/' .
  brine audit --python model.pkl
  curl --silent https://example.com/model.pkl | brine audit -

Exit codes: 0 safe, 1 dangerous, 2 failed or incomplete, 3 review.
`,
  options: {
    json: { type: "boolean" },
    sarif: { type: "boolean" },
    globals: { type: "boolean", short: "g" },
    python: { type: "boolean" },
    allow: { type: "string", multiple: true },
    policy: { type: "string" },
    strict: { type: "boolean" },
    include: { type: "string", multiple: true },
    exclude: { type: "string", multiple: true },
    jobs: { type: "string", short: "j" },
    color: { type: "boolean" },
    "no-color": { type: "boolean" },
  },
  positionals: [1, Number.POSITIVE_INFINITY],
  async run(paths, options, output) {
    if (options["json"] === true && options["sarif"] === true) {
      throw new UsageError("--json and --sarif are two forms of the same: choose one");
    }
    const settings = settingsOf(options);
    const filter = { include: patterns(options, "include"), exclude: patterns(options, "exclude") };
    const { files, failures } = targetsUnder(
      paths.filter((path) => path !== "-"),
      filter,
    );
    if (paths.includes("-")) {
      try {
        const bytes = await readPiped(process.stdin);
        files.push({ path: "-", size: bytes.length, named: true, bytes });
      } catch (error) {
        failures.push({ path: "-", error });
      }
    }
    const progress = new Progress(files.length);
    const threads = countOption(options, "jobs", 1);
    const results = await auditAll(files, settings, threads, (result) => progress.add(result));
    progress.end();
    for (const { path, error } of failures) results.push({ path, failure: failureText(error) });
    const named = new Set(files.filter((file) => file.named).map(({ path }) => path));
    const shown = results.filter((result) => named.has(result.path) || !isOther(result));
    const verdict = shown.map(verdictOf).reduce(worse, "safe");
    await print(shown, results.length - shown.length, verdict, options, output);
    const strict = options["strict"] === true && verdict === "review";
    return strict ? DANGEROUS : EXIT_CODES[verdict];
  },
};

function settingsOf(options: OptionValues): JobOptions {
  const { policy: file } = options;
  return {
    allow: texts(options, "allow"),
    events: options["python"] === true,
    ...(typeof file === "string" && { policy: readPolicy(file) }),
  };
}

function readPolicy(path: string): PolicyFile {
  try {
    // What is in it is checked by policyFrom.
    const policy = JSON.parse(readFileSync(path, "utf8")) as PolicyFile;
    policyFrom(policy);
    return policy;
  } catch (error) {
    throw new UsageError(`--policy ${path}: ${failureText(error)}`);
  }
}

function texts(options: OptionValues, name: string): string[] {
  const values = options[name];
  return Array.isArray(values) ? values.map(String) : [];
}

function patterns(options: OptionValues, name: string): RegExp[] {
  return texts(options, name).map((pattern) => {
    try {
      return new RegExp(pattern, "u");
    } catch (error) {
      throw new UsageError(`--${name} ${JSON.stringify(pattern)}: ${failureText(error)}`);
    }
  });
}

const PICKLE_NAME =
  /\.(?:pkl|pickle|pck|pcl|joblib|dill|sav|pt|pth|npy|npz)(?:\.(?:gz|bz2|xz|lzma|lz4|z|zst))?$/i;

// A file of a folder that has nothing to do with pickles, by its content and by its name.
function isOther(result: JobResult): boolean {
  if (!("report" in result) || PICKLE_NAME.test(result.path)) return false;
  const { format, verdict } = result.report;
  return format === "unknown" || (format.endsWith("> unknown") && verdict === "incomplete");
}

const verdictOf = (result: JobResult): Verdict =>
  "report" in result ? result.report.verdict : "incomplete";

async function print(
  results: readonly JobResult[],
  others: number,
  verdict: Verdict,
  options: OptionValues,
  output: Output,
): Promise<void> {
  if (options["sarif"] === true) {
    const reports = results.flatMap((one) => ("report" in one ? [one] : []));
    await output.json(`${JSON.stringify(toSarif(reports), null, 2)}\n`);
  } else if (options["json"] === true) {
    const files = results.map((one) =>
      "report" in one ? { path: one.path, ...one.report } : { ...one, verdict: "incomplete" },
    );
    await output.json(`${JSON.stringify({ verdict, files, otherFiles: others }, null, 2)}\n`);
  } else {
    await printText(results, others, options, output);
  }
  if (options["sarif"] !== true) return;
  for (const one of results) {
    if ("failure" in one) process.stderr.write(`brine: ${printable(one.path)}: ${one.failure}\n`);
  }
}

async function printText(
  results: readonly JobResult[],
  others: number,
  options: OptionValues,
  output: Output,
): Promise<void> {
  const paint = paintFor(output, options, process.env);
  const quiet = results.length > 1;
  for (const result of results) {
    const name = printable(result.path);
    if ("failure" in result) {
      await output.write(
        `${name}: ${paint("type", "incomplete")}\n  cannot be read: ${result.failure}\n`,
      );
      continue;
    }
    const { report } = result;
    const details = options["globals"] === true || options["python"] === true;
    if (quiet && report.verdict === "safe" && !details) continue;
    await output.write(`${name}: ${colour(paint, report.verdict)} (${report.format})\n`);
    for (const text of reportLines(report, options, paint)) await output.write(`${text}\n`);
  }
  if (results.length !== 1 || others > 0) await output.write(`${summary(results, others)}\n`);
}

const MOST_SHOWN = 50;

function* reportLines(report: AuditReport, options: OptionValues, paint: Paint): Generator<string> {
  for (const finding of report.findings.slice(0, MOST_SHOWN)) {
    const { verdict, message, expression, why, part, offset, count, hint } = finding;
    const place = `${part === "" ? "" : `${printable(part)}, `}byte ${grouped(offset)}`;
    const times = count > 1 ? `, and ${grouped(count - 1)} more` : "";
    yield `  ${colour(paint, verdict)}: ${printable(message)} (${place}${times})`;
    if (expression !== undefined && !message.endsWith(expression)) {
      yield `    ${paint("atom", printable(expression))}`;
    }
    yield `    ${paint("note", `${why}${hint === undefined ? "" : ` Known to you? ${printable(hint)}`}`)}`;
  }
  const left = report.findings.length - MOST_SHOWN;
  if (left > 0) yield `  … and ${grouped(left)} more findings`;
  if (options["globals"] === true) {
    for (const { name, role, count } of report.imports) {
      yield `  ${printable(name)}  ${paint("note", `${role}${count > 1 ? `, ${grouped(count)} times` : ""}`)}`;
    }
  }
  if (options["python"] === true) yield* pythonLines(report);
}

// The steps as a program; an import is a statement once.
function* pythonLines({ events }: AuditReport): Generator<string> {
  const seen = new Set<string>();
  let part = "";
  for (const { kind, code, part: where } of events) {
    if (where !== part) yield `  # ${printable(where)}`;
    part = where;
    if (kind === "import" && seen.has(code)) continue;
    seen.add(code);
    yield `  ${printable(code)}`;
  }
}

function colour(paint: Paint, verdict: Verdict): string {
  const style = verdict === "safe" ? "atom" : verdict === "dangerous" ? "ref" : "type";
  return paint(style, verdict);
}

function summary(results: readonly JobResult[], others: number): string {
  const counts = new Map<Verdict, number>();
  for (const result of results) {
    const verdict = verdictOf(result);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  const parts = (["dangerous", "incomplete", "review", "safe"] as const).map(
    (verdict) => `${grouped(counts.get(verdict) ?? 0)} ${verdict}`,
  );
  const rest = others === 0 ? "" : `; ${grouped(others)} other files hold no pickles`;
  return `${grouped(results.length)} files: ${parts.join(", ")}${rest}`;
}

/** A line on standard error that says how far it is, where a person looks. */
class Progress {
  readonly #total: number;
  readonly #isShown: boolean;
  #done = 0;
  #dangerous = 0;
  #last = 0;

  constructor(total: number) {
    this.#total = total;
    this.#isShown = total > 1 && process.stderr.isTTY === true;
  }

  add(result: JobResult): void {
    this.#done++;
    if (verdictOf(result) === "dangerous") this.#dangerous++;
    if (!this.#isShown || performance.now() - this.#last < 100) return;
    this.#last = performance.now();
    const width = 30;
    const filled = Math.round((width * this.#done) / this.#total);
    const bar = `${"#".repeat(filled)}${".".repeat(width - filled)}`;
    const found = this.#dangerous === 0 ? "" : `, ${this.#dangerous} dangerous`;
    process.stderr.write(`\r[${bar}] ${this.#done} of ${this.#total} files${found}\x1b[K`);
  }

  end(): void {
    if (this.#isShown) process.stderr.write("\r\x1b[K");
  }
}
