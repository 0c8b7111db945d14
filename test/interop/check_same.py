"""Pairs that differ and pairs that do not, judged by interop_same: what it gets wrong, as JSON on stdout."""
import collections
import copy
import datetime
import decimal
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import interop_samples as samples  # noqa: E402
import interop_same  # noqa: E402
import interop_values  # noqa: E402

PYTHON2 = sys.version_info[0] == 2


def shared(kind):
    one = kind()
    return [one, one]


def looped(depth):
    value = root = []
    for _ in range(depth):
        value.append([])
        value = value[0]
    value.append(root)
    return root


def plain(**attributes):
    return interop_values.attributed(samples.Plain(), **attributes)


def appended(value, item):
    value.append(item)
    return value


def different():
    """Every pair must be told apart."""
    nan = float("nan")
    pairs = [
        (1, True), (0, False), (1, 1.0), (0.0, -0.0), (nan, -nan), (nan, 1.0), (None, False), (None, 0),
        ("", b"" if not PYTHON2 else bytearray()), ("a", "b"), (b"a", bytearray(b"a")), (1j, complex(-0.0, 1)), (1j, 1),
        ([], ()), ([1], [1, 1]), ([1, 2], [2, 1]), ((1,), [1]), ({}, []), ({1: 2}, {1: 3}), ({1: 2}, {True: 2}),
        ({1: 2}, {1.0: 2}), ({1: 2}, {2: 2}), ({"a": 1}, {"a": 1, "b": 2}), (set(), frozenset()), ({1}, {2}), ({1}, {True}),
        ({(1,)}, {(True,)}), ({nan}, {-nan}), (frozenset([1]), frozenset([1, 2])), (bytearray(b"a"), bytearray(b"b")),
        (shared(list), [[], []]), ([[], []], shared(list)), (shared(samples.Plain), [samples.Plain(), samples.Plain()]),
        (looped(1), looped(2)), (looped(0), [[]]), (plain(a=1), plain(a=2)), (plain(a=1), plain(b=1)), (plain(), plain(a=1)),
        (samples.Plain(), samples.Parent()), (samples.MyList([1]), [1]), (samples.MyList([1]), samples.MyList([2])),
        (interop_values.attributed(samples.MyList(), a=1), interop_values.attributed(samples.MyList(), a=2)),
        (samples.MyInt(1), samples.MyInt(2)), (samples.MyDict({1: 2}), samples.MyDict({1: 3})),
        (samples.MySet([1]), samples.MySet([2])), (samples.MyTuple([1]), samples.MyTuple([2])),
        (int, float), (len, max), (samples.Plain, samples.Outer), (samples.function, samples.make),
        (datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)), (datetime.datetime(2026, 1, 1), datetime.date(2026, 1, 1)),
        (decimal.Decimal("1.0"), decimal.Decimal("1.00")), (decimal.Decimal("NaN"), decimal.Decimal("sNaN")),
        (collections.OrderedDict([(1, 1), (2, 2)]), collections.OrderedDict([(2, 2), (1, 1)])),
        (collections.deque([1]), collections.deque([1], 3)), (collections.defaultdict(int), collections.defaultdict(list)),
        (collections.Counter("a"), collections.Counter("aa")), (ValueError(1), ValueError(2)), (ValueError(1), KeyError(1)),
        (interop_values.attributed(ValueError(1), a=1), ValueError(1)),
        (interop_values.make_array("b"), interop_values.make_array("B")),
        (appended(samples.Reduce4(), 1), appended(samples.Reduce4(), 2)),
        (interop_values.attributed(samples.Slots(), a=1), interop_values.attributed(samples.Slots(), b=1)),
        (samples.Dispatched(1), samples.Dispatched(2)),
    ]
    if PYTHON2:
        pairs += [(1, 2 ** 70), ("a", u"a"), (interop_values.attributed(samples.Old(), a=1), samples.Old()), (1, long(1))]  # noqa: F821
    else:
        pairs += [(datetime.time(1), datetime.time(1, tzinfo=datetime.timezone.utc)), (range(3), range(4)),
                  (Ellipsis, NotImplemented), (type(None), type(Ellipsis)), (iter([1]), iter([2]))]
        if sys.version_info >= (3, 7):
            pairs += [({1: 1, 2: 2}, {2: 2, 1: 1}),
                      (samples.Employee("a", 1.0), samples.Employee("a", 1)),
                      (datetime.datetime(2026, 1, 1), datetime.datetime(2026, 1, 1, fold=1))]
    return pairs


def main():
    wrong = []
    checked = 0
    for first, second in different():
        checked += 2
        for left, right in ((first, second), (second, first)):
            if interop_same.same(left, right):
                wrong.append("not told apart: %r and %r" % (left, right))
        for value in (first, second):
            checked += 1
            if not interop_same.same([value], [value]):
                wrong.append("not the same as itself: %r" % (value,))
    for seed in range(200):
        checked += 1
        value = interop_values.graph(seed)
        if not interop_same.same(value, interop_values.graph(seed)):
            wrong.append("two graphs of seed %d differ" % seed)
        if interop_same.same([value, copy.copy([value])], [value, [value, None]]):
            wrong.append("seed %d: something more is overlooked" % seed)
    json.dump({"checked": checked, "wrong": wrong}, sys.stdout)


if __name__ == "__main__":
    main()
