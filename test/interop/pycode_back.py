"""
Functions, closures and classes that dill and cloudpickle write, and what they do when they come back.

    python pycode_back.py write      one JSON object a line: name, pickle
    python pycode_back.py check      on stdin a list of the same, as brine wrote them; on stdout what failed
"""
import base64
import dataclasses
import enum
import inspect
import json
import sys
import warnings

import cloudpickle
import dill

warnings.simplefilter("ignore")


def make_adder(n):
    return lambda x: x + n


def factorial(n):
    "doc"
    return 1 if n < 2 else n * factorial(n - 1)


def keywords(a, b=2.0, /, c: int = 3, *args, d, e="x", **rest) -> "str":
    return (a, b, c, args, d, e, sorted(rest))


def counter():
    n = 0

    def inc():
        nonlocal n
        n += 1
        return n
    return inc


def recursive():
    def f(n):
        return 1 if n == 0 else n * f(n - 1)
    return f


def mutual():
    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n != 0 and even(n - 1)
    return even


def shared():
    box = []

    def put(x):
        box.append(x)
        return box

    def get():
        return box
    return [put, get]


def floats(x, y=2.0):
    return repr(x * y + 1.0), 1.0, -0.0


def tagged():
    return tagged.label


tagged.label = {"a": 1.0}


class Shape:
    sides: int = 3

    def area(self, by, *, scale=2.0):
        return super().__repr__()[:1], by * scale * self.sides

    @property
    def name(self):
        return "shape"

    @staticmethod
    def double(x):
        return x * 2

    @classmethod
    def make(cls):
        return cls()


class Square(Shape):
    sides = 4


class Color(enum.Enum):
    RED = 1
    BLUE = 2


@dataclasses.dataclass
class Point:
    x: int
    y: float = 1.0


VALUES = {
    "adder": (make_adder(5), lambda f: f(10)), "adder_float": (make_adder(5.0), lambda f: repr(f(10))),
    "factorial": (factorial, lambda f: (f(1), f.__doc__)), "keywords": (keywords, lambda f: (f(1, d=2, z=5), str(inspect.signature(f)))),
    "counter": (counter(), lambda f: (f(), f())), "recursive": (recursive(), lambda f: f(6)), "mutual": (mutual(), lambda f: (f(7), f(8))),
    "shared": (shared(), lambda fs: (fs[0](1), fs[1]())), "floats": (floats, lambda f: f(2)), "tagged": (tagged, lambda f: f.label),
    "lambda": (lambda *a, **k: (a, k), lambda f: f(1, b=2)), "Shape": (Shape, lambda c: (c.sides, c().name, c.double(2), c.make().area(3), c.__qualname__)),
    "Square": (Square, lambda c: (c().area(2), c.__mro__[1].__name__)), "Color": (Color, lambda c: [(m.name, m.value) for m in c]),
    "Point": (Point, lambda c: repr(c(1)).split(".")[-1]), "list": ([make_adder(1), Shape, [Shape().sides], 1.0], lambda v: (v[0](1), v[1].sides, v[3])),
    "comprehension": (lambda n: [x * n for x in range(n) if x % 2], lambda f: f(6)), "generator": (lambda n: sum(x for x in range(n)), lambda f: f(5)),
}


def writers(name, value):
    if name != "Color":  # dill itself cannot load an Enum that it wrote with its contents
        yield "dill", lambda: dill.dumps(value)
    yield "cloudpickle", lambda: cloudpickle.dumps(value)
    if name in ("adder", "factorial", "keywords", "floats", "Shape", "tagged", "comprehension"):
        yield "dill recurse", lambda: dill.dumps(value, recurse=True)
        yield "dill 2", lambda: dill.dumps(value, 2)


def outcome(name, pickled):
    try:
        return repr(VALUES[name][1](dill.loads(pickled)))
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error)


if sys.argv[1] == "write":
    for name, (value, use) in VALUES.items():
        for way, dump in writers(name, value):
            try:
                pickled = dump()
            except Exception:
                continue  # old libraries under a newer Python
            print(json.dumps({"name": "%s %s" % (name, way), "pickle": base64.b64encode(pickled).decode()}))
else:
    failures, given = {}, json.load(sys.stdin)
    wanted = {}
    for name, (value, use) in VALUES.items():
        for way, dump in writers(name, value):
            try:
                wanted["%s %s" % (name, way)] = outcome(name, dump())
            except Exception:
                pass
    for item in given:
        said = outcome(item["name"].split(" ")[0], base64.b64decode(item["pickle"]))
        if said != wanted[item["name"]]:
            failures[item["name"]] = "%s, not %s" % (said, wanted[item["name"]])
    print(json.dumps({"checked": len(given), "failures": failures}))
