/** A path in, any range of its file's bytes out. Source: `node:fs` (pread). */
import { close, closeSync, fstatSync, openSync, read } from "node:fs";
import { beyondEnd, type RandomAccess } from "../core/bytes/index.ts";
import { LONGEST_CALL } from "./calls.ts";
import { fileError } from "./failure.ts";
import { pathOf } from "./paths.ts";

/**
 * Opens a regular file to be read anywhere. It stays open until `close`.
 *
 * @throws PickleError `read-failed`
 */
export function openAccess(file: string | { readonly href: string }): RandomAccess {
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
    if (!stat.isFile()) throw new Error("it is no file that can be read anywhere");
    return new FileAccess(descriptor, name, stat.size);
  } catch (cause) {
    closeSync(descriptor);
    throw fileError("read-failed", name, cause);
  }
}

class FileAccess implements RandomAccess {
  readonly size: number;
  readonly #name: string;
  #descriptor: number | undefined;

  constructor(descriptor: number, name: string, size: number) {
    this.#descriptor = descriptor;
    this.#name = name;
    this.size = size;
  }

  async read(start: number, target: Uint8Array): Promise<void> {
    for (let filled = 0; filled < target.length; ) {
      const descriptor = this.#descriptor;
      if (descriptor === undefined) {
        throw fileError("read-failed", this.#name, new Error("it was closed"));
      }
      const count = await new Promise<number>((resolve, reject) => {
        const left = Math.min(target.length - filled, LONGEST_CALL);
        read(descriptor, target, filled, left, start + filled, (cause, bytesRead) => {
          if (cause === null) resolve(bytesRead);
          else reject(fileError("read-failed", this.#name, cause));
        });
      });
      if (count === 0) throw beyondEnd(start + target.length, start + filled);
      filled += count;
    }
  }

  close(): Promise<void> {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      close(descriptor, (cause) => {
        if (cause) reject(fileError("read-failed", this.#name, cause));
        else resolve();
      });
    });
  }
}
