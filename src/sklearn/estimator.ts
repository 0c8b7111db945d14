/** scikit-learn's estimators as pickles have them in, their parameters and what they learned by name out. */

import { type Inspect, Instance, inspectSymbol, nest, visible } from "../core/values/index.ts";
import { NdArray } from "../numpy/index.ts";

/**
 * An estimator of scikit-learn: a model, a transformer, a pipeline, or another of its objects with parameters.
 *
 * It is the inert instance that the pickle made, so it goes back to Python unchanged; nothing of it can be run here.
 *
 * @example
 * ```ts
 * import { Estimator, load } from "brine";
 * const model = (await load("iris.pkl")) as Estimator;
 * model.name; //=> "Pipeline"
 * const classifier = model.steps.get("classify") as Estimator;
 * classifier.params["max_iter"]; //=> 500
 * classifier.array("coef_")?.shape; //=> [3, 4]
 * Object.keys(classifier.fitted); //=> ["n_features_in_", "classes_", "n_iter_", "coef_", "intercept_"]
 * classifier.version; //=> "1.9.1"
 * ```
 */
export class Estimator extends Instance {
  /** The class without its module: `"LogisticRegression"`. */
  get name(): string {
    const { className } = this;
    return className.slice(className.lastIndexOf(".") + 1);
  }

  /** The version of scikit-learn that wrote it; `undefined` before 0.18 and for helpers that are no estimators. */
  get version(): string | undefined {
    const version = this.get("_sklearn_version");
    return typeof version === "string" ? version : undefined;
  }

  /**
   * What it was constructed with: the attributes without an underscore at either end. A few classes have more of them
   * than `get_params()` tells, such as the forests, which set what their base class asks for.
   */
  get params(): Record<string, unknown> {
    return this.#select((name) => !name.startsWith("_") && !name.endsWith("_"));
  }

  /** What `fit` learned: the attributes that end in an underscore. Empty for what was never fitted. */
  get fitted(): Record<string, unknown> {
    return this.#select((name) => !name.startsWith("_") && name.endsWith("_"));
  }

  /** One attribute, where it is an array: `array("coef_")`. */
  array(name: string): NdArray | undefined {
    return arrayOr(this.get(name));
  }

  #select(wanted: (name: string) => boolean): Record<string, unknown> {
    const all = this.attributes;
    const chosen = Object.create(null) as Record<string, unknown>;
    for (const name of Object.keys(all)) if (wanted(name)) chosen[name] = all[name];
    return chosen;
  }

  /**
   * The estimators inside it by their names: the steps of a Pipeline, the transformers of a ColumnTransformer or a
   * FeatureUnion, the estimators of an ensemble that names them; fitted ones where it was fitted. What is no estimator,
   * such as `"passthrough"`, is itself.
   */
  get steps(): ReadonlyMap<string, unknown> {
    const found = new Map<string, unknown>();
    for (const attribute of [
      "steps",
      "transformers_",
      "transformers",
      "transformer_list",
      "estimators",
    ]) {
      const list = this.get(attribute);
      if (!Array.isArray(list)) continue;
      for (const item of list) {
        if (Array.isArray(item) && typeof item[0] === "string" && item.length >= 2)
          found.set(item[0], item[1]);
      }
      if (found.size > 0) return found;
    }
    return found;
  }

  override [inspectSymbol](depth: number, options: unknown, inspect: Inspect): string {
    const title = visible(this.name, inspect);
    if (depth < 0) return `[${title}]`;
    const nested = nest(options);
    const params = Object.entries(this.params).map(([name, value]) => {
      const text = value instanceof NdArray ? arrayText(value) : inspect(value, nested);
      return `${visible(name, inspect)}=${text}`;
    });
    const fitted = Object.entries(this.fitted).map(([name, value]) => {
      const text = value instanceof NdArray ? arrayText(value) : inspect(value, nested);
      return `  ${visible(name, inspect)}: ${text}`;
    });
    const line = `${title}(${params.join(", ")})`;
    const head =
      line.length <= 76 && !line.includes("\n")
        ? line
        : `${title}(\n  ${params.join(",\n").replaceAll("\n", "\n  ")}\n)`;
    return fitted.length === 0 ? head : `${head} {\n${fitted.join("\n")}\n}`;
  }
}

function arrayText({ dtype, shape }: NdArray): string {
  return `${dtype} (${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

/**
 * The nodes of one decision tree (`tree_` of the trees of scikit-learn).
 *
 * @example
 * ```ts
 * import { Tree } from "brine";
 * const feature = (tree: Tree, node: number) => tree.nodes?.field("feature").at(node);
 * ```
 */
export class Tree extends Instance {
  /** Number of nodes; `undefined` where the state does not say. */
  get nodeCount(): number | undefined {
    const count = this.get("node_count");
    return typeof count === "number" ? count : undefined;
  }

  /** Depth of the deepest leaf; `undefined` where the state does not say. */
  get maxDepth(): number | undefined {
    const depth = this.get("max_depth");
    return typeof depth === "number" ? depth : undefined;
  }

  /**
   * The nodes as records: `left_child`, `right_child` (-1 in leaves), `feature`, `threshold`, `impurity`,
   * `n_node_samples`, `weighted_n_node_samples` and, since 1.3, `missing_go_to_left`.
   */
  get nodes(): NdArray | undefined {
    return arrayOr(this.get("nodes"));
  }

  /** What each node predicts: (nodes, outputs, classes), float64. */
  get values(): NdArray | undefined {
    return arrayOr(this.get("values"));
  }
}

function arrayOr(value: unknown): NdArray | undefined {
  return value instanceof NdArray ? value : undefined;
}
