/** A file in; the same with one bit of one byte turned over. */
import { readFileSync, writeFileSync } from "node:fs";

/** Turns over the lowest bit of byte `at`. */
export function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(path, bytes);
}
