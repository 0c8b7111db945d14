/** What a command of the command line is: its name, its help, its options and what it does. */
import type { ParseArgsOptionsConfig } from "node:util";
import type { Output } from "./output.ts";

/** Exit codes: done; done, and something dangerous or different was found; could not. */
export const DONE = 0;
export const FAILED = 2;

/** The values of the options as `parseArgs` gives them. */
export type OptionValues = Readonly<
  Record<string, string | boolean | readonly (string | boolean)[] | undefined>
>;

/** One command. */
export interface Command {
  readonly name: string;
  /** The whole text of `brine COMMAND --help`. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  /** Least and most positional arguments. */
  readonly positionals: readonly [least: number, most: number];
  run(files: readonly string[], options: OptionValues, output: Output): Promise<number>;
}

/** The caller asked for something that does not exist or makes no sense; the message says what. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/** The file is not what the command can read; the message begins behind the file's name. */
export class InputError extends Error {
  override readonly name: string = "InputError";
}

/** A whole number of an option, at least `least`. */
export function countOption(values: OptionValues, name: string, least: number): number | undefined {
  const text = values[name];
  if (typeof text !== "string") return undefined;
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new UsageError(
    `--${name} wants a whole number from ${least} on, got ${JSON.stringify(text)}`,
  );
}

/** Options of every command that reads pickles. */
export const READING: ParseArgsOptionsConfig = {
  encoding: { type: "string" },
  "inflate-limit": { type: "string" },
  "memory-limit": { type: "string" },
  from: { type: "string" },
};

/** How {@link READING} is explained in a command's help. */
export const READING_HELP = `  --from FORMAT       pickle, msgpack or json, where the contents do not tell (default: they do)
  --encoding NAME     how strings that Python 2 wrote are decoded: ASCII (default), latin1, utf-8, bytes
  --inflate-limit MB  most megabytes that compressed data may unpack to, and an array have (default 1000)
  --memory-limit MB   most megabytes of memory that the objects of a pickle may need, by estimate (default 2147)`;
