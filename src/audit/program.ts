/**
 * The steps of one pickle in, as they happen; the Python program that they amount to out, once the pickle has ended.
 *
 * A list, dict or set is written where it is used, as it stands then. One that is used twice, or changed after its first use,
 * gets a name, and each later change a line; so the program makes the same calls with the same arguments in the same order,
 * and what is shared stays shared.
 */
import type { AuditEvent, Collector } from "./collector.ts";
import { Writer } from "./python.ts";
import { type Call, Dict, Sequence, type Sym } from "./symbols.ts";

type Container = Sequence | Dict;

interface Step {
  readonly kind: AuditEvent["kind"] | "change";
  readonly offset: number;
  /** What the line names, in order. */
  readonly roots: readonly Sym[];
  /** Writes the line. */
  readonly write: (writer: Writer) => void;
  /** The container that is changed, and its counts before and after. */
  readonly target?: Container;
  readonly before?: number;
}

// Deeper containers get names of their own, so that lines stay readable.
const DEEPEST = 5;

const isContainer = (symbol: Sym): symbol is Container =>
  symbol instanceof Dict || (symbol instanceof Sequence && (symbol.count > 0 || isMutable(symbol)));

const isMutable = (symbol: Container): boolean =>
  symbol instanceof Dict || symbol.type === "list" || symbol.type === "set";

/** Gathers the steps of one pickle. */
export class Program {
  readonly #collector: Collector;
  readonly #width: number;
  readonly #steps: Step[] = [];
  // For each container: after which step it had how many entries.
  readonly #history = new Map<Container, { readonly step: number; readonly count: number }[]>();
  readonly #first = new Map<Container, number>();
  readonly #named = new Set<Container>();
  readonly #names = new Map<Sym, string>();
  #isFull = false;

  /** Lines of about `width` characters, as many as `collector` takes. */
  constructor(collector: Collector, width: number) {
    this.#collector = collector;
    this.#width = width;
  }

  /** A line: what it names, and how it is written. */
  step(
    kind: AuditEvent["kind"],
    offset: number,
    roots: readonly Sym[],
    write: (writer: Writer) => void,
  ): void {
    this.#add({ kind, offset, roots, write });
  }

  call(made: Call, offset: number): void {
    const roots = [made.callee, ...(made.args ?? []), ...(made.keywords ? [made.keywords] : [])];
    this.#add({
      kind: "call",
      offset,
      roots,
      write: (writer) => {
        const name = this.#nextName();
        writer.put(`${name} = `);
        writer.call(made.callee, made.args, made.form, made.keywords, 0);
        this.#names.set(made, name);
      },
    });
  }

  /** Entries that a native container is about to get; `count` is how many it has then. */
  change(
    target: Container,
    values: readonly Sym[],
    first: number,
    count: number,
    offset: number,
  ): void {
    const before = target.count;
    const history = this.#history.get(target);
    const entry = { step: this.#steps.length, count };
    if (history === undefined) this.#history.set(target, [{ step: -1, count: before }, entry]);
    else history.push(entry);
    const added = values.slice(first);
    this.#add({
      kind: "change",
      offset,
      roots: added,
      target,
      before,
      write: (writer) => writeChange(writer, target, added, this.#names.get(target) ?? "?"),
    });
  }

  // Changes are many where there is much data, and lines only where something was used before.
  #add(step: Step): void {
    const most = this.#collector.mostEvents * (step.kind === "change" ? 20 : 1);
    if (this.#steps.length < most) this.#steps.push(step);
    else this.#isFull = true;
  }

  /** Hands the lines to the collector. */
  finish(): void {
    for (const [index, step] of this.#steps.entries()) this.#plan(step, index);
    for (const [index, step] of this.#steps.entries()) {
      if (!this.#collector.wantsEvents) return;
      if (step.target !== undefined && !this.#names.has(step.target)) continue;
      for (const root of step.roots) this.#define(root, index, step.offset);
      const kind = step.kind === "change" ? "items" : step.kind;
      this.#collector.event(kind, step.offset, this.#text(index, step.write));
    }
    if (this.#isFull) this.#collector.event("items", 0, "# … and more steps than are kept");
  }

  #nextName(): string {
    return `v${this.#names.size + 1}`;
  }

  #text(step: number, write: (writer: Writer) => void): string {
    const writer = new Writer(this.#width, this.#names, (container) =>
      this.#countAt(container, step),
    );
    write(writer);
    return writer.text();
  }

  // Entries that a container had when a step began.
  #countAt(container: Container, step: number): number {
    const history = this.#history.get(container);
    if (history === undefined) return container.count;
    let [low, high] = [0, history.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((history[middle] as { step: number }).step < step) low = middle;
      else high = middle - 1;
    }
    return (history[low] as { count: number }).count;
  }

  // Which containers need a name.
  #plan({ roots, target }: Step, step: number): void {
    if (target !== undefined) {
      // Before its first use a change is part of what is written there.
      if (!this.#first.has(target)) return;
      this.#named.add(target);
    }
    const pending: [Sym, depth: number][] = roots.map((root) => [root, 0]);
    for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
      const [symbol, depth] = entry;
      if (!isContainer(symbol)) continue;
      if (this.#first.has(symbol)) {
        this.#named.add(symbol);
        continue;
      }
      this.#first.set(symbol, step);
      const isDeep = depth >= DEEPEST;
      if (isDeep) this.#named.add(symbol);
      for (const child of this.#children(symbol, step))
        pending.push([child, isDeep ? 1 : depth + 1]);
    }
  }

  #children(container: Container, step: number): readonly Sym[] {
    const count = this.#countAt(container, step);
    return container instanceof Dict
      ? container.entries.slice(0, 2 * count)
      : container.items.slice(0, count);
  }

  // Writes the containers with names that a symbol leads to and that have no line yet, the inner ones first.
  #define(root: Sym, step: number, offset: number): void {
    const open = new Set<Container>();
    const early = new Set<Container>();
    const stack: { symbol: Sym; done: boolean }[] = [{ symbol: root, done: false }];
    for (let frame = stack.pop(); frame !== undefined; frame = stack.pop()) {
      const { symbol, done } = frame;
      if (!isContainer(symbol)) continue;
      if (done) {
        open.delete(symbol);
        if (this.#named.has(symbol)) this.#defineOne(symbol, step, offset, early.has(symbol));
        continue;
      }
      if (this.#names.has(symbol)) continue;
      if (open.has(symbol)) {
        // It holds itself: first it is made, empty, then filled.
        if (isMutable(symbol)) {
          const name = this.#nextName();
          this.#collector.event("items", offset, `${name} = ${emptyText(symbol)}`);
          this.#names.set(symbol, name);
          early.add(symbol);
        }
        continue;
      }
      open.add(symbol);
      stack.push({ symbol, done: true });
      const children = this.#children(symbol, step);
      for (let at = children.length - 1; at >= 0; at--)
        stack.push({ symbol: children[at] as Sym, done: false });
    }
  }

  #defineOne(symbol: Container, step: number, offset: number, isEarly: boolean): void {
    if (isEarly) {
      const values = this.#children(symbol, step);
      const name = this.#names.get(symbol) as string;
      const text = this.#text(step, (writer) => writeChange(writer, symbol, values, name));
      this.#collector.event("items", offset, text);
      return;
    }
    const name = this.#nextName();
    const text = this.#text(step, (writer) => {
      writer.put(`${name} = `);
      writer.write(symbol, 0);
    });
    this.#collector.event("items", offset, text);
    this.#names.set(symbol, name);
  }
}

function emptyText(container: Container): string {
  if (container instanceof Dict) return "{}";
  return container.type === "set" ? "set()" : "[]";
}

function writeChange(
  writer: Writer,
  target: Container,
  values: readonly Sym[],
  name: string,
): void {
  if (target instanceof Dict) {
    writer.put(`${name}.update({`);
    for (let at = 0; at + 1 < values.length; at += 2) {
      if (at > 0) writer.put(", ");
      writer.write(values[at] as Sym, 1);
      writer.put(": ");
      writer.write(values[at + 1] as Sym, 1);
    }
    writer.put("})");
    return;
  }
  writer.put(`${name}.${target.type === "set" ? "update" : "extend"}([`);
  for (const [index, value] of values.entries()) {
    if (index > 0) writer.put(", ");
    writer.write(value, 1);
  }
  writer.put("])");
}
