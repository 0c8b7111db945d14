/** The call of a helper in, whether its arguments are those that pickles of data give it out. */
import { isHuge, isMemmap, makerOf, problemsOf } from "./call-arguments.ts";
import type { RuleName } from "./findings.ts";
import type { HelperRule, Policy, Ruling } from "./policy.ts";
import { Bytes, Call, Dict, type Import, Sequence, type Sym, textOf } from "./symbols.ts";

/** What there is to say against a call, and what its result is where that is known. */
export interface HelperVerdict {
  readonly problem?: { readonly rule: RuleName; readonly what: string } | undefined;
  /** Stands for the result; without it the call does. */
  readonly result?: Sym | undefined;
  /** The result is what this name leads to. */
  readonly alias?: { readonly module: string; readonly name: string; readonly ruling?: Ruling };
  /** The result is what this pickle holds. */
  readonly loads?: Bytes;
}

const FINE: HelperVerdict = {};

const misuse = (what: string): HelperVerdict => ({ problem: { rule: "misuses-helper", what } });

/** Judges the arguments of a call of `callee`. */
export function judgeHelper(
  rule: HelperRule,
  callee: Import,
  args: readonly Sym[] | undefined,
  policy: Policy,
): HelperVerdict {
  if (args === undefined) return misuse("its arguments are computed");
  const [first, second] = args;
  switch (rule) {
    case "class-first":
      return classFirst(callee, args);
    case "rebuild-type":
      return rebuildType(first, second);
    case "getattr":
      return attribute(first, second, policy);
    case "encode":
      return args.length === 2 ? encoded(first, second) : misuse("it gets a third argument");
    case "factory":
      return factory(first);
    case "partial":
      return partial(first);
    case "getter":
      return getter(callee.name, args);
    case "one-argument":
      return args.length === 1 ? FINE : misuse(`it gets ${args.length} arguments`);
    case "random":
      return args.every(isGenerator) ? FINE : misuse("it gets something else than a generator");
    case "import": {
      const [module, name] = [textOf(first), textOf(second)];
      if (module === undefined || name === undefined) {
        return { problem: { rule: "computed-name", what: "the name that it imports is computed" } };
      }
      // Where else it looked for a name, it would import a module of that name there.
      return /^(?:numpy|scipy\.special)\b/.test(module) ||
        policy.ruling(module, name).role !== "reference"
        ? { alias: { module, name } }
        : misuse("it imports something else than a ufunc");
    }
    case "union":
      return args.length === 2 ? union(first, second) : misuse("it gets a third argument");
    case "load-bytes":
      return first?.kind === "bytes"
        ? { loads: first }
        : misuse("what it loads is not in the file");
  }
}

// A class that the policy lets be made, or one that it has something to say about anyway.
const isClass = (symbol: Sym | undefined): boolean =>
  symbol?.kind === "import" &&
  symbol.ruling.role !== "helper" &&
  symbol.ruling.role !== "reference";

// Whose constructor copyreg calls with the state: what holds data only, as classes derive from.
const BASES =
  /^(?:builtins\.(?:object|int|float|complex|str|bytes|bytearray|list|tuple|set|frozenset|dict|long|unicode|[A-Z]\w*)|collections\.(?:OrderedDict|deque|Counter)|numpy\.ndarray|datetime\.\w+)$/;

function classFirst({ path }: Import, args: readonly Sym[]): HelperVerdict {
  const [made, base] = args;
  const isArray = /^numpy\._?core\.multiarray\._reconstruct$/.test(path);
  if (!isClass(made) && !(isArray && isMemmap(made)))
    return misuse("its first argument is no class");
  if (path !== "copyreg._reconstructor") return FINE;
  if (!isClass(base)) return misuse("its second argument is no class");
  if (base?.kind === "import" && base.ruling.role !== "unknown" && !BASES.test(base.path)) {
    return { problem: { rule: "calls-class", what: `it calls the constructor of ${base.path}` } };
  }
  return FINE;
}

function rebuildType(rebuild: Sym | undefined, type: Sym | undefined): HelperVerdict {
  const known =
    rebuild?.kind === "import" &&
    (rebuild.ruling.role === "unknown" ||
      (rebuild.ruling.role === "construct" && rebuild.path.startsWith("torch._utils._rebuild_")));
  if (!known) return misuse("it would call something else than a rebuilder of tensors");
  return isClass(type) ? FINE : misuse("its second argument is no class");
}

const INSIDE = /(?:^|\.)_/;
const VALUES =
  /^(?:builtins\.(?:int|float|complex|str|bytes|tuple|frozenset|range|bool|dict|list|set|bytearray)|datetime\.(?:date|datetime|time|timedelta|timezone)|_?decimal\.Decimal|fractions\.Fraction|collections\.(?:OrderedDict|Counter|deque)|uuid\.SafeUUID)$/;

const isUfunc = (path: string, method: string): boolean =>
  /^numpy\.(?:_?core\._multiarray_umath\.)?[a-z]\w*$/.test(path) &&
  /^(?:reduce|accumulate|reduceat|outer)$/.test(method);

function attribute(
  object: Sym | undefined,
  nameSymbol: Sym | undefined,
  policy: Policy,
): HelperVerdict {
  const name = textOf(nameSymbol);
  if (name === undefined) {
    return { problem: { rule: "computed-name", what: "the name of the attribute is computed" } };
  }
  if (object?.kind === "import") {
    const { module, name: owner } = object;
    const known = policy.ruling(module, `${owner}.${name}`);
    // What the policy lists by its dotted name: ZoneInfo._unpickle.
    if (known.role !== "denied" && known.role !== "unknown") {
      return { alias: { module, name: `${owner}.${name}`, ruling: known } };
    }
  }
  if (name === "__new__" && object?.kind === "import" && isClass(object)) {
    const { role } = object.ruling;
    const ruling: Ruling =
      role === "construct" || role === "class" ? { role: "reference" } : { role };
    return { alias: { module: object.module, name: `${object.name}.${name}`, ruling } };
  }
  if (INSIDE.test(name)) {
    return {
      problem: { rule: "reaches-inside", what: `the attribute is ${JSON.stringify(name)}` },
    };
  }
  if (object?.kind !== "import") return { problem: { rule: "bound-method", what: `.${name}` } };
  const { role } = object.ruling;
  if (role === "helper") return misuse("it reaches into a helper");
  const isKnown = role === "construct" || role === "class" || role === "reference";
  // A method may do anything when somebody calls it: Path.write_text. Members of enumerations and classes within classes
  // are written otherwise, and the methods of values change nothing else.
  const isMember = role !== "reference" && /^[A-Z]/.test(name);
  if (isKnown && !isMember && !VALUES.test(object.path) && !isUfunc(object.path, name)) {
    return { problem: { rule: "bound-method", what: `it takes the method ${name}` } };
  }
  const ruling: Ruling = isKnown ? { role: "reference" } : { role };
  return { alias: { module: object.module, name: `${object.name}.${name}`, ruling } };
}

function encoded(textSymbol: Sym | undefined, codecSymbol: Sym | undefined): HelperVerdict {
  const codec = textOf(codecSymbol);
  if (codec === undefined || !/^(?:latin[-_]?1|iso-?8859-1)$/i.test(codec)) {
    return { problem: { rule: "unusual-encoding", what: `the codec is ${JSON.stringify(codec)}` } };
  }
  return textSymbol?.kind === "text" ? { result: new Bytes(textSymbol) } : FINE;
}

// A class of the libraries that data makes without its constructor, which may do more than set attributes.
function constructing(symbol: Sym | undefined): HelperVerdict | undefined {
  if (symbol?.kind !== "import" || symbol.ruling.role !== "class") return undefined;
  if (/^pandas\.[A-Z]\w*$/.test(symbol.path)) return undefined;
  return {
    problem: { rule: "calls-class", what: `it would call the constructor of ${symbol.path}` },
  };
}

const isPartial = (symbol: Sym | undefined): boolean =>
  symbol?.kind === "call" &&
  symbol.callee.kind === "import" &&
  symbol.callee.ruling.rule === "partial" &&
  symbol.state === undefined;

function partial(symbol: Sym | undefined): HelperVerdict {
  if (symbol?.kind === "import" || isPartial(symbol)) return constructing(symbol) ?? FINE;
  return misuse("what it would call is made while loading");
}

// What makes arrays of numbers, as factories of data do.
const MAKES_ARRAYS = /^numpy\.(?:array|empty|eye|full|identity|linspace|ones|zeros)$/;

// defaultdict(partial(defaultdict, partial(defaultdict, …))): each is looked at by a call of its own.
const DEEPEST_FACTORY = 100;

/** What there is to say against a factory, which is called for each key that is missing: by dict(ChainMap(…)), for one. */
export function factory(symbol: Sym | undefined, depth = 0): HelperVerdict {
  if (symbol === undefined || (symbol.kind === "literal" && symbol.value === null)) return FINE;
  if (depth > DEEPEST_FACTORY) return misuse("its factory makes factories too deep");
  if (symbol.kind === "import") return factoryOf(symbol, [], depth);
  const kept = symbol.kind === "call" ? partialParts(symbol) : undefined;
  if (symbol.kind !== "call" || kept === undefined)
    return misuse("its factory is made while loading");
  symbol.isFactory = true;
  const { maker, args, keywords } = kept;
  if (isPartial(maker)) return factory(maker, depth + 1);
  if (maker.kind !== "import") return misuse("its factory is made while loading");
  const named = keywords instanceof Dict ? keywords.entries : [];
  const verdict = factoryOf(maker, [...args, ...named], depth);
  if (verdict.problem !== undefined || maker.ruling.role !== "construct") return verdict;
  const [problem] = problemsOf(new Call(maker, args, "call", symbol.offset, keywords));
  return problem === undefined ? FINE : { problem: { rule: problem.rule, what: problem.message } };
}

// What a factory calls, with these arguments first.
function factoryOf(made: Import, args: readonly Sym[], depth: number): HelperVerdict {
  const { role, rule } = made.ruling;
  if (role === "helper") {
    if (rule === "factory") return factory(args[0], depth + 1);
    return misuse("its factory is a helper");
  }
  // Functions call what they are given, by names of their own.
  const isArray = MAKES_ARRAYS.test(made.path) && args.every(isPlain) && !isHuge(args);
  if (role === "reference" && !isArray) return misuse("its factory is a function");
  return constructing(made) ?? FINE;
}

const isPlain = (symbol: Sym): boolean =>
  symbol.kind === "literal" ||
  symbol.kind === "text" ||
  (symbol.kind === "import" && symbol.ruling.role === "construct") ||
  (symbol.kind === "call" && makerOf(symbol) === "numpy.dtype") ||
  (symbol instanceof Sequence && symbol.all?.every((item) => item.kind === "literal") === true);

/** What a partial would call, and with what: what its state says, where it has one. */
function partialParts(
  symbol: Call,
): { maker: Sym; args: readonly Sym[]; keywords: Sym | undefined } | undefined {
  const { callee, args, state } = symbol;
  if (callee.kind !== "import" || callee.ruling.rule !== "partial" || args === undefined)
    return undefined;
  const [maker, ...rest] = args;
  if (maker === undefined) return undefined;
  if (state === undefined) return { maker, args: rest, keywords: symbol.keywords };
  // (function, arguments, keywords, attributes)
  if (!(state instanceof Sequence) || state.type !== "tuple" || state.count !== 4) return undefined;
  const [made, given, keywords] = state.items;
  const isWhole = given instanceof Sequence && given.type === "tuple" && given.all !== undefined;
  return made !== undefined && isWhole ? { maker: made, args: given.items, keywords } : undefined;
}

function getter(name: string, args: readonly Sym[]): HelperVerdict {
  // Whoever calls it calls a method of whatever there is: Path.unlink.
  if (
    name === "methodcaller" &&
    textOf(args[0]) !== undefined &&
    !INSIDE.test(textOf(args[0]) ?? "")
  )
    return {
      problem: { rule: "bound-method", what: `it would call the method ${textOf(args[0])}` },
    };
  for (const argument of name === "methodcaller" ? args.slice(0, 1) : args) {
    const text = textOf(argument);
    if (name === "itemgetter" ? argument.kind === "import" : text === undefined) {
      return misuse("what it gets is computed");
    }
    if (name !== "itemgetter" && INSIDE.test(text ?? "")) {
      return { problem: { rule: "reaches-inside", what: `it gets ${JSON.stringify(text)}` } };
    }
  }
  return FINE;
}

function union(operator: Sym | undefined, classes: Sym | undefined): HelperVerdict {
  const isOr = operator?.kind === "import" && /^_?operator\.or_$/.test(operator.path);
  if (!isOr) return misuse("it calls something else than operator.or_");
  const items = classes instanceof Sequence ? classes.all : undefined;
  return items?.every((item) => item.kind !== "call") === true
    ? FINE
    : misuse("it gets something else than classes");
}

/**
 * The class that a call makes an object of, where it is how Python writes NEWOBJ_EX below protocol 4:
 * `functools.partial(cls.__new__, cls, *args)()`.
 */
export function classOfPartial(callee: Sym, args: readonly Sym[] | undefined): Import | undefined {
  if (callee.kind !== "call" || args?.length !== 0 || callee.callee.kind !== "import")
    return undefined;
  if (callee.callee.ruling.rule !== "partial" || callee.state !== undefined) return undefined;
  const [maker, made] = callee.args ?? [];
  const isMaker = maker?.kind === "import" && made?.kind === "import";
  return isMaker && maker.path === `${made.path}.__new__` ? made : undefined;
}

const GENERATORS = /^(?:MT19937|PCG64|PCG64DXSM|Philox|SFC64)$/;

function isGenerator(symbol: Sym, index: number): boolean {
  if (symbol.kind === "call") {
    // One that was made before: by the makers themselves, or by a class of theirs.
    const { callee } = symbol;
    return index === 0 && callee.kind === "import" && isOfRandom(callee);
  }
  if (symbol.kind === "import") {
    const isMaker = symbol.ruling.rule === "random";
    return isOfRandom(symbol) && isMaker === index > 0;
  }
  // The name of a generator, which NumPy looks up in a dict of its own.
  return index === 0 && GENERATORS.test(textOf(symbol) ?? "");
}

const isOfRandom = ({ module, ruling }: Import): boolean =>
  module.startsWith("numpy.random.") && ruling.role !== "denied" && ruling.role !== "reference";
