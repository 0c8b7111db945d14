/**
 * A record to bytes and back: the copy is equal and another object; and the record that Python wrote.
 *
 *     node examples/basics/round-trip.ts FOLDER
 *     python3 examples/basics/round-trip.py FOLDER
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { dumps, loads } from "brine";

interface Person {
  name: string;
  age: number;
  scores: number[];
  metadata: { active: boolean; address: { city: string; since: null } };
}

const [folder = "."] = process.argv.slice(2);
const person: Person = {
  name: "Alice",
  age: 30,
  scores: [95.5, 87, 92],
  metadata: { active: true, address: { city: "Zürich", since: null } },
};

const bytes = dumps(person);
const copy = loads<Person>(bytes);
console.log("equal", isDeepStrictEqual(copy, person), "same", copy === person);
console.log("inner same", copy.metadata === person.metadata);
writeFileSync(join(folder, "from-brine.pkl"), bytes);

const theirs = join(folder, "from-python.pkl");
const other = existsSync(theirs) ? loads<Person>(readFileSync(theirs)) : copy;
console.log(other.name, other.age, other.scores.join(" "), other.metadata.address.city);
