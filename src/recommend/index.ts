/** Which of JSON, msgpack, pickle, joblib and dill to use: a value and needs in, a format with its reasons out. */
import { registryOf, type TypeList } from "../core/registry/index.ts";
import { factsOf } from "./facts.ts";
import { judge, type Needs, type Recommendation } from "./judge.ts";

export type { Fact } from "./facts.ts";
export type { Format, Needs, Obstacle, Recommendation } from "./judge.ts";

/** Looks at a value, knowing these classes, and says which format keeps it and meets the needs. */
export function recommend(value: unknown, needs: Needs, types: TypeList): Recommendation {
  return judge(factsOf(value, registryOf(types)), needs);
}
