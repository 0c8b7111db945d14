"""The Python beside profiles.ts: the same shelf, its profiles as dataclasses, changed with writeback."""

import shelve
import sys
from dataclasses import dataclass


@dataclass
class Profile:
    name: str
    theme: str
    visits: int = 0


if __name__ == "__main__":
    # Pickles name the module by its file, also where it is the program that runs.
    import profiles

    path = sys.argv[1] if len(sys.argv) > 1 else "users_db"
    with shelve.open(path, writeback=True) as shelf:
        for profile in shelf.values():
            profile.visits += 10
        shelf["cid"] = profiles.Profile("Cid", "dark")
    with shelve.open(path, "r") as shelf:
        for key in sorted(shelf):
            print(key, shelf[key].name, shelf[key].theme, shelf[key].visits)
