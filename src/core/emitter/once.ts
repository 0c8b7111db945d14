/**
 * A value in, its pickle out, by an emitter that the next dump with no other wishes takes over: what an emitter is made of
 * costs as much as a small pickle does (`npm run bench:small`, both versions in turn).
 */

import type { Registry } from "../registry/index.ts";
import { Emitter } from "./emitter.ts";
import type { DumpOptions } from "./options.ts";

// By protocol; one whose dump failed does not come back.
const idle: (Emitter | undefined)[] = [];

const NO_WISHES: DumpOptions = {};

/** The bytes of one object, from protocol 0 to 5. */
export function dumpOnce(
  value: unknown,
  protocol: number,
  options: DumpOptions,
  registry: Registry,
): Uint8Array {
  if (!isPlain(options)) return new Emitter(protocol, options, registry).dumpOnly(value);
  let emitter = idle[protocol];
  // Not there for a dump within this one.
  idle[protocol] = undefined;
  if (emitter?.registry !== registry) emitter = new Emitter(protocol, NO_WISHES, registry);
  const bytes = emitter.dumpOnly(value);
  emitter.memo.clear();
  emitter.out.shrink();
  idle[protocol] = emitter;
  return bytes;
}

// Whether nothing is asked for beside the protocol and the types, which are in the registry.
function isPlain(options: DumpOptions): boolean {
  for (const name in options) {
    if (name === "protocol" || name === "types") continue;
    if (options[name as keyof DumpOptions] !== undefined) return false;
  }
  return true;
}
