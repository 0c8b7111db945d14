/**
 * A FIFO's bytes out and in, without holding up the process. Source: POSIX `open(2)` with O_NONBLOCK, Linux fs/pipe.c.
 *
 * A FIFO waits in `open` for its other side, however long that takes, and then in each `read` and `write`. Neither the event
 * loop nor a thread of the pool may wait so: of a process with such a thread not even `process.exit` is the end.
 */
import { constants, createReadStream, openSync, statSync } from "node:fs";
import { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { fileError, systemCode } from "./failure.ts";
import { pathOf } from "./paths.ts";

/** Chunks that arrive when they arrive; `destroy` closes the file, also while one is waited for. */
export interface ChunkStream extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

// Between two looks whether somebody reads.
const PAUSE = 10;

/** Opens a FIFO for reading. */
export function readPipe(path: string): ChunkStream {
  // Linux lets epoll wait for the first writer (fifo_open, pipe_poll); elsewhere a FIFO that nobody has opened to write yet
  // may seem to have ended.
  if (process.platform !== "linux" || !hasPipes()) return createReadStream(path);
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd: descriptor, readable: true, writable: false });
}

/**
 * Opens a FIFO for writing, as soon as somebody reads it; `undefined` where the file is none.
 *
 * @throws PickleError `write-failed`; the signal's reason
 */
export async function writePipe(
  file: string | { readonly href: string },
  signal?: AbortSignal | undefined,
): Promise<Socket | undefined> {
  const path = pathOf(file);
  for (;;) {
    signal?.throwIfAborted();
    try {
      const isPipe = statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
      if (!isPipe || !hasPipes()) return undefined;
      const descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      return new Socket({ fd: descriptor, readable: false, writable: true });
    } catch (cause) {
      // ENXIO: nobody reads it yet.
      if (systemCode(cause) !== "ENXIO")
        throw fileError("write-failed", JSON.stringify(path), cause);
    }
    await setTimeout(PAUSE);
  }
}

// Bun and Deno have no sockets over file descriptors.
function hasPipes(): boolean {
  return !("bun" in process.versions || "deno" in process.versions);
}
