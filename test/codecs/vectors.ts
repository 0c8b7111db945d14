/** What the references compressed, as vectors/codecs.json holds it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import type { Compression } from "../../src/codecs/index.ts";

interface Document {
  data: Record<string, string>;
  vectors: { name: string; compression: Compression; packed: string; parts: string[] }[];
  bombs: Record<Compression, string>;
}

const document = JSON.parse(
  readFileSync(join(import.meta.dirname, "vectors", "codecs.json"), "utf8"),
) as Document;

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
const data = new Map(
  Object.entries(document.data).map(([name, text]): [string, Uint8Array] => [
    name,
    new Uint8Array(inflateSync(bytes(text))),
  ]),
);

/** One compressed input, and what each of its streams holds. */
export interface Vector {
  readonly name: string;
  readonly compression: Compression;
  readonly packed: Uint8Array;
  readonly parts: readonly Uint8Array[];
  readonly whole: Uint8Array;
}

export const vectors: readonly Vector[] = document.vectors.map(({ parts, packed, ...rest }) => {
  const made = parts.map((part) => data.get(part) ?? bytes(part));
  return {
    ...rest,
    packed: bytes(packed),
    parts: made,
    whole: new Uint8Array(Buffer.concat(made)),
  };
});

/** A pickle of 8 MiB of zeros. */
export const bombs = Object.entries(document.bombs).map(([compression, text]) => {
  const packed = bytes(text);
  // LZ4 makes 32 KB of them, of which zlib makes less.
  const isLz4 = compression === "lz4";
  return {
    compression: compression as Compression,
    packed: isLz4 ? new Uint8Array(inflateSync(packed)) : packed,
  };
});

/** The vector of that name and compression. */
export function vector(name: string, compression: Compression): Vector {
  const found = vectors.find((one) => one.name === name && one.compression === compression);
  if (found === undefined) throw new Error(`there is no vector ${name}`);
  return found;
}

/** Its bytes, `step` at a time. */
export function sourceOf(packed: Uint8Array, step: number) {
  let at = 0;
  return {
    remaining: undefined,
    read(target: Uint8Array): number {
      const part = packed.subarray(at, at + Math.min(step, target.length));
      target.set(part);
      at += part.length;
      return part.length;
    },
  };
}

/** Everything that a source gives, `size` bytes at a time. */
export function drain(source: { read(target: Uint8Array): number }, size: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = new Uint8Array(size);
    const count = source.read(piece);
    if (count === 0) return new Uint8Array(Buffer.concat(pieces));
    pieces.push(piece.subarray(0, count));
  }
}

export async function* chunksOf(packed: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < packed.length; at += step) yield packed.subarray(at, at + step);
}
