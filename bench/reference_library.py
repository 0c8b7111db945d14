"""Values of the standard library's types for reference.py, 50,000 of each."""

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import ipaddress
import pathlib
import sys
import types
import uuid
import zoneinfo

COUNT = 50_000

staff = sys.modules.setdefault("staff", types.ModuleType("staff"))


def named(cls):
    cls.__module__ = "staff"
    cls.__qualname__ = cls.__name__
    setattr(staff, cls.__name__, cls)
    return cls


Point = named(collections.namedtuple("Point", "x y"))


@named
class Color(enum.Enum):
    RED = 1
    GREEN = 2


@named
@dataclasses.dataclass
class Item:
    price: int
    name: str


MAKERS = {
    "decimals": lambda rng, i: decimal.Decimal(i) / 7,
    "fractions": lambda rng, i: fractions.Fraction(i, 7),
    "complexes": lambda rng, i: complex(i, 0.5),
    "ranges": lambda rng, i: range(i),
    "uuids": lambda rng, i: uuid.UUID(int=rng.getrandbits(128)),
    "dates": lambda rng, i: datetime.date(2000, 1, 1) + datetime.timedelta(days=i % 9999),
    "times": lambda rng, i: datetime.time(i % 24, i % 60),
    "timedeltas": lambda rng, i: datetime.timedelta(seconds=i),
    "utc": lambda rng, i: datetime.datetime.fromtimestamp(rng.randrange(2**31), datetime.timezone.utc),
    "zoned": lambda rng, i: datetime.datetime.fromtimestamp(rng.randrange(2**31), BERLIN),
    "deques": lambda rng, i: collections.deque([i, 2]),
    "ordereddicts": lambda rng, i: collections.OrderedDict(a=i, b=2),
    "defaultdicts": lambda rng, i: collections.defaultdict(int, a=i),
    "counters": lambda rng, i: collections.Counter("ab"),
    "namedtuples": lambda rng, i: Point(i, 2),
    "enums": lambda rng, i: Color(i % 2 + 1),
    "dataclasses": lambda rng, i: Item(i, "x"),
    "paths": lambda rng, i: pathlib.PurePosixPath("/srv/data/%d" % i),
    "frozensets": lambda rng, i: frozenset([i, i + 1]),
    "exceptions": lambda rng, i: ValueError("x", i),
    "arrays_d": lambda rng, i: array.array("d", [i, 2.0]),
    "addresses": lambda rng, i: ipaddress.ip_address(i),
    "shortbytes": lambda rng, i: b"abc%d" % i,
    "bytearrays": lambda rng, i: bytearray(b"abc%d" % i),
    "python2": lambda rng, i: "name%d" % i,
}
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def maker(name):
    return lambda rng: [MAKERS[name](rng, i) for i in range(COUNT)]


def python2_bytes(value):
    """The list of str as Python 2 pickled it, at protocol 2, in batches without a memo."""
    strings = [b"U" + bytes([len(text)]) + text.encode() for text in value]
    batches = [b"(" + b"".join(strings[at : at + 1000]) + b"e" for at in range(0, len(strings), 1000)]
    return b"\x80\x02]" + b"".join(batches) + b"."
