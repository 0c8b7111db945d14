/**
 * A pickle in, what Python's unpickler would do with it out, step by step as it happens, to a witness who judges. Nothing
 * is made: symbols stand for objects, so that the time is linear in the bytes and the memory in the opcodes.
 * Source: CPython 3.13 Modules/_pickle.c, whose reading of a pickle this is (memo, marks, names), not pickletools'.
 */
import { decodeLong, decodeUtf8 } from "../core/bytes/index.ts";
import { python3Name } from "../core/registry/index.ts";
import { Break, type BreakCode, type Cursor, floatOf, intOf, longOf } from "./cursor.ts";
import { Memo } from "./memo.ts";
import {
  Bytes,
  type CallForm,
  Dict,
  FALSE,
  type Import,
  Literal,
  NONE,
  Sequence,
  type Sym,
  Text,
  TRUE,
  textOf,
  Unknown,
} from "./symbols.ts";

/** Whoever is told what a pickle does, in order; offsets are those of opcodes in the machine's input. */
export interface Witness {
  /** A name is looked up. `literal` says that it stands in the pickle as it is, and was not computed. */
  import(module: string, name: string, offset: number): Import;
  computedImport(module: Sym, name: Sym, offset: number): Sym;
  /** A call; what comes back stands for its result. */
  call(callee: Sym, args: Sym, form: CallForm, offset: number, keywords: Sym | undefined): Sym;
  build(target: Sym, state: Sym, offset: number): void;
  /** Keys and values in turn, from `first` on in `values`. */
  setItems(target: Sym, values: readonly Sym[], first: number, offset: number): void;
  addItems(target: Sym, values: readonly Sym[], first: number, offset: number): void;
  /** A tuple, list, set or frozenset made of what was on the stack. */
  made(container: Sequence, items: readonly Sym[], offset: number): void;
  persistent(id: Sym, offset: number): Sym;
  extension(code: number, offset: number): Sym;
  /** A string or bytes that may hold a pickle themselves. */
  data(value: Text | Bytes, offset: number): void;
  frames(what: string, offset: number): void;
  /** Python raises here; `final` says that nothing behind it can be read. */
  broken(code: BreakCode, message: string, offset: number, final: boolean): void;
  /** An index of the memo for which Python allocates much more than the pickle has bytes. */
  memoIndex(index: number, offset: number): void;
  limit(what: string, allowed: number, offset: number): void;
  /**
   * Where the object that was just built reads on in the file itself, as joblib's arrays do: the offset behind what it
   * reads, or undefined. `machine` may be branched to see what a reader does that reads on as if nothing was there.
   */
  readsOn(target: Sym, offset: number, machine: SymbolicMachine): number | undefined;
}

/** Most entries of stack and memo: what is left of a few gigabytes of heap. */
export interface MachineLimits {
  readonly stackItems: number;
  readonly memoEntries: number;
}

const MISSING = new Unknown("nothing");
// Ints of a byte are what pickles of protocol 1 and later hold most of.
const SMALL = Array.from({ length: 256 }, (_, value) => new Literal(value));
const BUFFER = new Unknown("buffer");

// The shortest pickle that names something and could do harm is longer.
const SHORTEST_NESTED = 8;
// An array of so many entries takes 32 MB.
const LARGEST_INDEX = 2 ** 21;

/** One pickle after another out of one input. */
export class SymbolicMachine {
  readonly #witness: Witness;
  readonly #cursor: Cursor;
  readonly #limits: MachineLimits;
  readonly #fixImports: boolean;
  #stack: Sym[] = [];
  #marks: number[] = [];
  // Below this nothing can be popped: the place of the topmost mark.
  #fence = 0;
  #memo = new Memo();
  // Python has one empty tuple too.
  readonly #noItems = new Sequence("tuple");
  #protocol = 0;
  #frameEnd = -1;
  // The offset of the opcode.
  #op = 0;
  #broken = false;
  /** Opcodes run so far. */
  opcodes = 0;

  constructor(witness: Witness, cursor: Cursor, limits: MachineLimits, fixImports = true) {
    this.#witness = witness;
    this.#cursor = cursor;
    this.#limits = limits;
    this.#fixImports = fixImports;
  }

  /** Runs the pickle at the cursor up to its STOP. Returns its value, or undefined where the stream breaks off. */
  run(): Sym | undefined {
    this.#stack = [];
    this.#marks = [];
    this.#fence = 0;
    this.#memo = new Memo();
    this.#protocol = 0;
    this.#frameEnd = -1;
    this.#broken = false;
    return this.resume();
  }

  /** A machine that goes on at `cursor` with what this one has on its stack and in its memo, and leaves this one alone. */
  branch(witness: Witness, cursor: Cursor): SymbolicMachine {
    const made = new SymbolicMachine(witness, cursor, this.#limits, this.#fixImports);
    made.#stack = [...this.#stack];
    made.#marks = [...this.#marks];
    made.#fence = this.#fence;
    made.#memo = new Memo(this.#memo);
    made.#protocol = this.#protocol;
    return made;
  }

  /** How many objects a branch copies. */
  get depth(): number {
    return this.#stack.length + this.#marks.length;
  }

  /** Runs on to STOP, as {@link run} does. */
  resume(): Sym | undefined {
    try {
      return this.#loop();
    } catch (problem) {
      if (!(problem instanceof Break)) throw problem;
      this.#witness.broken(problem.code, problem.message, this.#op, true);
      return undefined;
    }
  }

  // Python raises; readers of other versions may not, so what follows is still looked at.
  #refuse(code: BreakCode, message: string): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#witness.broken(code, message, this.#op, false);
  }

  #pop(): Sym {
    if (this.#stack.length > this.#fence) return this.#stack.pop() as Sym;
    this.#refuse("stack-underflow", "an opcode needs more than is on the stack");
    return MISSING;
  }

  #top(): Sym {
    if (this.#stack.length > this.#fence) return this.#stack[this.#stack.length - 1] as Sym;
    this.#refuse("stack-underflow", "an opcode needs more than is on the stack");
    return MISSING;
  }

  // Takes everything above the topmost mark, and the mark.
  #popMark(): Sym[] {
    const mark = this.#marks.pop();
    if (mark === undefined) {
      this.#refuse("no-mark", "there is no MARK on the stack");
      return [];
    }
    this.#fence = this.#marks[this.#marks.length - 1] ?? 0;
    return this.#stack.splice(mark);
  }

  #remember(index: number): void {
    if (index < 0) {
      this.#refuse("memo-index", "a memo index is negative");
      return;
    }
    // Before 3.14 the memo of the unpickler in C is an array, twice as long as its largest index.
    if (index > LARGEST_INDEX && index > this.#cursor.bytes.length) {
      this.#witness.memoIndex(index, this.#op);
    }
    this.#memo.set(index, this.#top());
  }

  #recall(index: number): void {
    const known = this.#memo.get(index);
    if (known === undefined) this.#refuse("memo-missing", `the memo has no entry ${index}`);
    this.#stack.push(known ?? MISSING);
  }

  #loop(): Sym | undefined {
    const cursor = this.#cursor;
    const witness = this.#witness;
    for (;;) {
      this.#op = cursor.at;
      if (this.#frameEnd >= 0) this.#checkFrame();
      if (cursor.at >= cursor.end) throw new Break("truncated", "the pickle has no end");
      const op = cursor.bytes[cursor.at++] as number;
      // Each opcode adds one entry at most.
      if ((++this.opcodes & 0xfff) === 0) this.#checkSizes();
      const stack = this.#stack;
      switch (op) {
        case 0x2e: // STOP
          return this.#pop();
        case 0x28: // MARK
          this.#marks.push(stack.length);
          this.#fence = stack.length;
          break;
        case 0x30: // POP
          // A MARK on top is what POP takes.
          if (this.#marks.length > 0 && this.#fence === stack.length) this.#popMark();
          else this.#pop();
          break;
        case 0x31: // POP_MARK
          this.#popMark();
          break;
        case 0x32: // DUP
          stack.push(this.#top());
          break;
        case 0x4e: // NONE
          stack.push(NONE);
          break;
        case 0x88: // NEWTRUE
          stack.push(TRUE);
          break;
        case 0x89: // NEWFALSE
          stack.push(FALSE);
          break;
        case 0x4b: // BININT1
          stack.push(SMALL[cursor.byte()] as Literal);
          break;
        case 0x4d: // BININT2
          stack.push(new Literal(cursor.uint16()));
          break;
        case 0x4a: // BININT
          stack.push(new Literal(cursor.int32()));
          break;
        case 0x47: // BINFLOAT
          stack.push(new Literal(cursor.view.getFloat64(cursor.take(8), false), true));
          break;
        case 0x49: {
          // INT
          const value = intOf(cursor.line());
          stack.push(new Literal(value));
          break;
        }
        case 0x4c: // LONG
          stack.push(new Literal(longOf(cursor.line())));
          break;
        case 0x46: // FLOAT
          stack.push(new Literal(floatOf(cursor.line()), true));
          break;
        case 0x8a: // LONG1
          this.#long(cursor.byte());
          break;
        case 0x8b: // LONG4
          this.#long(cursor.count32());
          break;
        case 0x8c: // SHORT_BINUNICODE
          this.#text(cursor.byte(), "utf8");
          break;
        case 0x58: // BINUNICODE
          this.#text(cursor.uint32(), "utf8");
          break;
        case 0x8d: // BINUNICODE8
          this.#text(cursor.uint64(), "utf8");
          break;
        case 0x55: // SHORT_BINSTRING
          this.#text(cursor.byte(), "latin1");
          break;
        case 0x54: // BINSTRING
          this.#text(cursor.count32(), "latin1");
          break;
        case 0x56: // UNICODE
          this.#textLine("raw-unicode-escape");
          break;
        case 0x53: // STRING
          this.#textLine("string-escape");
          break;
        case 0x43: // SHORT_BINBYTES
          this.#data(cursor.byte(), false);
          break;
        case 0x42: // BINBYTES
          this.#data(cursor.uint32(), false);
          break;
        case 0x8e: // BINBYTES8
          this.#data(cursor.uint64(), false);
          break;
        case 0x96: // BYTEARRAY8
          this.#data(cursor.uint64(), true);
          break;
        case 0x97: // NEXT_BUFFER
          stack.push(BUFFER);
          break;
        case 0x98: // READONLY_BUFFER
          this.#top();
          break;
        case 0x5d: // EMPTY_LIST
          stack.push(new Sequence("list"));
          break;
        case 0x29: // EMPTY_TUPLE
          stack.push(this.#noItems);
          break;
        case 0x7d: // EMPTY_DICT
          stack.push(new Dict());
          break;
        case 0x8f: // EMPTY_SET
          stack.push(new Sequence("set"));
          break;
        case 0x6c: // LIST
          this.#make("list", this.#popMark());
          break;
        case 0x74: // TUPLE
          this.#make("tuple", this.#popMark());
          break;
        case 0x91: // FROZENSET
          this.#make("frozenset", this.#popMark());
          break;
        case 0x85: // TUPLE1
          this.#make("tuple", [this.#pop()]);
          break;
        case 0x86: {
          // TUPLE2
          const second = this.#pop();
          this.#make("tuple", [this.#pop(), second]);
          break;
        }
        case 0x87: {
          // TUPLE3
          const third = this.#pop();
          const second = this.#pop();
          this.#make("tuple", [this.#pop(), second, third]);
          break;
        }
        case 0x64: {
          // DICT
          const values = this.#popMark();
          this.#checkPairs(values.length);
          const dict = new Dict();
          stack.push(dict);
          witness.setItems(dict, values, 0, this.#op);
          break;
        }
        case 0x61: {
          // APPEND
          const item = this.#pop();
          witness.addItems(this.#top(), [item], 0, this.#op);
          break;
        }
        case 0x65: // APPENDS
        case 0x90: {
          // ADDITEMS
          const items = this.#popMark();
          witness.addItems(this.#top(), items, 0, this.#op);
          break;
        }
        case 0x73: {
          // SETITEM
          const value = this.#pop();
          const key = this.#pop();
          witness.setItems(this.#top(), [key, value], 0, this.#op);
          break;
        }
        case 0x75: {
          // SETITEMS
          const values = this.#popMark();
          this.#checkPairs(values.length);
          witness.setItems(this.#top(), values, 0, this.#op);
          break;
        }
        case 0x70: // PUT
          this.#remember(cursor.memoIndex());
          break;
        case 0x71: // BINPUT
          this.#remember(cursor.byte());
          break;
        case 0x72: // LONG_BINPUT
          this.#remember(cursor.uint32());
          break;
        case 0x94: // MEMOIZE
          this.#remember(this.#memo.size);
          break;
        case 0x67: // GET
          this.#recall(cursor.memoIndex());
          break;
        case 0x68: // BINGET
          this.#recall(cursor.byte());
          break;
        case 0x6a: // LONG_BINGET
          this.#recall(cursor.uint32());
          break;
        case 0x63: {
          // GLOBAL
          const module = nameOf(cursor.line());
          const name = nameOf(cursor.line());
          stack.push(this.#import(module, name));
          break;
        }
        case 0x93: {
          // STACK_GLOBAL
          const name = this.#pop();
          const module = this.#pop();
          const literal = [module, name].map(textOf);
          stack.push(
            literal[0] === undefined || literal[1] === undefined
              ? witness.computedImport(module, name, this.#op)
              : this.#import(literal[0], literal[1]),
          );
          break;
        }
        case 0x52: {
          // REDUCE
          const args = this.#pop();
          const callee = this.#pop();
          stack.push(witness.call(callee, args, "call", this.#op, undefined));
          break;
        }
        case 0x81: {
          // NEWOBJ
          const args = this.#pop();
          const callee = this.#pop();
          stack.push(witness.call(callee, args, "new", this.#op, undefined));
          break;
        }
        case 0x92: {
          // NEWOBJ_EX
          const keywords = this.#pop();
          const args = this.#pop();
          const callee = this.#pop();
          stack.push(witness.call(callee, args, "new", this.#op, keywords));
          break;
        }
        case 0x69: {
          // INST
          const module = nameOf(cursor.line());
          const name = nameOf(cursor.line());
          const args = new Sequence("tuple", this.#popMark());
          const callee = this.#import(module, name);
          stack.push(witness.call(callee, args, "instance", this.#op, undefined));
          break;
        }
        case 0x6f: {
          // OBJ
          const [callee = MISSING, ...rest] = this.#popMark();
          if (callee === MISSING) this.#refuse("stack-underflow", "OBJ has no class");
          const args = new Sequence("tuple", rest);
          stack.push(witness.call(callee, args, "instance", this.#op, undefined));
          break;
        }
        case 0x62: {
          // BUILD
          const state = this.#pop();
          const target = this.#top();
          witness.build(target, state, this.#op);
          const behind = witness.readsOn(target, cursor.at, this);
          if (behind !== undefined) {
            cursor.at = behind;
            this.#frameEnd = -1;
          }
          break;
        }
        case 0x50: // PERSID
          stack.push(witness.persistent(this.#lineText("latin1"), this.#op));
          break;
        case 0x51: // BINPERSID
          stack.push(witness.persistent(this.#pop(), this.#op));
          break;
        case 0x82: // EXT1
          stack.push(witness.extension(cursor.byte(), this.#op));
          break;
        case 0x83: // EXT2
          stack.push(witness.extension(cursor.uint16(), this.#op));
          break;
        case 0x84: // EXT4
          stack.push(witness.extension(cursor.int32(), this.#op));
          break;
        case 0x80: {
          // PROTO
          const protocol = cursor.byte();
          if (protocol > 5) {
            this.#refuse("unsupported-protocol", `protocol ${protocol} is newer than 5`);
          }
          this.#protocol = protocol;
          break;
        }
        case 0x95: // FRAME
          this.#frame();
          break;
        default:
          throw new Break("invalid-opcode", `0x${op.toString(16).padStart(2, "0")} is no opcode`);
      }
    }
  }

  #checkSizes(): void {
    const { stackItems, memoEntries } = this.#limits;
    if (this.#stack.length + this.#marks.length > stackItems) {
      this.#witness.limit("stackItems", stackItems, this.#op);
      throw new Break("bad-value", "the stack is larger than the limit");
    }
    if (this.#memo.own > memoEntries) {
      this.#witness.limit("memoEntries", memoEntries, this.#op);
      throw new Break("bad-value", "the memo is larger than the limit");
    }
  }

  #checkPairs(count: number): void {
    if (count % 2 !== 0) this.#refuse("odd-items", "a key has no value");
  }

  #import(module: string, name: string): Import {
    if (this.#protocol < 3 && this.#fixImports) {
      const [newModule, newName] = python3Name(module, name);
      return this.#witness.import(newModule, newName, this.#op);
    }
    return this.#witness.import(module, name, this.#op);
  }

  #make(type: Sequence["type"], items: Sym[]): void {
    const made = new Sequence(type, items);
    this.#stack.push(made);
    this.#witness.made(made, items, this.#op);
  }

  #long(count: number): void {
    const { bytes, view } = this.#cursor;
    const start = this.#cursor.take(count);
    // What is longer than any int of a sensible program is kept as what it is: large.
    const value = count > 4096 ? Number.POSITIVE_INFINITY : decodeLong(bytes, view, start, count);
    this.#stack.push(new Literal(value));
  }

  #text(count: number, coding: "utf8" | "latin1"): void {
    const start = this.#cursor.take(count);
    const text = new Text(this.#cursor.bytes, start, start + count, coding);
    this.#stack.push(text);
    if (count >= SHORTEST_NESTED) this.#witness.data(text, this.#op);
  }

  #textLine(coding: "raw-unicode-escape" | "string-escape"): void {
    const text = this.#lineText(coding);
    this.#stack.push(text);
    if (text.end - text.start >= SHORTEST_NESTED) this.#witness.data(text, this.#op);
  }

  #lineText(coding: "raw-unicode-escape" | "string-escape" | "latin1"): Text {
    const start = this.#cursor.at;
    const { length } = this.#cursor.line();
    if (coding !== "string-escape")
      return new Text(this.#cursor.bytes, start, start + length, coding);
    const [quote, last] = [this.#cursor.bytes[start], this.#cursor.bytes[start + length - 1]];
    if (length < 2 || quote !== last || (quote !== 0x27 && quote !== 0x22)) {
      this.#refuse("bad-string", "the argument of STRING has no quotes");
      return new Text(this.#cursor.bytes, start, start + length, coding);
    }
    return new Text(this.#cursor.bytes, start + 1, start + length - 1, coding);
  }

  #data(count: number, mutable: boolean): void {
    const start = this.#cursor.take(count);
    const data = new Bytes(this.#cursor.bytes.subarray(start, start + count), mutable);
    this.#stack.push(data);
    if (count >= SHORTEST_NESTED) this.#witness.data(data, this.#op);
  }

  #frame(): void {
    const count = this.#cursor.uint64();
    if (this.#frameEnd >= 0) {
      this.#witness.frames("a frame begins within a frame", this.#op);
    }
    if (count > this.#cursor.end - this.#cursor.at) {
      // The unpickler in C stops here; that in Python, which joblib's is made of, reads what is there.
      this.#refuse("truncated", "a frame is longer than the input");
      this.#frameEnd = -1;
      return;
    }
    this.#frameEnd = this.#cursor.at + count;
  }

  // Readers that fetch whole frames and readers that do not must see the same opcodes.
  #checkFrame(): void {
    if (this.#cursor.at < this.#frameEnd) return;
    if (this.#cursor.at > this.#frameEnd) {
      this.#witness.frames("an opcode reaches beyond the end of its frame", this.#op);
    }
    this.#frameEnd = -1;
  }
}

function nameOf(line: Uint8Array): string {
  const name = decodeUtf8(line, 0, line.length);
  if (name === undefined || line.length === 0) throw new Break("bad-name", "a name is no text");
  return name;
}
