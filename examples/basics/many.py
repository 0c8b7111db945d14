"""The Python beside many.ts: dump after dump into one file, load until its end."""

import pickle
import sys

path = sys.argv[1] if len(sys.argv) > 1 else "readings.pkl"
with open(path, "ab") as file:
    for number in range(1, 4):
        pickle.dump({"by": "Python", "number": number}, file)

count, by = 0, {}
with open(path, "rb") as file:
    while True:
        try:
            reading = pickle.load(file)
        except EOFError:
            break
        count += 1
        by[reading["by"]] = by.get(reading["by"], 0) + reading["number"]
print(count, "brine", by.get("brine", 0), "Python", by.get("Python", 0))
