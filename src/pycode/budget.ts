/** How much a run may take: steps and memory, counted before they are taken. */

import { PyCodeError, unsupported } from "./error.ts";
import { PYTHON_VERSIONS, type PythonVersion } from "./version-names.ts";

/** What a run may take. */
export interface RunLimits {
  /** Instructions, and items that builtins work through. 5 million by default, about a second. */
  readonly maxSteps?: number;
  /** Bytes of all values that the run makes, those that it drops again among them. 256 MiB by default. */
  readonly maxMemory?: number;
}

const MAX_STEPS = 5_000_000;
const MAX_MEMORY = 256 * 1024 * 1024;
/** Python stops at 1000; what comes near it is refused, since where exactly depends on who calls. */
export const MAX_FRAMES = 900;
/** Calls out of builtins and generators, which take JavaScript's own stack. */
export const MAX_NESTED = 100;
/** Levels of containers inside one another that are printed or compared. */
export const MAX_LEVELS = 200;
/** Bits of an int; the time of a multiplication grows faster than its size. */
export const MAX_INT_BITS = 1_000_000;

/** Counts down; throws `limit-exceeded` with the limit as subject. */
export class Budget {
  readonly #limits: { readonly maxSteps: number; readonly maxMemory: number };
  #steps: number;
  #memory: number;
  /** The long text whose characters were counted last: see `pointCount`. */
  readonly lastCounted: { text: string; points: number } = { text: "", points: 0 };

  readonly #pythons: readonly PythonVersion[];

  /** @param pythons those that may have compiled what runs */
  constructor(
    { maxSteps = MAX_STEPS, maxMemory = MAX_MEMORY }: RunLimits,
    pythons: readonly PythonVersion[],
  ) {
    this.#pythons = pythons;
    this.#limits = { maxSteps, maxMemory };
    this.#steps = maxSteps;
    this.#memory = maxMemory;
  }

  /** Whether the Python that runs is that one or newer; refused where the bytecode leaves it open. */
  since(version: PythonVersion): boolean {
    // The list of versions has the newest first.
    const oldest = PYTHON_VERSIONS.indexOf(version);
    const newer = this.#pythons.filter((own) => PYTHON_VERSIONS.indexOf(own) <= oldest);
    if (newer.length > 0 && newer.length < this.#pythons.length) {
      throw unsupported(
        `what Python ${version} changed`,
        "is asked for, and either Python may be meant",
      );
    }
    return newer.length > 0;
  }

  /** Takes `count` steps. */
  step(count = 1): void {
    if ((this.#steps -= count) < 0) throw exceeded("maxSteps", this.#limits.maxSteps);
  }

  /** Takes memory, and a step for each 256 bytes, which have to be filled. */
  take(bytes: number): void {
    if ((this.#memory -= bytes) < 0) throw exceeded("maxMemory", this.#limits.maxMemory);
    if (bytes > 256) this.step(bytes / 256);
  }
}

/** The refusal of what passes a limit. */
export function exceeded(limit: string, allowed: number): PyCodeError {
  return new PyCodeError("limit-exceeded", `${limit} is limited to ${allowed}`, limit);
}
