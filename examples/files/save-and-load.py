"""The Python beside save-and-load.ts: reads what that one wrote, under each ending, and writes it again."""

import os
import pickle
import sys

folder = sys.argv[1] if len(sys.argv) > 1 else "."

for name in ("data.pkl", "data.pickle", "data.bin"):
    with open(os.path.join(folder, name), "rb") as file:
        data = pickle.load(file)
    print(name, data["name"], sum(data["scores"]), data["tags"], data["photo"])

data["name"] = "Bob"
with open(os.path.join(folder, "data.pkl"), "wb") as file:
    pickle.dump(data, file)
