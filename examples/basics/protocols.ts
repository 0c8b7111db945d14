/**
 * The same list under every protocol, with its size; and a file for Pythons that know no protocol above 2.
 *
 *     node examples/basics/protocols.ts FILE
 *     python3 examples/basics/protocols.py FILE
 *     python2.7 examples/basics/protocols.py FILE
 */
import { dump, dumps, HIGHEST_PROTOCOL } from "brine";

const [file = "for-python2.pkl"] = process.argv.slice(2);
const numbers = Array.from({ length: 10_000 }, (_, index) => index);
for (let protocol = 0; protocol <= HIGHEST_PROTOCOL; protocol++) {
  console.log(`protocol ${protocol}: ${dumps(numbers, protocol).length} bytes`);
}

await dump({ name: "Zoë", numbers: [1, 2.5, 2n ** 70n], tags: new Set(["a"]) }, file, {
  protocol: 2,
});
