/**
 * `npm run demo`: a scikit-learn model in a joblib file, shown, audited, changed and handed back to Python.
 * Source of the model: examples/data/README.md.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Float, Instance, NdArray } from "brine";
import { dump, load } from "brine/joblib";
import { LIBRARIES_PYTHON, pythons } from "../test/interop/pythons.ts";

const ROOT = join(import.meta.dirname, "..");
const MODEL = join(ROOT, "examples", "data", "iris.joblib");
const COMMAND = join(ROOT, "dist", "cli", "main.js");

const folder = mkdtempSync(join(tmpdir(), "brine-demo-"));
try {
  const { size } = statSync(MODEL);
  title(`1. What is inside ${relative(ROOT, MODEL)}, ${size} bytes from joblib 1.6.0`);
  run(process.execPath, [COMMAND, "show", MODEL]);

  title("2. What loading it would do in Python");
  run(process.execPath, [COMMAND, "audit", MODEL]);

  const model = await load(MODEL, { lossless: true });
  title("3. Its regularisation C and its first coefficient change, and all the rest stays");
  const classifier = [...instances(model)].find((item) =>
    item.className.endsWith(".LogisticRegression"),
  );
  const attributes = classifier?.state;
  if (!(attributes instanceof Map)) throw new Error("the model has no LogisticRegression");
  attributes.set("C", new Float(0.25));
  const coefficients = attributes.get("coef_");
  if (!(coefficients instanceof NdArray)) throw new Error("the model is not fitted");
  const before = coefficients.at(0, 0);
  coefficients.set(-1, 0, 0);
  const changed = join(folder, "changed.joblib");
  await dump(model, changed, { compress: ["gzip", 3] });
  console.log(`  coef_[0][0] was ${before}, is ${coefficients.at(0, 0)}; wrote ${changed}`);

  title("4. Python reads what brine wrote");
  const python = pythons().findLast(({ version }) => version.startsWith("3."));
  if (python === undefined) {
    console.log("  no Python 3 was found here, so this step is left out (brine itself needs none)");
  } else {
    const predict = [
      "import joblib, sklearn, sys",
      "model = joblib.load(sys.argv[1])",
      'print("  joblib %s, scikit-learn %s:" % (joblib.__version__, sklearn.__version__))',
      'print("  " + repr(model).replace(chr(10), chr(10) + "  "))',
      'print("  C =", model[-1].C, "  coef_[0][0] =", model[-1].coef_[0][0])',
      'print("  predict([[5.9, 3.0, 5.1, 1.8]]) ->", model.predict([[5.9, 3.0, 5.1, 1.8]]))',
    ].join("\n");
    const libraries = [LIBRARIES_PYTHON, python.path].find(
      (path) => spawnSync(path, ["-c", "import joblib, sklearn"], { stdio: "ignore" }).status === 0,
    );
    if (libraries !== undefined) run(libraries, ["-W", "ignore", "-c", predict, changed]);
    else
      console.log(
        "  scikit-learn is not installed: scripts/python-env.sh installs it for this demo",
      );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function title(text: string): void {
  console.log(`\n${text}\n`);
}

function run(command: string, args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}

/** Every inert instance in lists, tuples and attributes below `value`, outermost first. */
function* instances(value: unknown): Generator<Instance> {
  if (value instanceof Instance) {
    yield value;
    yield* instances(Object.values(value.attributes));
  } else if (Array.isArray(value)) {
    for (const item of value) yield* instances(item);
  }
}
