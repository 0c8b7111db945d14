/** A value that somebody writes in, its pickle from all sides on the page out. */
import type { Played, PlayedPickle } from "../engine/messages.ts";
import { Desk, GivenUp } from "./desk.ts";
import { byId, copyButton, debounced, make } from "./elements.ts";
import { hexDump } from "./hex.ts";
import { verdictBadge } from "./verdict.ts";

const START = `// Edit me.
{
  name: "Zoë",
  scores: [9.5, 7.0, 12],
  home: (52.37, 4.89),
  tags: {"admin", "staff"},
  joined: Date("2024-02-29T12:30Z"),
}`;

/** Since which Python each protocol is read. */
const SINCE = ["any", "any", "2.3", "3.0", "3.4", "3.8"];
const DEFAULT = 4;

/** Makes the view work. */
export function startPlayground(): void {
  const desk = new Desk();
  const value = byId("value", HTMLTextAreaElement);
  const rows = byId("protocols", HTMLElement);
  const sizes = SINCE.map((since, protocol) => {
    const id = `protocol-${protocol}`;
    const radio = make("input", { type: "radio", name: "protocol", id, value: String(protocol) });
    radio.checked = protocol === DEFAULT;
    radio.addEventListener("change", () => void update());
    const size = make("td", { class: "number" });
    const name = make(
      "th",
      { scope: "row" },
      radio,
      " ",
      make("label", { for: id }, String(protocol)),
    );
    rows.append(make("tr", {}, name, make("td", {}, since), size));
    return size;
  });
  let base64 = "";
  let python = "";
  byId("played-base64-title", HTMLElement).append(
    " ",
    copyButton("Copy", () => base64),
  );
  byId("played-python-title", HTMLElement).append(
    " ",
    copyButton("Copy", () => python),
  );
  const protocolOf = (): number => {
    const chosen = rows.querySelector<HTMLInputElement>("input:checked");
    return Number(chosen?.value ?? DEFAULT);
  };
  const update = async (): Promise<void> => {
    // Only the newest text matters.
    try {
      const played = await desk.ask("play", { text: value.value, protocol: protocolOf() });
      show(played);
    } catch (error) {
      if (error instanceof GivenUp) return;
      show({ failure: { message: error instanceof Error ? error.message : "" }, sizes: [] });
    }
  };
  const show = ({ failure, sizes: found, shown }: Played): void => {
    byId("value-problem", HTMLElement).textContent = failure?.message ?? "";
    value.setAttribute("aria-invalid", String(failure !== undefined));
    sizes.forEach((cell, protocol) => {
      const size = found[protocol];
      cell.textContent = typeof size === "number" ? size.toLocaleString("en") : "–";
    });
    byId("played", HTMLElement).hidden = shown === undefined;
    if (shown === undefined) return;
    base64 = shown.base64;
    python = pythonOf(shown);
    fill(shown);
  };
  const fill = (shown: PlayedPickle): void => {
    const { opcodes, areOpcodesCut, bytes, verdict, finding, protocol } = shown;
    byId("played-opcodes", HTMLElement).textContent = opcodes + (areOpcodesCut ? "\n…" : "");
    byId("played-hex", HTMLElement).textContent = hexDump(bytes);
    byId("played-base64", HTMLElement).textContent = base64;
    byId("played-python", HTMLElement).textContent = python;
    const line = byId("played-verdict", HTMLElement);
    const count = bytes.length.toLocaleString("en");
    const bytesText = bytes.length === 1 ? "1 byte" : `${count} bytes`;
    line.replaceChildren(
      `${bytesText} at protocol ${protocol}. The audit: `,
      verdictBadge(verdict),
    );
    if (finding !== undefined) line.append(" ", make("code", {}, finding));
  };
  value.value = START;
  value.addEventListener(
    "input",
    debounced(120, () => void update()),
  );
  void update();
}

function pythonOf({ python }: PlayedPickle): string {
  const modules = python.includes("base64.") ? "base64, pickle" : "pickle";
  return `import ${modules}\n\n${python}`;
}
