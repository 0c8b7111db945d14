/** Keys, file names and Python's class names in, names and string literals that cannot break out of TypeScript text out. */

/** The words of a key or class name, ASCII letters and digits alone: `"homeAddress-2"` → `["home", "Address", "2"]`. */
export function wordsOf(text: string): string[] {
  const ascii = text.slice(0, 100).normalize("NFKD").replace(/\p{M}/gu, "");
  return ascii.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g)?.slice(0, 6) ?? [];
}

/** The words of one of what `words` names several of: `["users"]` → `["user"]`; without a plural `["data", "item"]`. */
export function singular(words: readonly string[]): readonly string[] {
  const last = words.at(-1);
  if (last === undefined || last === "item") return words.length > 0 ? words : ["item"];
  const one = last
    .replace(/children$/i, "child")
    .replace(/ies$/i, "y")
    .replace(/(ss|x|ch|sh)es$/i, "$1")
    .replace(/([^sui])s$/i, "$1");
  return one === last ? [...words, "item"] : [...words.slice(0, -1), one];
}

/** `PascalCase`; `""` for no words. */
export function pascal(words: readonly string[]): string {
  const name = words.map((word) => (word[0] ?? "").toUpperCase() + word.slice(1)).join("");
  return /^\d/.test(name) ? `_${name}` : name;
}

/** The words that all end in, else those of the first: billing and shipping address → address. */
export function commonWords(all: readonly (readonly string[])[]): readonly string[] {
  let [common = []] = all;
  const first = common;
  for (const words of all) {
    let length = 0;
    while (
      length < Math.min(common.length, words.length) &&
      common[common.length - 1 - length]?.toLowerCase() ===
        words[words.length - 1 - length]?.toLowerCase()
    )
      length++;
    common = common.slice(common.length - length);
  }
  return common.length > 0 && !/^(item|value|key|\d+)$/.test(common[0] as string) ? common : first;
}

/** A string literal: whatever is not printable is an escape. */
export function literal(text: string): string {
  return visible(JSON.stringify(text));
}

// As JavaScript escapes it, so that what was a literal stays one.
function visible(text: string): string {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`,
  );
}

/** A key as a field's name. Identifiers beyond ASCII are quoted: which ones are known differs between compilers. */
export function fieldName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : literal(key);
}

/** Text inside a comment, which nothing in it can end. */
export function comment(text: string): string {
  return visible(text).replaceAll("*/", "*\\/");
}
