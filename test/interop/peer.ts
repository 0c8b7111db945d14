/** Pickles in, what a live Python makes of them out: it loads each and dumps it again (peer.py). */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { decodeFrame, encodeFrame } from "./frames.ts";
import type { Python } from "./pythons.ts";

/** What became of one pickle. */
export type Answer = { readonly bytes: Uint8Array } | { readonly error: string };

/** One Python process; requests are answered one after another. */
export class Peer {
  readonly #child: ChildProcess;
  #received: Buffer = Buffer.alloc(0);
  #waiting: ((body: Uint8Array) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  constructor(python: Python) {
    const script = fileURLToPath(new URL("peer.py", import.meta.url));
    this.#child = spawn(python.path, [script], { stdio: ["pipe", "pipe", "inherit"] });
    this.#child.stdout!.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#deliver();
    });
    this.#child.on("close", (status) => this.#fail?.(new Error(`the peer ended with ${status}`)));
  }

  /** Loads and dumps each pickle at `protocol`. */
  async again(pickles: readonly Uint8Array[], protocol: number): Promise<Answer[]> {
    const body = new Promise<Uint8Array>((resolve, reject) => {
      this.#waiting = resolve;
      this.#fail = reject;
    });
    this.#child.stdin!.write(encodeFrame({ protocol }, pickles));
    const { header, parts } = decodeFrame(await body);
    const { errors } = header as { errors: (string | null)[] };
    return parts.map((bytes, index) => {
      const error = errors[index];
      return typeof error === "string" ? { error } : { bytes };
    });
  }

  close(): void {
    this.#fail = undefined;
    this.#child.stdin!.end();
  }

  #deliver(): void {
    if (this.#received.length < 4) return;
    const end = 4 + this.#received.readUInt32LE(0);
    if (this.#received.length < end) return;
    const body = this.#received.subarray(4, end);
    this.#received = this.#received.subarray(end);
    this.#waiting?.(body);
  }
}
