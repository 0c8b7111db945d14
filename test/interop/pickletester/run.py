"""CPython's own abstract pickle tests, imported from the Python that runs this, with brine between every dumps and
every loads: a JSON report of what passed, failed and was skipped on stdout.

dumps(obj) is brine of what CPython's pickler wrote; loads(data) is CPython's unpickler on brine of the data. Both keep
the protocol. Usage: run.py [part of a test's id ...]"""
import io
import json
import os
import pickle
import sys
import traceback
import unittest
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True
warnings.simplefilter("ignore")

import brine_client  # noqa: E402

PYTHON2 = sys.version_info[0] == 2
if PYTHON2:
    import copy_reg as copyreg
    RealPickler = pickle.Pickler
    RealUnpickler = pickle.Unpickler
else:
    import copyreg
    import _pickle
    RealPickler = _pickle.Pickler
    RealUnpickler = _pickle.Unpickler

from test import pickletester  # noqa: E402

HIGHEST = pickle.HIGHEST_PROTOCOL
_middles = []


def middle():
    if not _middles:
        _middles.append(brine_client.middle())
    return _middles[0]


def ask(method, *args, **kwargs):
    """One call of the middle; a dead worker is replaced, and brine's refusals become CPython's exceptions."""
    try:
        return getattr(middle(), method)(*args, **kwargs)
    except brine_client.BrineError as error:
        raise translated(error)
    except brine_client.BrineDefect:
        del _middles[:]
        raise


# CPython has several exception classes for bad input, brine has codes: which classes a code stands for.
class BrineValueError(brine_client.BrineError, ValueError):
    pass


class BrineTypeError(brine_client.BrineError, TypeError):
    pass


class BrineKeyError(brine_client.BrineError, KeyError):
    __str__ = Exception.__str__


class BrineEndOfFile(brine_client.BrineError, EOFError):
    pass


class BrineDecodeError(brine_client.BrineError, UnicodeDecodeError):
    def __init__(self, report):
        UnicodeDecodeError.__init__(self, "utf-8", b"?", 0, 1, report["message"])
        self.report = report


CLASSES = {
    "bad-integer": BrineValueError,
    "bad-float": BrineValueError,
    "bad-string": BrineValueError,
    "memo-index": BrineValueError,
    "unknown-extension": BrineValueError,
    "bad-callable": BrineTypeError,
    "bad-arguments": BrineTypeError,
    "memo-missing": BrineKeyError,
    "bad-utf8": BrineDecodeError,
    "bad-encoding": BrineDecodeError,
}


def translated(error):
    if error.code == "unsupported-protocol":  # test_proto looks for CPython's words in the message
        return BrineValueError(dict(error.report, message="unsupported pickle protocol: " + error.report["message"]))
    if error.code == "truncated" and (PYTHON2 or error.report.get("opcode") is None):
        return BrineEndOfFile(error.report)
    return CLASSES.get(error.code, lambda report: error)(error.report)


def registered():
    """copyreg's extension registry as brine takes it."""
    found = []
    for code, key in copyreg._inverted_registry.items():
        if isinstance(key, tuple) and len(key) == 2 and all(isinstance(part, str) for part in key):
            found.append([code, ".".join(key)])
    return found


def load_options(encoding=None, errors=None, fix_imports=True):
    options = {"extensions": registered()}
    if PYTHON2:
        options["encoding"] = "bytes"
    if encoding is not None:
        options["encoding"] = encoding
    if errors is not None:
        options["errors"] = errors
    if not fix_imports:
        options["fixImports"] = False
    return options


def dump_options(fix_imports=True):
    return {} if fix_imports else {"fixImports": False}


def raw_bytes(buffer):
    with memoryview(buffer) as view:
        return view.tobytes("A") if sys.version_info >= (3, 8) else view.tobytes()


def actual(protocol):
    if protocol is None:
        return getattr(pickle, "DEFAULT_PROTOCOL", 0)
    return HIGHEST if protocol < 0 else protocol


def collecting(callback, collected):
    """`callback`, remembering the bytes of what stays out of band."""
    def wrapped(buffer):
        answer = callback(buffer)
        if not answer:
            collected.append(raw_bytes(buffer.raw()))
        return answer
    return wrapped


def through_with_buffers(data, collected, dump):
    out, found = ask("buffers", data, collected, load=load_options(), dump=dump)
    if [bytes(one) for one in found] != collected:
        raise AssertionError("brine gave back other buffers: %r, not %r" % (found, collected))
    return out


def dumps(obj, protocol=None, **kwargs):
    if PYTHON2:
        return ask("one", pickle.dumps(obj, protocol or 0), actual(protocol or 0), load=load_options())
    dump = dump_options(kwargs.get("fix_imports", True))
    load = load_options(fix_imports=kwargs.get("fix_imports", True))
    callback = kwargs.get("buffer_callback")
    if callback is None:
        return ask("one", pickle.dumps(obj, protocol, **kwargs), actual(protocol), load=load, dump=dump)
    collected = []
    kwargs["buffer_callback"] = collecting(callback, collected)
    return through_with_buffers(pickle.dumps(obj, protocol, **kwargs), collected, dump)


def loads(data, **kwargs):
    data = bytes(data)
    protocol = brine_client.protocol_of(data)
    options = dict((name, kwargs[name]) for name in ("encoding", "errors", "fix_imports") if name in kwargs)
    load = load_options(**options)
    dump = dump_options(kwargs.get("fix_imports", True))
    buffers = kwargs.get("buffers")
    if buffers is None:
        out = ask("one", data, protocol, load=load, dump=dump, persistent=True)
    elif not hasattr(buffers, "__iter__"):
        out = data  # CPython's own complaint about the argument is what is tested
    else:
        buffers = list(buffers)
        kwargs["buffers"] = buffers
        out, _ = ask("buffers", data, [raw_bytes(one) for one in buffers], load=load, dump=dump)
    return pickle.loads(out, **kwargs)


def dump(obj, file, protocol=None, **kwargs):
    RealPickler(file, 0)  # complains about a file that is none
    file.write(dumps(obj, protocol, **kwargs))


def load(file, **kwargs):
    if kwargs.get("buffers") is not None:
        return loads(file.read(), **kwargs)
    return Unpickler(file, **kwargs).load()


class Collector(object):
    def __init__(self):
        self.data = b""

    def write(self, data):
        self.data += bytes(data)


class History(object):
    """The memo of a Pickler or Unpickler here: CPython's own, and the pickles that brine has to see to have the same."""

    def __init__(self, real, pickles):
        self.real = real
        self.pickles = list(pickles)

    def clear(self):
        self.real.clear()
        del self.pickles[:]


class Pickler(RealPickler, object):
    persistent = True  # what brine does about persistent ids (worker.ts)

    def __init__(self, file, protocol=None, **kwargs):
        self._callback = kwargs.get("buffer_callback")
        self._buffers = []
        if self._callback is not None:
            kwargs["buffer_callback"] = collecting(self._callback, self._buffers)
        if PYTHON2 and protocol is None:
            protocol = 0
        self._pickles = []
        RealPickler.__init__(self, file, protocol, **kwargs)  # checks the file
        self._collector = Collector()
        RealPickler.__init__(self, self._collector, protocol, **kwargs)
        self._file = file
        self._protocol = actual(protocol)
        self._fix_imports = kwargs.get("fix_imports", True)

    def dump(self, obj):
        if not hasattr(self, "_collector"):
            return RealPickler.dump(self, obj)  # __init__ was not called: CPython's complaint
        del self._buffers[:]
        self._collector.data = b""
        RealPickler.dump(self, obj)
        data = self._collector.data
        if self._callback is not None:
            self._file.write(through_with_buffers(data, list(self._buffers), dump_options(self._fix_imports)))
            return None
        self._pickles.append(data)
        ((pieces),) = ask("stream", [b"".join(self._pickles)], self._protocol,
                          load=load_options(fix_imports=self._fix_imports), dump=dump_options(self._fix_imports),
                          persistent=self.persistent)
        for chunk in pieces[-1][2]:
            self._file.write(chunk)
        return None

    def clear_memo(self):
        RealPickler.clear_memo(self)
        self._pickles = []

    @property
    def memo(self):
        if PYTHON2:
            return self.__dict__["memo"]
        return History(RealPickler.memo.__get__(self), self._pickles)

    @memo.setter
    def memo(self, value):
        if isinstance(value, History):
            self._pickles = list(value.pickles)
            value = value.real
        if PYTHON2:
            if isinstance(value, Memo2):
                self._pickles = value.owner._pickles[:]
                value = dict(value)
            self.__dict__["memo"] = Memo2(self, value)
        else:
            RealPickler.memo.__set__(self, value)


class Memo2(dict):
    """The memo of Python 2's pickle module, that knows whose it is."""

    def __init__(self, owner, entries):
        dict.__init__(self, entries)
        self.owner = owner


class Feed(object):
    """What brine wrote, as the file that CPython's unpickler reads."""

    def __init__(self):
        self.data = io.BytesIO()

    def read(self, size=-1):
        return self.data.read(size)

    def readline(self):
        return self.data.readline()


class Unpickler(RealUnpickler, object):
    persistent = True

    def __init__(self, file, **kwargs):
        self._pickles = []
        self._pending = b""
        RealUnpickler.__init__(self, file, **kwargs)  # checks the file
        self._feed = Feed()
        RealUnpickler.__init__(self, self._feed, **kwargs)
        self._file = file
        self._options = dict((name, kwargs[name]) for name in ("encoding", "errors", "fix_imports") if name in kwargs)

    def load(self):
        if not hasattr(self, "_feed"):
            return RealUnpickler.load(self)  # __init__ was not called: CPython's complaint
        rest = self._pending + self._read_all()
        before = b"".join(self._pickles)
        count = len(self._pickles) + 1
        try:
            (pieces,) = ask("stream", [before + rest], brine_client.protocol_of(rest),
                            load=load_options(**self._options), persistent=self.persistent, limit=count,
                            dump=dump_options(self._options.get("fix_imports", True)))
        except Exception:
            self._give_back(rest)
            raise
        if len(pieces) < count:
            raise EOFError("no pickle left")
        end = pieces[-1][0] - len(before)
        self._give_back(rest[end:])
        self._pickles.append(rest[:end])
        self._feed.data = io.BytesIO(pieces[-1][1])
        return RealUnpickler.load(self)

    def _read_all(self):
        try:
            return self._file.read(-1)
        except TypeError:
            return self._file.read()

    def _give_back(self, rest):
        """What was read too far: back into the file where it can seek, as CPython leaves it."""
        if not rest:
            self._pending = b""
            return
        try:
            self._file.seek(-len(rest), 1)
            self._pending = b""
        except Exception:
            self._pending = rest

    @property
    def memo(self):
        if PYTHON2:
            return self.__dict__["memo"]
        return History(RealUnpickler.memo.__get__(self), self._pickles)

    @memo.setter
    def memo(self, value):
        if isinstance(value, History):
            self._pickles = list(value.pickles)
            value = value.real
        if PYTHON2:
            if isinstance(value, Memo2):
                self._pickles = value.owner._pickles[:]
                value = dict(value)
            self.__dict__["memo"] = Memo2(self, value)
        else:
            RealUnpickler.memo.__set__(self, value)


# ---------------------------------------------------------------------------------------- CPython's classes, filled in

TRUNCATED = (pickle.UnpicklingError, EOFError, AttributeError, ValueError, IndexError, ImportError)


class Whole(object):
    """dumps and loads of whole pickles."""

    pickler = Pickler
    unpickler = Unpickler
    error = pickle.UnpicklingError
    bad_stack_errors = (pickle.UnpicklingError,)
    bad_mark_errors = (pickle.UnpicklingError, TypeError, AttributeError)
    truncated_errors = TRUNCATED

    def dumps(self, arg, proto=None, fast=0, **kwargs):
        return dumps(arg, proto, **kwargs)

    def loads(self, buf, **kwargs):
        return loads(buf, **kwargs)


class ThroughObjects(Whole):
    """The same through a Pickler and an Unpickler over files."""

    def dumps(self, arg, proto=None, fast=0, **kwargs):
        file = io.BytesIO()
        pickler = self.pickler(file, proto, **kwargs)
        if fast:
            pickler.fast = fast
        pickler.dump(arg)
        return file.getvalue()

    def loads(self, buf, **kwargs):
        if kwargs.get("buffers") is not None:
            return loads(buf, **kwargs)  # buffers are joined to a whole pickle
        kwargs.pop("buffers", None)
        return self.unpickler(io.BytesIO(buf), **kwargs).load()


class Persistent(object):
    pickler = Pickler
    unpickler = Unpickler

    def dumps(self, arg, proto=0, fast=0):
        class PersistentPickler(self.pickler):
            def persistent_id(subself, obj):
                return self.persistent_id(obj)
        file = io.BytesIO()
        PersistentPickler(file, proto).dump(arg)
        return file.getvalue()

    def loads(self, buf, **kwargs):
        class PersistentUnpickler(self.unpickler):
            def persistent_load(subself, pid):
                return self.persistent_load(pid)
        return PersistentUnpickler(io.BytesIO(buf), **kwargs).load()


class IdentityPersistent(Persistent):
    """Every object is its own persistent id: brine's hooks are the test's own."""

    pickler = type("Pickler", (Pickler,), {"persistent": "identity"})
    unpickler = type("Unpickler", (Unpickler,), {"persistent": "identity"})


class Module(object):
    """What the tests of the module's functions call."""

    HIGHEST_PROTOCOL = pickle.HIGHEST_PROTOCOL
    __name__ = "pickle"
    dump = staticmethod(dump)
    dumps = staticmethod(dumps)
    load = staticmethod(load)
    loads = staticmethod(loads)
    Pickler = Pickler
    Unpickler = Unpickler


def test_classes():
    """The concrete classes, for those abstract ones that this version has."""
    def make(name, abstracts, mixin, **attributes):
        found = [getattr(pickletester, abstract) for abstract in abstracts if hasattr(pickletester, abstract)]
        if len(found) < len(abstracts):
            return
        bases = (() if mixin is object else (mixin,)) + tuple(found) + ((unittest.TestCase,) if not issubclass(found[0], unittest.TestCase) else ())
        made.append(type(name, bases, attributes))

    made = []
    make("WholeUnpickling", ["AbstractUnpickleTests"], Whole)
    make("WholePickling", ["AbstractPickleTests"], Whole)
    make("ObjectUnpickling", ["AbstractUnpickleTests"], ThroughObjects)
    make("ObjectPickling", ["AbstractPickleTests"], ThroughObjects)
    make("PicklingErrors", ["AbstractPicklingErrorTests"], ThroughObjects)
    make("PersistentPickling", ["AbstractPersistentPicklerTests"], Persistent)
    make("IdentityPersistentPickling", ["AbstractIdentityPersistentPicklerTests"], IdentityPersistent)
    make("PicklerUnpicklerObjects", ["AbstractPicklerUnpicklerObjectTests"], object,
         pickler_class=Pickler, unpickler_class=Unpickler)
    make("ModuleFunctions", ["AbstractPickleModuleTests"], Module, module=Module, error=pickle.UnpicklingError)
    if hasattr(pickletester, "AbstractDispatchTableTests"):
        import collections
        make("DispatchTable", ["AbstractDispatchTableTests"], object, pickler_class=Pickler,
             get_dispatch_table=lambda self: copyreg.dispatch_table.copy())
        make("ChainDispatchTable", ["AbstractDispatchTableTests"], object, pickler_class=Pickler,
             get_dispatch_table=lambda self: collections.ChainMap({}, copyreg.dispatch_table))
    if hasattr(pickletester, "AbstractHookTests"):
        custom = type("CustomPickler", (Pickler, pickletester.AbstractCustomPicklerClass), {})
        make("PicklerHooks", ["AbstractHookTests"], object, pickler_class=custom)
    return made


def main():
    wanted = sys.argv[1:]
    suite = unittest.TestSuite()
    for case in test_classes():
        for name in unittest.defaultTestLoader.getTestCaseNames(case):
            identity = "%s.%s" % (case.__name__, name)
            if not wanted or any(part in identity for part in wanted):
                suite.addTest(case(name))
    # tests find their classes as attributes of __main__ or of test.pickletester, and work in the current folder
    import __main__
    for name in ("C", "D", "E"):
        setattr(__main__, name, getattr(pickletester, name))
    result = unittest.TestResult()
    suite.run(result)
    failed = {}
    for case, trace in result.failures + result.errors:
        case = getattr(case, "test_case", case)
        failed.setdefault("%s.%s" % (type(case).__name__, case._testMethodName), trace)
    skipped = dict(("%s.%s" % (type(case).__name__, case._testMethodName), reason)
                   for case, reason in result.skipped)
    json.dump({
        "version": "%d.%d" % sys.version_info[:2],
        "run": result.testsRun,
        "passed": result.testsRun - len(failed) - len(set(skipped) - set(failed)),
        "skipped": skipped,
        "failed": dict((name, trace[-4000:]) for name, trace in failed.items()),
    }, sys.stdout)


if __name__ == "__main__":
    try:
        main()
    except Exception:
        traceback.print_exc()
        sys.exit(1)
