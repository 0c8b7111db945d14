/** A path in, bytes out: regular files by synchronous windows, pipes and devices as chunks. Source: `node:fs`. */
import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  read,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { ByteSource } from "../core/bytes/index.ts";
import { LONGEST_CALL } from "./calls.ts";
import { fileError } from "./failure.ts";
import { adviseHugePages } from "./pages.ts";
import { pathOf } from "./paths.ts";
import { type ChunkStream, readPipe } from "./pipes.ts";

/** An input that was opened: a regular file is read in place, anything else arrives when it arrives. */
export type OpenedInput =
  | { readonly kind: "file"; readonly source: ByteSource; close(): void }
  | { readonly kind: "chunks"; readonly chunks: ChunkStream };

/** How a file is read. */
export interface InputOptions {
  /** Whether large memory that {@link ByteSource.fill} fills is to be made of huge pages. */
  readonly hugePages?: boolean | undefined;
}

/**
 * Opens a path for reading.
 *
 * @throws PickleError `read-failed`
 */
export function openInput(
  file: string | { readonly href: string },
  options: InputOptions = {},
): OpenedInput {
  const path = pathOf(file);
  const name = JSON.stringify(path);
  let descriptor: number;
  try {
    if (statSync(path).isFIFO()) return { kind: "chunks", chunks: readPipe(path) };
    descriptor = openSync(path, "r");
  } catch (cause) {
    throw fileError("read-failed", name, cause);
  }
  try {
    const stat = fstatSync(descriptor);
    if (stat.isFile()) {
      const source = new FileSource(descriptor, name, options.hugePages ?? false);
      return { kind: "file", source, close: () => closeSync(descriptor) };
    }
    // A device may keep its reader waiting; only asynchronous reads leave the process alive meanwhile.
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
  readonly #hugePages: boolean;
  #position = 0;

  constructor(descriptor: number, name: string, hugePages: boolean) {
    this.#descriptor = descriptor;
    this.#name = name;
    this.#hugePages = hugePages;
  }

  // Asked anew each time: a file may grow while it is read. The files of /proc say 0 whatever they hold.
  get remaining(): number | undefined {
    const { size } = fstatSync(this.#descriptor);
    return size === 0 ? undefined : Math.max(0, size - this.#position);
  }

  read(target: Uint8Array): number {
    try {
      const count = readSync(
        this.#descriptor,
        target,
        0,
        Math.min(target.length, LONGEST_CALL),
        this.#position,
      );
      this.#position += count;
      return count;
    } catch (cause) {
      throw fileError("read-failed", this.#name, cause);
    }
  }

  // Most of the time goes to the kernel's making of fresh pages, which several threads do at once.
  async fill(target: Uint8Array): Promise<number> {
    if (this.#hugePages) adviseHugePages(target);
    const step = Math.max(LEAST_PART, Math.ceil(target.length / THREADS / PAGE) * PAGE);
    const parts: Promise<number>[] = [];
    for (let start = 0; start < target.length; start += step)
      parts.push(this.#fillPart(target.subarray(start, start + step), this.#position + start));
    let filled = 0;
    // Every read has ended before anything is thrown: the caller closes the file then.
    for (const [index, part] of (await Promise.allSettled(parts)).entries()) {
      if (part.status === "rejected") throw part.reason;
      // Behind a part that was cut nothing counts.
      if (filled === index * step) filled += part.value;
    }
    this.#position += filled;
    return filled;
  }

  async #fillPart(part: Uint8Array, position: number): Promise<number> {
    let filled = 0;
    while (filled < part.length) {
      const count = await new Promise<number>((resolve, reject) => {
        const left = part.length - filled;
        read(this.#descriptor, part, filled, left, position + filled, (cause, bytesRead) => {
          if (cause === null) resolve(bytesRead);
          else reject(fileError("read-failed", this.#name, cause));
        });
      });
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }
}

// Node's pool has four threads where UV_THREADPOOL_SIZE does not say otherwise.
const THREADS = 4;
const PAGE = 4096;
const LEAST_PART = 1024 * 1024;
