/**
 * Data that carries its version: files of older versions are brought to the present shape when they are loaded, newer ones
 * are refused. Python's recipe reads and writes the same file.
 *
 *     node examples/versioned/profiles.ts FILE
 *     python3 examples/versioned/profiles.py FILE [VERSION]
 */
import { existsSync } from "node:fs";
import { defineVersions, VersionError } from "brine/versioned";

const [file = "profile.pkl"] = process.argv.slice(2);

const profiles = defineVersions<{ name: string }>() // version 1
  .migrate(({ name }) => ({ name, email: "unknown" })); // 1 to 2

if (!existsSync(file)) await profiles.save({ name: "Ann", email: "ann@example.org" }, file);
try {
  const { name, email } = await profiles.load(file);
  console.log(name, email);
  await profiles.save({ name, email }, file);
} catch (error) {
  if (!(error instanceof VersionError)) throw error;
  console.log("refused", error.code, error.found, error.current);
}
