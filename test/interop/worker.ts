/**
 * Frames on stdin in, frames on stdout out: brine between a Python's dumps and its loads (see brine_client.py).
 * A frame is a little-endian u32 length, a u32 header length, a JSON header, a u32 count, and that many parts, each a
 * u32 length and its bytes.
 */
import { readSync, writeSync } from "node:fs";
import {
  type DumpOptions,
  type LoadOptions,
  PersistentId,
  PickleBuffer,
  PickleError,
  UnpicklingError,
} from "../../src/pickle/index.ts";
import { decodeFrame, encodeFrame } from "./frames.ts";

// BRINE_ENTRY=pickle asks for the bare machine, where every class but the builtins is inert data.
const { dumps, loads, Pickler, Unpickler } =
  process.env["BRINE_ENTRY"] === "pickle"
    ? await import("../../src/pickle/index.ts")
    : await import("../../src/index.ts");

type Phase = "load" | "dump";

/** What a Python client may set; the names are those of brine's own options. */
interface Request {
  readonly op: "roundtrip" | "stream" | "buffers";
  readonly protocol: number | readonly number[];
  readonly load: {
    readonly extensions?: readonly [number, string][];
    readonly [name: string]: unknown;
  };
  readonly dump: { readonly [name: string]: unknown };
  /** "identity": every object is its own persistent id. */
  readonly persistent?: boolean | "identity";
  readonly limit?: number | null;
}

/** Which of the two halves is at work, for the report of an error. */
let phase: Phase = "load";

function loadOptions(request: Request): LoadOptions {
  const { extensions, ...rest } = request.load;
  return {
    lossless: true,
    ...rest,
    ...(extensions && { extensions: new Map(extensions) }),
    ...(request.persistent === true && { persistentLoad: (id: unknown) => new PersistentId(id) }),
    ...(request.persistent === "identity" && { persistentLoad: (id: unknown) => id }),
  };
}

function dumpOptions(request: Request): DumpOptions {
  const { extensions } = request.load;
  return {
    ...request.dump,
    ...(extensions && { extensions: new Map(extensions) }),
    ...(request.persistent === "identity" && { persistentId: (value: unknown) => value }),
  };
}

function report(error: unknown): object {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof PickleError ? error.code : null;
  const stack = code === null && error instanceof Error ? `${message}\n${error.stack}` : message;
  const opcode = error instanceof UnpicklingError ? (error.opcode ?? null) : null;
  return { phase, name, code, opcode, message: stack };
}

function roundtrip(request: Request, parts: readonly Uint8Array[]): [object, Uint8Array[]] {
  const reading = loadOptions(request);
  const writing = dumpOptions(request);
  const results: (object | null)[] = [];
  const out = parts.map((part, index) => {
    const { protocol } = request;
    try {
      phase = "load";
      const value = loads(part, reading);
      phase = "dump";
      const bytes = dumps(
        value,
        typeof protocol === "number" ? protocol : protocol[index],
        writing,
      );
      results.push(null);
      return bytes;
    } catch (error) {
      results.push(report(error));
      return new Uint8Array();
    }
  });
  return [{ results }, out];
}

function stream(request: Request, parts: readonly Uint8Array[]): [object, Uint8Array[]] {
  const out: Uint8Array[] = [];
  try {
    const pickles = parts.map((part) => {
      const unpickler = new Unpickler(part, loadOptions(request));
      const file = { write: (chunk: Uint8Array) => out.push(chunk.slice()) };
      const pickler = new Pickler(file, request.protocol as number, dumpOptions(request));
      const rows: [end: number, chunkCount: number][] = [];
      const limit = request.limit ?? Number.POSITIVE_INFINITY;
      while ((unpickler.position < part.length || rows.length === 0) && rows.length < limit) {
        phase = "load";
        const value = unpickler.load();
        phase = "dump";
        const before = out.length;
        pickler.dump(value);
        rows.push([unpickler.position, out.length - before]);
      }
      return rows;
    });
    return [{ pickles }, out];
  } catch (error) {
    return [{ error: report(error) }, []];
  }
}

function buffers(request: Request, parts: readonly Uint8Array[]): [object, Uint8Array[]] {
  const [data, ...outOfBand] = parts as [Uint8Array, ...Uint8Array[]];
  const given = outOfBand.map((bytes) => new PickleBuffer(bytes));
  const found: Uint8Array[] = [];
  try {
    phase = "load";
    const value = loads(data, { ...loadOptions(request), buffers: given });
    phase = "dump";
    const bytes = dumps(value, 5, {
      ...dumpOptions(request),
      bufferCallback: (buffer: PickleBuffer) => {
        found.push(buffer.data);
        return false;
      },
    });
    return [{}, [bytes, ...found]];
  } catch (error) {
    return [{ error: report(error) }, []];
  }
}

function readExactly(length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const count = readSync(0, bytes, at, length - at, null);
    if (count === 0) return undefined;
    at += count;
  }
  return bytes;
}

const OPERATIONS = { roundtrip, stream, buffers };

for (;;) {
  const prefix = readExactly(4);
  if (prefix === undefined) break;
  const body = readExactly(new DataView(prefix.buffer).getUint32(0, true));
  if (body === undefined) break;
  const { header, parts } = decodeFrame(body);
  const request = header as Request;
  let answer: [object, Uint8Array[]];
  try {
    answer = OPERATIONS[request.op](request, parts);
  } catch (error) {
    answer = [{ fatal: report(error) }, []];
  }
  const frame = encodeFrame(answer[0], answer[1]);
  for (let at = 0; at < frame.length; ) at += writeSync(1, frame, at);
}
