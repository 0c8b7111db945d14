/** A folder in, every attack as a file in it: for running other scanners over the same bytes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ATTACKS } from "./attacks.ts";

const folder = process.argv[2] ?? "attacks";
mkdirSync(folder, { recursive: true });
for (const [index, { name, bytes }] of ATTACKS.entries()) {
  const magic = Buffer.from(bytes.subarray(0, 2)).toString("latin1");
  const suffix =
    magic === "PK"
      ? "pt"
      : magic === "\x93N"
        ? "npy"
        : magic === "\x1f\x8b"
          ? "pkl.gz"
          : magic === "7z"
            ? "7z"
            : "pkl";
  const title = name.replaceAll(/[^A-Za-z0-9.]+/g, "-").slice(0, 60);
  writeFileSync(join(folder, `${String(index).padStart(3, "0")}-${title}.${suffix}`), bytes);
}
