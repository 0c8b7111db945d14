/**
 * One turn of bench/checkpoint.ts, in a process of its own: `checkpoint-one.ts FOLDER save|load typed|numpy MEGABYTES`.
 * Prints seconds by the wall clock, seconds of the processor, and the most memory that the process had, in MB.
 */
import { Checkpoints } from "../src/checkpoint/index.ts";
import { ndarray } from "../src/index.ts";

const [folder = "", verb = "", kind = "", size = "0"] = process.argv.slice(2);
const LAYERS = 8;
const items = (Number(size) * 1e6) / 8 / LAYERS;
const checkpoints = new Checkpoints(folder);

function state(): Record<string, unknown> {
  const layers = Array.from({ length: LAYERS }, (_, layer): [string, unknown] => {
    const data = new Float64Array(items);
    for (let at = 0; at < items; at++) data[at] = at + layer;
    return [`layer-${layer}`, kind === "numpy" ? ndarray(data) : data];
  });
  return { step: 1, ...Object.fromEntries(layers) };
}

const given = verb === "save" ? state() : {};
const before = process.resourceUsage().maxRSS;
const from = process.cpuUsage();
const start = performance.now();
if (verb === "save") await checkpoints.save("big", given, { loss: 0.5 });
else if (verb === "load") await checkpoints.load("big");
else if (verb === "list") await checkpoints.list();
else await checkpoints.verify("big");
const wall = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(from);
const after = process.resourceUsage().maxRSS;
process.stdout.write(
  `${JSON.stringify({ wall, cpu: (user + system) / 1e6, peak: (after * 1024) / 1e6, before: (before * 1024) / 1e6 })}\n`,
);
