/**
 * Speed of `loads` and `dumps` over small pickles, a call for each, as queues and caches make them: CPython and brine in turn.
 *
 *     npm run bench:small
 *     npm run bench:small -- --rounds 9 --clock cpu
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { requirePython } from "../test/interop/pythons.ts";
import { Peer, startNode } from "./peer.ts";

const VALUES: readonly [name: string, what: string][] = [
  ["int", "an int"],
  ["str", "a short str"],
  ["task", "a dict of five, a list in it"],
  ["nested", "that in a dict of four"],
  ["rows", "a list of 20 dicts of three"],
];

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, clock: { type: "string", default: "wall" } },
});
const rounds = Number(options.rounds);
const python = requirePython("3.13");
if (python === undefined) process.exit(0);

console.log(
  `CPython ${python.release}, Node ${process.version.slice(1)}, ${cpus()[0]?.model}; microseconds a call, best of ${rounds} ` +
    `rounds of 50,000 calls in turn, ${options.clock} time; ratio = CPython's time / brine's\n`,
);
console.log(
  `${"".padEnd(38)} bytes |       CPython   brine   ratio |       CPython   brine   ratio`,
);

const here = import.meta.dirname;
const reference = new Peer(python.path, [join(here, "small_reference.py"), options.clock]);
const brine = startNode(join(here, "small-one.ts"), [options.clock]);
await Promise.all([reference.line(), brine.line()]);
for (const [name, what] of VALUES) {
  const hex = await reference.ask(`pickle ${name}`);
  await brine.ask(`pickle ${name} ${hex}`);
  const cells = [`${name.padEnd(8)}${what.padEnd(30)}`, String(hex.length / 2).padStart(5)];
  for (const verb of ["loads", "dumps"]) {
    const command = `${verb} ${name}`;
    let [theirs, ours] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let round = 0; round < rounds; round++) {
      theirs = Math.min(theirs, await reference.time(command));
      ours = Math.min(ours, await brine.time(command));
    }
    const [python, here] = [theirs, ours].map((time) => (time / 50).toFixed(2).padStart(8));
    cells.push(`| ${verb} ${python}${here}${(theirs / ours).toFixed(2).padStart(8)}`);
  }
  console.log(cells.join(" "));
}
reference.close();
brine.close();
