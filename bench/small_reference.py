"""A command a line in, CPython's answer a line out: `pickle NAME` in hexadecimal, `loads NAME` and `dumps NAME` in milliseconds."""

import pickle
import sys
import time

COUNT = 50_000
TASK = {"id": 4711, "name": "mail.send", "args": ["a@example.org", 3], "retries": 0, "eta": None}
VALUES = {
    "int": 4711,
    "str": "a short text",
    "task": TASK,
    "nested": {"task": TASK, "tags": [["a", 1], ["b", 2]], "scores": (0.5, 1.5), "ok": True},
    "rows": [{"id": i, "name": "user%d" % i, "score": i / 7 + 0.1} for i in range(20)],
}

now = time.thread_time if sys.argv[1] == "cpu" else time.perf_counter


def loads(data):
    act = pickle.loads
    for _ in range(COUNT):
        last = act(data)
    return last


def dumps(value):
    act = pickle.dumps
    for _ in range(COUNT):
        last = act(value, 5)
    return last


print("ready", flush=True)
for line in sys.stdin:
    verb, name = line.split()
    value = VALUES[name]
    data = pickle.dumps(value, 5)
    if verb == "pickle":
        print(data.hex(), flush=True)
        continue
    started = now()
    loads(data) if verb == "loads" else dumps(value)
    print((now() - started) * 1000, flush=True)
