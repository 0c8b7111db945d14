/**
 * The methods of str.
 *
 * Source: CPython `Objects/unicodeobject.c` and `Objects/stringlib/`; the library reference, "String Methods".
 */

import { bind, positional } from "./arguments.ts";
import { unsupported } from "./error.ts";
import { typeError, valueError } from "./exceptions.ts";
import { formatMethod } from "./format-method.ts";
import { asShort, asSize, collect, type Host, isIterable, sliceIndices } from "./iterate.ts";
import {
  intOf,
  isInt,
  type Keywords,
  SliceValue,
  TupleValue,
  typeName,
  type Value,
} from "./objects.ts";
import {
  ALL_SPACE,
  codePoints,
  LEADING,
  pointCount,
  pointIndex,
  sliceText,
  trimEnd,
} from "./text.ts";
import { limitOf, rsplit, split, splitlines } from "./text-split.ts";

/** A method: the value it belongs to, its arguments. */
export type Method<Self> = (
  self: Self,
  args: readonly Value[],
  keywords: Keywords | undefined,
  host: Host,
) => Value;

// Letters whose case and class have not changed since Unicode 6: what is beyond them depends on the Python's Unicode.
function checkLetters(text: string, method: string): void {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // Ǆ to ǌ and Ǳ to ǳ have a third case of their own.
    const isTitle = (unit >= 0x1c4 && unit <= 0x1cc) || (unit >= 0x1f1 && unit <= 0x1f3);
    const isOld =
      (unit < 0x250 && !isTitle) ||
      (unit >= 0x391 && unit <= 0x3c9) ||
      (unit >= 0x400 && unit < 0x530);
    if (!isOld) throw unsupported(method, "is not covered for these letters");
  }
}

function needText(value: Value | undefined, callee: string): string {
  if (typeof value === "string") return value;
  throw unsupported(callee, "is not covered with these arguments");
}

function strip(
  text: string,
  set: Value | undefined,
  sides: "both" | "left" | "right",
  host: Host,
): string {
  host.budget.take(2 * text.length);
  if (set === undefined || set === null) {
    const left = sides === "right" ? text : text.replace(LEADING, "");
    return sides === "left" ? left : trimEnd(left);
  }
  if (typeof set !== "string") {
    throw typeError(`${sides === "both" ? "" : sides[0]}strip arg must be None or str`);
  }
  const wanted = new Set(codePoints(set, host.budget));
  const points = codePoints(text, host.budget);
  let start = 0;
  let end = points.length;
  if (sides !== "right") while (start < end && wanted.has(points[start] as string)) start++;
  if (sides !== "left") while (end > start && wanted.has(points[end - 1] as string)) end--;
  return points.slice(start, end).join("");
}

// The part that `start` and `end` of find, count and the like select, and where it starts, in code points.
function part(
  text: string,
  start: Value | undefined,
  end: Value | undefined,
  host: Host,
): { readonly part: string; readonly start: number; readonly isPast: boolean } {
  if ((start ?? null) === null && (end ?? null) === null)
    return { part: text, start: 0, isPast: false };
  const length = pointCount(text, host.budget);
  const given = sliceIndices(new SliceValue(start ?? null, end ?? null, null), length);
  // A start behind the end finds nothing, not even the empty string.
  const isPast = start !== undefined && isInt(start) && intOf(start) > BigInt(length);
  if (given.start > given.stop) return { part: "", start: given.start, isPast: true };
  return {
    part: sliceText(text, given.start, given.stop, host.budget),
    start: given.start,
    isPast,
  };
}

function find(
  self: string,
  args: readonly Value[],
  keywords: Keywords | undefined,
  host: Host,
  name: string,
  isLast: boolean,
): number {
  positional(`str.${name}`, args, keywords, 1, 3);
  const sub = needText(args[0], `str.${name}`);
  const within = part(self, args[1], args[2], host);
  if (within.isPast) return -1;
  host.budget.step(within.part.length / 16);
  const offset = isLast ? within.part.lastIndexOf(sub) : within.part.indexOf(sub);
  return offset < 0 ? -1 : within.start + pointIndex(within.part, offset, host.budget);
}

function countOf(text: string, sub: string, host: Host): number {
  host.budget.step(text.length / 16);
  if (sub === "") return pointCount(text, host.budget) + 1;
  let count = 0;
  for (let at = text.indexOf(sub); at >= 0; at = text.indexOf(sub, at + sub.length)) {
    count++;
    host.budget.step();
  }
  return count;
}

function replace(
  self: string,
  args: readonly Value[],
  keywords: Keywords | undefined,
  host: Host,
): Value {
  positional("str.replace", args, keywords, 2, 3);
  const from = needText(args[0], "str.replace");
  const to = needText(args[1], "str.replace");
  const limit = limitOf(args[2], host.budget);
  if (limit === 0) return self;
  // Before 3.9 a limit made nothing of nothing.
  if (self === "" && Number.isFinite(limit) && !host.budget.since("3.9")) return self;
  const times = Math.min(countOf(self, from, host), limit);
  host.budget.take(2 * (self.length + times * to.length));
  if (from === "") {
    const points = codePoints(self, host.budget);
    let out = "";
    for (let index = 0; index <= points.length; index++) {
      out += (index < limit ? to : "") + (points[index] ?? "");
    }
    return out;
  }
  const parts: string[] = [];
  let at = 0;
  for (let count = 0; count < times; count++) {
    const next = self.indexOf(from, at);
    parts.push(self.slice(at, next), to);
    at = next + from.length;
  }
  parts.push(self.slice(at));
  return parts.join("");
}

function affix(isStart: boolean): Method<string> {
  const name = isStart ? "startswith" : "endswith";
  return (self, args, keywords, host) => {
    positional(`str.${name}`, args, keywords, 1, 3);
    const [wanted] = args;
    const candidates = wanted instanceof TupleValue ? wanted.items : [wanted as Value];
    const within = part(self, args[1], args[2], host);
    for (const candidate of candidates) {
      if (typeof candidate !== "string") {
        const kind = typeName(wanted as Value);
        if (wanted instanceof TupleValue)
          throw unsupported(`str.${name}`, "is not covered with these arguments");
        throw typeError(`${name} first arg must be str or a tuple of str, not ${kind}`);
      }
      if (within.isPast) continue;
      host.budget.step(1 + candidate.length / 64);
      if (isStart ? within.part.startsWith(candidate) : within.part.endsWith(candidate))
        return true;
    }
    return false;
  };
}

function justified(name: "center" | "ljust" | "rjust"): Method<string> {
  return (self, args, keywords, host) => {
    positional(`str.${name}`, args, keywords, 1, 2);
    const width = asSize(args[0] as Value, host.budget);
    const [, fill = " "] = args;
    if (typeof fill !== "string")
      throw unsupported(`str.${name}`, "is not covered with these arguments");
    if (pointCount(fill, host.budget) !== 1)
      throw typeError("The fill character must be exactly one character long");
    const missing = width - pointCount(self, host.budget);
    if (missing <= 0) return self;
    host.budget.take(2 * width);
    // CPython's rule for an odd number: stringlib pad().
    const left =
      name === "ljust" ? 0 : name === "rjust" ? missing : (missing >> 1) + (missing & width & 1);
    return fill.repeat(left) + self + fill.repeat(missing - left);
  };
}

function plain(
  name: string,
  change: (text: string, host: Host) => Value,
  letters = true,
): Method<string> {
  return (self, args, keywords, host) => {
    positional(`str.${name}`, args, keywords, 0);
    if (letters) checkLetters(self, `str.${name}`);
    host.budget.take(4 * self.length);
    host.budget.step(self.length / 4);
    return change(self, host);
  };
}

function isCased(character: string): boolean {
  return isUpper(character) || isLower(character);
}
function isUpper(character: string): boolean {
  return /^[\p{Uppercase}\p{Lt}]$/u.test(character);
}
function isLower(character: string): boolean {
  return /^\p{Lowercase}$/u.test(character);
}

function title(text: string): string {
  let out = "";
  let isAfterCased = false;
  for (const character of text) {
    // Title case of the letters that two letters make differs from their upper case.
    if (/[\u01c4-\u01cc\u01f1-\u01f3\u00df\u0149\u01f0]/.test(character))
      throw unsupported("str.title", "is not covered for these letters");
    out += isAfterCased ? lower(character, "title") : character.toUpperCase();
    isAfterCased = isCased(character);
  }
  return out;
}

function lower(text: string, name: string): string {
  // A sigma at the end of a word is another letter; both languages know, with rules of their own.
  if (text.includes("Σ")) throw unsupported(`str.${name}`, "is not covered for these letters");
  return text.toLowerCase();
}

function titleTest(text: string): boolean {
  let hasCased = false;
  let isAfterCased = false;
  for (const character of text) {
    if (isUpper(character)) {
      if (isAfterCased) return false;
      isAfterCased = true;
      hasCased = true;
    } else if (isLower(character)) {
      if (!isAfterCased) return false;
      hasCased = true;
    } else {
      isAfterCased = false;
    }
  }
  return hasCased;
}

function every(name: string, pattern: RegExp, letters = true): Method<string> {
  return plain(name, (text) => text !== "" && pattern.test(text), letters);
}

function joinText(
  self: string,
  args: readonly Value[],
  keywords: Keywords | undefined,
  host: Host,
): Value {
  positional("str.join", args, keywords, 1);
  if (!isIterable(args[0] as Value)) throw typeError("can only join an iterable");
  const items = collect(args[0] as Value, host.budget);
  let length = 0;
  items.forEach((item, index) => {
    if (typeof item !== "string") {
      throw typeError(`sequence item ${index}: expected str instance, ${typeName(item)} found`);
    }
    length += item.length + self.length;
  });
  host.budget.take(2 * length);
  return items.join(self);
}

function partition(isLast: boolean): Method<string> {
  const name = isLast ? "rpartition" : "partition";
  return (self, args, keywords, host) => {
    positional(`str.${name}`, args, keywords, 1);
    const separator = needText(args[0], `str.${name}`);
    if (separator === "") throw valueError("empty separator");
    host.budget.take(2 * self.length + 24);
    const at = isLast ? self.lastIndexOf(separator) : self.indexOf(separator);
    if (at < 0) return new TupleValue(isLast ? ["", "", self] : [self, "", ""]);
    return new TupleValue([self.slice(0, at), separator, self.slice(at + separator.length)]);
  };
}

function encode(
  self: string,
  args: readonly Value[],
  keywords: Keywords | undefined,
  host: Host,
): Value {
  const [encoding = "utf-8", errors] = bind(
    "str.encode",
    ["encoding", "errors"],
    0,
    args,
    keywords,
  );
  const name = typeof encoding === "string" ? encoding.toLowerCase().replace("_", "-") : "";
  if (errors !== undefined) throw unsupported("str.encode", "is not covered with these arguments");
  host.budget.take(3 * self.length);
  if (name === "utf-8" || name === "utf8") return new TextEncoder().encode(self);
  const limit =
    name === "ascii" || name === "us-ascii"
      ? 0x80
      : /^(latin-?1|iso-8859-1)$/.test(name)
        ? 0x100
        : 0;
  if (limit === 0) throw unsupported("str.encode", "is not covered for this text or encoding");
  const bytes = Uint8Array.from(self, (character) => character.codePointAt(0) as number);
  for (const character of self) {
    if ((character.codePointAt(0) as number) >= limit)
      throw unsupported("str.encode", "is not covered for this text or encoding");
  }
  return bytes;
}

function zfill(
  self: string,
  args: readonly Value[],
  keywords: Keywords | undefined,
  host: Host,
): Value {
  positional("str.zfill", args, keywords, 1);
  const missing = asSize(args[0] as Value, host.budget) - pointCount(self, host.budget);
  if (missing <= 0) return self;
  host.budget.take(2 * missing + 2 * self.length);
  const sign = /^[+-]/.exec(self)?.[0] ?? "";
  return sign + "0".repeat(missing) + self.slice(sign.length);
}

function without(isPrefix: boolean): Method<string> {
  const name = isPrefix ? "removeprefix" : "removesuffix";
  return (self, args, keywords, { budget }) => {
    positional(`str.${name}`, args, keywords, 1);
    const affixText = needText(args[0], `str.${name}`);
    budget.step(affixText.length / 64);
    if (isPrefix) return self.startsWith(affixText) ? self.slice(affixText.length) : self;
    return affixText !== "" && self.endsWith(affixText) ? self.slice(0, -affixText.length) : self;
  };
}

function expandtabs(
  self: string,
  args: readonly Value[],
  keywords: Keywords | undefined,
  host: Host,
): Value {
  const [size = 8n] = bind("str.expandtabs", ["tabsize"], 0, args, keywords);
  const width = asShort(size, host.budget);
  host.budget.take(2 * self.length);
  host.budget.step(self.length / 8);
  let out = "";
  let column = 0;
  for (const character of self) {
    if (character === "\t") {
      const gap = width <= 0 ? 0 : width - (column % width);
      host.budget.take(2 * gap);
      out += " ".repeat(gap);
      column += gap;
    } else {
      out += character;
      column = character === "\n" || character === "\r" ? 0 : column + 1;
    }
  }
  return out;
}

function index(isLast: boolean): Method<string> {
  const name = isLast ? "rindex" : "index";
  return (self, args, keywords, host) => {
    const at = find(self, args, keywords, host, name, isLast);
    if (at < 0) throw valueError("substring not found");
    return BigInt(at);
  };
}

/** The methods of str by name. */
export const TEXT_METHODS: ReadonlyMap<string, Method<string>> = new Map<string, Method<string>>([
  ["upper", plain("upper", (text) => text.toUpperCase())],
  ["lower", plain("lower", (text) => lower(text, "lower"))],
  ["title", plain("title", title)],
  [
    "capitalize",
    plain("capitalize", (text) => {
      const [first = ""] = text;
      return title(first) + lower(text.slice(first.length), "capitalize");
    }),
  ],
  [
    "swapcase",
    plain("swapcase", (text) => {
      let out = "";
      for (const character of text) {
        out += isUpper(character)
          ? lower(character, "swapcase")
          : isLower(character)
            ? character.toUpperCase()
            : character;
      }
      return out;
    }),
  ],
  [
    "casefold",
    plain("casefold", (text) => {
      if (!/^[\x00-\x7f]*$/.test(text))
        throw unsupported("str.casefold", "is not covered for these letters");
      return text.toLowerCase();
    }),
  ],
  [
    "strip",
    (self, args, keywords, host) => {
      positional("str.strip", args, keywords, 0, 1);
      return strip(self, args[0], "both", host);
    },
  ],
  [
    "lstrip",
    (self, args, keywords, host) => {
      positional("str.lstrip", args, keywords, 0, 1);
      return strip(self, args[0], "left", host);
    },
  ],
  [
    "rstrip",
    (self, args, keywords, host) => {
      positional("str.rstrip", args, keywords, 0, 1);
      return strip(self, args[0], "right", host);
    },
  ],
  ["split", split],
  ["rsplit", rsplit],
  ["splitlines", splitlines],
  ["join", joinText],
  ["replace", replace],
  ["find", (self, args, keywords, host) => BigInt(find(self, args, keywords, host, "find", false))],
  [
    "rfind",
    (self, args, keywords, host) => BigInt(find(self, args, keywords, host, "rfind", true)),
  ],
  ["index", index(false)],
  ["rindex", index(true)],
  [
    "count",
    (self, args, keywords, host) => {
      positional("str.count", args, keywords, 1, 3);
      const sub = needText(args[0], "str.count");
      const within = part(self, args[1], args[2], host);
      return within.isPast ? 0n : BigInt(countOf(within.part, sub, host));
    },
  ],
  ["startswith", affix(true)],
  ["endswith", affix(false)],
  ["center", justified("center")],
  ["ljust", justified("ljust")],
  ["rjust", justified("rjust")],
  ["zfill", zfill],
  ["partition", partition(false)],
  ["rpartition", partition(true)],
  ["isdigit", every("isdigit", /^[0-9²³¹]+$/)],
  ["isdecimal", every("isdecimal", /^[0-9]+$/)],
  ["isnumeric", every("isnumeric", /^[0-9²³¹¼½¾]+$/)],
  ["isalpha", every("isalpha", /^\p{L}+$/u)],
  ["isalnum", every("isalnum", /^[\p{L}0-9²³¹¼½¾]+$/u)],
  ["isspace", every("isspace", ALL_SPACE, false)],
  ["isascii", plain("isascii", (text) => /^[\x00-\x7f]*$/.test(text), false)],
  [
    "isupper",
    plain(
      "isupper",
      (text) => [...text].some(isUpper) && ![...text].some((c) => !isUpper(c) && isCased(c)),
    ),
  ],
  [
    "islower",
    plain(
      "islower",
      (text) => [...text].some(isLower) && ![...text].some((c) => !isLower(c) && isCased(c)),
    ),
  ],
  ["istitle", plain("istitle", titleTest)],
  [
    "isidentifier",
    plain("isidentifier", (text) => {
      if (!/^[\x00-\x7f]*$/.test(text))
        throw unsupported("str.isidentifier", "is not covered for these letters");
      return /^[A-Za-z_]\w*$/.test(text);
    }),
  ],
  ["removeprefix", without(true)],
  ["removesuffix", without(false)],
  ["expandtabs", expandtabs],
  ["encode", encode],
  ["format", formatMethod],
]);
