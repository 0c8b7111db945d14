/** Loaded values in, all of them looked at, what TypeScript calls them out. */
import {
  FrozenSet,
  Global,
  type Inert,
  type Instance,
  isPlainObject,
  Tuple,
} from "../core/values/index.ts";
import { DataFrame, PandasError } from "../pandas/index.ts";
import { Counter, DefaultDict, Deque, OrderedDict, SimpleNamespace } from "../stdlib/index.ts";
import { type DeclareOptions, declarations } from "./declare.ts";
import { type Known, knownOf } from "./known.ts";
import { wordsOf } from "./names.ts";
import {
  BIGINT,
  BOOLEAN,
  NULL,
  NUMBER,
  type Part,
  type Place,
  real,
  Shapes,
  STRING,
  UNDEFINED,
} from "./shapes.ts";

export { type DeclareOptions, isTypeName } from "./declare.ts";

/** Calls inside one another before values wait in a list: faster, and no depth of values is a depth of the stack. */
const MOST_CALLS = 100;
/** Containers of at most so many plain values are looked at each time they are met, and not remembered. */
const FEW = 16;
/** How far out a dict with the same keys is looked for. */
const FARTHEST_OUTER = 100;

/** Gathers values of one type: the objects of a file. */
export class Typing {
  readonly #shapes = new Shapes();
  readonly #root: Place;
  readonly #met = new Memory();
  readonly #classes = new Map<string, Part>();
  readonly #states = new Set<object>();
  readonly #waiting: [value: object, place: Place][] = [];

  /** @param title what the values are called, such as the file's name: items of `users` are `User` */
  constructor(title: string) {
    this.#root = this.#shapes.place(undefined, wordsOf(title));
  }

  /** Looks at a value, all of it. */
  add(value: unknown): void {
    this.#put(value, this.#root, 0);
    for (;;) {
      const next = this.#waiting.pop();
      if (next === undefined) return;
      this.#enter(next[0], next[1], 0);
    }
  }

  /** The declarations. */
  text(options: DeclareOptions): string {
    return declarations(this.#shapes, this.#root, options);
  }

  #put(value: unknown, place: Place, calls: number): void {
    const bit = bitOf(value);
    if (bit !== 0) real(place).bits |= bit;
    else if (typeof value !== "object")
      real(place).cut ??= "functions and symbols, which no pickle has";
    else this.#enter(value as object, place, calls);
  }

  /** Puts what stands in a container; a container that holds more than plain values is remembered first. */
  #inside(value: unknown, place: Place, owner: object, part: Part, calls: number): void {
    const bit = bitOf(value);
    if (bit !== 0) {
      real(place).bits |= bit;
      return;
    }
    this.#met.set(owner, part);
    this.#put(value, place, calls + 1);
  }

  // Whether an object was looked at before: then what it is stands here too.
  #isKnown(value: object, place: Place): boolean {
    const before = this.#met.get(value);
    if (before !== undefined) this.#shapes.join(place, before);
    return before !== undefined;
  }

  #enter(value: object, at: Place, calls: number): void {
    const place = real(at);
    if (place.cut !== undefined || this.#isKnown(value, place)) return;
    if (calls > MOST_CALLS) {
      this.#waiting.push([value, place]);
      return;
    }
    if (value instanceof Tuple) this.#tuple(value, place, calls);
    else if (Array.isArray(value)) {
      const kind = value instanceof Deque ? "Deque" : "list";
      this.#items(value, value.length, value, place, kind, calls);
    } else if (isPlainObject(value)) {
      const keys = Object.keys(value);
      const part = this.#sameOuter(place, keys) ?? this.#shapes.record(place, "object");
      this.#fields(value, keys, value, part, place, calls);
    } else if (value instanceof Map) this.#map(value, place, calls);
    else if (value instanceof Set) {
      const kind = value instanceof FrozenSet ? "ReadonlySet" : "Set";
      this.#items(value, value.size, value, place, kind, calls);
    } else this.#known(value, place, calls);
  }

  #known(value: object, place: Place, calls: number): void {
    const known = knownOf(value);
    if (known === undefined) place.cut = "objects of unknown classes";
    else if (value instanceof SimpleNamespace) {
      const part = this.#shapes.record(place, "namespace", known);
      this.#fields({ ...value }, Object.keys(value), value, part, place, calls);
    } else if (value instanceof DataFrame) this.#frame(value, place, known, calls);
    else if (known.text === "Instance" || known.text === "Estimator")
      this.#instance(value as Instance, place, known, calls);
    else place.classes.add(known);
  }

  #items(
    items: Iterable<unknown>,
    size: number,
    owner: object,
    place: Place,
    kind: string,
    calls: number,
  ): void {
    const part = this.#shapes.part(place, kind, 1);
    if (size > FEW) this.#met.set(owner, part);
    part.count++;
    const [item] = part.inner as [Place];
    for (const value of items) this.#inside(value, item, owner, part, calls);
  }

  #tuple(items: readonly unknown[], place: Place, calls: number): void {
    const part = this.#shapes.tuple(place, items.length);
    if (items.length > FEW) this.#met.set(items, part);
    part.count++;
    for (let at = 0; at < items.length; at++) {
      // A tuple inside it may have made their places one.
      const { fixed, inner } = real(part);
      this.#inside(items[at], inner[fixed ? at : 0] as Place, items, part, calls);
    }
  }

  #map(value: Map<unknown, unknown>, place: Place, calls: number): void {
    let kind = "Map";
    for (const Class of [OrderedDict, DefaultDict, Counter])
      if (value instanceof Class) kind = Class.name;
    const part = this.#shapes.part(place, kind, 2);
    if (value.size > FEW) this.#met.set(value, part);
    part.count++;
    const [keys, values] = part.inner as [Place, Place];
    for (const [key, item] of value.entries()) {
      this.#inside(key, keys, value, part, calls);
      this.#inside(item, values, value, part, calls);
    }
  }

  // A dict with the keys of one around it is another of those: trees, linked lists.
  #sameOuter(place: Place, keys: readonly string[]): Part | undefined {
    if (place.parts.has("object") || keys.length === 0) return undefined;
    let outer = place.outer;
    for (let steps = 0; outer !== undefined && steps < FARTHEST_OUTER; steps++) {
      const { fields, kind } = real(outer);
      if (
        kind === "object" &&
        fields?.size === keys.length &&
        keys.every((key) => fields.has(key))
      ) {
        this.#shapes.join(place, outer);
        return real(outer);
      }
      outer = real(outer).outer;
    }
    return undefined;
  }

  #fields(
    value: Record<string, unknown>,
    keys: readonly string[],
    owner: object,
    part: Part,
    place: Place,
    calls: number,
  ): void {
    if (keys.length > FEW) this.#met.set(owner, part);
    // All keys first: a dict inside is compared with this one.
    if (real(part).count++ === 0) for (const key of keys) this.#shapes.field(part, key, place, 0);
    for (const key of keys) {
      const field = this.#shapes.field(part, key, place, 1);
      this.#inside(value[key], field, owner, part, calls);
    }
  }

  // One part for each class, wherever its instances stand.
  #instance(value: Instance, place: Place, known: Known, calls: number): void {
    const { className, callable, args, items, entries, state } = value;
    let part = this.#classes.get(className);
    if (part === undefined) {
      part = this.#shapes.record(place, `instance ${className}`, known);
      this.#classes.set(className, part);
    } else this.#shapes.join(place, part);
    this.#met.set(value, part);
    // Instances may share one large state.
    const isShared = typeof state === "object" && state !== null && this.#states.has(state);
    if (!isShared) {
      const { attributes } = value;
      const names = Object.keys(attributes);
      if (names.length > FEW) this.#states.add(state as object);
      this.#fields(attributes, names, value, part, place, calls);
    }
    const extra = (name: string): Place => this.#shapes.extra(part, name, place);
    // The functions that only carry a class have it among their arguments.
    if (callable instanceof Global && className === callable.path) {
      const at = extra("args");
      if (real(at).cut === undefined && !this.#isKnown(args, at)) this.#tuple(args, at, calls);
    }
    if (items !== undefined) this.#put(items, extra("items"), calls + 1);
    if (entries !== undefined) this.#pairs(entries, extra("entries"), calls);
    if (!isAttributes(state)) this.#put(state, extra("state"), calls + 1);
  }

  #pairs(pairs: readonly (readonly unknown[])[], place: Place, calls: number): void {
    if (real(place).cut !== undefined) return;
    const list = this.#shapes.part(place, "list", 1);
    const [item] = list.inner as [Place];
    if (real(item).cut !== undefined) return;
    for (const pair of pairs) this.#tuple(pair, real(item), calls);
  }

  // Its rows are typed beside it, for what `toRows()` gives.
  #frame(frame: DataFrame, place: Place, known: Known, calls: number): void {
    const part = this.#shapes.part(place, "DataFrame", 1, known);
    this.#met.set(frame, part);
    const [rows] = part.inner as [Place];
    if (real(rows).cut !== undefined) return;
    const row = this.#shapes.record(rows, "object");
    real(row).count++;
    try {
      frame.fieldNames.forEach((name, at) => {
        const field = this.#shapes.field(row, name, rows, 1);
        for (const value of frame.columnAt(at)) this.#put(value, field, calls + 1);
      });
    } catch (error) {
      // What holds no data that pandas would have written has no rows.
      if (!(error instanceof PandasError)) throw error;
    }
  }
}

function bitOf(value: unknown): number {
  switch (typeof value) {
    case "string":
      return STRING;
    case "number":
      return NUMBER;
    case "boolean":
      return BOOLEAN;
    case "bigint":
      return BIGINT;
    case "undefined":
      return UNDEFINED;
    default:
      return value === null ? NULL : 0;
  }
}

// Whether `attributes` shows the state, or there is none.
function isAttributes(state: Inert["state"]): boolean {
  const isDict = (part: unknown): boolean =>
    part === null || part === undefined || part instanceof Map || isPlainObject(part);
  return isDict(state) || (state instanceof Tuple && state.length === 2 && state.every(isDict));
}

/** Which part an object has become; a Map of V8 holds at most 2^24 entries. */
class Memory {
  readonly #maps: Map<object, Part>[] = [new Map()];

  get(value: object): Part | undefined {
    for (const map of this.#maps) {
      const part = map.get(value);
      if (part !== undefined) return part;
    }
    return undefined;
  }

  set(value: object, part: Part): void {
    const [map] = this.#maps as [Map<object, Part>];
    if (map.size < 2 ** 24 - 1 || map.has(value)) map.set(value, part);
    else this.#maps.unshift(new Map([[value, part]]));
  }
}
