/**
 * The machine for types that read on behind BUILD, and for input that is fed to it: raw bytes and whole pickles between
 * opcodes, which joblib writes. What needs neither goes without, in bytes and in time.
 */

import type { ByteSource } from "../bytes/index.ts";
import type { RawReading, RawRequest, RawType } from "../registry/index.ts";
import { Input, plain, viewOf } from "./input.ts";
import { Machine, oursOf, PAUSED, type Pause } from "./machine.ts";
import type { LoadOptions } from "./options.ts";
import { Refusal, wrapped } from "./refusal.ts";
import { cutRaw, SourceInput } from "./source.ts";

/** Reads pickles of which types read parts that are no opcodes. */
export class RawMachine extends Machine {
  #reading: RawReading | undefined;
  #readingAt = 0;

  /** Without `input` it is fed, for {@link loadFed}. */
  constructor(input: Uint8Array | ByteSource | Input | undefined, options: LoadOptions) {
    super(inputOf(input), options);
    this.pausesAtBuild = true;
    this.memo.copies = true;
  }

  override load(): unknown {
    let value = this.resume();
    while (value === PAUSED) value = this.resume(this.#follow());
    return value;
  }

  // What the type reads behind the BUILD that the run has paused at.
  #follow(): unknown {
    for (let answer: unknown; ; ) {
      const { done, value } = this.advance(answer);
      if (done) return value;
      answer = this.place(() => this.#answer(value));
    }
  }

  #answer(request: RawRequest): unknown {
    const { input } = this;
    switch (request.want) {
      case "bytes":
        return (input as SourceInput).raw(request.count, request.view ?? false);
      case "skip":
        return (input as SourceInput).skip(request.count);
      case "pickle":
        return this.nested().load();
      default:
        throw new Refusal("hook-failed", "what a type waits for comes to asynchronous loads only");
    }
  }

  /** Runs to STOP or to the next pause; `answer` is what stands for the object whose BUILD the last run paused at. */
  resume(answer?: unknown): unknown {
    const { pause } = this;
    if (this.#reading !== undefined && pause !== null) pause.stack[pause.sp - 1] = answer;
    this.#reading = undefined;
    let value = this.run();
    while (value === PAUSED && this.pause?.type !== undefined) {
      this.#reading = this.#begin(this.pause, this.pause.type);
      if (this.#reading !== undefined) break;
      value = this.run();
    }
    return value;
  }

  #begin({ offset, stack, sp }: Pause, type: RawType): RawReading | undefined {
    this.#readingAt = offset;
    return this.place(() => {
      let reading: RawReading | undefined;
      this.construct.change(type, () => {
        reading = type.follow?.(stack[sp - 1], offset + 1, this.construct.context);
      });
      return reading;
    });
  }

  /** Whether the pause is at a BUILD, whose type {@link advance} asks; else more opcodes must be fed. */
  get follows(): boolean {
    return this.#reading !== undefined;
  }

  /** Gives the type at the BUILD what it asked for; returns its next request, or the object. */
  advance(answer: unknown): IteratorResult<RawRequest, unknown> {
    const reading = this.#reading as RawReading;
    return this.place(() => {
      try {
        return reading.next(answer);
      } catch (cause) {
        throw wrapped("construct-failed", "what follows BUILD could not be read", cause);
      }
    });
  }

  /** Runs `action`; what it refuses happened at the BUILD of the pause. */
  place<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      this.pause = null;
      this.#reading = undefined;
      throw oursOf(this.placed(error, this.#readingAt, 0x62), this.#readingAt);
    }
  }

  /** A machine for the pickle that comes next within this one; it spends what is left to this load. */
  nested(): RawMachine {
    const nested = new RawMachine(this.input, this.options);
    nested.pausesAtBuild = false;
    nested.around = this.pause as Pause;
    return nested;
  }

  /** Whole opcodes, once those before are used up. */
  feed(piece: Uint8Array): void {
    (this.input as FedInput).feed(piece);
  }

  /** Counts `count` raw bytes that went by outside, of which `wanted` were asked for. */
  passed(count: number, wanted: number): void {
    this.place(() => {
      if (count < wanted) throw cutRaw(wanted, count);
    });
    this.input.base += count;
  }

  /** Says that nothing more will be fed; what is cut off then is refused. */
  endFeed(): void {
    const input = this.input as FedInput;
    input.isFed = false;
    this.#close(input, input.end);
  }

  /** How many bytes the last FRAME announced behind the STOP. */
  get frameRest(): number {
    const { openFrameEnd, offset } = this.input as FedInput;
    return Math.max(0, openFrameEnd - offset);
  }

  /** Says that `count` of them are there. */
  endFrame(count: number): void {
    const input = this.input as FedInput;
    this.#close(input, input.pos + count);
  }

  // Refuses a frame that ends behind `end`, which is where the input does.
  #close({ base, openFrame, openFrameEnd }: FedInput, end: number): void {
    if (openFrameEnd > base + end)
      throw this.placed(new Refusal("truncated", "the input ends before STOP"), openFrame, 0x95);
  }
}

// Of a fed machine the input is fed, of any other it has raw bytes: what the feed asks and what it is asked keeps to that.
function inputOf(input: Uint8Array | ByteSource | Input | undefined): Input {
  if (input instanceof Input) return input;
  return input === undefined ? new FedInput() : new SourceInput(input);
}

/** Pieces that are fed one after another. */
class FedInput extends Input {
  /** Where the last FRAME stands that announced more than was there when it was read, and where it is to end. */
  openFrame = -1;
  openFrameEnd = -1;

  constructor() {
    super(new Uint8Array(0), false);
    this.isFed = true;
  }

  /** The next piece, of whole opcodes, once the one before is used up. */
  feed(piece: Uint8Array): void {
    this.base += this.end;
    this.bytes = plain(piece);
    this.view = viewOf(piece);
    this.pos = 0;
    this.end = piece.length;
    this.strings.reset();
  }

  override needFrame(from: number, count: number): number {
    if (!this.isFed) return super.needFrame(from, count);
    this.openFrame = this.base + from;
    this.openFrameEnd = this.openFrame + count;
    return from;
  }
}
