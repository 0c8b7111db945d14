/**
 * Prints what the ways of making, hashing and writing many short strings cost: the evidence for the machine's
 * `StringReader` and the emitter's `StringMemo`.
 *
 *     node bench/strings.ts
 */
import { hashOf, StringMemo } from "../src/core/emitter/string-memo.ts";
import { StringReader } from "../src/core/machine/strings.ts";

const COUNT = 500_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Strings of 3 to 40 characters of an alphabet, as SHORT_BINUNICODE writes them, with where each stands. */
function written(alphabet: string): { bytes: Uint8Array; starts: Int32Array; stops: Int32Array } {
  const letters = [...alphabet];
  const parts: Uint8Array[] = [];
  const starts = new Int32Array(COUNT);
  const stops = new Int32Array(COUNT);
  let at = 0;
  let random = 1;
  for (let index = 0; index < COUNT; index++) {
    let text = "";
    random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
    for (let left = 3 + (random % 38); left > 0; left--) {
      random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
      text += letters[(random >> 8) % letters.length];
    }
    const data = encoder.encode(text);
    parts.push(Uint8Array.of(0x8c, data.length), data, Uint8Array.of(0x94));
    starts[index] = at + 2;
    stops[index] = at + 2 + data.length;
    at += data.length + 3;
  }
  return { bytes: Uint8Array.from(Buffer.concat(parts)), starts, stops };
}

/** The least of five runs, each on fresh input where `fresh` makes one. */
function least(run: () => number): number {
  let found = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5; attempt++) found = Math.min(found, run());
  return found;
}

function timed(run: () => void): number {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}

function report(what: string, milliseconds: number): void {
  console.log(what.padEnd(52), milliseconds.toFixed(0).padStart(5), "ms");
}

console.log(
  `Node ${process.versions.node}; ${COUNT} strings of 3 to 40 characters, least of five runs`,
);
for (const [name, alphabet] of [
  ["ASCII", "abcdefghijklmnopqrstuvwxyz"],
  ["beyond ASCII", "äöüß漢字かなабвг"],
] as const) {
  const { bytes, starts, stops } = written(alphabet);
  const read = (way: (start: number, stop: number) => string | undefined): string[] => {
    const texts: string[] = new Array(COUNT);
    for (let index = 0; index < COUNT; index++) {
      texts[index] = way(starts[index] as number, stops[index] as number) as string;
    }
    return texts;
  };
  const regions = (): string[] => {
    const reader = new StringReader();
    return read((start, stop) => reader.read(bytes, start, stop, bytes.length));
  };
  report(
    `${name}: StringReader, slices of decoded regions`,
    least(() => timed(regions)),
  );
  report(
    `${name}: one TextDecoder call each`,
    least(() => timed(() => read((start, stop) => decoder.decode(bytes.subarray(start, stop))))),
  );
  report(
    `${name}: StringMemo, fresh strings, find and enter`,
    least(() => {
      const texts = regions();
      return timed(() => {
        const memo = new StringMemo();
        for (let index = 0; index < COUNT; index++) {
          const text = texts[index] as string;
          if (memo.find(text, hashOf(text)) < 0) memo.enter(text, index);
        }
      });
    }),
  );
  report(
    `${name}: Map, fresh strings, get and set`,
    least(() => {
      const texts = regions();
      return timed(() => {
        const memo = new Map<string, number>();
        for (let index = 0; index < COUNT; index++) {
          const text = texts[index] as string;
          if (memo.get(text) === undefined) memo.set(text, index);
        }
      });
    }),
  );
}
