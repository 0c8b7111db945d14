"""The Python beside round-trip.ts."""

import os
import pickle
import sys

folder = sys.argv[1] if len(sys.argv) > 1 else "."
person = {
    "name": "Alice",
    "age": 30,
    "scores": [95.5, 87, 92],
    "metadata": {"active": True, "address": {"city": "Zürich", "since": None}},
}


def said(truth):
    return str(truth).lower()


data = pickle.dumps(person)
copy = pickle.loads(data)
print("equal", said(copy == person), "same", said(copy is person))
print("inner same", said(copy["metadata"] is person["metadata"]))
with open(os.path.join(folder, "from-python.pkl"), "wb") as file:
    file.write(data)

theirs = os.path.join(folder, "from-brine.pkl")
other = pickle.load(open(theirs, "rb")) if os.path.exists(theirs) else copy
assert other == person
print(other["name"], other["age"], *other["scores"], other["metadata"]["address"]["city"])
