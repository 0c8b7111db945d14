/**
 * Differential fuzzer: brine and CPython read the same damaged pickles and must accept and refuse the same ones.
 *
 *     npm run fuzz -- --count 1000000 --seed 1
 *     npm run fuzz -- --hex 80042e            one input, both answers
 *
 * Every difference is minimised and looked up in known.ts. What is not explained there, any error that is not a
 * PickleError, an input that takes a second, and a heap beyond the cap fail the run and are saved to test/corpus/.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { requirePython } from "../interop/pythons.ts";
import { Brine } from "./brine.ts";
import { type Difference, difference, signature } from "./difference.ts";
import { KNOWN } from "./known.ts";
import type { Verdict } from "./machine.ts";
import { minimise } from "./minimise.ts";
import { mutate } from "./mutations.ts";
import { steps } from "./opcodes.ts";
import { program } from "./programs.ts";
import { Random } from "./random.ts";
import { type Answer, ENCODINGS, type Input, Reference } from "./reference.ts";
import { seedPickles } from "./seeds.ts";

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    batch: { type: "string", default: "1000" },
    /** megabytes of heap that brine may have */
    heap: { type: "string", default: "256" },
    /** milliseconds that one input may take */
    slow: { type: "string", default: "1000" },
    /** how many differences of one signature are minimised; the rest are counted with them */
    minimise: { type: "string", default: "40" },
    hex: { type: "string" },
    /** with --hex: keeps the input in test/corpus/ under this title, with CPython's answer */
    title: { type: "string" },
    encoding: { type: "string", default: "0" },
    persistent: { type: "boolean", default: false },
    buffers: { type: "boolean", default: false },
    "no-save": { type: "boolean", default: false },
  },
});
const COUNT = Number(options.count);
const SEED = Number(options.seed);
const SLOW = Number(options.slow);
const LONGEST = 4096;
const CORPUS = join(import.meta.dirname, "..", "corpus");
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const python = requirePython("3.13");
if (python === undefined) process.exit(0);
const reference = new Reference(python.path);
const brine = new Brine(Number(options.heap), SLOW * 5);

/** What the run has seen of one signature. */
interface Group {
  count: number;
  minimised: number;
  /** name in known.ts, or undefined while unexplained */
  readonly explained: Map<string, number>;
  unexplained: number;
  example: Input;
}

const groups = new Map<string, Group>();
const failures: { readonly title: string; readonly input: Input }[] = [];
const verdicts = new Map<string, number>();
let compared = 0;
let rewritten = 0;
let unsure = 0;
let slowest: { milliseconds: number; input: Input } | undefined;

if (options.hex === undefined) await run();
else await show(Uint8Array.from(Buffer.from(options.hex, "hex")));
reference.close();
await brine.close();

async function run(): Promise<void> {
  const seeds = seedPickles();
  say(`CPython ${python?.release}, ${seeds.length} seed pickles, ${COUNT} inputs, seed ${SEED}`);
  const started = performance.now();
  const size = Number(options.batch);
  let inputs = makeBatch(seeds, 0, Math.min(size, COUNT));
  for (let from = 0; from < COUNT; from += size) {
    const answers = judgeBatch(inputs, (from / size) % 8 === 0);
    const next = from + size;
    const following = next < COUNT ? makeBatch(seeds, next, Math.min(size, COUNT - next)) : [];
    await study(inputs, await answers);
    inputs = following;
    if ((from / size) % 50 === 49) progress(from + size, started);
  }
  report(started);
}

// --- inputs

function makeBatch(seeds: readonly Uint8Array[], from: number, count: number): Input[] {
  return Array.from({ length: count }, (_, index) => makeInput(seeds, from + index));
}

function makeInput(seeds: readonly Uint8Array[], index: number): Input {
  const random = new Random(SEED, index);
  const kind = random.below(100);
  let bytes: Uint8Array;
  if (kind < 42) bytes = program(random);
  else if (kind < 58) bytes = mutate(random, program(random), random.pick(seeds));
  else if (kind < 97)
    bytes = mutate(
      random,
      random.pick(seeds),
      random.oneIn(2) ? random.pick(seeds) : program(random),
    );
  else bytes = random.pick(seeds);
  if (bytes.length > LONGEST) bytes = bytes.subarray(0, LONGEST);
  // CPython reads persistent ids only from a file, and from a file it treats a wrong FRAME in a way of its own.
  const persistent = random.oneIn(12) && !bytes.includes(0x95);
  return {
    bytes,
    persistent,
    buffers: random.oneIn(10),
    encoding: random.oneIn(3) ? random.below(ENCODINGS.length) : 0,
  };
}

// --- both sides

interface Judged {
  readonly answers: readonly Answer[];
  readonly verdicts: readonly Verdict[];
}

async function judgeBatch(inputs: readonly Input[], rewrite: boolean): Promise<Judged> {
  const [answers, verdicts] = await Promise.all([
    reference.ask(inputs),
    brine.ask(inputs, { rewrite }),
  ]);
  return { answers, verdicts };
}

async function differences(
  inputs: readonly Input[],
  judged: Judged,
): Promise<(Difference | undefined)[]> {
  const found = inputs.map((input, i) =>
    difference(input, judged.answers[i] as Answer, judged.verdicts[i] as Verdict),
  );
  await compareRewritten(inputs, judged, found);
  return found;
}

// What brine wrote must be, for CPython, the value that it read.
async function compareRewritten(
  inputs: readonly Input[],
  judged: Judged,
  found: (Difference | undefined)[],
): Promise<void> {
  const written: { index: number; input: Input }[] = [];
  for (const [index, input] of inputs.entries()) {
    const bytes = judged.verdicts[index]?.rewritten;
    if (
      bytes !== undefined &&
      found[index] === undefined &&
      judged.answers[index]?.value !== undefined
    ) {
      written.push({
        index,
        input: { ...input, bytes, buffers: false, persistent: false, encoding: 0 },
      });
    }
  }
  rewritten += written.length;
  const answers = await reference.ask(written.map(({ input }) => input));
  for (const [i, { index, input }] of written.entries()) {
    const answer = answers[i] as Answer;
    if (answer.value !== judged.answers[index]?.value && answer.verdict !== "lost") {
      const verdict = judged.verdicts[index] as Verdict;
      const original = inputs[index] as Input;
      const message = `wrote ${Buffer.from(input.bytes).toString("hex").slice(0, 200)}`;
      found[index] = {
        kind: "rewrites another value",
        input: original,
        reference: answer,
        brine: { ...verdict, message },
      };
    }
  }
}

async function study(inputs: readonly Input[], judged: Judged): Promise<void> {
  for (const [index, input] of inputs.entries()) {
    const answer = judged.answers[index] as Answer;
    const verdict = judged.verdicts[index] as Verdict;
    const both = `CPython ${answer.verdict}, brine ${verdict.verdict}`;
    verdicts.set(both, (verdicts.get(both) ?? 0) + 1);
    if (answer.value !== undefined && verdict.value !== undefined) compared++;
    if (answer.verdict === "lost") unsure++;
    await watchTime(input, verdict);
  }
  for (const found of await differences(inputs, judged)) {
    if (found !== undefined) await record(found);
  }
}

// A slow answer may be the machine's fault: only what is slow three times is slow.
async function watchTime(input: Input, verdict: Verdict): Promise<void> {
  let { milliseconds } = verdict;
  if (!(milliseconds > (slowest?.milliseconds ?? 0)) && !(milliseconds > SLOW)) return;
  for (let again = 0; again < 2; again++) {
    const [second] = await brine.ask([input], { rewrite: true });
    milliseconds = Math.min(milliseconds, second?.milliseconds ?? milliseconds);
  }
  if (milliseconds > (slowest?.milliseconds ?? 0)) slowest = { milliseconds, input };
  if (milliseconds > SLOW) fail(`takes ${milliseconds.toFixed(0)} ms`, input);
}

// --- differences

async function record(found: Difference): Promise<void> {
  const key = signature(found);
  let group = groups.get(key);
  if (group === undefined) {
    group = { count: 0, minimised: 0, explained: new Map(), unexplained: 0, example: found.input };
    groups.set(key, group);
  }
  group.count++;
  if (group.minimised >= Number(options.minimise)) return;
  group.minimised++;
  const small = await smallest(found, key);
  const known = KNOWN.find(({ explains }) => explains(small));
  if (known !== undefined) {
    group.explained.set(known.name, (group.explained.get(known.name) ?? 0) + 1);
    if (small.input.bytes.length < group.example.bytes.length) group.example = small.input;
    return;
  }
  group.unexplained++;
  if (group.unexplained === 1 || small.input.bytes.length < group.example.bytes.length)
    group.example = small.input;
  if (group.unexplained <= 3) fail(signature(small), small.input, small);
}

async function smallest(found: Difference, key: string): Promise<Difference> {
  // a hang is not asked for again and again
  if (found.kind === "hang" || found.kind === "out of memory") return found;
  const rewrite =
    found.kind.includes("rewrite") ||
    found.brine.rewriteError !== "" ||
    found.brine.inconsistency !== "";
  const same = async (candidates: readonly Input[]): Promise<(Difference | undefined)[]> => {
    const judged = await judgeBatch(candidates, rewrite);
    return (await differences(candidates, judged)).map((one) =>
      one && signature(one) === key ? one : undefined,
    );
  };
  const input = await minimise(found.input, async (candidates) =>
    (await same(candidates)).map((one) => one !== undefined),
  );
  return (await same([input]))[0] ?? found;
}

function fail(title: string, input: Input, found?: Difference): void {
  failures.push({ title, input });
  const hex = Buffer.from(input.bytes).toString("hex");
  say(
    `  UNEXPLAINED ${title}\n    ${flags(input)}${hex.slice(0, 600)}\n    ${listing(input.bytes)}`,
  );
  if (!options["no-save"]) save(title, input, found?.reference);
}

// Read by test/corpus/corpus.test.ts.
function save(title: string, input: Input, answer: Answer | undefined): void {
  const { bytes, persistent, buffers, encoding } = input;
  const hex = Buffer.from(bytes).toString("hex");
  const name = createHash("sha1").update(flags(input)).update(hex).digest("hex").slice(0, 12);
  const entry = {
    title,
    hex,
    persistent,
    buffers,
    encoding,
    cpython: answer?.verdict,
    value: answer?.value,
  };
  mkdirSync(CORPUS, { recursive: true });
  writeFileSync(join(CORPUS, `${name}.json`), `${JSON.stringify(entry, null, 2)}\n`);
}

function flags(input: Input): string {
  const [encoding, errors] = ENCODINGS[input.encoding] as (typeof ENCODINGS)[number];
  const words = [
    ...(input.encoding > 0 ? [`${encoding}/${errors} (--encoding ${input.encoding})`] : []),
    ...(input.persistent ? ["--persistent"] : []),
    ...(input.buffers ? ["--buffers"] : []),
  ];
  return words.length > 0 ? `${words.join(" ")} ` : "";
}

function listing(bytes: Uint8Array): string {
  const shown = steps(bytes).map(({ name, argument }) => {
    const text = Buffer.from(argument).toString("latin1");
    return argument.length === 0 ? name : `${name} ${JSON.stringify(text.slice(0, 30))}`;
  });
  return shown.slice(0, 40).join(" ");
}

// --- reports

function progress(done: number, started: number): void {
  const seconds = (performance.now() - started) / 1000;
  const rate = Math.round(done / seconds);
  say(
    `${done} inputs, ${seconds.toFixed(0)} s, ${rate}/s, ${groups.size} signatures, ${failures.length} unexplained`,
  );
}

function report(started: number): void {
  const seconds = (performance.now() - started) / 1000;
  say(`\n${COUNT} inputs in ${seconds.toFixed(1)} s`);
  for (const [both, count] of [...verdicts].sort()) say(`  ${count}  ${both}`);
  say(`  ${compared}  values compared, ${rewritten} written again and compared`);
  if (unsure > 0) say(`  ${unsure}  without a reference: CPython did not survive them`);
  const classes = new Map<string, number>();
  for (const group of groups.values()) {
    const [main = "unexplained"] = [...group.explained]
      .sort((a, b) => b[1] - a[1])
      .map(([name]) => name);
    const name = group.unexplained > 0 ? "unexplained" : main;
    classes.set(name, (classes.get(name) ?? 0) + group.count);
  }
  say("\ndifferences by class");
  for (const [name, count] of [...classes].sort((a, b) => b[1] - a[1])) say(`  ${count}  ${name}`);
  say("\ndifferences by signature");
  for (const [key, group] of [...groups].sort((a, b) => b[1].count - a[1].count)) {
    const names = [...group.explained.keys()].join(", ");
    say(`  ${group.count}  ${group.unexplained > 0 ? `UNEXPLAINED ${names}` : names}  ${key}`);
    say(
      `      ${flags(group.example)}${Buffer.from(group.example.bytes).toString("hex").slice(0, 160)}`,
    );
  }
  const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  say(
    `\nslowest input ${slowest?.milliseconds.toFixed(1)} ms (${slowest?.input.bytes.length} bytes), peak heap ` +
      `${megabytes(brine.peakHeap)} MB of ${options.heap}, peak resident ${megabytes(process.resourceUsage().maxRSS * 1024)} MB, ` +
      `${reference.restarts} restarts of CPython`,
  );
  say(`${COUNT - failures.length} passed, ${failures.length} failed`);
  if (failures.length > 0) process.exitCode = 1;
}

async function show(bytes: Uint8Array): Promise<void> {
  const { persistent, buffers } = options;
  const input: Input = { bytes, persistent, buffers, encoding: Number(options.encoding) };
  const [[answer], [verdict]] = await Promise.all([
    reference.ask([input], { text: true }),
    brine.ask([input], { text: true, rewrite: true }),
  ]);
  say(listing(bytes));
  say(`CPython ${answer?.verdict} ${answer?.value ?? ""} ${answer?.error} ${answer?.message}`);
  say(
    `brine   ${verdict?.verdict} ${verdict?.value ?? ""} ${verdict?.code} ${verdict?.message} ${verdict?.rewriteError} ${verdict?.inconsistency}`,
  );
  if (options.title !== undefined) save(options.title, input, answer);
  const found = difference(input, answer as Answer, verdict as Verdict);
  if (found)
    say(`${found.kind}: ${KNOWN.find(({ explains }) => explains(found))?.name ?? "unexplained"}`);
  process.exitCode = found ? 1 : 0;
}
