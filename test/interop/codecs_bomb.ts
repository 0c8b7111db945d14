/** A compressed file and a limit in; how it was refused, and how much the process grew meanwhile, out. */
import { readFileSync } from "node:fs";
import { type Compression, DecompressionError, decompress } from "../../src/codecs/index.ts";

const [compression, path, limit] = process.argv.slice(2) as [Compression, string, string];
const packed = new Uint8Array(readFileSync(path));
const before = process.resourceUsage().maxRSS;
let code = "none";
try {
  await decompress(compression, packed, { limit: Number(limit) });
} catch (error) {
  if (!(error instanceof DecompressionError)) throw error;
  code = error.code;
}
// maxRSS is in kilobytes.
const grown = 1024 * (process.resourceUsage().maxRSS - before);
process.stdout.write(JSON.stringify({ code, grown }));
