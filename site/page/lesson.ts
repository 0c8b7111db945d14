/** The lesson's text in, the same with exercises that check themselves out. */
import type { Played } from "../engine/messages.ts";
import { type ChoiceExercise, type EditExercise, EXERCISES } from "../lesson/exercises.ts";
import { Desk, GivenUp } from "./desk.ts";
import { button, byId, debounced, make } from "./elements.ts";
import { verdictBadge } from "./verdict.ts";

const KEY = "brine.lesson";

/** Makes the view work. */
export function startLesson(): void {
  const desk = new Desk();
  const done = recalled();
  const places = [...document.querySelectorAll<HTMLElement>("[data-exercise]")];
  const progress = byId("progress", HTMLProgressElement);
  const mark = (): void => {
    for (const place of places) {
      place.classList.toggle("done", done.has(place.dataset["exercise"] ?? ""));
    }
    progress.max = places.length;
    progress.value = done.size;
    byId("progress-words", HTMLElement).textContent = `${done.size} of ${places.length} done`;
    const isAll = done.size === places.length;
    byId("lesson-end", HTMLElement).textContent = isAll
      ? "All eight are done. That was the lesson."
      : "";
  };
  for (const place of places) {
    const id = place.dataset["exercise"] ?? "";
    const exercise = EXERCISES[id];
    if (exercise === undefined) continue;
    const solved = (): void => {
      done.add(id);
      remember(done);
      mark();
    };
    if (exercise.kind === "edit") editExercise(place, id, exercise, desk, solved);
    else choiceExercise(place, id, exercise, solved);
  }
  byId("start-over", HTMLButtonElement).addEventListener("click", () => {
    done.clear();
    remember(done);
    mark();
  });
  mark();
}

// Storage may be missing, full or forbidden: progress then lasts as long as the page.
function recalled(): Set<string> {
  try {
    const names: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Set(
      Array.isArray(names) ? names.filter((name) => Object.hasOwn(EXERCISES, String(name))) : [],
    );
  } catch {
    return new Set();
  }
}

function remember(done: ReadonlySet<string>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...done]));
  } catch {
    // As above.
  }
}

function say(place: HTMLElement, isRight: boolean, text: string): void {
  place.className = `answer ${isRight ? "right" : "wrong"}`;
  const sign = make("span", { "aria-hidden": "true", class: "sign" }, isRight ? "✓" : "✕");
  place.replaceChildren(sign, text);
}

function editExercise(
  place: HTMLElement,
  id: string,
  { task, start, protocol, check, praise }: EditExercise,
  desk: Desk,
  solved: () => void,
): void {
  const attributes = { id: `value-${id}`, rows: "2", spellcheck: "false", autocapitalize: "off" };
  const value = make("textarea", attributes, start);
  const opcodes = make("pre", { tabindex: "0", "aria-label": "Its opcodes" });
  const facts = make("p", { class: "facts" });
  const answer = make("p", { class: "answer", role: "status" });
  const ask = async (): Promise<Played | undefined> => {
    try {
      return await desk.ask("play", { text: value.value, protocol });
    } catch (error) {
      if (error instanceof GivenUp) return undefined;
      return { failure: { message: error instanceof Error ? error.message : "" }, sizes: [] };
    }
  };
  const show = ({ failure, shown }: Played): void => {
    opcodes.textContent = shown?.opcodes ?? "";
    opcodes.hidden = shown === undefined;
    facts.replaceChildren();
    if (shown === undefined) facts.append(failure?.message ?? "");
    else {
      facts.append(`${shown.bytes.length} bytes at protocol ${protocol}. The audit: `);
      facts.append(verdictBadge(shown.verdict));
      if (shown.finding !== undefined) facts.append(" ", make("code", {}, shown.finding));
    }
  };
  const update = async (): Promise<void> => {
    const played = await ask();
    if (played !== undefined) show(played);
  };
  const examine = async (): Promise<void> => {
    const played = await ask();
    if (played === undefined) return;
    show(played);
    const { shown, sizes, failure } = played;
    const wrong =
      shown === undefined ? (failure?.message ?? "There is no pickle.") : check(shown, sizes);
    say(answer, wrong === undefined, wrong ?? praise);
    if (wrong === undefined) solved();
  };
  value.addEventListener(
    "input",
    debounced(150, () => void update()),
  );
  place.append(
    make("h3", {}, "Exercise"),
    make("label", { for: `value-${id}` }, task),
    value,
    button("Check", () => void examine(), "button"),
    answer,
    facts,
    opcodes,
  );
  void update();
}

function choiceExercise(
  place: HTMLElement,
  id: string,
  { task, questions, praise }: ChoiceExercise,
  solved: () => void,
): void {
  const form = make("form", {}, make("p", {}, task));
  questions.forEach(({ text, answers }, number) => {
    const set = make("fieldset", {}, make("legend", {}, text));
    answers.forEach((answer, at) => {
      const name = `${id}-${number}`;
      const choice = make("input", { type: "radio", name, id: `${name}-${at}`, value: String(at) });
      set.append(make("p", {}, choice, " ", make("label", { for: `${name}-${at}` }, answer)));
    });
    form.append(set);
  });
  const answer = make("p", { class: "answer", role: "status" });
  form.append(make("button", { type: "submit", class: "button" }, "Check"), answer);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form);
    for (const [number, { right, hint, text }] of questions.entries()) {
      const chosen = given.get(`${id}-${number}`);
      if (chosen === null) return say(answer, false, `Choose an answer: ${text}`);
      if (chosen !== String(right)) {
        return say(answer, false, questions.length > 1 ? `${text}: ${hint}` : hint);
      }
    }
    say(answer, true, praise);
    return solved();
  });
  place.append(make("h3", {}, "Exercise"), form);
}
