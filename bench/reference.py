"""A workload's name in, its pickle out to a file; then a command a line in, CPython's milliseconds out.

The reference of the bench: the C pickler and unpickler, protocol 5, the garbage collector as it is by default. What is
timed is the call alone; the result is dropped after the clock has stopped.
"""

import _pickle
import datetime
import os
import random
import string
import sys
import time
import types


class Employee:
    def __init__(self, name, age, salary, tags):
        self.name = name
        self.age = age
        self.salary = salary
        self.tags = tags


staff = types.ModuleType("staff")
staff.Employee = Employee
Employee.__module__ = "staff"
sys.modules["staff"] = staff

GREEK = "αβγδεζηθικλμνξοπρστυφχψω"
KANJI = "日本語文字列漢字仮名混在東京大阪"


def word(rng, low, high, letters=string.ascii_letters + string.digits + " _-"):
    return "".join(rng.choices(letters, k=rng.randint(low, high)))


def ints(rng):
    return [rng.randrange(1 << 20) for _ in range(1_000_000)]


def negatives(rng):
    return [-rng.randrange(1, 1 << rng.choice((7, 15, 31, 40))) for _ in range(500_000)]


def bigints(rng):
    small = [rng.getrandbits(rng.randint(40, 100)) * rng.choice((1, -1)) for _ in range(290_000)]
    return small + [rng.getrandbits(500) * rng.choice((1, -1)) for _ in range(10_000)]


def floats(rng):
    return [rng.uniform(-1e6, 1e6) for _ in range(1_000_000)]


def records(rng):
    return [
        {"id": i, "name": "user%d" % i, "score": rng.random(), "active": i % 2 == 0, "group": rng.randrange(50)}
        for i in range(200_000)
    ]


def strings(rng):
    return [word(rng, 3, 40) for _ in range(500_000)]


def unicode(rng):
    return [word(rng, 2, 12, rng.choice((GREEK, KANJI, GREEK + "abcdef "))) for _ in range(300_000)]


def tuples(rng):
    return [(i, "s%d" % rng.randrange(10**6), rng.random()) for i in range(300_000)]


def intkeys(rng):
    return {i * 7 % 15_485_863: i for i in range(500_000)}


def tuplekeys(rng):
    return {(i, "s%d" % rng.randrange(1000)): i for i in range(100_000)}


def sets(rng):
    return [set(rng.sample(range(100_000), 10)) for _ in range(50_000)]


def instances(rng):
    return [Employee("name%d" % i, rng.randrange(18, 70), rng.random() * 1e5, ["a", "b"]) for i in range(150_000)]


def datetimes(rng):
    start = datetime.datetime(2000, 1, 1)
    return [start + datetime.timedelta(microseconds=rng.randrange(10**15)) for _ in range(100_000)]


def shared(rng):
    pool = [[i, str(i)] for i in range(1000)]
    return [rng.choice(pool) for _ in range(1_000_000)]


def widedict(rng):
    return {"key %d %s" % (i, word(rng, 1, 12)): i for i in range(200_000)}


def dicts200(rng):
    keys = ["column_%d" % i for i in range(200)]
    return [{key: rng.randrange(1000) for key in keys} for _ in range(2000)]


def blobs(rng):
    return [rng.randbytes(1024) for _ in range(50_000)]


def bigblobs(rng):
    return [rng.randbytes(16 << 20) for _ in range(6)]


def nested(rng):
    return [[[i], {"a": (i, None)}, [True, [False]]] for i in range(150_000)]


def arrays(rng):
    import numpy

    generator = numpy.random.default_rng(1)
    return [generator.random(10) for _ in range(10_000)]


def bigarray(rng):
    import numpy

    return numpy.random.default_rng(1).random(25_000_000)


WORKLOADS = {
    make.__name__: make
    for make in (
        ints, floats, records, strings, unicode, tuples, intkeys, tuplekeys, sets, instances, datetimes, shared, bigints, negatives,
        widedict, dicts200, blobs, bigblobs, nested, arrays, bigarray,
    )
}  # fmt: skip


def main():
    name, folder, clock_name = sys.argv[1:]
    protocol = 4 if name.endswith("4") else 5
    make = WORKLOADS.get(name.rstrip("4"))
    if make is None:
        import reference_library

        make = reference_library.maker(name)
    value = make(random.Random(1))
    data = reference_library.python2_bytes(value) if name == "python2" else _pickle.dumps(value, protocol)
    with open(os.path.join(folder, name + ".pkl"), "wb") as file:
        file.write(data)
    print("ready", len(data), flush=True)
    clock = time.thread_time if clock_name == "cpu" else time.perf_counter
    for line in sys.stdin:
        if line.strip() == "loads":
            started = clock()
            result = _pickle.loads(data)
        else:
            started = clock()
            result = _pickle.dumps(value, protocol)
        elapsed = clock() - started
        del result
        print(elapsed * 1000, flush=True)


main()
