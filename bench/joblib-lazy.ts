/**
 * With `slice`: makes a sparse joblib file of 8 GiB, reads three rows of its array, and prints the most memory that this
 * took, kB; without: what an empty process takes.
 */
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

if (process.argv[2] === "slice") {
  const { Global, Instance, Tuple, dumps, dtype } = await import("brine");
  const { load } = await import("brine/joblib");
  const folder = mkdtempSync(join(tmpdir(), "brine-lazy-"));
  try {
    const path = join(folder, "big.joblib");
    const rows = (8 * 1024 ** 3) / 8 / 1024;
    const wrapper = new Instance(
      "new",
      new Global("joblib.numpy_pickle", "NumpyArrayWrapper"),
      new Tuple(),
    );
    wrapper.state = {
      subclass: new Global("numpy", "ndarray"),
      shape: Tuple.of(rows, 1024),
      order: "C",
      dtype: dtype("<f8"),
      allow_mmap: true,
      numpy_array_alignment_bytes: null,
    };
    const pickle = dumps(wrapper, 3);
    const size = pickle.length - 1 + rows * 8192 + 1;
    writeFileSync(path, pickle.subarray(0, -1));
    const file = openSync(path, "r+");
    ftruncateSync(file, size);
    writeSync(file, ".", size - 1);
    closeSync(file);
    const array = await load<import("brine/numpy").LazyArray>(path, { mmapMode: "r" });
    const three = await array.slice([rows - 3, null]);
    if (three.shape.join() !== "3,1024" || three.at(2, 1023) !== 0) throw new Error("other rows");
    await array.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
process.stdout.write(String(process.resourceUsage().maxRSS));
