/** Pieces of JSON on one line in, the same indented out, a piece at a time; what is short stays on its line. */

const SHORT = 76;

/** Deeper levels are not indented further: a million of them would indent a trillion spaces. */
const DEEPEST_INDENT = 40;

/** Indents one document after another; what it gives back is text that may be shown as it is. */
export class Indenter {
  #inString = false;
  #isEscaped = false;
  #depth = 0;
  /** Text from the innermost bracket that may yet close on this line; `undefined` while there is none. */
  #held: string | undefined;
  #heldDepth = 0;

  /** The next piece. */
  push(piece: string): string {
    let out = "";
    for (let at = 0; at < piece.length; at++) {
      const character = piece[at] as string;
      if (this.#inString) {
        out += this.#put(character);
        if (this.#isEscaped) this.#isEscaped = false;
        else if (character === "\\") this.#isEscaped = true;
        else if (character === '"') this.#inString = false;
        continue;
      }
      switch (character) {
        case "[":
        case "{":
          // A bracket within held text: the outer one breaks its line, and this one is held.
          out += this.#release();
          this.#depth++;
          this.#held = character;
          this.#heldDepth = this.#depth;
          break;
        case "]":
        case "}":
          if (this.#held !== undefined && this.#heldDepth === this.#depth) {
            out += this.#held + character;
            this.#held = undefined;
          } else out += this.#newline(this.#depth - 1) + character;
          this.#depth--;
          break;
        case ",":
          out += this.#held === undefined ? `,${this.#newline(this.#depth)}` : this.#put(", ");
          break;
        case ":":
          out += this.#put(": ");
          break;
        default:
          if (character === '"') this.#inString = true;
          out += this.#put(character);
      }
    }
    return out;
  }

  #put(text: string): string {
    if (this.#held === undefined) return text;
    this.#held += text;
    return this.#held.length > SHORT ? this.#release() : "";
  }

  // The held bracket stands at the end of its line after all; what follows it is broken at its commas.
  #release(): string {
    const held = this.#held;
    if (held === undefined) return "";
    this.#held = undefined;
    const indent = this.#newline(this.#heldDepth);
    return held[0] + indent + broken(held.slice(1), indent);
  }

  #newline(depth: number): string {
    return `\n${"  ".repeat(Math.min(depth, DEEPEST_INDENT))}`;
  }
}

// Line breaks at the commas that stand in no string; there are no brackets in it.
function broken(text: string, indent: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"?|, /g, (part) => (part === ", " ? `,${indent}` : part));
}
