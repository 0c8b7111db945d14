/** Functions, code, classes and modules as records in, their look out: signature, place, captured values, instructions. */
import { ClassRecord, FunctionRecord } from "../dill/index.ts";
import { cutTo, printable } from "../printable/index.ts";
import {
  disassembleText,
  PyClass,
  PyCode,
  PyCodeError,
  PyFunction,
  PyModule,
} from "../pycode/index.ts";
import type { Room, View } from "./views.ts";

/** The look of a record of code; undefined for anything else, and for what holds no code that is known. */
export function codeView(value: object, room: Room): View | undefined {
  try {
    if (value instanceof PyFunction) return functionView(value, room);
    if (value instanceof PyCode && value.fields !== undefined) {
      return { type: "python code", text: head(value, room), lines: instructions(value, room) };
    }
    if (value instanceof PyClass) {
      return {
        type: "python class",
        text: line(value.qualname, room),
        facts: { name: value.qualname },
      };
    }
    if (value instanceof PyModule) return { type: "python module", text: line(value.name, room) };
  } catch (error) {
    if (!(error instanceof PyCodeError)) throw error;
    return { type: "python code", text: `cannot be read: ${printable(error.message)}` };
  }
  if (value instanceof FunctionRecord || value instanceof ClassRecord)
    return scriptView(value, room);
  return undefined;
}

function functionView(value: PyFunction, room: Room): View | undefined {
  const code = value.codeOrNothing;
  if (code === undefined) return undefined;
  const { qualname, signature, doc } = value;
  const shown = doc === undefined ? [] : [line(`"""${doc.trim().split("\n")[0]}"""`, room)];
  return {
    type: "python function",
    text: line(`${qualname}${signature}`, room),
    lines: [head(code, room), ...shown, ...instructions(code, room)],
    facts: { name: qualname, signature, ...(doc !== undefined && { doc }) },
  };
}

function head(code: PyCode, room: Room): string {
  const { filename, firstlineno, pythons } = code;
  const version = pythons.length === 0 ? "an unknown Python" : `Python ${pythons.join(" or ")}`;
  return line(`${filename}:${firstlineno}, ${version}`, room);
}

function instructions(code: PyCode, room: Room): string[] {
  const lines = disassembleText(code)
    .split("\n")
    .filter((text) => text.trim() !== "");
  return lines.length > room.rows
    ? [
        ...lines.slice(0, room.rows).map((text) => line(text, room)),
        `… ${lines.length - room.rows} more lines`,
      ]
    : lines.map((text) => line(text, room));
}

function scriptView(value: FunctionRecord | ClassRecord, room: Room): View {
  const lines = value.source.split("\n");
  return {
    type: value instanceof ClassRecord ? "javascript class" : "javascript function",
    text: line(value.functionName, room),
    lines: [
      ...lines.slice(0, room.rows).map((text) => line(text, room)),
      ...(lines.length > room.rows ? [`… ${lines.length - room.rows} more lines`] : []),
    ],
    facts: { name: value.functionName, source: value.source, globals: value.globals },
  };
}

// Two spaces and more stay: they are the shape of code.
function line(text: string, { width }: Room): string {
  return cutTo(printable(text), Math.max(24, width));
}

/** What stands below a record: captured values, what it refers to, what a class holds; undefined for no record. */
export function codeParts(value: object): [name: string, value: unknown][] | undefined {
  if (value instanceof PyFunction && value.codeOrNothing !== undefined) {
    return [
      ...[...value.closure].map(([name, part]): [string, unknown] => [`captured ${name}`, part]),
      ...value.defaults.map((part): [string, unknown] => ["default", part]),
      ...Object.entries(value.kwdefaults),
      ...Object.entries(value.globals).map(([name, part]): [string, unknown] => [
        `global ${name}`,
        part,
      ]),
      ...Object.entries(value.attributes),
      ...value.code.consts.flatMap((part): [string, unknown][] =>
        part instanceof PyCode ? [["inside", part]] : [],
      ),
    ];
  }
  if (value instanceof PyCode && value.fields !== undefined) {
    return value.consts.flatMap((part): [string, unknown][] =>
      part instanceof PyCode ? [["inside", part]] : [],
    );
  }
  if (value instanceof PyClass) {
    const bases = value.bases.map((part): [string, unknown] => ["base", part]);
    return [...bases, ...value.dict];
  }
  if (value instanceof PyModule) return [...(value.dict ?? [])];
  if (value instanceof FunctionRecord || value instanceof ClassRecord) {
    return Object.entries(value.captured).map(([name, part]): [string, unknown] => [
      `captured ${name}`,
      part,
    ]);
  }
  return undefined;
}
