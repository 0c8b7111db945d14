"""Random values of the standard library's types: a seed in, their pickles out; then what brine wrote of them compared.

    python random_values.py make SEED COUNT    -> ["base64 of protocol 0", ...]
    python random_values.py compare < {"made": [...], "back": [...]}    -> ["differences at protocol 0", ...]

Needs Python 3.9 for its time zones. Used by test/interop/stdlib.test.ts.
"""
import array
import base64
import collections
import datetime
import decimal
import fractions
import ipaddress
import json
import pathlib
import pickle
import random
import sys
import uuid
import zoneinfo

# What was imported before decides whether this is the str that OrderedDict, made in C, names its module by. Mostly it is.
collections.Counter.__module__ = sys.intern("collections")

YEARS = (1, 1700, 1850, 1900, 1919, 1940, 1969, 1999, 2011, 2024, 2037, 2038, 2100, 9998)


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.keys = sorted(zoneinfo.available_timezones())
        self.zones = [self.zone() for _ in range(40)]

    def zone(self):
        r = self.random
        kind = r.random()
        if kind < 0.1:
            return datetime.timezone.utc
        if kind < 0.25:
            return datetime.timezone(datetime.timedelta(minutes=r.randint(-1439, 1439)))
        if kind < 0.3:
            return datetime.timezone(datetime.timedelta(seconds=r.randint(-86399, 86399)))
        if kind < 0.35:
            return datetime.timezone(datetime.timedelta(minutes=r.randint(-1439, 1439)), sys.intern("n%d" % r.randint(0, 3)))
        return zoneinfo.ZoneInfo(r.choice(self.keys))

    def naive(self):
        r = self.random
        return datetime.datetime(
            r.choice(YEARS) if r.random() < 0.7 else r.randint(1, 9998),
            r.randint(1, 12),
            r.randint(1, 28),
            r.choice([0, 1, 2, 3, r.randint(0, 23)]),
            r.choice([0, 30, r.randint(0, 59)]),
            r.choice([0, r.randint(0, 59)]),
            r.choice([0, r.randint(0, 999999)]),
            fold=r.random() < 0.2,
        )

    def near_transition(self):
        """A wall clock time within two hours of a change of a zone's offset: folds, gaps, and neither."""
        r = self.random
        zone = zoneinfo.ZoneInfo(r.choice(self.keys))
        day = datetime.datetime(r.randint(1900, 2037), 1, 1, tzinfo=datetime.timezone.utc)
        before = day.astimezone(zone).utcoffset()
        for _ in range(365):
            after = (day + datetime.timedelta(days=1)).astimezone(zone).utcoffset()
            if after != before:
                low, high = 0, 24 * 60
                while high - low > 1:
                    middle = (low + high) // 2
                    now = (day + datetime.timedelta(minutes=middle)).astimezone(zone).utcoffset()
                    low, high = (middle, high) if now == before else (low, middle)
                wall = (day + datetime.timedelta(minutes=high)).astimezone(zone).replace(tzinfo=None, fold=0)
                shifted = wall + datetime.timedelta(minutes=r.randint(-130, 130))
                return shifted.replace(tzinfo=zone, fold=r.randint(0, 1))
            day += datetime.timedelta(days=1)
        return datetime.datetime(2024, 1, 1, tzinfo=zone)

    def timedelta(self):
        r = self.random
        return r.choice(
            [
                datetime.timedelta(r.randint(-999999999, 999999998), r.randint(0, 86399), r.randint(0, 999999)),
                datetime.timedelta(microseconds=r.randint(-(10**7), 10**7)),
                datetime.timedelta(days=r.randint(-3, 3)),
            ]
        )

    def decimal(self):
        r = self.random
        digits = tuple(r.randint(0, 9) for _ in range(r.randint(1, 30)))
        return decimal.Decimal((r.randint(0, 1), digits, r.randint(-40, 40)))

    def fraction(self):
        r = self.random
        return fractions.Fraction(r.randint(-(10 ** r.randint(1, 25)), 10**20), r.randint(1, 10 ** r.randint(1, 25)))

    def address(self):
        r = self.random
        mask = r.getrandbits(128) if r.random() < 0.5 else ((1 << 128) - 1) >> r.randint(0, 128)
        return r.choice(
            [
                ipaddress.IPv4Address(r.getrandbits(32)),
                ipaddress.IPv6Address(r.getrandbits(128) & r.getrandbits(128) & mask),
                ipaddress.IPv4Network((r.getrandbits(32) >> 8 << 8, 24)),
                ipaddress.IPv6Interface((r.getrandbits(128), r.randint(0, 128))),
            ]
        )

    def collection(self):
        r = self.random
        return r.choice(
            [
                collections.deque([r.randint(0, 9) for _ in range(r.randint(0, 5))], r.choice([None, 0, 1, 5, 10**12])),
                collections.Counter(r.choice("abc") for _ in range(5)),
                collections.OrderedDict((r.randint(0, 9), self.decimal()) for _ in range(3)),
                collections.defaultdict(list, {r.random(): [self.naive()]}),
                array.array(r.choice("bhilq"), [r.randint(-128, 127) for _ in range(3)]),
                array.array(r.choice("BHILQ"), [r.randint(0, 255) for _ in range(3)]),
                array.array(r.choice("fd"), [r.random()]),
            ]
        )

    def path(self):
        r = self.random
        Class = r.choice([pathlib.PurePosixPath, pathlib.PureWindowsPath])
        return Class(r.choice(["/", "//", "a", ".", "", "c:/"]), r.choice(["b/../c", "x//y", "."]))

    def any(self):
        r = self.random
        return r.choice(
            [
                self.naive,
                lambda: self.naive().replace(tzinfo=r.choice(self.zones)),
                self.near_transition,
                lambda: self.naive().date(),
                lambda: self.naive().time(),
                lambda: self.naive().replace(tzinfo=r.choice(self.zones)).timetz(),
                self.timedelta,
                self.decimal,
                self.fraction,
                lambda: uuid.UUID(int=r.getrandbits(128)),
                self.address,
                self.collection,
                self.path,
                lambda: r.choice(self.zones),
            ]
        )()

    def values(self, count):
        made = [self.any() for _ in range(count)]
        return made + [self.random.choice(made) for _ in range(count // 10)]


def make(seed, count):
    values = Maker(seed).values(count)
    return [encode(pickle.dumps(values, p)) for p in range(pickle.HIGHEST_PROTOCOL + 1)]


def encode(data):
    return base64.b64encode(data).decode("ascii")


def compare(made, back):
    wanted = pickle.loads(base64.b64decode(made))
    got = pickle.loads(base64.b64decode(back))
    if sharing(wanted) != sharing(got):
        return ["other objects are shared"]
    return ["%r, not %r" % (g, w) for w, g in zip(wanted, got) if not alike(w, g)][:5]


def sharing(values):
    """The place of each value's first appearance, and of its time zone's."""
    seen = {}
    places = []
    for value in values:
        zone = getattr(value, "tzinfo", None)
        places.append([seen.setdefault(id(part), len(seen)) for part in (value, zone)])
    return places


def alike(left, right):
    return (
        type(left) is type(right)
        and repr(left) == repr(right)
        and getattr(left, "fold", 0) == getattr(right, "fold", 0)
    )


if __name__ == "__main__":
    if sys.argv[1] == "make":
        print(json.dumps(make(int(sys.argv[2]), int(sys.argv[3]))))
    else:
        asked = json.load(sys.stdin)
        print(json.dumps([compare(*pair) for pair in zip(asked["made"], asked["back"])]))
