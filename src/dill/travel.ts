/**
 * Any JavaScript value in, a value of brine out that stands for it: plain data as it is, everything else as inert calls
 * of the names of names.ts. Nothing recurses, and nothing is written before all of it is known to travel.
 */

import { Instance, Tuple } from "../core/values/index.ts";
import { Refusal, TravelError } from "./error.ts";
import { codeOf } from "./functions.ts";
import { inspector } from "./inspector.ts";
import { CELL, RESTORE } from "./names.ts";
import { describeObject } from "./objects.ts";
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

/** One dump's way through the values. */
export class Travel {
  readonly references: References;
  readonly parsers: Parsers | undefined;
  /** The functions met, with the variables that they captured. */
  readonly sharings: Sharing[] = [];
  /** The bytes met, with the parts of them that are seen. */
  readonly buffers: Map<ArrayBuffer, BufferUse> = new Map();
  readonly bufferInstances: Map<ArrayBuffer, Instance> = new Map();
  readonly #isKnown: (prototype: object) => boolean;
  readonly #shells = new Map<unknown, unknown>();
  readonly #open: { fill: NonNullable<Shell["fill"]>; path: Path }[] = [];

  /** `isKnown` says of which prototypes the objects are written by a type of brine. */
  constructor(options: TravelOptions, isKnown: (prototype: object) => boolean) {
    this.#isKnown = isKnown;
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
    this.#share(start);
    for (const use of this.buffers.values()) use.finish();
    return value;
  }

  /** Whether a type of brine writes objects with this prototype. */
  isKnown(prototype: object): boolean {
    return this.#isKnown(prototype);
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
        return this.#guarded(path, () => describeObject(value, this).value);
    }
    if (value === null) return value;
    const known = this.#shells.get(value);
    if (known !== undefined) return known;
    const shell = this.#guarded(path, () => this.#shell(value as object));
    this.#shells.set(value, shell.value);
    if (shell.fill !== undefined) this.#open.push({ fill: shell.fill, path });
    return shell.value;
  }

  /** A part, one step from `path`. */
  at(path: Path, step: string, value: unknown): unknown {
    return this.convert(value, { step, before: path });
  }

  #shell(value: object): Shell {
    if (inspector?.isProxy(value) === true) throw new Refusal("proxy", "a Proxy cannot travel");
    const list = plainList(value);
    if (list !== undefined) return list;
    const reference = this.references.find(value);
    if (reference !== undefined) return { value: reference };
    return typeof value === "function" ? codeOf(value, this) : describeObject(value, this);
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
      if (!(cause instanceof Refusal)) throw cause;
      throw new TravelError(cause.reason, cause.message, pathText(path));
    }
  }
}

/** Bytes that one or several views see. */
export interface BufferUse {
  finish(): void;
}

/** Has `RESTORE` called with the object and its state. */
export function giveState(instance: Instance, state: object): void {
  instance.stateSetter = RESTORE;
  instance.state = state;
}

// Lists and tuples as they are, where nothing about them is unusual.
function plainList(value: object): Shell | undefined {
  if (!Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isTuple = prototype === Tuple.prototype;
  if (!isTuple && (prototype !== Array.prototype || !isOrdinaryList(value))) return undefined;
  const list = isTuple ? new Tuple() : [];
  return {
    value: list,
    fill(travel, path) {
      if (isTuple && value.includes(undefined))
        throw new Refusal("shape", "a Tuple holds undefined");
      for (let at = 0; at < value.length; at++)
        list.push(travel.at(path, `[${at}]`, value[at] as unknown));
    },
  };
}

function isOrdinaryList(list: readonly unknown[]): boolean {
  if (!Object.isExtensible(list)) return false;
  for (let at = 0; at < list.length; at++) if (list[at] === undefined) return false;
  // The indexes, and `length`.
  return Reflect.ownKeys(list).length === list.length + 1;
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
