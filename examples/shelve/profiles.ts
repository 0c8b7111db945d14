/**
 * User profiles in a dictionary on the disk: set, got, changed, counted, deleted; the file is the one that Python's shelve opens.
 *
 *     node examples/shelve/profiles.ts users_db
 *     python3.13 examples/shelve/profiles.py users_db
 */
import { classType } from "brine";
import { open } from "brine/shelve";

/** In Python: a dataclass `Profile` of the module `profiles`. */
class Profile {
  name: string;
  theme: string;
  visits: number;
  constructor(name: string, theme: string, visits = 0) {
    this.name = name;
    this.theme = theme;
    this.visits = visits;
  }
}

const [path = "users_db"] = process.argv.slice(2);
using shelf = open<Profile>(path, { types: [classType("profiles.Profile", Profile)] });

shelf.set("ann", new Profile("Ann", "dark")).set("bob", new Profile("Bob", "light"));
shelf.set("temporary", new Profile("Nobody", "none"));
// What was got is a copy: it is written when it is set again, or by update.
shelf.update("ann", (ann) => new Profile("Ann", ann?.theme ?? "dark", (ann?.visits ?? 0) + 1));
shelf.delete("temporary");

console.log(shelf.size, shelf.has("temporary"), [...shelf.keys()].join(" "));
for (const [key, { name, theme, visits }] of shelf) console.log(key, name, theme, visits);
