/** The other end of pool.ts, in a worker thread: code and items in, results out. */
import { DillError } from "./error.ts";
import { loads } from "./loads.ts";
import { importModules } from "./modules.ts";
import { type Parcel, packed, unpacked } from "./parcels.ts";

/** What is to be done. */
export interface Task {
  /** Names the code among those of this process's pools. */
  readonly id: number;
  /** The pickle of the function. */
  readonly code: Uint8Array;
  /** Where the caller's modules are, by name. */
  readonly modules: Readonly<Record<string, string>>;
  /** Arguments, one list for each call; or one argument for each call. */
  readonly items: Parcel;
  readonly spread: boolean;
}

/** What came of it: results up to the first failure. */
export interface Outcome {
  readonly results: Parcel;
  readonly failure?: Failure | undefined;
}

/** What a call threw. */
export interface Failure {
  /** Which of the task's calls. */
  readonly at: number;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The error itself, where it can travel. */
  readonly error: Parcel | undefined;
}

type AnyFunction = (...args: unknown[]) => unknown;

// Code that is at work in this thread; a pool seldom has more at once.
const functions = new Map<number, { readonly fn: AnyFunction; readonly modules: object }>();
const MOST_FUNCTIONS = 16;

/** Runs one task. */
export default async function run(task: Task): Promise<Outcome> {
  const { fn, modules } = await functionOf(task);
  const items = unpacked(task.items, modules) as unknown[];
  const results: unknown[] = [];
  try {
    for (const item of items)
      results.push(await (task.spread ? fn(...(item as unknown[])) : fn(item)));
  } catch (error) {
    return outcomeOf(results, modules, failureOf(error, results.length, modules));
  }
  return outcomeOf(results, modules, undefined);
}

// A result that cannot travel is a failure of its own call; what came before it arrives.
function outcomeOf(results: unknown[], modules: object, failure: Failure | undefined): Outcome {
  try {
    return { results: packed(results, modules), failure };
  } catch {
    for (const [at, result] of results.entries()) {
      try {
        packed(result, modules);
      } catch (error) {
        return outcomeOf(results.slice(0, at), modules, failureOf(error, at, modules));
      }
    }
    throw new DillError("pool", "results that travel one by one do not travel together");
  }
}

async function functionOf({ id, code, modules: places }: Task) {
  let known = functions.get(id);
  if (known === undefined) {
    const modules = await importModules(places);
    // The code is this process's own, and comes from memory: nobody else could have written it. Out of shared memory,
    // which arrays must not stand in.
    const fn = loads<AnyFunction>(new Uint8Array(code), { allowCode: true, modules });
    known = { fn, modules };
    const [oldest] = functions.keys();
    if (functions.size >= MOST_FUNCTIONS && oldest !== undefined) functions.delete(oldest);
    functions.set(id, known);
  }
  return known;
}

function failureOf(thrown: unknown, at: number, modules: object): Failure {
  const error = thrown instanceof Error ? thrown : undefined;
  let parcel: Parcel | undefined;
  try {
    parcel = packed(thrown, modules);
  } catch {
    // Its name, message and stack go alone.
  }
  try {
    const message = error?.message ?? String(thrown);
    return { at, name: error?.name ?? "Error", message, stack: error?.stack, error: parcel };
  } catch {
    // An object without a prototype, or a getter that throws: it is a failure of this call still.
    const message = "what was thrown cannot be made into text";
    return { at, name: "Error", message, stack: undefined, error: parcel };
  }
}
