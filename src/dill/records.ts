/** JavaScript's functions and classes as they stand in a pickle: text and values, nothing that could be called. */

import { type Inspect, Instance, inspectSymbol, nest } from "../core/values/index.ts";
import { entriesOf, partOf } from "./properties.ts";

/** What a record of a function and one of a class have in common. */
abstract class CodeRecord extends Instance {
  /** The source, as `toString` gave it. */
  get source(): string {
    return textOf(this.args[0]);
  }

  /** Its name; empty where it has none. */
  abstract get functionName(): string;

  /** The variables that it captured, by name; those that it shares with other functions included. */
  get captured(): Record<string, unknown> {
    const found: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const [name, value] of entriesOf(partOf(this.state, "captured"))) found[name] = value;
    for (const [name, cell] of entriesOf(partOf(this.state, "cells")))
      found[name] = cell instanceof Instance ? partOf(cell.state, "value") : cell;
    return found;
  }

  /** The global names that it uses. */
  get globals(): readonly string[] {
    const names = this.args[this.globalsAt];
    return Array.isArray(names) ? names.map(textOf) : [];
  }

  protected abstract get globalsAt(): number;
  protected abstract get word(): string;

  override toString(): string {
    return `<javascript ${this.word} ${this.functionName || "(anonymous)"}: ${shortened(this.source)}>`;
  }

  override [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    const line = this.toString();
    const captured = Object.entries(this.captured);
    if (captured.length === 0 || (depth !== null && depth < 0)) return line;
    const nested = nest(options);
    return `${line} { ${captured.map(([name, value]) => `${name}: ${inspect(value, nested)}`).join(", ")} }`;
  }
}

/** A JavaScript function that was not restored. */
export class FunctionRecord extends CodeRecord {
  get functionName(): string {
    return textOf(this.args[2]);
  }

  /** Whether the text is an expression, or a member of an object: `"method"`, `"get"`, `"set"`. */
  get kind(): string {
    return textOf(this.args[1]);
  }

  /** Whether it is strict code. */
  get strict(): boolean {
    return this.args[3] === true;
  }

  protected get globalsAt(): number {
    return 4;
  }

  protected get word(): string {
    return "function";
  }
}

/** A JavaScript class that was not restored. */
export class ClassRecord extends CodeRecord {
  get functionName(): string {
    return textOf(this.args[1]);
  }

  /** What it captured, with what it needed while it was made: the class that it extends among it. */
  override get captured(): Record<string, unknown> {
    const found = super.captured;
    const early = this.args[2];
    if (!Array.isArray(early)) return found;
    for (let at = 0; at + 1 < early.length; at += 2) found[textOf(early[at])] = early[at + 1];
    return found;
  }

  protected get globalsAt(): number {
    return 3;
  }

  protected get word(): string {
    return "class";
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const LONGEST_SOURCE = 120;

// One line of a source.
function shortened(source: string): string {
  const line = source.replace(/\s+/g, " ");
  return line.length > LONGEST_SOURCE ? `${line.slice(0, LONGEST_SOURCE)}…` : line;
}
