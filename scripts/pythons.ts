/** Prints the CPython interpreters that the live tests would use, as JSON. */
import { pythons } from "../test/interop/pythons.ts";

process.stdout.write(`${JSON.stringify(pythons(), null, 2)}\n`);
