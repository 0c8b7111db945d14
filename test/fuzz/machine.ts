/** Batches of pickles in from the main thread, brine's verdict on each out: the side of the fuzzer that may hang. */
import { parentPort, workerData } from "node:worker_threads";
import {
  ByteArray,
  type ByteSource,
  dumps,
  Global,
  Instance,
  type LoadOptions,
  loads,
  PickleError,
  Unpickler,
  UnpicklingError,
} from "../../src/pickle/index.ts";
import { canonical, digest } from "./canonical.ts";
import { ENCODINGS, EXTENSIONS, type Input } from "./reference.ts";

/** brine's answer to one input. */
export interface Verdict {
  readonly verdict: "accepted" | "refused" | "foreign" | "hang" | "out-of-memory";
  /** Digest of the value where it is comparable. */
  readonly value: string | undefined;
  /** brine's code; of a foreign error its class and message. */
  readonly code: string;
  readonly message: string;
  readonly offset: number;
  readonly milliseconds: number;
  /** What brine writes for the value, where the batch asks for it and the value is comparable. */
  readonly rewritten: Uint8Array | undefined;
  /** The error of that writing: PicklingError's code, or a foreign error. */
  readonly rewriteError: string;
  /** Where another way of reading the same bytes says something else: byte by byte, or in the default mode. */
  readonly inconsistency: string;
}

/** What the main thread sends. */
export interface Batch {
  readonly inputs: readonly Input[];
  readonly rewrite: boolean;
  readonly text: boolean;
}

/** What comes back. */
export interface BatchVerdict {
  readonly verdicts: readonly Verdict[];
  /** Bytes of heap in use after the batch, before any collection. */
  readonly heapBytes: number;
}

const { progress } = workerData as { progress: SharedArrayBuffer };
const current = new Int32Array(progress);
const inert = new Instance("call", new Global("inert", "persistent"), []);
const encoder = new TextEncoder();

parentPort?.on("message", (batch: Batch) => {
  const verdicts: Verdict[] = [];
  for (const [index, input] of batch.inputs.entries()) {
    Atomics.store(current, 0, index);
    verdicts.push(judge(input, batch));
  }
  const answer: BatchVerdict = { verdicts, heapBytes: process.memoryUsage().heapUsed };
  parentPort?.postMessage(answer);
});

function judge(input: Input, batch: Batch): Verdict {
  const started = performance.now();
  const verdict = read(input, batch);
  const inconsistency = batch.rewrite ? otherReadings(input, verdict) : "";
  return { ...verdict, inconsistency, milliseconds: performance.now() - started };
}

function optionsFor(input: Input): LoadOptions {
  const [encoding, errors] = ENCODINGS[input.encoding] as (typeof ENCODINGS)[number];
  return {
    lossless: true,
    encoding,
    errors,
    extensions: EXTENSIONS,
    ...(input.buffers && {
      buffers: [
        encoder.encode("buffer one"),
        ByteArray.from(encoder.encode("buffer two")),
        new Uint8Array(0),
      ],
    }),
    ...(input.persistent && { persistentLoad: () => inert }),
  };
}

type Reading = Omit<Verdict, "milliseconds" | "inconsistency">;

function read(input: Input, batch: Batch): Reading {
  let loaded: unknown;
  try {
    loaded = loads(input.bytes, optionsFor(input));
  } catch (error) {
    const ours = error instanceof PickleError;
    return {
      verdict: ours ? "refused" : "foreign",
      value: undefined,
      code: ours ? error.code : describe(error),
      message: error instanceof Error ? error.message : String(error),
      offset: error instanceof UnpicklingError ? error.offset : -1,
      rewritten: undefined,
      rewriteError: "",
    };
  }
  let text: string | undefined;
  let rewritten: Uint8Array | undefined;
  let rewriteError = "";
  try {
    text = canonical(loaded);
    if (batch.rewrite) {
      const written = dumps(loaded, input.bytes.length % 6);
      if (text !== undefined) rewritten = written;
    }
  } catch (error) {
    rewriteError = error instanceof PickleError ? error.code : `foreign ${describe(error)}`;
  }
  const value = text === undefined || batch.text ? text : digest(text);
  return { verdict: "accepted", value, code: "", message: "", offset: -1, rewritten, rewriteError };
}

// What the default mode and a source that gives a few bytes at a time say, where it is not what `verdict` says.
function otherReadings(input: Input, verdict: Reading): string {
  const options = optionsFor(input);
  const plain = outcome(() => loads(input.bytes, { ...options, lossless: false }));
  if (plain !== told(verdict)) return `default mode: ${plain}`;
  for (const step of [1, 7]) {
    const source = trickle(input.bytes, step);
    const slow = outcome(() => {
      const value = new Unpickler(source, {
        ...options,
        ...(input.buffers && optionsFor(input)),
      }).load();
      const text = canonical(value);
      if (verdict.value?.length === 16 && text !== undefined && digest(text) !== verdict.value) {
        throw new Error("another value");
      }
    });
    if (slow !== told(verdict)) return `${step} bytes at a time: ${slow}`;
  }
  return "";
}

function told({ verdict, code, offset }: Reading): string {
  return verdict === "accepted" ? verdict : `${code} ${offset}`;
}

function outcome(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    return error instanceof UnpicklingError ? `${error.code} ${error.offset}` : describe(error);
  }
}

function trickle(bytes: Uint8Array, step: number): ByteSource {
  let at = 0;
  return {
    remaining: undefined,
    read(target) {
      const part = bytes.subarray(at, at + Math.min(step, target.length));
      target.set(part);
      at += part.length;
      return part.length;
    },
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `thrown ${typeof error}`;
  const [, place = ""] = (error.stack ?? "").split("\n    at ");
  return `${error.name}: ${error.message.slice(0, 80)} @ ${place.replace(/\(?file:\/\/\S*\/src\//, "src/").slice(0, 80)}`;
}
