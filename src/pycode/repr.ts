/** `repr`, `str` and `ascii` of the evaluator's values. */

import { reprBytes, reprString } from "../core/values/index.ts";
import { type Budget, exceeded, MAX_LEVELS } from "./budget.ts";
import { unsupported } from "./error.ts";
import {
  ExceptionValue,
  ListValue,
  RangeValue,
  SingletonValue,
  SliceValue,
  type Thing,
  TupleValue,
  TypeValue,
  typeName,
  type Value,
} from "./objects.ts";
import { textOfFloat, textOfInt } from "./repr-number.ts";
import { DictValue, SetValue, ViewValue } from "./tables.ts";

// Which characters Python escapes depends on its Unicode: 12.1 in 3.8, 15.1 in 3.13. In these blocks nothing changed between.
const SETTLED =
  /^[\x00-\u052f\u1e00-\u1fff\u2000-\u206f\u20a0-\u20bf\u2100-\u218b\u2190-\u2426\u2460-\u2b73\u3000-\u30ff\u4e00-\u9fa5\uac00-\ud7a3\u{1f300}-\u{1f64f}]*$/u;

/** `repr(value)`. */
export function repr(value: Value, budget: Budget): string {
  return new Writer(budget).write(value);
}

class Writer {
  readonly #budget: Budget;
  readonly #open = new Set<Thing>();

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  write(value: Value): string {
    this.#budget.step();
    switch (typeof value) {
      case "string":
        this.#budget.take(2 * value.length);
        if (value.length > 64) this.#budget.step(value.length / 4);
        if (!SETTLED.test(value)) throw unsupported("repr of this text");
        return reprString(value);
      case "boolean":
        return value ? "True" : "False";
      case "bigint":
        return textOfInt(value, this.#budget);
      case "number":
        return textOfFloat(value);
    }
    if (value === null) return "None";
    if (value instanceof Uint8Array) {
      this.#budget.take(4 * value.length);
      return reprBytes(value);
    }
    return this.#thing(value);
  }

  #thing(value: Thing): string {
    if (value instanceof RangeValue) {
      const step = value.step === 1n ? "" : `, ${this.write(value.step)}`;
      return `range(${this.write(value.start)}, ${this.write(value.stop)}${step})`;
    }
    if (value instanceof SingletonValue) return value.name;
    if (value instanceof TypeValue) return `<class '${value.name}'>`;
    if (this.#open.has(value)) return this.#again(value);
    if (this.#open.size >= MAX_LEVELS) throw exceeded("depth", MAX_LEVELS);
    this.#open.add(value);
    try {
      return this.#container(value);
    } finally {
      this.#open.delete(value);
    }
  }

  // A container within itself.
  #again(value: Thing): string {
    if (value instanceof ListValue) return "[...]";
    if (value instanceof DictValue) return "{...}";
    if (value instanceof TupleValue) return "(...)";
    throw unsupported(`repr of a ${value.type} within itself`);
  }

  #container(value: Thing): string {
    if (value instanceof ListValue) return `[${this.#items(value.items)}]`;
    if (value instanceof TupleValue) {
      return `(${this.#items(value.items)}${value.items.length === 1 ? "," : ""})`;
    }
    if (value instanceof DictValue) {
      const parts: string[] = [];
      for (const [key, item] of value.entries())
        parts.push(`${this.write(key)}: ${this.write(item)}`);
      return `{${this.#joined(parts)}}`;
    }
    if (value instanceof SetValue) {
      if (value.size === 0) return `${value.type}()`;
      const inner = `{${this.#items(value.ordered())}}`;
      return value.frozen ? `frozenset(${inner})` : inner;
    }
    if (value instanceof SliceValue) {
      return `slice(${this.#items([value.start, value.stop, value.step])})`;
    }
    if (value instanceof ViewValue) return `${value.type}([${this.#items(value.items())}])`;
    if (value instanceof ExceptionValue) {
      const { args } = value;
      return `${value.cls.name}(${this.#items(args)})`;
    }
    throw unsupported(`repr of ${typeName(value)}`);
  }

  #items(items: Iterable<Value>): string {
    const parts: string[] = [];
    for (const item of items) parts.push(this.write(item));
    return this.#joined(parts);
  }

  #joined(parts: readonly string[]): string {
    const text = parts.join(", ");
    this.#budget.take(2 * text.length);
    return text;
  }
}

/** `str(value)`. */
export function text(value: Value, budget: Budget): string {
  if (typeof value === "string") return value;
  if (!(value instanceof ExceptionValue)) return repr(value, budget);
  const { args, cls } = value;
  if (args.length === 0) return "";
  if (args.length > 1) return repr(new TupleValue(args), budget);
  const [only] = args;
  if (cls.name === "KeyError") return repr(only as Value, budget);
  return text(only as Value, budget);
}

/** `ascii(value)`. */
export function asciiText(value: Value, budget: Budget): string {
  return repr(value, budget).replace(/[^\x00-\x7f]/gu, (character) => {
    const code = character.codePointAt(0) as number;
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
    if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
    return `\\U${code.toString(16).padStart(8, "0")}`;
  });
}
