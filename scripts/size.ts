/** Prints what importing brine costs a bundle, minified, and minified and gzipped; with `--modules`, what is in it. */
import { bundle } from "./bundle.ts";

const ENTRIES = [
  'export { loads } from "brine/pickle";',
  'export { dumps } from "brine/pickle";',
  'export { loads, dumps } from "brine/pickle";',
  'export { loads, dumps } from "brine";',
];

const number = new Intl.NumberFormat("en");
for (const entry of ENTRIES) {
  const { minifiedBytes, gzippedBytes, modules } = await bundle(entry);
  const title = entry.replace("export", "import").replace(";", "");
  const sizes = [minifiedBytes, gzippedBytes].map((size) => number.format(size).padStart(8));
  console.log(`${title.padEnd(46)} ${sizes[0]} B minified ${sizes[1]} B gzipped`);
  if (!process.argv.includes("--modules")) continue;
  for (const [path, size] of [...modules].sort(([, a], [, b]) => b - a)) {
    console.log(`${number.format(size).padStart(12)} B unminified  ${path}`);
  }
}
