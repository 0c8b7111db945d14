"""The same formats in Python: a pickle's value written and read as json, msgpack, pickle and joblib.

python formats.py PICKLE ROUNDS: for each format its name, bytes, and milliseconds of the best write and read; a format
that cannot hold the value is left out.
"""
import io
import json
import pickle
import sys
import time

import joblib
import msgpack


def via(dump):
    def write(value):
        file = io.BytesIO()
        dump(value, file)
        return file.getvalue()

    return write


WAYS = {
    "json": (lambda value: json.dumps(value, separators=(",", ":")).encode(), json.loads),
    "msgpack": (lambda value: msgpack.packb(value, strict_types=True), msgpack.unpackb),
    "pickle": (pickle.dumps, pickle.loads),
    "joblib": (via(joblib.dump), lambda data: joblib.load(io.BytesIO(data))),
    "joblib, compressed": (via(lambda value, file: joblib.dump(value, file, compress=3)), lambda data: joblib.load(io.BytesIO(data))),
}


def best(act, rounds):
    least = 1e9
    for _ in range(rounds):
        begin = time.thread_time()
        act()
        least = min(least, time.thread_time() - begin)
    return least * 1000


with open(sys.argv[1], "rb") as file:
    value = pickle.load(file)
for name, (write, read) in WAYS.items():
    try:
        data = write(value)
    except (TypeError, ValueError):
        continue
    rounds = int(sys.argv[2])
    print("%s\t%d\t%f\t%f" % (name, len(data), best(lambda: write(value), rounds), best(lambda: read(data), rounds)))
