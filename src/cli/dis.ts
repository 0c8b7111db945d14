/** `brine dis`: pickles in, their disassembly out, character for character that of `python -m pickletools`. */
import { type FileOutput, openInput, replaceFile } from "../node/index.ts";
import { type DisMemo, type DisOptions, disLines } from "../pickletools/index.ts";
import { printable } from "../printable/index.ts";
import {
  type Command,
  countOption,
  DONE,
  InputError,
  type OptionValues,
  UsageError,
} from "./command.ts";
import { failureText } from "./failure.ts";
import { type Output, ReaderGone } from "./output.ts";

/** The column at which Python's own command begins its annotations. */
const ANNOTATION_COLUMN = 30;

/** The command. */
export const dis: Command = {
  name: "dis",
  help: `Usage: brine dis [OPTIONS] FILE…

Prints the first pickle of each file opcode by opcode, character for character as python -m pickletools of Python 3.13,
without Python. FILE may be - for standard input.

Options:
  -a, --annotate        say on each line what the opcode does
  -m, --memo            keep the memo from one file to the next
  -l, --indentlevel N   blanks by which the opcodes behind a MARK are indented (default 4)
  -o, --output OUT      write to a file instead of standard output
  -p, --preamble TEXT   line before each of several files; {name} is the file's name (default "==> {name} <==")
  -h, --help            this text

Examples:
  brine dis data.pkl
  brine dis -a -l 2 data.pkl | less
  brine dis -m first.pkl second.pkl

Exit codes: 0 printed, 2 could not be read, or is not well formed; what could be printed stands before the message.
`,
  options: {
    annotate: { type: "boolean", short: "a" },
    memo: { type: "boolean", short: "m" },
    indentlevel: { type: "string", short: "l" },
    output: { type: "string", short: "o" },
    preamble: { type: "string", short: "p" },
  },
  positionals: [1, Number.POSITIVE_INFINITY],
  async run(files, options, output) {
    const preamble = preambleOf(options);
    const settings: DisOptions = {
      indentlevel: countOption(options, "indentlevel", 0),
      annotate: options["annotate"] === true ? ANNOTATION_COLUMN : 0,
    };
    // Python's command hands on a memo that is not there, and so keeps none, unless it is asked to.
    const memo: DisMemo | undefined = options["memo"] === true ? new Map() : undefined;
    const target = new Target(options["output"], output);
    try {
      for (const file of files) {
        if (files.length > 1)
          await target.write(`${preamble(file === "-" ? "<stdin>" : printable(file))}\n`);
        await disassemble(file, { ...settings, memo: memo ?? new Map() }, target);
      }
    } finally {
      // As in Python, what stands before a mistake is written.
      target.close();
    }
    return DONE;
  },
};

async function disassemble(file: string, options: DisOptions, target: Target): Promise<void> {
  const input = file === "-" ? undefined : openInput(file);
  try {
    const pickle =
      input?.kind === "file" ? input.source : await gathered(input?.chunks ?? process.stdin);
    for (const text of disLines(pickle, options)) await target.write(text);
  } catch (error) {
    if (error instanceof ReaderGone) throw error;
    const name = file === "-" ? "standard input" : file;
    throw new InputError(`${name}: ${failureText(error)}`, { cause: error });
  } finally {
    if (input?.kind === "file") input.close();
  }
}

async function gathered(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

// `{name}` and doubled braces are what is left of Python's format language.
function preambleOf(options: OptionValues): (name: string) => string {
  const { preamble } = options;
  const format = typeof preamble === "string" ? preamble : "==> {name} <==";
  if (/[{}]/.test(format.replaceAll(/\{\{|\}\}|\{name\}/g, ""))) {
    throw new UsageError(
      `--preamble knows {name}, {{ and }}, got ${JSON.stringify(format)}; see brine dis --help`,
    );
  }
  return (name) =>
    format.replaceAll(/\{\{|\}\}|\{name\}/g, (part) =>
      part === "{name}" ? name : (part[0] as string),
    );
}

/** Standard output or a file. */
class Target {
  readonly #file: FileOutput | undefined;
  readonly #output: Output;

  constructor(path: OptionValues[string], output: Output) {
    this.#file = typeof path === "string" ? replaceFile(path) : undefined;
    this.#output = output;
  }

  write(text: string): Promise<void> | undefined {
    if (this.#file === undefined) return this.#output.write(text);
    this.#file.write(new TextEncoder().encode(text));
    return undefined;
  }

  close(): void {
    this.#file?.commit();
  }
}
