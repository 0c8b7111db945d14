/** Names, attributes and texts in, elements out. Text is only ever put in as text. */

type Child = Node | string | undefined | false;

/** A new element. A `class` and the like are attributes; children that are strings become text nodes. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  for (const child of children) {
    if (child !== undefined && child !== false) element.append(child);
  }
  return element;
}

/** The element of the page with this id, which index.html has. */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`index.html has no ${kind.name} #${id}`);
  return element;
}

/** A button that does nothing yet but be pressed. */
export function button(text: string, press: () => void, kind = "quiet"): HTMLButtonElement {
  const element = make("button", { type: "button", class: kind }, text);
  element.addEventListener("click", press);
  return element;
}

/** A button that copies what `text` gives when it is pressed. */
export function copyButton(label: string, text: () => string): HTMLButtonElement {
  const element = button(label, () => {
    const say = (words: string): void => {
      element.textContent = words;
      setTimeout(() => {
        element.textContent = label;
      }, 1500);
    };
    // There is no clipboard on pages without https.
    const copied = navigator.clipboard?.writeText(text()) ?? Promise.reject(new Error("none"));
    copied.then(
      () => say("Copied"),
      () => say("The browser does not allow it"),
    );
  });
  return element;
}

/** Calls `act` once nothing has happened for `milliseconds`. */
export function debounced(milliseconds: number, act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
}
