/** `brine checkpoint`: a folder of checkpoints in; what is in it, whether it is intact, or one less out. */
import { statSync } from "node:fs";
import type { CheckpointInfo, Checkpoints, Verification } from "../checkpoint/index.ts";
import { byteSize, cutTo, printable } from "../printable/index.ts";
import { showJson, showLines } from "../show/index.ts";
import {
  type Command,
  countOption,
  DONE,
  InputError,
  type OptionValues,
  UsageError,
} from "./command.ts";
import { failureText } from "./failure.ts";
import { knownTypes } from "./known.ts";
import { type Output, paintFor } from "./output.ts";

const DAMAGED = 1;

type Metadata = CheckpointInfo<unknown>;

/** The command. */
export const checkpoint: Command = {
  name: "checkpoint",
  help: `Usage: brine checkpoint DIR list|show|verify|delete [NAME…] [OPTIONS]

A folder of checkpoints has a NAME.pkl and a NAME.sha256 for each, as brine/checkpoint and the Python recipe write them.

  list                every checkpoint, oldest first: name, time, size, metadata; states are not read
  show NAME           one of them, once its checksum has been found right, as a tree
  verify [NAME…]      compares the checksums of these, or of all
  delete NAME…        deletes these

Options:
  --depth N           show: levels to open (default 6)
  --items N           show: items of each container (default 10)
  --json              the answer as JSON
  --color, --no-color colours, or none
  -h, --help          this text

Examples:
  brine checkpoint runs list
  brine checkpoint runs verify --json | jq -r '.[] | select(.ok | not) | .name'
  brine checkpoint runs show epoch-3 --depth 2

Exit codes: 0 done and intact, 1 a checkpoint is damaged or was not there to delete, 2 could not.
`,
  options: {
    depth: { type: "string" },
    items: { type: "string" },
    json: { type: "boolean" },
    color: { type: "boolean" },
    "no-color": { type: "boolean" },
  },
  positionals: [2, Number.POSITIVE_INFINITY],
  async run([folder = "", verb = "", ...names], options, output) {
    const action = ACTIONS[verb];
    if (action === undefined) {
      throw new UsageError(
        `checkpoint has list, show, verify and delete, not ${JSON.stringify(verb)}; see brine checkpoint --help`,
      );
    }
    const [least, most] = action.names;
    if (names.length < least || names.length > most) {
      throw new UsageError(
        `checkpoint DIR ${verb} wants ${action.wants}, got ${names.length} names`,
      );
    }
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new InputError(`${printable(folder)}: there is no such folder`);
    }
    const { Checkpoints } = await import("../checkpoint/index.ts");
    return action.run(
      new Checkpoints(folder, { types: await knownTypes() }),
      names,
      options,
      output,
    );
  },
};

interface Action {
  readonly names: readonly [least: number, most: number];
  readonly wants: string;
  run(
    checkpoints: Checkpoints,
    names: readonly string[],
    options: OptionValues,
    output: Output,
  ): Promise<number>;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  __proto__: null as unknown as Action, // So that "constructor" is no verb.
  list: { names: [0, 0], wants: "no name", run: list },
  show: { names: [1, 1], wants: "one name", run: show },
  verify: { names: [0, Number.POSITIVE_INFINITY], wants: "names", run: verify },
  delete: { names: [1, Number.POSITIVE_INFINITY], wants: "at least one name", run: remove },
};

async function list(
  checkpoints: Checkpoints,
  _names: readonly string[],
  options: OptionValues,
  output: Output,
): Promise<number> {
  const infos = await checkpoints.list();
  if (options["json"] === true) {
    output.json(`${JSON.stringify(infos.map(listed))}\n`);
  } else {
    const width = Math.max(4, ...infos.map(({ name }) => printable(name).length));
    for (const info of infos) {
      const { name, time, size, metadata, error } = info;
      const shown =
        error === undefined ? metadataText(metadata) : `unreadable: ${failureText(error)}`;
      const line = `${printable(name).padEnd(width)}  ${dateText(time)}  ${byteSize(size).padStart(9)}  ${shown}`;
      await output.write(`${cutTo(line.trimEnd(), output.columns)}\n`);
    }
  }
  return infos.some(({ error }) => error !== undefined) ? DAMAGED : DONE;
}

function listed({ name, time, size, metadata, timestamp, version, error }: Metadata): unknown {
  return {
    name,
    time: new Date(time).toISOString(),
    size,
    ...(error === undefined
      ? { timestamp: tree(timestamp), version: tree(version), metadata: tree(metadata) }
      : { error: failureText(error) }),
  };
}

// A JSON value as it is, anything else as `brine show --json` shows it.
function tree(value: unknown): unknown {
  if (isPlain(value, 20)) return value;
  return JSON.parse([...showJson(value, {})].join("")) as unknown;
}

function isPlain(value: unknown, depth: number): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (depth === 0 || typeof value !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isContainer =
    prototype === Array.prototype || prototype === Object.prototype || prototype === null;
  return isContainer && Object.values(value).every((item) => isPlain(item, depth - 1));
}

function metadataText(metadata: unknown): string {
  if (typeof metadata !== "object" || metadata === null) return atomText(metadata);
  const entries = metadata instanceof Map ? [...metadata] : Object.entries(metadata);
  return entries.map(([key, value]) => `${printable(String(key))}=${atomText(value)}`).join(" ");
}

function atomText(value: unknown): string {
  const [line = ""] = showLines(value, { depth: 1, items: 3, width: 60 });
  return line;
}

function dateText(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "?".padEnd(19) : date.toLocaleString("sv").slice(0, 19);
}

async function show(
  checkpoints: Checkpoints,
  [name = ""]: readonly string[],
  options: OptionValues,
  output: Output,
): Promise<number> {
  const { state, metadata, timestamp, version } = await checkpoints.load(name);
  const shown = {
    types: await knownTypes(),
    depth: countOption(options, "depth", 0),
    items: countOption(options, "items", 0),
    width: output.columns,
  };
  if (options["json"] === true) {
    const head = JSON.stringify({ name, timestamp: tree(timestamp), version: tree(version) });
    output.json(
      `${head.slice(0, -1)},"metadata":${[...showJson(metadata, shown)].join("")},"state":`,
    );
    for (const piece of showJson(state, shown)) await output.write(piece);
    output.write("}\n");
    return DONE;
  }
  const paint = paintFor(output, options, process.env);
  const head = `${printable(name)}, ${atomText(timestamp)}, version ${atomText(version)}`;
  output.write(`${paint("note", head)}\n`);
  for (const [title, value] of [
    ["metadata", metadata],
    ["state", state],
  ] as const) {
    output.write(`\n${paint("note", title)}\n`);
    for (const line of showLines(value, shown, paint)) await output.write(`${line}\n`);
  }
  return DONE;
}

async function verify(
  checkpoints: Checkpoints,
  names: readonly string[],
  options: OptionValues,
  output: Output,
): Promise<number> {
  const verifications = await checkpoints.verify(...names);
  const answer = ({ name, ok, error }: Verification): unknown =>
    error === undefined ? { name, ok } : { name, ok, code: error.code, message: error.message };
  if (options["json"] === true) {
    output.json(`${JSON.stringify(verifications.map(answer))}\n`);
  } else {
    for (const { name, error } of verifications) {
      const line = error === undefined ? "ok" : failureText(error);
      await output.write(`${printable(name)}: ${line}\n`);
    }
  }
  return verifications.every(({ ok }) => ok) ? DONE : DAMAGED;
}

async function remove(
  checkpoints: Checkpoints,
  names: readonly string[],
  options: OptionValues,
  output: Output,
): Promise<number> {
  const deleted: { name: string; deleted: boolean }[] = [];
  for (const name of names) deleted.push({ name, deleted: await checkpoints.delete(name) });
  if (options["json"] === true) output.json(`${JSON.stringify(deleted)}\n`);
  else {
    for (const { name, deleted: was } of deleted) {
      output.write(`${printable(name)}: ${was ? "deleted" : "there is no such checkpoint"}\n`);
    }
  }
  return deleted.every(({ deleted: was }) => was) ? DONE : DAMAGED;
}
