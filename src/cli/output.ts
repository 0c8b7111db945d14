/** Text and bytes in, standard output out: gathered, waiting for slow readers, quiet when the reader has gone. */
import { printableJson } from "../printable/index.ts";
import type { Paint, Style } from "../show/index.ts";

/** The reader of the output has closed it (`brine show big.pkl | head`): nothing is left to do. */
export class ReaderGone extends Error {
  override readonly name: string = "ReaderGone";
}

const GATHERED = 64 * 1024;

/** Standard output, or any other stream. */
export class Output {
  readonly #stream: NodeJS.WriteStream;
  #text = "";
  #gone = false;
  #failure: Error | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") this.#gone = true;
      else this.#failure = error;
    });
  }

  /** Whether a person is looking. */
  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  /** Characters in a line. */
  get columns(): number {
    // A pipe has none, and some terminals say 0.
    for (const columns of [this.#stream.columns, Number(process.env["COLUMNS"])]) {
      if (Number.isSafeInteger(columns) && columns >= 20) return columns;
    }
    return 100;
  }

  /** Adds text; where it answers with a Promise, that has to be awaited before more is written. */
  write(text: string): Promise<void> | undefined {
    this.#text += text;
    return this.#text.length >= GATHERED ? this.flush() : undefined;
  }

  /** Adds a piece of JSON: whole strings, in which what would act on a terminal becomes an escape. */
  json(piece: string): Promise<void> | undefined {
    return this.write(printableJson(piece));
  }

  /** Writes bytes, and waits until they are taken. */
  async bytes(chunk: Uint8Array): Promise<void> {
    await this.flush();
    await this.#put(chunk);
  }

  /** Writes what was gathered, and waits until it is taken. */
  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    if (text !== "") await this.#put(text);
  }

  #put(chunk: string | Uint8Array): Promise<void> {
    this.#check();
    return new Promise((resolve, reject) => {
      this.#stream.write(chunk, (error) => {
        if (!error) resolve();
        else reject((error as NodeJS.ErrnoException).code === "EPIPE" ? new ReaderGone() : error);
      });
    });
  }

  #check(): void {
    if (this.#gone) throw new ReaderGone();
    if (this.#failure !== undefined) throw this.#failure;
  }
}

// SGR codes that are legible on dark and light backgrounds.
const CODES: Readonly<Record<Style, string>> = {
  label: "36",
  type: "33",
  atom: "32",
  note: "2",
  ref: "35",
};

const plain: Paint = (_style, text) => text;
const coloured: Paint = (style, text) => `\x1b[${CODES[style]}m${text}\x1b[0m`;

/**
 * Colours or none: what the options say, else `NO_COLOR` (no-color.org) and `FORCE_COLOR`, else whether a person looks.
 */
export function paintFor(
  output: Output,
  options: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  if (options["no-color"] === true) return plain;
  if (options["color"] === true) return coloured;
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return plain;
  if (FORCE_COLOR !== undefined)
    return FORCE_COLOR === "0" || FORCE_COLOR === "false" ? plain : coloured;
  return output.isTerminal && TERM !== "dumb" ? coloured : plain;
}
