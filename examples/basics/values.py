"""The Python beside values.ts."""

import os
import pickle
import sys
import threading

folder = sys.argv[1] if len(sys.argv) > 1 else "."
values = {
    "none": None,
    "bool": True,
    "int": 2**100,
    "float": 1.0,
    "imaginary": 1 - 2j,
    "str": "Zoë",
    "bytes": b"\x00\xff",
    "list": [1, "two", [3]],
    "tuple": (1, ()),
    "dict": {1: "one", (1, 2): "pair"},
    "set": {1, 2},
    "frozenset": frozenset("a"),
    "steps": range(0, 10, 3),
}
with open(os.path.join(folder, "from-python.pkl"), "wb") as file:
    pickle.dump(values, file, 4)

theirs = os.path.join(folder, "from-brine.pkl")
if os.path.exists(theirs):
    with open(theirs, "rb") as file:
        found = pickle.load(file)
    for name, value in found.items():
        assert type(value) is type(values[name]) and value == values[name], name
        print(name, type(value).__name__)

for name, value in (("lambda", lambda: 1), ("lock", threading.Lock()), ("stream", sys.stdout)):
    try:
        pickle.dumps(value)
    except (TypeError, AttributeError, pickle.PicklingError) as error:
        print("refused", name)
