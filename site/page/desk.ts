/** Questions in, promises of answers out: the page's side of a worker. */
import type { Failure, Request, Requests, Response } from "../engine/messages.ts";

/** The worker answered that it cannot. */
export class Refused extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The question was given up: another file came, or somebody stopped it. */
export class GivenUp extends Error {}

type Waiting = { resolve(answer: unknown): void; reject(error: Error): void };

/** One worker, started when it is first needed, and anew after it was stopped. */
export class Desk {
  #worker: Worker | undefined;
  #next = 1;
  readonly #waiting = new Map<number, Waiting>();

  /** Asks the worker. @throws Refused, GivenUp */
  ask<Kind extends keyof Requests>(
    kind: Kind,
    ask: Requests[Kind]["ask"],
  ): Promise<Requests[Kind]["answer"]> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      // The worker answers each kind of question with its kind of answer.
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      worker.postMessage({ id, kind, ask } as Request);
    });
  }

  /** Ends whatever is being worked on. */
  stop(error: Error = new GivenUp("stopped")): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #start(): Worker {
    const worker = new Worker(new URL("../engine/worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Response>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("answer" in data) waiting?.resolve(data.answer);
      else waiting?.reject(new Refused(data.failure));
    });
    worker.addEventListener("error", (event) => {
      this.stop(new Refused({ message: event.message || "The worker could not be started." }));
    });
    return worker;
  }
}
