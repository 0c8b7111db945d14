/** A pickle in, the same without the memo entries that nothing reads out. Source: CPython 3.13 Lib/pickletools.py optimize. */
import { asBytes, ByteBuffer, type BytesLike } from "../core/bytes/index.ts";
import { PyDict, PySet } from "../core/values/index.ts";
import type { OpcodeArgument } from "./arguments.ts";
import { PickletoolsError } from "./error.ts";
import { steps } from "./genops.ts";
import { Reader } from "./reader.ts";

const MOST_PROTOCOL = 5;
// CPython Lib/pickle.py _Framer.
const FRAME_SIZE_MIN = 4;
const FRAME_SIZE_TARGET = 64 * 1024;

type Key = number | string;

/** What becomes of a stretch of the pickle. */
type Piece =
  | { readonly kind: "put" | "get"; readonly key: Key; readonly pos: number }
  | { readonly kind: "copy"; readonly pos: number; readonly end: number };

/**
 * The same pickle without the memo entries that nothing reads, the rest numbered anew, in frames where its protocol has
 * them: byte for byte what Python's `pickletools.optimize` makes. Bytes behind the pickle are dropped.
 *
 * @throws PickletoolsError with the message of Python's exception
 * @throws TypeError where `pickle` is not bytes
 * @example
 * ```ts
 * import { optimize } from "brine/pickletools";
 * import { dumps } from "brine/pickle";
 * const pickle = dumps(["a", "b"], 2);
 * [pickle.length, optimize(pickle).length]; //=> [24, 18]
 * ```
 */
export function optimize(pickle: BytesLike): Uint8Array {
  const bytes = asBytes(pickle);
  if (bytes === undefined) throw new TypeError("pickle must be bytes");
  const { pieces, used, protocol, header } = dissect(bytes);
  if (protocol > MOST_PROTOCOL) {
    const message = `pickle protocol must be <= ${MOST_PROTOCOL}`;
    throw new PickletoolsError("unsupported-protocol", message, 0);
  }
  const output = new Output(bytes.length, protocol);
  output.direct(header);
  let count = 0;
  for (const piece of pieces) {
    if (piece.kind === "copy") {
      output.copy(bytes.subarray(piece.pos, piece.end));
    } else if (piece.kind === "get") {
      output.whole(getOpcode(used.get(piece.key), protocol, piece.pos));
    } else if (used.has(piece.key)) {
      output.whole(putOpcode(count, protocol));
      used.set(piece.key, count++);
    }
  }
  return output.finish();
}

interface Dissected {
  readonly pieces: Piece[];
  /** Keys that are read; their new numbers, once they have one. */
  readonly used: Map<Key, number | undefined>;
  readonly protocol: number;
  readonly header: Uint8Array;
}

function dissect(bytes: Uint8Array): Dissected {
  const pieces: Piece[] = [];
  // Indexes of a memo may be chosen to collide: PySet and PyDict stand that.
  const written = new PySet<Key>();
  const used = new PyDict<Key, number | undefined>();
  let protocol = 0;
  let header = new Uint8Array(0);
  for (const { opcode, argument, pos, end } of steps(new Reader(bytes))) {
    const { name } = opcode;
    if (name.includes("PUT") || name === "MEMOIZE") {
      const key = name === "MEMOIZE" ? written.size : keyOf(argument.value);
      written.add(key);
      pieces.push({ kind: "put", key, pos });
    } else if (name === "FRAME") {
      // Frames are made anew.
    } else if (name.includes("GET")) {
      protocol = Math.max(protocol, opcode.proto);
      const key = keyOf(argument.value);
      used.set(key, undefined);
      pieces.push({ kind: "get", key, pos });
    } else {
      if (name === "PROTO") protocol = Math.max(protocol, Number(argument.value));
      if (name === "PROTO" && pos === 0) header = bytes.slice(pos, end);
      else pieces.push({ kind: "copy", pos, end });
    }
  }
  return { pieces, used, protocol, header };
}

// Python's dict takes True for 1 and False for 0.
function keyOf(value: OpcodeArgument): Key {
  return typeof value === "bigint" ? value.toString(16) : Number(value);
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

function littleEndian(code: number, value: number): Uint8Array {
  return Uint8Array.of(code, value, value >>> 8, value >>> 16, value >>> 24);
}

function putOpcode(index: number, protocol: number): Uint8Array {
  if (protocol >= 4) return Uint8Array.of(0x94);
  if (protocol === 0) return ascii(`p${index}\n`);
  return index < 256 ? Uint8Array.of(0x71, index) : littleEndian(0x72, index);
}

function getOpcode(index: number | undefined, protocol: number, pos: number): Uint8Array {
  // Read before it was written: Python writes repr(None) at protocol 0, and fails to compare it from 1 on.
  if (protocol === 0) return ascii(`g${index ?? "None"}\n`);
  if (index === undefined) {
    const message = "'<' not supported between instances of 'NoneType' and 'int'";
    throw new PickletoolsError("memo-missing", message, pos, "TypeError");
  }
  return index < 256 ? Uint8Array.of(0x68, index) : littleEndian(0x6a, index);
}

/** The new pickle: what is written, in frames from protocol 4 on. */
class Output {
  readonly #out: ByteBuffer;
  readonly #frame: ByteBuffer | undefined;

  constructor(size: number, protocol: number) {
    this.#out = new ByteBuffer(size + 64);
    this.#frame = protocol >= 4 ? new ByteBuffer(FRAME_SIZE_TARGET) : undefined;
  }

  /** Writes what belongs to no frame. */
  direct(bytes: Uint8Array): void {
    this.#out.append(bytes);
  }

  /** Writes an opcode of ours. */
  whole(bytes: Uint8Array): void {
    this.#commit(false);
    (this.#frame ?? this.#out).append(bytes);
  }

  /** Writes an opcode of the old pickle; a big one stands outside the frames. */
  copy(bytes: Uint8Array): void {
    const frameless = bytes.length > FRAME_SIZE_TARGET;
    this.#commit(frameless);
    (frameless ? this.#out : (this.#frame ?? this.#out)).append(bytes);
  }

  finish(): Uint8Array {
    if (this.#frame !== undefined && this.#frame.pos > 0) this.#commit(true);
    return this.#out.bytes.slice(0, this.#out.pos);
  }

  #commit(force: boolean): void {
    const frame = this.#frame;
    if (frame === undefined || (frame.pos < FRAME_SIZE_TARGET && !force)) return;
    if (frame.pos >= FRAME_SIZE_MIN) {
      const header = new Uint8Array(9);
      header[0] = 0x95;
      new DataView(header.buffer).setBigUint64(1, BigInt(frame.pos), true);
      this.#out.append(header);
    }
    this.#out.append(frame.bytes.subarray(0, frame.pos));
    frame.pos = 0;
  }
}
