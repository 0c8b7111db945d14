/** A reduction in, the raw bytes behind its BUILD out: what its type writes that is no opcodes. */

import { PicklingError } from "../errors/index.ts";
import type { Reduction } from "../registry/index.ts";
import { messageOf } from "./describe.ts";
import type { ErrorMaker, Output } from "./output.ts";

/** Writes the chunks that the type makes, between two frames. */
export function writeRaw(out: Output, reduction: Reduction, errorOf: ErrorMaker): void {
  try {
    for (const chunk of reduction.raw?.(out.startRaw()) ?? []) out.raw(chunk);
  } catch (cause) {
    if (cause instanceof PicklingError && cause.code === "write-failed") throw cause;
    throw errorOf(
      "unsupported-reduction",
      `the bytes behind an object could not be made: ${messageOf(cause)}`,
      cause,
    );
  }
  out.endRaw();
}
