/** Jobs in as messages, results out as messages: one of the command's worker threads. */
import { parentPort, workerData } from "node:worker_threads";
import type { AuditOptions } from "../audit/index.ts";
import { auditFile, type Job } from "./audit-job.ts";

// Plain data that the command put there.
const options = workerData as AuditOptions;

parentPort?.on("message", (job: Job) => {
  parentPort?.postMessage(auditFile(job, options));
});
