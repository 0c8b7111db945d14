/**
 * A large array with its labels and settings in a file of joblib: kept plain and compressed, read whole and by slices.
 *
 *     node examples/joblib/arrays.ts FOLDER
 *     python examples/joblib/arrays.py FOLDER
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "brine/joblib";
import { type LazyArray, NdArray, ndarray } from "brine/numpy";

const [folder = "."] = process.argv.slice(2);
const values = Float64Array.from({ length: 1_000_000 }, (_, index) => index / 8);
const data = {
  features: ndarray(values).reshape([1000, 1000]),
  labels: ["oak", "fir"],
  config: { folds: 5, shuffle: true },
};
const ours = join(folder, "from-brine.joblib");
await dump(data, ours);
await dump(data, `${ours}.gz`, { compress: ["gzip", 3] });

const theirs = join(folder, "from-python.joblib");
const path = existsSync(theirs) ? theirs : ours;

const whole = await load<typeof data>(`${path}.gz`);
console.log(whole.features instanceof NdArray, whole.features.shape.join("×"));
console.log(whole.features.at(999, 999), whole.labels.join(" "), whole.config.folds);

// The file stays where it is: of its eight million bytes, these 24,000 are read.
const { features } = await load<{ features: LazyArray }>(path, { mmapMode: "r" });
const rows = await features.slice([10, 13]);
console.log(rows.shape.join("×"), rows.at(0, 0));
await features.close();
