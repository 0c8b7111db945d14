/**
 * Bytes in, one value out: the loop that runs the 68 opcodes of protocols 0 to 5.
 *
 * Source: CPython 3.13 Modules/_pickle.c load(); where it and Lib/pickle.py differ (text integers, underflow at a mark,
 * memo indexes) this follows the C code. Opcodes stand as literals, since V8 makes a jump table of those; the test of
 * the opcode table reads the name beside each.
 */

import { decodeLatin1, decodeLong } from "../bytes/index.ts";
import { PickleError, UnpicklingError } from "../errors/index.ts";
import {
  type Lender,
  type LoadContext,
  type PickleType,
  Registry,
  type TypeList,
} from "../registry/index.ts";
import {
  ByteArray,
  beginRecord,
  endRecord,
  FEW_PROPERTIES,
  FrozenSet,
  Global,
  Instance,
  oneOfEach,
  PickleBuffer,
  PyDict,
  PySet,
  Tuple,
} from "../values/index.ts";
import { FIXED_ARGUMENT } from "./arguments.ts";
import { readBuiltins } from "./builtins.ts";
import { Constructor, hasOtherKey } from "./construct.ts";
import { boxFloat, isPlainFloat } from "./floats.ts";
import { allApart, isHashable } from "./hashable.ts";
import { Input } from "./input.ts";
import { DEFAULT_LIMITS, type Limits, WEIGHT } from "./limits.ts";
import { isPlainList, shortList, tupleOf } from "./lists.ts";
import { DEFERRED, Memo } from "./memo.ts";
import { asciiName, asciiText, memoIndex, Operands, utf8Name } from "./operands.ts";
import type { LoadOptions } from "./options.ts";
import { replaceReferences } from "./patch.ts";
import { checkLimit, describe, excess, Refusal, wrapped } from "./refusal.ts";
import { Runs } from "./runs.ts";

const HIGHEST_PROTOCOL = 5;
const NO_TYPES: TypeList = [];
const registries = new WeakMap<TypeList, Registry>();

/** What a run answers with that has not come to STOP. */
export const PAUSED: unique symbol = Symbol("paused");
// What a stretch answers with that has not either.
const ON: object = {};

/** Where a run stands between two opcodes. */
export interface Pause extends Spending {
  /** Offset in the input of the opcode before a pause. */
  offset: number;
  readonly stack: unknown[];
  readonly marks: number[];
  sp: number;
  /** The type whose object stands on the stack and may read on behind its BUILD. */
  type: PickleType | undefined;
}

/** What of its limits a load has used, and what is left to it. */
export interface Spending {
  opcodes: number;
  memory: number;
}
// Between two looks at the counters at most this many opcodes run, or a list's batch more.
const STRETCH = 1024;

// One machine that stays, and one value of each class that it makes. With the last instance of a class V8's garbage
// collector takes its layout, and then the code of the loop that was compiled for it: every load after a full collection
// would be compiled anew. 10,000 arrays, a collection before each load: 12 ms without the machine, 6.5 with it; 150,000
// nested containers 214 and, with the values, 175 (Node 26, `bench/main.ts --only arrays4,nested`).
const WIDE = Uint8Array.of(0x8c, 2, 0xc3, 0xa9, 0x2e); // SHORT_BINUNICODE "é" STOP: that takes a reader of its own
let keeper: [machine: Machine, values: unknown[]] | undefined;
// It is made with the second machine: most processes that load once have nothing of it.
let machines = 0;

/** Reads a pickle; `serial.ts` reads several with one memo, `raw.ts` those that are not of opcodes alone. */
export class Machine {
  protected declare readonly input: Input;
  readonly #operands: Operands;
  protected readonly memo: Memo = new Memo();
  protected declare readonly options: LoadOptions;
  readonly #limits: Limits;
  readonly #bigints: boolean;
  readonly #dicts: "auto" | "map" | "object";
  readonly #buffers: Iterator<unknown> | undefined;
  protected declare readonly construct: Constructor;
  readonly #runs: Runs | null;
  #lender: Lender | undefined;
  // Out-of-band buffers that the pickle does not call read-only.
  readonly #handedIn = new WeakSet<object>();
  // Whether GET or DUP has handed out an object: only then can a replaced dict have been seen.
  #shared = false;
  // How many opcodes before the next one a REDUCE was.
  #called = 0;
  // Whether dicts have been seen that `records.ts` makes.
  #records = false;
  /** Whether types are asked what they read behind BUILD. */
  protected pausesAtBuild = false;
  protected pause: Pause | null = null;
  /** Of the load around this one, where there is one. */
  protected declare around: Spending | undefined;

  constructor(input: Uint8Array | Input, options: LoadOptions) {
    this.input = input instanceof Input ? input : new Input(input);
    this.options = options;
    this.#limits = options.limits ? { ...DEFAULT_LIMITS, ...options.limits } : DEFAULT_LIMITS;
    const lossless = options.lossless ?? false;
    this.#bigints = options.ints === "bigint";
    this.#dicts = lossless ? "map" : (options.dicts ?? "auto");
    this.#buffers = options.buffers?.[Symbol.iterator]();
    // A type may keep the context, which therefore keeps nothing of the load.
    const handedIn = this.#handedIn;
    const context: LoadContext = {
      lossless,
      isWritable: (buffer) =>
        buffer instanceof ByteArray ||
        (buffer instanceof PickleBuffer && !buffer.readonly) ||
        handedIn.has(buffer as object),
    };
    this.construct = new Constructor(
      withBuiltins(options.types),
      this.memo,
      context,
      this.#dicts,
      options,
    );
    this.#operands = new Operands(this.input, this.#limits, options, this.construct);
    this.#runs = this.#bigints ? null : new Runs(this.input, this.memo, this.construct);
    if (++machines === 2) {
      keeper = [new Machine(WIDE, {}), oneOfEach()];
      keeper[0].load();
    }
  }

  /** The next object. */
  load(): unknown {
    return this.run();
  }

  /** Runs to STOP or to the next pause, from where the last run paused. */
  protected run(): unknown {
    const { input, around } = this;
    const start = input.offset;
    if (this.pause === null) this.construct.protocol = 0;
    const { opcodes, memory } = around ?? { opcodes: 0, memory: this.#limits.memory };
    const state: Pause = this.pause ?? {
      offset: 0,
      stack: [],
      marks: [],
      sp: 0,
      type: undefined,
      opcodes,
      memory,
    };
    this.pause = null;
    state.type = undefined;
    input.at = input.pos;
    input.op = input.opcodeAt = -1;
    try {
      let value: unknown;
      while ((value = this.#stretch(state)) === ON) this.#check(state);
      if (value === PAUSED) {
        state.offset = input.base + input.at;
        this.pause = state;
        return PAUSED;
      }
      if (around !== undefined) {
        around.opcodes = state.opcodes;
        around.memory = state.memory;
      }
      const { forward, guessed } = this.construct;
      if (forward === null && guessed.length === 0) return value;
      return this.#patch(value);
    } catch (thrown) {
      const { opcodeAt, base, at, op } = input;
      throw oursOf(this.placed(thrown, opcodeAt >= 0 ? opcodeAt : base + at, op), start);
    }
  }

  // Some opcodes, and then back: code that V8 has compiled meanwhile is entered at a call, where one long loop would go on in
  // the old code until V8 replaces that on the stack, and would begin so again at each load.
  // Without `try`, within which V8 inlines no constructor of arrays: 300,000 tuples took 1.3 of the time. What is thrown
  // finds the opcode at work in the input.
  #stretch(state: Pause): unknown {
    const { stack, marks } = state;
    const memo = this.memo;
    const dense = memo.dense;
    const input = this.input;
    const { strings } = input;
    const construct = this.construct;
    const { canonicalizer } = construct;
    const bigints = this.#bigints;
    const plainDicts = this.#dicts !== "map";
    const runs = this.#runs;
    const { pausesAtBuild } = this;
    let bytes = input.bytes;
    let view = input.view;
    let pos = input.pos;
    let end = input.end;
    // stack[0..sp) is in use; fence is the height at the last mark, below which nothing may be taken.
    const { memory: allowed } = this.#limits;
    let { sp, memory } = state;
    let fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
    let countdown = STRETCH;
    // What `countdown` is at the opcode behind a REDUCE.
    let called = countdown - this.#called;
    let op: number;
    let answer: unknown = PAUSED;

    running: for (;;) {
      if (memory < 0) throw excess("memory", allowed, allowed - memory);
      if (pos >= end) {
        if (input.isFed) {
          break;
        }
        input.op = -1;
        input.need(pos, 1);
        bytes = input.bytes;
        view = input.view;
        pos = input.pos;
        end = input.end;
      }
      input.at = pos;
      op = input.op = bytes[pos++] as number;
      if (--countdown <= 0) {
        answer = ON;
        pos -= 1;
        countdown += 1;
        break;
      }
      // Every argument of fixed size is there after this; sizes come from the opcode table.
      const fixed = FIXED_ARGUMENT[op] as number;
      if (pos + fixed > end) {
        pos = input.need(input.at, 1 + fixed) + 1;
        bytes = input.bytes;
        view = input.view;
        end = input.end;
      }

      switch (op) {
        case 0x4b: // BININT1
          stack[sp++] = bigints ? BigInt(bytes[pos++] as number) : bytes[pos++];
          continue;
        case 0x4d: {
          // BININT2
          const value = (bytes[pos] as number) | ((bytes[pos + 1] as number) << 8);
          pos += 2;
          stack[sp++] = bigints ? BigInt(value) : value;
          continue;
        }
        case 0x4a: {
          // BININT
          const value =
            (bytes[pos] as number) |
            ((bytes[pos + 1] as number) << 8) |
            ((bytes[pos + 2] as number) << 16) |
            ((bytes[pos + 3] as number) << 24);
          pos += 4;
          stack[sp++] = bigints ? BigInt(value) : value;
          continue;
        }
        case 0x47: {
          // BINFLOAT
          const value = view.getFloat64(pos, false);
          pos += 8;
          stack[sp++] =
            construct.exactFloats && !isPlainFloat(value) ? boxFloat(view, pos - 8) : value;
          continue;
        }
        case 0x8c: // SHORT_BINUNICODE
        case 0x58: // BINUNICODE
        case 0x8d: {
          // BINUNICODE8
          const count = input.length(view, pos, fixed);
          pos += fixed;
          if (pos + count > end) {
            pos = input.need(input.at, 1 + fixed + count) + 1 + fixed;
            bytes = input.bytes;
            view = input.view;
            end = input.end;
          }
          const text = strings.read(bytes, pos, pos + count, end);
          if (text === undefined) throw new Refusal("bad-utf8", "the string is not UTF-8");
          pos += count;
          stack[sp++] = text;
          continue;
        }
        case 0x94: // MEMOIZE
          if (sp <= fence) throw underflow();
          if (memo.isDense) dense.push(stack[sp - 1]);
          else memo.set(memo.size, stack[sp - 1]);
          continue;
        case 0x71: {
          // BINPUT
          if (sp <= fence) throw underflow();
          const index = bytes[pos++] as number;
          if (index === dense.length && memo.isDense) dense.push(stack[sp - 1]);
          else this.#put(index, stack[sp - 1]);
          continue;
        }
        case 0x72: {
          // LONG_BINPUT
          if (sp <= fence) throw underflow();
          const index = view.getUint32(pos, true);
          pos += 4;
          if (index === dense.length && memo.isDense) dense.push(stack[sp - 1]);
          else this.#put(index, stack[sp - 1]);
          continue;
        }
        case 0x68: {
          // BINGET
          const index = bytes[pos++] as number;
          let value = index < dense.length ? dense[index] : this.#get(index);
          if (value === DEFERRED) value = memo.make(index);
          this.#shared = true;
          stack[sp++] = construct.forward === null ? value : this.#successor(value);
          continue;
        }
        case 0x6a: {
          // LONG_BINGET
          const index = view.getUint32(pos, true);
          pos += 4;
          let value = index < dense.length ? dense[index] : this.#get(index);
          if (value === DEFERRED) value = memo.make(index);
          this.#shared = true;
          stack[sp++] = construct.forward === null ? value : this.#successor(value);
          continue;
        }
        case 0x28: {
          // MARK
          // Values without parts go straight into the list that waits for them.
          const list = sp > fence && RUN[bytes[pos] as number] === 1 ? stack[sp - 1] : null;
          if (runs !== null && construct.forward === null && isPlainList(list)) {
            const before = list.length;
            runs.read(list, pos);
            pos = runs.pos;
            countdown -= runs.opcodes;
            if (pos < end && bytes[pos] === 0x65) {
              pos += 1; // APPENDS
              memory -= (list.length - before) * WEIGHT.slot;
              continue;
            }
            // Not all of the batch is such: what was read goes where the rest comes.
            marks.push(sp);
            fence = sp;
            for (let index = before; index < list.length; index++) stack[sp++] = list[index];
            list.length = before;
            continue;
          }
          marks.push(sp);
          fence = sp;
          continue;
        }
        case 0x4e: // NONE
          stack[sp++] = null;
          continue;
        case 0x88: // NEWTRUE
          stack[sp++] = true;
          continue;
        case 0x89: // NEWFALSE
          stack[sp++] = false;
          continue;
        case 0x5d: // EMPTY_LIST
          memory -= WEIGHT.list;
          // The list around everything is seldom a short one.
          stack[sp++] = sp === 1 ? [] : shortList();
          continue;
        case 0x7d: // EMPTY_DICT
          if (
            plainDicts &&
            (construct.forward !== null || !this.#startsWithOtherKey(bytes, pos, end))
          ) {
            memory -= WEIGHT.object;
            stack[sp++] = this.#records ? this.#record(bytes, view, pos, end) : {};
          } else {
            memory -= WEIGHT.dict;
            const dict = new PyDict(null, canonicalizer);
            if (plainDicts) construct.guessed.push(dict);
            stack[sp++] = dict;
          }
          continue;
        case 0x29: // EMPTY_TUPLE
          memory -= WEIGHT.tuple;
          stack[sp++] = new Tuple(0);
          continue;
        case 0x85: // TUPLE1
        case 0x86: // TUPLE2
        case 0x87: {
          // TUPLE3
          const count = op - 0x84;
          if (sp - count < fence) throw underflow();
          memory -= WEIGHT.tuple + count * WEIGHT.slot;
          sp -= count;
          stack[sp] = tupleOf(stack, sp, count);
          sp += 1;
          continue;
        }
        case 0x74: {
          // TUPLE
          // stack: … MARK a b → … tuple
          const from = marks.pop();
          if (from === undefined) throw noMark();
          fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
          memory -= WEIGHT.tuple + (sp - from) * WEIGHT.slot;
          stack[from] = tupleOf(stack, from, sp - from);
          sp = from + 1;
          continue;
        }
        case 0x61: {
          // APPEND
          if (sp - 2 < fence) throw underflow();
          const list = stack[sp - 2];
          memory -= WEIGHT.slot;
          if (isPlainList(list)) list.push(stack[sp - 1]);
          else construct.append(list, [stack[sp - 1]]);
          sp -= 1;
          continue;
        }
        case 0x65: {
          // APPENDS
          // stack: … list MARK a b → … list
          const from = marks.pop();
          if (from === undefined) throw noMark();
          fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
          if (from <= fence) throw underflow();
          if (from === sp) continue;
          const list = stack[from - 1];
          memory -= (sp - from) * WEIGHT.slot;
          if (isPlainList(list)) {
            // Four at a time: 7.4 ms for a million, one at a time 9.2 (Node 26, bench/one.ts ints).
            let index = from;
            for (; index + 3 < sp; index += 4) {
              list.push(stack[index], stack[index + 1], stack[index + 2], stack[index + 3]);
            }
            for (; index < sp; index++) list.push(stack[index]);
          } else {
            construct.append(list, stack.slice(from, sp));
          }
          sp = from;
          continue;
        }
        case 0x73: {
          // SETITEM
          if (sp - 3 < fence) throw underflow();
          memory -= WEIGHT.entry;
          stack[sp - 3] = construct.setItems(stack[sp - 3], stack, sp - 2, sp);
          sp -= 2;
          continue;
        }
        case 0x75: {
          // SETITEMS
          // stack: … dict MARK k1 v1 k2 v2 → … dict
          const from = marks.pop();
          if (from === undefined) throw noMark();
          fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
          if (from <= fence) throw underflow();
          if (from === sp) continue;
          if (((sp - from) & 1) !== 0) throw oddItems();
          memory -= (sp - from) * (WEIGHT.entry / 2);
          stack[from - 1] = construct.setItems(stack[from - 1], stack, from, sp);
          if (sp - from > 2 * FEW_PROPERTIES && plainDicts) {
            const count = (sp - from) >> 1;
            const first = stack[from];
            const middle = stack[from + 2 * (count >> 1)];
            const last = stack[sp - 2];
            if (typeof first === "string" && typeof middle === "string" && typeof last === "string")
              this.#records = endRecord(first, middle, last, count) || this.#records;
          }
          sp = from;
          continue;
        }
        case 0x8a: {
          // LONG1
          const count = bytes[pos++] as number;
          if (pos + count > end) {
            pos = input.need(input.at, 2 + count) + 2;
            bytes = input.bytes;
            view = input.view;
            end = input.end;
          }
          const value = decodeLong(bytes, view, pos, count);
          pos += count;
          stack[sp++] = bigints ? BigInt(value) : value;
          continue;
        }
        case 0x52: // REDUCE
          if (sp - 2 < fence) throw underflow();
          memory -= WEIGHT.instance;
          sp -= 1;
          stack[sp - 1] = construct.call(stack[sp - 1], stack[sp]);
          called = countdown - 1;
          continue;
        case 0x81: // NEWOBJ
          if (sp - 2 < fence) throw underflow();
          memory -= WEIGHT.instance;
          sp -= 1;
          stack[sp - 1] = construct.create(stack[sp - 1], stack[sp]);
          continue;
        case 0x62: // BUILD
          if (sp - 2 < fence) throw underflow();
          sp -= 1;
          {
            const type = construct.build(stack[sp - 1], stack[sp]);
            if (!pausesAtBuild || type === undefined || !("follow" in type)) continue;
            state.type = type;
            break running;
          }
        case 0x93: {
          // STACK_GLOBAL
          if (sp - 2 < fence) throw underflow();
          const module = stack[sp - 2];
          const name = stack[sp - 1];
          if (typeof module !== "string" || typeof name !== "string") {
            throw new Refusal("bad-name", "module and name must be str");
          }
          sp -= 1;
          stack[sp - 1] = construct.global(module, name);
          continue;
        }
        case 0x43: // SHORT_BINBYTES
        case 0x42: // BINBYTES
        case 0x8e: // BINBYTES8
        case 0x96: {
          // BYTEARRAY8
          const count = input.length(view, pos, fixed);
          pos += fixed;
          if (pos + count > end) {
            pos = input.need(input.at, 1 + fixed + count) + 1 + fixed;
            bytes = input.bytes;
            view = input.view;
            end = input.end;
          }
          if (op === 0x43 && countdown > 4 && sp > fence && memo.isDense) {
            // Bytes that are all of an object, as a datetime's are, need not be made to make the object.
            const after = pos + count;
            if (after + 3 < end && isSoleArgument(bytes, after) && memory > SOLE_WEIGHT) {
              input.at = after + 3;
              input.op = 0x52; // REDUCE
              const made = construct.unpack(stack[sp - 1], bytes, pos);
              if (made !== undefined) {
                stack[sp - 1] = made;
                memory -= SOLE_WEIGHT;
                countdown -= 4;
                pos = after + 4;
                continue;
              }
              input.at = pos - 2;
              input.op = op;
            }
          }
          // A copy: the caller may change or reuse the input, and one small value must not keep it alive. But an
          // array may have a part of the input: what stands below the innermost mark is what the bytes are for.
          const owner = fence > 0 ? stack[fence - 1] : null;
          const borrows =
            typeof owner === "object" && owner !== null ? construct.borrows(owner) : undefined;
          if (borrows !== undefined) {
            this.#lender ??= borrows();
            stack[sp++] = this.#lender.take(bytes, pos, count, input.isWhole, op === 0x96);
          } else if (op === 0x96) stack[sp++] = byteArray(bytes, pos, pos + count);
          else stack[sp++] = bytes.slice(pos, pos + count);
          pos += count;
          continue;
        }
        case 0x30: // POP
          if (marks.length > 0 && fence === sp) {
            marks.pop();
            fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
            continue;
          }
          if (sp <= fence) throw underflow();
          sp -= 1;
          // A result that goes at once was never wanted: the call was made for its effect.
          if (countdown === called && stack[sp] instanceof Instance) {
            input.pos = pos;
            construct.discard(
              stack[sp] as Instance,
              sp > fence ? stack[sp - 1] : undefined,
              this.#nextGet(),
            );
          }
          continue;
        case 0x31: {
          // POP_MARK
          const from = marks.pop();
          if (from === undefined) throw noMark();
          fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
          sp = from;
          continue;
        }
        case 0x32: // DUP
          if (sp <= fence) throw underflow();
          this.#shared = true;
          stack[sp] = this.#successor(stack[sp - 1]);
          sp += 1;
          continue;
        case 0x8f: // EMPTY_SET
          memory -= WEIGHT.set;
          stack[sp++] = new PySet(null, canonicalizer);
          continue;
        case 0x90: {
          // ADDITEMS
          // stack: … set MARK a b → … set
          const from = marks.pop();
          if (from === undefined) throw noMark();
          fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
          if (from <= fence) throw underflow();
          if (from === sp) continue;
          memory -= (sp - from) * WEIGHT.entry;
          construct.add(stack[from - 1], stack.slice(from, sp));
          sp = from;
          continue;
        }
        case 0x91: {
          // FROZENSET
          // stack: … MARK a b → … frozenset
          const from = marks.pop();
          if (from === undefined) throw noMark();
          fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
          memory -= WEIGHT.set + (sp - from) * WEIGHT.entry;
          const items = stack.slice(from, sp);
          for (const item of items) {
            if (!isHashable(item))
              throw new Refusal("unhashable", `${describe(item)} cannot be in a set`);
          }
          sp = from;
          stack[sp++] = new FrozenSet(allApart(items), canonicalizer);
          continue;
        }
        case 0x80: {
          // PROTO
          const protocol = bytes[pos++] as number;
          if (protocol > HIGHEST_PROTOCOL) {
            throw new Refusal(
              "unsupported-protocol",
              `protocol ${protocol} is newer than ${HIGHEST_PROTOCOL}`,
            );
          }
          construct.protocol = protocol;
          continue;
        }
        case 0x95: {
          // FRAME
          const count = input.length(view, pos, fixed);
          pos += fixed;
          if (pos + count > end) {
            pos = input.needFrame(input.at, 9 + count) + 9;
            bytes = input.bytes;
            view = input.view;
            end = input.end;
          }
          continue;
        }
        case 0x2e: // STOP
          if (sp <= fence) throw underflow();
          answer = stack[sp - 1];
          break running;
        default:
          // The rare ones: their arguments are read through the fields, the stack is handed over.
          input.pos = pos;
          input.opcodeAt = input.base + input.at;
          switch (op) {
            case 0x92: // NEWOBJ_EX
              if (sp - 3 < fence) throw underflow();
              memory -= WEIGHT.instance;
              sp -= 2;
              stack[sp - 1] = construct.create(stack[sp - 1], stack[sp], stack[sp + 1]);
              break;
            case 0x6c: {
              // LIST
              // stack: … MARK a b → … list
              const from = marks.pop();
              if (from === undefined) throw noMark();
              memory -= WEIGHT.list + (sp - from) * WEIGHT.slot;
              const list = stack.slice(from, sp);
              sp = from;
              stack[sp++] = list;
              break;
            }
            case 0x64: {
              // DICT
              // stack: … MARK k1 v1 k2 v2 → … dict
              const from = marks.pop();
              if (from === undefined) throw noMark();
              if (((sp - from) & 1) !== 0) throw oddItems();
              const items = sp - from;
              memory -= WEIGHT.dict + items * (WEIGHT.entry / 2);
              const dict = plainDicts ? {} : new PyDict(null, canonicalizer);
              stack[from] = construct.setItems(dict, stack.slice(from, sp), 0, items);
              sp = from + 1;
              break;
            }
            case 0x6f: {
              // OBJ
              // stack: … MARK class a b → … instance
              const from = marks.pop();
              if (from === undefined) throw noMark();
              if (sp - from < 1) throw underflow();
              memory -= WEIGHT.instance + (sp - from) * WEIGHT.slot;
              const args = Tuple.from(stack.slice(from + 1, sp)) as Tuple;
              stack[from] = construct.call(stack[from], args, "old");
              sp = from + 1;
              break;
            }
            case 0x69: {
              // INST
              // stack: … MARK a b → … instance
              const from = marks.pop();
              if (from === undefined) throw noMark();
              const module = asciiName(input.line());
              const name = asciiName(input.line());
              memory -= WEIGHT.instance + (sp - from) * WEIGHT.slot;
              const callable = construct.global(module, name);
              stack[from] = construct.call(
                callable,
                Tuple.from(stack.slice(from, sp)) as Tuple,
                "old",
              );
              sp = from + 1;
              break;
            }
            case 0x63: {
              // GLOBAL
              const module = utf8Name(input.line());
              const name = utf8Name(input.line());
              stack[sp++] = construct.global(module, name);
              break;
            }
            case 0x51: // BINPERSID
              if (sp <= fence) throw underflow();
              stack[sp - 1] = this.#persistent(stack[sp - 1]);
              break;
            case 0x70: // PUT
              {
                const line = input.line();
                if (sp <= fence) throw underflow();
                this.#put(memoIndex(line), stack[sp - 1]);
              }
              break;
            case 0x98: // READONLY_BUFFER
              if (sp <= fence) throw underflow();
              stack[sp - 1] = readonlyView(stack[sp - 1]);
              break;
            default:
              stack[sp++] = this.#atom(op);
          }
          input.opcodeAt = -1;
          fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
          bytes = input.bytes;
          view = input.view;
          pos = input.pos;
          end = input.end;
      }
    }
    input.pos = pos;
    state.sp = sp;
    state.opcodes += STRETCH - countdown;
    this.#called = countdown - called;
    state.memory = memory;
    return answer;
  }

  // Opcodes that push one value.
  #atom(op: number): unknown {
    switch (op) {
      case 0x67: {
        // GET
        const value = this.#get(memoIndex(this.input.line()));
        this.#shared = true;
        return this.#successor(value);
      }
      case 0x50: // PERSID
        return this.#persistent(asciiText(this.input.line()));
      case 0x97: {
        // NEXT_BUFFER
        const next = this.#buffers?.next();
        if (next === undefined || next.done)
          throw new Refusal("no-buffers", "the option `buffers` has none for this");
        if (typeof next.value === "object" && next.value !== null) this.#handedIn.add(next.value);
        return next.value;
      }
      case 0x82: // EXT1
      case 0x83: // EXT2
      case 0x84: {
        // EXT4
        const { bytes, view, pos } = this.input;
        const width = FIXED_ARGUMENT[op] as number;
        this.input.pos += width;
        if (width === 4) return this.#extension(view.getInt32(pos, true));
        return this.#extension(width === 1 ? (bytes[pos] as number) : view.getUint16(pos, true));
      }
      default:
        return this.#operands.read(op);
    }
  }

  // --- memo

  #put(index: number, value: unknown): void {
    if (index < 0 || !Number.isSafeInteger(index))
      throw new Refusal("memo-index", `memo index ${index}`);
    this.memo.set(index, value);
  }

  #get(index: number): unknown {
    if (!this.memo.has(index))
      throw new Refusal("memo-missing", `the memo has nothing at ${index}`);
    return this.memo.get(index);
  }

  // What is meant by a second reference: where a dict was replaced, what stands for it now.
  #successor(value: unknown): unknown {
    const { forward } = this.construct;
    return forward !== null && typeof value === "object" && value !== null
      ? (forward.get(value) ?? value)
      : value;
  }

  // What a GET that comes next would fetch. It peeks without moving the window: near the end of one nothing is known.
  #nextGet(): unknown {
    const { bytes, view, pos, end } = this.input;
    const left = end - pos;
    const op = left > 0 ? bytes[pos] : undefined;
    if (op === 0x68 && left >= 2) return this.memo.get(bytes[pos + 1] as number);
    if (op === 0x6a && left >= 5) return this.memo.get(view.getUint32(pos + 1, true));
    if (op !== 0x67) return undefined;
    return this.memo.get(
      Number.parseInt(decodeLatin1(bytes, pos + 1, Math.min(pos + 12, end)), 10),
    );
  }

  // --- objects

  // A dict whose first key is no string becomes a PyDict at once; most dicts have keys of one kind, so that what
  // patch.ts mends after the fact is rare. EMPTY_DICT [MEMOIZE | BINPUT i | LONG_BINPUT i] [MARK] key …
  #startsWithOtherKey(bytes: Uint8Array, pos: number, end: number): boolean {
    let at = behindPut(bytes, pos);
    const isMarked = bytes[at] === 0x28;
    if (isMarked) at += 1;
    return at < end && OTHER_KEY[bytes[at] as number] === 1 && this.#isKey(bytes, at, isMarked);
  }

  // An object with places for all of a record, where the first key is one that such records begin with.
  #record(bytes: Uint8Array, view: DataView, pos: number, end: number): Record<string, unknown> {
    const at = behindPut(bytes, pos) + 1;
    if (bytes[at - 1] !== 0x28 || at + 5 > end) return {};
    const { dense } = this.memo;
    let key: unknown;
    const op = bytes[at];
    const size = bytes[at + 1] as number;
    if (op === 0x68) key = size < dense.length ? dense[size] : undefined;
    else if (op === 0x6a) {
      const index = view.getUint32(at + 1, true);
      key = index < dense.length ? dense[index] : undefined;
    } else if (op === 0x8c && at + 2 + size <= end) {
      key = this.input.strings.read(bytes, at + 2, at + 2 + size, end);
    }
    return typeof key === "string" ? beginRecord(key) : {};
  }

  // Whether what stands there is the key of a dict, and not beside an empty one. Where the guess is wrong, the end of the
  // load mends it.
  #isKey(bytes: Uint8Array, at: number, isMarked: boolean): boolean {
    if (this.#dicts === "object") return false;
    const after = at + 1 + (FIXED_ARGUMENT[bytes[at] as number] as number);
    const value = bytes[after] as number;
    if (value === 0x30 || value === 0x31) return false;
    return isMarked || RUN[value] !== 1 || value >= 0x8a
      ? true
      : bytes[after + 1 + (FIXED_ARGUMENT[value] as number)] === 0x73;
  }

  #extension(code: number): unknown {
    const entry = this.options.extensions?.get(code);
    if (code <= 0 || entry === undefined) {
      throw new Refusal("unknown-extension", `extension code ${code} is not in \`extensions\``);
    }
    const { module, name } = entry instanceof Global ? entry : Global.parse(entry);
    return this.construct.global(module, name);
  }

  #persistent(id: unknown): unknown {
    const { persistentLoad } = this.options;
    if (persistentLoad === undefined) {
      throw new Refusal("no-persistent-load", "a persistent id needs the option `persistentLoad`");
    }
    try {
      return persistentLoad(id);
    } catch (cause) {
      throw wrapped("hook-failed", "persistentLoad failed", cause);
    }
  }

  #patch(value: unknown): unknown {
    const { guessed } = this.construct;
    const forward = this.construct.forward ?? new Map<object, object>();
    this.construct.forward = null;
    let everywhere = this.#shared || (this.#runs?.shared ?? false);
    for (const dict of guessed) {
      if (hasOtherKey(dict)) continue;
      forward.set(dict, Object.fromEntries(dict as PyDict<string>));
      everywhere = true;
    }
    guessed.length = 0;
    if (forward.size === 0) return value;
    const replace = (item: unknown): unknown =>
      typeof item === "object" && item !== null ? (forward.get(item) ?? item) : item;
    if (everywhere) replaceReferences([value, ...this.memo.dense], replace);
    this.memo.replaceAll(replace);
    return replace(value);
  }

  // --- errors and limits

  // Before the opcode that comes next.
  #check({ opcodes, sp }: Pause): void {
    checkLimit(this.#limits, "opcodes", opcodes + 1);
    checkLimit(this.#limits, "stackItems", sp);
    checkLimit(this.#limits, "memoEntries", this.memo.size);
  }

  /** What is thrown for an error of the opcode at `offset`. */
  protected placed(error: unknown, offset: number, op: number): unknown {
    return error instanceof Refusal ? error.placed(offset, op < 0 ? undefined : op) : error;
  }
}

/** An error of ours. All that is not one is V8 refusing a size: a string or an array that is too long. */
export function oursOf(error: unknown, offset: number): PickleError {
  if (error instanceof PickleError) return error;
  const message = `the input cannot be held: ${String(error)}`;
  return new UnpicklingError("bad-value", message, offset, undefined, { cause: error });
}

// MEMOIZE TUPLE1 MEMOIZE REDUCE: what was pushed last is the only argument of a call.
function isSoleArgument(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x94 && bytes[at + 1] === 0x85 && bytes[at + 2] === 0x94 && bytes[at + 3] === 0x52
  );
}

// Where the opcode behind EMPTY_DICT stands that is not about the memo.
function behindPut(bytes: Uint8Array, pos: number): number {
  const put = bytes[pos];
  return put === 0x94 ? pos + 1 : put === 0x71 ? pos + 2 : put === 0x72 ? pos + 5 : pos;
}

const SOLE_WEIGHT = WEIGHT.tuple + WEIGHT.slot + WEIGHT.instance;

// The opcodes that a run may begin with.
const RUN = new Uint8Array(256);
for (const op of [0x4b, 0x4d, 0x4a, 0x47, 0x8c, 0x68, 0x6a, 0x8a]) RUN[op] = 1;

// The opcodes of keys that make a dict a PyDict: numbers, None and the booleans.
const OTHER_KEY = new Uint8Array(256);
for (const op of [0x4b, 0x4d, 0x4a, 0x47, 0x4e, 0x88, 0x89, 0x8a]) OTHER_KEY[op] = 1;

function underflow(): Refusal {
  return new Refusal("stack-underflow", "too little stands on the stack");
}

function noMark(): Refusal {
  return new Refusal("no-mark", "no mark stands on the stack");
}

function oddItems(): Refusal {
  return new Refusal("odd-items", "keys and values do not pair up");
}

function byteArray(bytes: Uint8Array, start: number, end: number): ByteArray {
  const array = new ByteArray(end - start);
  array.set(bytes.subarray(start, end));
  return array;
}

function readonlyView(buffer: unknown): unknown {
  if (buffer instanceof Uint8Array)
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  if (buffer instanceof PickleBuffer) return new PickleBuffer(buffer.data, true);
  if (ArrayBuffer.isView(buffer)) return buffer;
  throw new Refusal("bad-target", `${describe(buffer)} is no buffer`);
}

function withBuiltins(types: TypeList | undefined): Registry {
  const list = types !== undefined && types.length > 0 ? types : NO_TYPES;
  let registry = registries.get(list);
  if (registry === undefined) {
    registry = new Registry([readBuiltins, list]);
    registries.set(list, registry);
  }
  return registry;
}
