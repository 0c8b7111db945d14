/** A pickle in, its disassembly out, character for character Python's. Source: CPython 3.13 Lib/pickletools.py dis. */
import type { ByteSource, BytesLike } from "../core/bytes/index.ts";
import { PyDict } from "../core/values/index.ts";
import { MOST_CHARACTERS, reprArgument } from "./arguments.ts";
import { PickletoolsError } from "./error.ts";
import { type Step, steps } from "./genops.ts";
import { type Reader, readerOf } from "./reader.ts";

/** What a memo's entries are to the disassembler: the kind of each by its index. Its keys are nobody else's business. */
export type DisMemo = Map<number | string, string>;

/** Options of {@link dis}, under Python's names. */
export interface DisOptions {
  /** A memo to go on with, for pickles that share one; it is added to. */
  readonly memo?: DisMemo | undefined;
  /** Blanks by which the opcodes behind a MARK are indented; 4 by default. */
  readonly indentlevel?: number | undefined;
  /** The column at which a description of each opcode begins; 0, the default, for none. `dis -a` takes 30. */
  readonly annotate?: number | undefined;
}

/**
 * The disassembly of the pickle that begins where `pickle` stands: what `python -m pickletools` prints.
 *
 * @throws PickletoolsError with the message of Python's exception; its `printed` is what Python prints before
 * @throws TypeError where an argument is of the wrong type
 * @example
 * ```ts
 * import { dis } from "brine/pickletools";
 * import { dumps } from "brine/pickle";
 * console.log(dis(dumps([1, 2], 2)));
 * //=>    0: \x80 PROTO      2
 * //       2: ]    EMPTY_LIST
 * //       3: q    BINPUT     0
 * //       5: (    MARK
 * //       6: K        BININT1    1
 * //       8: K        BININT1    2
 * //      10: e        APPENDS    (MARK at 5)
 * //      11: .    STOP
 * //   highest protocol among opcodes = 2
 * ```
 */
export function dis(pickle: BytesLike | ByteSource, options: DisOptions = {}): string {
  const parts: string[] = [];
  let size = 0;
  try {
    for (const text of disLines(pickle, options)) {
      size += text.length;
      if (size > MOST_CHARACTERS) throw tooLong(0);
      parts.push(text);
    }
  } catch (error) {
    if (error instanceof PickletoolsError) error.printed = parts.join("");
    throw error;
  }
  return parts.join("");
}

/**
 * The same a piece at a time, so that memory does not follow the size of the pickle. A piece is a line with its newline;
 * before an error the last one may be the beginning of a line, as in Python.
 *
 * @throws PickletoolsError, TypeError as {@link dis}
 */
export function disLines(
  pickle: BytesLike | ByteSource,
  options: DisOptions = {},
): Generator<string, void, undefined> {
  const { memo = new PyDict(), indentlevel = 4, annotate = 0 } = options;
  if (!(memo instanceof Map)) throw new TypeError("memo must be a Map");
  checkCount("indentlevel", indentlevel);
  checkCount("annotate", annotate);
  return new Disassembler(memo, indentlevel, annotate).lines(readerOf(pickle));
}

function checkCount(name: string, value: unknown): void {
  if (!Number.isSafeInteger(value)) throw new TypeError(`${name} must be an integer`);
}

const tooLong = (offset: number): PickletoolsError =>
  new PickletoolsError("too-long", "the text is too long for a string", offset);

const MEMORISING = new Set(["PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"]);
const RECALLING = new Set(["GET", "BINGET", "LONG_BINGET"]);

/** One disassembly: a crude model of the stack and the memo, kept to find mistakes and to indent. */
class Disassembler {
  readonly #memo: DisMemo;
  readonly #indentlevel: number;
  readonly #annotate: number;
  /** Kinds of what is on the stack. */
  readonly #stack: string[] = [];
  /** Offsets of the MARKs. */
  readonly #marks: number[] = [];
  #annotationColumn: number;

  constructor(memo: DisMemo, indentlevel: number, annotate: number) {
    this.#memo = memo;
    this.#indentlevel = indentlevel;
    this.#annotate = annotate;
    this.#annotationColumn = annotate;
  }

  *lines(reader: Reader): Generator<string, void, undefined> {
    let highest = -1;
    for (const step of steps(reader)) {
      highest = Math.max(highest, step.opcode.proto);
      const start = `${String(step.pos).padStart(5)}: `;
      let text: Line;
      try {
        text = this.#line(step);
      } catch (error) {
        // Python has printed the offset by then.
        yield start;
        throw error;
      }
      yield `${start}${text.line}\n`;
      if (text.refusal !== undefined) throw text.refusal;
      this.#change(step, text);
    }
    yield `highest protocol among opcodes = ${highest}\n`;
    if (this.#stack.length === 0) return;
    if (this.#stack.length * 6 > MOST_CHARACTERS) throw tooLong(reader.position - 1);
    throw new PickletoolsError(
      "stack-not-empty",
      `stack not empty after STOP: [${this.#stack.join(", ")}]`,
      reader.position - 1,
    );
  }

  #line(step: Step): Line {
    const { opcode, argument, pos } = step;
    const indent = this.#indentlevel * this.#marks.length;
    if (indent > MOST_CHARACTERS) throw tooLong(pos);
    const text: Line = {
      line: "",
      refusal: undefined,
      pops: opcode.stackBefore.length,
      pushes: opcode.stackAfter,
    };
    let note = this.#popMark(step, text);
    note = this.#useMemo(step, text) ?? note;

    const code = opcode.code < "\x7f" ? opcode.code : `\\x${codeOf(opcode.code)}`;
    let line = `${code.padEnd(4)} ${" ".repeat(Math.max(0, indent))}${opcode.name}`;
    if (argument.value !== null || note !== undefined) {
      line += " ".repeat(10 - Math.min(10, opcode.name.length));
      if (argument.value !== null) {
        line += ` ${reprArgument(opcode.arg ?? "none", argument, pos)}`;
      }
      if (note !== undefined) line += ` ${note}`;
    }
    text.line = this.#annotate === 0 ? line : this.#annotated(line, opcode.doc, pos);
    return text;
  }

  #annotated(line: string, doc: string, pos: number): string {
    // Python counts characters, not UTF-16 units.
    const length = line.length - (line.match(/[\udc00-\udfff]/g)?.length ?? 0);
    if (this.#annotationColumn > MOST_CHARACTERS) throw tooLong(pos);
    const column = Math.max(length, this.#annotationColumn);
    this.#annotationColumn = column > 50 ? this.#annotate : column;
    return `${line}${" ".repeat(column - length)} ${doc}`;
  }

  // Where the opcode takes a MARK off the stack: which one.
  #popMark({ opcode, pos }: Step, text: Line): string | undefined {
    const index = opcode.stackBefore.indexOf("mark");
    const stack = this.#stack;
    if (index < 0 && !(opcode.name === "POP" && stack[stack.length - 1] === "mark"))
      return undefined;
    const mark = this.#marks.pop();
    if (mark === undefined) {
      text.refusal = new PickletoolsError("no-mark", "no MARK exists on stack", pos);
      return "no MARK exists on stack";
    }
    for (let entry = stack.pop(); entry !== "mark"; entry = stack.pop()) {
      if (entry === undefined) {
        // An opcode that knows nothing of marks took the mark itself.
        throw new PickletoolsError("no-mark", "list index out of range", pos, "IndexError");
      }
    }
    text.pops = Math.max(0, index);
    return `(MARK at ${mark})`;
  }

  #useMemo({ opcode, argument, pos }: Step, text: Line): string | undefined {
    const refuse = (code: "memo-redefined" | "memo-target" | "memo-missing", message: string) => {
      text.refusal = new PickletoolsError(code, message, pos);
    };
    const shown = (): string => reprArgument(opcode.arg ?? "none", argument, pos);
    if (MEMORISING.has(opcode.name)) {
      const index = opcode.name === "MEMOIZE" ? this.#memo.size : memoKey(argument.value);
      const top = this.#stack[this.#stack.length - 1];
      if (this.#memo.has(index)) refuse("memo-redefined", `memo key ${shown()} already defined`);
      else if (top === undefined) refuse("memo-target", "stack is empty -- can't store into memo");
      else if (top === "mark") refuse("memo-target", "can't store markobject in the memo");
      else this.#memo.set(index, top);
      return opcode.name === "MEMOIZE" ? `(as ${index})` : undefined;
    }
    if (!RECALLING.has(opcode.name)) return undefined;
    const kind = this.#memo.get(memoKey(argument.value));
    if (kind === undefined)
      refuse("memo-missing", `memo key ${shown()} has never been stored into`);
    else text.pushes = [kind];
    return undefined;
  }

  #change({ pos }: Step, { pops, pushes }: Line): void {
    const stack = this.#stack;
    if (stack.length < pops) {
      throw new PickletoolsError(
        "stack-underflow",
        `tries to pop ${pops} items from stack with only ${stack.length} items`,
        pos,
      );
    }
    stack.length -= pops;
    if (pushes[0] === "mark") this.#marks.push(pos);
    for (const entry of pushes) stack.push(entry);
  }
}

/** What is known of an opcode when its line is made. */
interface Line {
  line: string;
  refusal: PickletoolsError | undefined;
  pops: number;
  pushes: readonly string[];
}

const codeOf = (code: string): string => code.charCodeAt(0).toString(16);

// Python's dict takes True for 1 and False for 0. Big integers as text: V8 hashes bigints by their low 64 bits only.
function memoKey(value: unknown): number | string {
  return typeof value === "bigint" ? value.toString(16) : Number(value);
}
