"""Pickles of every shape that this Python's own pickler makes, each as little-endian u32 length and bytes, on stdout.

Runs under Python 2.7 and 3.6 to 3.13: the fuzzer damages what real interpreters wrote.
"""

from __future__ import print_function

import array
import collections
import datetime
import decimal
import fractions
import functools
import io
import pickle
import pickletools
import re
import struct
import sys
import uuid

PYTHON3 = sys.version_info[0] >= 3
if not PYTHON3:
    import cPickle


class Plain(object):
    def __init__(self, *args):
        self.args = args
        self.name = "plain"


class Slots(object):
    __slots__ = ("x", "y")

    def __init__(self):
        self.x, self.y = 1, [2]


class Listed(list):
    pass


class Mapped(dict):
    pass


class Reduced(object):
    def __init__(self, reduction):
        self.reduction = reduction

    def __reduce_ex__(self, protocol):
        return self.reduction


class Keyword(object):
    def __new__(cls, *args, **kwargs):
        return object.__new__(cls)

    def __getnewargs_ex__(self):
        return (1, 2), {"key": "value"}


class Old:
    def __init__(self):
        self.a = 1


class OldArgs:
    def __init__(self, *args):
        pass

    def __getinitargs__(self):
        return 1, "two"


def values():
    yield [None, True, False]
    numbers = [0, 1, -1, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**53, 2**63, -(2**63)]
    yield numbers
    for number in (0, -1, 300, 2**31, 2**100, -(2**200), 10**80, 2**2100):
        yield number
    yield [0.0, -0.0, 1.0, 1.5, 1e100, 1e-300, float("inf"), float("nan"), -2.5]
    yield 1.25
    yield 3 + 4j
    yield u""
    yield u"ascii"
    yield u"caf\xe9 \u20ac \U0001f600 \\u0041 \n"
    yield u"\ud800"
    yield b"bytes \x00\xff"
    yield "native '\" \\ \n"
    yield [u"x" * 300, b"y" * 300]
    yield bytearray(b"array")
    yield []
    yield ()
    yield {}
    yield [1]
    yield (1,)
    yield (1, 2)
    yield (1, 2, 3)
    yield tuple(range(9))
    yield list(range(40))
    yield {u"a": 1, u"b": [2, {u"c": (3,)}]}
    yield {1: 2, 1.5: 3, True: 4, None: 5, (1, 2): 6, b"k": 7, u"k": 8, frozenset([1]): 9}
    yield set([1, 2, u"three", (4, 5)])
    yield frozenset([1, frozenset([2])])
    yield range(10)
    yield slice(1, 2, 3)
    yield Ellipsis
    yield NotImplemented
    shared = [1]
    yield [shared, shared, {u"s": shared}]
    cycle = []
    cycle.append(cycle)
    yield cycle
    looped = {}
    looped[u"self"] = looped
    looped[1] = looped
    yield looped
    inner = []
    knot = (inner, 1)
    inner.append(knot)
    yield knot
    yield [dict(id=i, name=u"name %d" % i, ok=i % 2 == 0) for i in range(6)]
    yield datetime.datetime(2024, 2, 29, 12, 30, 15, 999)
    yield [datetime.date(2024, 1, 1), datetime.time(1, 2, 3), datetime.timedelta(1, 2, 3)]
    yield [decimal.Decimal("1.50"), fractions.Fraction(1, 3), uuid.UUID(int=5)]
    yield collections.OrderedDict([(u"z", 1), (u"a", 2)])
    yield collections.defaultdict(list, {u"k": [1]})
    yield collections.Counter(u"hello")
    yield collections.deque([1, 2, 3], 5)
    yield array.array("d", [1.5, 2.5])
    yield re.compile(u"a+", re.I)
    yield functools.partial(int, base=2)
    yield [len, int, collections.OrderedDict, ValueError]
    yield ValueError(u"message", 5)
    yield Plain(1, [2])
    yield [Plain(), Plain()]
    yield Slots()
    yield Listed([1, 2, 3])
    yield Mapped({u"a": 1})
    yield Old()
    yield OldArgs()
    yield Keyword()
    yield Reduced((Plain, (1, 2)))
    yield Reduced((Plain, (), {u"x": 1}))
    yield Reduced((Listed, (), None, iter([1, 2])))
    yield Reduced((Mapped, (), None, None, iter([(u"a", 1), (u"b", 2)])))
    yield Reduced((Plain, (), (None, {u"slot": 1})))
    if sys.version_info >= (3, 8):
        yield Reduced((Plain, (), {u"x": 1}, None, None, setattr))
    deep = []
    for _ in range(60):
        deep = [deep]
    yield deep


class PersistentPickler(pickle._Pickler if PYTHON3 else pickle.Pickler):
    def persistent_id(self, value):
        return u"pid" if value == u"outside" else None


def pickles():
    protocols = range(pickle.HIGHEST_PROTOCOL + 1)
    for value in values():
        for protocol in protocols:
            try:
                whole = cPickle.dumps(value, protocol) if not PYTHON3 else pickle.dumps(value, protocol)
            except Exception:
                continue  # this protocol or this Python has no form for the value
            yield whole
            try:
                yield pickletools.optimize(whole)
            except Exception:
                continue
    for protocol in protocols:
        file = io.BytesIO()
        PersistentPickler(file, protocol).dump([u"outside", 1, u"outside"])
        yield file.getvalue()
    if pickle.HIGHEST_PROTOCOL >= 5:
        buffers = []
        data = [pickle.PickleBuffer(b"out of band"), pickle.PickleBuffer(bytearray(b"writable"))]
        yield pickle.dumps(data, 5, buffer_callback=buffers.append)
        yield pickle.dumps(data, 5)


def main():
    out = sys.stdout.buffer if PYTHON3 else sys.stdout
    for whole in pickles():
        out.write(struct.pack("<I", len(whole)) + whole)


main()
