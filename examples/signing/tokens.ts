/**
 * Pickles that are signed with HMAC-SHA256 and verified before they are read; a changed byte is refused, and keys rotate.
 * Each side reads what the other signed.
 *
 *     node examples/signing/tokens.ts FOLDER
 *     python3 examples/signing/tokens.py FOLDER
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SignatureError, seal, secureDumps, secureLoads, unseal } from "brine/signing";

const [folder = "."] = process.argv.slice(2);
const key = process.env["SIGNING_KEY"] ?? "a key for this example only";

// As Python's recipe: the pickle and its signature, apart.
const { data, signature } = await secureDumps({ user: 7, roles: ["admin"] }, key);
writeFileSync(join(folder, "from-brine.pkl"), data);
writeFileSync(join(folder, "from-brine.sig"), signature);

const by = existsSync(join(folder, "from-python.pkl")) ? "from-python" : "from-brine";
const [theirs, theirSignature] = [".pkl", ".sig"].map((end) =>
  readFileSync(join(folder, by + end)),
);
if (theirs === undefined || theirSignature === undefined) throw new Error("never");
const { user, roles } = await secureLoads<{ user: number; roles: string[] }>(
  theirs,
  theirSignature,
  key,
);
console.log("verified", user, roles.join(","));

// One bit, and nothing of it is read.
theirs[theirs.length - 5] = (theirs[theirs.length - 5] ?? 0) ^ 1;
try {
  await secureLoads(theirs, theirSignature, key);
} catch (error) {
  console.log("refused", error instanceof SignatureError);
}

// In one piece, with keys that rotate: the old key still verifies, and signs no more.
const lastYear = { current: "2025", keys: { 2025: "last year's key" } };
const thisYear = { current: "2026", keys: { ...lastYear.keys, 2026: "this year's key" } };
const token = await seal({ user: 8 }, lastYear);
console.log("rotated", (await unseal<{ user: number }>(token, thisYear)).user);
