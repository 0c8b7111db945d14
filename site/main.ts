/** The page as it was loaded in, the page at work out: three views, one at a time, by the address's hash. */
import { byId } from "./page/elements.ts";
import { startInspector } from "./page/inspector.ts";
import { startLesson } from "./page/lesson.ts";
import { startPlayground } from "./page/playground.ts";
import { trustOwnScripts } from "./page/trusted.ts";

const TITLES: Readonly<Record<string, string>> = {
  inspect: "brine: look into Python pickles",
  playground: "Playground – brine",
  lesson: "Lesson – brine",
};

trustOwnScripts();
const views = Object.keys(TITLES).map((name) => byId(`view-${name}`, HTMLElement));
const links = [...document.querySelectorAll<HTMLAnchorElement>("nav a")];
startInspector(() => {
  location.hash = "#inspect";
});
// Both have a worker of their own, which starts when its view is first shown.
const begin: Readonly<Record<string, () => void>> = {
  playground: once(startPlayground),
  lesson: once(startLesson),
};

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

function show(): void {
  const wanted = location.hash.slice(1);
  if (wanted === "main") return;
  const name = Object.hasOwn(TITLES, wanted) ? wanted : "inspect";
  for (const view of views) view.hidden = view.id !== `view-${name}`;
  for (const link of links) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = TITLES[name] ?? "brine";
  begin[name]?.();
}

addEventListener("hashchange", () => {
  show();
  scrollTo(0, 0);
});
show();
