/** Names and panels in, a list of tabs out that works as the ARIA practices say: arrows move, the panel follows. */
import { make } from "./elements.ts";

/** One tab. */
export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly panel: HTMLElement;
  /** Called when the tab is shown, each time. */
  shown?(): void;
}

/** Tabs over their panels, and how to show one of them. */
export interface Tabs {
  readonly element: HTMLElement;
  show(id: string): void;
}

/** Builds the tabs; the first one is shown. */
export function makeTabs(label: string, tabs: readonly Tab[]): Tabs {
  const list = make("div", { role: "tablist", "aria-label": label, class: "tabs" });
  const buttons = new Map<string, HTMLButtonElement>();
  const show = (id: string): void => {
    for (const tab of tabs) {
      const isShown = tab.id === id;
      const knob = buttons.get(tab.id);
      knob?.setAttribute("aria-selected", String(isShown));
      if (knob !== undefined) knob.tabIndex = isShown ? 0 : -1;
      tab.panel.hidden = !isShown;
      if (isShown) tab.shown?.();
    }
  };
  for (const { id, title, panel } of tabs) {
    const attributes = {
      type: "button",
      role: "tab",
      id: `tab-${id}`,
      "aria-controls": `panel-${id}`,
    };
    const knob = make("button", attributes, title);
    panel.id = `panel-${id}`;
    panel.classList.add("panel");
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `tab-${id}`);
    panel.tabIndex = 0;
    knob.addEventListener("click", () => show(id));
    buttons.set(id, knob);
    list.append(knob);
  }
  list.addEventListener("keydown", (event) => {
    const ids = tabs.map(({ id }) => id);
    const at = ids.findIndex((id) => buttons.get(id) === document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const id = ids[(next + ids.length) % ids.length] as string;
    show(id);
    buttons.get(id)?.focus();
  });
  const element = make("div", {}, list, ...tabs.map(({ panel }) => panel));
  show((tabs[0] as Tab).id);
  return { element, show };
}
