/** A losslessly loaded value in; the path to what msgpack would write and not give back, where there is such a thing, out. */
import { ByteArray, PyDict } from "../core/values/index.ts";
import { ExtType, Timestamp } from "../msgpack/index.ts";
import { InputError } from "./command.ts";

interface Step {
  readonly value: unknown;
  readonly label: string;
  readonly around: Step | undefined;
}

/**
 * Refuses what msgpack has one form for where Python has two, and what is there twice: an array for tuples, a map for the
 * subclasses of dict, bin for bytearrays, copies for shared references. What it has no form for at all is packing's to
 * refuse.
 *
 * @throws InputError with the path
 */
export function refuseInexact(root: unknown): void {
  const seen = new Set<object>();
  const stack: Step[] = [{ value: root, label: "$", around: undefined }];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const { value } = step;
    if (typeof value !== "object" || value === null) continue;
    const kind = inexact(value);
    if (kind !== undefined) throw refusal(`msgpack keeps ${kind}`, step);
    const isList = Array.isArray(value);
    if (!isList && !(value instanceof Map)) continue;
    if (seen.has(value))
      throw refusal("msgpack has no shared references: this one would be copied", step);
    seen.add(value);
    if (isList) {
      for (const [index, part] of value.entries()) {
        if (isComposite(part)) stack.push({ value: part, label: `[${index}]`, around: step });
      }
    } else {
      for (const [key, part] of value as Map<unknown, unknown>) {
        if (isComposite(key)) stack.push({ value: key, label: ".<key>", around: step });
        if (isComposite(part)) stack.push({ value: part, label: labelOf(key), around: step });
      }
    }
  }
}

function isComposite(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    !(value instanceof ExtType) &&
    !(value instanceof Timestamp)
  );
}

function inexact(value: object): string | undefined {
  if (value instanceof ByteArray) return "no bytearray, only bytes";
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value) && prototype !== Array.prototype) return "no tuples, only lists";
  if (value instanceof Map && prototype !== PyDict.prototype) return "no subclass of dict";
  return undefined;
}

function labelOf(key: unknown): string {
  if (typeof key !== "string") return `[${typeof key === "object" ? "…" : String(key)}]`;
  return /^[\p{L}_$][\p{L}\p{N}_$]{0,40}$/u.test(key)
    ? `.${key}`
    : `[${JSON.stringify(key.slice(0, 40))}]`;
}

function refusal(why: string, last: Step): InputError {
  const labels: string[] = [];
  for (
    let step: Step | undefined = last;
    step !== undefined && labels.length < 24;
    step = step.around
  ) {
    labels.push(step.label);
  }
  return new InputError(
    `${why} at ${labels.reverse().join("")}; --lossy writes it as Python's msgpack does`,
  );
}
