"""Pickles in on stdin, CPython's verdict on each out on stdout: accepted or refused, and what came out.

The reference of the differential fuzzer: CPython's C unpickler with every global inert. Its own `find_class` runs, so
that its checks and its Python 2 names are part of the reference; only the import beneath it is ours, and returns
classes which accept whatever a pickle can do to them. Nothing outside this file is ever called.

A message is a little-endian u32 count, then for each input u8 flags, u8 encoding, u32 length, bytes. The answer is a
u32 length, then for each input u8 status, u8 length and exception, u8 length and message, and for status 2 a u8[8]
digest. With flag TEXT the digest is replaced by u32 length and the canonical text itself.
"""

import _compat_pickle  # noqa: F401  (the C unpickler reads it once)
import _pickle
import copyreg
import gc
import hashlib
import io
import resource
import struct
import sys
import types

ADDRESS_SPACE = 256 << 20
PERSISTENT, BUFFERS, TEXT, FILE = 1, 2, 4, 8
REFUSED, ACCEPTED, COMPARABLE = 0, 1, 2
ENCODINGS = (
    ("ASCII", "strict"),
    ("latin1", "strict"),
    ("utf-8", "strict"),
    ("bytes", "strict"),
    ("ASCII", "replace"),
    ("utf-8", "surrogateescape"),
)
EXTENSIONS = {1: "one", 2: "two", 300: "three", 70000: "four"}



class Inert(type):
    """The class of inert classes: a class accepts what an instance does."""

    def __call__(cls, *args, **kwargs):
        evaluate = EVALUATED.get(own_name(cls))
        return RESULT if evaluate is None else evaluate(*args)

    def __getattribute__(cls, name):
        # what is real is what the unpickler asks for; any other name, `__class__` too, is one more inert class
        if name in ("append", "extend", "add", "__setstate__", "__getinitargs__"):
            return type.__getattribute__(cls, name)
        return nested(cls, name)

    def append(cls, item):
        pass

    def extend(cls, items):
        pass

    def add(cls, item):
        pass

    def __setitem__(cls, key, value):
        pass

    def __setstate__(cls, state):
        pass


def new(cls, *args, **kwargs):
    return RESULT


def own_name(cls):
    return type.__getattribute__(cls, "__module__"), type.__getattribute__(cls, "__qualname__")


def nested(cls, name):
    module, outer = own_name(cls)
    return inert(module, outer + "." + name)


CLASSES = {}


def inert(module, name):
    key = module, name
    found = CLASSES.get(key)
    if found is None:
        if len(CLASSES) > 5000:
            CLASSES.clear()
        body = {"__module__": module, "__qualname__": name, "__new__": new}
        found = CLASSES[key] = Inert("inert", (), body)
    return found


# What every call returns and every persistent id stands for. It is a class itself, since a call may have made one.
RESULT = inert("inert", "result")

# The calls that brine evaluates as data, with the arguments for which it does; any other call stays inert.


def members(make):
    def evaluate(*args):
        if args and not (len(args) == 1 and isinstance(args[0], (list, tuple))):
            return RESULT
        try:
            return make(*args)
        except TypeError:
            return RESULT

    return evaluate


def is_bytes(items):
    return all(type(item) is int and 0 <= item < 256 for item in items)


def evaluate_bytes(*args):
    if not args:
        return b""
    if len(args) == 1 and isinstance(args[0], (list, tuple)) and is_bytes(args[0]):
        return bytes(args[0])
    return RESULT


def evaluate_bytearray(*args):
    if len(args) == 1 and isinstance(args[0], (bytes, bytearray)):
        return bytearray(args[0])
    if len(args) == 2 and type(args[0]) is str and args[1] == "latin-1":
        return latin1(args[0], bytearray)
    made = evaluate_bytes(*args)
    return RESULT if made is RESULT else bytearray(made)


def evaluate_encode(*args):
    if len(args) == 2 and type(args[0]) is str and args[1] in ("latin1", "latin-1", "iso-8859-1"):
        return latin1(args[0], bytes)
    return RESULT


def latin1(text, make):
    try:
        return make(text, "latin1")
    except UnicodeEncodeError:
        return RESULT


def is_number(value):
    return type(value) is float or type(value) is int and abs(value) < 2**53


def evaluate_complex(*args):
    if len(args) == 2 and is_number(args[0]) and is_number(args[1]):
        return complex(float(args[0]), float(args[1]))
    return RESULT


def evaluate_range(*args):
    if len(args) == 3 and all(type(arg) is int for arg in args) and args[2] != 0:
        return range(*args)
    return RESULT


def evaluate_slice(*args):
    return slice(*args) if len(args) == 3 else RESULT


def evaluate_getattr(*args):
    if len(args) == 2 and type(args[0]) is Inert and type(args[1]) is str:
        return nested(args[0], args[1])
    return RESULT


EVALUATED = {
    ("builtins", "set"): members(set),
    ("builtins", "frozenset"): members(frozenset),
    ("builtins", "bytes"): evaluate_bytes,
    ("builtins", "bytearray"): evaluate_bytearray,
    ("builtins", "complex"): evaluate_complex,
    ("builtins", "range"): evaluate_range,
    ("builtins", "xrange"): evaluate_range,
    ("builtins", "slice"): evaluate_slice,
    ("builtins", "getattr"): evaluate_getattr,
    ("_codecs", "encode"): evaluate_encode,
}
VALUES = {("builtins", "Ellipsis"): Ellipsis, ("builtins", "NotImplemented"): NotImplemented}


class Module(types.ModuleType):
    def __getattribute__(self, name):
        module = types.ModuleType.__getattribute__(self, "__dict__")["__name__"]
        found = VALUES.get((module, name))
        return inert(module, name) if found is None else found


MODULES = {}
REPLACED = {}
ABSENT = object()


def import_inert(name, *_):
    """Stands for `__import__` beneath the unpickler: whatever the name, an inert module."""
    module = MODULES.get(name)
    if module is None:
        if len(MODULES) > 5000:
            MODULES.clear()
        module = MODULES[name] = Module(name)
    if name not in REPLACED:
        REPLACED[name] = sys.modules.get(name, ABSENT)
    sys.modules[name] = module
    return module


def restore():
    for name, module in REPLACED.items():
        if module is ABSENT:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = module
    REPLACED.clear()


# PyImport_Import takes `__import__` from the globals of the running frame: these functions have their own.
SANDBOX = {
    "__builtins__": {"__import__": import_inert, "__build_class__": __build_class__, "super": super},
    "__name__": "sandbox",
    "C": _pickle,
    "RESULT": RESULT,
}
exec(
    """
def from_memory(data, buffers, encoding, errors):
    return C.loads(data, encoding=encoding, errors=errors, buffers=buffers)

class Reader(C.Unpickler):
    def find_class(self, module, name):
        return super().find_class(module, name)
    def persistent_load(self, pid):
        return RESULT

def from_file(file, buffers, encoding, errors):
    return Reader(file, encoding=encoding, errors=errors, buffers=buffers).load()

class Plain(C.Unpickler):
    def find_class(self, module, name):
        return super().find_class(module, name)

def from_plain_file(file, buffers, encoding, errors):
    return Plain(file, encoding=encoding, errors=errors, buffers=buffers).load()
""",
    SANDBOX,
)


class Incomparable(Exception):
    pass


class Canonical:
    """A value to a text that brine's side writes too; containers are numbered, so that sharing shows."""

    def __init__(self):
        self.seen = {}
        self.nodes = 0

    def text(self, value, depth, shared):
        self.nodes += 1
        if self.nodes > 3000 or depth > 60:
            raise Incomparable
        kind = type(value)
        if value is None:
            return "N"
        if kind is bool:
            return "T" if value else "F"
        if kind is int:
            return "i%x" % value
        if kind is float:
            return "f" + double(value)
        if kind is str:
            return "s" + value.encode("utf-16-be", "surrogatepass").hex()
        if kind is bytes:
            return "b" + value.hex()
        if kind is complex:
            return "c" + double(value.real) + "," + double(value.imag)
        if kind is range:
            return "r%x,%x,%x" % (value.start, value.stop, value.step)
        if kind is slice:
            parts = (value.start, value.stop, value.step)
            return "l" + ",".join(self.text(part, depth + 1, shared) for part in parts)
        if value is Ellipsis:
            return "E"
        if value is NotImplemented:
            return "I"
        if kind not in (list, tuple, dict, set, frozenset, bytearray):
            raise Incomparable
        if shared and (value or kind in (list, dict, set, bytearray)):
            number = self.seen.get(id(value))
            if number is not None:
                return "@%x" % number
            self.seen[id(value)] = len(self.seen)
        depth += 1
        if kind is bytearray:
            return "B" + value.hex()
        if kind is list:
            return "[" + ",".join([self.text(item, depth, shared) for item in value]) + "]"
        if kind is tuple:
            return "(" + ",".join([self.text(item, depth, shared) for item in value]) + ")"
        if kind is dict:
            pairs = [self.text(k, depth, False) + ":" + self.text(v, depth, shared) for k, v in value.items()]
            return "{" + ",".join(pairs) + "}"
        members = sorted(self.text(item, depth, False) for item in value)
        return ("<" if kind is set else "!<") + ",".join(members) + ">"


def double(value):
    return "nan" if value != value else struct.pack(">d", value).hex()


def judge(data, flags, encoding):
    buffers = [b"buffer one", bytearray(b"buffer two"), b""] if flags & BUFFERS else None
    name, errors = ENCODINGS[encoding]
    try:
        if flags & PERSISTENT:
            value = SANDBOX["from_file"](io.BytesIO(data), buffers, name, errors)
        elif flags & FILE:
            value = SANDBOX["from_plain_file"](io.BytesIO(data), buffers, name, errors)
        else:
            value = SANDBOX["from_memory"](data, buffers, name, errors)
    except (Exception, SystemExit) as error:
        message = str(error)[:80].encode("ascii", "replace")
        kind = type(error).__name__.encode("ascii", "replace")
        return bytes([REFUSED, len(kind)]) + kind + bytes([len(message)]) + message
    finally:
        restore()
    try:
        text = Canonical().text(value, 0, True).encode("ascii")
    except (Incomparable, ValueError):
        return bytes([ACCEPTED, 0, 0])
    if flags & TEXT:
        return bytes([COMPARABLE, 0, 0]) + struct.pack("<I", len(text)) + text
    return bytes([COMPARABLE, 0, 0]) + hashlib.sha1(text).digest()[:8]


def exactly(stream, count):
    data = stream.read(count)
    if len(data) < count:
        sys.exit(0)
    return data


def main():
    if hasattr(resource, "RLIMIT_AS"):
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    for name, errors in ENCODINGS:
        if name != "bytes":
            b"warm".decode(name, errors)
    for code, name in EXTENSIONS.items():
        copyreg.add_extension("extension", name, code)
    gc.disable()
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    while True:
        (count,) = struct.unpack("<I", exactly(stdin, 4))
        answers = []
        for _ in range(count):
            flags, encoding, length = struct.unpack("<BBI", exactly(stdin, 6))
            answers.append(judge(exactly(stdin, length), flags, encoding))
        gc.collect()
        answer = b"".join(answers)
        stdout.write(struct.pack("<I", len(answer)) + answer)
        stdout.flush()


if __name__ == "__main__":
    main()
