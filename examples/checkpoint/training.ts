/**
 * A long loop that goes on where it was stopped, in a folder of checkpoints that Python's recipe writes and reads too.
 * Each run does two epochs more, whoever did the ones before.
 *
 *     node examples/checkpoint/training.ts FOLDER
 *     python3 examples/checkpoint/checkpoints.py FOLDER
 */
import { Checkpoints } from "brine/checkpoint";

interface Run {
  epoch: number;
  losses: number[];
}

const [folder = "checkpoints"] = process.argv.slice(2);
const checkpoints = new Checkpoints<Run>(folder, { keepLast: 5 });

const run = await checkpoints.resume({ epoch: 0, losses: [] });
for (const last = run.epoch + 2; run.epoch < last; ) {
  run.losses.push(1 / ++run.epoch);
  await checkpoints.save(`epoch-${run.epoch}`, run, { loss: run.losses.at(-1), by: "brine" });
}

for (const { name, metadata } of await checkpoints.list()) {
  console.log(name, Number(metadata?.["loss"]).toFixed(3), metadata?.["by"]);
}
