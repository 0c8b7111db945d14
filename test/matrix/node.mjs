/** One Node of the matrix: runs the core's checks over dist and prints the counts as JSON. */
import { readFileSync } from "node:fs";
import * as brine from "brine";
import * as dill from "brine/dill";
import * as pickle from "brine/pickle";
import { runCore } from "./core.mjs";
import { runDill } from "./dill.mjs";

const { vectors } = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"));
const core = await runCore(pickle, brine, { vectors });
const code = await runDill(dill, { sees: true });
const passed = core.passed + code.passed;
const failures = [...core.failures, ...code.failures];
process.stdout.write(`${JSON.stringify({ version: process.version, passed, failures })}\n`);
