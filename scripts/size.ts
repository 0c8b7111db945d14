/**
 * Prints what importing brine costs a bundle, minified, and minified and gzipped; with `--modules`, what is in it, and by how
 * much less it would be without each.
 */
import { bundle, costs } from "./bundle.ts";

const ENTRIES = [
  'export { loads } from "brine/pickle";',
  'export { dumps } from "brine/pickle";',
  'export { loads, dumps } from "brine/pickle";',
  'export { loads, dumps } from "brine";',
];

const number = new Intl.NumberFormat("en");
for (const entry of ENTRIES) {
  const made = await bundle(entry);
  const { minifiedBytes, gzippedBytes, modules } = made;
  const title = entry.replace("export", "import").replace(";", "");
  const sizes = [minifiedBytes, gzippedBytes].map((size) => number.format(size).padStart(8));
  console.log(`${title.padEnd(46)} ${sizes[0]} B minified ${sizes[1]} B gzipped`);
  if (!process.argv.includes("--modules")) continue;
  for (const [path, cost] of [...costs(made)].sort(([, a], [, b]) => b - a)) {
    const unminified = number.format(modules.get(path)?.length ?? 0);
    console.log(
      `${unminified.padStart(12)} B unminified ${number.format(cost).padStart(8)} B gzipped  ${path}`,
    );
  }
}
