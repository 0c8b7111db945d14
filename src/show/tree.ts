/** A value in, the steps of its tree out, in the order in which they are printed; each object is walked once. */
import type { PickleType } from "../core/registry/index.ts";
import { Float, Instance, Tuple } from "../core/values/index.ts";
import { reprString } from "../printable/index.ts";
import { dateText } from "./dates.ts";
import { Namer } from "./kinds.ts";
import { argumentText, contentsOf, isPlainList, type Part, summaryOf } from "./parts.ts";
import { isWhole, viewOf } from "./views.ts";

/** How much of a value is shown. */
export interface ShowOptions {
  /** Levels below the root; default 6. */
  readonly depth?: number | undefined;
  /** Parts of one container; default 10, but dicts and instances of up to 40 are shown whole. */
  readonly items?: number | undefined;
  /** About how many characters a line may take; default 100. */
  readonly width?: number | undefined;
  /** Whether small containers stand on one line, as Python writes them; default true. */
  readonly inline?: boolean | undefined;
  /** The types that the load knew: their objects are called by their Python names. */
  readonly types?: readonly PickleType[] | undefined;
}

/** One step of the tree. `depth` counts from 0, the root. */
export type Step =
  | {
      readonly kind: "value";
      readonly depth: number;
      readonly label: string;
      /** Its Python type. */
      readonly type: string;
      /** The value itself, or what it holds in words. */
      readonly text: string;
      /** How `text` is meant: a value as Python writes it, or a summary. */
      readonly form: "atom" | "inline" | "summary";
      readonly count: number | undefined;
      /** A number for what is met again. */
      readonly id: number | undefined;
      /** It has parts, and they are below the depth that is shown. */
      readonly cut: boolean;
      /** Lines that stand below it: how numbers are spread, a table, parameters. */
      readonly lines?: readonly string[];
      /** What such lines say, for programs. */
      readonly facts?: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: "ref";
      readonly depth: number;
      readonly label: string;
      readonly type: string;
      readonly id: number;
    }
  | { readonly kind: "more"; readonly depth: number; readonly count: number };

const NO_TYPES: readonly PickleType[] = [];

type ValueStep = Extract<Step, { kind: "value" }>;

/** A step before it has its number, and whether its parts follow. */
type Described = Omit<ValueStep, "id"> & { readonly opens: boolean };

/** So many attributes or entries are shown whatever `items` says by default: they tell more than a list's items. */
const NAMED_PARTS = 40;

/** Rows of a table at most, whatever `items` says: beyond that nobody reads them. */
const MOST_ROWS = 60;

interface Open {
  /** Lists and tuples are read by index: an iterator for each of a million levels would weigh a gigabyte. */
  readonly list: readonly unknown[] | null;
  readonly parts: Iterator<Part> | null;
  readonly size: number;
  readonly most: number;
  shown: number;
}

/**
 * Walks a value. Its own stack stands in for recursion, and what is met a second time is a reference to the first: time
 * and output follow the number of objects, also where a few of them refer to each other 2^60 ways.
 */
export function walk(value: unknown, options: ShowOptions = {}): Generator<Step, void, undefined> {
  return new Walker(options).steps(value);
}

class Walker {
  readonly #namer: Namer;
  readonly #depth: number;
  readonly #items: number;
  readonly #itemsGiven: boolean;
  readonly #width: number;
  readonly #inline: boolean;
  // What is met more than once, with its number once it was printed (0 before).
  readonly #shared = new Map<object, number>();

  constructor({ depth = 6, items, width = 100, inline = true, types = NO_TYPES }: ShowOptions) {
    this.#namer = new Namer(types);
    this.#depth = depth;
    this.#items = items ?? 10;
    this.#itemsGiven = items !== undefined;
    this.#width = width;
    this.#inline = inline;
  }

  *steps(root: unknown): Generator<Step, void, undefined> {
    this.#findShared(root);
    let next = 1;
    const stack: Open[] = [];
    let part: Part | undefined = { label: "", value: root };
    for (;;) {
      if (part !== undefined) {
        const depth: number = stack.length;
        const { label, value }: Part = part;
        const tracked = this.#tracked(value);
        const known = tracked ? this.#shared.get(value) : undefined;
        if (known !== undefined && known > 0) {
          yield { kind: "ref", depth, label, type: this.#namer.typeOf(value), id: known };
        } else {
          const { opens, ...step }: Described = this.#step(part, depth);
          const id = known === 0 && !step.cut ? next++ : undefined;
          if (id !== undefined) this.#shared.set(value as object, id);
          yield { ...step, id };
          if (opens) stack.push(this.#open(value as object));
        }
      }
      const open = stack[stack.length - 1];
      if (open === undefined) return;
      part = this.#nextPart(open);
      if (part === undefined) {
        const hidden = open.size - open.shown;
        if (hidden > 0) yield { kind: "more", depth: stack.length, count: hidden };
        stack.pop();
      }
    }
  }

  #step({ label, value }: Part, depth: number): Described {
    const type = this.#namer.typeOf(value);
    const base = { kind: "value", depth, label, type, count: undefined, cut: false } as const;
    const room = Math.max(24, this.#width - 2 * Math.min(depth, 20) - label.length - 2);
    const atom = this.#namer.atom(value, room) ?? dateText(value);
    if (atom !== undefined) {
      if (value instanceof Instance && dateText(value) !== undefined) {
        const array = /^(\S+) (.*)$/s.exec(atom);
        return {
          ...base,
          type: array?.[1] ?? type,
          text: array?.[2] ?? "",
          form: "summary",
          opens: false,
        };
      }
      return { ...base, text: atom, form: "atom", opens: false };
    }
    const object = value as object;
    const view = viewOf(object, this.#namer, {
      width: room,
      rows: Math.min(this.#items, MOST_ROWS),
    });
    if (view !== undefined) {
      const inside = contentsOf(object, this.#namer).size > 0;
      const opens = inside && depth < this.#depth;
      return { ...base, ...view, form: "summary", cut: inside && !opens, opens };
    }
    // The root's entries stand on lines of their own; a list as root may be one line.
    if (this.#inline && (depth > 0 || isPlainList(object))) {
      const text = this.#inlined(object, Math.min(room, 72), 2);
      if (text !== undefined) return { ...base, text, form: "inline", opens: false };
    }
    const { count, size } = contentsOf(object, this.#namer);
    const below = size > 0 && depth >= this.#depth;
    const summary = count === undefined ? "" : summaryOf(object, count, this.#namer);
    const preview =
      this.#inline && size === count
        ? this.#preview(object, room - type.length - summary.length - 8)
        : undefined;
    let text = summary === "" ? "" : `of ${summary}`;
    if (count === 0 && size === 0) text = "empty";
    if (value instanceof Instance) text = argumentText(value, this.#namer, 60) ?? "";
    if (value instanceof Error && value.message !== "") text = reprString(value.message, room);
    if (preview !== undefined) text += `: ${preview}`;
    const opens = size > 0 && !below && preview === undefined;
    const cut = below && preview === undefined;
    return { ...base, text, form: "summary", count, cut, opens };
  }

  // Sequences of nothing but short atoms fit on one line, the end cut off.
  #preview(value: object, room: number): string | undefined {
    if (!Array.isArray(value) || this.#items === Number.POSITIVE_INFINITY) return undefined;
    for (const item of value) if (!isShort(item)) return undefined;
    const texts: string[] = [];
    let length = 0;
    for (const item of value) {
      const text = this.#namer.atom(item, 40) as string;
      length += text.length + 2;
      if (texts.length > 0 && length > room) {
        texts.push("…");
        break;
      }
      texts.push(text);
    }
    return texts.join(", ");
  }

  // A small container as Python writes it; undefined when it is not small, or holds something that is met again.
  #inlined(value: object, room: number, levels: number): string | undefined {
    if (levels === 0 || this.#shared.has(value) || isWhole(value)) return undefined;
    const type = this.#namer.typeOf(value);
    const brackets = BRACKETS[type];
    if (brackets === undefined) {
      if (!(value instanceof Instance) || contentsOf(value, this.#namer).size > 0) return undefined;
      const text = type + (argumentText(value, this.#namer, room) ?? "");
      return text.length <= room && text.endsWith(")") ? text : undefined;
    }
    const plain = isPlainList(value);
    const contents = plain ? null : contentsOf(value, this.#namer);
    const size = contents?.size ?? (value as readonly unknown[]).length;
    if (size > 10) return undefined;
    if (size === 0) return type === "set" || type === "frozenset" ? `${type}()` : brackets;
    const parts = contents === null ? null : [...contents.parts()];
    const texts: string[] = [];
    let rest = room - 2;
    for (let index = 0; index < size; index++) {
      const part = parts?.[index];
      const item = plain ? value[index] : part?.value;
      const text = this.#namer.atom(item, room) ?? this.#inlined(item as object, rest, levels - 1);
      if (text === undefined) return undefined;
      const whole = part === undefined || part.label === "" ? text : `${part.label}: ${text}`;
      rest -= whole.length + 2;
      if (rest < 0) return undefined;
      texts.push(whole);
    }
    const [left, right] = [brackets[0] as string, brackets[1] as string];
    const body = left + texts.join(", ") + (type === "tuple" && size === 1 ? "," : "") + right;
    return type === "frozenset" ? `frozenset(${body})` : body;
  }

  #open(value: object): Open {
    if (isPlainList(value)) {
      return { list: value, parts: null, size: value.length, most: this.#items, shown: 0 };
    }
    const { count, size, parts } = contentsOf(value, this.#namer);
    const named = count === undefined || !(Array.isArray(value) || value instanceof Set);
    const most = named && size <= NAMED_PARTS && !this.#itemsGiven ? size : this.#items;
    return { list: null, parts: parts()[Symbol.iterator](), size, most, shown: 0 };
  }

  #nextPart(open: Open): Part | undefined {
    // One more than asked for is shown rather than a line that says "1 more".
    if (open.shown >= open.most && open.size > open.most + 1) return undefined;
    if (open.list !== null) {
      if (open.shown === open.list.length) return undefined;
      return { label: "", value: open.list[open.shown++] };
    }
    const step = open.parts?.next();
    if (step === undefined || step.done === true) return undefined;
    open.shown++;
    return step.value;
  }

  // Whether a value can be met again as itself. Small tuples of atoms are constants of Python's compiler: not told.
  #tracked(value: unknown): value is object {
    if (typeof value !== "object" || value === null) return false;
    if (this.#namer.atom(value, 0) !== undefined) return false;
    return !(value instanceof Tuple && value.length <= 8 && value.every(isShort));
  }

  #findShared(root: unknown): void {
    const seen = new Set<object>();
    const stack: Open[] = [];
    let part: Part | undefined = { label: "", value: root };
    for (;;) {
      if (part !== undefined && this.#tracked(part.value)) {
        const { value }: { value: object } = part as { value: object };
        if (seen.has(value)) this.#shared.set(value, 0);
        else if (stack.length < this.#depth) {
          seen.add(value);
          if (!isWhole(value) && dateText(value) === undefined) stack.push(this.#open(value));
        }
      }
      const open = stack[stack.length - 1];
      if (open === undefined) return;
      part = this.#nextPart(open);
      if (part === undefined) stack.pop();
    }
  }
}

const BRACKETS: Readonly<Record<string, string>> = {
  list: "[]",
  tuple: "()",
  dict: "{}",
  set: "{}",
  frozenset: "{}",
};

function isShort(value: unknown): boolean {
  switch (typeof value) {
    case "string":
      return value.length <= 24;
    case "object":
      return value === null || value instanceof Float;
    default:
      return true;
  }
}
