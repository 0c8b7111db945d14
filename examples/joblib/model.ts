/**
 * A model that scikit-learn saved: its parameters and coefficients read, some changed, and written back for Python, which
 * predicts with it.
 *
 *     node examples/joblib/model.ts examples/data/iris.joblib changed.joblib
 *     python examples/joblib/model.py examples/data/iris.joblib changed.joblib
 */
import { Estimator, Float } from "brine";
import { dump, load } from "brine/joblib";

const [from = "examples/data/iris.joblib", to = "changed.joblib"] = process.argv.slice(2);
const model = await load<Estimator>(from, { lossless: true });
console.log(model.name, [...model.steps.keys()].join(" "));

const classifier = model.steps.get("classify");
if (!(classifier instanceof Estimator)) throw new Error("the model has no such step");
const intercepts = classifier.array("intercept_");
const attributes = classifier.state;
if (intercepts === undefined || !(attributes instanceof Map)) throw new Error("it is not fitted");
console.log("C", String(classifier.get("C")), "intercepts", intercepts.shape.join());

attributes.set("C", new Float(0.5));
intercepts.set(1000, 0); // the first class, whatever comes
await dump(model, to, { compress: ["gzip", 3] });
