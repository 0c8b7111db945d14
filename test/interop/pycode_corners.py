"""
Corners of Python's builtins and methods that random arguments do not reach; lines as of pycode_peer.py.

    python pycode_corners.py
"""
import base64
import itertools
import json
import pickle
import sys
import warnings

import dill

sys.argv = sys.argv[:1] + ["0", "0"]
from pycode_peer import canon  # noqa: E402  a run of no functions

warnings.simplefilter("ignore")
NAN, INF = float("nan"), float("inf")
WIDE = 2 ** 70


def every(*choices):
    return list(itertools.product(*choices))


ODD = [1, 1.5, "x", None, WIDE, -WIDE, 2 ** 40, True]
# A function's text, and the arguments of its calls.
CORNERS = [
    # What overlaps is found from the other end; a limit of nothing; nothing in place of nothing.
    ("lambda s, p, n: (s.split(p, n), s.rsplit(p, n), s.rsplit(p))", every(["aaa", "aaaaa", "a-a", ""], ["aa", "a"], [-1, 0, 1, 2])),
    ("lambda s, n: s.rsplit(None, n)", every([" a  b c ", ""], [-1, 0, 1, 2])),
    ("lambda s, p, n: s.replace(p, 'x', n)", every(["", "a"], ["", "a"], [-1, 0, 1, 2])),
    ("lambda s: s.encode('nope')", [("",), ("a",)]),
    # A sigma at the end of a word; methods that the younger Pythons have are asked for, and not called.
    ("lambda s: s.title()", [("\u0391\u03a3",), ("\u03a3\u0391",)]),
] + [
    ("lambda v: v.%s is None" % name, [(1,), (True,), (1.5,), ("a",)]) for name in ("bit_count", "is_integer", "removeprefix", "removesuffix")
] + [
    # Numbers that C takes in its own sizes, and what it says of others.
    ("lambda n: 'a b'.split(' ', n)", every(ODD)), ("lambda n: 'a'.replace('a', 'b', n)", every(ODD)), ("lambda n: 'a'.zfill(n)", every(ODD[:4] + [WIDE])),
    ("lambda n: 'a\\tb'.expandtabs(n)", every(ODD)), ("lambda n: [1].pop(n)", every(ODD)), ("lambda n: [1].insert(n, 2)", every(ODD)), ("lambda n: chr(n)", every(ODD)),
    ("lambda n: [1, 2].index(2, n)", every(ODD)), ("lambda n: (1, 2).index(2, 0, n)", every(ODD)), ("lambda n: sorted([1, 2], reverse=n)", every(ODD + [[], 0])),
    ("lambda v, n: int(v, n)", every(["11", 1, 1.5, None], [0, 1, 2, 37, -1, None, "x"])),
    # Slices of any step, of lists that are shorter than it; what cannot be assigned.
    ("def f(s, n, v):\n    s[::n] = v\n    return s", every([[], [1], [1, 2, 3]], [None, 1, -1, 2, -2, 5, WIDE, 0], [[], [7], [7, 8], "xyz", 5, None])),
    ("def f(s, n):\n    del s[::n]\n    return s", every([[], [1], [1, 2, 3]], [None, 1, -1, 2, -2, 5, WIDE, 0])),
    ("def f(s):\n    s[0:1] = len\n    return s", [([1],)]), ("def f(s):\n    s[0:1] = (x for x in s)\n    return s", [([1, 2],)]),
    ("def f(s, n):\n    s[n] = 9\n    return s", every([(1,), "abc", range(3), b"a", [1], {1}], [0, WIDE, "x"])),
    ("def f(s, n):\n    del s[n]\n    return s", every([(1,), "abc", range(3), b"a", [1], {1}], [0, WIDE, "x"])),
    # What is empty does not hash its keys; pairs of a dict's items.
    ("lambda d, k: d.pop(k)", every([{}, {"a": 1}], ["a", "b", [1]])), ("lambda d, k: d.pop(k, 7)", every([{}, {"a": 1}], ["a", "b", [1]])),
    ("lambda d, k, v: (k, v) in d.items()", every([{}, {"a": 1}], ["a", "b", [1]], [1, 1.0, 2])), ("lambda d, k: k in d.items()", every([{"a": 1}], ["a", ("a",), ("a", 1, 2)])),
    ("def f(d, p):\n    d.update(p)\n    return d", every([{}], [[1], ["ab"], ["abc"], [(1, 2)], [{3: 4, 5: 6}], 5, [[1, 2], 7]])),
    ("def f(p):\n    def g():\n        yield 1\n        raise ValueError('inside')\n    return dict([g()])", [(1,)]),
    # Sums in their stages.
    ("lambda *a: sum(a)", [(0.1,) * 10, (0.1, 10 ** 20, 0.1, 0.1, 0.1, -10 ** 20), (2 ** 63, 0.1, 0.2, 0.3, -2.0 ** 63), (1e30, 6e13, 6e13, 2 ** 63, 6e13, 6e13),
                           (-2 ** 63, 2 ** 63, 0.1, 0.2, 0.3), (1, True, 0.1, 0.2, 0.3), (1e16, True, 1, 1.0), (INF, -INF), (1e308, 1e308, -1e308), (-0.0, -0.0)]),
    ("lambda s, *a: sum(a, s)", [(start,) + (0.1,) * 10 for start in (True, 0.0, 2 ** 62, 2 ** 63, -0.0)] + [("", "a"), (b"", 1), (None,)]), ("lambda v, s: sum(v, s)", [(5, "a"), (5, b"a")]),
    # The order of tuples that nan is part of; powers of zero; in place what is no sequence.
    ("lambda v: sorted(v)", [([(2, NAN), (1, 0), (0, NAN)],), ([(1, "a"), (0, 2)],), ([[1], [0]],)]), ("lambda a, b: a ** b", every([0, 0.0, -0.0, False], [-INF, INF, NAN, -1, -1.0, -0.0])),
    ("def f(a, b):\n    a *= b\n    return a", every([{"a": 1}, {1}, frozenset(), range(2), [1], "a", (1,), None, 2], ["a", b"x", [1], 2, None])),
    ("lambda a, b: a * b", every([{"a": 1}, {1}, range(2), None], ["a", [1], 2])),
    # What 3.12 returns behind a jump.
    ("lambda v: v or 5", every([0, 1, None])), ("lambda v: v if v else 6", every([0, 1])),
    # None is a value like others: of a key, of a name, of a global that hides a builtin.
    ("lambda v: ({'a': v}.get('a', 5), {'a': v}.pop('a', 5), {'a': v}.pop('a'), {'a': v}.setdefault('a', 5), {}.get('a', v), {}.pop('a', v))", every([None, 0, False, ""])),
    ("lambda v: ('%(a)s' % {'a': v}, '{a}'.format(a=v), next(iter([v]), 5), max([v], default=5), {'a': {'b': v}}['a'].get('b', 3))", every([None, 0, False, ""])),
    ("max = None\ndef f(v):\n    return max", [(1,)]), ("lambda n, c: ('a'.center(n, c), 'a'.ljust(n, c))", every([1, 5], [None, "x", 5])),
    ("def f(a, b):\n    a **= b\n    return a", every([None, [1], 2, "a"], [None, 2])), ("lambda v: b'-'.join(v)", every([None, 5, [b"a", b"b"]])),
    # Zeros with separators between them, a few and very many.
    ("lambda v, s: format(v, s)", every([0, -1, 1234567, 2 ** 70], ["0%d%s" % (width, group) for width in (1, 4, 5, 7, 8, 9, 25, 26) for group in (",", "_", "_x")])),
    ("lambda w: len(format(-1, '0%d,' % w))", [(999998,), (999999,)]),
    # Templates.
    ("lambda t, v: t % v", every(["%(a", "%(a)", "%(b)", "%(a(b)c)s", "%(a(b)", "%()s", "%(a)5.1f|", "%(a)d", "%(a)%"], [1, "x", None, [1], b"x", range(2), (1,), {"a": 1.5}, {"a(b)c": 2, "": 3}, {1}])),
    ("lambda t: t.format(1, [2])", every(["{99999999999999999999}", "{9223372036854775808}", "{1[99999999999999999999]}", "{1[0]}", "{7}"])), ("lambda v, s: format(v, s)", every([1, "a"], [None, 5])),
]


def main():
    for source, given in CORNERS:
        namespace = {"__name__": "__main__"}
        exec(compile("f = " + source if source.startswith("lambda") else source, "corner.py", "exec"), namespace)
        function = namespace["f"]
        calls = []
        for args in given:
            pickled = pickle.dumps(args, 4)
            try:
                result = [canon(function(*pickle.loads(pickled)))]
            except Exception as error:
                result = [type(error).__name__, str(error)]
            calls.append([base64.b64encode(pickled).decode(), result])
        print(json.dumps({"source": source, "pickle": base64.b64encode(dill.dumps(function, recurse=True)).decode(), "calls": calls}))


main()
