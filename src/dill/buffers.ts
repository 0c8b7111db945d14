/** An ArrayBuffer and its views in, one call that makes the part of it that they see out. */
import { Instance } from "../core/values/index.ts";
import { OBJECT } from "./names.ts";

/** One ArrayBuffer of a dump, and the views of it that were met: what none of them sees is not written. */
export class BufferParts {
  /** What stands for it; complete once `finish` was called. */
  readonly instance: Instance;
  readonly #buffer: ArrayBuffer;
  readonly #args: unknown[] = ["ArrayBuffer"];
  readonly #views: { readonly args: unknown[]; readonly start: number }[] = [];
  #start: number;
  #end = 0;

  constructor(buffer: ArrayBuffer) {
    this.#buffer = buffer;
    this.#start = buffer.byteLength;
    this.instance = new Instance("call", OBJECT, this.#args);
  }

  /** The bytes from `start` to `end` are seen. */
  see(start: number, end: number): void {
    // A typed array stands at a multiple of its items' size, eight bytes at most.
    this.#start = Math.min(this.#start, start - (start % 8));
    this.#end = Math.max(this.#end, end);
  }

  /** What stands for a view of `length` items from byte `start` to `end`. */
  view(name: string, start: number, end: number, length: number): Instance {
    this.see(start, end);
    const args: unknown[] = ["view", name, this.instance, start, length];
    this.#views.push({ args, start });
    return new Instance("call", OBJECT, args);
  }

  finish(): void {
    const start = Math.min(this.#start, this.#end);
    this.#args.push(new Uint8Array(this.#buffer, start, this.#end - start));
    for (const { args, start: from } of this.#views) args[3] = from - start;
  }
}
