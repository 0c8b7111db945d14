"""The Python beside profiles.ts: the recipe {"version": …, "data": …}; with a VERSION it writes a file of that version."""

import pickle
import sys

CURRENT = 2
MIGRATIONS = {1: lambda data: {"name": data["name"], "email": "unknown"}}

file = sys.argv[1] if len(sys.argv) > 1 else "profile.pkl"
if len(sys.argv) > 2:
    version = int(sys.argv[2])
    data = {"name": "Bob"} if version == 1 else {"name": "Bob", "email": "bob@example.org"}
    with open(file, "wb") as saved:
        pickle.dump({"version": version, "data": data}, saved)
    sys.exit()

with open(file, "rb") as saved:
    loaded = pickle.load(saved)
version, data = loaded.get("version", 1), loaded["data"]
if version > CURRENT:
    print("refused future-version", version, CURRENT)
    sys.exit()
for step in range(version, CURRENT):
    data = MIGRATIONS[step](data)
print(data["name"], data["email"])
