/** `brine show`: a file in, what is inside as a readable tree out. */
import { byteSize, cutTo, printable } from "../printable/index.ts";
import { type ShowOptions, showJson, showLines } from "../show/index.ts";
import {
  type Command,
  countOption,
  DONE,
  type OptionValues,
  READING,
  READING_HELP,
} from "./command.ts";
import { failureText } from "./failure.ts";
import { type Input, openInput } from "./input.ts";
import { knownTypes } from "./known.ts";
import { type Output, paintFor } from "./output.ts";

/** The command. */
export const show: Command = {
  name: "show",
  help: `Usage: brine show [OPTIONS] FILE

Prints what is inside a pickle, or a msgpack or JSON file, as a tree of types, counts and values. Nothing in the file
is executed. FILE may be - for standard input; what is compressed (gzip, zlib, bz2, xz, lzma, lz4) is unpacked,
and .npy and .npz files are opened. All objects of a file are shown.
What is met a second time is shown as <ref #n>.

Options:
  --depth N           levels to open (default 6)
  --items N           items of each container to show (default 10; dicts and instances of up to 40 whole)
  --width N           characters in a line (default: the terminal's)
  --all               everything: no limit on depth, items and width
  --json              the same tree as JSON
  --color, --no-color colours, or none (default: on a terminal; NO_COLOR and FORCE_COLOR are heeded)
${READING_HELP}
  -h, --help          this text

Examples:
  brine show model.pkl
  brine show --depth 2 --items 3 records.pkl
  python -c 'import pickle, sys; pickle.dump({"a": 1}, sys.stdout.buffer)' | brine show -
  brine show --json model.pkl | jq .globals

Exit codes: 0 shown, 2 could not be read.
`,
  options: {
    ...READING,
    depth: { type: "string" },
    items: { type: "string" },
    width: { type: "string" },
    all: { type: "boolean" },
    json: { type: "boolean" },
    color: { type: "boolean" },
    "no-color": { type: "boolean" },
  },
  positionals: [1, 1],
  async run([file = "-"], options, output) {
    const { pycodeTypes, recordTypes } = await import("../dill/index.ts");
    const types = [...(await knownTypes()), ...pycodeTypes, ...recordTypes];
    const input = await openInput(file, options, types);
    const shown: ShowOptions = { ...limits(options, output), types };
    return options["json"] === true
      ? showAsJson(input, shown, output)
      : showAsText(input, shown, options, output);
  },
};

function limits(options: OptionValues, output: Output): ShowOptions {
  const all = options["all"] === true ? Number.POSITIVE_INFINITY : undefined;
  return {
    depth: countOption(options, "depth", 0) ?? all,
    items: countOption(options, "items", 0) ?? all,
    width: countOption(options, "width", 20) ?? all ?? output.columns,
  };
}

async function showAsText(
  input: Input,
  shown: ShowOptions,
  options: OptionValues,
  output: Output,
): Promise<number> {
  const paint = paintFor(output, options, process.env);
  const objects = input.objects();
  let current = await objects.next();
  output.write(`${paint("note", headline(input))}\n`);
  for (let number = 1; current.done !== true; number++) {
    // The next one is read before this one is printed: only then is it known whether they need numbers.
    const next = await settled(objects.next());
    if (number > 1 || next.result?.done !== true) {
      output.write(`${number > 1 ? "\n" : ""}${paint("note", `object ${number}`)}\n`);
    }
    for (const line of showLines(current.value, shown, paint)) await output.write(`${line}\n`);
    if (next.result === undefined) throw next.error;
    current = next.result;
  }
  if (input.globals.size > 0) {
    const line = `refers to: ${[...input.globals].map(printable).join(", ")}`;
    output.write(
      `\n${paint("note", cutTo(line, shown.width === Number.POSITIVE_INFINITY ? line.length : 2000))}\n`,
    );
  }
  return DONE;
}

type Settled<T> = { result: T; error?: undefined } | { result?: undefined; error: unknown };

async function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
  try {
    return { result: await promise };
  } catch (error) {
    return { error };
  }
}

function headline({ name, notation, protocol, size, wrapping }: Input): string {
  const pickle = protocol === 0 ? "pickle, protocol 0 or 1" : `pickle, protocol ${protocol}`;
  const joblib = pickle.replace("pickle", "joblib file");
  const other = { msgpack: "msgpack", json: "JSON", npy: ".npy", npz: ".npz", shelve: "shelve" };
  const parts = [{ pickle, joblib, ...other }[notation]];
  if (wrapping !== undefined) parts.push(`in ${wrapping}`);
  if (size !== undefined) parts.push(byteSize(size));
  return `${printable(name)}: ${parts.join(", ")}`;
}

// One document, complete and valid also when an object in the middle cannot be read.
async function showAsJson(input: Input, shown: ShowOptions, output: Output): Promise<number> {
  const { name, notation, protocol, size, wrapping } = input;
  const facts = {
    file: name,
    format: notation,
    ...((notation === "pickle" || notation === "joblib") && { protocol }),
    size,
    wrapping,
  };
  output.json(`${JSON.stringify(facts).slice(0, -1)},"objects":[`);
  let failure: unknown;
  let first = true;
  try {
    for await (const value of input.objects()) {
      if (!first) output.write(",");
      first = false;
      for (const piece of showJson(value, shown)) await output.write(piece);
    }
  } catch (error) {
    failure = error;
  }
  output.write(`],"globals":${JSON.stringify([...input.globals].map(printable))}`);
  if (failure !== undefined) output.write(`,"error":${JSON.stringify(failureText(failure))}`);
  output.write("}\n");
  if (failure !== undefined) throw failure;
  return DONE;
}
