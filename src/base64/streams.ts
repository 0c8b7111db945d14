/** Files and streams to base64 in lines, and back: a chunk at a time. Source: CPython 3.13 Lib/base64.py. */
import { PickleError } from "../core/errors/index.ts";
import {
  chunksOf,
  fileUrl,
  isPath,
  openTarget,
  type Source,
  type Target,
} from "../sources/index.ts";
import { Decoder, encodebytes } from "./base64.ts";
import { BinasciiError } from "./error.ts";

const LINE_BYTES = 57;
const NEWLINE = 0x0a;

/** Options of {@link encode} and {@link decode}. */
export interface StreamOptions {
  /** Stops before the next chunk and rejects with the signal's reason; a path keeps its old contents. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the base64 of `input` to `output`, in lines of 76 characters.
 *
 * Both may be a path, a `file:` URL, a `FileHandle` or a stream; `input` also bytes, a Blob, a Response or an iterable of
 * chunks, `output` anything with `write(chunk)`. A path is written atomically.
 *
 * @throws BinasciiError `read-failed`, `write-failed`, `no-files`
 * @example
 * ```ts
 * import { encode } from "brine/base64";
 * const lines: string[] = [];
 * await encode(Uint8Array.of(97, 98), { write: (chunk) => lines.push(new TextDecoder().decode(chunk)) });
 * lines; //=> ["YWI=\n"]
 * ```
 */
export function encode(input: Source, output: Target, options: StreamOptions = {}): Promise<void> {
  return pipe(input, output, encodedLines, options);
}

/**
 * Writes the bytes of base64 text to `output`. Each line is decoded by itself and must be whole; what is not base64 is
 * skipped.
 *
 * @throws BinasciiError `incorrect-padding`, `bad-length`, `read-failed`, `write-failed`, `no-files`; the offset is that
 * in the whole input
 */
export function decode(input: Source, output: Target, options: StreamOptions = {}): Promise<void> {
  return pipe(input, output, decodedLines, options);
}

type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

async function pipe(
  input: Source,
  output: Target,
  convert: (chunks: Chunks) => Chunks,
  { signal }: StreamOptions,
): Promise<void> {
  const chunks = convert(chunksOf(input, signal));
  try {
    if (!isPath(output)) {
      const target = openTarget(output);
      try {
        for await (const chunk of chunks) await target.write(chunk, signal);
      } finally {
        target.release();
      }
      return;
    }
    const path = typeof output === "string" ? output : fileUrl(output, "target");
    const files = await import("#files");
    const file = files.replaceFile(path);
    try {
      for await (const chunk of chunks) file.write(chunk);
    } catch (error) {
      file.discard();
      throw error;
    }
    file.commit();
  } catch (error) {
    throw error instanceof PickleError ? ours(error) : error;
  }
}

// Sources and targets speak in the errors of pickling; this room has its own.
function ours(error: PickleError): BinasciiError {
  const { code, message } = error;
  const known = code === "no-files" || code === "write-failed" ? code : "read-failed";
  return new BinasciiError(known, message, undefined, { cause: error });
}

async function* encodedLines(chunks: Chunks): Chunks {
  const encoder = new TextEncoder();
  let rest = new Uint8Array(0);
  for await (const chunk of chunks) {
    const joined = new Uint8Array(rest.length + chunk.length);
    joined.set(rest);
    joined.set(chunk, rest.length);
    const whole = joined.length - (joined.length % LINE_BYTES);
    if (whole > 0) yield encoder.encode(encodebytes(joined.subarray(0, whole)));
    rest = joined.slice(whole);
  }
  if (rest.length > 0) yield encoder.encode(encodebytes(rest));
}

// The decoder runs on from chunk to chunk, so that a line of any length costs no memory.
async function* decodedLines(chunks: Chunks): Chunks {
  const decoder = new Decoder();
  let position = 0;
  for await (const chunk of chunks) {
    const made = new Uint8Array(Math.ceil(chunk.length / 4) * 3 + 3);
    let count = 0;
    for (let at = 0; at < chunk.length; ) {
      const newline = chunk.indexOf(NEWLINE, at);
      const end = newline < 0 ? chunk.length : newline;
      count += decoder.push(chunk.subarray(at, end), made.subarray(count), false);
      if (newline >= 0) {
        decoder.end(position + newline);
        decoder.reset();
      }
      at = end + 1;
    }
    position += chunk.length;
    if (count > 0) yield made.subarray(0, count);
  }
  decoder.end(position);
}
