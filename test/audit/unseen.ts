/**
 * Nothing in, files that do something when Python loads them and that an audit once called safe out: one for each way to do
 * so that was found, with the place where it fires. What they do is harmless: they touch `brine-was-here`, open a file that is
 * everywhere, change what is gone with the process, or use up time and memory until they are stopped.
 */
import { gzipSync } from "node:zlib";
import {
  type Attack,
  bytes,
  call,
  global,
  latin1,
  le32,
  npy,
  P2,
  P4,
  PAYLOAD,
  SYSTEM,
  text,
  zip,
} from "./attacks.ts";

/** An attack, and how to see that it is one. */
export interface Unseen extends Attack {
  /** What comes of it. */
  readonly effect: "touches" | "opens" | "changes" | "starts" | "takes all" | "crashes";
  /** Where: a Python by itself, or an environment with its libraries. */
  readonly where: "3.8" | "3.13" | "libraries" | "numpy1" | "py38";
  /** What opens the file. */
  readonly loader: Loader;
  /** What changes: an expression in Python. */
  readonly watch: string;
}

/** How programs open such files. */
export type Loader =
  | "pickle"
  | "pickles"
  | "gzip"
  | "joblib"
  | "numpy twice"
  | "numpy, then pickle"
  | "zipfile"
  | "pandas tar";

const crc32 = (data: Uint8Array): number =>
  Buffer.from(gzipSync(data)).readUInt32LE(gzipSync(data).length - 8);

const found: Unseen[] = [];
const add = (
  name: string,
  file: string | Uint8Array,
  rule: string,
  options: Partial<Omit<Unseen, "name" | "bytes" | "rule">> = {},
): void => {
  found.push({
    name,
    bytes: typeof file === "string" ? latin1(file) : file,
    rule,
    least: "review",
    effect: "touches",
    where: "3.13",
    loader: "pickle",
    watch: "None",
    ...options,
  });
};

const list = (...items: string[]): string => `](${items.join("")}e`;
const tuple = (...items: string[]): string => `(${items.join("")}t`;
const dict = (...items: string[]): string => `}(${items.join("")}u`;
const int = (value: number): string => `I${value}\n`;
const NONE = "N";
const MARKER = text("brine-was-here");
const PATH = call(global("pathlib", "Path"), MARKER);
const attribute = (owner: string, name: string): string =>
  call(global("builtins", "getattr"), owner, text(name));
const TOUCH = attribute(global("pathlib", "Path"), "touch");
const WRITE = attribute(global("pathlib", "Path"), "write_text");
const partial = (...parts: string[]): string => call(global("functools", "partial"), ...parts);
const TOUCH_PATH = partial(TOUCH, PATH);
const namespace = (...items: string[]): string =>
  `${call(global("types", "SimpleNamespace"))}${dict(...items)}b`;
const pickle = (body: string): string => `${P2}${body}.`;

// Methods of inert classes, held as data, that something calls by the name under which they are held.
add(
  "a method to append with",
  pickle(`${namespace(text("append"), TOUCH)}${PATH}a`),
  "bound-method",
);
add(
  "a method to extend with",
  pickle(`${namespace(text("extend"), TOUCH_PATH)}(K\x01e`),
  "fills-object",
  {
    effect: "opens",
  },
);
add("a method to add with", `${P4}${namespace(text("add"), TOUCH)}(${PATH}\x90.`, "fills-object");
for (const [what, owner] of [
  ["a namespace", call(global("types", "SimpleNamespace"))],
  ["arguments", call(global("argparse", "Namespace"))],
  ["an exception", call(global("builtins", "ValueError"))],
] as const) {
  const answering = `${owner}${dict(text("keys"), TOUCH_PATH)}b`;
  add(
    `${what} with keys of its own, given to dict`,
    pickle(call(global("builtins", "dict"), answering)),
    "plants-method",
  );
}
add(
  "a namespace with keys of its own, given to OrderedDict",
  pickle(call(global("collections", "OrderedDict"), namespace(text("keys"), TOUCH_PATH))),
  "plants-method",
);
add(
  "a namespace that replaces, given to UUID",
  pickle(call(global("uuid", "UUID"), namespace(text("replace"), partial(WRITE, PATH, text("x"))))),
  "plants-method",
);
add(
  "a class that replaces, given to UUID",
  pickle(call(global("uuid", "UUID"), global("pathlib", "Path"))),
  "computed-arguments",
  {
    effect: "opens",
  },
);
add(
  "a time zone with an offset of its own, in a key",
  pickle(
    `}${call(global("datetime", "datetime"), "M\xd0\x07K\x01K\x01K\0K\0K\0K\0", `${global("dateutil.tz.tz", "tzutc")})\x81${dict(text("utcoffset"), TOUCH_PATH)}b`)}Ns`,
  ),
  "plants-method",
  { where: "libraries", effect: "opens" },
);
add(
  "a calendar with holidays of its own",
  pickle(
    call(
      global("pandas._libs.tslibs.offsets", "CustomBusinessDay"),
      "K\x01",
      "\x89",
      text("Mon"),
      NONE,
      namespace(text("holidays"), TOUCH_PATH),
    ),
  ),
  "plants-method",
  { where: "numpy1" },
);
for (const name of ["__array__", "__array_interface__"]) {
  const value =
    name === "__array__"
      ? TOUCH_PATH
      : dict(
          text("data"),
          tuple(int(4096), "\x89"),
          text("shape"),
          "K\x08\x85",
          text("typestr"),
          text("|u1"),
          text("version"),
          "K\x03",
        );
  add(
    `${name} of an object's own`,
    pickle(call(global("numpy", "matrix"), namespace(text(name), value))),
    "reaches-inside",
    {
      where: name === "__array__" ? "numpy1" : "libraries",
      least: "dangerous",
      effect: name === "__array__" ? "touches" : "crashes",
    },
  );
}

// __setstate__ by other ways than a dict of literal keys.
const SET = text("__setstate__");
const object = call(global("types", "SimpleNamespace"));
const planted = (state: string): string => pickle(`${object}${state}b${PATH}b`);
for (const [what, state, rule] of [
  [
    "an OrderedDict",
    call(global("collections", "OrderedDict"), list(tuple(SET, TOUCH))),
    "computed-arguments",
  ],
  [
    "a dict that is called for",
    call(global("builtins", "dict"), list(tuple(SET, TOUCH))),
    "computed-arguments",
  ],
  [
    "a dict of a zip",
    call(global("builtins", "dict"), call(global("builtins", "zip"), list(SET), list(TOUCH))),
    "computed-arguments",
  ],
  [
    "a key that is called for",
    `}${call(global("builtins", "str"), SET)}${TOUCH}s`,
    "computed-arguments",
  ],
  [
    "a key in escapes",
    `}V${[..."__setstate__"].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join("")}\n${TOUCH}s`,
    "reaches-inside",
  ],
  [
    "the 1101st key",
    dict(...Array.from({ length: 1100 }, (_, at) => text(`k${at}`) + NONE), SET, TOUCH),
    "reaches-inside",
  ],
] as const) {
  add(`__setstate__ in a state that is or has ${what}`, planted(state), rule);
}

// Factories: what asks a defaultdict for a key calls them.
const missing = (factory: string): string => call(global("collections", "defaultdict"), factory);
const state = (count: number): string =>
  tuple(
    "K\x03",
    text("<"),
    NONE,
    NONE,
    NONE,
    "J\xff\xff\xff\xff",
    "J\xff\xff\xff\xff",
    `K${String.fromCharCode(count)}`,
  );
const dtype = (name: string): string => call(global("numpy", "dtype"), text(name), "\x89", "\x88");
const ARRAY = `${call(global("numpy.core.multiarray", "_reconstruct"), global("numpy", "ndarray"), "K\0\x85", bytes("b"))}${tuple("K\x01", "K\x01\x85", `${dtype("i8")}${state(0)}b`, "\x89", bytes("\x02\0\0\0\0\0\0\0"))}b`;
const asked = (factory: string): string =>
  pickle(
    `${call(global("sklearn.tree._tree", "Tree"), "K\x01", ARRAY, "K\x01")}${missing(factory)}b`,
  );
add(
  "a factory that numpy.dtype asks",
  pickle(call(global("numpy", "dtype"), missing(TOUCH_PATH))),
  "computed-arguments",
  {
    where: "libraries",
  },
);
add("a factory that the state of a tree asks", asked(TOUCH_PATH), "bound-method", {
  where: "libraries",
});
add(
  "a factory that the state of a UUID asks",
  pickle(`${global("uuid", "UUID")})\x81${missing(TOUCH_PATH)}${text("is_safe")}K\0sb`),
  "computed-arguments",
  { effect: "touches" },
);
add(
  "a factory that is set as a slot",
  pickle(
    call(
      global("numpy", "dtype"),
      `${call(global("collections", "defaultdict"))}${tuple(NONE, dict(text("default_factory"), TOUCH_PATH))}b`,
    ),
  ),
  "plants-method",
  { where: "libraries" },
);
add(
  "a method by its name, as a factory",
  asked(partial(call(global("operator", "methodcaller"), text("touch")), PATH)),
  "bound-method",
  { where: "libraries" },
);
add(
  "a method by its name, as the key to sort by",
  asked(
    `${partial(global("builtins", "sorted"), list(PATH))}${tuple(global("builtins", "sorted"), tuple(list(PATH)), dict(text("key"), call(global("operator", "methodcaller"), text("touch"))), NONE)}b`,
  ),
  "bound-method",
  { where: "libraries" },
);
add(
  "joblib.load by a name of scikit-learn's",
  asked(partial(global("sklearn.utils._joblib", "load"), text("/etc/hostname"))),
  "names-code",
  {
    where: "py38",
    effect: "opens",
  },
);
add(
  "joblib.load through a module that scikit-learn has imported",
  pickle(
    `${namespace(text("append"), attribute(global("sklearn.utils.validation", "joblib"), "load"))}${text("/etc/hostname")}a`,
  ),
  "fills-object",
  {
    where: "libraries",
    effect: "opens",
  },
);
add(
  "import_module by a name of scikit-learn's",
  asked(partial(global("sklearn.utils.discovery", "import_module"), text("this"))),
  "names-code",
  {
    where: "libraries",
    effect: "changes",
    watch: "'this' in sys.modules",
  },
);
add(
  "a setting of scikit-learn's",
  asked(partial(global("sklearn._config", "set_config"), "\x88")),
  "names-code",
  {
    where: "libraries",
    effect: "changes",
    watch: "__import__('sklearn').get_config()['assume_finite']",
  },
);
const MAP_WRAPPER = global("scipy.optimize._differentialevolution", "MapWrapper");
add(
  "a class that starts processes, as a factory",
  asked(partial(MAP_WRAPPER, "K\x02")),
  "calls-class",
  { where: "py38", effect: "starts" },
);
add(
  "a class that starts processes, by copyreg",
  pickle(call(global("copyreg", "_reconstructor"), MAP_WRAPPER, MAP_WRAPPER, "K\x02")),
  "calls-class",
  {
    where: "py38",
    effect: "starts",
  },
);
add(
  "joblib.Memory by a name of scikit-learn's",
  pickle(
    call(
      global("copyreg", "_reconstructor"),
      global("sklearn.utils._joblib", "Memory"),
      global("sklearn.utils._joblib", "Memory"),
      MARKER,
    ),
  ),
  "names-code",
  {
    where: "py38",
    effect: "touches",
  },
);

add(
  "a folder of joblib's by a function of scikit-learn's",
  asked(partial(global("sklearn.cluster._agglomerative", "check_memory"), MARKER)),
  "names-code",
  { where: "libraries" },
);
add(
  "an array of 8 GB, as a factory",
  asked(partial(global("numpy", "ones"), int(1e9))),
  "large-object",
  { where: "libraries", effect: "takes all" },
);
add(
  "items that SciPy gives as attributes, given to UUID",
  pickle(
    call(
      global("uuid", "UUID"),
      `${global("scipy.optimize._optimize", "OptimizeResult")})\x81${text("replace")}${partial(WRITE, PATH, text("x"))}s`,
    ),
  ),
  "plants-method",
  { where: "libraries" },
);

// numpy.memmap, which only arrays may be made of, by ways of calling its own constructor.
const MEMMAP = global("numpy", "memmap");
const MAPPED = [MARKER, text("u1"), text("w+"), "K\0", "K\x01\x85"];
add(
  "numpy.memmap by copyreg",
  pickle(call(global("copyreg", "__newobj__"), MEMMAP, ...MAPPED)),
  "misuses-helper",
  { where: "libraries", least: "dangerous" },
);
add(
  "numpy.memmap by copyreg, with keywords",
  `${P4}${call(global("copyreg", "__newobj_ex__"), MEMMAP, tuple(MARKER), dict(text("mode"), text("w+"), text("shape"), "K\x01\x85"))}.`,
  "misuses-helper",
  { where: "libraries", least: "dangerous" },
);
add(
  "numpy.memmap as a base",
  pickle(call(global("copyreg", "_reconstructor"), MEMMAP, MEMMAP, text("/etc/hostname"))),
  "misuses-helper",
  {
    where: "libraries",
    effect: "opens",
  },
);
add(
  "numpy.memmap as an index of pandas",
  pickle(
    call(
      global("pandas.core.indexes.base", "_new_Index"),
      MEMMAP,
      dict(text("filename"), MARKER, text("mode"), text("w+"), text("shape"), "K\x01\x85"),
    ),
  ),
  "misuses-helper",
  { where: "numpy1" },
);
add(
  "numpy.memmap as a factory",
  pickle(call(global("numpy", "dtype"), missing(partial(MEMMAP, ...MAPPED)))),
  "passes-helper",
  { where: "libraries" },
);
for (const name of ["__generator_ctor", "__randomstate_ctor"]) {
  add(
    `a maker of its own for ${name}`,
    pickle(call(global("numpy.random._pickle", name), text("MT19937"), partial(WRITE, PATH))),
    "misuses-helper",
    {
      where: "libraries",
      least: "dangerous",
    },
  );
}

// Files that a call opens.
add(
  "a time zone out of a file",
  pickle(call(global("dateutil.tz.tz", "tzfile"), text("/etc/hostname"))),
  "reads-file",
  { where: "libraries", effect: "opens" },
);
add(
  "a time zone of pandas out of a file",
  pickle(call(global("pandas", "DatetimeTZDtype"), text("ns"), text("dateutil//etc/localtime"))),
  "reads-file",
  {
    where: "numpy1",
    effect: "opens",
  },
);
for (const [name, module] of [
  ["NDArrayWrapper", "joblib.numpy_pickle"],
  ["ZNDArrayWrapper", "joblib.numpy_pickle_compat"],
] as const) {
  const entries = [
    text("filename"),
    text("/etc/hostname"),
    text("subclass"),
    global("numpy", "ndarray"),
    text("allow_mmap"),
    "\x89",
  ];
  const more = [
    text("init_args"),
    tuple(global("numpy", "ndarray"), "K\0\x85", text("b")),
    text("state"),
    ")",
  ];
  add(
    `${name} with a file of its own`,
    pickle(`${global(module, name)})\x81${dict(...entries, ...more)}b`),
    "reads-file",
    {
      where: "libraries",
      loader: "joblib",
      effect: "opens",
    },
  );
}

// What the whole program shares.
const shared = (
  name: string,
  target: string,
  watch: string,
  where: Unseen["where"] = "3.13",
  key = "_name_",
): void =>
  add(`the state of ${name}`, pickle(`${target}${dict(text(key), text("x"))}b`), "changes-import", {
    least: "dangerous",
    effect: "changes",
    watch,
    where,
  });
shared(
  "a status of HTTP",
  call(global("http", "HTTPStatus"), "K\xc8"),
  "__import__('http').HTTPStatus(200).phrase",
  "3.13",
  "phrase",
);
shared(
  "a signal",
  call(global("signal", "Signals"), "K\x02"),
  "__import__('signal').Signals(2)._name_",
);
shared(
  "a flag of re",
  call(global("re", "RegexFlag"), "K\x02"),
  "__import__('re').RegexFlag(2)._name_",
);
shared(
  "a member of SafeUUID",
  call(global("uuid", "SafeUUID"), "K\0"),
  "__import__('uuid').SafeUUID(0)._name_",
);
shared(
  "a kind of parameter",
  call(global("inspect", "_ParameterKind"), "K\0"),
  "__import__('inspect')._ParameterKind(0)._name_",
);
shared("a day", call(global("calendar", "Day"), "K\0"), "__import__('calendar').Day(0)._name_");
shared(
  "UTC of pytz",
  call(global("pytz", "_UTC")),
  "__import__('pytz').utc.zone",
  "numpy1",
  "zone",
);
shared(
  "an offset of pytz",
  call(global("pytz", "FixedOffset"), "K\x3c"),
  "__import__('pytz').FixedOffset(60)._minutes",
  "numpy1",
  "_minutes",
);
shared(
  "UTC of dateutil",
  call(global("dateutil.tz.tz", "tzutc")),
  "__import__('dateutil.tz').tz.tzutc().__dict__",
  "libraries",
  "utcoffset",
);
shared(
  "an offset of dateutil",
  call(global("dateutil.tz.tz", "tzoffset"), text("x"), "K\x3c"),
  "__import__('dateutil.tz').tz.tzoffset('x', 60)._offset",
  "libraries",
  "_offset",
);
shared(
  "NaT",
  call(global("pandas._libs.tslibs.nattype", "_nat_unpickle"), NONE),
  "__import__('pandas').NaT.__dict__",
  "libraries",
  "zone",
);
shared(
  "a type of intervals",
  call(global("pandas", "IntervalDtype"), text("int64")),
  "str(__import__('pandas').IntervalDtype('int64').subtype)",
  "py38",
  "subtype",
);
shared(
  "a function through an alias",
  call(global("types", "GenericAlias"), global("statistics", "mean"), ")"),
  "vars(__import__('statistics').mean)",
);
add(
  "a class through an object of it",
  pickle(
    `${call(global("builtins", "type"), call(global("collections", "UserDict")))}${tuple(NONE, dict(text("brine"), global("builtins", "len")))}b`,
  ),
  "changes-import",
  {
    least: "dangerous",
    effect: "changes",
    watch: "'brine' in vars(__import__('collections').UserDict)",
  },
);
const SCORERS = global("sklearn.metrics._scorer", "_SCORERS");
const watchScorers = "sorted(__import__('sklearn.metrics').metrics._scorer._SCORERS)";
add(
  "a registry through ChainMap",
  pickle(`${call(global("collections", "ChainMap"), SCORERS)}${text("x")}Ns`),
  "fills-object",
  {
    where: "libraries",
    effect: "changes",
    watch: watchScorers,
  },
);
add(
  "a registry through UserDict",
  pickle(`${call(global("collections", "UserDict"))}${dict(text("data"), SCORERS)}b${text("x")}Ns`),
  "fills-object",
  {
    where: "libraries",
    effect: "changes",
    watch: watchScorers,
  },
);
for (const [name, first] of [
  ["str", "C\x01a"],
  ["bytes", text("a")],
  ["bytearray", text("a")],
] as const) {
  add(
    `a codec that ${name} imports`,
    pickle(call(global("builtins", name), first, text("punycode"))),
    "unusual-encoding",
    {
      effect: "changes",
      watch: "'encodings.punycode' in sys.modules",
    },
  );
}

// Time and memory.
const COUNT = call(global("itertools", "count"));
const endless = (name: string, body: string, where: Unseen["where"] = "3.13"): void =>
  add(name, pickle(body), "large-object", { effect: "takes all", where });
for (const [module, name] of [
  ["collections", "deque"],
  ["collections", "Counter"],
  ["collections", "UserList"],
  ["time", "struct_time"],
] as const) {
  endless(`${module}.${name} of an endless count`, call(global(module, name), COUNT));
}
endless("array.array of an endless count", call(global("array", "array"), text("d"), COUNT));
for (const [what, iterator] of [
  ["a chain", call(global("itertools", "chain"), COUNT)],
  ["a zip", call(global("builtins", "zip"), COUNT, COUNT)],
  ["an enumeration", call(global("builtins", "enumerate"), COUNT)],
  ["a slice", call(global("itertools", "islice"), COUNT, "L1000000000000L\n")],
  ["all addresses", call(global("ipaddress", "IPv6Network"), text("::/0"))],
] as const) {
  endless(`a list of ${what} without an end`, call(global("builtins", "list"), iterator));
}
const REPEATED = call(
  global("itertools", "repeat"),
  call(global("builtins", "range"), int(1e8)),
  int(1e8),
);
endless(
  "a chain of a repeated range",
  call(global("builtins", "set"), `${call(global("itertools", "chain"))}${REPEATED}\x85b`),
);
endless(
  "a set of an endless iterator",
  call(global("builtins", "set"), call(global("builtins", "iter"), COUNT)),
);
endless(
  "an endless state of Random",
  `${call(global("random", "Random"))}${tuple("K\x02", COUNT, NONE)}b`,
);
endless(
  "a fraction of a far exponent",
  call(global("fractions", "Fraction"), text("1e99999999999")),
);
endless(
  "a fraction of a far decimal",
  call(global("fractions", "Fraction"), call(global("decimal", "Decimal"), text("1e999999999"))),
);
endless(
  "an int of a far decimal",
  call(
    global("builtins", "int"),
    call(global("decimal", "Decimal"), tuple("K\0", "K\x01\x85", int(999999999))),
  ),
);
endless("a tuple of tuples of the same, as a key", `}K\0\x85${"2\x86".repeat(60)}Ns`);
endless(
  "the text of lists of the same",
  call(
    global("builtins", "str"),
    `]${Array.from({ length: 60 }, (_, at) => `q${String.fromCharCode(at)}0](h${String.fromCharCode(at)}h${String.fromCharCode(at)}e`).join("")}`,
  ),
);
endless(
  "an array of a terabyte",
  call(
    global("numpy.core.multiarray", "_reconstruct"),
    global("numpy", "ndarray"),
    "\x8a\x06\0\0\0\0\0\x01\x85",
    bytes("b"),
  ),
  "libraries",
);
endless(
  "a masked array of 64 GB",
  call(
    global("numpy.ma.core", "_mareconstruct"),
    global("numpy.ma.core", "MaskedArray"),
    global("numpy", "ndarray"),
    "\x8a\x05\0\0\0\0\x02\x85",
    text("f8"),
  ),
  "libraries",
);
add(
  "arguments that are put together",
  pickle(
    `${global("builtins", "bytearray")}${call(global("builtins", "tuple"), list("\x8a\x06\0\0\0\0\0\x01"))}R`,
  ),
  "computed-arguments",
  { effect: "takes all" },
);
add("a memo of two thousand million entries", pickle("Nr\xff\xff\xff\x7f"), "large-object", {
  effect: "takes all",
  where: "3.8",
});
add(
  "a key of a million tuples within each other",
  pickle(`})${"\x85".repeat(1e6)}Ns`),
  "large-object",
  { effect: "crashes" },
);

endless(
  "a fraction of a far negative exponent",
  call(global("fractions", "Fraction"), text("1e-99999999999")),
);
endless(
  "bytes as many as a text says",
  call(global("builtins", "bytes"), call(global("builtins", "int"), text("9999999999"))),
);

// joblib's arrays: where the bytes of one end, and what its own reader and pickle.load take for opcodes.
const wrapper = (made: string, entries: string): string =>
  `${P2}](${made}}(${text("subclass")}${global("numpy", "ndarray")}${text("order")}${text("C")}${text("allow_mmap")}\x89${entries}ub`;
const WRAPPER = global("joblib.numpy_pickle", "NumpyArrayWrapper");
const shaped = (shape: string, type: string): string =>
  `${text("shape")}${shape}${text("dtype")}${type}`;
// What pickle.load takes for a long string, and joblib for 16 bytes of an array with a payload behind.
const HIDDEN = `B${le32(11 + SYSTEM.length + 2)}${"\0".repeat(11)}${SYSTEM}e.e.`;
const joblib = (name: string, file: string, rule = "unclear-array"): void =>
  add(`joblib: ${name}`, file, rule, { where: "libraries", loader: "joblib", least: "incomplete" });
const PLAIN = shaped("K\x10\x85", dtype("i1"));
joblib(
  "a dtype by its long name",
  `${wrapper(`${WRAPPER})\x81`, shaped("K\x10\x85", dtype("int8")))}${HIDDEN}`,
);
joblib(
  "a dtype by its class",
  `${wrapper(`${WRAPPER})\x81`, shaped("K\x10\x85", call(global("numpy", "dtype"), global("numpy", "int8"), "\x89", "\x88")))}${HIDDEN}`,
);
joblib(
  "a shape that is called for",
  `${wrapper(`${WRAPPER})\x81`, shaped(`${call(global("builtins", "int"), "K\x10")}\x85`, dtype("i1")))}${HIDDEN}`,
);
joblib(
  "a shape after a thousand other entries",
  `${wrapper(`${WRAPPER})\x81`, shaped("K\0\x85", dtype("i1")) + Array.from({ length: 1100 }, (_, at) => text(`k${at}`) + NONE).join("") + text("shape") + "K\x10\x85")}${HIDDEN}`,
);
joblib(
  "a size that NumPy does not heed",
  `${wrapper(`${WRAPPER})\x81`, shaped("K\x08\x85", `${dtype("i2")}${tuple("K\x03", text("<"), NONE, NONE, NONE, "K\x01", "K\x01", "K\0")}b`))}${"\0".repeat(8)}B${le32(3 + SYSTEM.length + 2)}\0\0\0${SYSTEM}e.e.`,
  "runs-code",
);
joblib(
  "a wrapper by copyreg",
  `${wrapper(call(global("copyreg", "__newobj__"), WRAPPER), PLAIN)}${HIDDEN}`,
  "runs-code",
);
joblib(
  "a wrapper by pandas",
  `${wrapper(call(global("pandas.core.indexes.base", "_new_Index"), WRAPPER, "}"), PLAIN)}${HIDDEN}`,
  "runs-code",
);
joblib(
  "a wrapper by a partial",
  `${wrapper(call(partial(attribute(WRAPPER, "__new__"), WRAPPER)), PLAIN)}${HIDDEN}`,
  "runs-code",
);
joblib(
  "a state in slots",
  `${P2}](${WRAPPER})\x81N}(${text("subclass")}${global("numpy", "ndarray")}${text("order")}${text("C")}${text("allow_mmap")}\x89${PLAIN}u\x86b${HIDDEN}`,
);
joblib(
  "a state in an OrderedDict",
  `${P2}](${WRAPPER})\x81${call(global("collections", "OrderedDict"))}(${text("subclass")}${global("numpy", "ndarray")}${text("order")}${text("C")}${text("allow_mmap")}\x89${PLAIN}ub${HIDDEN}`,
);
joblib(
  "two states",
  `${wrapper(`${WRAPPER})\x81q\x07`, shaped("K\0\x85", dtype("i1")))}0h\x07}${text("shape")}K\x10\x85sb${HIDDEN}`,
);
add(
  "joblib: opcodes in an array that use what is in the memo, for who opens it by pickle.load",
  `${P4}${text("os")}\x940${text("system")}\x940${text("touch brine-was-here")}\x940${wrapper(`${WRAPPER})\x81`, shaped("K\x14\x85", dtype("i1"))).slice(2)}h\0h\x01\x93h\x02\x85R0N0N0N0N0Ne.`,
  "runs-code",
  { where: "libraries", least: "dangerous" },
);

// Containers.
const BAD = latin1(PAYLOAD);
const mold = (count: number): Uint8Array => {
  const made = new Uint8Array(count);
  made.set(latin1(`${P2}X${le32(count - 7)}`));
  return made;
};
const inTar = mold(1024);
inTar.set(latin1("00000000000"), 124);
inTar.set(latin1("ustar"), 257);
const RUN = latin1(`0${SYSTEM}.`);
const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
add("a pickle that looks like a tar archive", joined(inTar, RUN), "runs-code", {
  least: "dangerous",
});
const OPENINGS: readonly (readonly [name: string, opcodes: string])[] = [
  ["EMPTY_SET", "\x8f0"],
  ["NEWTRUE", "\x880"],
  ["NEWFALSE", "\x890"],
  ["SHORT_BINBYTES", "C\x01a0"],
  ["BINBYTES", `${bytes("a")}0`],
  ["BINBYTES8", "\x8e\x01\0\0\0\0\0\0\0a0"],
  ["BYTEARRAY8", "\x96\x01\0\0\0\0\0\0\0a0"],
  ["LONG1", "\x8a\x01\x010"],
  ["LONG4", "\x8b\x01\0\0\0\x010"],
  ["SHORT_BINUNICODE", "\x8c\x01a0"],
  ["BINUNICODE8", "\x8d\x01\0\0\0\0\0\0\0a0"],
  ["FRAME", "\x95\x02\0\0\0\0\0\0\0N0"],
];
for (const [name, opening] of OPENINGS) {
  const long = latin1(`${opening}${"N0".repeat(4000)}${SYSTEM}.`);
  add(
    `gzip around a pickle that begins with ${name}`,
    Uint8Array.from(gzipSync(long)),
    "runs-code",
    { least: "dangerous", loader: "gzip" },
  );
  add(
    `a member that begins with ${name}`,
    zip([{ name: "x", data: long, deflate: true, crc: crc32(long) }]),
    "runs-code",
    { least: "dangerous", loader: "zipfile" },
  );
}
const base64 = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, "base64"));
add(
  "bz2 around a pickle that begins with EMPTY_SET",
  base64(
    "QlpoOTFBWSZTWeNYNdsAD7T/wEAQBABAQ0AAAAEQQDpjnqAAAKAAVFDQAANGgJKmhoB5TQPU0SsKd60nbRvnABCSTgAhJKGq9b4ntWOpMSmAXe+FYkyQe+LuSKcKEhxrBrtg",
  ),
  "runs-code",
  { least: "dangerous", loader: "joblib", where: "libraries" },
);
add(
  "xz, then lzma",
  base64(
    "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQABTjAAAAAoPMtsB8YgPQABGgLcLqV+H7bzfQEAAAAABFlaXQAAgAD//////////wAxm8rGsnxl39+RWZ+x2BmtMQXIJPf9Olj2Fpi1bpcpvalohtYNT2dbEBQ5///7zEAA",
  ),
  "runs-code",
  { least: "dangerous", loader: "joblib", where: "libraries" },
);
add(
  "lzma, then xz",
  base64(
    "XQAAgAD//////////wAnDBz/////8AAAAP03elhaAAAE5ta0RgIAIQEWAAAAdC/lowEAJ2NvcwpzeXN0ZW0KKFgUAAAAdG91Y2ggYnJpbmUtd2FzLWhlcmV0Ui4AjaFyeF68ZbsAAUAo1FJK5R+2830BAAAAAARZWg==",
  ),
  "runs-code",
  { least: "dangerous", loader: "joblib", where: "libraries" },
);
add("a second pickle behind an array", joined(npy("'|u1'", "a"), BAD), "runs-code", {
  least: "dangerous",
  loader: "numpy, then pickle",
  where: "libraries",
});
add(
  "a second array behind an array",
  joined(npy("'|u1'", "a"), npy("'|O'", PAYLOAD)),
  "runs-code",
  { least: "dangerous", loader: "numpy twice", where: "libraries" },
);
add(
  "a second pickle behind an array of records",
  joined(npy("[('a', '<i4'), ('b', '|u1', (2,))]", "abcdef"), BAD),
  "runs-code",
  {
    least: "dangerous",
    loader: "numpy, then pickle",
    where: "libraries",
  },
);
add(
  "the seventh pickle of PyTorch's old format",
  `${P2}\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.${`${P2}N.`.repeat(5)}${PAYLOAD}`,
  "runs-code",
  { least: "dangerous", loader: "pickles" },
);

const tarMember = (name: string, data: Uint8Array, type = "0", size = data.length): Uint8Array => {
  const block = new Uint8Array(512 + Math.ceil(data.length / 512) * 512);
  const field = (at: number, value: string): void => block.set(latin1(value), at);
  field(0, name);
  field(100, "0000644\0");
  field(124, `${size.toString(8).padStart(11, "0")}\0`);
  field(148, " ".repeat(8));
  field(156, type);
  const sum = block.reduce((total, byte) => total + byte, 0);
  field(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  block.set(data, 512);
  return block;
};
const END = new Uint8Array(1024);
// Alone it was `incomplete`; among others in a folder it was left out as a file of something else.
add("a tar archive older than its mark", joined(tarMember("pickle", BAD), END), "runs-code", {
  least: "dangerous",
  loader: "pandas tar",
  where: "libraries",
});

// An archive whose directory stands in two places.
const twice = (isWide: boolean): Uint8Array => {
  const [good, bad] = [latin1(`${P2}N.`), BAD].map((data) => {
    const made = zip([{ name: "data.pkl", data, crc: crc32(data) }]);
    const end = made.length - 22;
    const start = new DataView(made.buffer).getUint32(end + 16, true);
    return { local: made.slice(0, start), entry: made.slice(start, end) };
  }) as [{ local: Uint8Array; entry: Uint8Array }, { local: Uint8Array; entry: Uint8Array }];
  const gap = 256;
  const base = joined(good.local, new Uint8Array(gap), bad.local);
  const entry = bad.entry.slice();
  const size = entry.length;
  // The first record leads to the good directory, the one that stands where Python looks to the other.
  const head = base.length + good.entry.length;
  const between = new Uint8Array(4);
  const place = good.local.length + gap - (isWide ? 0 : good.entry.length + between.length);
  new DataView(entry.buffer).setUint32(42, place, true);
  const record = (offset: number): Uint8Array => {
    const made = new Uint8Array(56);
    const view = new DataView(made.buffer);
    view.setUint32(0, 0x06064b50, true);
    view.setUint32(4, 44, true);
    view.setUint32(24, 1, true);
    view.setUint32(32, 1, true);
    view.setUint32(40, size, true);
    view.setUint32(48, offset, true);
    return made;
  };
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, 1, true);
  view.setUint16(10, 1, true);
  view.setUint32(12, isWide ? 0xffffffff : size, true);
  view.setUint32(16, isWide ? 0xffffffff : base.length, true);
  if (!isWide) return joined(base, good.entry, between, entry, end);
  const locator = new Uint8Array(20);
  new DataView(locator.buffer).setUint32(0, 0x07064b50, true);
  new DataView(locator.buffer).setUint32(8, head, true);
  new DataView(locator.buffer).setUint32(16, 1, true);
  const first = joined(good.entry, record(base.length));
  return joined(base, first, entry, record(base.length + first.length), locator, end);
};

add("an archive whose directory is in two places", twice(false), "archive-mismatch", {
  least: "dangerous",
  loader: "zipfile",
});
add("an archive with two records of its directory", twice(true), "archive-mismatch", {
  least: "dangerous",
  loader: "zipfile",
});

// A factory is called for each key that is missing, which dict(ChainMap(…)) asks for.
const lacking = (factory: string): string =>
  call(
    global("builtins", "dict"),
    call(
      global("collections", "ChainMap"),
      call(global("collections", "defaultdict"), factory),
      dict(text("a"), "K\x01"),
    ),
  );
const range = call(global("pandas.core.indexes.range", "RangeIndex"), "K\0");
const frame = `${global("pandas.core.frame", "DataFrame")})\x81${dict(
  text("_mgr"),
  call(global("pandas.core.internals.managers", "BlockManager"), tuple(), list(range, range)),
  text("_typ"),
  text("dataframe"),
  text("_metadata"),
  "]",
  text("attrs"),
  "}",
  text("_flags"),
  dict(text("allows_duplicate_labels"), "\x88"),
)}b`;
const TREE_QUERY = global("sklearn.neighbors._base", "_tree_query_parallel_helper");
const QUERY = text(`@warnings.sys.modules['os'].system('touch brine-was-here')`);
for (const where of ["numpy1", "py38"] as const)
  add(
    "a factory that queries a frame",
    pickle(lacking(partial(TREE_QUERY, frame, QUERY))),
    "unknown-code",
    { where },
  );
const HOSTS = "/etc/hosts";
const ZONE_FILE = global("dateutil.tz.tz", "tzfile");
add("a factory that opens a file", pickle(lacking(partial(ZONE_FILE, text(HOSTS)))), "reads-file", {
  where: "libraries",
  effect: "opens",
});
add(
  "a factory whose state opens a file",
  pickle(
    lacking(
      `${partial(global("builtins", "list"))}${tuple(ZONE_FILE, tuple(text(HOSTS)), NONE, NONE)}b`,
    ),
  ),
  "reads-file",
  { where: "libraries", effect: "opens" },
);
add(
  "a factory that opens a file once it has its state",
  pickle(
    `${partial(global("builtins", "list"))}q\x010${call(global("collections", "defaultdict"), "h\x01")}q\x020h\x01${tuple(
      ZONE_FILE,
      tuple(text(HOSTS)),
      NONE,
      NONE,
    )}b0${call(
      global("builtins", "dict"),
      call(global("collections", "ChainMap"), "h\x02", dict(text("a"), "K\x01")),
    )}`,
  ),
  "reads-file",
  { where: "libraries", effect: "opens" },
);
for (const [what, zone, rule] of [
  ["behind a colon", text(`dateutil/:${HOSTS}`), "reads-file"],
  [
    "as text that is computed",
    call(global("builtins", "str"), text(`dateutil/${HOSTS}`)),
    "computed-arguments",
  ],
  [
    "as text of NumPy",
    call(global("numpy", "str_"), text(`dateutil/${HOSTS}`)),
    "computed-arguments",
  ],
] as const)
  add(
    `a time zone ${what}`,
    pickle(call(global("pandas.core.dtypes.dtypes", "DatetimeTZDtype"), text("ns"), zone)),
    rule,
    { where: "libraries", effect: "opens" },
  );

add(
  "a time zone whose offset answers",
  pickle(
    call(
      global("dateutil.tz.tz", "tzoffset"),
      NONE,
      `${call(global("builtins", "ValueError"))}${dict(text("total_seconds"), partial(ZONE_FILE, text(HOSTS)))}b`,
    ),
  ),
  "plants-method",
  { where: "libraries", effect: "opens", least: "dangerous" },
);

/** Every one of them. */
export const UNSEEN: readonly Unseen[] = found;
