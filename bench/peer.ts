/** A program that answers each line with a line, as a child process. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

export class Peer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.#child.spawnfile} ended`);
    return value;
  }

  async ask(command: string): Promise<string> {
    this.#child.stdin.write(`${command}\n`);
    return this.line();
  }

  async time(command: string): Promise<number> {
    return Number(await this.ask(command));
  }

  close(): void {
    this.#child.stdin.end();
  }
}

/** A TypeScript program of this folder over the sources, with what a bench needs of V8. */
export function startNode(file: string, args: readonly string[]): Peer {
  const flags = [
    "--conditions=brine-source",
    "--expose-gc",
    "--max-old-space-size=4096",
    "--no-warnings",
  ];
  return new Peer(process.execPath, [...flags, file, ...args]);
}
