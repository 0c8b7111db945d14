/** `brine convert`: objects in, the same objects as pickles of another protocol, as msgpack or as tagged JSON out. */

import type { Notation } from "../format/index.ts";
import { replaceFile } from "../node/index.ts";
import { HIGHEST_PROTOCOL, Pickler } from "../pickle/index.ts";
import { printableJson } from "../printable/index.ts";
import {
  type Command,
  countOption,
  DONE,
  InputError,
  type OptionValues,
  READING,
  READING_HELP,
  UsageError,
} from "./command.ts";
import { openInput } from "./input.ts";
import { knownTypes } from "./known.ts";
import type { Output } from "./output.ts";

/** The command. */
export const convert: Command = {
  name: "convert",
  help: `Usage: brine convert [OPTIONS] IN OUT

Reads all objects of IN (pickles, joblib's files, msgpack, JSON, NumPy's .npy and .npz) and writes them to OUT. Nothing is
lost: types, shared references, cycles, and classes that are not installed anywhere; what a format cannot keep is refused, with the path to it. OUT is
replaced only when all is written. IN and OUT may be - for standard input and output, and may be the same file. What is
compressed (gzip, zlib, bz2, xz, lzma, lz4) is unpacked.

Options:
  --to FORMAT         pickle (default), msgpack, json: tagged JSON, which keeps everything (see brine json --help),
                      joblib (compressed where OUT ends in .gz or .z), npy for one array, or npz for a dict of them
  --protocol N        of pickles: 0 to ${HIGHEST_PROTOCOL} (default ${HIGHEST_PROTOCOL}); 2 is the highest that Python 2 reads
  --lossy             to msgpack: write tuples as lists, bytearrays as bytes, subclasses of dict as dicts and shared
                      references as copies, as Python's msgpack does
${READING_HELP}
  -h, --help          this text

Examples:
  brine convert --protocol 2 model.pkl for-python2.pkl
  brine convert --encoding bytes --protocol 5 from-python2.pkl now.pkl
  brine convert data.pkl.gz - | brine show -
  brine convert --to msgpack data.pkl data.msgpack
  brine convert data.msgpack data.pkl
  brine convert --to npy array.pkl array.npy
  brine convert --to joblib model.pkl model.joblib.gz
  brine convert arrays.npz arrays.pkl
  brine convert --to json model.pkl model.json && brine convert model.json model.pkl

Exit codes: 0 written, 2 could not be read or written; OUT is then as it was.
`,
  options: {
    ...READING,
    protocol: { type: "string" },
    to: { type: "string" },
    lossy: { type: "boolean" },
  },
  positionals: [2, 2],
  async run([from = "-", to = "-"], options, output) {
    if (options["to"] === "npy" || options["to"] === "npz") {
      return convertArrays(options["to"], [from, to], options, output);
    }
    if (options["to"] === "joblib") return convertJoblib(from, to, options, output);
    const chunks: Uint8Array[] = [];
    let put = (chunk: Uint8Array): unknown => chunks.push(chunk);
    const write = await writerOf(options, (chunk) => put(chunk));
    // Without types every class stays inert, and nothing of it can change on the way; msgpack has two classes of its own.
    const types =
      options["to"] === "msgpack" ? (await import("../msgpack/index.ts")).msgpackTypes : [];
    const input = await openInput(from, options, types);
    if (to === "-") {
      for await (const value of input.objects()) {
        write(value);
        for (const chunk of chunks.splice(0)) await output.bytes(chunk);
      }
      return DONE;
    }
    const target = replaceFile(to);
    put = (chunk) => target.write(chunk);
    try {
      for await (const value of input.objects()) write(value);
    } catch (error) {
      target.discard();
      throw error;
    }
    target.commit();
    return DONE;
  },
};

async function convertArrays(
  format: "npy" | "npz",
  [from, to]: readonly [string, string],
  options: OptionValues,
  output: Output,
): Promise<number> {
  if (options["protocol"] !== undefined) throw new UsageError("--protocol is of pickles only");
  if (options["lossy"] === true) throw new UsageError("--lossy is of msgpack only");
  const [{ npyOf, npzOf }, { numpyTypes }] = await Promise.all([
    import("./arrays.ts"),
    import("../numpy/index.ts"),
  ]);
  const input = await openInput(from, options, numpyTypes);
  const objects = input.objects();
  const chunks = format === "npy" ? [await npyOf(objects)] : await npzOf(objects);
  if (to === "-") {
    for (const chunk of chunks) await output.bytes(chunk);
    return DONE;
  }
  const target = replaceFile(to);
  try {
    for (const chunk of chunks) target.write(chunk);
  } catch (error) {
    target.discard();
    throw error;
  }
  target.commit();
  return DONE;
}

async function convertJoblib(
  from: string,
  to: string,
  options: OptionValues,
  output: Output,
): Promise<number> {
  if (options["lossy"] === true) throw new UsageError("--lossy is of msgpack only");
  const protocol = protocolOf(options) ?? 4;
  const { dump, dumps } = await import("../joblib/index.ts");
  const input = await openInput(from, options, await knownTypes());
  const objects: unknown[] = [];
  for await (const value of input.objects()) objects.push(value);
  if (objects.length !== 1)
    throw new InputError(`it holds ${objects.length} objects, and a joblib file holds one`);
  if (to === "-") await output.bytes(dumps(objects[0], { protocol }));
  else await dump(objects[0], to, { protocol });
  return DONE;
}

function protocolOf(options: OptionValues): number | undefined {
  const protocol = countOption(options, "protocol", 0);
  if (protocol !== undefined && protocol > HIGHEST_PROTOCOL)
    throw new UsageError(`--protocol ${protocol}: the highest is ${HIGHEST_PROTOCOL}`);
  return protocol;
}

// What writes one object, in chunks.
async function writerOf(
  options: OptionValues,
  put: (chunk: Uint8Array) => unknown,
): Promise<(value: unknown) => void> {
  const { to: format = "pickle" } = options;
  const lossy = options["lossy"] === true;
  if (options["protocol"] !== undefined && format !== "pickle") {
    throw new UsageError("--protocol is of pickles only");
  }
  if (lossy && format !== "msgpack") throw new UsageError("--lossy is of msgpack only");
  switch (format as Notation) {
    case "pickle": {
      const protocol = protocolOf(options) ?? HIGHEST_PROTOCOL;
      const { msgpackTypes } = await import("../msgpack/index.ts");
      const pickler = new Pickler({ write: put }, protocol, { types: [msgpackTypes] });
      return (value) => {
        pickler.dump(value);
        pickler.clearMemo();
      };
    }
    case "msgpack": {
      const { packb } = await import("../msgpack/index.ts");
      const { refuseInexact } = await import("./exact.ts");
      return (value) => {
        if (!lossy) refuseInexact(value);
        put(packb(value));
      };
    }
    case "json": {
      const { taggedJson } = await import("../json/index.ts");
      const encoder = new TextEncoder();
      return (value) => {
        let text = "";
        for (const piece of taggedJson(value)) {
          text += printableJson(piece);
          if (text.length < 65536) continue;
          put(encoder.encode(text));
          text = "";
        }
        put(encoder.encode(`${text}\n`));
      };
    }
    default:
      throw new UsageError(
        `--to ${JSON.stringify(format)}: it is pickle, joblib, msgpack, json, npy or npz`,
      );
  }
}
