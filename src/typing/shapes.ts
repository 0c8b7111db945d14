/**
 * What is known of the values at one place, and how two places become one.
 *
 * A place is a point of the type: the root, the items of a list, a field. What values do there is gathered in it, so a
 * million rows are one shape. Where one object stands at two places, the two are made one (unification by union-find, as
 * in Steensgaard's points-to analysis): so no object is looked at twice, cycles end, and all of it is near-linear.
 */
import type { Known } from "./known.ts";
import { singular, wordsOf } from "./names.ts";

/** Primitive values as bits of {@link Place.bits}. */
export const NULL = 1;
export const BOOLEAN = 2;
export const NUMBER = 4;
export const BIGINT = 8;
export const STRING = 16;
export const UNDEFINED = 32;

/** Most fields of an interface: a dict of more keys is a `Record`, and its keys are data. */
export const MOST_FIELDS = 200;
/** Longest key that can be the name of a field, in UTF-16 units. */
export const LONGEST_FIELD = 200;
/** Longest tuple of which every item has a type of its own. */
const LONGEST_TUPLE = 32;
/** Levels of containers that are told apart; recursive structures are one level. */
const DEEPEST = 40;
/** Places altogether: it bounds the text, and what hostile input can make of memory. */
const MOST_PLACES = 20_000;

/** A point of the type, with all that was found there. */
export class Place {
  bits = 0;
  readonly classes = new Set<Known>();
  /** Containers and instances by kind. */
  readonly parts = new Map<string, Part>();
  /** Why nothing more is said of it than `unknown`. */
  cut: string | undefined;
  /** The place that this one has become. */
  into: Place | undefined;
  readonly depth: number;
  /** Words for a name: those of the key it stands under, one item of what that names. */
  readonly words: readonly string[];
  /** The dict around it. */
  readonly outer: Part | undefined;

  constructor(depth: number, words: readonly string[], outer: Part | undefined) {
    this.depth = depth;
    this.words = words;
    this.outer = outer;
  }
}

/** A field of an interface, and how many of the merged values have it. */
export interface Field {
  readonly place: Place;
  count: number;
}

/** One kind of container at a place, or all instances of one Python class. */
export class Part {
  readonly kind: string;
  /** What it is an instance of, beside `kind`: extended by the interface. */
  readonly base: Known | undefined;
  /** Items; keys and values; the items of a tuple one by one. */
  inner: Place[] = [];
  /** By key; `undefined` where `inner` has the one place of all values. */
  fields: Map<string, Field> | undefined;
  /** What an instance has beside attributes. */
  readonly extras = new Map<string, Field>();
  /** Values merged. */
  count = 0;
  /** Whether a tuple's items have a place each. */
  fixed = false;
  /** The words of all places where it stands. */
  readonly names: (readonly string[])[];
  /** The dict around the place where it was met first. */
  readonly outer: Part | undefined;
  into: Part | undefined;

  constructor(kind: string, { words, outer }: Place, base: Known | undefined) {
    this.kind = kind;
    this.base = base;
    this.names = [words];
    this.outer = outer;
  }
}

/** What a place or a part has become. */
export function real<Node extends Place | Part>(node: Node): Node {
  let found: Place | Part = node;
  while (found.into !== undefined) found = found.into;
  // The way is shortened, or a chain of merges would be walked for every value.
  for (let at: Place | Part = node; at.into !== undefined; ) {
    const next: Place | Part = at.into;
    if (next !== found) at.into = found as Place & Part;
    at = next;
  }
  // Places become places, and parts parts.
  return found as Node;
}

/** All places and parts of one inference. */
export class Shapes {
  readonly parts: Part[] = [];
  #places = 0;
  readonly #beyond = new Map<string, Place>();

  /** A new place inside `around`; a common one that is cut where there would be too many or too deep ones. */
  place(around: Place | undefined, words: readonly string[], outer = around?.outer): Place {
    const depth = around === undefined ? 0 : around.depth + 1;
    if (depth > DEEPEST) return this.#cut(`what is more than ${DEEPEST} levels deep`);
    if (this.#places === MOST_PLACES)
      return this.#cut(`what comes after ${MOST_PLACES} places of different types`);
    this.#places++;
    return new Place(depth, words, outer);
  }

  #cut(why: string): Place {
    let place = this.#beyond.get(why);
    if (place === undefined) {
      place = new Place(0, [], undefined);
      place.cut = why;
      this.#beyond.set(why, place);
    }
    return place;
  }

  /** The part of a kind at a place, made where there is none, with so many places inside: items, or keys and values. */
  part(at: Place, kind: string, inside: number, base?: Known): Part {
    const place = real(at);
    const found = place.parts.get(kind);
    if (found !== undefined) return real(found);
    const part = new Part(kind, place, base);
    const words = inside > 0 ? singular(place.words) : [];
    for (let index = 0; index < inside; index++) part.inner.push(this.place(place, words));
    place.parts.set(kind, part);
    this.parts.push(part);
    return part;
  }

  /** The part of a kind that has fields by name. */
  record(place: Place, kind: string, base?: Known): Part {
    const part = this.part(place, kind, 0, base);
    // One that has become a Record has the place of its values instead.
    if (part.inner.length === 0) part.fields ??= new Map();
    return part;
  }

  /** The tuple at a place, whose items are told apart as long as all tuples there have one length. */
  tuple(at: Place, length: number): Part {
    const place = real(at);
    const found = place.parts.get("tuple");
    if (found === undefined) {
      const fixed = length <= LONGEST_TUPLE;
      const part = this.part(place, "tuple", fixed ? length : 1);
      part.fixed = fixed;
      return part;
    }
    const part = real(found);
    if (part.fixed && part.inner.length !== length) this.widen(part);
    return real(part);
  }

  /** The place of a key, of which so many more values have been met. */
  field(of: Part, key: string, around: Place, times: number): Place {
    const part = real(of);
    const known = part.fields?.get(key);
    if (known !== undefined) {
      known.count += times;
      return known.place;
    }
    if (part.fields !== undefined) {
      const isName = key.length <= LONGEST_FIELD && key.isWellFormed();
      if (isName && part.fields.size < MOST_FIELDS) {
        const place = this.place(real(around), wordsOf(key), part);
        part.fields.set(key, { place, count: times });
        return place;
      }
      this.widen(part);
    }
    return real(part).inner[0] as Place;
  }

  /** As {@link Shapes.field}, of what an instance has beside attributes. */
  extra(of: Part, name: string, around: Place): Place {
    const { extras, names } = real(of);
    let field = extras.get(name);
    if (field === undefined) {
      field = { place: this.place(real(around), [...(names[0] ?? []), name]), count: 0 };
      extras.set(name, field);
    }
    field.count++;
    return field.place;
  }

  /** Puts a part at a place where it was not met before. */
  join(at: Place, part: Part): void {
    const place = real(at);
    const mine = place.parts.get(part.kind);
    if (mine !== undefined) this.merge(mine, part);
    else if (place.cut === undefined) {
      place.parts.set(part.kind, part);
      real(part).names.push(place.words);
    }
  }

  /** Makes two parts one. */
  merge(one: Part, other: Part): void {
    this.#unite([], [[one, other]]);
  }

  /** Gives a tuple's items, or an object's fields, one place for all. */
  widen(part: Part): void {
    const places: [Place, Place][] = [];
    this.#open(part, places);
    this.#unite(places, []);
  }

  // No recursion: what is merged may be as deep as the values are.
  #unite(places: [Place, Place][], parts: [Part, Part][]): void {
    for (;;) {
      const twoPlaces = places.pop();
      if (twoPlaces !== undefined) {
        const [into, from] = [real(twoPlaces[0]), real(twoPlaces[1])];
        if (into === from) continue;
        from.into = into;
        into.bits |= from.bits;
        into.cut ??= from.cut;
        for (const known of from.classes) into.classes.add(known);
        for (const [kind, part] of from.parts) {
          const mine = into.parts.get(kind);
          if (mine === undefined) into.parts.set(kind, part);
          else parts.push([mine, part]);
        }
        continue;
      }
      const twoParts = parts.pop();
      if (twoParts === undefined) return;
      const [into, from] = [real(twoParts[0]), real(twoParts[1])];
      if (into !== from) this.#absorb(into, from, places);
    }
  }

  #absorb(into: Part, from: Part, places: [Place, Place][]): void {
    const sameItems = into.fixed === from.fixed && into.inner.length === from.inner.length;
    const sameKind = (into.fields === undefined) === (from.fields === undefined);
    if (!sameItems || !sameKind) {
      this.#open(into, places);
      this.#open(from, places);
    }
    from.into = into;
    into.count += from.count;
    into.names.push(...from.names);
    from.inner.forEach((place, at) => {
      places.push([into.inner[at] as Place, place]);
    });
    for (const [mine, theirs] of [
      [into.extras, from.extras],
      [into.fields, from.fields],
    ] as const) {
      for (const [key, field] of theirs ?? []) {
        const known = mine?.get(key);
        if (known === undefined) mine?.set(key, field);
        else {
          known.count += field.count;
          places.push([known.place, field.place]);
        }
      }
    }
    if ((into.fields?.size ?? 0) > MOST_FIELDS) this.#open(into, places);
  }

  #open(part: Part, places: [Place, Place][]): void {
    if (part.fields === undefined && !part.fixed) return;
    const all = part.fixed
      ? part.inner
      : [...(part.fields?.values() ?? [])].map(({ place }) => place);
    const words = singular(part.names[0] ?? []);
    const [first = this.place(undefined, words)] = all;
    // What stood under keys, which are data now, is called after the whole.
    for (const at of part.fields === undefined ? [] : all)
      for (const value of real(at).parts.values()) real(value).names.unshift(words);
    part.fields = undefined;
    part.fixed = false;
    part.inner = [first];
    for (const place of all.slice(1)) places.push([first, place]);
  }
}
