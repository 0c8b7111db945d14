/** `brine types`: a file in, TypeScript's declarations of what is inside out. */
import { basename } from "node:path";
import { PyDict } from "../core/values/index.ts";
import { isTypeName, Typing } from "../typing/index.ts";
import { type Command, DONE, READING, READING_HELP, UsageError } from "./command.ts";
import { type Input, openInput } from "./input.ts";
import { knownTypes } from "./known.ts";

/** The command. */
export const types: Command = {
  name: "types",
  help: `Usage: brine types [OPTIONS] FILE

Prints TypeScript types for what is inside a pickle, a joblib, msgpack or JSON file, a .npy or .npz file or a shelf: what
to paste, and to name in load<Root>(…). Every value is looked at. FILE may be - for standard input.

  list               T[]; dicts in it are one interface: name?: string where some lack the key, unions of types
  tuple              [number, string]; Tuple<T> where their lengths differ, or are above 32
  dict               an interface; a Record<string, V> where it has more than 200 keys, or more than 20 keys and all
                     values of one type (but for rows that all have these keys), or only keys that begin with a
                     digit and values of one type; Map<K, V> with keys that are no str
  set, frozenset     Set<T>, ReadonlySet<T>
  int                number, bigint beyond 2^53
  dates              Temporal.ZonedDateTime and the like
  instance           an interface with its attributes, one for each class
  NumPy, pandas      NdArray<Float64Array>; DataFrame, and an interface of its rows

One interface stands for equal dicts, for a dict inside one with the same keys, and for a dict that is met at several
places. What is more than 40 levels deep, of more than 24 types at one place or behind 20000 different places is
unknown; the comment at the top says so.

Options:
  --name NAME         name of the type of the whole (default Root)
  --lossless          the types of load with lossless: true
${READING_HELP}
  -h, --help          this text

Examples:
  brine types users.pkl
  brine types --name Users users.pkl > users.d.ts
  python -c 'import pickle, sys; pickle.dump({"a": 1}, sys.stdout.buffer)' | brine types -

Exit codes: 0 printed, 2 could not be read.
`,
  options: {
    ...READING,
    name: { type: "string" },
    lossless: { type: "boolean" },
  },
  positionals: [1, 1],
  async run([file = "-"], options, output) {
    const { name = "Root" } = options;
    if (typeof name !== "string" || !isTypeName(name)) {
      const wanted = "a type's name, such as Users, that neither TypeScript nor brine has";
      throw new UsageError(`--name wants ${wanted}, got ${JSON.stringify(name)}`);
    }
    const lossless = options["lossless"] === true;
    const input = await openInput(file, options, await knownTypes(), { lossless });
    const typing = new Typing(file === "-" ? "" : (basename(file).split(".")[0] ?? ""));
    let count = 0;
    for await (const value of input.objects()) {
      typing.add(isKeyed(input) && value instanceof PyDict ? entriesOf(value) : value);
      count++;
    }
    const about = [
      `What is in ${input.name} (${formatText(input, count)}), printed by brine types.`,
    ];
    const usage = usageOf(input, count, name, lossless);
    if (usage.length > 0) about.push("", ...usage);
    await output.write(typing.text({ name, about }));
    return DONE;
  },
};

// Members of a .npz file and entries of a shelf: keys are names there, in either mode.
function isKeyed({ notation }: Input): boolean {
  return notation === "npz" || notation === "shelve";
}

function entriesOf(dict: PyDict): unknown {
  const isNamed = [...dict.keys()].every((key) => typeof key === "string");
  return isNamed ? Object.fromEntries(dict as PyDict<string>) : dict;
}

function formatText({ notation, protocol, wrapping }: Input, count: number): string {
  const pickle = protocol === 0 ? "pickle, protocol 0 or 1" : `pickle, protocol ${protocol}`;
  const names = { pickle, joblib: "joblib", msgpack: "msgpack", json: "JSON", shelve: "shelve" };
  const parts = [{ ...names, npy: ".npy", npz: ".npz" }[notation]];
  if (wrapping !== undefined) parts.push(wrapping);
  if (count > 1) parts.push(`${count} objects, all of one type here`);
  return parts.join(", ");
}

// How the file is read with the type.
function usageOf(input: Input, count: number, type: string, lossless: boolean): string[] {
  const { name, notation, size, wrapping } = input;
  const path = JSON.stringify(size === undefined && notation !== "shelve" ? "FILE" : name);
  const options = lossless ? ", { lossless: true }" : "";
  const load = (from: string, call: string): string[] => [
    `  import { ${/\w+/.exec(call)?.[0]} } from "${from}";`,
    `  const root = await ${call};`,
  ];
  switch (notation) {
    case "joblib":
      return load("brine/joblib", `load<${type}>(${path}${options})`);
    case "pickle":
      if (count > 1 && wrapping === undefined) {
        return [
          '  import { loadAll } from "brine";',
          `  for await (const value of loadAll<${type}>(${path}${options})) console.log(value);`,
        ];
      }
      // joblib's load unpacks what is compressed, whoever wrote it.
      return load(wrapping ? "brine/joblib" : "brine", `load<${type}>(${path}${options})`);
    case "msgpack":
      return wrapping ? [] : load("brine/msgpack", `unpack<${type}>(${path}${options})`);
    case "npy":
      return load("brine/numpy", `load(${path}) as ${type}`).map((line) =>
        line.replace(/await (.*) as/, "(await $1) as"),
      );
    case "npz":
      return [
        '  import { load, type NpzFile } from "brine/numpy";',
        `  const arrays = (await load(${path})) as NpzFile;`,
        `  const array = (await arrays.get("KEY")) as ${type}["KEY"];`,
      ];
    case "shelve":
      return [
        '  import { open } from "brine/shelve";',
        `  using shelf = open<${type}[keyof ${type}]>(${path}, { flag: "r" });`,
      ];
    default:
      return [];
  }
}
