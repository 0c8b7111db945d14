/**
 * Any JavaScript value in, a value of brine out that stands for it: plain data as it is, everything else as inert calls
 * of the names of names.ts. Nothing recurses, and nothing is written before all of it is known to travel.
 */

import type { Registry } from "../core/registry/index.ts";
import { Instance } from "../core/values/index.ts";
import type { BufferParts } from "./buffers.ts";
import { Refusal, TravelError } from "./error.ts";
import { CELL, RESTORE } from "./names.ts";
import type { Parsers } from "./parsers.ts";
import { setOwn } from "./properties.ts";
import { type Modules, References } from "./references.ts";
import { type Sharing, sharedVariables } from "./sharing.ts";

/** What a dump of code may be told. */
export interface TravelOptions {
  /** Modules that are written by name, with all they export; whoever loads gives them by the same names. */
  readonly modules?: Modules | undefined;
  /** acorn's `parse` and eslint-scope's `analyze`, for runtimes where packages cannot be looked up. */
  readonly parsers?: Parsers | undefined;
}

/** The way to a value: the last step, and the way before it. */
export interface Path {
  readonly step: string;
  readonly before: Path | undefined;
}

/** What an object becomes: a shell that can be referred to at once, and how to fill it with its converted parts. */
export interface Shell {
  readonly value: unknown;
  readonly fill?: ((travel: Travel, path: Path) => void) | undefined;
}

/** Finds out what stands for a value that is no text, number, boolean or null. @throws Refusal */
export type ShellOf = (value: unknown, travel: Travel) => Shell;

/** One dump's way through the values. */
export class Travel {
  readonly references: References;
  readonly parsers: Parsers | undefined;
  /** The functions met, with the variables that they captured. */
  readonly sharings: Sharing[] = [];
  /** The bytes met, with the parts of them that are seen. */
  readonly buffers: Map<ArrayBuffer, BufferParts> = new Map();
  readonly #known: Registry;
  readonly #shellOf: ShellOf;
  readonly #shells = new Map<unknown, unknown>();
  readonly #open: { fill: NonNullable<Shell["fill"]>; path: Path }[] = [];

  constructor(options: TravelOptions, known: Registry, shellOf: ShellOf) {
    this.#known = known;
    this.#shellOf = shellOf;
    this.references = new References(options.modules);
    this.parsers = options.parsers;
  }

  /** What stands for `root`. @throws TravelError */
  whole(root: unknown): unknown {
    const start: Path = { step: "$", before: undefined };
    const value = this.convert(root, start);
    for (let task = this.#open.pop(); task !== undefined; task = this.#open.pop()) {
      const { fill, path } = task;
      this.#guarded(path, () => fill(this, path));
    }
    this.#guarded(start, () => this.#share(start));
    for (const parts of this.buffers.values()) parts.finish();
    return value;
  }

  /** Whether the caller's types write it by name. */
  isNamed(value: object): boolean {
    return this.#known.byValue(value) !== undefined;
  }

  /** Whether a type of brine writes objects with this prototype. */
  isKnown(prototype: object): boolean {
    return this.#known.byPrototype(prototype)?.reduce !== undefined;
  }

  /** What stands for a part; what is in it follows later. */
  convert(value: unknown, path: Path): unknown {
    switch (typeof value) {
      case "string":
      case "number":
      case "boolean":
        return value;
      case "bigint":
      case "undefined":
      case "symbol":
        return this.#guarded(path, () => this.#shellOf(value, this).value);
    }
    if (value === null) return value;
    const known = this.#shells.get(value);
    if (known !== undefined) return known;
    const shell = this.#guarded(path, () => this.#shellOf(value, this));
    this.#shells.set(value, shell.value);
    if (shell.fill !== undefined) this.#open.push({ fill: shell.fill, path });
    return shell.value;
  }

  /** A part, one step from `path`. */
  at(path: Path, step: string, value: unknown): unknown {
    return this.convert(value, { step, before: path });
  }

  // Variables that several functions of this dump have in common, and write to, become cells.
  #share(path: Path): void {
    for (const { name, users, value } of sharedVariables(this.sharings)) {
      const cell = new Instance("call", CELL, []);
      giveState(cell, value === undefined ? {} : { value: this.convert(value, path) });
      for (const { own, shared, state } of users) {
        own.splice(own.indexOf(name), 1);
        shared.push(name);
        if (state.captured !== undefined) delete state.captured[name];
        state.cells ??= {};
        setOwn(state.cells, name, cell);
      }
    }
  }

  #guarded<Result>(path: Path, act: () => Result): Result {
    try {
      return act();
    } catch (cause) {
      // What was refused further within has its own path.
      if (cause instanceof TravelError) throw cause;
      const place = pathText(path);
      if (cause instanceof Refusal) throw new TravelError(cause.reason, cause.message, place);
      // A getter of the value's class that throws, a binding of a module that has no value yet.
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new TravelError("shape", `it cannot be looked at: ${message}`, place, { cause });
    }
  }
}

/** Has `RESTORE` called with the object and its state. */
export function giveState(instance: Instance, state: object): void {
  instance.stateSetter = RESTORE;
  instance.state = state;
}

const LONGEST_PATH = 60;

function pathText(path: Path): string {
  const steps: string[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.before) steps.push(at.step);
  steps.reverse();
  if (steps.length <= LONGEST_PATH) return steps.join("");
  return `${steps.slice(0, LONGEST_PATH / 2).join("")}…${steps.slice(-LONGEST_PATH / 2).join("")}`;
}

/** A property as a step of a path. */
export function stepOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
