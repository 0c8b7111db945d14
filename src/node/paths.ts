/** What a caller names a file by in, its path out. */
import { fileURLToPath } from "node:url";

/** The path of a file: a path as it is, a `file:` URL converted. */
export function pathOf(file: string | { readonly href: string }): string {
  return typeof file === "string" ? file : fileURLToPath(file.href);
}
