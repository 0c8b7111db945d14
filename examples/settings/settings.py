"""The Python beside settings.ts, over the same file."""

import os
import pickle
import sys

file, changes = sys.argv[1], sys.argv[2:]
settings = {"theme": "light", "font_size": 12, "line_numbers": True, "recent": []}
if os.path.exists(file):
    with open(file, "rb") as saved:
        settings.update(pickle.load(saved))

for change in changes:
    name, value = change.split("=")
    if name == "open":
        settings["recent"] = [value, *settings["recent"]][:3]
    else:
        settings[name] = {"font_size": int, "line_numbers": "yes".__eq__}.get(name, str)(value)

with open(file, "wb") as saved:
    pickle.dump(settings, saved)
print(settings["theme"], settings["font_size"], str(settings["line_numbers"]).lower(), ",".join(settings["recent"]))
