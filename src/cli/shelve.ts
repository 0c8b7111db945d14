/** `brine shelve`: a shelf and a verb in; its keys, a value, a changed shelf or another file out. */
import type { Database, NewFormat } from "../dbm/index.ts";
import { PlainJson, untagged } from "../json/index.ts";
import { printable } from "../printable/index.ts";
import type { Shelf } from "../shelve/index.ts";
import { isoText, showLines } from "../show/index.ts";
import {
  type Command,
  countOption,
  DONE,
  InputError,
  type OptionValues,
  UsageError,
} from "./command.ts";
import { type Output, paintFor } from "./output.ts";

const DIFFERENT = 1;

/** The command. */
export const shelve: Command = {
  name: "shelve",
  help: `Usage: brine shelve DB keys|get|set|delete|export|convert [KEY…] [OPTIONS]

DB is a path as Python's shelve.open takes it; which format it is of is found by what the files hold: SQLite (Python
3.13), GDBM, Berkeley DB and dbm.dumb. Nothing in it is executed.

  keys                every key, one a line
  get KEY             its value, as a tree
  set KEY JSON        sets a value, plain or tagged JSON; the shelf is made where there is none
  delete KEY…         deletes these
  export              every key and value, as JSON
  convert NEW         writes all of it into a new shelf: bytes as they are, nothing is loaded

Options:
  --json              keys and get: the answer as JSON
  --to FORMAT         convert, and set on a new shelf: sqlite3 (default), gnu, dumb
  --protocol N        set: the pickle protocol (default 4)
  --depth N           get: levels to open (default 6)
  --items N           get: items of each container (default 10)
  --color, --no-color colours, or none
  -h, --help          this text

Examples:
  brine shelve users_db keys
  brine shelve users_db get ann --json | jq .
  brine shelve users_db set ann '{"age": 34}'
  brine shelve old_shelf convert new_shelf --to sqlite3

Exit codes: 0 done, 1 a key is not there, 2 could not.
`,
  options: {
    json: { type: "boolean" },
    to: { type: "string" },
    protocol: { type: "string" },
    depth: { type: "string" },
    items: { type: "string" },
    color: { type: "boolean" },
    "no-color": { type: "boolean" },
  },
  positionals: [2, Number.POSITIVE_INFINITY],
  async run([path = "", verb = "", ...rest], options, output) {
    const action = ACTIONS[verb];
    if (action === undefined) {
      throw new UsageError(
        `shelve has keys, get, set, delete, export and convert, not ${JSON.stringify(verb)}; see brine shelve --help`,
      );
    }
    const [least, most] = action.count;
    if (rest.length < least || rest.length > most)
      throw new UsageError(`shelve DB ${verb} wants ${action.wants}, got ${rest.length}`);
    return action.run(path, rest, options, output);
  },
};

interface Action {
  readonly count: readonly [least: number, most: number];
  readonly wants: string;
  run(
    path: string,
    rest: readonly string[],
    options: OptionValues,
    output: Output,
  ): Promise<number>;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  __proto__: null as unknown as Action, // So that "constructor" is no verb.
  keys: { count: [0, 0], wants: "no key", run: keys },
  get: { count: [1, 1], wants: "one key", run: get },
  set: { count: [2, 2], wants: "a key and JSON", run: set },
  delete: { count: [1, Number.POSITIVE_INFINITY], wants: "at least one key", run: remove },
  export: { count: [0, 0], wants: "no key", run: exportAll },
  convert: { count: [1, 1], wants: "the path of a new shelf", run: convert },
};

async function opened(path: string, options: OptionValues, flag: "r" | "w" | "c"): Promise<Shelf> {
  const { open } = await import("../shelve/index.ts");
  const protocol = countOption(options, "protocol", 0);
  return open(path, {
    flag,
    lossless: true,
    format: formatOption(options),
    ...(protocol !== undefined && { protocol }),
  });
}

function formatOption(options: OptionValues): NewFormat | undefined {
  const { to } = options;
  if (to === undefined) return undefined;
  if (to === "sqlite3" || to === "gnu" || to === "dumb") return `dbm.${to}`;
  throw new UsageError(`--to wants sqlite3, gnu or dumb, got ${JSON.stringify(to)}`);
}

async function keys(
  path: string,
  _rest: readonly string[],
  options: OptionValues,
  output: Output,
): Promise<number> {
  using shelf = await opened(path, options, "r");
  const found = [...shelf.keys()];
  if (options["json"] === true) await output.json(`${JSON.stringify(found)}\n`);
  else for (const key of found) await output.write(`${printable(key)}\n`);
  return DONE;
}

async function get(
  path: string,
  [key = ""]: readonly string[],
  options: OptionValues,
  output: Output,
): Promise<number> {
  using shelf = await opened(path, options, "r");
  if (!shelf.has(key)) {
    process.stderr.write(
      `brine: ${printable(path)} has no key ${printable(JSON.stringify(key))}\n`,
    );
    return DIFFERENT;
  }
  const value = shelf.get(key);
  if (options["json"] === true) {
    for (const piece of new PlainJson({ textOf: isoText }).write(value)) await output.json(piece);
    await output.write("\n");
    return DONE;
  }
  const paint = paintFor(output, options, process.env);
  const depth = countOption(options, "depth", 0);
  const items = countOption(options, "items", 0);
  const limits = {
    ...(depth !== undefined && { depth }),
    ...(items !== undefined && { items }),
  };
  for (const line of showLines(value, { ...limits, width: output.columns }, paint))
    await output.write(`${line}\n`);
  return DONE;
}

async function set(
  path: string,
  [key = "", json = ""]: readonly string[],
  options: OptionValues,
): Promise<number> {
  const [value, ...more] = untagged(json);
  if (value === undefined || more.length > 0) throw new InputError("set wants one JSON value");
  using shelf = await opened(path, options, "c");
  shelf.set(key, value);
  return DONE;
}

async function remove(
  path: string,
  names: readonly string[],
  options: OptionValues,
): Promise<number> {
  using shelf = await opened(path, options, "w");
  const missing = names.filter((key) => !shelf.delete(key));
  for (const key of missing) {
    process.stderr.write(
      `brine: ${printable(path)} has no key ${printable(JSON.stringify(key))}\n`,
    );
  }
  return missing.length > 0 ? DIFFERENT : DONE;
}

async function exportAll(
  path: string,
  _rest: readonly string[],
  options: OptionValues,
  output: Output,
): Promise<number> {
  using shelf = await opened(path, options, "r");
  let separator = "{\n";
  for (const [key, value] of shelf) {
    await output.json(`${separator}${JSON.stringify(key)}: `);
    for (const piece of new PlainJson({ textOf: isoText }).write(value)) await output.json(piece);
    separator = ",\n";
  }
  await output.write(separator === "{\n" ? "{}\n" : "\n}\n");
  return DONE;
}

async function convert(
  path: string,
  [target = ""]: readonly string[],
  options: OptionValues,
): Promise<number> {
  const { open, whichdb } = await import("../dbm/index.ts");
  using from = open(path, { flag: "r" });
  if (whichdb(target) !== undefined)
    throw new UsageError(`${JSON.stringify(target)} is there already`);
  using to = open(target, { flag: "c", format: formatOption(options) });
  copy(from, to);
  return DONE;
}

function copy(from: Database, to: Database): void {
  to.batch(() => {
    for (const [key, value] of from.entries()) to.set(key, value);
  });
}
