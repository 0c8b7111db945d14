/** The steps of a pickle in, what is wrong with each out, judged when it happens: no later step makes one undone. */
import {
  DEEPEST_KEY,
  isEndless,
  isMemmap,
  LARGEST_WEIGHT,
  type Problem,
  problemsOf,
} from "./call-arguments.ts";
import {
  changed,
  endlessAfter,
  filled,
  isFunction,
  isPlainDict,
  planted,
  plantedProblem,
  stateProblems,
} from "./changes.ts";
import type { Collector } from "./collector.ts";
import type { BreakCode } from "./cursor.ts";
import type { RuleName } from "./findings.ts";
import { classOfPartial, factory, judgeHelper } from "./helper-calls.ts";
import type { SymbolicMachine, Witness } from "./machine.ts";
import type { HelperRule, Policy, Ruling } from "./policy.ts";
import { Program } from "./program.ts";
import { expressionOf, nameText, type Writer } from "./python.ts";
import {
  type Bytes,
  Call,
  type CallForm,
  Dict,
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
  readsOn(target: Sym, offset: number, machine: SymbolicMachine): number | undefined;
  /** Whether it is only to see what another reader would do: nothing that is known may change then. */
  readonly isDry: boolean;
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
  ((symbol.ruling.role === "helper" &&
    symbol.ruling.rule !== undefined &&
    CALLING.has(symbol.ruling.rule)) ||
    isMemmap(symbol));

// Arguments that cost next to nothing to look at, and what one more is worth in bytes that are read again.
const FEW = 16;
const READING = 8;

const LATE: Problem = {
  rule: "large-object",
  message: "puts something that does not end into what something else holds",
};

// How brine/dill writes a function and a class.
const JAVASCRIPT = new Set(["brine.dill._create_function", "brine.dill._create_class"]);

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
    const given = args instanceof Sequence && args.type === "tuple" ? args.all : undefined;
    // The memo can hand the same thousand arguments to a million calls.
    const count = (given?.length ?? 0) + (keywords instanceof Dict ? keywords.entries.length : 0);
    const isCheap = count <= FEW || this.#court.mayRead(READING * count, offset);
    const known = isCheap ? given : undefined;
    if (known === undefined) this.#keep(args, offset);
    this.#checkArguments(callee, known, offset);
    if (keywords !== undefined) this.#keep(keywords, offset);
    const made = new Call(callee, known, form, offset, isCheap ? keywords : undefined);
    made.endless = isEndless(made);
    this.#program?.call(made, offset);
    const partial = classOfPartial(callee, known);
    if (partial !== undefined) {
      if (partial.ruling.role === "unknown") this.#unknownCall(partial, made);
      if (isMemmap(partial)) this.#add("calls-reference", `calls ${nameText(partial)}`, made);
      return made;
    }
    if (callee.kind !== "import") {
      this.#add("calls-value", "calls something that was made while loading", made);
      return made;
    }
    const { role, rule } = callee.ruling;
    switch (role) {
      case "construct":
        this.#checkCall(made, callee);
        return made;
      case "class":
        this.#checkCall(made, callee);
        // Python 2 calls the class for OBJ and INST without arguments too.
        if (form !== "new") {
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
        if (known !== undefined) this.#checkCall(made, callee);
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

  #checkCall(made: Call, { path }: Import): void {
    for (const { rule, message } of problemsOf(made)) this.#add(rule, message, made, path);
    if (path !== "types.SimpleNamespace") return;
    for (const given of [...(made.args ?? []), made.keywords]) {
      if (!(given instanceof Dict)) continue;
      this.#report(stateProblems(made, given), made.offset);
      if (given.holdsFunction) made.answers = true;
    }
  }

  #report(problems: readonly Problem[], offset: number): void {
    for (const { rule, message } of problems) {
      this.#collector.add(rule, { message, offset, name: message, expression: undefined });
    }
  }

  // The finding about the name becomes one about the call, which says more.
  #unknownCall(callee: Import, made: Call): void {
    const collector = this.#collector;
    const key = `${callee.path}()`;
    collector.drop("unknown-code", callee.path);
    const hint = `--allow ${callee.path}`;
    if (JAVASCRIPT.has(callee.path)) {
      this.#add("javascript-code", `${nameText(callee)} holds JavaScript source`, made, key, hint);
    } else this.#add("unknown-code", `calls ${nameText(callee)}`, made, key, hint);
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
    for (const [index, argument] of (args ?? []).entries()) {
      if (rule === "random" && argument.kind === "import" && argument.ruling.rule === "random")
        continue;
      if (index === 0 && mayGetMemmap(callee) && isMemmap(argument)) continue;
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

  made(container: Sequence, items: readonly Sym[], offset: number): void {
    const { type } = container;
    for (const item of items) {
      container.weigh(item);
      if (item.kind !== "import" && !(item instanceof Sequence)) continue;
      if (type === "frozenset") this.#checkKey(item, offset);
      if (item instanceof Sequence) container.depth = Math.max(container.depth, item.depth + 1);
      if (type === "tuple" && isCallingHelper(item)) container.holdsHelper = true;
      else this.#keep(item, offset);
    }
  }

  // What is a key is hashed.
  #checkKey(key: Sym, offset: number): void {
    if (!(key instanceof Sequence)) return;
    if (key.weight <= LARGEST_WEIGHT && key.depth <= DEEPEST_KEY) return;
    const message = `has a key of ${key.weight} parts, ${key.depth} within each other`;
    this.#collector.add("large-object", { message, offset, name: "key" });
  }

  build(target: Sym, state: Sym, offset: number): void {
    this.#program?.step("state", offset, [target, state], (writer) => {
      writer.write(target, 0);
      writer.put(".__setstate__(");
      writer.write(state, 1);
      writer.put(")");
    });
    const problem = changed(target, "sets the state of");
    if (problem !== undefined) this.#report([problem], offset);
    this.#keep(state, offset);
    this.#report(stateProblems(target, state), offset);
    if (this.#court.isDry) return;
    const parts = state instanceof Sequence ? state.items : [state];
    for (const part of parts) if (part instanceof Dict) part.isState = true;
    if (target.kind !== "call") return;
    if (parts.some((part) => part instanceof Dict && part.holdsFunction)) target.answers = true;
    target.endless = endlessAfter(target, state);
    target.state = state;
    target.states++;
    // What a defaultdict calls already.
    const { problem: misused } = target.isFactory ? factory(target) : { problem: undefined };
    if (misused !== undefined)
      this.#add(misused.rule, `sets the state of a factory, but ${misused.what}`, target);
  }

  setItems(target: Sym, values: readonly Sym[], first: number, offset: number): void {
    if (target.kind === "dict") {
      const count = target.count + ((values.length - first) >> 1);
      this.#program?.change(target, values, first, count, offset);
    } else {
      this.#fill(target, true, offset);
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
      if (!isMemmap(value) || textOf(key) !== "subclass") this.#keep(value, offset);
      this.#checkKey(key, offset);
      if (target.kind === "dict") this.#setEntry(target, key, value, offset);
      else if (target.kind === "call" && !isPlainDict(target)) {
        const what = planted(key, value);
        if (what !== undefined) this.#report([plantedProblem(what)], offset);
      }
    }
  }

  #setEntry(target: Dict, key: Sym, value: Sym, offset: number): void {
    if (this.#court.isDry) return;
    if (isFunction(value)) target.holdsFunction = true;
    const what = planted(key, value);
    if (what !== undefined) {
      if (target.planted === undefined || what.what === "inner") target.planted = what;
      // Some objects keep the dict that was their state.
      if (target.isState) this.#report([plantedProblem(what)], offset);
    }
    target.set(key, value);
    if (target.isHeld && target.endless) this.#report([LATE], offset);
  }

  addItems(target: Sym, values: readonly Sym[], first: number, offset: number): void {
    this.#fill(target, false, offset);
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
      if (!(target instanceof Sequence)) continue;
      if (target.type === "set") this.#checkKey(value, offset);
      // A tuple takes no items; there is one without any for all.
      if (!this.#court.isDry && target.type !== "tuple") target.add(value);
      if (target.isHeld && target.endless) this.#report([LATE], offset);
    }
  }

  #fill(target: Sym, isPairs: boolean, offset: number): void {
    const problem = changed(target, "puts something into") ?? filled(target, isPairs);
    if (problem !== undefined) this.#report([problem], offset);
  }

  // Parts that are added to something else than a list, dict or set.
  #changes(
    target: Sym,
    added: readonly Sym[],
    offset: number,
    write: (writer: Writer, added: readonly Sym[]) => void,
  ): void {
    if (added.length === 0) return;
    this.#program?.step("items", offset, [target, ...added], (writer) => write(writer, added));
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

  memoIndex(index: number, offset: number): void {
    const message = `has the memo grow to ${index} entries`;
    this.#collector.add("large-object", { message, offset, name: "memo" });
  }

  limit(what: string, allowed: number, offset: number): void {
    this.#collector.add("beyond-limit", {
      message: `needs more than ${allowed} entries (${what})`,
      offset,
      name: what,
    });
  }

  readsOn(target: Sym, offset: number, machine: SymbolicMachine): number | undefined {
    return this.#court.readsOn(target, offset, machine);
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

// NumPy makes arrays in memory-mapped files by ndarray's constructor, not by theirs.
const mayGetMemmap = (callee: Sym): boolean =>
  callee.kind === "import" && /^numpy\._?core\.multiarray\._reconstruct$/.test(callee.path);

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
