/** Pickles in, brine's verdicts out: a worker thread with a capped heap and a watchdog around it. */
import { Worker } from "node:worker_threads";
import type { Batch, BatchVerdict, Verdict } from "./machine.ts";
import type { Input } from "./reference.ts";

/** What a batch asks for beside accept or refuse. */
export interface Wish {
  readonly rewrite?: boolean;
  readonly text?: boolean;
}

/** brine in a worker thread. */
export class Brine {
  readonly #heapMegabytes: number;
  readonly #hangMilliseconds: number;
  readonly #progress = new SharedArrayBuffer(4);
  #worker: Worker | undefined;
  /** Largest heap after any batch, in bytes. */
  peakHeap = 0;

  constructor(heapMegabytes: number, hangMilliseconds: number) {
    this.#heapMegabytes = heapMegabytes;
    this.#hangMilliseconds = hangMilliseconds;
  }

  /** The verdicts on `inputs`, in order; the input that hangs or eats the heap gets that verdict. */
  async ask(inputs: readonly Input[], wish: Wish = {}): Promise<Verdict[]> {
    if (inputs.length === 0) return [];
    const batch = { inputs, rewrite: wish.rewrite === true, text: wish.text === true };
    const answer = await this.#exchange(batch);
    if (typeof answer !== "string") {
      this.peakHeap = Math.max(this.peakHeap, answer.heapBytes);
      return [...answer.verdicts];
    }
    const culprit = Atomics.load(new Int32Array(this.#progress), 0);
    return [
      ...(await this.ask(inputs.slice(0, culprit), wish)),
      failed(answer),
      ...(await this.ask(inputs.slice(culprit + 1), wish)),
    ];
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #exchange(batch: Batch): Promise<BatchVerdict | "hang" | "out-of-memory"> {
    const worker = (this.#worker ??= this.#start());
    const current = new Int32Array(this.#progress);
    return new Promise((resolve, reject) => {
      let last = -1;
      const watchdog = setInterval(() => {
        const now = Atomics.load(current, 0);
        if (now === last) done("hang");
        last = now;
      }, this.#hangMilliseconds);
      const done = (answer: BatchVerdict | "hang" | "out-of-memory"): void => {
        clearInterval(watchdog);
        worker.off("message", done);
        worker.off("error", broken);
        if (typeof answer === "string") {
          this.#worker = undefined;
          void worker.terminate();
        }
        resolve(answer);
      };
      const broken = (error: NodeJS.ErrnoException): void => {
        clearInterval(watchdog);
        if (error.code === "ERR_WORKER_OUT_OF_MEMORY") done("out-of-memory");
        else reject(error);
      };
      worker.on("message", done);
      worker.on("error", broken);
      Atomics.store(current, 0, 0);
      worker.postMessage(batch);
    });
  }

  #start(): Worker {
    return new Worker(new URL("./machine.ts", import.meta.url), {
      workerData: { progress: this.#progress },
      resourceLimits: { maxOldGenerationSizeMb: this.#heapMegabytes },
    });
  }
}

function failed(verdict: "hang" | "out-of-memory"): Verdict {
  const nothing = {
    value: undefined,
    message: "",
    offset: -1,
    rewritten: undefined,
    rewriteError: "",
    inconsistency: "",
  };
  return { ...nothing, verdict, code: verdict, milliseconds: Number.NaN };
}
