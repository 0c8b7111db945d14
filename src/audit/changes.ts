/**
 * What a pickle changes after it was made in, what there is to say against it out: the state of an object, items of a
 * container. Python asks the object for a method to do it by, so that which object it is decides what runs.
 */
import { makerOf, type Problem } from "./call-arguments.ts";
import { nameText } from "./python.ts";
import { type Call, Dict, type Planted, Sequence, type Sym, type Text } from "./symbols.ts";

// Attributes that decide what an object does, not what it holds: Python's own protocols, also those of
// Python 2, which looks for them in instances of its old classes, and those of NumPy and its like.
const INNER =
  /^__(?:class|dict|slots|bases|mro|subclasses|loader|path|spec|new|init|del|call|globals|builtins|code|closure|defaults|kwdefaults|setstate|getstate|reduce|reduce_ex|getnewargs|getnewargs_ex|getinitargs|copy|deepcopy|getattr|getattribute|setattr|delattr|dir|get|set|delete|set_name|init_subclass|subclasshook|instancecheck|subclasscheck|mro_entries|class_getitem|prepare|iter|next|reversed|len|length_hint|contains|getitem|setitem|delitem|missing|hash|eq|ne|lt|le|gt|ge|bool|nonzero|index|int|long|float|complex|trunc|floor|ceil|round|bytes|buffer|release_buffer|str|repr|format|unicode|fspath|enter|exit|await|aiter|anext|conform|[ir]?(?:add|sub|mul|matmul|div|truediv|floordiv|mod|divmod|pow|and|or|xor|lshift|rshift)|neg|pos|abs|invert|coerce|r?cmp|hex|oct|(?:get|set|del)slice|array\w*|cuda_\w+|dlpack\w*|arrow_\w+|dataframe\w*|torch_\w+|numpy_\w+|sklearn_\w+|geo_interface)__$/;

// Methods that constructors of the standard library, NumPy and pandas call on whatever they are given.
const METHODS: ReadonlySet<string> = new Set(
  (
    "append extend add update keys items values get pop popitem setdefault replace copy index count insert remove clear sort " +
    "utcoffset dst tzname fromutc localize normalize holidays as_integer_ratio read readline readinto write seek tell close " +
    "total_seconds _raise_error seekable default_factory find_class persistent_load dtype shape strides asi8 to_numpy"
  ).split(" "),
);

// Objects that are made once for the whole program, whoever asks for them.
const SHARED =
  /^(?:http\.(?:HTTPStatus|HTTPMethod)|signal\.Signals|socket\.(?:AddressFamily|SocketKind)|ssl\.TLSVersion|re\.(?:RegexFlag|_compile)|re\._compiler\.RegexFlag|uuid\.SafeUUID|inspect\._ParameterKind|calendar\.(?:Day|Month)|zoneinfo\.ZoneInfo(?:\._unpickle)?|pytz\.\w+|pytz\.tzfile\.\w+|pandas\.PeriodDtype|pandas\._libs\.(?:tslib|tslibs\.nattype|missing)\.\w+|pandas\.core\.dtypes\.dtypes\.PeriodDtype|numpy\.dtypes\.\w+|numpy\.ma\.core\.MaskedConstant|torch\.serialization\._get_layout)$/;
// Of these only calls give a shared one; a new one is made by way of copyreg.
const SHARED_BY_CALL =
  /^(?:dateutil\.tz(?:\.tz)?\.(?:tzutc|tzlocal|tzoffset|tzstr)|pandas\.(?:core\.dtypes\.dtypes\.)?IntervalDtype)$/;
// A class, or something that passes on to one what it is asked for.
const LEADS_TO_CLASS = /^(?:builtins\.type|types\.GenericAlias)$/;

const LISTS = /^(?:builtins\.list|collections\.deque|pandas\.core\.indexes\.frozen\.Frozen\w+)$/;
const DICTS =
  /^(?:builtins\.dict|collections\.(?:OrderedDict|defaultdict|Counter)|sklearn\.utils(?:\._bunch)?\.Bunch)$/;

/** Whether it is a dict whose entries are nothing else. */
export const isPlainDict = (target: Call): boolean =>
  /^(?:builtins\.dict|collections\.\w+)$/.test(makerOf(target));

/** What there is to say against a change of what the whole program shares. */
export function changed(target: Sym, verb: string): Problem | undefined {
  if (target.kind === "import")
    return { rule: "changes-import", message: `${verb} ${nameText(target)}, which it imported` };
  if (target.kind !== "call") return undefined;
  const maker = makerOf(target);
  const direct = target.callee.kind === "import" && target.callee.path === maker;
  if (SHARED.test(maker) || (direct && target.form === "call" && SHARED_BY_CALL.test(maker)))
    return {
      rule: "changes-import",
      message: `${verb} what ${maker} returns, which the whole program shares`,
    };
  if (LEADS_TO_CLASS.test(maker))
    return {
      rule: "changes-import",
      message: `${verb} what ${maker} returns, which leads to a class`,
    };
  return undefined;
}

/** What there is to say against items being put into an object that is no list, dict or set of the pickle's own. */
export function filled(target: Sym, isPairs: boolean): Problem | undefined {
  if (target.kind === "import" || target.kind === "unknown") return undefined;
  if (target.kind !== "call") {
    if (target instanceof Sequence && target.type !== "tuple" && !isPairs) return undefined;
    return {
      rule: "fills-object",
      message: `puts items into a ${target.kind === "sequence" ? target.type : target.kind}`,
    };
  }
  const { callee } = target;
  const maker = makerOf(target);
  if ((isPairs ? DICTS : LISTS).test(maker)) return undefined;
  const made =
    callee.kind === "import" && callee.ruling.rule === "class-first" ? target.args?.[0] : callee;
  const role = made?.kind === "import" ? made.ruling.role : undefined;
  // Whoever vouches for an unknown class vouches for its methods; the libraries' own dicts only keep what they get.
  if (role === "unknown" || role === "denied" || (role === "class" && isPairs)) return undefined;
  return { rule: "fills-object", message: `puts items into what ${maker || "a call"} returns` };
}

/** What an entry of a dict could do as an attribute of an object. */
export function planted(key: Sym, value: Sym): Planted | undefined {
  if (key.kind !== "text")
    return ["call", "unknown", "persistent"].includes(key.kind)
      ? { name: "?", what: "computed" }
      : undefined;
  const name = attributeName(key);
  if (name === undefined) return undefined;
  if (INNER.test(name)) return { name, what: "inner" };
  return METHODS.has(name) && isFunction(value) ? { name, what: "method" } : undefined;
}

// Names of data begin otherwise, and most keys are such: they are not read.
function attributeName(key: Text): string | undefined {
  const length = key.end - key.start;
  if (length < 3 || length > 400) return undefined;
  const { input, start, end } = key;
  if (key.coding === "utf8" || key.coding === "latin1") {
    if (length > 40) return undefined;
    if (input[start] === 0x5f && input[start + 1] === 0x5f) return key.read();
    return METHOD_LENGTHS.has(length) ? key.read() : undefined;
  }
  const isPlain = input.subarray(start, end).indexOf(0x5c) < 0;
  return isPlain && length > 40 ? undefined : key.read();
}

const METHOD_LENGTHS: ReadonlySet<number> = new Set([...METHODS].map(({ length }) => length));

/** Whether it is a function that a call may be made of. */
export function isFunction(value: Sym): boolean {
  if (value.kind === "import")
    return value.ruling.role === "reference" && !/\.[A-Z]\w*$/.test(value.path);
  if (value.kind !== "call" || value.callee.kind !== "import") return false;
  const { rule } = value.callee.ruling;
  return rule === "partial" || rule === "getter" || /^types\.GenericAlias$/.test(value.callee.path);
}

/** What there is to say against a state. */
export function stateProblems(target: Sym, state: Sym): Problem[] {
  const found: Problem[] = [];
  const parts =
    state instanceof Sequence && state.type === "tuple"
      ? [state, ...state.items.slice(0, 4)]
      : [state];
  const isOfItertools =
    target.kind === "call" &&
    /^(?:itertools\.|builtins\.(?:zip|enumerate|reversed))/.test(makerOf(target));
  for (const part of parts) {
    if (part instanceof Dict && part.planted !== undefined)
      found.push(plantedProblem(part.planted));
    if (part.kind !== "call") continue;
    if (part.endless && !isOfItertools)
      found.push({
        rule: "large-object",
        message: "has an object take in something that does not end",
      });
    if (part === state || (state instanceof Sequence && state.count === 2)) {
      const maker = makerOf(part);
      if (
        DICTS.test(maker) ||
        /^(?:builtins\.(?:tuple|zip|reversed|enumerate)|collections\.\w+|types\.\w+|argparse\.\w+)$/.test(
          maker,
        )
      )
        if (
          part === state ||
          (!isOfItertools &&
            state instanceof Sequence &&
            state.items[1] === part &&
            DICTS.test(maker))
        )
          found.push({
            rule: "computed-arguments",
            message: "sets a state that is put together while loading",
          });
    }
  }
  return found;
}

/** What there is to say against such an entry that becomes an attribute. */
export function plantedProblem({ name, what }: Planted): Problem {
  switch (what) {
    case "inner":
      return { rule: "reaches-inside", message: `sets the attribute ${name} of an object` };
    case "method":
      return {
        rule: "plants-method",
        message: `sets the attribute ${name} of an object to a function`,
      };
    case "computed":
      return { rule: "computed-arguments", message: "sets an attribute whose name is computed" };
  }
}

/** The iterator that a state leaves one with: it ends when that does. */
export function endlessAfter(target: Call, state: Sym): boolean {
  if (
    target.endless ||
    !/^(?:itertools\.|builtins\.(?:zip|enumerate|reversed))/.test(makerOf(target))
  )
    return target.endless;
  const parts = state instanceof Sequence ? state.items : [state];
  // A chain goes along each part of what its state goes along.
  const isChain = makerOf(target) === "itertools.chain";
  return parts.some(
    (part) =>
      part.kind === "call" && (part.endless || (isChain && makerOf(part).startsWith("itertools."))),
  );
}
