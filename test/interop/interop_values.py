"""A seed in, Python values out: a hand-made list of everything CPython pickles, and random object graphs over it.

Every call makes new objects. Equal strings are one object (`text`), since only then does the pickle say which strings
are the same; instances carry `serial`, so that members of a set can be told apart."""
import array
import collections
import datetime
import decimal
import fractions
import functools
import itertools
import math
import operator
import os
import random
import re
import struct
import sys
import types
import uuid

import interop_samples as samples

PYTHON2 = sys.version_info[0] == 2
VERSION = sys.version_info[:2]

if PYTHON2:
    range = xrange  # noqa: A001, F821
    unichr_ = unichr  # noqa: F821
else:
    unichr_ = chr

_texts = {}


def text(value):
    """The one object of this string."""
    return _texts.setdefault((type(value), value), value)


def u(literal):
    """Unicode text from ASCII with escapes, in either Python."""
    value = literal.encode("ascii").decode("unicode_escape")
    return text(value)


# ---------------------------------------------------------------------------------------------------------- scalars

def integers():
    found = set(range(-6, 7))
    for power in (7, 8, 15, 16, 31, 32, 53, 63, 64, 127, 128, 255, 256, 1000, 2039, 2040, 2041, 4096):
        for delta in (-2, -1, 0, 1, 2):
            found.add((1 << power) + delta)
            found.add(-(1 << power) + delta)
    found.update([10 ** 30, -10 ** 30, 3 ** 1500, -3 ** 1500])
    return sorted(found)


def floats():
    return [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 0.1, 1 / 3.0, math.pi, 1e16, 1e17, 123456789012345680.0, 1e22, 1e23, 1e100,
            -1e-100, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 2.0 ** 53, 2.0 ** 53 + 2,
            2.0 ** 63, -2.0 ** 63, float("inf"), float("-inf"), float("nan"), -float("nan"),
            struct.unpack(">d", b"\x7f\xf8\x00\x00\x00\x00\x00\x01")[0], 1e-4, 1e-5, 9.5e-7, 1e21]


def strings():
    plain = ["", "a", "abc", "0", "__proto__", "constructor", "None", "\n", "a\nb", "\r\n", "\\", "\\u0041", "a\\nb",
             "\x00", "\x1a", "\x7f", "\t", "'", "\"", "'\"", " ", " padded ", "I01", "x.y", "~"]
    wide = ["\\xe9", "\\xff", "\\u0100", "\\u20ac", "\\ufeff", "\\ufffe\\uffff", "\\U0001f600", "\\U0010ffff",
            "\\u2028\\u2029", "\\x85", "\\xa0", "\\ud800", "\\udfff", "a\\ud83d", "\\ude00b", "\\udfff\\ud800",
            "caf\\xe9 \\u65e5\\u672c\\u8a9e \\U0001f9c2", "\\x00\\u0100\\x00", "\\ud7ff\\ue000"]
    found = [text(value) for value in plain]
    if PYTHON2:
        found += [text(value.decode("ascii")) for value in plain]
        found += [text(bytes(bytearray(range(256)))), text("\xe9\xff")]
    found += [u(value) for value in wide]
    for length in (254, 255, 256, 257, 65535, 65536, 65537):
        found.append(text("s" * length))
    found += [u("\\xe9") * 127, u("\\xe9") * 128, u("\\u20ac") * 85, u("\\u20ac") * 86, u("\\u20ac") * 21845]
    return [text(value) for value in found]


def binaries():
    found = [b"", b"a", b"\x00", b"\xff", b"abc", b"a\nb", b"\r", b"\\", b"'", bytes(bytearray(range(256)))]
    for length in (255, 256, 65535, 65536, 65537):
        found.append(b"b" * length)
    found.append(b"\xe9" * 200)
    return found


# ------------------------------------------------------------------------------------------------------------ lists

def standard_library():
    """(name, maker) of the standard library's values that CPython pickles."""
    dt = datetime
    found = [
        ("date", lambda: dt.date(2026, 11, 21)),
        ("date min", lambda: dt.date.min),
        ("date max", lambda: dt.date.max),
        ("time", lambda: dt.time(12, 34, 56)),
        ("time micro", lambda: dt.time(23, 59, 59, 999999)),
        ("time midnight", lambda: dt.time()),
        ("datetime", lambda: dt.datetime(2026, 11, 21, 12, 34, 56)),
        ("datetime micro", lambda: dt.datetime(2026, 11, 21, 12, 34, 56, 123456)),
        ("datetime min", lambda: dt.datetime.min),
        ("datetime max", lambda: dt.datetime.max),
        ("datetime high bytes", lambda: dt.datetime(2255, 12, 31, 23, 59, 59, 999999)),
        ("timedelta", lambda: dt.timedelta(1, 2, 3)),
        ("timedelta zero", lambda: dt.timedelta()),
        ("timedelta negative", lambda: dt.timedelta(-1, 86399, 999999)),
        ("timedelta min", lambda: dt.timedelta.min),
        ("timedelta max", lambda: dt.timedelta.max),
        ("timedelta list", lambda: [dt.timedelta(days=n, seconds=n, microseconds=n) for n in (1, 1000, 10000)]),
        ("decimal", lambda: decimal.Decimal("1.50")),
        ("decimals", lambda: [decimal.Decimal(s) for s in (
            "0", "-0", "0.00", "1E+10", "1E-10", "-1.23456789012345678901234567890", "NaN", "-NaN", "sNaN", "NaN123",
            "Infinity", "-Infinity", "9" * 50, "1e-999", "0E+3")]),
        ("fraction", lambda: fractions.Fraction(-22, 7)),
        ("fraction big", lambda: fractions.Fraction(10 ** 30 + 1, 3 ** 40)),
        ("uuid", lambda: uuid.UUID("12345678-1234-5678-1234-567812345678")),
        ("uuid zero", lambda: uuid.UUID(int=0)),
        ("uuid max", lambda: uuid.UUID(int=(1 << 128) - 1)),
        ("OrderedDict", lambda: collections.OrderedDict([("b", 1), ("a", 2), (3, [])])),
        ("OrderedDict empty", lambda: collections.OrderedDict()),
        ("OrderedDict attributes", ordered_with_attributes),
        ("OrderedDict recursive", recursive_ordered),
        ("defaultdict", lambda: filled(collections.defaultdict(list), [("a", [1]), (2, [])])),
        ("defaultdict None", lambda: filled(collections.defaultdict(), [("a", 1)])),
        ("defaultdict int", lambda: filled(collections.defaultdict(int), [])),
        ("Counter", lambda: collections.Counter(dict(a=3, b=0, c=-1))),
        ("Counter empty", lambda: collections.Counter()),
        ("deque", lambda: collections.deque([1, 2, "x"])),
        ("deque empty", lambda: collections.deque()),
        ("deque maxlen", lambda: collections.deque([1, 2, 3], 5)),
        ("deque maxlen 0", lambda: collections.deque([], 0)),
        ("deque recursive", recursive_deque),
        ("namedtuple", lambda: samples.Point(1, [2])),
        ("namedtuple subclass", lambda: attributed(samples.SubPoint(1, 2), note="n")),
        ("partial", lambda: functools.partial(int, "ff", base=16)),
        ("partial attributes", lambda: attributed(functools.partial(max, 1), note=[1])),
        ("partial nested", lambda: functools.partial(functools.partial(max, 1), 2)),
        ("Pattern", lambda: re.compile("a(b)*\\d", re.I | re.M)),
        ("Random", lambda: random.Random(1)),
        ("local date types", lambda: [dt.date, dt.datetime, dt.timedelta, decimal.Decimal, collections.OrderedDict]),
        ("stat_result", lambda: os.stat_result(tuple(range(10)))),
        ("struct_time", lambda: __import__("time").struct_time((2026, 11, 21, 1, 2, 3, 5, 325, 0))),
    ]
    typecodes = "bBhHiIlLfd" + ("c" if PYTHON2 else "qQ")
    for code in typecodes:
        found.append(("array " + code, functools.partial(make_array, code)))
        found.append(("array empty " + code, functools.partial(array.array, code)))
    found.append(("array u", lambda: array.array("u", u("h\\xe9\\u20ac"))))
    if VERSION >= (3, 13):
        found.append(("array w", lambda: array.array("w", u("h\\xe9\\u20ac\\U0001f600"))))
    if PYTHON2:
        import UserDict
        import UserList
        import UserString
        found += [
            ("UserDict", lambda: UserDict.UserDict({1: 2})),
            ("IterableUserDict", lambda: UserDict.IterableUserDict({"a": []})),
            ("UserList", lambda: UserList.UserList([1, 2])),
            ("UserString", lambda: UserString.UserString("abc")),
            ("attrgetter free", lambda: [operator.add, operator.itemgetter, len, map, zip]),
            ("xrange", lambda: [xrange(5), xrange(1, 10, 3), xrange(5, -5, -2)]),  # noqa: F821
            ("old-style", lambda: attributed(samples.Old(), a=1, b=[2])),
            ("old-style empty", lambda: samples.Old()),
            ("old-style initargs", lambda: samples.OldInit(1, [2])),
            ("old-style state", lambda: attributed(samples.OldState(), value=[3])),
            ("old-style class", lambda: [samples.Old, samples.OldInit]),
            ("old-style shared", old_shared),
            ("unicode subclass", lambda: attributed(samples.MyUnicode(u("\\xe9")), note=1)),
            ("long subclass", lambda: samples.MyLong(1 << 80)),
            ("buffer types", lambda: [unicode, long, basestring, file]),  # noqa: F821
            ("exceptions2", lambda: [StandardError("x"), EnvironmentError(2, "no", "f")]),  # noqa: F821
        ]
        return found
    import ipaddress
    import pathlib
    tz = dt.timezone
    found += [
        ("timezone utc", lambda: tz.utc),
        ("timezone", lambda: tz(dt.timedelta(hours=5, minutes=30))),
        ("timezone named", lambda: tz(dt.timedelta(hours=-8), "PST")),
        ("datetime utc", lambda: dt.datetime(2026, 11, 21, 12, 34, 56, 7, tz.utc)),
        ("datetime offset", lambda: dt.datetime(2026, 11, 21, 1, tzinfo=tz(dt.timedelta(minutes=-90)))),
        ("time utc", lambda: dt.time(1, 2, 3, tzinfo=tz.utc)),
        ("shared timezone", shared_timezone),
        ("PurePosixPath", lambda: pathlib.PurePosixPath("/usr/lib/x.y")),
        ("PurePosixPath empty", lambda: pathlib.PurePosixPath()),
        ("PurePosixPath relative", lambda: pathlib.PurePosixPath("a/b/../c")),
        ("PosixPath", lambda: pathlib.PosixPath("/tmp/a b")),
        ("PureWindowsPath", lambda: pathlib.PureWindowsPath("C:\\Users\\x")),
        ("UserDict", lambda: collections.UserDict({1: 2})),
        ("UserList", lambda: collections.UserList([1, [2]])),
        ("UserString", lambda: collections.UserString("abc")),
        ("ChainMap", lambda: collections.ChainMap({"a": 1}, {"b": 2})),
        ("SimpleNamespace", lambda: types.SimpleNamespace(a=1, b=[2])),
        ("SimpleNamespace empty", lambda: types.SimpleNamespace()),
        ("ip4", lambda: ipaddress.ip_address("192.168.0.1")),
        ("ip6", lambda: ipaddress.ip_address("2001:db8::1")),
        ("net4", lambda: ipaddress.ip_network("10.0.0.0/8")),
        ("net6", lambda: ipaddress.ip_network("2001:db8::/32")),
        ("interface4", lambda: ipaddress.ip_interface("10.1.2.3/8")),
        ("interface6", lambda: ipaddress.ip_interface("2001:db8::1/32")),
        ("Pattern bytes", lambda: re.compile(b"a\xff+", re.S)),
        ("itemgetter", lambda: operator.itemgetter(1, "a")),
        ("attrgetter", lambda: operator.attrgetter("a.b", "c")),
        ("methodcaller", lambda: operator.methodcaller("get", 1)),
        ("methodcaller keywords", lambda: operator.methodcaller("get", key=[1])),
        ("range", lambda: [range(5), range(1, 10, 3), range(5, -5, -2), range(0), range(10 ** 30)]),
        ("iterators", lambda: [iter([1, 2]), iter((1, 2)), iter("ab"), iter(b"ab"), iter(bytearray(b"ab")),
                               iter(range(3)), iter({1: 2}), iter({3}), reversed([1, 2]), enumerate([1]),
                               zip([1], [2]), map(len, ["a"]), filter(None, [1])]),
        ("iterator half-way", half_way),
        ("range iterator long", lambda: iter(range(10 ** 20, 10 ** 20 + 3))),
        ("collections.abc", lambda: [collections.abc.Mapping, collections.abc.Iterable]),
        ("Ellipsis", lambda: [Ellipsis, NotImplemented, None]),
        ("singleton types", lambda: [type(None), type(Ellipsis), type(NotImplemented)]),
        ("bytearrays", lambda: [bytearray(b) for b in (b"", b"a", b"abc", b"\xff" * 255, b"\xfe" * 256)]),
        ("bound method", lambda: samples.Outer().method),
        ("class method", lambda: samples.Outer.build),
        ("builtin methods", lambda: [[].append, "abc".upper, {}.get, str.upper, dict.fromkeys, bytes.fromhex, (1).__add__]),
        ("OSError", lambda: [FileNotFoundError(2, "No such file", "name"), OSError(1, "x", "f", None, "g"),
                             PermissionError(13, "denied")]),
        ("UnicodeErrors", lambda: [UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
                                   UnicodeEncodeError("ascii", "\xe9", 0, 1, "bad")]),
        ("exception cause", exception_cause),
        ("ImportError", lambda: ImportError("no", name="n", path="p")),
        ("StopIteration", lambda: [StopIteration(3), SystemExit(2), KeyError("k")]),
        ("complex dict keys", lambda: {1j: "a", (1, (2.5, b"x")): "b", None: "c", frozenset([1]): "d", b"e": "e"}),
        ("NEWOBJ_EX", lambda: samples.NewArgsEx(1, b=2, c=[3])),
        ("NEWOBJ_EX only keywords", lambda: samples.NewArgsExOnly(b=2)),
        ("nested class", lambda: [samples.Outer.Inner, samples.Outer.Inner.Innermost]),
        ("nested instance", lambda: [samples.Outer.Inner(), attributed(samples.Outer.Inner.Innermost(), a=1)]),
        ("static method", lambda: samples.Outer.static),
        ("function of class", lambda: samples.Outer.method),
    ]
    if VERSION < (3, 14):
        found += [
            ("itertools", lambda: [itertools.count(5), itertools.count(1, 2), itertools.repeat(1, 3),
                                   itertools.cycle([1, 2]), itertools.chain([1], [2]), itertools.islice([1, 2, 3], 2),
                                   itertools.accumulate([1, 2]), itertools.product([1], [2]),
                                   itertools.permutations([1, 2]), itertools.combinations([1, 2], 2),
                                   itertools.starmap(pow, [(1, 2)]), itertools.compress([1], [1]),
                                   itertools.dropwhile(bool, [1]), itertools.takewhile(bool, [1]),
                                   itertools.zip_longest([1], [2, 3])]),
        ]
    if VERSION >= (3, 6):
        found += [
            ("fold", lambda: dt.datetime(2026, 10, 25, 2, 30, fold=1)),
            ("fold time", lambda: dt.time(2, 30, fold=1)),
            ("fold aware", lambda: dt.datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=tz(dt.timedelta(hours=1)))),
            ("Flag", lambda: [samples.Flags.A, samples.Flags.A | samples.Flags.C]),
            ("ModuleNotFoundError", lambda: ModuleNotFoundError("no", name="n")),
        ]
    found += [("Enum", lambda: [samples.Colour.RED, samples.Colour.GREEN, samples.Colour.BLUE, samples.Colour.RED]),
              ("IntEnum", lambda: {samples.Number.ONE: 1, "two": samples.Number.TWO}),
              ("Enum class", lambda: samples.Colour)]
    if VERSION >= (3, 7):
        found += [("datetime seconds offset",
                   lambda: dt.datetime(1900, 1, 1, tzinfo=tz(dt.timedelta(seconds=1172, microseconds=5))))]
        found += [
            ("dataclass", lambda: samples.Employee("Ada", 1.0, ["x"])),
            ("dataclass frozen", lambda: {samples.Frozen(1, 2): samples.Frozen(3, 4)}),
            ("slice", lambda: [slice(1), slice(1, None, -1), slice("a", "b", "c")]),
        ] if VERSION >= (3, 10) else [
            ("dataclass", lambda: samples.Employee("Ada", 1.0, ["x"])),
            ("dataclass frozen", lambda: {samples.Frozen(1, 2): samples.Frozen(3, 4)}),
        ]
    if VERSION >= (3, 8):
        found += [("state setter", lambda: attributed(samples.Reduce6(), a=1, args=(2,)))]
    if VERSION >= (3, 9):
        import zoneinfo
        found += [
            ("ZoneInfo", lambda: zoneinfo.ZoneInfo("Europe/Berlin")),
            ("ZoneInfo UTC", lambda: zoneinfo.ZoneInfo("UTC")),
            ("ZoneInfo no cache", lambda: zoneinfo.ZoneInfo.no_cache("America/New_York")),
            ("datetime zone", lambda: dt.datetime(2026, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))),
            ("datetime zone fold", lambda: dt.datetime(2026, 10, 25, 2, 30, fold=1,
                                                       tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))),
            ("datetime zone gap", lambda: dt.datetime(2026, 3, 29, 2, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))),
            ("time zone", lambda: dt.time(12, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))),
            ("generic alias", lambda: [list[int], dict[str, list[int]]]),
        ]
    if VERSION >= (3, 10):
        found += [("union type", lambda: int | str), ("slotted dataclass", lambda: samples.SlottedData(1, [2]))]
    if VERSION >= (3, 11):
        found += [("exception notes", noted), ("ExceptionGroup", lambda: ExceptionGroup("g", [ValueError(1), KeyError("k")])),  # noqa: F821
                  ("StrEnum", lambda: samples.Word.HELLO)]
    return found


def filled(mapping, pairs):
    for key, value in pairs:
        mapping[key] = value
    return mapping


def attributed(instance, **attributes):
    for name in sorted(attributes):
        setattr(instance, name, attributes[name])
    return instance


def make_array(code):
    if code == "c":
        return array.array("c", "abc\xff")
    if code in "fd":
        return array.array(code, [0.0, -0.0, 1.5, float("inf"), float("nan")])
    size = array.array(code).itemsize * 8
    top = (1 << size) - 1 if code.isupper() else (1 << (size - 1)) - 1
    return array.array(code, [0, 1, top, 0 if code.isupper() else -top - 1])


def ordered_with_attributes():
    value = collections.OrderedDict([("b", 1), ("a", 2)])
    value.note = [value]
    return value


def recursive_ordered():
    value = collections.OrderedDict()
    value["self"] = value
    return value


def recursive_deque():
    value = collections.deque([1])
    value.append(value)
    return value


def old_shared():
    one = samples.Old()
    two = samples.Old()
    one.other = two
    two.other = one
    return [one, two, one]


def shared_timezone():
    zone = datetime.timezone(datetime.timedelta(hours=3))
    return [datetime.datetime(2026, 1, day, tzinfo=zone) for day in (1, 2, 3)] + [zone]


def half_way():
    found = [iter([1, 2, 3]), iter(range(5)), iter("abc"), enumerate(["x", "y"]), reversed([1, 2, 3])]
    for iterator in found:
        next(iterator)
    done = iter([1])
    list(done)
    return found + [done]


def exception_cause():
    error = ValueError("outer", [1])
    error.__cause__ = KeyError("inner")
    error.note = error
    return error


def noted():
    error = ValueError("x")
    error.add_note("first")
    error.add_note("second")
    return error


def recursive_values():
    """(name, maker) of cycles and sharing of every kind."""
    def in_list():
        value = []
        value.append(value)
        return value

    def in_dict():
        value = {}
        value["self"] = value
        return value

    def late_key():
        value = {"self": None}
        for index in range(1200):
            value[text("k%d" % index)] = index
        value["self"] = value
        value[1] = value
        return value

    def in_tuple():
        value = ([],)
        value[0].append(value)
        return value

    def in_tuples():
        inner = []
        for length in (1, 2, 3, 4):
            inner.append(tuple([inner] * length))
        return (inner,) + tuple(inner)

    def tuple_in_dict():
        value = ({},)
        value[0]["t"] = value
        return value

    def tuple_key():
        plain = samples.Plain()
        plain.serial = 1
        value = {}
        plain.table = value
        value[(plain, 1)] = plain
        return value

    def in_instance():
        value = samples.Plain()
        value.me = value
        value.my_dict = value.__dict__
        return value

    def in_set():
        value = samples.Plain()
        value.serial = 1
        value.members = set([value])
        return value

    def in_frozenset():
        value = samples.Plain()
        value.serial = 1
        value.members = frozenset([value])
        return value

    def set_first():
        value = samples.Plain()
        value.serial = 1
        value.members = set([value])
        return value.members

    def frozenset_first():
        value = samples.Plain()
        value.serial = 1
        value.members = frozenset([value])
        return value.members

    def in_subclasses():
        found = [samples.MyList(), samples.MyDict()]
        found[0].append(found[0])
        found[1]["self"] = found[1]
        found[0].other = found
        return found

    def tuple_subclass():
        holder = []
        value = samples.MyTuple([holder])
        holder.append(value)
        return value

    def parents():
        parent = samples.Parent()
        for _ in range(3):
            samples.Child(parent)
        return parent

    def through_slots():
        value = samples.Slots()
        value.a = value
        value.b = [value]
        return value

    def through_items():
        value = samples.Reduce4()
        value.append(value)
        return value

    def through_entries():
        value = samples.Reduce5()
        value["self"] = value
        return value

    def through_state():
        value = samples.State()
        value.value = [value]
        return value

    def shared():
        value = [[], {}, (1,), set(), bytearray(b"x"), samples.Plain(), b"bytes", text("string"), frozenset([1]), ()]
        return [value, list(value), tuple(value), value]

    def equal_not_shared():
        return [[1], [1], (1, 2), tuple([1, 2]), {}, {}, bytearray(b"a"), bytearray(b"a")]

    def deep():
        value = []
        for _ in range(100):
            value = [value, (value,)]
        return value

    def keyed_by_hashed():
        key = samples.Hashed((1, "a"))
        return {key: 1, samples.Hashed(2): key, (key,): 3}

    return sorted((name, maker) for name, maker in locals().items())


def instances():
    """(name, maker) of instances of every way to be pickled."""
    with_items = samples.Reduce5All

    def all_parts():
        value = attributed(with_items(), note="n")
        value.extend([1, [2]])
        value["k"] = "v"
        value.args = (7,)
        return value

    def slots():
        return attributed(samples.Slots(), a=1, c=[2])

    def slots_and_dict():
        return attributed(samples.SlotsAndDict(), a=1, b=2, extra=[3])

    def lists():
        value = samples.MyList([1, 2])
        value.note = "x"
        other = samples.SlotsList([3])
        other.a = 4
        return [value, other, samples.MyList(), samples.ListWithReduce([1, 2])]

    def subclasses():
        found = [samples.MyInt(5), samples.MyInt(1 << 62), samples.MyFloat(1.0), samples.MyFloat("nan"),
                 samples.MyStr("abc"), samples.MyStr(""), samples.MyTuple(), samples.MyTuple([1, [2]]),
                 samples.MyDict({1: 2, "a": []}), samples.MySet([1]), samples.MyFrozenSet([1]),
                 samples.MyComplex(1, -0.0), samples.MyByteArray(b"abc"), samples.MyBytes(b"abc")]
        for value in found:
            value.note = type(value).__name__
        return found

    def reduce_four():
        value = samples.Reduce4()
        value.extend(range(3))
        return [value, samples.Reduce4()]

    def reduce_many():
        value = samples.Reduce4()
        value.extend(range(2001))
        return value

    def reduce_five():
        value = samples.Reduce5()
        value["a"] = 1
        value[2] = []
        return value

    def exceptions():
        return [Exception(), ValueError("x"), KeyError(1, [2]), samples.Trouble("bad", 7),
                attributed(RuntimeError("r"), extra=[1]), IOError(2, "no"), ZeroDivisionError]

    def globals_():
        found = [samples.Plain, samples.function, samples.WithMeta, samples.Meta, len, int, dict, object, max,
                 collections.OrderedDict, math.log, os.path.join, functools.reduce, samples.SINGLETON]
        return found + found

    found = {
        "plain": lambda: attributed(samples.Plain(), a=1, b=[2]),
        "plain empty": samples.Plain,
        "object": object,
        "meta": lambda: attributed(samples.WithMeta(), a=1),
        "state": lambda: samples.State([1]),
        "state None": lambda: samples.State(None),
        "false state": samples.FalseState,
        "dict state": samples.DictState,
        "slots": slots,
        "slots unset": samples.Slots,
        "slots state": lambda: attributed(samples.SlotsState(), a=1, b=2),
        "slots and dict": slots_and_dict,
        "new args": lambda: samples.NewArgs(1, [2]),
        "reduce 2": lambda: attributed(samples.Reduce2(), args=(1, [2])),
        "reduce 3": lambda: attributed(samples.Reduce3(), args=(1,), other=[2]),
        "reduce 4": reduce_four,
        "reduce 4 batches": reduce_many,
        "reduce 5": reduce_five,
        "reduce all": all_parts,
        "reduce string": lambda: [samples.SINGLETON, samples.SINGLETON],
        "reduce slots": lambda: attributed(samples.ReduceSlots(), a=1, b=[2]),
        "dispatched": lambda: [samples.Dispatched([1]), samples.Dispatched()],
        "list subclasses": lists,
        "subclasses": subclasses,
        "exceptions": exceptions,
        "globals": globals_,
        "hashed": lambda: samples.Hashed("x"),
        "many instances": lambda: [attributed(samples.Plain(), serial=n, name=text("n%d" % n)) for n in range(300)],
    }
    return sorted(found.items())


def containers():
    """(name, maker) of sizes around the batches of 1000, and of the sizes that opcodes change at."""
    found = []
    for size in (0, 1, 2, 3, 4, 5, 255, 256, 999, 1000, 1001, 2000, 2001):
        found += [
            ("list %d" % size, functools.partial(list, range(size))),
            ("tuple %d" % size, functools.partial(tuple, range(size))),
            ("dict %d" % size, functools.partial(lambda n: dict((i, -i) for i in range(n)), size)),
            ("str dict %d" % size, functools.partial(lambda n: dict((text("k%d" % i), i) for i in range(n)), size)),
            ("set %d" % size, functools.partial(set, range(size))),
            ("frozenset %d" % size, functools.partial(frozenset, range(size))),
            ("list of lists %d" % size, functools.partial(lambda n: [[i] for i in range(n)], size)),
        ]
    found += [
        ("mixed keys", lambda: filled({}, [(1, "int"), ("1", "str"), (2.5, "float"), (None, "none"), ((), "empty"),
                                           ((1, "a"), "tuple"), (b"b", "bytes"), (False, "bool"), (-1, "neg"),
                                           (1 << 70, "big"), (float("inf"), "inf"), (u("\\u20ac"), "euro")])),
        ("float key", lambda: {1.0: "a", 0.0: "b", 2: "c"}),
        ("true key", lambda: {True: "a", False: "b"}),
        ("proto keys", lambda: {"__proto__": {"x": 1}, "constructor": 2, "toString": 3, "hasOwnProperty": 4}),
        ("integer-like keys", lambda: filled({}, [("10", 1), ("2", 2), ("1", 3), ("a", 4), ("0", 5)])),
        ("mixed set", lambda: set([1, "1", 2.5, None, (1, 2), b"b", frozenset([1])])),
        ("nan set", lambda: set([float("nan"), 1.0])),
        ("nested frozensets", lambda: frozenset([frozenset([frozenset()]), frozenset([1])])),
        ("large frames", lambda: [b"x" * 70000, [1], text("y" * 70000), [2], bytearray(b"z" * 70000), [3]]),
        ("frame edges", lambda: [[text("%05d" % n) * 13] for n in range(3000)]),
        ("bytes at the frame's size", lambda: [b"q" * n for n in (65530, 65535, 65536, 65537)]),
        ("many memo entries", lambda: [[] for _ in range(300)] * 2),
        ("many tuples", lambda: [(n, str(n)) for n in range(70000, 70300)] * 2),
        ("all bools", lambda: [True, False, None, True]),
        ("big integers", lambda: [1 << 9000, -(1 << 9000), (1 << 2040) - 1, -(1 << 2039)]),
    ]
    return found


def handmade():
    """Every hand-made (name, maker)."""
    found = [("int %d" % n if abs(n) < 1 << 70 else "int #%d" % i, functools.partial(lambda v: v, n))
             for i, n in enumerate(integers())]
    found += [("float %r #%d" % (x, i), functools.partial(lambda v: v, x)) for i, x in enumerate(floats())]
    found += [("str #%d" % i, functools.partial(lambda v: v, x)) for i, x in enumerate(strings())]
    found += [("bytes #%d" % i, functools.partial(lambda v: v, x)) for i, x in enumerate(binaries())]
    found += [("complex #%d" % i, functools.partial(complex, x, -x)) for i, x in enumerate(floats())]
    found += [("all integers", integers), ("all floats", floats), ("all strings", strings), ("all bytes", binaries)]
    found += [("longs", lambda: [int(0) + n for n in integers()])]
    if PYTHON2:
        found += [("python 2 longs", lambda: [long(n) for n in (0, 1, -1, 255, 1 << 31, 1 << 62, 1 << 63, -(1 << 63))])]  # noqa: F821
    if not PYTHON2:
        found += [("surrogate halves in a row", lambda: text("a\ud83d\ude00b"))]
    return found + containers() + recursive_values() + instances() + standard_library()


# ----------------------------------------------------------------------------------------------------------- random

class Graph(object):
    """A random object graph of one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.pool = []       # whatever may be shared
        self.mutable = []    # whatever can take a reference later, and so close a cycle
        self.budget = self.random.choice((3, 10, 30, 60, 120))
        self.serial = 0
        self.decimals = set()

    def make(self):
        root = self.value(0)
        for _ in range(self.random.randrange(4)):
            self.tie()
        return root

    def keep(self, value):
        self.pool.append(value)
        return value

    def value(self, depth):
        rand = self.random
        self.budget -= 1
        if self.pool and rand.random() < 0.15:
            return rand.choice(self.pool)
        if self.budget <= 0 or depth > 6:
            return self.atom()
        makers = self.MAKERS
        return makers[rand.randrange(len(makers))](self, depth + 1)

    def atom(self, depth=0):
        return self.random.choice(self.ATOMS)(self)

    def small(self):
        return min(self.random.choice((0, 1, 1, 2, 2, 3, 3, 4, 5, 8)), max(self.budget, 1))

    # atoms
    def integer(self):
        rand = self.random
        if rand.random() < 0.5:
            return rand.randrange(-300, 70000)
        size = rand.choice((8, 16, 31, 32, 33, 53, 63, 64, 65, 100, 400))
        value = rand.getrandbits(size)
        return value if rand.random() < 0.5 else -value

    def floating(self):
        rand = self.random
        if rand.random() < 0.3:
            return rand.choice(floats())
        if rand.random() < 0.3:
            return float(rand.randrange(-1000, 1000))
        if rand.random() < 0.3:
            return struct.unpack(">d", struct.pack(">Q", rand.getrandbits(64)))[0]
        return rand.uniform(-1e6, 1e6)

    def string(self):
        rand = self.random
        roll = rand.random()
        if roll < 0.2:
            return text(rand.choice(SHORT_STRINGS))
        if roll < 0.7:
            return text("".join(rand.choice("abcdefghij _-") for _ in range(rand.randrange(1, 12))))
        return text("".join(map(unichr_, self.code_points())) if not PYTHON2 else
                    u("").join(map(unichr_, self.code_points())))

    def code_points(self):
        """No high surrogate before a low one: the one string that JavaScript cannot tell from another."""
        rand = self.random
        tops = (0x7f, 0xff, 0x7ff, 0xffff, 0x10ffff)
        top = rand.choice(tops)
        points = []
        for _ in range(rand.randrange(1, 10)):
            point = rand.randrange(top + 1)
            if PYTHON2 and 0xd800 <= point < 0xe000:
                point = 0x41  # Python 2 joins halves of a pair when it decodes; the hand-made list has lone ones
            if 0xdc00 <= point < 0xe000 and points and 0xd800 <= points[-1] < 0xdc00:
                point = 0x42
            points.append(point)
        return points

    def binary(self):
        rand = self.random
        value = bytes(bytearray(rand.getrandbits(8) for _ in range(rand.choice((0, 1, 2, 5, 20, 300)))))
        return text(value) if PYTHON2 else self.keep(value)

    def constant(self):
        return self.random.choice((None, True, False, None, True, False) + CONSTANTS)

    def complex_number(self):
        return complex(self.floating(), self.floating())

    def by_name(self):
        return self.random.choice(NAMES)

    ATOMS = (integer, integer, floating, string, string, binary, constant, complex_number, by_name)

    # containers
    def a_list(self, depth):
        value = self.keep([])
        self.mutable.append(value)
        for _ in range(self.small()):
            value.append(self.value(depth))
        return value

    def a_big_list(self, depth):
        if self.random.random() > 0.05:
            return self.a_list(depth)
        value = self.keep([])
        value.extend(self.random.randrange(300) for _ in range(self.random.choice((999, 1000, 1001, 2500))))
        self.mutable.append(value)
        return value

    def a_tuple(self, depth):
        return self.keep(tuple(self.value(depth) for _ in range(self.small())))

    def a_dict(self, depth):
        value = self.keep({})
        self.mutable.append(value)
        for _ in range(self.small()):
            key = self.string() if self.random.random() < 0.6 else self.key(depth)
            value[key] = self.value(depth)
        return value

    def key(self, depth):
        rand = self.random
        roll = rand.random()
        if roll < 0.6:
            return self.atom()
        if roll < 0.8:
            return self.keep(tuple(self.key(depth + 1) for _ in range(rand.randrange(3))))
        if roll < 0.9:
            return self.keep(frozenset(self.key(depth + 1) for _ in range(rand.randrange(3))))
        return self.plain(depth)

    def a_set(self, depth):
        return self.keep(set(self.key(depth) for _ in range(self.small())))

    def a_frozenset(self, depth):
        return self.keep(frozenset(self.key(depth) for _ in range(self.small())))

    def a_bytearray(self, depth):
        return self.keep(bytearray(self.random.getrandbits(8) for _ in range(self.random.choice((0, 1, 5, 300)))))

    # instances
    def number(self, instance):
        self.serial += 1
        instance.serial = self.serial
        return self.keep(instance)

    def plain(self, depth):
        value = self.number(self.random.choice((samples.Plain, samples.Plain, samples.WithMeta, samples.Parent))())
        self.mutable.append(value)
        for name in self.random.sample(ATTRIBUTES, self.random.randrange(4)):
            setattr(value, name, self.value(depth))
        return value

    def slots(self, depth):
        value = self.keep(samples.Slots() if self.random.random() < 0.5 else samples.SlotsAndDict())
        for name in self.random.sample(("a", "b", "c"), self.random.randrange(1, 4)):
            setattr(value, name, self.value(depth))
        return value

    def stateful(self, depth):
        value = self.keep(samples.State())
        value.value = self.value(depth)
        return value

    def new_args(self, depth):
        return self.keep(samples.NewArgs(self.value(depth), self.value(depth)))

    def new_args_ex(self, depth):
        if PYTHON2:
            return self.new_args(depth)
        return self.keep(samples.NewArgsEx(self.value(depth), key=self.value(depth)))

    def reduces(self, depth):
        kind = self.random.choice((samples.Reduce2, samples.Reduce3, samples.Reduce4, samples.Reduce5,
                                   samples.Reduce5All, samples.Dispatched)
                                  + ((samples.Reduce6,) if VERSION >= (3, 8) else ()))
        value = self.keep(kind())
        if kind is samples.Dispatched:
            value.value = self.value(depth)
            return value
        if self.random.random() < 0.5:
            value.args = tuple(self.value(depth) for _ in range(self.random.randrange(3)))
        if hasattr(value, "append"):
            value.extend([self.value(depth) for _ in range(self.small())])
            self.mutable.append(value.items)
        if hasattr(value, "__setitem__"):
            for _ in range(self.small()):
                value[self.key(depth)] = self.value(depth)
        if kind in (samples.Reduce3, samples.Reduce5All) or kind.__name__ == "Reduce6":
            value.note = self.value(depth)
        return value

    def subclass(self, depth):
        kind = self.random.randrange(9)
        if kind == 0:
            value = self.keep(samples.MyList())
            self.mutable.append(value)
            for _ in range(self.small()):
                value.append(self.value(depth))
        elif kind == 1:
            value = self.keep(samples.MyDict())
            self.mutable.append(value)
            for _ in range(self.small()):
                value[self.key(depth)] = self.value(depth)
        elif kind == 2:
            value = self.keep(samples.MyTuple([self.value(depth) for _ in range(self.small())]))
        elif kind == 3:
            value = self.keep(samples.MySet([self.key(depth) for _ in range(self.small())]))
        elif kind == 4:
            value = self.keep(samples.MyInt(self.random.randrange(-2 ** 31, 2 ** 40)))
        elif kind == 5:
            value = self.keep(samples.MyFloat(self.floating()))
        elif kind == 6:
            value = self.keep(samples.MyStr("m%d" % self.random.randrange(10 ** 9)))
        elif kind == 7:
            value = self.keep(samples.MyFrozenSet([self.key(depth) for _ in range(self.small())]))
        else:
            value = self.keep(samples.Point(self.value(depth), self.value(depth)))
            return value
        if self.random.random() < 0.5:
            value.note = self.value(depth)
        return value

    def old_style(self, depth):
        if not PYTHON2:
            return self.plain(depth)
        value = self.number(self.random.choice((samples.Old, samples.Old, samples.OldState))())
        value.value = self.value(depth)
        if isinstance(value, samples.Old):
            self.mutable.append(value)
        return value

    def exception(self, depth):
        kind = self.random.choice((Exception, ValueError, KeyError, RuntimeError, samples.Trouble))
        value = self.keep(kind("trouble", self.integer()))
        if self.random.random() < 0.5:
            value.detail = self.value(depth)
        return value

    def enumerated(self, depth):
        if VERSION < (3, 6):
            return self.plain(depth)
        return self.random.choice((samples.Colour.RED, samples.Colour.GREEN, samples.Flags.B, samples.Number.TWO))

    def data(self, depth):
        if VERSION < (3, 7):
            return self.plain(depth)
        value = self.keep(samples.Employee(self.string(), self.floating(), None))
        self.mutable.append(value)
        value.tags = self.value(depth)
        return value

    # the standard library
    def library(self, depth):
        rand = self.random
        maker = rand.choice(self.LIBRARY)
        return self.keep(maker(self, depth))

    def a_date(self, depth):
        return datetime.date(self.random.randrange(1, 10000), self.random.randrange(1, 13), self.random.randrange(1, 29))

    def a_datetime(self, depth):
        rand = self.random
        zone = self.zone()
        return datetime.datetime(rand.randrange(1, 10000), rand.randrange(1, 13), rand.randrange(1, 29),
                                 rand.randrange(24), rand.randrange(60), rand.randrange(60),
                                 rand.choice((0, rand.randrange(1000000))), zone)

    def a_time(self, depth):
        rand = self.random
        return datetime.time(rand.randrange(24), rand.randrange(60), rand.randrange(60), rand.randrange(1000000))

    def zone(self):
        if PYTHON2 or self.random.random() < 0.6:
            return None
        if VERSION >= (3, 9) and self.random.random() < 0.4:
            import zoneinfo
            return zoneinfo.ZoneInfo(self.random.choice(("Europe/Berlin", "UTC", "Asia/Kolkata", "America/New_York")))
        if self.random.random() < 0.3:
            return datetime.timezone.utc
        return self.keep(datetime.timezone(datetime.timedelta(minutes=self.random.randrange(-1439, 1440))))

    def a_timedelta(self, depth):
        rand = self.random
        return datetime.timedelta(rand.randrange(-1000, 1000), rand.randrange(86400), rand.randrange(1000000))

    def a_decimal(self, depth):
        return decimal.Decimal("%d.%dE%d" % (self.random.randrange(-10 ** 6, 10 ** 6), self.random.randrange(10 ** 6),
                                            self.random.randrange(-30, 30)))

    def a_fraction(self, depth):
        return fractions.Fraction(self.integer(), self.random.randrange(1, 10 ** 6))

    def a_uuid(self, depth):
        return uuid.UUID(int=self.random.getrandbits(128))

    def ordered(self, depth):
        value = self.keep(collections.OrderedDict())
        self.mutable.append(value)
        for _ in range(self.small()):
            value[self.key(depth)] = self.value(depth)
        return value

    def defaulting(self, depth):
        value = self.keep(collections.defaultdict(self.random.choice((list, int, None, dict, samples.Plain))))
        self.mutable.append(value)
        for _ in range(self.small()):
            value[self.key(depth)] = self.value(depth)
        return value

    def counter(self, depth):
        return collections.Counter([self.key(depth) for _ in range(self.small())])

    def a_deque(self, depth):
        value = self.keep(collections.deque(maxlen=self.random.choice((None, None, 10))))
        self.mutable.append(value)
        for _ in range(self.small()):
            value.append(self.value(depth))
        return value

    def an_array(self, depth):
        return make_array(self.random.choice("bBhHiIlLfd"))

    def partial(self, depth):
        return functools.partial(samples.make, samples.Reduce2, self.value(depth), key=self.value(depth))

    def namespace(self, depth):
        if PYTHON2:
            return self.plain(depth)
        value = self.keep(types.SimpleNamespace())
        self.mutable.append(value)
        for name in self.random.sample(ATTRIBUTES, 2):
            setattr(value, name, self.value(depth))
        return value

    def address(self, depth):
        if PYTHON2:
            return self.a_uuid(depth)
        import ipaddress
        return ipaddress.ip_address(self.random.getrandbits(32))

    def path(self, depth):
        if PYTHON2:
            return self.a_fraction(depth)
        import pathlib
        return pathlib.PurePosixPath("/p%d" % self.random.randrange(10 ** 9), "q%d" % self.random.randrange(10 ** 9))

    def a_range(self, depth):
        return range(self.random.randrange(100), self.random.randrange(1000), self.random.randrange(1, 9))

    def chained(self, depth):
        if PYTHON2:
            return self.ordered(depth)
        return collections.ChainMap(self.a_dict(depth), self.a_dict(depth))

    LIBRARY = (a_date, a_datetime, a_datetime, a_time, a_timedelta, a_decimal, a_fraction, a_uuid, ordered, defaulting,
               counter, a_deque, an_array, partial, namespace, address, path, a_range, chained)

    MAKERS = (a_list, a_list, a_list, a_big_list, a_tuple, a_tuple, a_dict, a_dict, a_dict, a_set, a_frozenset,
              a_bytearray, plain, plain, slots, stateful, new_args, new_args_ex, reduces, reduces, subclass, subclass,
              old_style, exception, enumerated, data, library, library, library, atom, atom)

    def tie(self):
        """Puts something that exists into something that can take it: cycles of every kind come of it."""
        if not self.mutable or not self.pool:
            return
        rand = self.random
        target = rand.choice(self.mutable)
        value = rand.choice(self.pool)
        if isinstance(target, (list, collections.deque)):
            target.append(value)
        elif isinstance(target, dict):
            target[self.string()] = value
        else:
            setattr(target, rand.choice(ATTRIBUTES), value)


ATTRIBUTES = ("alpha", "beta", "gamma", "delta", "__proto__", "constructor", "then", "length")
SHORT_STRINGS = [value for value in strings() if len(value) < 300]
CONSTANTS = () if PYTHON2 else (Ellipsis, NotImplemented)
NAMES = (samples.Plain, samples.function, len, int, dict, object, max, collections.OrderedDict, math.log,
         datetime.datetime, ValueError, samples.SINGLETON)
if not PYTHON2:
    NAMES += (samples.Outer.Inner, type(None), samples.Outer.static)


_latest = []


def graph(seed):
    """The random object graph of a seed. Its objects are held until the next one is made: cPickle of Python 2 does not
    memoise what has one reference, and then writes an object in a cycle twice."""
    _latest[:] = [Graph(seed)]
    return _latest[0].make()
