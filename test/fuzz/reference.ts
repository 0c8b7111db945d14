/** Pickles in, CPython's verdicts out: the client of reference.py, which survives a crash or a hang of its child. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** How both sides read an input; the numbers are reference.py's. */
export interface Input {
  readonly bytes: Uint8Array;
  readonly persistent: boolean;
  readonly buffers: boolean;
  /** Index into {@link ENCODINGS}. */
  readonly encoding: number;
}

/** The encodings that inputs are read with, and the errors argument; the order is reference.py's. */
export const ENCODINGS = [
  ["ASCII", "strict"],
  ["latin1", "strict"],
  ["utf-8", "strict"],
  ["bytes", "strict"],
  ["ASCII", "replace"],
  ["utf-8", "surrogateescape"],
] as const;

/** The extension registry that both sides know. */
export const EXTENSIONS: ReadonlyMap<number, string> = new Map([
  [1, "extension.one"],
  [2, "extension.two"],
  [300, "extension.three"],
  [70000, "extension.four"],
]);

/** CPython's answer; `lost` is an input that its process did not survive, `value` is the digest where comparable. */
export interface Answer {
  readonly verdict: "accepted" | "refused" | "lost";
  readonly value: string | undefined;
  readonly error: string;
  readonly message: string;
}

const PERSISTENT = 1;
const BUFFERS = 2;
const TEXT = 4;
const FILE = 8;
const LOST: Answer = { verdict: "lost", value: undefined, error: "", message: "" };

/** One way of asking: with the canonical text instead of its digest, or from a file instead of from memory. */
export interface Asking {
  readonly text?: boolean;
  readonly file?: boolean;
}

/** CPython in a child process. */
export class Reference {
  readonly #python: string;
  readonly #timeout: number;
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  /** How often the child had to be started again. */
  restarts = 0;

  /** @param timeout milliseconds that a batch may take */
  constructor(python: string, timeout = 60_000) {
    this.#python = python;
    this.#timeout = timeout;
  }

  /** The answers to `inputs`, in order. A batch that kills the child is asked again in halves. */
  async ask(inputs: readonly Input[], asking: Asking = {}): Promise<Answer[]> {
    if (inputs.length === 0) return [];
    const answer = await this.#exchange(message(inputs, asking));
    if (answer !== undefined) return answers(answer, asking.text === true);
    if (inputs.length === 1) return [LOST];
    const half = inputs.length >> 1;
    return [
      ...(await this.ask(inputs.slice(0, half), asking)),
      ...(await this.ask(inputs.slice(half), asking)),
    ];
  }

  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  // One message there, one back; undefined where the child died or took too long.
  #exchange(outgoing: Uint8Array): Promise<Uint8Array | undefined> {
    const child = (this.#child ??= this.#start());
    return new Promise((resolve) => {
      const parts: Buffer[] = [];
      let received = 0;
      const done = (answer: Uint8Array | undefined): void => {
        clearTimeout(timer);
        child.stdout.removeAllListeners("data");
        child.removeAllListeners("exit");
        if (answer === undefined) {
          child.kill("SIGKILL");
          this.#child = undefined;
          this.restarts++;
        }
        resolve(answer);
      };
      const timer = setTimeout(() => done(undefined), this.#timeout);
      child.once("exit", () => done(undefined));
      child.stdout.on("data", (part: Buffer) => {
        parts.push(part);
        received += part.length;
        if (received < 4) return;
        const whole = parts.length === 1 ? part : Buffer.concat(parts);
        if (received === 4 + whole.readUInt32LE(0)) done(whole.subarray(4));
        else parts.splice(0, parts.length, whole);
      });
      child.stdin.write(outgoing);
    });
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    const script = join(import.meta.dirname, "reference.py");
    const child = spawn(this.#python, ["-W", "ignore", script], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    child.stdin.on("error", () => {
      // a child that died while we wrote; its exit is the answer
    });
    return child;
  }
}

function message(inputs: readonly Input[], asking: Asking): Uint8Array {
  const size = inputs.reduce((sum, { bytes }) => sum + 6 + bytes.length, 4);
  const whole = Buffer.allocUnsafe(size);
  let at = whole.writeUInt32LE(inputs.length, 0);
  const common = (asking.text ? TEXT : 0) | (asking.file ? FILE : 0);
  for (const { bytes, persistent, buffers, encoding } of inputs) {
    at = whole.writeUInt8(common | (persistent ? PERSISTENT : 0) | (buffers ? BUFFERS : 0), at);
    at = whole.writeUInt8(encoding, at);
    at = whole.writeUInt32LE(bytes.length, at);
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}

function answers(body: Uint8Array, texts: boolean): Answer[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const found: Answer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const status = bytes[at++] as number;
    const errorLength = bytes[at++] as number;
    const error = bytes.toString("latin1", at, (at += errorLength));
    const messageLength = bytes[at++] as number;
    const text = bytes.toString("latin1", at, (at += messageLength));
    let value: string | undefined;
    if (status === 2 && texts) {
      const length = bytes.readUInt32LE(at);
      value = bytes.toString("latin1", at + 4, (at += 4 + length));
    } else if (status === 2) value = bytes.toString("hex", at, (at += 8));
    found.push({ verdict: status === 0 ? "refused" : "accepted", value, error, message: text });
  }
  return found;
}
