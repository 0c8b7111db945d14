/** Whatever can be read anywhere in, one interface to read it by out: paths, Blobs, file handles, memory, HTTP ranges. */
import {
  asBytes,
  type BytesLike,
  beyondEnd,
  memoryAccess,
  type RandomAccess,
} from "../core/bytes/index.ts";
import { PickleError } from "../core/errors/index.ts";
import {
  type BlobLike,
  fileUrl,
  type HandleLike,
  isHandle,
  isUrl,
  kindOf,
  type OpenHandle,
  type UrlLike,
} from "./sources.ts";

/** What can be read anywhere: a path or `file:` URL, a `FileHandle`, a `Blob`, bytes, or a {@link RandomAccess}. */
export type AccessSource = string | UrlLike | HandleLike | BlobLike | BytesLike | RandomAccess;

/** Whether `source` is something that {@link openAccess} opens, and not a stream or a response. */
export function isAccessSource(source: unknown): source is AccessSource {
  if (typeof source === "string" || asBytes(source) !== undefined) return true;
  if (source === null || typeof source !== "object") return false;
  return isUrl(source) || isHandle(source) || isBlob(source) || isAccess(source);
}

/**
 * Opens `source` to be read anywhere. Only what was opened for a path needs to be closed; a handle stays open.
 *
 * @throws TypeError when it is nothing that can be read anywhere
 * @throws PickleError `read-failed`, `no-files`
 */
export async function openAccess(source: AccessSource): Promise<RandomAccess> {
  const bytes = asBytes(source);
  if (bytes !== undefined) return memoryAccess(bytes);
  if (typeof source === "string" || (isObject(source) && isUrl(source))) {
    const files = await import("#files");
    return files.openAccess(typeof source === "string" ? source : fileUrl(source, "source"));
  }
  if (isObject(source)) {
    if (isHandle(source)) return handleAccess(source);
    if (isBlob(source)) return blobAccess(source);
    if (isAccess(source)) return source;
  }
  throw new TypeError(
    "source must be a path, a file: URL, a FileHandle, a Blob, bytes or an object with size and read(start, target), " +
      `got ${kindOf(source)}`,
  );
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === "object";
}

interface SlicedBlob extends BlobLike {
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

function isBlob(value: object): value is SlicedBlob {
  return (
    "slice" in value && typeof value.slice === "function" && "size" in value && "stream" in value
  );
}

function isAccess(value: object): value is RandomAccess {
  return (
    "size" in value &&
    typeof value.size === "number" &&
    "read" in value &&
    typeof value.read === "function"
  );
}

function blobAccess(blob: SlicedBlob): RandomAccess {
  return {
    size: blob.size,
    async read(start, target) {
      const end = start + target.length;
      if (end > blob.size) throw beyondEnd(end, blob.size);
      let part: ArrayBuffer;
      try {
        part = await blob.slice(start, end).arrayBuffer();
      } catch (cause) {
        throw readFailure("the Blob", cause);
      }
      if (part.byteLength !== target.length) throw beyondEnd(end, start + part.byteLength);
      target.set(new Uint8Array(part));
    },
  };
}

async function handleAccess(handle: OpenHandle): Promise<RandomAccess> {
  try {
    const stat = (await handle.stat()) as { readonly size: number | bigint };
    const size = Number(stat.size);
    return { size, read: (start, target) => readHandle(handle, start, target) };
  } catch (cause) {
    throw readFailure("the file", cause);
  }
}

async function readHandle(handle: OpenHandle, start: number, target: Uint8Array): Promise<void> {
  for (let filled = 0; filled < target.length; ) {
    const left = target.length - filled;
    let count: number;
    try {
      count = (await handle.read(target, filled, left, start + filled)).bytesRead;
    } catch (cause) {
      throw readFailure("the file", cause);
    }
    if (count === 0) throw beyondEnd(start + target.length, start + filled);
    filled += count;
  }
}

/** As much of a `Response` as is read. */
interface RangeResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null };
  readonly body: { cancel(): Promise<void> } | null;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** How {@link httpAccess} asks. */
export interface HttpOptions {
  /** What to call instead of the runtime's `fetch`. */
  readonly fetch?:
    | ((
        url: string,
        init: { headers: Record<string, string>; signal?: AbortSignal },
      ) => Promise<RangeResponse>)
    | undefined;
  /** Sent with every request, for example `authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Ends every request. */
  readonly signal?: AbortSignal | undefined;
}

const CONTENT_RANGE = /^bytes (\d+)-(\d+)\/(\d+)$/;

/**
 * A file behind an HTTP address, of which only the ranges asked for are fetched. One request is made at once, to learn the
 * size. An answer that is not exactly the range of the same file is refused: a server that ignores ranges, a file that
 * changed meanwhile (by its `ETag` or `Last-Modified`, and its size).
 *
 * @throws PickleError `read-failed`
 */
export async function httpAccess(
  url: string | UrlLike,
  options: HttpOptions = {},
): Promise<RandomAccess> {
  const address = typeof url === "string" ? url : url.href;
  const server = new RangeServer(address, options);
  await server.open();
  return server;
}

class RangeServer implements RandomAccess {
  size = 0;
  readonly #url: string;
  readonly #options: HttpOptions;
  #version: string | undefined;

  constructor(url: string, options: HttpOptions) {
    this.#url = url;
    this.#options = options;
  }

  async open(): Promise<void> {
    const first = await this.#request(0, 0);
    // No byte to give: an empty file.
    if (first.status === 416 && first.headers.get("content-range") === "bytes */0")
      return this.#drop(first);
    const { size } = this.#check(first, 0, 0);
    this.size = size;
    this.#version = versionOf(first);
    await this.#drop(first);
  }

  async read(start: number, target: Uint8Array): Promise<void> {
    if (target.length === 0) return;
    const end = start + target.length;
    if (end > this.size) throw beyondEnd(end, this.size);
    const response = await this.#request(start, end - 1);
    const { size } = this.#check(response, start, end - 1);
    if (size !== this.size || versionOf(response) !== this.#version) {
      await this.#drop(response);
      throw this.#failure("the file changed while it was read");
    }
    let body: ArrayBuffer;
    try {
      body = await response.arrayBuffer();
    } catch (cause) {
      throw this.#failed(cause);
    }
    if (body.byteLength !== target.length) {
      throw this.#failure(`${body.byteLength} bytes came, where ${target.length} were asked for`);
    }
    target.set(new Uint8Array(body));
  }

  async #request(first: number, last: number): Promise<RangeResponse> {
    const { fetch: given, headers, signal } = this.#options;
    try {
      const ask = given ?? ((url, init) => fetch(url, init));
      // A compressed answer would be a range of other bytes.
      const range = { range: `bytes=${first}-${last}`, "accept-encoding": "identity" };
      return await ask(this.#url, {
        headers: { ...headers, ...range },
        ...(signal !== undefined && { signal }),
      });
    } catch (cause) {
      throw this.#failed(cause);
    }
  }

  // An abort is the caller's own doing, and stays what it is.
  #failed(cause: unknown): unknown {
    if (this.#options.signal?.aborted === true) return this.#options.signal.reason;
    return readFailure(this.#url, cause);
  }

  #check(response: RangeResponse, first: number, last: number): { size: number } {
    if (response.status !== 206) {
      this.#drop(response);
      const status = `${response.status} ${response.statusText}`.trim();
      const advice = response.status === 200 ? ": the server does not know ranges" : "";
      throw this.#failure(`HTTP ${status}${advice}`);
    }
    const said = response.headers.get("content-range");
    const match = CONTENT_RANGE.exec(said ?? "");
    const size = Number(match?.[3]);
    if (
      match === null ||
      Number(match[1]) !== first ||
      Number(match[2]) !== last ||
      !Number.isSafeInteger(size)
    ) {
      this.#drop(response);
      throw this.#failure(`bytes ${first}-${last} were asked for, ${said ?? "no range"} came`);
    }
    return { size };
  }

  // Without this the connection waits for somebody to read the body.
  async #drop(response: RangeResponse): Promise<void> {
    try {
      await response.body?.cancel();
    } catch {
      // It is not wanted, whatever state it is in.
    }
  }

  #failure(message: string): PickleError {
    return new PickleError("read-failed", `cannot read ${this.#url}: ${message}`);
  }
}

// A weak ETag does not promise the same bytes, but that it differs says enough.
function versionOf({ headers }: RangeResponse): string | undefined {
  return headers.get("etag") ?? headers.get("last-modified") ?? undefined;
}

function readFailure(what: string, cause: unknown): PickleError {
  if (cause instanceof PickleError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PickleError("read-failed", `cannot read ${what}: ${reason}`, { cause });
}
