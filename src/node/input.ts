/** A path in, bytes out: regular files by synchronous windows, pipes and devices as chunks. Source: `node:fs`. */
import { closeSync, createReadStream, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ByteSource } from "../core/bytes/index.ts";
import { fileError } from "./failure.ts";

/** An input that was opened: a regular file is read in place, anything else arrives when it arrives. */
export type OpenedInput =
  | { readonly kind: "file"; readonly source: ByteSource; close(): void }
  | { readonly kind: "chunks"; readonly chunks: AsyncIterable<Uint8Array> };

/** The path of a file: a path as it is, a `file:` URL converted. */
export function pathOf(file: string | { readonly href: string }): string {
  return typeof file === "string" ? file : fileURLToPath(file.href);
}

/**
 * Opens a path for reading.
 *
 * @throws PickleError `read-failed`
 */
export function openInput(file: string | { readonly href: string }): OpenedInput {
  const path = pathOf(file);
  const name = JSON.stringify(path);
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    throw fileError("read-failed", name, cause);
  }
  try {
    const stat = fstatSync(descriptor);
    if (stat.isFile()) {
      const source = new FileSource(descriptor, name);
      return { kind: "file", source, close: () => closeSync(descriptor) };
    }
    // A pipe may keep its reader waiting; only asynchronous reads leave the process alive meanwhile.
    if (!stat.isDirectory()) {
      return { kind: "chunks", chunks: createReadStream(path, { fd: descriptor }) };
    }
    readSync(descriptor, new Uint8Array(1), 0, 1, 0); // raises EISDIR
    throw new Error("it is a directory");
  } catch (cause) {
    closeSync(descriptor);
    throw fileError("read-failed", name, cause);
  }
}

/**
 * All bytes of the file `name` in the folder of `file`.
 *
 * @throws PickleError `read-failed`
 */
export function readBeside(file: string | { readonly href: string }, name: string): Uint8Array {
  const path = join(dirname(pathOf(file)), name);
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw fileError("read-failed", JSON.stringify(path), cause);
  }
}

/** A regular file as a {@link ByteSource}. */
class FileSource implements ByteSource {
  readonly #descriptor: number;
  readonly #name: string;
  #position = 0;

  constructor(descriptor: number, name: string) {
    this.#descriptor = descriptor;
    this.#name = name;
  }

  // Asked anew each time: a file may grow while it is read. The files of /proc say 0 whatever they hold.
  get remaining(): number | undefined {
    const { size } = fstatSync(this.#descriptor);
    return size === 0 ? undefined : Math.max(0, size - this.#position);
  }

  read(target: Uint8Array): number {
    try {
      const count = readSync(this.#descriptor, target, 0, target.length, this.#position);
      this.#position += count;
      return count;
    } catch (cause) {
      throw fileError("read-failed", this.#name, cause);
    }
  }
}
