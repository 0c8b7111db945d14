/** A text of the notation in, its pickle under every protocol out, looked at from all sides. */
import { dumps, HIGHEST_PROTOCOL, loads } from "brine";
import { audit } from "brine/audit";
import { b64encode } from "brine/base64";
import { disLines } from "brine/pickletools";
import { cutTo, printable, reprBytes } from "../../src/printable/index.ts";
import { NotationError, parseNotation } from "../notation/parse.ts";
import { failureOf } from "./failure.ts";
import type { Played, PlayedPickle } from "./messages.ts";

const MOST_LINES = 400;
const LONGEST_LINE = 500;
const LONGEST_TEXT = 1_000_000;
/** Bytes that are written out as Python writes them; more are base64. */
const MOST_LITERAL = 600;
const MOST_EXPRESSION = 20_000;

/** Never throws: what is no value is told of in the answer. */
export function play(text: string, protocol: number): Played {
  if (text.length > LONGEST_TEXT) {
    return { failure: { message: "The text is longer than a million characters." }, sizes: [] };
  }
  let value: unknown;
  try {
    value = parseNotation(text);
  } catch (error) {
    const at = error instanceof NotationError ? error.at : undefined;
    return { failure: { message: failureOf(error).message, at }, sizes: [] };
  }
  const pickles: (Uint8Array | string)[] = [];
  for (let one = 0; one <= HIGHEST_PROTOCOL; one++) {
    try {
      pickles.push(dumps(value, one));
    } catch (error) {
      pickles.push(failureOf(error).message);
    }
  }
  const sizes = pickles.map((one) => (typeof one === "string" ? one : one.length));
  const bytes = pickles[protocol];
  if (bytes === undefined || typeof bytes === "string") {
    return { failure: { message: bytes ?? "There is no such protocol." }, sizes };
  }
  return { sizes, shown: look(bytes, protocol) };
}

function look(bytes: Uint8Array, protocol: number): PlayedPickle {
  const lines: string[] = [];
  let areOpcodesCut = false;
  for (const line of disLines(bytes)) {
    areOpcodesCut = lines.length >= MOST_LINES;
    if (areOpcodesCut) break;
    lines.push(cutTo(printable(line.replace(/\n$/, "")), LONGEST_LINE));
  }
  const steps = lines.flatMap((line) => {
    const [, name, argument] = /^ *\d+: \S+ +(\w+) *(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, argument: argument ?? "" }];
  });
  const { verdict, findings, imports } = audit(bytes);
  const [finding] = findings;
  const base64 = b64encode(bytes);
  return {
    protocol,
    bytes,
    base64,
    opcodes: lines.join("\n"),
    areOpcodesCut,
    steps,
    python: expression(bytes, base64),
    verdict,
    finding: finding && cutTo(printable(finding.expression ?? finding.message), LONGEST_LINE),
    imports: imports.map(({ name }) => printable(name)),
    holdsItself: holdsItself(bytes),
  };
}

function expression(bytes: Uint8Array, base64: string): string {
  if (bytes.length <= MOST_LITERAL) return `pickle.loads(${reprBytes(bytes, bytes.length)})`;
  if (base64.length > MOST_EXPRESSION) return `pickle.loads(base64.b64decode("…"))`;
  return `pickle.loads(base64.b64decode("${base64}"))`;
}

function holdsItself(bytes: Uint8Array): boolean {
  try {
    const value = loads(bytes);
    return Array.isArray(value) && value.includes(value);
  } catch {
    return false;
  }
}
