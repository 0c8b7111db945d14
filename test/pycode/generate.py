"""
Functions and classes as dill and cloudpickle write them, with what Python says of each; JSON on stdout.

make.sh runs it under every Python and puts the answers together in vectors/vectors.json.
"""
import base64
import collections
import dataclasses
import dis
import enum
import inspect
import json
import math
import re
import sys
import types
import warnings

import cloudpickle
import dill

warnings.simplefilter("ignore")


def make_adder(n):
    return lambda x: x + n


def factorial(n):
    "n * (n - 1) * … * 1"
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


def halves(numbers, by=2.0):
    total = 0
    for number in numbers:
        try:
            total += number / by
        except ZeroDivisionError as error:
            return str(error)
        finally:
            by -= 1
    return total, [n for n in numbers if n > 1], {n: str(n) for n in numbers}, sum(n * n for n in numbers)


def text(name, width=10):
    return f"{name!r:>{width}}|{width:05d}|{name.upper()}|{name[::-1]}"


def empty_cell():
    def f():
        return later
    if f is None:
        later = 1
    return f


class Shape:
    sides: int = 3

    def area(self, scale, *, by=2):
        return super().__init__()

    @property
    def name(self):
        return "shape"

    @staticmethod
    def double(x):
        return x * 2


class Square(Shape):
    pass


class Color(enum.Enum):
    RED = 1
    BLUE = 2


@dataclasses.dataclass
class Point:
    x: int
    y: float = 1.0


Pair = collections.namedtuple("Pair", "left right")

VALUES = {
    "adder": make_adder(5), "adder_float": make_adder(5.0), "factorial": factorial, "keywords": keywords, "counter": counter(),
    "recursive": recursive(), "mutual": mutual(), "halves": halves, "text": text, "triple": lambda x: x * 3,
    "empty_cell": empty_cell(), "Shape": Shape, "Square": Square, "Color": Color, "Point": Point, "Pair": Pair, "math": math,
    "list": [make_adder(1), Shape, 1.0],
}
CALLS = {
    "adder": [(10,), (0.5,)], "adder_float": [(10,)], "keywords": [(1,), (0,)], "halves": [([1, 2, 3],), ([4], 0)],
    "text": [("abc",), ("x", 3)], "triple": [(7,), ("ab",), ([1],)], "recursive": [(5,), (0,)], "mutual": [(7,), (8,)],
    "counter": [()],
}


def instructions(code):
    rows = []
    for item in dis.get_instructions(code):
        line = item.starts_line if sys.version_info < (3, 13) else item.line_number if item.starts_line else None
        rows.append([item.offset, item.opname, item.arg, re.sub(" at 0x[0-9a-f]+", "", item.argrepr), line,
                     item.is_jump_target])
    return rows


def facts(name, value):
    if not isinstance(value, types.FunctionType):
        return {}
    code = value.__code__
    calls = []
    for args in CALLS.get(name, []):
        try:
            calls.append([repr(args), repr(value(*args))])
        except Exception as error:
            calls.append([repr(args), "%s: %s" % (type(error).__name__, error)])
    def contents(cell):
        try:
            return repr(cell.cell_contents) if not callable(cell.cell_contents) else "function"
        except ValueError:
            return None
    return {
        "qualname": value.__qualname__, "module": value.__module__, "doc": value.__doc__,
        "signature": str(inspect.signature(value)), "line": code.co_firstlineno,
        "closure": {name: contents(cell) for name, cell in zip(code.co_freevars, value.__closure__ or ())},
        "instructions": instructions(code), "calls": calls,
    }


def pickles(name, value):
    ways = {"dill": lambda: dill.dumps(value), "dill recurse": lambda: dill.dumps(value, recurse=True),
            "dill 2": lambda: dill.dumps(value, 2), "cloudpickle": lambda: cloudpickle.dumps(value)}
    found = {}
    for way, dump in ways.items():
        if name not in ("adder", "factorial") and way in ("dill 2", "dill recurse"):
            continue
        try:
            found[way] = base64.b64encode(dump()).decode()
        except Exception:
            pass
    return found


print(json.dumps({
    "python": "%d.%d" % sys.version_info[:2], "dill": dill.__version__, "cloudpickle": cloudpickle.__version__,
    "values": {name: {**facts(name, value), "pickles": pickles(name, value)} for name, value in VALUES.items()},
}, sort_keys=True))
