/** Jobs in as messages, results out as messages: one of the command's worker threads. */
import { parentPort, workerData } from "node:worker_threads";
import { auditFile, auditOptions, type Job, type JobOptions } from "./audit-job.ts";

// Plain data that the command put there.
const options = auditOptions(workerData as JobOptions);

parentPort?.on("message", (job: Job) => {
  parentPort?.postMessage(auditFile(job, options));
});
