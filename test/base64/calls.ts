/** One call of CPython's `base64`, as base64_cases.py prints it, in; what brine does otherwise out. */
import * as base64 from "../../src/base64/index.ts";
import { BinasciiError } from "../../src/base64/index.ts";

type Shown = readonly [kind: "str" | "bytes", text: string];

/** One line of base64_cases.py. */
export interface Call {
  readonly name: string;
  readonly argument: Shown;
  readonly options: Readonly<Record<string, Shown | boolean | number>>;
  readonly value?: string;
  readonly error?: string;
  readonly message?: string;
}

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function argumentOf([kind, text]: Shown): string | Uint8Array {
  return kind === "str" ? text : new Uint8Array(Buffer.from(text, "hex"));
}

/** `urlsafe_b64encode` as our name for it. */
const camel = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

type Verb = (value: unknown, options: object) => string | Uint8Array;

async function call({ name, argument, options }: Call): Promise<string> {
  const value = argumentOf(argument);
  if (name === "encode" || name === "decode") {
    const parts: Uint8Array[] = [];
    const target = { write: (chunk: Uint8Array) => parts.push(chunk) };
    // In pieces of seven, so that lines and quanta are cut at every place.
    const pieces = Array.from({ length: Math.ceil(value.length / 7) }, (_, index) =>
      (value as Uint8Array).subarray(index * 7, index * 7 + 7),
    );
    await (name === "encode" ? base64.encode : base64.decode)(pieces, target);
    const whole = Buffer.concat(parts);
    return name === "encode" ? whole.toString("latin1") : toHex(whole);
  }
  const settings = Object.fromEntries(
    Object.entries(options).map(([key, option]) => [
      key,
      typeof option === "object" ? argumentOf(option) : option,
    ]),
  );
  const verb = (base64 as unknown as Record<string, Verb>)[camel(name)];
  if (verb === undefined) throw new Error(`brine/base64 has no ${camel(name)}`);
  const result = verb(value, settings);
  return typeof result === "string" ? result : toHex(result);
}

const VALUE_ERRORS = ["Error", "ValueError"]; // binascii.Error, and its base

/** What differs between CPython's answer and brine's, or undefined. */
export async function difference(one: Call): Promise<unknown> {
  let found: string;
  try {
    found = await call(one);
  } catch (error) {
    // Python asserts the lengths of altchars and map01, and wants a real ASCII string of them.
    if (!(error instanceof BinasciiError)) return { one, error: String(error) };
    const same = VALUE_ERRORS.includes(one.error ?? "") && error.message === one.message;
    return same ? undefined : { one, error: `${error.code} ${error.message}` };
  }
  return found === one.value ? undefined : { one, found };
}
