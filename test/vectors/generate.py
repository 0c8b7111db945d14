"""Small pickles with what they hold, made by the CPython that runs this: one JSON document on stdout.

make.sh runs it under every Python and joins the answers (join.py) to vectors.json. Each row: the value's name, the
protocol, the pickle in base64, Python's repr, a tagged description (below), and whether brine must give the very same
bytes back (`exact`). Not exact are pickles of Python 2, which go back as Python 3 writes them, of 3.6 and 3.7, whose
frames and memo numbers differ from those of 3.13, of values with two equal strings that are two objects, since a
JavaScript string has no identity, and the few of NOT_EXACT.

The description: ["int", "123"], ["float", sixteen hex digits], ["complex", re, im], ["str", text], ["bytes", hex],
["bytearray", hex], ["none"], ["bool", true], ["list", ...], ["tuple", ...], ["dict", [key, value], ...],
["set", ...], ["frozenset", ...] in the order of the pickle, ["global", module, name], ["ellipsis"],
["notimplemented"], ["range", start, stop, step], ["slice", ...], ["object", module, class] for any other instance.
A mutable container that is met again is ["again", n]: the n-th container in the order in which they are met."""
import base64
import json
import os
import pickletools
import platform
import struct
import sys
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "interop"))
sys.dont_write_bytecode = True
warnings.simplefilter("ignore")

import interop_samples  # noqa: E402
import interop_values  # noqa: E402

try:
    import cPickle as pickle
except ImportError:
    import pickle

PYTHON2 = sys.version_info[0] == 2
MOST_BYTES = 700
# Where CPython makes the arguments of a call twice (holds_recursive_reduction in run_roundtrip.py), or has one name for
# several classes (expected-bytes.json), the bytes are not determined by what they mean. And NEWOBJ_EX at protocols 2
# and 3 is written as 3.13 does, which has a shorter way to name cls.__new__.
NOT_EXACT = ("tuple_subclass", "OSError")
PROTOCOLS = range(3 if PYTHON2 else pickle.HIGHEST_PROTOCOL + 1)


def scalars():
    """(name, maker): every opcode's boundary once."""
    edges = [0, 1, -1, 255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31, -2 ** 31, -2 ** 31 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53,
             2 ** 53 + 1, 2 ** 63 - 1, 2 ** 63, -2 ** 63, -2 ** 63 - 1, 2 ** 64, -128, -129, -2 ** 127, 2 ** 100,
             -2 ** 100, 3 ** 300, -3 ** 300]
    for value in edges:
        yield "int %d" % value if abs(value) < 2 ** 70 else "int %d bits %s" % (
            value.bit_length(), "-" if value < 0 else "+"), value
    for value in (0.0, -0.0, 1.0, -1.5, 0.1, 1e100, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf"),
                  float("nan"), 1e16, 1e22):
        yield "float %r" % value, value
    yield "complex", complex(1.5, -0.0)
    texts = ["", "abc", "a\nb\\c", "\x00\x1a\r", "\\xe9\\xff", "\\u20ac", "\\U0001f600", "\\ud800", "\\udc00\\ud800", "\\ufeff"]
    for index, value in enumerate(texts):
        yield "str %d" % index, interop_values.u(value.encode("unicode_escape").decode("ascii")
                                                 if "\\" not in value[:1] else value)
    yield "str 255", interop_values.u("x" * 255)
    yield "str 256", interop_values.u("y" * 256)
    yield "bytes empty", b""
    yield "bytes", b"a\n\x00\xff'\\"
    yield "bytes 256", b"z" * 256
    yield "bytearray", bytearray(b"ab\xff")
    yield "bytearray empty", bytearray()
    for value in (None, True, False):
        yield repr(value), value
    if not PYTHON2:
        yield "Ellipsis", Ellipsis
        yield "NotImplemented", NotImplemented
        yield "range", range(1, 10, 3)
    if sys.version_info >= (3, 10):
        yield "slice", slice(1, None, -2)


def containers():
    yield "list empty", []
    yield "list", [1, "a", None, [2.5]]
    yield "list one", [[]]
    for size in range(5):
        yield "tuple %d" % size, tuple(range(size))
    yield "dict empty", {}
    yield "dict one", {"a": 1}
    yield "dict int", {1: 2}
    yield "dict proto", interop_values.filled({}, [("__proto__", 1)])
    yield "set empty", set()
    yield "set one", {1}
    yield "frozenset empty", frozenset()
    yield "frozenset one", frozenset(["a"])
    if not PYTHON2:
        yield "dict two", {"a": 1, "b": [2]}
        yield "dict mixed", {1: "a", "1": "b", None: "c", (1, 2): "d", 2.5: "e", b"k": "f", True + 2: "g"}
    shared = [1]
    yield "shared list", [shared, shared]
    yield "shared tuple", [(1, 2)] * 2
    yield "shared str", ["text", "text"]
    yield "nested", [[[[[]]]], ((((),),),), {"a": {"b": {}}}]
    yield "globals", [len, dict, interop_samples.Plain]


def everything():
    for name, value in list(scalars()) + list(containers()):
        yield "builtin", name, lambda value=value: value
    for name, maker in interop_values.recursive_values():
        if name not in ("deep", "late_key"):
            yield "cycle", name, maker
    for name, maker in interop_values.instances():
        if name not in ("globals", "many instances", "reduce 4 batches"):
            yield "instance", name, maker
    skipped = ("Random", "itertools", "iterators", "iterator half-way", "builtin methods")
    for name, maker in interop_values.standard_library():
        if name not in skipped:
            yield "library", name, maker


def tagged(root):
    """The description of a value (see above)."""
    seen = {}

    def visit(value):
        kind = type(value)
        if value is None:
            return ["none"]
        if kind is bool:
            return ["bool", value]
        if kind is int or kind.__name__ == "long":
            return ["int", "%d" % value]
        if kind is float:
            if value != value:
                return ["float", "nan"]  # protocol 0 has no sign for it
            return ["float", hexadecimal(struct.pack(">d", value))]
        if kind is complex:
            return ["complex", visit(value.real)[1], visit(value.imag)[1]]
        if PYTHON2 and kind is str:
            return ["bytes", hexadecimal(value)]
        if kind.__name__ in ("str", "unicode"):
            return ["str", value]
        if kind is bytes:
            return ["bytes", hexadecimal(value)]
        if value is Ellipsis:
            return ["ellipsis"]
        if value is NotImplemented:
            return ["notimplemented"]
        if isinstance(value, type) or kind in (type(len), type(visit)):
            module = "builtins" if value.__module__ == "__builtin__" else value.__module__  # as brine names it
            return ["global", module, getattr(value, "__qualname__", value.__name__)]
        if id(value) in seen:
            return ["again", seen[id(value)]]
        if kind is tuple:
            return ["tuple"] + [visit(item) for item in value]
        if kind is frozenset:
            return ["frozenset"] + [visit(item) for item in value]
        if kind.__name__ in ("range", "xrange", "slice"):
            return ["range" if kind.__name__ != "slice" else "slice", repr(value)]
        seen[id(value)] = len(seen)
        if kind is bytearray:
            return ["bytearray", hexadecimal(bytes(value))]
        if kind is list:
            return ["list"] + [visit(item) for item in value]
        if kind is dict:
            return ["dict"] + [[visit(key), visit(item)] for key, item in value.items()]
        if kind is set:
            return ["set"] + [visit(item) for item in value]
        return ["object", kind.__module__, kind.__name__]

    return visit(root)


def equal_strings(data):
    """Whether one string stands in the pickle twice."""
    found = [argument for opcode, argument, _ in pickletools.genops(data) if "UNICODE" in opcode.name]
    return len(found) != len(set(found))


def hexadecimal(data):
    return base64.b16encode(data).decode("ascii").lower()


def addressless(text):
    """repr without addresses, which no two runs share."""
    import re
    return re.sub(r" at 0x[0-9a-f]+", "", text)


def main():
    rows = []
    for group, name, maker in everything():
        for protocol in PROTOCOLS:
            try:
                data = pickle.dumps(maker(), protocol)
                value = pickle.loads(data)
            except Exception:
                continue  # what this protocol cannot carry
            if len(data) > MOST_BYTES:
                continue
            rows.append({"group": group, "name": name, "protocol": protocol,
                         "exact": sys.version_info >= (3, 8) and name not in NOT_EXACT
                         and (sys.version_info >= (3, 13) or protocol > 3 or not name.startswith("NEWOBJ_EX"))
                         and not equal_strings(data),
                         "pickle": base64.b64encode(data).decode("ascii"),
                         "repr": addressless(repr(value))[:300], "tagged": tagged(value)})
    json.dump({"producer": "CPython " + platform.python_version(), "rows": rows}, sys.stdout)


if __name__ == "__main__":
    main()
