#!/usr/bin/env node
/** The command line: arguments in; a command's output, messages on standard error and an exit code out. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Command, DONE, FAILED, type OptionValues, UsageError } from "./command.ts";
import { failureText } from "./failure.ts";
import { Output, ReaderGone } from "./output.ts";

/** A command by name; its own file, and all that it needs, is loaded when it is asked for. */
interface Row {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  load(): Promise<Command>;
}

const COMMANDS: readonly Row[] = [
  {
    name: "show",
    summary: "what is inside, as a readable tree",
    load: async () => (await import("./show.ts")).show,
  },
  {
    name: "json",
    summary: "to JSON; --tagged keeps every type",
    load: async () => (await import("./json.ts")).json,
  },
  {
    name: "types",
    summary: "TypeScript types for what is inside",
    load: async () => (await import("./declarations.ts")).types,
  },
  {
    name: "audit",
    summary: "what loading a file would do in Python, and whether to",
    load: async () => (await import("./audit.ts")).audit,
  },
  {
    name: "dis",
    summary: "the disassembly, as python -m pickletools prints it",
    load: async () => (await import("./dis.ts")).dis,
  },
  {
    name: "convert",
    summary: "write another pickle protocol, msgpack or JSON",
    load: async () => (await import("./convert.ts")).convert,
  },
  {
    name: "shelve",
    summary: "a shelf: its keys and values, changed, exported, converted",
    load: async () => (await import("./shelve.ts")).shelve,
  },
  {
    name: "checkpoint",
    summary: "a folder of checkpoints: list, show, verify, delete",
    load: async () => (await import("./checkpoint.ts")).checkpoint,
  },
];

const HELP = `Usage: brine COMMAND [OPTIONS] FILE

Opens what Python's pickle wrote, without Python and without running anything in it.

Commands:
${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join("\n")}

  brine COMMAND --help    options and examples of a command
  brine --version         the version

FILE may be - for standard input.

Examples:
  brine show model.pkl
  brine json data.pkl | jq .
  brine audit models
  brine convert --protocol 2 new.pkl old.pkl

Exit codes: 0 done, 1 something dangerous or different was found, 2 could not (bad input or bad usage);
audit adds 3 for what a person should review.
`;

async function main(argv: readonly string[], output: Output): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const asked =
      name === "help" && rest[0] !== undefined ? await rowOf(rest[0]).load() : undefined;
    if (name !== undefined) await output.write(asked?.help ?? HELP);
    else process.stderr.write(HELP);
    return name === undefined ? FAILED : DONE;
  }
  if (name === "--version" || name === "-V") {
    output.write(`${version()}\n`);
    return DONE;
  }
  return run(await rowOf(name).load(), rest, output);
}

function rowOf(name: string): Row {
  const row = COMMANDS.find((known) => known.name === name);
  if (row !== undefined) return row;
  const what = name.startsWith("-") ? "option" : "command";
  throw new UsageError(
    `there is no ${what} ${JSON.stringify(name)}; brine --help lists the commands`,
  );
}

async function run(command: Command, args: readonly string[], output: Output): Promise<number> {
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...args],
      options: { ...command.options, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
  } catch (error) {
    // Node's advice to a file of that name has a quote that nothing closes.
    const [text, advice] = failureText(error).split(". To specify ");
    const other = advice === undefined ? "" : "; a file whose name begins with - goes behind --";
    throw new UsageError(`${text}; see brine ${command.name} --help${other}`);
  }
  const values = parsed.values as OptionValues;
  if (values["help"] === true) {
    output.write(command.help);
    return DONE;
  }
  const [least, most] = command.positionals;
  const count = parsed.positionals.length;
  if (count < least || count > most) {
    throw new UsageError(
      `${command.name} wants ${wantedOf(command)}, got ${count}; see brine ${command.name} --help`,
    );
  }
  try {
    return await command.run(parsed.positionals, values, output);
  } catch (error) {
    if (error instanceof UsageError || error instanceof ReaderGone) throw error;
    // A command of many files says itself which it was.
    if (most === Number.POSITIVE_INFINITY) throw error;
    const [file] = parsed.positionals;
    const named = file === "" ? '""' : file;
    throw new Error(`${file === "-" ? "standard input" : named}: ${failureText(error)}`, {
      cause: error,
    });
  }
}

function wantedOf({ positionals: [least, most], help }: Command): string {
  if (most === least) return least === 1 ? "one file" : `${least} files`;
  if (least === 1) return "at least one file";
  // "Usage: brine shelve DB keys|get|set [KEY…] [OPTIONS]"
  const [usage = ""] = help.split(" [", 1);
  return `at least ${least} arguments (${usage.slice("Usage: ".length)})`;
}

function version(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

const output = new Output(process.stdout);
try {
  process.exitCode = await main(process.argv.slice(2), output);
  await output.flush();
} catch (error) {
  if (!(error instanceof ReaderGone)) {
    process.exitCode = FAILED;
    // What was found before the failure is of use all the same.
    await output.flush().catch(() => undefined);
    process.stderr.write(`brine: ${failureText(error)}\n`);
  }
}
