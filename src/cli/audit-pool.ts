/** Paths in, results out in the order of the paths, over all cores; a file that exhausts a worker's memory is a result too. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { auditFile, auditOptions, type Job, type JobOptions, type JobResult } from "./audit-job.ts";

// A worker takes 50 ms to start (Node 26); less work than this is done sooner without.
const FEW_FILES = 8;
const SMALL_BYTES = 8_000_000;

/** A file to audit, and how much there is to read. */
export interface SizedJob extends Job {
  readonly size: number;
}

/** Audits all; `onResult` is called as each is done, in no order. */
export async function auditAll(
  jobs: readonly SizedJob[],
  options: JobOptions,
  threads: number | undefined,
  onResult: (result: JobResult) => void,
): Promise<JobResult[]> {
  const results: JobResult[] = new Array(jobs.length);
  const put = (index: number, result: JobResult): void => {
    results[index] = result;
    onResult(result);
  };
  const total = jobs.reduce((sum, { size }) => sum + size, 0);
  if (threads === undefined && jobs.length <= FEW_FILES && total <= SMALL_BYTES) {
    const ready = auditOptions(options);
    for (const [index, job] of jobs.entries()) put(index, auditFile(job, ready));
    return results;
  }
  let next = 0;
  const lane = async (): Promise<void> => {
    let worker: Worker | undefined;
    while (next < jobs.length) {
      const index = next++;
      const { path, bytes } = jobs[index] as SizedJob;
      worker ??= startWorker(options);
      const result = await ask(worker, { path, bytes });
      if ("lost" in result) worker = undefined;
      put(index, "lost" in result ? { path, failure: result.lost } : result);
    }
    await worker?.terminate();
  };
  const lanes = Math.min(threads ?? availableParallelism(), jobs.length);
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

function startWorker(options: JobOptions): Worker {
  const suffix = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new Worker(new URL(`./audit-worker.${suffix}`, import.meta.url), { workerData: options });
}

function ask(worker: Worker, job: Job): Promise<JobResult | { lost: string }> {
  return new Promise((resolve) => {
    const onMessage = (result: JobResult): void => done(result);
    const onError = (error: NodeJS.ErrnoException): void => {
      const isMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      done({ lost: isMemory ? "it needs more memory than there is" : error.message });
    };
    const onExit = (): void => done({ lost: "the worker thread ended" });
    const done = (result: JobResult | { lost: string }): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      resolve(result);
    };
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(job, job.bytes === undefined ? [] : [job.bytes.buffer]);
  });
}
