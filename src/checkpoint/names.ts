/** A checkpoint's name in, the names of its files out; no name leads out of the folder. */
import { CheckpointError } from "./error.ts";

/** Most bytes of UTF-8 in a name, so that the longest of its files' names has less than 255. */
export const LONGEST_NAME = 200;

// Separators, drives and streams of Windows, control characters, halves of surrogate pairs.
const FORBIDDEN = /[/\\:\p{Cc}\p{Cs}]/u;
// Windows opens a device under these names, whatever comes behind the first point.
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/** Why `name` is no name of a checkpoint, or `undefined`. */
export function nameFault(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name.startsWith(".")) return "it begins with a point";
  if (FORBIDDEN.test(name)) return "it has one of / \\ : or a control character in it";
  if (DEVICE.test(name)) return "it is a device on Windows";
  const size = new TextEncoder().encode(name).length;
  return size > LONGEST_NAME ? `it has ${size} bytes, more than ${LONGEST_NAME}` : undefined;
}

/** @throws TypeError when it is no string; CheckpointError `bad-name` */
export function checkedName(name: unknown): string {
  if (typeof name !== "string") throw new TypeError(`name must be a string, not ${typeof name}`);
  const fault = nameFault(name);
  if (fault === undefined) return name;
  const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
  throw new CheckpointError("bad-name", `${shown} is no name for a checkpoint: ${fault}`, name);
}
