/**
 * brine -> Python -> brine, live: graphs of every value class made here, dumped at each protocol, loaded and dumped
 * again by each Python, and loaded here (lossless): equal, with the same sharing.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { dumps, loads } from "../../src/pickle/index.ts";
import { unlike } from "./alike.ts";
import { graph } from "./graphs.ts";
import { Peer } from "./peer.ts";
import { graphCount } from "./python-run.ts";
import { PYTHON_SERIES, requirePython } from "./pythons.ts";

const SEED = 20261121;

for (const version of PYTHON_SERIES) {
  const python = requirePython(version);
  const isPython2 = version === "2.7";
  const highest = isPython2 ? 2 : version === "3.6" || version === "3.7" ? 4 : 5;

  test.skipIf(python === undefined)(
    `brine reads back what it wrote for CPython ${version}`,
    async () => {
      const values = fc.sample(graph({ singletons: !isPython2 }), {
        numRuns: Number(graphCount(2000)),
        seed: SEED,
      });
      const peer = new Peer(python!);
      const wrong: string[] = [];
      let unwritten = 0;
      for (let protocol = 0; protocol <= highest; protocol++) {
        const pickles = values.map((value) => dumps(value, protocol));
        const answers = await peer.again(pickles, protocol);
        answers.forEach((answer, index) => {
          const where = `value ${index}, protocol ${protocol}`;
          const hex = Buffer.from(pickles[index]!).toString("hex").slice(0, 600);
          // Python 2 and protocols 0 and 1 cannot write every cycle that they can read
          if (
            "error" in answer &&
            /^(RecursionError|RuntimeError: maximum recursion)/.test(answer.error)
          ) {
            unwritten++;
            return;
          }
          if ("error" in answer) {
            wrong.push(`${where}: ${answer.error} ${hex}`);
            return;
          }
          const options = { lossless: true, ...(isPython2 && { encoding: "bytes" as const }) };
          const back = loads(answer.bytes, options);
          const places = unlike(values[index], back, { unorderedDicts: isPython2 });
          if (places.length > 0) wrong.push(`${where}: ${places.join("; ")} ${hex}`);
        });
      }
      peer.close();
      expect(wrong.slice(0, 5)).toEqual([]);
      expect(wrong.length).toBe(0);
      expect(unwritten).toBeLessThan((values.length * (highest + 1)) / 5);
    },
  );
}
