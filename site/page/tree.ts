/** Rows of a value's tree in, elements that open and close out. */
import type { Row } from "../engine/messages.ts";
import { make } from "./elements.ts";

/** Levels that are open at first. */
const OPEN_LEVELS = 3;

/** Puts rows where they belong as they come; they may come in several pages. */
export class TreeBuilder {
  readonly element: HTMLElement = make("div", { class: "tree" });
  /** Where rows of each depth go. */
  #places: HTMLElement[] = [this.element];
  #objects = 0;
  #firstTitle: HTMLElement | undefined;

  add(rows: readonly Row[]): void {
    for (const row of rows) this.#add(row);
  }

  #add(row: Row): void {
    if (row.row === "object") {
      this.#objects++;
      const title = make("h3", {}, `Object ${row.number}`);
      // Of a file with one object nobody needs its number.
      title.hidden = this.#objects === 1;
      if (this.#objects === 2 && this.#firstTitle !== undefined) this.#firstTitle.hidden = false;
      this.#firstTitle ??= title;
      this.#places = [this.element];
      this.element.append(title);
      return;
    }
    if (row.row === "names") {
      const more = row.count - row.names.length;
      const text = row.names.join(", ") + (more > 0 ? `, and ${more} more` : "");
      this.element.append(make("p", { class: "names" }, `Refers to: ${text}`));
      return;
    }
    this.#places.length = row.depth + 1;
    const place = this.#places[row.depth] ?? this.element;
    if (row.row === "more") {
      const count = row.count.toLocaleString("en");
      place.append(make("div", { class: "row leaf note" }, `… ${count} more`));
      return;
    }
    const line = lineOf(row);
    const notes =
      row.row === "value" && row.notes.length > 0
        ? make("pre", { class: "notes" }, row.notes.join("\n"))
        : undefined;
    if (row.row === "ref" || !row.opens) {
      place.append(make("div", { class: "row leaf" }, ...line));
      if (notes !== undefined) place.append(notes);
      return;
    }
    const inside = make("div", { class: "inside" }, notes);
    const details = make("details", {}, make("summary", { class: "row" }, ...line), inside);
    details.open = row.depth < OPEN_LEVELS;
    place.append(details);
    this.#places[row.depth + 1] = inside;
  }
}

// Types whose values say themselves what they are.
const LITERAL: ReadonlySet<string> = new Set(
  "NoneType None bool int float complex str bytes bytearray range slice ellipsis".split(" "),
);

function lineOf(row: Extract<Row, { row: "value" | "ref" }>): (Node | string)[] {
  const parts: (Node | string)[] = [];
  const put = (kind: string, text: string): void => {
    // Isolated, so that writing from right to left stays within its own piece.
    parts.push(make("span", { class: kind }, text));
  };
  if (row.label !== "") {
    put("label", row.label);
    parts.push(": ");
  }
  if (row.row === "ref") {
    put("ref", `<ref #${row.id}>`);
    parts.push(" ");
    put("type", row.type);
    return parts;
  }
  if (row.id !== undefined) {
    put("ref", `#${row.id}`);
    parts.push(" ");
  }
  const isPlain = row.form === "inline" || (row.form === "atom" && LITERAL.has(row.type));
  if (!isPlain) {
    put("type", row.type);
    if (row.text !== "" && !row.text.startsWith("(")) parts.push(" ");
  }
  if (row.text !== "") put("atom", row.text);
  if (row.isCut) put("note", " …");
  return parts;
}
