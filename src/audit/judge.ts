/** The steps of a pickle in, what is wrong with each out, judged when it happens: no later step makes one undone. */
import type { Collector } from "./collector.ts";
import type { BreakCode } from "./cursor.ts";
import type { RuleName } from "./findings.ts";
import { classOfPartial, judgeHelper } from "./helper-calls.ts";
import type { Witness } from "./machine.ts";
import type { HelperRule, Policy, Ruling } from "./policy.ts";
import { Program } from "./program.ts";
import { expressionOf, nameText, type Writer } from "./python.ts";
import {
  type Bytes,
  Call,
  type CallForm,
  type Dict,
  Import,
  Persistent,
  Sequence,
  type Sym,
  type Text,
  textOf,
  Unknown,
} from "./symbols.ts";

/** What a judge needs of whoever runs the machine. */
export interface Court {
  readonly policy: Policy;
  /** Characters of a line of the program. */
  readonly eventCharacters: number;
  /** What extension codes stand for, where the caller knows. */
  readonly extensions: ReadonlyMap<number, string>;
  /** Looks into data for a pickle; `loaded` says that something here loads it. */
  nested(data: Text | Bytes, loaded: boolean, offset: number): void;
  /** Whether that many bytes may still be looked at once more than they stand in the file. */
  mayRead(byteCount: number, offset: number): boolean;
  /** The offset behind the raw bytes that the object just built reads on in the file, or undefined. */
  readsOn(target: Sym, offset: number): number | undefined;
}

// Helpers that call or import what they are given; the others only keep it.
const CALLING: ReadonlySet<HelperRule> = new Set([
  "class-first",
  "rebuild-type",
  "getattr",
  "getter",
  "random",
  "import",
  "load-bytes",
]);

const isCallingHelper = (symbol: Sym): symbol is Import =>
  symbol.kind === "import" &&
  symbol.ruling.role === "helper" &&
  symbol.ruling.rule !== undefined &&
  CALLING.has(symbol.ruling.rule);

const RANGE_LIMIT = 2 ** 27;

/** Judges one pickle after another. */
export class Judge implements Witness {
  readonly #collector: Collector;
  readonly #court: Court;
  // Where the steps are wanted.
  readonly #program: Program | undefined;

  constructor(collector: Collector, court: Court) {
    this.#collector = collector;
    this.#court = court;
    if (collector.wantsEvents) this.#program = new Program(collector, court.eventCharacters);
  }

  /** Nothing more will come: hands over the steps. */
  finish(): void {
    this.#program?.finish();
  }

  import(module: string, name: string, offset: number): Import {
    return this.#imported(module, name, offset, this.#court.policy.ruling(module, name));
  }

  #imported(module: string, name: string, offset: number, ruling: Ruling): Import {
    const found = new Import(module, name, offset, ruling);
    const collector = this.#collector;
    collector.import(found.path, ruling.role, offset);
    if (module !== "builtins")
      this.#program?.step("import", offset, [], (writer) => writer.put(`import ${module}`));
    if (ruling.role === "denied") {
      const rule = ruling.dunder === true ? "reaches-inside" : "names-code";
      if (rule !== "names-code" || !collector.has("runs-code", found.path)) {
        const message = `names ${nameText(found)}`;
        collector.add(rule, { message, offset, name: found.path, expression: nameText(found) });
      }
    } else if (ruling.role === "unknown") {
      collector.add("unknown-code", {
        message: `names ${nameText(found)}`,
        offset,
        name: found.path,
        expression: nameText(found),
        hint: `--allow ${found.path}`,
      });
    }
    return found;
  }

  computedImport(module: Sym, name: Sym, offset: number): Sym {
    const expression = `getattr(__import__(${expressionOf(module)}), ${expressionOf(name)})`;
    this.#collector.add("computed-name", {
      message: "imports something whose name is computed",
      offset,
      expression,
    });
    this.#program?.step("import", offset, [], (writer) => writer.put(expression));
    return new Unknown("computed import");
  }

  call(callee: Sym, args: Sym, form: CallForm, offset: number, keywords?: Sym): Sym {
    const known = args instanceof Sequence && args.type === "tuple" ? args.items : undefined;
    this.#checkArguments(callee, known, offset);
    if (keywords !== undefined) this.#keep(keywords, offset);
    const made = new Call(callee, known, form, offset, keywords);
    this.#program?.call(made, offset);
    const partial = classOfPartial(callee, known);
    if (partial !== undefined) {
      if (partial.ruling.role === "unknown") this.#unknownCall(partial, made);
      return made;
    }
    if (callee.kind !== "import") {
      this.#add("calls-value", "calls something that was made while loading", made);
      return made;
    }
    const { role, rule } = callee.ruling;
    switch (role) {
      case "construct":
        this.#checkSize(callee, known, made);
        return made;
      case "class":
        if (form === "call" || (form === "instance" && (known?.length ?? 1) > 0)) {
          this.#add(
            "calls-class",
            `calls the constructor of ${nameText(callee)}`,
            made,
            callee.path,
          );
        }
        return made;
      case "reference":
        this.#add("calls-reference", `calls ${nameText(callee)}`, made, callee.path);
        return made;
      case "helper":
        return rule === undefined ? made : this.#helper(rule, callee, made);
      case "denied":
        this.#collector.drop("names-code", callee.path);
        this.#add("runs-code", `calls ${nameText(callee)}`, made, callee.path);
        return made;
      case "unknown":
        this.#unknownCall(callee, made);
        return made;
    }
  }

  // The finding about the name becomes one about the call, which says more.
  #unknownCall(callee: Import, made: Call): void {
    const collector = this.#collector;
    const key = `${callee.path}()`;
    collector.drop("unknown-code", callee.path);
    this.#add("unknown-code", `calls ${nameText(callee)}`, made, key, `--allow ${callee.path}`);
  }

  #add(rule: RuleName, message: string, call: Call, name?: string, hint?: string): void {
    const expression = this.#collector.has(rule, name ?? "") ? undefined : expressionOf(call);
    this.#collector.add(rule, { message, offset: call.offset, name, hint, expression });
  }

  #helper(rule: HelperRule, callee: Import, made: Call): Sym {
    const [first] = made.args ?? [];
    // The memo can hand the same long text to a million calls.
    if (rule === "encode" && first?.kind === "text") {
      if (!this.#court.mayRead(first.end - first.start, made.offset)) return made;
    }
    const { problem, result, alias, loads } = judgeHelper(
      rule,
      callee,
      made.args,
      this.#court.policy,
    );
    if (problem !== undefined) {
      const message = `calls ${nameText(callee)}, but ${problem.what}`;
      this.#add(problem.rule, message, made, callee.path);
      return made;
    }
    if (loads !== undefined) this.#court.nested(loads, true, made.offset);
    if (alias !== undefined) {
      const { module, name } = alias;
      const ruling = alias.ruling ?? this.#court.policy.ruling(module, name);
      return this.#imported(module, name, made.offset, ruling);
    }
    if (result?.kind === "bytes") this.#court.nested(result, false, made.offset);
    return result ?? made;
  }

  // Helpers among the arguments of a call: some are there to be called by it.
  #checkArguments(callee: Sym, args: readonly Sym[] | undefined, offset: number): void {
    const rule = callee.kind === "import" ? callee.ruling.rule : undefined;
    for (const argument of args ?? []) {
      if (rule === "random" && argument.kind === "import" && argument.ruling.rule === "random")
        continue;
      this.#keep(argument, offset);
    }
  }

  // A value becomes part of something: a helper must not.
  #keep(value: Sym, offset: number): void {
    const holds = value instanceof Sequence && value.holdsHelper;
    if (!holds && !isCallingHelper(value)) return;
    const helper = value instanceof Sequence ? value.items.find(isCallingHelper) : value;
    if (helper === undefined) return;
    this.#collector.add("passes-helper", {
      message: `hands on ${nameText(helper)} as data`,
      offset,
      name: helper.path,
      expression: nameText(helper),
    });
  }

  #checkSize(callee: Import, args: readonly Sym[] | undefined, made: Call): void {
    const [first] = args ?? [];
    if (callee.module !== "builtins" || first === undefined) return;
    const isLarge =
      first.kind === "literal" && !first.isFloat
        ? /^(?:bytes|bytearray)$/.test(callee.name) && Number(first.value) > RANGE_LIMIT
        : first.kind === "call" &&
          isEndless(first) &&
          !/^(?:range|zip|enumerate)$/.test(callee.name);
    if (isLarge) {
      this.#add("large-object", `calls ${callee.name} on something huge`, made, callee.path);
    }
  }

  made(container: Sequence, offset: number): void {
    for (const item of container.items) {
      if (item.kind !== "import" && !(item instanceof Sequence)) continue;
      if (container.type === "tuple" && isCallingHelper(item)) container.holdsHelper = true;
      else this.#keep(item, offset);
    }
  }

  build(target: Sym, state: Sym, offset: number): void {
    this.#program?.step("state", offset, [target, state], (writer) => {
      writer.write(target, 0);
      writer.put(".__setstate__(");
      writer.write(state, 1);
      writer.put(")");
    });
    this.#checkTarget(target, "sets the state of", offset);
    this.#keep(state, offset);
    if (state instanceof Sequence) this.#slots(state, offset);
    if (state.kind === "dict") this.#attributes(state, offset);
    if (target.kind === "call") target.state = state;
  }

  // A state of (dict, slots): each slot is set by its name.
  #slots({ items, type, count }: Sequence, offset: number): void {
    const [dict, slots] = items;
    if (type !== "tuple" || count !== 2) return;
    if (dict?.kind === "dict") this.#attributes(dict, offset);
    if (slots?.kind === "dict") this.#attributes(slots, offset);
  }

  #attributes({ entries }: Dict, offset: number): void {
    for (let at = 0; at < entries.length; at += 2) {
      const key = entries[at] as Sym;
      if (key.kind !== "text" || key.end - key.start > 40) continue;
      const name = key.read() ?? "";
      if (name.startsWith("__") && INNER_ATTRIBUTES.has(name)) {
        const message = `sets the attribute ${name} of an object`;
        this.#collector.add("reaches-inside", { message, offset, name, expression: name });
      }
    }
  }

  setItems(target: Sym, values: readonly Sym[], first: number, offset: number): void {
    if (target.kind === "dict") {
      const count = target.count + ((values.length - first) >> 1);
      this.#program?.change(target, values, first, count, offset);
    } else {
      this.#changes(target, values.slice(first), offset, (writer, added) => {
        // One by one: the object may do more with a key than a dict does.
        for (let at = 0; at + 1 < added.length; at += 2) {
          if (at > 0) writer.put("; ");
          writer.write(target, 0);
          writer.put("[");
          writer.write(added[at] as Sym, 1);
          writer.put("] = ");
          writer.write(added[at + 1] as Sym, 1);
        }
      });
    }
    for (let at = first; at + 1 < values.length; at += 2) {
      const [key, value] = [values[at] as Sym, values[at + 1] as Sym];
      this.#keep(key, offset);
      this.#keep(value, offset);
      if (target.kind === "dict") target.set(key, value);
    }
  }

  addItems(target: Sym, values: readonly Sym[], first: number, offset: number): void {
    if (target instanceof Sequence) {
      const count = target.count + values.length - first;
      this.#program?.change(target, values, first, count, offset);
    } else {
      this.#changes(target, values.slice(first), offset, (writer, added) => {
        writer.write(target, 0);
        writer.put(".extend([");
        for (const [index, item] of added.entries()) {
          if (index > 0) writer.put(", ");
          writer.write(item, 1);
        }
        writer.put("])");
      });
    }
    for (let at = first; at < values.length; at++) {
      const value = values[at] as Sym;
      this.#keep(value, offset);
      if (target instanceof Sequence) target.add(value);
    }
  }

  // Parts that are added to something else than a list, dict or set.
  #changes(
    target: Sym,
    added: readonly Sym[],
    offset: number,
    write: (writer: Writer, added: readonly Sym[]) => void,
  ): void {
    this.#checkTarget(target, "puts something into", offset);
    if (added.length === 0) return;
    this.#program?.step("items", offset, [target, ...added], (writer) => write(writer, added));
  }

  #checkTarget(target: Sym, verb: string, offset: number): void {
    if (target.kind !== "import") return;
    this.#collector.add("changes-import", {
      message: `${verb} ${nameText(target)}, which it imported`,
      offset,
      name: target.path,
      expression: nameText(target),
    });
  }

  persistent(id: Sym, offset: number): Sym {
    this.#keep(id, offset);
    const found = new Persistent(id);
    this.#program?.step("persistent", offset, [id], (writer) => writer.write(found, 0));
    const container = containerOf(id);
    if (container !== undefined) return container;
    if (!isStorage(id)) {
      this.#collector.add("persistent-id", {
        message: "asks the loading program for an object by an identifier",
        offset,
        expression: this.#collector.has("persistent-id", "") ? undefined : expressionOf(found),
      });
    }
    return found;
  }

  extension(code: number, offset: number): Sym {
    const path = this.#court.extensions.get(code);
    if (path !== undefined) {
      const dot = path.lastIndexOf(".");
      return this.import(path.slice(0, dot), path.slice(dot + 1), offset);
    }
    const entry = `copyreg._inverted_registry[${code}]`;
    this.#program?.step("extension", offset, [], (writer) => writer.put(entry));
    this.#collector.add("extension-code", {
      message: `imports extension ${code}`,
      offset,
      expression: `copyreg._inverted_registry[${code}]`,
    });
    return new Unknown(`extension ${code}`);
  }

  data(value: Text | Bytes, offset: number): void {
    this.#court.nested(value, false, offset);
  }

  frames(what: string, offset: number): void {
    this.#collector.add("uneven-frames", { message: what, offset });
  }

  broken(code: BreakCode, message: string, offset: number): void {
    this.#collector.add("broken-stream", { message: `breaks off: ${message}`, offset, name: code });
  }

  limit(what: string, allowed: number, offset: number): void {
    this.#collector.add("beyond-limit", {
      message: `needs more than ${allowed} entries (${what})`,
      offset,
      name: what,
    });
  }

  readsOn(target: Sym, offset: number): number | undefined {
    return this.#court.readsOn(target, offset);
  }

  /** The pickle has ended; `value` is what Python would return. */
  end(value: Sym, offset: number): void {
    this.#keep(value, offset);
    this.#program?.step("end", offset, [value], (writer) => {
      writer.put("result = ");
      writer.write(value, 0);
    });
  }
}

// Attributes that decide what an object does, not what it holds.
const INNER_ATTRIBUTES: ReadonlySet<string> = new Set([
  "__class__",
  "__setstate__",
  "__getstate__",
  "__reduce__",
  "__reduce_ex__",
  "__dict__",
  "__globals__",
  "__builtins__",
  "__code__",
  "__closure__",
  "__defaults__",
  "__kwdefaults__",
  "__getattr__",
  "__getattribute__",
  "__setattr__",
  "__del__",
  "__call__",
  "__bases__",
  "__subclasses__",
  "__loader__",
  "__path__",
  "__spec__",
]);

// Calls whose results go on for ever, or nearly so.
function isEndless({ callee, args }: Call): boolean {
  if (callee.kind !== "import") return false;
  if (/^itertools\.(?:count|cycle)$/.test(callee.path)) return true;
  if (callee.path === "itertools.repeat") return (args?.length ?? 2) < 2 || isBig(args);
  return callee.path === "builtins.range" && isBig(args);
}

const isBig = (args: readonly Sym[] | undefined): boolean =>
  args === undefined ||
  args.some((item) => item.kind === "literal" && Math.abs(Number(item.value)) > RANGE_LIMIT);

// What torch.save left in its old format in the place of a module's class, which is what its loader gives back:
// ("module", Linear, "…/linear.py", "class Linear…"). Source: torch/serialization.py _legacy_save, persistent_load.
function containerOf(id: Sym): Import | undefined {
  if (!(id instanceof Sequence) || id.type !== "tuple" || id.count !== 4) return undefined;
  const [mark, container, file, source] = id.items;
  const isContainer =
    textOf(mark) === "module" &&
    container?.kind === "import" &&
    /^torch\.nn\./.test(container.path);
  const isText = (symbol: Sym | undefined): boolean =>
    symbol?.kind === "text" || (symbol?.kind === "literal" && symbol.value === null);
  return isContainer && isText(file) && isText(source) ? container : undefined;
}

// What torch.save leaves for its loader: ("storage", FloatStorage, "0", "cpu", 12).
function isStorage(id: Sym): boolean {
  if (!(id instanceof Sequence) || id.type !== "tuple" || textOf(id.items[0]) !== "storage")
    return false;
  const type = id.items[1];
  return type?.kind === "import" && /^torch(?:\.storage)?\.(?:_?[A-Z]\w*)?Storage$/.test(type.path);
}
