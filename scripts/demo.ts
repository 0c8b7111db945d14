/**
 * `npm run demo`: a model that scikit-learn pickled, shown, changed and handed back to Python.
 * Source of the model: examples/data/README.md.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { dump, Float, Instance, loads } from "brine";
import { LIBRARIES_PYTHON, pythons } from "../test/interop/pythons.ts";

const ROOT = join(import.meta.dirname, "..");
const MODEL = join(ROOT, "examples", "data", "iris.pkl");
const COMMAND = join(ROOT, "dist", "cli", "main.js");

const folder = mkdtempSync(join(tmpdir(), "brine-demo-"));
try {
  const bytes = readFileSync(MODEL);
  title(
    `1. What is inside ${relative(ROOT, MODEL)}, ${bytes.length} bytes from scikit-learn 1.9.1`,
  );
  run(process.execPath, [COMMAND, "show", MODEL]);

  const model = loads(bytes, { lossless: true });
  title("2. Its regularisation C goes from 1.0 to 0.25, and all the rest stays as it was");
  const classifier = [...instances(model)].find((item) =>
    item.className.endsWith(".LogisticRegression"),
  );
  const attributes = classifier?.state;
  if (!(attributes instanceof Map)) throw new Error("the model has no LogisticRegression");
  attributes.set("C", new Float(0.25));
  const changed = join(folder, "changed.pkl");
  await dump(model, changed, 4);
  const plain = join(folder, "plain.pkl");
  const summary = {
    model: "iris",
    C: new Float(0.25),
    classes: new Set(["setosa", "versicolor", "virginica"]),
    rows: 150,
    population: 2n ** 70n,
  };
  await dump(summary, plain, 2);
  console.log(`  wrote ${changed} and ${plain}`);

  title("3. Python reads what brine wrote");
  const python = pythons().findLast(({ version }) => version.startsWith("3."));
  if (python === undefined) {
    console.log("  no Python 3 was found here, so this step is left out (brine itself needs none)");
  } else {
    const show = `import pickle, sys; print(" ", pickle.load(open(sys.argv[1], "rb")))`;
    console.log(`  CPython ${python.release}, a dict that brine made:`);
    run(python.path, ["-c", show, plain]);
    const predict = [
      "import pickle, sys, sklearn",
      'model = pickle.load(open(sys.argv[1], "rb"))',
      'print("  scikit-learn %s, the changed model:" % sklearn.__version__)',
      'print("  " + repr(model).replace(chr(10), chr(10) + "  "))',
      'print("  predict([[5.9, 3.0, 5.1, 1.8]]) ->", model.predict([[5.9, 3.0, 5.1, 1.8]]))',
    ].join("\n");
    const libraries = [LIBRARIES_PYTHON, python.path].find(
      (path) => spawnSync(path, ["-c", "import sklearn"], { stdio: "ignore" }).status === 0,
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
