/** Batches of pickles in from the main thread, brine's verdict on each out: the side of the fuzzer that may hang. */
import { parentPort, workerData } from "node:worker_threads";
import { ByteArray, dumps, Global, Instance, loads, PickleError } from "../../src/pickle/index.ts";
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
  const [encoding, errors] = ENCODINGS[input.encoding] as (typeof ENCODINGS)[number];
  const buffers = input.buffers
    ? {
        buffers: [
          encoder.encode("buffer one"),
          ByteArray.from(encoder.encode("buffer two")),
          new Uint8Array(0),
        ],
      }
    : {};
  let loaded: unknown;
  try {
    loaded = loads(input.bytes, {
      lossless: true,
      encoding,
      errors,
      extensions: EXTENSIONS,
      ...buffers,
      ...(input.persistent && { persistentLoad: () => inert }),
    });
  } catch (error) {
    const milliseconds = performance.now() - started;
    const ours = error instanceof PickleError;
    return {
      verdict: ours ? "refused" : "foreign",
      value: undefined,
      code: ours ? error.code : describe(error),
      message: error instanceof Error ? error.message : String(error),
      offset: (error as { offset?: number }).offset ?? -1,
      milliseconds,
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
  const milliseconds = performance.now() - started;
  const value = text === undefined || batch.text ? text : digest(text);
  return {
    verdict: "accepted",
    value,
    code: "",
    message: "",
    offset: -1,
    milliseconds,
    rewritten,
    rewriteError,
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `thrown ${typeof error}`;
  const [, place = ""] = (error.stack ?? "").split("\n    at ");
  return `${error.name}: ${error.message.slice(0, 80)} @ ${place.replace(/\(?file:\/\/\S*\/src\//, "src/").slice(0, 80)}`;
}
