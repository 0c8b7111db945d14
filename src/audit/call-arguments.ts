/**
 * The arguments of a call whose callee is inert in, what such a call does all the same out: open a file that is named
 * there, never end, take all memory, import a codec. An inert name promises nothing for these.
 */
import type { RuleName } from "./findings.ts";
import { type Call, Dict, Import, Sequence, type Sym, type Text, textOf } from "./symbols.ts";

/** Something to say against a call. */
export interface Problem {
  readonly rule: RuleName;
  readonly message: string;
}

const LARGE = 2 ** 27;
// A list of so many numbers takes 150 MB.
const LONG_WALK = 2 ** 22;
/** Objects that Python may visit to hash or print one; without sharing there is a byte for each. */
export const LARGEST_WEIGHT: number = 2 ** 26;
/** Tuples within each other that Python can hash: it keeps no stack of its own for that. */
export const DEEPEST_KEY = 10_000;
const LARGEST_POOL = 2 ** 12;
const LARGEST_EXPONENT = 100_000;

// Results that hand on what they are given one by one: they end when that ends.
const LAZY =
  /^(?:itertools\.(?:chain|chain\.from_iterable|cycle|islice|repeat|count|pairwise|zip_longest)|builtins\.(?:enumerate|iter|reversed|zip))$/;
// Calls that keep what they are given and look into none of it.
const KEEPING =
  /^(?:_?functools\.partial|types\.SimpleNamespace|argparse\.Namespace|builtins\.(?:type|[A-Z]\w+))$/;
const ENCODED =
  /^(?:builtins\.(?:str|bytes|bytearray|unicode)|numpy\.(?:str_|bytes_|unicode_|string_))$/;
const SIZED =
  /^(?:itertools\.(?:combinations\w*|permutations|product)|builtins\.(?:bytes|bytearray)|numpy\.(?:void|ndarray|recarray|chararray|memmap|rec\.recarray|char\.chararray)|numpy\._?core\.(?:records\.recarray|defchararray\.chararray|multiarray\._reconstruct)|numpy\.ma\.(?:core\.(?:_mareconstruct|MaskedArray|mvoid)|MaskedArray|mrecords\.\w+)|torch\.(?:Tensor|\w*Storage)|torch\.storage\.\w*Storage)$/;
const NUMBERS = /^(?:_py|_)?decimal\.Decimal$|^fractions\.Fraction$/;
const TEXT_CODECS = /^(?:latin[-_]?1|iso-?8859-1|utf[-_]?8|(?:us-?)?ascii)$/i;
const ERROR_HANDLERS =
  /^(?:strict|ignore|replace|surrogateescape|surrogatepass|backslashreplace|xmlcharrefreplace)$/;

/** The path of what makes the object: the callee, or the class that a helper is given. */
export function makerOf({ callee, args }: Call): string {
  // functools.partial(cls.__new__, cls)()
  const kept =
    callee.kind === "call" && callee.callee.kind === "import" ? callee.args?.[1] : undefined;
  if (kept?.kind === "import") return kept.path;
  if (callee.kind !== "import") return "";
  if (callee.ruling.rule === "class-first" && args?.[0]?.kind === "import") return args[0].path;
  return callee.path;
}

/** Whether the results of a call go on for ever, or nearly so; its own arguments are judged already. */
export function isEndless({ callee, args }: Call): boolean {
  if (callee.kind !== "import") return false;
  const { path } = callee;
  if (/^itertools\.(?:count|cycle)$/.test(path))
    return path.endsWith("count") || args?.length !== 0;
  if (path === "itertools.repeat") return (args?.length ?? 2) < 2 || hasBig(args);
  if (/^builtins\.x?range$/.test(path)) return hasBig(args);
  if (/^itertools\.(?:combinations\w*|permutations|product)$/.test(path)) return true;
  if (/^ipaddress\.IPv[46]Network$/.test(path)) return true;
  if (path === "itertools.islice")
    return (
      (args ?? []).some(goesOn) &&
      (args?.length === 1 || hasBig(args) || args?.slice(1).every(isNothing) === true)
    );
  // Each of few may be many.
  if (path === "itertools.chain.from_iterable") return args?.[0]?.kind === "call";
  return LAZY.test(path) && (args ?? []).some(goesOn);
}

const isNothing = (symbol: Sym): boolean => symbol.kind === "literal" && symbol.value === null;
const goesOn = (symbol: Sym): boolean =>
  (symbol.kind === "call" || symbol.kind === "sequence" || symbol.kind === "dict") &&
  symbol.endless;

const isLarge = (symbol: Sym, limit: number): boolean =>
  symbol.kind === "literal" &&
  !symbol.isFloat &&
  typeof symbol.value !== "boolean" &&
  symbol.value !== null &&
  Math.abs(Number(symbol.value)) > limit;

const hasBig = (args: readonly Sym[] | undefined): boolean =>
  args === undefined || args.some((item) => isLarge(item, LONG_WALK) || item.kind === "call");

/** What there is to say against a call of an inert name, beside what its role says. */
export function problemsOf(call: Call): Problem[] {
  const { callee, args, keywords } = call;
  if (callee.kind !== "import") return [];
  const { path, name } = callee;
  const { role } = callee.ruling;
  const found: Problem[] = [];
  const add = (rule: RuleName, message: string): void => void found.push({ rule, message });
  if (args === undefined) {
    add("computed-arguments", `calls ${name} with arguments that are put together while loading`);
    return found;
  }
  const named = keywords instanceof Dict ? keywords.entries.filter((_, at) => at % 2 === 1) : [];
  if (!LAZY.test(path) && !KEEPING.test(path)) {
    const looked = [...args, ...named];
    if (looked.some(goesOn) || looked.some(isHeavy))
      add("large-object", `calls ${name} on something huge`);
    if (looked.some(answers))
      add("plants-method", `calls ${name} on an object whose attributes are functions`);
  }
  if (
    (SIZED.test(path) || role === "class" || /^sklearn\.[\w.]+\.[A-Z]\w*$/.test(path)) &&
    isHuge(args.concat(named))
  )
    add("large-object", `calls ${name} on something huge`);
  if (
    /^_?functools\.partial$/.test(path) &&
    isHuge([...args.slice(1), new Sequence("tuple", args.slice(1))])
  )
    add("large-object", `keeps a call of something huge`);
  if (
    /\.SeedSequence$/.test(path) &&
    [...args, ...named].slice(1).some((item) => isLarge(item, LARGEST_POOL))
  )
    add("large-object", `calls ${name} on something huge`);
  if (isSlowNumber(call)) add("large-object", `makes a number of millions of digits`);
  if (
    path === "uuid.UUID" &&
    args[0] !== undefined &&
    args[0].kind !== "text" &&
    !isNothing(args[0])
  )
    add("computed-arguments", "calls UUID with something else than text");
  if (
    NUMBERS.test(path) &&
    args.some((item) => item.kind === "call" && !NUMBERS.test(makerOf(item)))
  )
    add("computed-arguments", `calls ${name} with arguments that are put together while loading`);
  if (ENCODED.test(path) && (args.length > 1 || named.length > 0)) {
    const codecs = [...args.slice(1), ...named].map(textOf);
    const usual = codecs.every(
      (text) => text !== undefined && (TEXT_CODECS.test(text) || ERROR_HANDLERS.test(text)),
    );
    if (!usual)
      add("unusual-encoding", `calls ${name}, but the codec is ${JSON.stringify(codecs[0])}`);
  }
  if (
    /^dateutil\.tz(?:\.tz)?\.tzfile$/.test(path) &&
    !(args[0] !== undefined && isNothing(args[0]))
  )
    add("reads-file", `calls ${name}, which opens a file`);
  if (path.startsWith("pandas.")) found.push(...zoneProblems(name, [...args, ...named]));
  if (
    path === "numpy.dtype" &&
    args.some(
      (item) =>
        item.kind === "call" &&
        !/^numpy\.dtype/.test(makerOf(item)) &&
        item.callee.kind === "import" &&
        /^(?:builtins|collections|types|argparse|sklearn)\b/.test(makerOf(item)),
    )
  )
    add("computed-arguments", `calls ${name} with an object that answers in its own way`);
  return found;
}

// What a constructor calls of an object that it is given, it looks up by names that nobody has listed.
function answers(symbol: Sym): boolean {
  if (symbol.kind === "call") return symbol.answers;
  return symbol instanceof Dict && symbol.isWhole && symbol.count <= MOST_KEYWORDS
    ? symbol.entries.some((item) => item.kind === "call" && item.answers)
    : false;
}

// A tuple that holds one tuple twice, which holds one twice …: hashing it takes for ever.
const isHeavy = (symbol: Sym): boolean =>
  (symbol instanceof Sequence || symbol instanceof Dict) && symbol.weight > LARGEST_WEIGHT;

/** Whether it would make something of gigabytes, were these the sizes. */
export function isHuge(args: readonly Sym[]): boolean {
  for (const item of args) {
    if (isLarge(item, LARGE) || isComputedNumber(item)) return true;
    if (!(item instanceof Sequence)) continue;
    let product = 1;
    for (const part of item.items) {
      if (isComputedNumber(part)) return true;
      if (part.kind === "literal" && typeof part.value !== "boolean")
        product *= Math.max(1, Math.abs(Number(part.value)));
    }
    if (product > LARGE) return true;
  }
  return false;
}

// Nobody knows how large.
const isComputedNumber = (symbol: Sym): boolean =>
  symbol.kind === "call" && /^builtins\.(?:int|long)$/.test(makerOf(symbol));

const exponentOf = (text: Text): number => {
  const match = /[eE][+-]?([\d_]+)\s*$/.exec(text.read(400) ?? "");
  return match === null ? 0 : Number((match[1] as string).replaceAll("_", ""));
};

// A decimal number keeps its exponent as it is; an int or a fraction of it has all its digits.
function isSlowNumber({ callee, args = [] }: Call): boolean {
  if (callee.kind !== "import") return false;
  const [first] = args;
  if (
    /^fractions\.Fraction$/.test(callee.path) &&
    first?.kind === "text" &&
    exponentOf(first) > LARGEST_EXPONENT
  )
    return true;
  if (KEEPING.test(callee.path) || /^(?:collections\.|(?:_py|_)?decimal\.)/.test(callee.path))
    return false;
  return args.some(isFarDecimal);
}

function isFarDecimal(symbol: Sym): boolean {
  if (symbol.kind !== "call" || !/^(?:_py|_)?decimal\.Decimal$/.test(makerOf(symbol))) return false;
  if (symbol.state !== undefined || symbol.args === undefined) return true;
  const [value] = symbol.args;
  if (value?.kind === "text") return exponentOf(value) > LARGEST_EXPONENT;
  return value instanceof Sequence && value.items.some((item) => isLarge(item, LARGEST_EXPONENT));
}

// Arguments of pandas by name; none has more.
const MOST_KEYWORDS = 64;
// A path of Linux is shorter, and so is what comes before it.
const LONGEST_ZONE = 8192;

// pandas takes "dateutil/…" for a file below the folder of time zones, or for any other, by itself or within a dtype.
function zoneProblems(name: string, args: readonly Sym[]): Problem[] {
  const values: Sym[] = [];
  for (const item of args) {
    if (!(item instanceof Dict)) values.push(item);
    else if (!item.isWhole || item.count > MOST_KEYWORDS)
      return [{ rule: "computed-arguments", message: `calls ${name} with too many arguments` }];
    else
      for (let at = 0; at < item.entries.length; at += 2)
        // What a name is made of says nothing of a zone.
        if (!/^names?$/.test(textOf(item.entries[at]) ?? ""))
          values.push(item.entries[at + 1] as Sym);
  }
  if (values.some(isZonePath))
    return [{ rule: "reads-file", message: `calls ${name} with a time zone that is a file` }];
  if (values.some(isComputedText))
    return [{ rule: "computed-arguments", message: `calls ${name} with text that is computed` }];
  return [];
}

function isZonePath(symbol: Sym): boolean {
  if (symbol.kind !== "text" || symbol.end - symbol.start > LONGEST_ZONE) return false;
  return /dateutil\/(?![\w+-]+(?:\/[\w+-]+)*(?:$|\]))/.test(symbol.read() ?? "");
}

// A str that some call returns, NumPy's too.
function isComputedText(symbol: Sym): boolean {
  if (symbol.kind !== "call") return false;
  const maker = makerOf(symbol);
  if (!/^numpy\.(?:_?core\.)?multiarray\.scalar$/.test(maker))
    return /^builtins\.(?:str|unicode)$|^numpy\.(?:str_?|unicode_)$/.test(maker);
  const [dtype] = symbol.args ?? [];
  const kind =
    dtype?.kind === "call" && makerOf(dtype) === "numpy.dtype"
      ? textOf(dtype.args?.[0])
      : undefined;
  return kind === undefined || !/^[<>=|]?[?bhilqBHILQefdgFDGcmM]\d*$/.test(kind);
}

/** Whether it is numpy's class of files in memory, whose own constructor opens one. */
export const isMemmap = (symbol: Sym | undefined): symbol is Import =>
  symbol instanceof Import && /^numpy(?:\._?core\.memmap)?\.memmap$/.test(symbol.path);
