"""
Python's operators, builtins and methods, one function each, over many random arguments; lines as of pycode_peer.py.

    python pycode_builtins.py SEED COUNT       COUNT calls of each function
"""
import base64
import json
import math
import pickle
import random
import signal
import sys
import warnings

import dill

sys.argv, arguments = sys.argv[:1] + ["0", "0"], sys.argv[1:]
from pycode_peer import canon  # noqa: E402  a run of no functions

warnings.simplefilter("ignore")
rng = random.Random(int(arguments[0]))
TEXT = ["a", "b", "A", "Z", "0", "7", " ", " ", ",", "-", "+", ".", "_", "\t", "\n", "\r\n", "\x0b", "\x1c", "\x85", "\xa0", "\u2003", "'", '"', "\\",
        "\xe9", "\xdf", "\u0416", "\u03a9", "\u01c5", "\U0001f600", "\x00", "\x7f", "{", "}", "%", "ab", "xyz"]


def integer():
    kind = rng.randrange(8)
    if kind < 3:
        return rng.randint(-9, 9)
    if kind < 5:
        return rng.randint(-1000, 1000)
    if kind == 5:
        return rng.choice((1, -1)) * (2 ** rng.randint(0, 70) + rng.randint(-2, 2))
    if kind == 6:
        return rng.choice((1, -1)) * rng.getrandbits(rng.choice((31, 53, 64, 65, 200, 1100)))
    return rng.choice((True, False))


def floating():
    kind = rng.randrange(9)
    if kind < 3:
        return round(rng.uniform(-100, 100), rng.randint(0, 4))
    if kind == 3:
        return rng.choice((0.0, -0.0, 1.0, 0.5, 1.5, 2.5, -2.5, 0.125, 1e16, 1e15, 123456789.0, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308))
    if kind == 4:
        return rng.choice((float("inf"), float("-inf"), float("nan")))
    if kind == 5:
        return rng.uniform(-1, 1) * 10.0 ** rng.randint(-320, 308)
    if kind == 6:
        return float(rng.randint(-10 ** 6, 10 ** 6)) / 2 ** rng.randint(0, 6)
    if kind == 7:
        return (rng.randint(0, 10 ** 6) + 0.5) / 10 ** rng.randint(0, 5)
    return rng.random()


def number():
    return integer() if rng.random() < 0.5 else floating()


def string(most=6):
    return "".join(rng.choice(TEXT) for _ in range(rng.randint(0, most)))


def items(make=integer, most=5):
    return [make() for _ in range(rng.randint(0, most))]


def anything(depth=2):
    kind = rng.randrange(12)
    if kind < 3 or depth == 0:
        return rng.choice((integer, floating, string))()
    if kind < 6:
        return rng.choice((None, True, Ellipsis, b"a\xff\n'", range(rng.randint(-3, 9)), 1, "x"))
    parts = [anything(depth - 1) for _ in range(rng.randint(0, 3))]
    if kind < 9:
        return parts
    return tuple(parts) if kind < 11 else {string(2): part for part in parts}


def spec():
    return (rng.choice(("", "", "<", ">", "^", "=", "*<", "0>", "x^", "_=")) + rng.choice(("", "", "+", "-", " ")) + rng.choice(("", "", "", "#"))
            + rng.choice(("", "", "0")) + rng.choice(("", "", "1", "6", "12", "20")) + rng.choice(("", "", "", ",", "_")) + rng.choice(("", "", ".0", ".1", ".3", ".10", ".17"))
            + rng.choice(("", "", "d", "f", "e", "g", "s", "%", "x", "b", "o", "X", "E", "G", "F", "n")))


def percent():
    return "%" + rng.choice(("", "", "-", "0", "+", " ", "#", "-0", "+0")) + rng.choice(("", "", "1", "8", "12")) + rng.choice(("", "", ".0", ".2", ".", ".12")) + rng.choice("dsrxofegXEGiau")


def digits():
    return rng.choice(("", " ", "\n")) + rng.choice(("", "-", "+")) + "".join(rng.choice("0123456789_xXbBoOaAfF.eE") for _ in range(rng.randint(0, 6))) + rng.choice(("", " "))


def index():
    return rng.choice((None, None, 0, 1, -1, 2, -3, 5, 99, -99, integer()))


def small():
    return rng.randint(-5, 12)


def pairs():
    return [(string(1), integer()) for _ in range(rng.randint(0, 4))]


def same():
    value = anything()
    return value, value if rng.random() < 0.3 else anything()


F = {
    "lambda a, b: a + b": lambda: (number(), number()), "lambda a, b: a - b": lambda: (number(), number()), "lambda a, b: a * b": lambda: (number(), number()),
    "lambda a, b: a / b": lambda: (number(), number()), "lambda a, b: a // b": lambda: (number(), number()), "lambda a, b: a % b": lambda: (number(), number()),
    "lambda a, b: divmod(a, b)": lambda: (number(), number()), "lambda a, b: a ** b": lambda: (number(), rng.randint(-4, 9)), "lambda a, b: (a & b, a | b, a ^ b, ~a)": lambda: (integer(), integer()),
    "lambda a, b: (a << b, a >> b)": lambda: (integer(), small() + 5), "lambda a, b, m: pow(a, b, m)": lambda: (integer(), abs(integer()), integer()),
    "lambda a, b: (a < b, a <= b, a == b, a != b, a > b, a >= b)": lambda: (number(), number()), "lambda a, b: a < b": same, "lambda a, b: a == b": same,
    "lambda a, b: (a + b, a * 2)": same, "lambda a, b: a % b": lambda: (rng.choice((percent(), string())), anything()), "lambda a, b: a * b": same,
    "lambda v: str(v)": lambda: (anything(),), "lambda v: repr(v)": lambda: (anything(),), "lambda v: ascii(v)": lambda: (anything(),), "lambda v: bool(v)": lambda: (anything(),),
    "lambda v: int(v)": lambda: (rng.choice((floating, integer, digits, anything))(),), "lambda v: float(v)": lambda: (rng.choice((floating, integer, digits, anything))(),),
    "lambda v, b: int(v, b)": lambda: (digits(), rng.choice((0, 2, 8, 10, 16, 36, 3))), "lambda v, s: format(v, s)": lambda: (rng.choice((integer, floating, string))(), spec()),
    "lambda v, s: f'{v:{s}}|{v!r}|{v}'": lambda: (rng.choice((integer, floating, string))(), spec()), "lambda s, v: s % v": lambda: (percent(), rng.choice((number, string))()),
    "lambda s, v, w: (s + '-' + s) % (v, w)": lambda: (percent(), number(), number()), "lambda v, n: round(v, n)": lambda: (number(), small()), "lambda v: round(v)": lambda: (number(),),
    "lambda v: (abs(v), -v, +v)": lambda: (number(),), "lambda v: (bin(v), oct(v), hex(v), v.bit_length())": lambda: (integer(),), "lambda v: v.as_integer_ratio()": lambda: (floating(),),
    "lambda v: v.is_integer()": lambda: (floating(),), "lambda v: sum(v)": lambda: (items(number),), "lambda v: (max(v), min(v), sorted(v))": lambda: (items(number),),
    "lambda v: sorted(v, reverse=True)": lambda: (items(string),), "lambda v: sorted(v, key=len)": lambda: (items(string),), "lambda v: sorted(v)": lambda: (items(lambda: rng.choice((integer, string))(), 3),),
    "lambda v: sorted(v, key=lambda x: x[1])": lambda: (pairs(),), "lambda s: (s.upper(), s.lower(), s.swapcase())": lambda: (string(),), "lambda s: (s.title(), s.capitalize(), s.casefold())": lambda: (string(),),
    "lambda s: (s.strip(), s.lstrip(), s.rstrip(), s.split(), s.splitlines(), s.splitlines(True))": lambda: (string(9),), "lambda s, t: (s.strip(t), s.lstrip(t), s.rstrip(t))": lambda: (string(9), string(3)),
    "lambda s, t: (s.split(t), s.rsplit(t), s.partition(t), s.rpartition(t))": lambda: (string(9), string(1)), "lambda s, n: (s.split(None, n), s.rsplit(None, n))": lambda: (string(9), small()),
    "lambda s, t, n: (s.split(t, n), s.rsplit(t, n), s.replace(t, 'q', n))": lambda: (string(9), string(1), small()), "lambda s, t, u: s.replace(t, u)": lambda: (string(9), string(1), string(2)),
    "lambda s, t, a, b: (s.find(t, a, b), s.rfind(t, a, b), s.count(t, a, b))": lambda: (string(9), string(1), index(), index()), "lambda s, t: (s.find(t), s.rfind(t), s.count(t), t in s)": lambda: (string(9), string(1)),
    "lambda s, t: s.index(t)": lambda: (string(9), string(1)), "lambda s, t: (s.startswith(t), s.endswith(t), s.startswith((t, 'a')))": lambda: (string(9), string(1)),
    "lambda s, t, a, b: (s.startswith(t, a, b), s.endswith(t, a, b))": lambda: (string(9), string(1), index(), index()), "lambda s, n: (s.center(n), s.ljust(n, '.'), s.rjust(n), s.zfill(n), s.expandtabs(n))": lambda: (string(), small()),
    "lambda s: (s.isdigit(), s.isalpha(), s.isalnum(), s.isspace(), s.isupper(), s.islower(), s.istitle(), s.isascii(), s.isdecimal(), s.isnumeric())": lambda: (string(2),), "lambda s: s.isidentifier()": lambda: (string(2),),
    "lambda s: s.join(['x', s, s])": lambda: (string(),), "lambda v: ','.join(v)": lambda: (rng.choice((items(string), items(), string())),), "lambda s: (len(s), s[::-1], list(s))": lambda: (string(),),
    "lambda s, a, b, c: s[a:b:c]": lambda: (rng.choice((string(9), items(most=9), tuple(items(most=9)), b"abcdef")), index(), index(), rng.choice((None, 1, 2, -1, -2, 0, index()))), "lambda s, i: s[i]": lambda: (rng.choice((string(), items(), tuple(items()), b"abc", range(5))), index()),
    "lambda s: s.encode()": lambda: (string(),), "lambda b: b.decode()": lambda: (rng.choice((b"abc", b"\xc3\xa9", b"\xff", b"")),), "lambda s, v: s.format(v, v, k=v)": lambda: (rng.choice(("{}", "{0}{1}", "{k}", "{!r}", "{:>5}", "{{}}", "{", "}", "{2}", "{0}{}", "{:{k}}", "{x}", "{0[0]}", "{k!s:^7}")), rng.choice((integer, string, items))()),
    "lambda v: list(v)": lambda: (anything(),), "lambda v: tuple(v)": lambda: (anything(),), "lambda v: len(v)": lambda: (anything(),), "lambda v: dict(v)": lambda: (rng.choice((pairs(), anything())),), "lambda v: set(v)": lambda: (items(),),
    "lambda a, b: a in b": lambda: (anything(1), anything()), "lambda v, x: (v.index(x), v.count(x))": lambda: (items(number), number()), "lambda v, x: v.remove(x) or v": lambda: (items(), integer()), "lambda v, i: (v.pop(i), v)": lambda: (items(), small()),
    "lambda v, i, x: v.insert(i, x) or v": lambda: (items(), small(), integer()), "lambda v, x: v.extend(x) or v": lambda: (items(), anything()), "lambda v: v.sort() or v": lambda: (items(number),), "lambda v: (v.reverse(), v, v.copy(), v.clear())": lambda: (items(),),
    "lambda d, k: (d.get(k), d.pop(k, None), d, list(d.items()), list(d))": lambda: (dict(pairs()), string(1)), "lambda d, k: d.setdefault(k, 1) and d": lambda: (dict(pairs()), string(1)), "lambda d, e: d.update(e) or d": lambda: (dict(pairs()), rng.choice((dict(pairs()), pairs(), anything()))),
    "lambda d: (d.popitem(), d)": lambda: (dict(pairs()),), "lambda a, b: {**a, **b} == dict(a, **b)": lambda: (dict(pairs()), dict(pairs())), "lambda a, b: (a | b, a & b, a - b, a ^ b, a <= b, a < b, a == b)": lambda: (set(items()), set(items())),
    "lambda a, b: (a.union(b), a.issubset(b), a.isdisjoint(b), a.difference(b), a.intersection(b))": lambda: (set(items()), items()), "lambda v: [list(enumerate(v, 2)), list(zip(v, v)), list(reversed(v)), list(map(str, v)), list(filter(None, v))]": lambda: (items(),),
    "lambda a, b, c: list(range(a, b, c))": lambda: (small(), small(), small()), "lambda a, b, c: (range(a, b, c or 1), len(range(a, b, c or 1)), 3 in range(a, b, c or 1), range(a, b, c or 1)[1:2])": lambda: (small(), small(), small()), "lambda v: (chr(v), ord(chr(v)))": lambda: (abs(integer()) % 0x120000,),
    "lambda v: ord(v)": lambda: (string(2),), "lambda v: (all(v), any(v))": lambda: (items(),), "lambda v: bytes(v)": lambda: (rng.choice((items(lambda: rng.randint(-2, 260)), small(), anything())),), "lambda v: isinstance(v, (int, str))": lambda: (anything(),),
    "lambda v: type(v).__name__": lambda: (anything(),), "lambda a, b: (max(a, b), min(a, b))": lambda: (number(), number()), "lambda v: v + 1": lambda: (anything(),), "lambda v: v[0]": lambda: (anything(),), "lambda v: [x for x in v]": lambda: (anything(),), "lambda v: v()": lambda: (anything(),),
    "lambda v: v.append(1)": lambda: (anything(),), "lambda v: v.items()": lambda: (rng.choice((integer, string, items))(),), "lambda v: -v": lambda: (anything(),), "lambda v: math.sqrt(v)": lambda: (number(),), "lambda v: (math.floor(v), math.ceil(v), math.trunc(v))": lambda: (number(),),
    "lambda a, b: math.gcd(a, b)": lambda: (integer(), integer()), "lambda v: math.isqrt(v)": lambda: (integer(),), "lambda v: math.factorial(v)": lambda: (small(),), "lambda v: (math.isnan(v), math.isinf(v), math.isfinite(v), math.fabs(v))": lambda: (number(),), "lambda a, b: math.copysign(a, b)": lambda: (number(), number()),
    "lambda v: [*v, *v]": lambda: (anything(),), "lambda v: (lambda *a, **k: (a, k))(*v)": lambda: (items(),), "lambda v: (lambda a, b=1, *c, d=2: (a, b, c, d))(*v)": lambda: (items(),), "lambda v: (lambda a, b: (a, b))(*v)": lambda: (items(),), "lambda v: (lambda a, *, b: (a, b))(1, **v)": lambda: ({rng.choice("abc"): 1 for _ in range(2)},),
    "lambda v, w: (v is None, v is True, w is v)": lambda: (rng.choice((None, True, False)), rng.choice((None, True, False))), "lambda v: next(iter(v), 'none')": lambda: (items(),), "lambda v, i, x: v.__class__": lambda: (1, 2, 3),
}


class TooLong(BaseException):
    pass


def stop(number, frame):
    raise TooLong


signal.signal(signal.SIGALRM, stop)
for source, make in F.items():
    function = eval(source, {"__name__": "__main__", "math": math})
    calls = []
    for _ in range(int(arguments[1])):
        args = make()
        given = pickle.dumps(args, 4)
        signal.setitimer(signal.ITIMER_REAL, 1)
        try:
            result = [canon(function(*args))]
        except (TooLong, MemoryError, RecursionError):
            continue
        except Exception as error:
            if str(error).startswith("no value to compare"):
                continue
            result = [type(error).__name__, str(error)]
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if len(str(result)) < 20000:
            calls.append([base64.b64encode(given).decode(), result])
    print(json.dumps({"source": source, "pickle": base64.b64encode(dill.dumps(function, recurse=True)).decode(), "calls": calls}))
