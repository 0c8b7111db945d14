/** One Node of the matrix: runs the core's checks over dist and prints the counts as JSON. */
import { readFileSync } from "node:fs";
import * as brine from "brine";
import * as pickle from "brine/pickle";
import { runCore } from "./core.mjs";

const { vectors } = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"));
const { passed, failures } = await runCore(pickle, brine, { vectors });
process.stdout.write(`${JSON.stringify({ version: process.version, passed, failures })}\n`);
