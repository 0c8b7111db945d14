/** A file that somebody chooses, drops or pastes in, what is in it and what it would do on the page out. */
import type {
  AuditShown,
  Failure,
  FindingShown,
  Opened,
  Page,
  ViewName,
} from "../engine/messages.ts";
import { Desk, GivenUp, Refused } from "./desk.ts";
import { button, byId, copyButton, make } from "./elements.ts";
import { bytesOf, PasteError } from "./pasted.ts";
import { SAMPLES } from "./samples.ts";
import { makeTabs, type Tabs } from "./tabs.ts";
import { TreeBuilder } from "./tree.ts";
import { VERDICT_WORDS, verdictBadge } from "./verdict.ts";

/** Rows, lines and thousands of characters that come at once. */
const ROWS = 400;
const LINES = 500;
const KILOCHARACTERS = 100;

const desk = new Desk();
/** Counts the files, so that an answer about an earlier one is not shown. */
let current = 0;

/** Makes the view work; `show` brings it to the front. */
export function startInspector(show: () => void): void {
  const input = byId("file", HTMLInputElement);
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    // The same file can be chosen again.
    if (file !== undefined) void inspect(file.name, file).finally(() => (input.value = ""));
  });
  const drop = byId("drop", HTMLElement);
  const isFile = (event: DragEvent): boolean =>
    event.dataTransfer?.types.includes("Files") === true;
  addEventListener("dragover", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    drop.classList.add("over");
  });
  addEventListener("dragleave", () => drop.classList.remove("over"));
  addEventListener("drop", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    drop.classList.remove("over");
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return;
    show();
    void inspect(file.name, file);
  });
  const samples = byId("samples", HTMLElement);
  SAMPLES.forEach(({ name, title, base64 }, at) => {
    if (at > 0) samples.append(at === SAMPLES.length - 1 ? " or " : ", ");
    samples.append(button(title, () => void inspect(name, bytesOf(base64)), "link"));
  });
  samples.append(".");
  const pasted = byId("pasted", HTMLTextAreaElement);
  const problem = byId("paste-problem", HTMLElement);
  byId("open-pasted", HTMLButtonElement).addEventListener("click", () => {
    problem.textContent = "";
    try {
      void inspect("what was pasted", bytesOf(pasted.value));
    } catch (error) {
      if (!(error instanceof PasteError)) throw error;
      problem.textContent = error.message;
    }
  });
}

async function inspect(name: string, data: Blob | Uint8Array): Promise<void> {
  const mine = ++current;
  // Whatever is at work on another file need not come to an end.
  desk.stop();
  const result = byId("result", HTMLElement);
  const verdict = byId("verdict", HTMLElement);
  const tabs = byId("result-tabs", HTMLElement);
  result.hidden = true;
  verdict.replaceChildren();
  verdict.className = "verdict";
  tabs.replaceChildren();
  try {
    working(`Reading ${name} …`);
    const opened = await desk.ask("open", { name, data });
    if (mine !== current) return;
    const title = byId("result-title", HTMLElement);
    title.textContent = opened.name;
    byId("result-facts", HTMLElement).textContent = factsOf(opened);
    result.hidden = false;
    title.focus({ preventScroll: true });
    title.scrollIntoView({ block: "start" });
    working("Following what loading it would do …");
    const report = await desk.ask("audit", {});
    if (mine !== current) return;
    showVerdict(verdict, report, opened);
    working("");
    const shown = viewsOf(opened, report);
    tabs.replaceChildren(shown.element);
    const toLoading = button(
      "What loading it would do",
      () => {
        shown.show("loading");
        byId("panel-loading", HTMLElement).focus({ preventScroll: true });
      },
      "link",
    );
    if (report.findings.length > 0 && !isOther(report, opened.kind))
      verdict.append(make("p", {}, toLoading));
  } catch (error) {
    if (error instanceof GivenUp || mine !== current) return;
    working("");
    result.hidden = false;
    byId("result-title", HTMLElement).textContent = name;
    byId("result-facts", HTMLElement).textContent = "";
    tabs.replaceChildren(failureLine(failureFrom(error)));
  }
}

function working(text: string): void {
  const line = byId("working", HTMLElement);
  line.replaceChildren(text);
  if (text === "") return;
  const stop = button("Stop", () => {
    current++;
    desk.stop();
    line.replaceChildren("Stopped.");
  });
  line.append(" ", stop);
}

function factsOf({ kind, size, wrapping, unpackedSize }: Opened): string {
  const parts = [kind, bytesText(size)];
  if (wrapping !== undefined) parts.push(`in ${wrapping}`);
  if (unpackedSize !== undefined) parts.push(`${bytesText(unpackedSize)} unpacked`);
  return parts.join(", ");
}

function bytesText(count: number): string {
  return count === 1 ? "1 byte" : `${count.toLocaleString("en")} bytes`;
}

function showVerdict(place: HTMLElement, report: AuditShown, { kind }: Opened): void {
  const { verdict, findings } = report;
  if (isOther(report, kind)) {
    place.append(
      make("p", {}, `It is ${kind} and no pickle: whoever reads it as that runs nothing.`),
    );
    return;
  }
  place.classList.add(verdict);
  place.append(
    make("p", {}, verdictBadge(verdict)),
    make("p", {}, VERDICT_WORDS[verdict].sentence),
  );
  const [worst] = findings;
  if (worst !== undefined && worst.verdict === verdict) {
    place.append(
      make("p", { class: "worst" }, make("code", {}, worst.expression ?? worst.message)),
    );
  }
}

// Formats that only hold data; what the audit says of what is no pickle would be no help.
function isOther({ format }: AuditShown, kind: string): boolean {
  return /(?:^|> )unknown$/.test(format) && (kind === "JSON" || kind === "msgpack");
}

function viewsOf(opened: Opened, report: AuditShown): Tabs {
  const panels = {
    contents: make("div"),
    loading: isOther(report, opened.kind)
      ? make("div", {}, make("p", {}, "Nothing: it is no pickle."))
      : loadingPanel(report),
    opcodes: make("div"),
    json: make("div"),
  };
  const begun = new Set<string>();
  const first = (id: string, act: () => void) => (): void => {
    if (!begun.has(id)) act();
    begun.add(id);
  };
  return makeTabs(`Views of ${opened.name}`, [
    {
      id: "contents",
      title: "Contents",
      panel: panels.contents,
      shown: first("contents", () => contentsPanel(panels.contents, opened)),
    },
    { id: "loading", title: "Loading", panel: panels.loading },
    {
      id: "opcodes",
      title: "Opcodes",
      panel: panels.opcodes,
      shown: first("opcodes", () => opcodesPanel(panels.opcodes, opened)),
    },
    {
      id: "json",
      title: "JSON",
      panel: panels.json,
      shown: first("json", () => jsonPanel(panels.json, opened)),
    },
  ]);
}

function contentsPanel(panel: HTMLElement, { failure }: Opened): void {
  if (failure !== undefined) {
    panel.append(failureLine(failure));
    return;
  }
  const choice = make("select", { id: "items" });
  for (const count of [10, 50, 200, 1000]) {
    choice.append(make("option", { value: String(count) }, String(count)));
  }
  const place = make("div");
  const read = (items: number | undefined): void => {
    const tree = new TreeBuilder();
    place.replaceChildren(tree.element);
    const view: ReadOn = { view: "contents", count: ROWS, place, more: "More rows" };
    readOn({ ...view, items }, ({ rows }) => tree.add(rows));
  };
  choice.addEventListener("change", () => read(Number(choice.value)));
  const controls = make("p", { class: "controls" });
  controls.append(make("label", { for: "items" }, "Items shown of each container"), " ", choice);
  panel.append(controls, place);
  read(undefined);
}

function opcodesPanel(panel: HTMLElement, { kind, failure }: Opened): void {
  if (failure !== undefined || !/^(?:pickle|joblib)/.test(kind)) {
    panel.append(
      make("p", {}, "Only pickles have opcodes; the audit reads those within other files."),
    );
    return;
  }
  const text = make("pre", { tabindex: "0", "aria-label": "Opcodes" });
  panel.append(text);
  readOn({ view: "opcodes", count: LINES, place: panel, more: "More opcodes" }, (page) => {
    text.append(page.text);
  });
}

function jsonPanel(panel: HTMLElement, { failure }: Opened): void {
  if (failure !== undefined) {
    panel.append(failureLine(failure));
    return;
  }
  const text = make("pre", { tabindex: "0", "aria-label": "JSON" });
  const notes = make("p", { class: "facts" });
  const place = make("div", {}, text);
  const tagged = make("input", { type: "checkbox", id: "tagged" });
  const read = (): void => {
    const view: ViewName = tagged.checked ? "tagged" : "json";
    place.replaceChildren(text);
    text.replaceChildren();
    notes.textContent = "";
    const asked: ReadOn = { view, count: KILOCHARACTERS, place, more: "More JSON" };
    readOn(asked, (page) => {
      text.append(page.text);
      const converted = page.notes ?? [];
      if (converted.length > 0) notes.textContent = `Converted: ${converted.join(", ")}.`;
    });
  };
  tagged.addEventListener("change", read);
  const label = make("label", { for: "tagged" }, "Tagged, so that every type is kept");
  const copy = copyButton("Copy", () => text.textContent ?? "");
  panel.append(make("p", { class: "controls" }, tagged, " ", label, " ", copy), notes, place);
  read();
}

interface ReadOn {
  readonly view: ViewName;
  readonly count: number;
  readonly place: HTMLElement;
  /** What the button for the next page says. */
  readonly more: string;
  readonly items?: number | undefined;
}

// The first page of a view, and a button for each that follows.
function readOn({ view, count, place, more, items }: ReadOn, show: (page: Page) => void): void {
  const wait = make("p", { class: "working", role: "status" }, "Reading …");
  const next = async (restart: boolean): Promise<void> => {
    place.append(wait);
    try {
      const page = await desk.ask("view", {
        view,
        count,
        restart,
        ...(items !== undefined && { items }),
      });
      wait.remove();
      show(page);
      if (page.failure !== undefined) place.append(failureLine(page.failure));
      if (page.isDone) return;
      const knob = button(more, () => {
        knob.remove();
        void next(false);
      });
      place.append(knob);
    } catch (error) {
      wait.remove();
      if (!(error instanceof GivenUp)) place.append(failureLine(failureFrom(error)));
    }
  };
  void next(true);
}

function loadingPanel(report: AuditShown): HTMLElement {
  const panel = make("div");
  const { findings, findingCount, imports, importCount, program, isProgramCut } = report;
  if (findings.length === 0) {
    const none =
      imports.length === 0 ? "It imports nothing." : "All that it imports is known to be inert.";
    panel.append(make("p", {}, `Nothing was found. ${none}`));
  } else {
    const list = make("ul", { class: "findings" }, ...findings.map(findingItem));
    panel.append(make("h3", {}, "Findings"), list);
    const left = findingCount - findings.length;
    if (left > 0) panel.append(make("p", {}, `… and ${left.toLocaleString("en")} more.`));
  }
  if (program.length > 0) {
    const lines = program.map((line) => line.trimEnd()).join("\n");
    panel.append(
      make("h3", {}, "As a Python program"),
      make("p", { class: "facts" }, "What Python would do, step by step. Nothing of it was done."),
      make("pre", { tabindex: "0", "aria-label": "Python program" }, lines),
    );
    if (isProgramCut) panel.append(make("p", { class: "facts" }, "The rest is not shown."));
  }
  if (imports.length > 0) {
    const rows = imports.map(({ name, role, count }) =>
      make(
        "tr",
        {},
        make("td", {}, make("code", {}, name)),
        make("td", {}, ROLES[role] ?? role),
        make("td", { class: "number" }, count.toLocaleString("en")),
      ),
    );
    const head = make("tr", {});
    for (const title of ["name", "how far it is known", "times"]) {
      head.append(make("th", { scope: "col" }, title));
    }
    const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
    const attributes = { class: "scroll", tabindex: "0", role: "region", "aria-label": "Imports" };
    panel.append(make("h3", {}, "What it imports"), make("div", attributes, table));
    const left = importCount - imports.length;
    if (left > 0) panel.append(make("p", {}, `… and ${left.toLocaleString("en")} more.`));
  }
  return panel;
}

const ROLES: Readonly<Record<string, string>> = {
  denied: "known to be dangerous",
  unknown: "not known",
  helper: "inert with the arguments that pickles give it",
  reference: "inert while it is only held",
  class: "inert as the class of an object",
  construct: "inert, may be called",
};

function findingItem(finding: FindingShown): HTMLElement {
  const { verdict, message, expression, why, part, offset, count } = finding;
  const place = `${part === "" ? "" : `${part}, `}byte ${offset.toLocaleString("en")}`;
  const times = count > 1 ? `, and ${(count - 1).toLocaleString("en")} more` : "";
  const item = make(
    "li",
    { class: `finding ${verdict}` },
    make("p", {}, verdictBadge(verdict), " ", make("span", {}, message), ` (${place}${times})`),
  );
  if (expression !== undefined && !message.endsWith(expression)) {
    item.append(make("pre", { class: "wrap" }, expression));
  }
  item.append(make("p", { class: "facts" }, why));
  return item;
}

function failureFrom(error: unknown): Failure {
  if (error instanceof Refused) return error.failure;
  return { message: error instanceof Error ? error.message : String(error) };
}

function failureLine({ message, code, offset }: Failure): HTMLElement {
  const line = make("div", { class: "failure", role: "alert" });
  const title = code === undefined ? "It could not be read." : `It could not be read: ${code}`;
  const place = offset === undefined ? "" : `, byte ${offset.toLocaleString("en")}`;
  line.append(make("p", {}, make("strong", {}, title + place)), make("p", {}, message));
  return line;
}
