/** Places of modules in, the modules out. */
import type { Modules } from "./references.ts";

/** Imports each of them; the same place gives the same module as an import of the caller's. */
export async function importModules(places: Readonly<Record<string, string>>): Promise<Modules> {
  const found: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, place] of Object.entries(places)) found[name] = await import(place);
  return found;
}
