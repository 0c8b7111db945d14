/**
 * One value in, bytes out: walks the object graph with its own stack and writes what CPython's C pickler writes.
 *
 * Source: CPython 3.13 Modules/_pickle.c save() and what it calls; PEP 307 (reduce), PEP 574 (buffers). No recursion,
 * so that depth costs heap and not stack; each open container is a frame.
 */

import { asBytes, type ByteSink, decodeLatin1 } from "../bytes/index.ts";
import { PicklingError } from "../errors/index.ts";
import { type DumpContext, type PickleType, type Reduction, Registry } from "../registry/index.ts";
import {
  ByteArray,
  Float,
  FrozenSet,
  Global,
  Inert,
  Instance,
  PersistentId,
  PickleBuffer,
  PyDict,
  PySet,
  Tuple,
} from "../values/index.ts";
import { BYTEARRAY, BYTES, ENCODE, PY_FROZENSET, PY_SET, singletonOf, TYPE } from "./builtins.ts";
import {
  callOpcode,
  callParts,
  checked,
  isCallable,
  OpenCalls,
  OwnReduction,
  writePlainCall,
} from "./calls.ts";
import { pushChanges, pushChangesOf, stepState } from "./changes.ts";
import {
  endFrozenSet,
  endTuple,
  openDict,
  openFrozenSet,
  openList,
  openRecord,
  openSet,
  openTuple,
  stepAll,
  stepDict,
  stepEntries,
  stepItems,
  stepList,
  stepSet,
  type Walk,
} from "./containers.ts";
import { describe, pathOf } from "./describe.ts";
import { foreignBuiltin } from "./foreign.ts";
import {
  DICT,
  ENTRIES,
  FROZENSET,
  type Frame,
  Frames,
  ITEMS,
  LIST,
  NONE,
  OLD,
  PERSISTENT,
  RAW,
  REDUCE,
  SET,
  SETTER,
  STATE,
  TUPLE,
} from "./frames.ts";
import { Globals } from "./globals.ts";
import { isTimeToKeep, keep } from "./kept.ts";
import { Memo } from "./memo.ts";
import type { DumpOptions } from "./options.ts";
import { type ErrorMaker, Output, wrapped } from "./output.ts";
import { writeRaw } from "./raw.ts";

const HIGHEST_PROTOCOL = 5;

// How many containers deep the walk goes by calls; deeper ones are the frames' business alone.
const MOST_NESTED = 100;

/** Writes pickles with one memo. What {@link Walk} names is for this room only. */
export class Emitter implements DumpContext, Walk {
  readonly protocol: number;
  readonly outOfBand: boolean;
  readonly out: Output;
  readonly memo: Memo;
  readonly frames = new Frames();
  readonly fast: boolean;
  readonly omitsUndefined: boolean;
  readonly registry: Registry;
  readonly #options: DumpOptions;
  readonly #globals: Globals;
  readonly #calls: OpenCalls;
  readonly #error: ErrorMaker;
  readonly #persistentId: ((value: unknown) => unknown) | undefined;
  readonly #reducerOverride: ((value: unknown) => Reduction | Global | undefined) | undefined;
  // The value at work came from the option `default`.
  #replacing = false;
  // The next value is a persistent id and is not asked for one of its own.
  #isPersistentId = false;
  #nested = 0;

  constructor(protocol: number, options: DumpOptions, registry: Registry, sink?: ByteSink) {
    this.protocol = protocol < 0 ? HIGHEST_PROTOCOL : protocol;
    this.outOfBand = options.bufferCallback !== undefined;
    this.#options = options;
    this.registry = registry;
    this.#persistentId = options.persistentId;
    this.#reducerOverride = options.reducerOverride;
    this.fast = this.protocol >= 1 && options.persistentId === undefined;
    this.omitsUndefined = options.undefined === "omit";
    const { frames } = this;
    this.#error = (code, message, cause) =>
      new PicklingError(code, message, pathOf(frames), cause === undefined ? undefined : { cause });
    this.out = new Output(this.protocol, sink, this.#error);
    this.memo = new Memo(this.out);
    this.#globals = new Globals(this.out, this.memo, options);
    this.#calls = new OpenCalls(this.memo, this.#error, options.reducerOverride !== undefined);
  }

  globalOf(value: unknown): Global | undefined {
    return this.registry.byValue(value)?.globals[0];
  }

  /** As `dump`, where it is the only one. */
  dumpOnly(value: unknown): Uint8Array {
    this.memo.open();
    try {
      return this.dump(value);
    } finally {
      this.memo.close();
    }
  }

  /** Writes one object; returns its bytes, or nothing where a sink receives them. */
  dump(value: unknown): Uint8Array {
    const { out, frames } = this;
    if (isTimeToKeep()) keep(new Emitter(HIGHEST_PROTOCOL, {}, new Registry([])));
    this.#isPersistentId = false;
    this.#replacing = false;
    this.#nested = 0;
    this.#calls.clear();
    out.begin();
    const { size } = this.memo;
    if (size > 0) this.memo.settle();
    try {
      this.save(value);
      while (frames.depth > 0) this.#step(frames.at(frames.depth - 1));
      return out.end();
    } catch (cause) {
      this.memo.forget(size);
      // What is no error of ours a getter or an iterator of the caller's has thrown.
      throw wrapped(this.#error, "unsupported-value", "a value cannot be read", cause);
    } finally {
      // An error must not keep the values alive, nor confuse the next dump.
      frames.clear();
    }
  }

  // --- values

  save(value: unknown): void {
    this.out.passBoundary();
    if (this.#persistentId !== undefined && this.#savePersistent(value)) return;
    switch (typeof value) {
      case "number":
        this.out.number(value);
        return;
      case "string":
        this.memo.string(value);
        return;
      case "object":
        if (value === null)
          this.out.byte(0x4e); // NONE
        else if (!this.memo.fetch(value)) this.open(value);
        return;
      case "boolean":
        this.out.boolean(value);
        return;
      case "bigint":
        this.out.bigint(value);
        return;
      case "undefined":
        if (this.omitsUndefined || this.#options.undefined === "null")
          this.out.byte(0x4e); // NONE
        else this.#unsupported(value);
        return;
      default:
        // A function that a hook reduced is an object like any other.
        if (!this.memo.fetch(value)) this.#other(value);
    }
  }

  drain(depth: number): boolean {
    if (this.#nested === MOST_NESTED) return false;
    this.#nested++;
    const { frames } = this;
    while (frames.depth > depth) this.#step(frames.at(frames.depth - 1));
    this.#nested--;
    return true;
  }

  open(value: object): void {
    const prototype = Object.getPrototypeOf(value) as object | null;
    switch (prototype) {
      case Array.prototype:
        openList(this, value as unknown[]);
        return;
      case Object.prototype:
      case null:
        openRecord(this, value as Record<string, unknown>);
        return;
      case Tuple.prototype:
        openTuple(this, value as Tuple);
        return;
      case Float.prototype:
        this.out.boxedFloat(value as Float);
        return;
      case PyDict.prototype:
      case Map.prototype:
        openDict(this, value as Map<unknown, unknown>);
        return;
      case Uint8Array.prototype:
        this.#bytes(value as Uint8Array, value);
        return;
      case ByteArray.prototype:
        this.#byteArray(value as ByteArray, value);
        return;
      case PySet.prototype:
      case Set.prototype:
        this.#set(value as Set<unknown>);
        return;
      case FrozenSet.prototype:
        this.#frozenSet(value as FrozenSet);
        return;
      case PickleBuffer.prototype:
        this.#buffer(value as PickleBuffer);
        return;
      case PersistentId.prototype:
        this.#persistent((value as PersistentId).id);
        return;
      case Instance.prototype:
        if (this.#reducerOverride !== undefined) break;
        this.#instance(value as Instance);
        return;
      case String.prototype:
        // Made for the moment: see Reduction.args.
        this.memo.string(String(value), true);
        return;
    }
    this.#other(value);
  }

  // --- builtins with parts

  #set(set: Set<unknown>): void {
    if (this.protocol >= 4) openSet(this, set);
    else this.#reduce(set, { callable: PY_SET, args: [[...set.values()]] });
  }

  #frozenSet(set: FrozenSet): void {
    if (this.protocol >= 4) openFrozenSet(this, set);
    else this.#reduce(set, { callable: PY_FROZENSET, args: [[...set.values()]] });
  }

  #bytes(data: Uint8Array, object: object): void {
    if (this.memo.fetchBytes(data, object)) return;
    if (this.protocol >= 3) {
      this.out.data(data);
      this.memo.enterBytes(data, object);
    } else if (data.length === 0) {
      this.#reduce(object, { callable: BYTES });
    } else {
      this.#encodedBytes(data, object);
    }
  }

  // _codecs.encode(text, "latin1"), where the text is made for the moment, but for one character, which CPython keeps.
  #encodedBytes(data: Uint8Array, object: object): void {
    const { out, memo } = this;
    this.#global(ENCODE);
    if (this.protocol < 2) out.byte(0x28); // MARK
    memo.string(decodeLatin1(data), data.length > 1);
    memo.string("latin1");
    out.byte(this.protocol < 2 ? 0x74 : 0x86); // TUPLE or TUPLE2
    memo.enterNothing();
    out.byte(0x52); // REDUCE
    memo.enterBytes(data, object);
  }

  #byteArray(data: Uint8Array, object: object): void {
    if (this.protocol >= 5) {
      this.out.byteArray(data);
      this.memo.enter(object);
      return;
    }
    const content = new Uint8Array(data);
    // CPython makes these bytes anew, so that even a single one is not the shared object of that byte.
    this.memo.setApart(content);
    this.#reduce(object, {
      callable: BYTEARRAY,
      args: content.length === 0 ? NONE : [content],
    });
  }

  #buffer(buffer: PickleBuffer): void {
    this.memo.setApart(buffer);
    if (this.protocol < 5)
      throw this.#error("no-buffer-protocol", "a PickleBuffer needs protocol 5");
    const callback = this.#options.bufferCallback;
    if (callback === undefined || this.#hook("bufferCallback", () => callback(buffer))) {
      if (buffer.readonly) this.#bytes(buffer.data, buffer);
      else this.#byteArray(buffer.data, buffer);
      return;
    }
    this.out.byte(0x97); // NEXT_BUFFER
    if (buffer.readonly) this.out.byte(0x98); // READONLY_BUFFER
  }

  // --- everything else: names, reductions, registered types

  #other(value: unknown): void {
    if (value instanceof Global && this.#globals.fetch(value)) return;
    const override = this.#reducerOverride;
    if (override !== undefined) {
      const reduction = this.#hook("reducerOverride", () => override(value));
      if (reduction !== undefined) {
        this.#reduced(value, reduction);
        return;
      }
    }
    if (value instanceof Global) {
      this.#global(value);
      return;
    }
    if (value instanceof Instance) {
      this.#instance(value);
      return;
    }
    if (typeof value === "object" && value !== null) {
      const prototype = Object.getPrototypeOf(value) as object;
      const dispatch = this.#options.dispatchTable?.get(prototype.constructor) as
        | ((value: unknown) => Reduction | Global)
        | undefined;
      if (dispatch !== undefined) {
        const reduction = this.#hook("dispatchTable", () => dispatch(value));
        this.#reduced(value, reduction);
        return;
      }
      const type = this.registry.byPrototype(prototype);
      if (type?.reduce !== undefined) {
        this.#reduced(value, this.#reduction(type, value));
        return;
      }
    }
    const global = this.globalOf(value);
    if (global !== undefined) {
      this.#global(global);
      return;
    }
    if (typeof value === "object" && value !== null && this.#foreign(value)) return;
    this.#unsupported(value);
  }

  #reduction(type: PickleType, value: unknown): Reduction | Global {
    this.out.settle();
    this.memo.settle();
    try {
      return type.reduce?.(value, this) as Reduction | Global;
    } catch (cause) {
      const name = type.globals[0]?.path ?? "a registered type";
      throw wrapped(this.#error, "unsupported-reduction", `${name} could not be reduced`, cause);
    }
  }

  #reduced(value: unknown, reduction: Reduction | Global): void {
    if (reduction instanceof Global) this.#global(reduction, value);
    else this.#reduce(value, checked(reduction, this.#error));
  }

  // Node's Buffer, and arrays, maps, sets and bytes of another realm.
  #foreign(value: object): boolean {
    const kind = foreignBuiltin(value);
    if (kind === "bytes") this.#bytes(asBytes(value) as Uint8Array, value);
    else if (kind === "list") openList(this, value as unknown[]);
    else if (kind === "record") openRecord(this, value as Record<string, unknown>);
    else if (kind === "dict") openDict(this, value as Map<unknown, unknown>);
    else if (kind === "set") this.#set(value as Set<unknown>);
    return kind !== undefined;
  }

  #unsupported(value: unknown): void {
    const replace = this.#options.default;
    if (replace !== undefined && !this.#replacing) {
      const replacement = this.#hook("default", () => replace(value, pathOf(this.frames)));
      if (replacement !== undefined) {
        // What is put in the place of a value must itself be known; its parts may be replaced in turn.
        this.#replacing = true;
        this.save(replacement);
        this.#replacing = false;
        return;
      }
    }
    throw this.#error("unsupported-value", `${describe(value)} has no counterpart in Python`);
  }

  // A class or function by name. `value` is what the memo remembers beside the name.
  #global(global: Global, value?: unknown): void {
    if (this.#globals.fetch(global)) return;
    const singleton = singletonOf(global);
    if (singleton !== undefined) {
      this.#reduce(global, { callable: TYPE, args: [singleton] });
      return;
    }
    if (this.#globals.write(global, value)) pushChangesOf(this.frames, global);
  }

  #instance(instance: Instance): void {
    if (instance.form === "old") this.#oldInstance(instance);
    else this.#reduce(instance, this.#calls.reductionOf(instance, this.protocol));
  }

  // INST and OBJ of Python 2: MARK class args… OBJ, or in protocol 0 MARK args… INST.
  #oldInstance(instance: Instance): void {
    const { callable, args } = instance;
    const named = this.protocol === 0 && callable instanceof Global && !callable.name.includes(".");
    this.out.byte(0x28); // MARK
    const frame = this.frames.push(OLD, instance);
    frame.items = named ? args : [callable, ...args];
    frame.stage = named ? 1 : 0;
  }

  // save_reduce: what stands on the stack after callable and arguments, then items, entries, state.
  #reduce(object: unknown, reduction: Reduction): void {
    if (writePlainCall(this, reduction)) {
      this.#made(object, reduction);
      return;
    }
    const frame = this.frames.push(REDUCE, object);
    const { callable } = reduction;
    if (
      !(callable instanceof Inert) &&
      !(callable instanceof PersistentId) &&
      !isCallable(this.registry, callable)
    ) {
      throw this.#error(
        "unsupported-reduction",
        `the callable of a reduction cannot be ${describe(callable)}`,
      );
    }
    frame.reduction = reduction;
    this.#calls.enter(object, reduction);
    frame.items = callParts(reduction, this.protocol);
    frame.stage = callOpcode(reduction, frame.items, this.protocol);
  }

  // --- frames

  #step(frame: Frame): void {
    switch (frame.kind) {
      case LIST:
        stepList(this, frame);
        return;
      case DICT:
        stepDict(this, frame);
        return;
      case TUPLE:
        if (stepAll(this, frame)) endTuple(this, frame);
        return;
      case SET:
        stepSet(this, frame);
        return;
      case REDUCE:
        this.#stepReduce(frame);
        return;
      case ITEMS:
        stepItems(this, frame);
        return;
      case ENTRIES:
        stepEntries(this, frame);
        return;
      case FROZENSET:
        if (stepAll(this, frame)) endFrozenSet(this, frame);
        return;
      case OLD:
        if (stepAll(this, frame)) this.#endOld(frame);
        return;
      case PERSISTENT:
        if (frame.stage++ === 0) {
          this.#isPersistentId = true;
          this.save(frame.object);
        } else {
          this.#calls.leaveId();
          this.#finish("Q"); // BINPERSID
        }
        return;
      case RAW:
        this.frames.depth--;
        writeRaw(this.out, frame.reduction as Reduction, this.#error);
        return;
      case STATE:
        if (stepState(this, frame)) this.#finish("b"); // BUILD
        return;
      case SETTER:
        // stack: … object setter object state → … object
        if (stepAll(this, frame)) this.#finish("\x86R0"); // TUPLE2 REDUCE POP
        return;
      default:
        if (stepAll(this, frame)) this.#finish("R0"); // REDUCE POP
    }
  }

  #finish(opcodes: string): void {
    this.out.ascii(opcodes);
    this.frames.depth--;
  }

  #endOld(frame: Frame): void {
    const instance = frame.object as Instance;
    if (frame.stage === 1)
      this.#globals.lines(0x69, instance.callable as Global); // INST
    else this.out.byte(0x6f); // OBJ
    this.frames.depth--;
    this.memo.enterInstance(instance);
    pushChangesOf(this.frames, instance);
  }

  #stepReduce(frame: Frame): void {
    if (!stepAll(this, frame)) return;
    const { out, memo, frames } = this;
    out.byte(frame.stage);
    const { object } = frame;
    const reduction = frame.reduction as Reduction;
    frames.depth--;
    this.#calls.leave(object);
    if (memo.has(object)) {
      // Its own arguments have written it: drop this one and fetch that.
      out.byte(0x30); // POP
      memo.fetch(object);
    } else {
      this.#made(object, reduction);
    }
  }

  // Puts what a call has made, and goes on with what comes after the call.
  #made(object: unknown, reduction: Reduction): void {
    const { memo, frames } = this;
    if (object === null || object === undefined) return;
    if (object instanceof Global) {
      this.#globals.enter(object, undefined);
      pushChanges(frames, object, reduction);
    } else if (object instanceof Instance) {
      memo.enterInstance(object);
      if (reduction instanceof OwnReduction) pushChangesOf(frames, object);
      else pushChanges(frames, object, reduction);
    } else if (reduction.raw !== undefined) {
      memo.enterNothing();
      pushChanges(frames, object, reduction);
    } else {
      if (object instanceof Uint8Array && !(object instanceof ByteArray))
        memo.enterBytes(object, object);
      else memo.enter(object);
      pushChanges(frames, object, reduction);
    }
  }

  // --- persistent ids

  #savePersistent(value: unknown): boolean {
    if (this.#isPersistentId) {
      this.#isPersistentId = false;
      return false;
    }
    const asked = value instanceof String ? String(value) : value;
    const id = this.#hook("persistentId", () => this.#persistentId?.(asked));
    if (id === undefined || id === null) return false;
    this.#persistent(id);
    return true;
  }

  #persistent(id: unknown): void {
    if (this.protocol >= 1) this.frames.push(PERSISTENT, this.#calls.enterId(id));
    else this.out.persistentId(String(id));
  }

  // --- hooks

  #hook<Result>(name: string, call: () => Result): Result {
    this.out.settle();
    this.memo.settle();
    try {
      return call();
    } catch (cause) {
      throw wrapped(this.#error, "hook-failed", `${name} failed`, cause);
    }
  }
}
