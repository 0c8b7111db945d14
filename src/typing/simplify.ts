/** Shapes in, fewer of them out: dicts whose keys are data become Records, equal shapes one. */
import { BIGINT, NULL, NUMBER, type Part, type Place, real, type Shapes } from "./shapes.ts";

/**
 * A dict of more keys than this, all values of one type, is a `Record`, unless several dicts have just these keys, as
 * the rows of a wide table do.
 */
const MANY_KEYS = 20;
/** Each round brings equal ones together one level farther out; most need one. */
const MOST_ROUNDS = 50;

/** Simplifies all parts in place. */
export function simplify(shapes: Shapes): void {
  // What is inside was met after what is around it.
  for (const part of [...shapes.parts].reverse())
    if (part.into === undefined && isData(part)) shapes.widen(part);
  for (let round = 0; round < MOST_ROUNDS; round++) if (!mergeEqual(shapes)) return;
}

function isData({ kind, fields, count }: Part): boolean {
  if (kind !== "object" || fields === undefined || fields.size < 2) return false;
  const isTable = count > 1 && [...fields.values()].every((field) => field.count === count);
  const areData =
    (fields.size > MANY_KEYS && !isTable) || [...fields.keys()].every((key) => /^\d/.test(key));
  return areData && areAlike([...fields.values()].map(({ place }) => real(place)));
}

// Whether all places hold one and the same type, null aside; of dicts, ones that have half of their keys in common.
function areAlike(places: readonly Place[]): boolean {
  const kinds = new Set<string>();
  const dicts: Part[] = [];
  for (const { bits, classes, parts, cut } of places) {
    if (cut !== undefined) return false;
    const plain = bits & ~NULL & (bits & BIGINT ? ~BIGINT : -1);
    if (plain !== 0 || bits & BIGINT) kinds.add(String(plain | (bits & BIGINT ? NUMBER : 0)));
    for (const { text } of classes) kinds.add(text);
    for (const part of parts.values()) {
      kinds.add(part.kind);
      if (part.kind === "object") dicts.push(real(part));
    }
    if (kinds.size > 1) return false;
  }
  const keys = dicts.flatMap(({ fields }) => [...(fields?.keys() ?? [])]);
  return keys.length * 2 >= new Set(keys).size * dicts.length;
}

function mergeEqual(shapes: Shapes): boolean {
  const numbers = new Map<object, number>();
  const numberOf = (object: object): number => {
    const number = numbers.get(object) ?? numbers.size;
    numbers.set(object, number);
    return number;
  };
  const signature = (at: Place): string => {
    const { bits, classes, parts, cut } = real(at);
    const classNumbers = [...classes].map(numberOf).sort();
    const partNumbers = [...parts.values()].map((part) => numberOf(real(part))).sort();
    return `${cut ?? ""}|${bits}|${classNumbers}|${partNumbers}`;
  };
  const known = new Map<string, Part>();
  let merged = false;
  for (const part of [...shapes.parts].reverse()) {
    if (part.into !== undefined || part.extras.size > 0) continue;
    const fields = [...(part.fields ?? [])]
      .map(([key, { place, count }]) => [key, count < part.count, signature(place)] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1));
    const inner = part.inner.map(signature);
    const text = JSON.stringify([part.kind, part.fixed, fields, part.fields === undefined, inner]);
    const other = known.get(text);
    // Into the one that was met first.
    if (other !== undefined && real(other) !== part) {
      shapes.merge(part, other);
      merged = true;
    }
    known.set(text, part);
  }
  return merged;
}
