/** The databases that generate.py made, and what is in each. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DbmFiles, DbmFormat } from "../../src/dbm/index.ts";

export const VECTORS: string = join(import.meta.dirname, "vectors");

const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(VECTORS, name)));
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));

/** The files of each, by the name that it is opened by. */
export const DATABASES: readonly (readonly [name: string, format: DbmFormat, files: DbmFiles])[] = [
  ["sqlite3", "dbm.sqlite3", { data: read("sqlite3") }],
  ["gnu", "dbm.gnu", { data: read("gnu") }],
  ["ndbm", "dbm.ndbm", { data: read("ndbm.db") }],
  ["bdb185", "dbm.ndbm", { data: read("bdb185.db") }],
  ["dumb", "dbm.dumb", { data: read("dumb.dat"), directory: read("dumb.dir") }],
  ["dumb2", "dbm.dumb", { data: read("dumb2.dat"), directory: read("dumb2.dir") }],
];

/** What is in each of them, as generate.py has it. */
export function expected(): Map<string, string> {
  const entries = new Map<string, string>([
    ["", "an empty key"],
    ["empty", ""],
    ["key", "value"],
    ['it\'s "q" \\ \n\r\t\0\x7f\xa0\xad\xff', "\0\x01\xfe\xff"],
    ["z\xc3\xab", "umlaut"],
  ]);
  for (let index = 0; index < 300; index++) entries.set(`k${index}`, `${index}`.repeat(index % 9));
  entries.set("long", "0123456789abcdef".repeat(700));
  entries.set("K".repeat(3000), "a long key");
  return entries;
}

/** Entries as text of one character for each byte. */
export function asText(entries: Iterable<readonly [Uint8Array, Uint8Array]>): Map<string, string> {
  const text = (part: Uint8Array): string => Buffer.from(part).toString("latin1");
  return new Map([...entries].map(([key, value]) => [text(key), text(value)]));
}

/** The other way round. */
export function asBytes(entries: ReadonlyMap<string, string>): [Uint8Array, Uint8Array][] {
  return [...entries].map(([key, value]) => [bytes(key), bytes(value)]);
}
