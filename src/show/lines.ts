/** The steps of a tree in, lines of text or one JSON document out. */
import { cutTo, grouped, printable, shortened } from "../printable/index.ts";
import { type ShowOptions, type Step, walk } from "./tree.ts";

/** The parts of a line, for whoever colours them. */
export type Style = "label" | "type" | "atom" | "note" | "ref";

/** Gives a piece of text its looks. */
export type Paint = (style: Style, text: string) => string;

/** Deeper levels are not indented further: a million of them would indent a trillion spaces. */
const DEEPEST_INDENT = 30;

/** The tree of `value`, a line at a time. */
export function* showLines(
  value: unknown,
  options: ShowOptions = {},
  paint: Paint = (_style, text) => text,
): Generator<string, void, undefined> {
  const width = options.width ?? 100;
  for (const step of walk(value, options)) {
    yield lineOf(step, width, paint);
    if (step.kind !== "value" || step.lines === undefined) continue;
    const indent = indentOf(step.depth + 1, width);
    const room = Math.max(8, width - indent.length);
    for (const line of step.lines) yield indent + paint("note", cutTo(line, room));
  }
}

function lineOf(step: Step, width: number, paint: Paint): string {
  const pieces: [Style, string][] = [];
  const { depth } = step;
  if (depth > DEEPEST_INDENT) pieces.push(["note", `(level ${depth}) `]);
  if (step.kind === "more") {
    pieces.push(["note", `… ${grouped(step.count)} more`]);
  } else {
    if (step.label !== "") pieces.push(["label", step.label], ["note", ": "]);
    if (step.kind === "ref") pieces.push(["ref", `<ref #${step.id}>`], ["note", ` ${step.type}`]);
    else pieces.push(...valuePieces(step));
  }
  const indent = indentOf(depth, width);
  const length = pieces.reduce((sum, [, text]) => sum + text.length, indent.length);
  if (length <= width) return indent + pieces.map(([style, text]) => paint(style, text)).join("");
  let room = width - indent.length - 1;
  let line = indent;
  for (const [style, text] of pieces) {
    // One character is kept for the mark.
    if (text.length > room) return line + paint(style, shortened(text, room));
    line += paint(style, text);
    room -= text.length;
  }
  return line;
}

// Half of a narrow line at most is indent.
function indentOf(depth: number, width: number): string {
  return "  ".repeat(Math.min(depth, DEEPEST_INDENT, Math.floor(width / 4)));
}

function valuePieces(step: Extract<Step, { kind: "value" }>): [Style, string][] {
  const pieces: [Style, string][] = [];
  if (step.id !== undefined) pieces.push(["ref", `#${step.id} `]);
  if (step.form === "inline") pieces.push(["atom", step.text]);
  else if (step.form === "atom") {
    if (!LITERAL.has(step.type)) pieces.push(["type", `${step.type} `]);
    pieces.push(["atom", step.text]);
  } else {
    pieces.push(["type", step.type]);
    // Arguments follow the class like a call; everything else is a word of its own.
    if (step.text !== "")
      pieces.push(["atom", step.text.startsWith("(") ? step.text : ` ${step.text}`]);
  }
  if (step.cut) pieces.push(["note", " …"]);
  return pieces;
}

// Types whose values say themselves what they are.
const LITERAL: ReadonlySet<string> = new Set([
  "NoneType",
  "None",
  "bool",
  "int",
  "float",
  "complex",
  "str",
  "bytes",
  "bytearray",
  "range",
  "slice",
  "ellipsis",
  "NotImplementedType",
]);

/**
 * The tree of `value` as one JSON document, in pieces: `{ label, type, text, count, id, ref, cut, parts, more }`, each
 * only where there is something to say.
 */
export function* showJson(
  value: unknown,
  options: ShowOptions = {},
): Generator<string, void, undefined> {
  let level = -1;
  let filled = false;
  for (const step of walk(value, { ...options, inline: false })) {
    while (level >= step.depth) {
      yield filled ? "]}" : "}";
      filled = true;
      level--;
    }
    if (step.depth > 0) yield filled ? "," : ',"parts":[';
    if (step.kind === "more") {
      // The last element of the parts that it completes.
      yield `{"more":${step.count}}`;
      filled = true;
    } else {
      yield JSON.stringify(fields(step)).slice(0, -1);
      level = step.depth;
      filled = false;
    }
  }
  for (; level >= 0; level--) {
    yield filled ? "]}" : "}";
    filled = true;
  }
}

function fields(step: Exclude<Step, { kind: "more" }>): Record<string, unknown> {
  const label = step.label === "" ? undefined : printable(step.label);
  if (step.kind === "ref") return { label, type: step.type, ref: step.id };
  const { type, text, count, id, cut } = step;
  const shown = text === "" ? undefined : text;
  return { label, type, text: shown, count, id, cut: cut || undefined, ...step.facts };
}
