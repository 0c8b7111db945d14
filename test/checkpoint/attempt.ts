/** One save, as a process of its own: `attempt.ts FOLDER NAME BYTES` prints "saved", or the error's code and message. */
import { Checkpoints } from "../../src/checkpoint/index.ts";

const [folder = "", name = "", bytes = "0"] = process.argv.slice(2);
const line = await new Checkpoints(folder).save(name, new Uint8Array(Number(bytes))).then(
  () => "saved",
  (error: unknown) =>
    error instanceof Error && "code" in error ? `${error.code}: ${error.message}` : String(error),
);
process.stdout.write(`${line}\n`);
