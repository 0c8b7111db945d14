/** `brine convert`: pickles in, the same objects as pickles of another protocol out. */
import { replaceFile } from "../node/index.ts";
import { HIGHEST_PROTOCOL, Pickler } from "../pickle/index.ts";
import { type Command, countOption, DONE, READING, READING_HELP, UsageError } from "./command.ts";
import { openInput } from "./input.ts";

/** The command. */
export const convert: Command = {
  name: "convert",
  summary: "write another pickle protocol",
  help: `Usage: brine convert [OPTIONS] IN OUT

Reads all objects of the pickle IN and writes them to OUT in another protocol. Nothing is lost: types, shared
references, cycles, and classes that are not installed anywhere. OUT is replaced only when all is written.
IN and OUT may be - for standard input and output, and may be the same file. gzip and zlib data is unpacked.

Options:
  --protocol N        0 to ${HIGHEST_PROTOCOL} (default ${HIGHEST_PROTOCOL}); 2 is the highest that Python 2 reads
${READING_HELP}
  -h, --help          this text

Examples:
  brine convert --protocol 2 model.pkl for-python2.pkl
  brine convert --encoding bytes --protocol 5 from-python2.pkl now.pkl
  brine convert data.pkl.gz - | brine show -

Exit codes: 0 written, 2 could not be read or written; OUT is then as it was.
`,
  options: { ...READING, protocol: { type: "string" } },
  positionals: [2, 2],
  async run([from = "-", to = "-"], options, output) {
    const protocol = countOption(options, "protocol", 0) ?? HIGHEST_PROTOCOL;
    if (protocol > HIGHEST_PROTOCOL) {
      throw new UsageError(`--protocol ${protocol}: the highest is ${HIGHEST_PROTOCOL}`);
    }
    // Without types: every class stays inert, and nothing of it can change on the way.
    const input = await openInput(from, options, []);
    if (to === "-") {
      const chunks: Uint8Array[] = [];
      const pickler = new Pickler({ write: (chunk) => chunks.push(chunk) }, protocol);
      for await (const value of input.objects()) {
        pickler.dump(value);
        pickler.clearMemo();
        for (const chunk of chunks.splice(0)) await output.bytes(chunk);
      }
      return DONE;
    }
    const target = replaceFile(to);
    try {
      const pickler = new Pickler(target, protocol);
      for await (const value of input.objects()) {
        pickler.dump(value);
        pickler.clearMemo();
      }
    } catch (error) {
      target.discard();
      throw error;
    }
    target.commit();
    return DONE;
  },
};
