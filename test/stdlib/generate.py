# -*- coding: utf-8 -*-
"""How every Python pickles the standard library's types: interpreters in, vectors.json out.

    python3.13 test/stdlib/generate.py ~/.pyenv/versions/*/bin/python > test/stdlib/vectors/stdlib.json

Each interpreter runs this file with --one and prints its own pickles; equal ones are listed once. The same file, run
with --check or --show by test/interop/stdlib.test.ts, compares what brine wrote back with the value made anew.
"""
from __future__ import print_function, unicode_literals

import base64
import json
import subprocess
import sys
import warnings

# name | modules | expression, evaluated in each Python that can
CASES = r"""
date|datetime|datetime.date(2024, 2, 29)
date_first|datetime|datetime.date(1, 1, 1)
date_last|datetime|datetime.date(9999, 12, 31)
datetime|datetime|datetime.datetime(2024, 2, 29, 12, 30, 45, 123456)
datetime_last|datetime|datetime.datetime(9999, 12, 31, 23, 59, 59, 999999)
datetime_fold|datetime|datetime.datetime(2024, 2, 29, 12, 30, 45, 123456, fold=1)
datetime_utc|datetime|datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone.utc)
datetime_offset|datetime|datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
datetime_west|datetime|datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone(-datetime.timedelta(hours=3, minutes=30)))
datetime_seconds|datetime|datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone(datetime.timedelta(seconds=3601)))
datetime_named|datetime|datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=2), "X"))
datetime_zone|datetime,zoneinfo|datetime.datetime(2024, 2, 29, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
datetime_zone_utc|datetime,zoneinfo|datetime.datetime(2024, 2, 29, 12, tzinfo=zoneinfo.ZoneInfo("UTC"))
datetime_first|datetime,zoneinfo|datetime.datetime(2024, 10, 27, 2, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
datetime_second|datetime,zoneinfo|datetime.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
datetime_gap|datetime,zoneinfo|datetime.datetime(2024, 3, 31, 2, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
datetime_idle_fold|datetime,zoneinfo|datetime.datetime(2024, 2, 29, 12, fold=1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
datetime_old|datetime,zoneinfo|datetime.datetime(1850, 1, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
datetimes|datetime|(lambda z: [datetime.datetime(2024, 1, day, tzinfo=z) for day in (1, 2, 3)])(datetime.timezone(datetime.timedelta(hours=2)))
datetimes_utc|datetime|[datetime.datetime(2024, 1, day, tzinfo=datetime.timezone.utc) for day in (1, 2)] + [datetime.timezone.utc]
datetimes_zone|datetime,zoneinfo|[datetime.datetime(2024, 1, day, tzinfo=zoneinfo.ZoneInfo("Asia/Tokyo")) for day in (1, 2)] + [zoneinfo.ZoneInfo("Asia/Tokyo")]
datetimes_apart|datetime|[datetime.datetime(2024, 1, h, tzinfo=datetime.timezone(datetime.timedelta(hours=2))) for h in (2, 3)]
datetimes_zero|datetime|(lambda d: [d, datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone(d))])(datetime.timedelta(0))
time|datetime|datetime.time(12, 30, 45, 999999)
time_fold|datetime|datetime.time(12, 30, 45, 999999, fold=1)
time_utc|datetime|datetime.time(12, 30, tzinfo=datetime.timezone.utc)
timedelta|datetime|datetime.timedelta(1, 3, 5)
timedelta_negative|datetime|datetime.timedelta(-1, 3, 5)
timedelta_extremes|datetime|[datetime.timedelta.min, datetime.timedelta.max, datetime.timedelta.resolution, -datetime.timedelta.resolution]
timezone_utc|datetime|datetime.timezone.utc
timezone_named|datetime|datetime.timezone(datetime.timedelta(hours=2), "X")
timezone_zero|datetime|datetime.timezone(datetime.timedelta(0), "UTC")
zoneinfo|zoneinfo|zoneinfo.ZoneInfo("Europe/Berlin")
zoneinfo_alone|zoneinfo|zoneinfo.ZoneInfo.no_cache("Europe/Berlin")
zoneinfos|zoneinfo|[zoneinfo.ZoneInfo("Europe/Berlin"), zoneinfo.ZoneInfo("Asia/Tokyo"), zoneinfo.ZoneInfo.no_cache("Europe/Rome"), "_unpickle"]
decimal|decimal|decimal.Decimal("1.50")
decimals|decimal|[decimal.Decimal(t) for t in ("-0", "1E+3", "-sNaN12", "NaN", "-Infinity", "0E-10", "1E+999999")]
decimals_apart|decimal|[decimal.Decimal("1.50") for _ in (1, 2)] + ["1.50", "1.50"]
fraction|fractions|fractions.Fraction(1, 3)
fractions|fractions|[fractions.Fraction(-7), fractions.Fraction(10**30, 3)]
uuid|uuid|uuid.UUID(int=5)
uuid_large|uuid|uuid.UUID("12345678-1234-5678-9234-567812345678")
uuids|uuid|[uuid.UUID(int=5), uuid.UUID(int=6)]
uuid_safe|uuid|uuid.UUID(int=6, is_safe=uuid.SafeUUID.safe)
posix|pathlib|pathlib.PurePosixPath("/a/b/../c")
posix_relative|pathlib|pathlib.PosixPath("a/b")
posix_empty|pathlib|pathlib.PosixPath("")
windows|pathlib|pathlib.PureWindowsPath("C:\\x\\y")
windows_share|pathlib|pathlib.PureWindowsPath("//host/share/x")
ordered|collections|collections.OrderedDict([("b", 1), ("a", 2)])
ordered_keys|collections|collections.OrderedDict([((1, "x"), 1), (2.5, 2)])
ordered_attributes|collections|(lambda d: (setattr(d, str("note"), 5), d)[1])(collections.OrderedDict([("a", 1)]))
default_list|collections|collections.defaultdict(list, {"a": [1]})
default_none|collections|collections.defaultdict(None, {"a": 1})
counter|collections|collections.Counter("abbb")
deque|collections|collections.deque([1, 2])
deque_limited|collections|collections.deque([1, 2], 5)
deque_empty|collections|collections.deque()
array_b|array|array.array(str("b"), [1, -1])
array_B|array|array.array(str("B"), [1, 255])
array_h|array|array.array(str("h"), [1, -2])
array_H|array|array.array(str("H"), [1, 65535])
array_i|array|array.array(str("i"), [1, -2])
array_I|array|array.array(str("I"), [1, 4294967295])
array_l|array|array.array(str("l"), [1, -2])
array_L|array|array.array(str("L"), [1, 2**64 - 1])
array_q|array|array.array(str("q"), [1, -2**63])
array_Q|array|array.array(str("Q"), [1, 2**64 - 1])
array_f|array|array.array(str("f"), [1.5, -2.0])
array_d|array|array.array(str("d"), [1.5, -2.0])
array_u|array|array.array(str("u"), "a\u20ac")
array_w|array|array.array("w", "a\U0001f600")
array_c|array|array.array(str("c"), b"ab")
array_empty|array|array.array(str("d"), [])
namespace|types|types.SimpleNamespace(a=1, b="x")
namespace_empty|types|types.SimpleNamespace()
partial|functools|functools.partial(int, "7", base=8)
pattern|re|re.compile("a+", re.I)
pattern_bytes|re|re.compile(b"a+")
ipv4|ipaddress|ipaddress.ip_address("1.2.3.4")
ipv6|ipaddress|ipaddress.ip_address("2001:db8::1:0:0:1")
ipv6_mapped|ipaddress|ipaddress.ip_address("::ffff:1.2.3.4")
ipv6_scope|ipaddress|ipaddress.ip_address("fe80::1%eth0")
network4|ipaddress|ipaddress.ip_network("10.0.0.0/8")
network6|ipaddress|ipaddress.ip_network("fe80::/10")
interface4|ipaddress|ipaddress.ip_interface("10.0.0.1/8")
interface6|ipaddress|ipaddress.ip_interface("fe80::1/10")
addresses_apart|ipaddress|[f(t) for f, t in ((ipaddress.IPv4Address, "1.2.3.4"), (ipaddress.IPv6Address, "::1"), (ipaddress.ip_network, "10.0.0.0/8"), (ipaddress.ip_interface, "10.0.0.0/8"), (ipaddress.ip_network, "fe80::/10"), (ipaddress.ip_interface, "fe80::/10")) for _ in (1, 2)]
value_error|datetime|ValueError("a", 1)
no_arguments|datetime|KeyError()
key_error|datetime|KeyError("k")
os_error|datetime|OSError(2, "No", "f")
os_error_two|datetime|OSError(2, "No", "f", None, "g")
io_error|datetime|IOError("text")
unicode_decode|datetime|UnicodeDecodeError(str("utf-8"), b"x", 0, 1, str("bad"))
unicode_encode|datetime|UnicodeEncodeError(str("utf-8"), "x", 0, 1, str("bad"))
stop_iteration|datetime|StopIteration(3)
import_error|datetime|ImportError("m", name="n", path="p")
attribute_error|datetime|AttributeError("m", name="n", obj=3)
syntax_error|datetime|SyntaxError("m", ("f", 1, 2, "t"))
group|datetime|ExceptionGroup("m", [ValueError(1), TypeError()])
attributes|datetime|(lambda e: (e.__dict__.update({str("code"): 5}), e)[1])(ValueError("a"))
standard_error|datetime|[StandardError(str("a")), Exception(str("a"))]
notes|datetime|(lambda e: (e.add_note("n"), e)[1])(ValueError("a"))
chain_map|collections|collections.ChainMap({"a": 1})
user_dict|collections|collections.UserDict({"a": 1})
item_getter|operator|operator.itemgetter(1)
status|http|http.HTTPStatus.OK
"""


def cases():
    warnings.simplefilter("ignore")
    for line in CASES.strip().splitlines():
        name, modules, source = line.split("|", 2)
        yield name, modules, source


def value_of(modules, source):
    scope = {}
    for module in modules.split(","):
        scope[str(module)] = __import__(module)
    return eval(source, scope)


def protocols():
    import pickle

    return range(pickle.HIGHEST_PROTOCOL + 1)


def dumper():
    if sys.version_info[0] == 2:
        import cPickle

        return cPickle.dumps
    import pickle

    return pickle.dumps


def one():
    found = {}
    dumps = dumper()
    for name, modules, source in cases():
        try:
            value = value_of(modules, source)
            found[name] = [base64.b64encode(dumps(value, p)).decode("ascii") for p in protocols()]
        except Exception:
            continue
    print(json.dumps(found))


def all_of(pythons):
    vectors = {}
    sources = {name: source for name, _, source in cases()}
    for python in sorted(pythons, key=series):
        found = json.loads(subprocess.check_output([python, __file__, "--one"]).decode("ascii"))
        version = series(python)
        for name in found:
            pickles = vectors.setdefault(name, {})
            for protocol, data in enumerate(found[name]):
                pickles.setdefault(data, []).append("%d.%d/%d" % (version + (protocol,)))
    rows = [
        {
            "name": name,
            "source": source,
            "pickles": [{"by": " ".join(by), "data": data} for data, by in vectors[name].items()],
        }
        for name, source in sources.items()
        if name in vectors
    ]
    print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")


def series(python):
    text = subprocess.check_output([python, "-c", "import sys; print('%d %d' % sys.version_info[:2])"])
    return tuple(int(part) for part in text.split())


def alike(left, right):
    """Equal and of one type, or, where Python compares by identity, of one appearance."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list) and len(left) == len(right):
        return all(alike(a, b) for a, b in zip(left, right)) and zones(left) == zones(right)
    if repr(left) != repr(right) and " at 0x" not in repr(left):
        return False
    if getattr(left, "__dict__", None) and isinstance(left, BaseException):
        if left.__dict__ != right.__dict__:
            return False
    if getattr(left, "tzinfo", None) is not None and left.tzinfo is not right.tzinfo:
        if type(left.tzinfo).__name__ == "ZoneInfo" and left.tzinfo.key != right.tzinfo.key:
            return False
    if hasattr(left, "fold") and left.fold != right.fold:
        return False
    return True


def zones(values):
    """Which of the values have one tzinfo object."""
    found = [getattr(value, "tzinfo", None) for value in values]
    return [[a is b for a in found] for b in found]


def check():
    """Lines of {name, protocol, data} in; for each a line with "same", or with what is different, out."""
    import pickle

    table = {name: (modules, source) for name, modules, source in cases()}
    for line in sys.stdin:
        asked = json.loads(line)
        modules, source = table[asked["name"]]
        data = base64.b64decode(asked["data"])
        try:
            got = pickle.loads(data)
            wanted = value_of(modules, source)
            # Or what this Python itself gets back at this protocol: 3.9 loses an address's scope, for one.
            own = pickle.loads(dumper()(wanted, asked["protocol"]))
            same = alike(got, wanted) or alike(got, own)
            answer = "same" if same else "%r, not %r" % (got, wanted)
        except Exception as error:
            answer = "%s: %s" % (type(error).__name__, error)
        print(json.dumps(answer))


def show():
    """Lines of base64 in; for each a line with the class and repr of what was loaded out."""
    import pickle

    for line in sys.stdin:
        try:
            value = pickle.loads(base64.b64decode(line.strip()))
            text = "%s.%s %r" % (type(value).__module__, type(value).__name__, value)
            if isinstance(value, BaseException):
                text += " %r" % sorted(value.__dict__.items())
                text += " cause %r" % getattr(value, "__cause__", None)
        except Exception as error:
            text = "%s: %s" % (type(error).__name__, error)
        print(json.dumps(text))


if __name__ == "__main__":
    if sys.argv[1:] == ["--show"]:
        show()
    elif sys.argv[1:] == ["--one"]:
        one()
    elif sys.argv[1:] == ["--check"]:
        check()
    else:
        all_of(sys.argv[1:])
