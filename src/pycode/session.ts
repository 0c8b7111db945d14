/**
 * Values of the pickle machine in, the evaluator's out, and back; what functions share while they live.
 *
 * A session belongs to one `callable`: cells and globals are converted once, so that what a call changes in them the next
 * call finds. Arguments are copied on the way in, results on the way out.
 */

import {
  ByteArray,
  Ellipsis,
  Float,
  FrozenSet,
  Global,
  Instance,
  NotImplemented,
  PyDict,
  PySet,
  Range,
  Slice,
  Tuple,
} from "../core/values/index.ts";
import { type Budget, exceeded, MAX_LEVELS } from "./budget.ts";
import { BUILTINS, builtinClass, MODULES } from "./builtins.ts";
import { PyCell } from "./cell.ts";
import { PyBuiltinType, PyModule } from "./class.ts";
import { PyCode } from "./code.ts";
import { badCode, PyCodeError } from "./error.ts";
import { entriesOf } from "./fields.ts";
import type { Frame } from "./frame.ts";
import { PyFunction } from "./function.ts";
import { FunctionValue, type Globals } from "./function-value.ts";
import { reprValue } from "./known.ts";
import { CodeValue } from "./make-function.ts";
import {
  CellValue,
  ELLIPSIS,
  ListValue,
  NOT_IMPLEMENTED,
  RangeValue,
  SliceValue,
  TupleValue,
  TypeValue,
  typeName,
  type Value,
} from "./objects.ts";
import { type Program, programOf } from "./program.ts";
import { DictValue, SetValue } from "./tables.ts";
import { checkText } from "./text.ts";
import type { PythonVersion } from "./version-names.ts";

function noValue(what: string): PyCodeError {
  return new PyCodeError(
    "unsupported-value",
    `${what} is no value that Python code can be run with`,
    what,
  );
}

// Globals of functions that share a dict: each function adds what its own pickle holds.
class RecordGlobals implements Globals {
  readonly #session: Session;
  readonly #raw = new Map<string, unknown>();
  readonly #values = new Map<string, Value>();
  isComplete = true;

  constructor(session: Session, extra: Readonly<Record<string, unknown>>) {
    this.#session = session;
    for (const [name, value] of Object.entries(extra)) this.#raw.set(name, value);
  }

  add(record: PyFunction): void {
    if (record.globalsModule !== undefined) this.isComplete = false;
    for (const [name, value] of Object.entries(record.globals)) {
      if (!this.#raw.has(name)) this.#raw.set(name, value);
    }
  }

  get(name: string): Value | undefined {
    let value = this.#values.get(name);
    if (value === undefined && this.#raw.has(name)) {
      value = this.#session.value(this.#raw.get(name));
      this.#values.set(name, value);
    }
    return value;
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}

/** What the functions of one `callable` share. */
export class Session {
  readonly python: PythonVersion;
  readonly #extra: Readonly<Record<string, unknown>>;
  // Records and what they became; what is changed in one place is changed in all.
  readonly #known = new Map<object, Value>();
  readonly #globals = new Map<unknown, RecordGlobals>();
  readonly #programs = new Map<PyCode, Program>();
  readonly #constants = new Map<Program, Value[]>();

  constructor(python: PythonVersion, extra: Readonly<Record<string, unknown>>) {
    this.python = python;
    this.#extra = extra;
  }

  /** A value of a record: a cell's, a global, a default. */
  value(value: unknown): Value {
    return this.#convert(value, this.#known, 0);
  }

  /** Arguments of one call, copied; what is one object among them stays one. */
  arguments(values: readonly unknown[]): Value[] {
    const known = new Map<object, Value>();
    return values.map((value) => this.#convert(value, known, 0));
  }

  /** The constant of the code that a frame runs. */
  readonly constant = (frame: Frame, index: number): Value => {
    const { program } = frame;
    let constants = this.#constants.get(program);
    if (constants === undefined) {
      constants = [];
      this.#constants.set(program, constants);
    }
    const found = constants[index];
    if (found !== undefined) return found;
    const { consts } = program.fields;
    if (index >= consts.length) throw badCode(`there is no constant ${index}`);
    const made = this.#convert(consts[index], new Map(), 0);
    constants[index] = made;
    return made;
  };

  program(code: PyCode): Program {
    let program = this.#programs.get(code);
    if (program === undefined) {
      if (!code.pythons.includes(this.python)) {
        throw new PyCodeError(
          "unknown-version",
          `a function was compiled by another Python than ${this.python}`,
          code.pythons.join(", "),
        );
      }
      program = programOf(code, this.python);
      this.#programs.set(code, program);
    }
    return program;
  }

  function(record: PyFunction): FunctionValue {
    const known = this.#known.get(record);
    if (known instanceof FunctionValue) return known;
    const program = this.program(record.code);
    const { fields } = program;
    const key = record.globalsModule ?? record.globalsKey;
    let globals = this.#globals.get(key);
    if (globals === undefined) {
      globals = new RecordGlobals(this, this.#extra);
      this.#globals.set(key, globals);
    }
    globals.add(record);
    if (record.cells.length !== fields.freevars.length) {
      throw badCode(`${fields.freevars.length} free variables with ${record.cells.length} cells`);
    }
    if (record.defaults.length > fields.argcount) throw badCode("more defaults than parameters");
    const made = new FunctionValue(
      program,
      globals,
      record.name,
      record.qualname,
      [],
      new Map(),
      [],
    );
    this.#known.set(record, made);
    made.defaults = record.defaults.map((value) => this.value(value));
    made.kwdefaults = new Map(
      Object.entries(record.kwdefaults).map(([name, value]): [string, Value] => [
        name,
        this.value(value),
      ]),
    );
    made.closure = record.cells.map((cell) => this.#cell(cell));
    return made;
  }

  #cell(cell: unknown): CellValue {
    if (!(cell instanceof PyCell)) throw badCode("a closure holds what is no cell");
    const known = this.#known.get(cell);
    if (known instanceof CellValue) return known;
    const made = new CellValue(undefined);
    this.#known.set(cell, made);
    if (!cell.isEmpty) made.contents = this.value(cell.contents);
    return made;
  }

  #convert(value: unknown, known: Map<object, Value>, level: number): Value {
    switch (typeof value) {
      case "boolean":
      case "bigint":
        return value;
      case "string":
        return checkText(value);
      case "number":
        return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
      case "function": {
        const record = recordOfCallable.get(value);
        if (record === undefined) throw noValue("a JavaScript function");
        return this.#convert(record, known, level);
      }
      case "object":
        break;
      default:
        throw noValue(typeof value);
    }
    if (value === null) return null;
    if (level > MAX_LEVELS) throw exceeded("depth", MAX_LEVELS);
    const found = known.get(value);
    if (found !== undefined) return found;
    return this.#object(value, known, level + 1);
  }

  #object(value: object, known: Map<object, Value>, level: number): Value {
    if (value instanceof Float) return value.value;
    if (value instanceof Uint8Array) {
      if (value instanceof ByteArray) throw noValue("a bytearray");
      return Uint8Array.from(value);
    }
    const inner = (item: unknown): Value => this.#convert(item, known, level);
    if (value instanceof Tuple) {
      const items: Value[] = [];
      const tuple = new TupleValue(items);
      known.set(value, tuple);
      for (let index = 0; index < value.length; index++) items.push(inner(value[index]));
      return tuple;
    }
    if (Array.isArray(value)) {
      const list = new ListValue([]);
      known.set(value, list);
      for (let index = 0; index < value.length; index++) list.items.push(inner(value[index]));
      return list;
    }
    if (value instanceof Set) {
      const set = new SetValue(value instanceof FrozenSet);
      known.set(value, set);
      for (const item of value) set.add(inner(item), FREE);
      return set;
    }
    if (value === Ellipsis) return ELLIPSIS;
    if (value === NotImplemented) return NOT_IMPLEMENTED;
    if (value instanceof Range) {
      return new RangeValue(BigInt(value.start), BigInt(value.stop), BigInt(value.step));
    }
    if (value instanceof Slice)
      return new SliceValue(inner(value.start), inner(value.stop), inner(value.step));
    if (value instanceof Map || entriesOf(value) !== undefined) {
      const dict = new DictValue();
      known.set(value, dict);
      const entries = value instanceof Map ? value : (entriesOf(value) ?? []);
      for (const [key, item] of entries) dict.set(inner(key), inner(item), FREE);
      return dict;
    }
    return this.#record(value);
  }

  #record(value: object): Value {
    if (value instanceof PyFunction) return this.function(value);
    if (value instanceof PyCode) return new CodeValue(() => this.program(value));
    if (value instanceof PyBuiltinType) {
      const found = builtinClass(value.name);
      if (found !== undefined) return found;
      throw noValue(`the type ${value.name}`);
    }
    if (value instanceof PyModule && value.dict === undefined) {
      const found = MODULES.get(value.name);
      if (found !== undefined) return found;
      throw noValue(`the module ${value.name}`);
    }
    if (value instanceof Global) {
      const found =
        value.module === "builtins"
          ? BUILTINS.get(value.name)
          : MODULES.get(value.module)?.attributes.get(value.name);
      if (found !== undefined) return found;
      throw noValue(value.path);
    }
    if (value instanceof Instance && value.className.endsWith("._eval_repr")) {
      const shown = reprValue(value.args[0]);
      if (shown !== undefined) return this.value(shown);
    }
    throw noValue(
      value instanceof Instance ? value.className : (value.constructor?.name ?? "an object"),
    );
  }
}

// Values that come in are there already; what they take is not the run's.
const FREE = {
  step: () => undefined,
  take: () => undefined,
  since: () => true,
} as unknown as Budget;

/** JavaScript functions that `callable` made, and the records they were made of. */
export const recordOfCallable: WeakMap<object, PyFunction> = new WeakMap();

/** What `loads` would give for a value that Python returned. */
export class Results {
  readonly #lossless: boolean;
  readonly #callable: (value: FunctionValue) => unknown;
  readonly #known = new Map<object, unknown>();

  constructor(lossless: boolean, callable: (value: FunctionValue) => unknown) {
    this.#lossless = lossless;
    this.#callable = callable;
  }

  of(value: Value, level = 0): unknown {
    switch (typeof value) {
      case "bigint": {
        const number = Number(value);
        return Number.isSafeInteger(number) ? number : value;
      }
      case "number":
        return this.#lossless && Number.isInteger(value) ? new Float(value) : value;
      case "string":
      case "boolean":
        return value;
    }
    if (value === null) return null;
    if (level > MAX_LEVELS) throw exceeded("depth", MAX_LEVELS);
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    return this.#object(value, level + 1);
  }

  #object(
    value: Exclude<Value, null | string | number | bigint | boolean>,
    level: number,
  ): unknown {
    const keep = <Made>(made: Made): Made => {
      this.#known.set(value, made);
      return made;
    };
    if (value instanceof Uint8Array) return keep(Uint8Array.from(value));
    if (value instanceof ListValue) {
      const list: unknown[] = keep([]);
      for (const item of value.items) list.push(this.of(item, level));
      return list;
    }
    if (value instanceof TupleValue) {
      const tuple = keep(new Tuple<unknown>(value.items.length));
      value.items.forEach((item, index) => {
        tuple[index] = this.of(item, level);
      });
      return tuple;
    }
    if (value instanceof DictValue) return this.#dict(value, level, keep);
    if (value instanceof SetValue) {
      const items = [...value.unordered()].map((item) => this.of(item, level));
      return keep(value.frozen ? new FrozenSet(items) : new PySet(items));
    }
    if (value instanceof RangeValue) {
      const bound = (own: bigint): number | bigint => this.of(own) as number | bigint;
      return keep(new Range(bound(value.start), bound(value.stop), bound(value.step)));
    }
    if (value instanceof SliceValue) {
      return keep(
        new Slice(
          this.of(value.start, level),
          this.of(value.stop, level),
          this.of(value.step, level),
        ),
      );
    }
    if (value === ELLIPSIS) return Ellipsis;
    if (value === NOT_IMPLEMENTED) return NotImplemented;
    if (value instanceof FunctionValue) return keep(this.#callable(value));
    if (value instanceof TypeValue && value.name !== "NoneType")
      return keep(new Global("builtins", value.name));
    throw new PyCodeError(
      "unsupported-value",
      `the code returns a ${typeName(value)}`,
      typeName(value),
    );
  }

  #dict(dict: DictValue, level: number, keep: <Made>(made: Made) => Made): unknown {
    const entries = [...dict.entries()];
    const isPlain = !this.#lossless && entries.every(([key]) => typeof key === "string");
    if (isPlain) {
      const record: Record<string, unknown> = keep({});
      for (const [key, item] of entries) {
        // `__proto__` is an ordinary key.
        Object.defineProperty(record, key as string, {
          value: this.of(item, level),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return record;
    }
    const made = keep(new PyDict());
    for (const [key, item] of entries) made.set(this.of(key, level), this.of(item, level));
    return made;
  }
}
