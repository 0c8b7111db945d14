/** The types that `show` and `json` know by name: the standard library's. */
import type { PickleType } from "../pickle/index.ts";

/** Loaded only by the commands that need them. */
export async function knownTypes(): Promise<readonly PickleType[]> {
  const { stdlibTypes } = await import("../stdlib/index.ts");
  return stdlibTypes;
}
