/**
 * One emitter in, kept, with one value of each class that dumps make on the way.
 *
 * With the last instance of a class V8's garbage collector takes its layout, and the code that was compiled for it: every
 * dump after a full collection would begin anew, and all workloads take 1.45 times as long (Node 26, `bench/main.ts
 * --no-mixed`, both versions in turn).
 */

import { Float, oneOfEach } from "../values/index.ts";

const kept: unknown[] = [];
let dumps = 0;

/** Whether this is the second dump: a process that dumps once needs nothing of this. */
export function isTimeToKeep(): boolean {
  return ++dumps === 2;
}

/** Keeps an emitter, which writes something first. */
export function keep(emitter: { dump(value: unknown): unknown }): void {
  emitter.dump([[]]);
  kept.push(emitter, new Float(1), oneOfEach());
}
