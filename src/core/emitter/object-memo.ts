/**
 * The memo of objects, by identity: a hash table of our own for lists and tuples, a place in each inert instance, V8's Map
 * for the rest.
 *
 * JavaScript gives no number to hash an object by, and the one that V8's Map gives it costs: a Map of many objects that
 * does not know one finds that out at the end of a chain through memory that no cache holds. So lists and tuples are
 * hashed by what they begin and end with, their print, and compared by identity: 300,000 tuples take 204 ms in the place
 * of 290, 150,000 nested containers 459 in that of 636 (Node 26, `bench/main.ts --only tuples,nested`, in turn).
 *
 * A print is good for as long as nothing changes, so that where a caller's function runs during a dump the Map takes over.
 * Plain objects are always the Map's: a getter may answer otherwise each time. Lists that show nothing to hash, such as
 * `[false]`, are too; a list that does is not looked for there.
 *
 * An instance keeps its place itself: 150,000 of them take 0.83 of the time (`bench/main.ts --only inert`, in turn). It has
 * room for one. So one dump at a time has the places; one that a caller's function begins meanwhile has the Map, and so have
 * memos that outlive a dump.
 */

import { Instance } from "../values/index.ts";

// So small that V8 makes the arrays without asking the system for memory; and what is kept from one dump to the next.
const FIRST = 16;
const MOST_KEPT = 1024;

// Up to as many objects are looked at one after another.
const MOST_FEW = 8;

// The table of a memo that has no list in it: it is never written.
const EMPTY = new Uint32Array(1);
const NO_PRINTS = new Int32Array(0);

// After as many of one print a Map takes the rest, so that lists chosen to be alike cost no more than it does. What is in
// the table is found again when it has grown: nothing is then farther from its place, nor behind more of its print.
const MOST_ALIKE = 6;
const LONGEST_SEARCH = 32;

// How many lists are remembered that were found lately, and how many must be found in a row before any is: a million
// references to 1000 lists take 0.7 of the time that finding each in the Map takes (Node 26, workload `shared`).
const RECENT = 4096;
const MANY = 64;

// A slot has 24 bits for the number of its object.
const MOST_OBJECTS = 0xffffff;

// The print of what shows neither a number nor a string.
const NO_PRINT = 0;

const real = new Float64Array(1);
const halves = new Int32Array(real.buffer);
const seed = (Math.random() * 2 ** 31) | 0;

// The memo that instances keep their places in.
let holder: ObjectMemo | null = null;

/** Objects with their memo indexes. */
export class ObjectMemo {
  // What has no print.
  readonly #map = new Map<unknown, number>();
  // What others like it crowd out.
  #crowd: Map<unknown, number> | null = null;
  // 1 + the number of an object, and eight bits of its print.
  #slots = EMPTY;
  #prints = NO_PRINTS;
  #objects: (readonly unknown[])[] = [];
  #indexes: number[] = [];
  // Where the object that was not found last belongs; -1 where the table is full of others like it.
  #missed: readonly unknown[] | null = null;
  #print = 0;
  #slot = 0;
  #isSettled = false;
  // Lists that were found among many, and their memo indexes; none before there were many.
  #recent: (readonly unknown[] | null)[] = [];
  #recentIndexes = NO_PRINTS;

  // The instances that keep their places here, and their memo indexes.
  readonly #instances: Instance[] = [];
  readonly #instanceIndexes: number[] = [];

  // The first objects, while there are no more.
  #isFew = true;
  readonly #few: unknown[] = [];
  readonly #fewIndexes: number[] = [];

  /** Forgets all, and keeps the memory that a small dump needs. */
  clear(): void {
    this.#few.length = 0;
    this.#fewIndexes.length = 0;
    this.#isSettled = false;
    this.#instances.length = 0;
    this.#instanceIndexes.length = 0;
    if (this.#recent.length > 0) this.#recent = [];
    this.#missed = null;
    if (this.#isFew) return;
    this.#isFew = true;
    this.#map.clear();
    this.#crowd = null;
    if (this.#slots.length > MOST_KEPT) {
      this.#slots = EMPTY;
      this.#prints = NO_PRINTS;
    } else if (this.#objects.length > 0) {
      this.#slots.fill(0);
    }
    this.#objects.length = 0;
    this.#indexes.length = 0;
  }

  /** Instances may keep their places until `close`, unless they do so elsewhere. */
  open(): void {
    holder ??= this;
  }

  /** No object will be looked for. */
  close(): void {
    if (holder === this) holder = null;
  }

  /** From now on objects may change. */
  settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    for (let number = 0; number < this.#objects.length; number++)
      this.#map.set(this.#objects[number], this.#indexes[number] as number);
    for (const [object, index] of this.#crowd ?? []) this.#map.set(object, index);
    this.#crowd = null;
    this.#objects = [];
    this.#indexes = [];
    this.#slots = EMPTY;
    this.#prints = NO_PRINTS;
    this.#missed = null;
  }

  /** Forgets the objects of index `size` and above. */
  forget(size: number): void {
    this.settle();
    const few = this.#fewIndexes.findIndex((index) => index >= size);
    if (few >= 0) this.#few.length = this.#fewIndexes.length = few;
    for (const [object, index] of this.#map) if (index >= size) this.#map.delete(object);
    const first = this.#instanceIndexes.findIndex((index) => index >= size);
    if (first >= 0) this.#instances.length = this.#instanceIndexes.length = first;
    this.#recent = [];
  }

  /** The memo index of an object, -1 where it is not known. */
  find(object: unknown): number {
    if (this.#isFew) {
      const few = this.#few;
      for (let number = 0; number < few.length; number++)
        if (few[number] === object) return this.#fewIndexes[number] as number;
      if (this.#instances.length === 0) return -1;
    }
    if (!this.#isSettled && Array.isArray(object)) {
      const index = this.#find(object);
      if (index >= 0) return index;
      // The large Map would take long to say no.
      if (this.#print !== NO_PRINT) return this.#crowd?.get(object) ?? -1;
    }
    if (this.#instances.length > 0 && object instanceof Instance) {
      const place = Instance.placeOf(object);
      return this.#instances[place] === object ? (this.#instanceIndexes[place] as number) : -1;
    }
    return this.#map.get(object) ?? -1;
  }

  /** Finds objects for as long as they are known, and puts their memo indexes into `found`; returns how many. */
  findAll(items: readonly unknown[], from: number, to: number, found: Uint32Array): number {
    const recent = this.#recent;
    let count = 0;
    for (let index = from; index < to; index++) {
      const object = items[index];
      if (typeof object !== "object" || object === null) break;
      let number = -1;
      if (recent.length > 0 && Array.isArray(object)) {
        const place = (printOf(object[0], 0) ^ (object.length << 6)) & (RECENT - 1);
        if (recent[place] === object) {
          number = this.#recentIndexes[place] as number;
        } else {
          number = this.find(object);
          if (number < 0) break;
          recent[place] = object;
          this.#recentIndexes[place] = number;
        }
      } else {
        number = this.find(object);
        if (number < 0) break;
      }
      found[count++] = number;
    }
    if (count >= MANY && recent.length === 0) {
      this.#recent = new Array(RECENT).fill(null);
      this.#recentIndexes = new Int32Array(RECENT);
    }
    return count;
  }

  enter(object: unknown, index: number): void {
    if (this.#isFew) {
      if (this.#fewIndexes.push(index) <= MOST_FEW) {
        this.#few.push(object);
        return;
      }
      this.#spread();
    }
    if (this.#isSettled || !Array.isArray(object)) this.#map.set(object, index);
    else if (!this.#place(object, index))
      (this.#print === NO_PRINT ? this.#map : (this.#crowd ??= new Map())).set(object, index);
  }

  // There are too many to look at each.
  #spread(): void {
    this.#isFew = false;
    this.#missed = null;
    const few = this.#few;
    for (let number = 0; number < few.length; number++)
      this.enter(few[number], this.#fewIndexes[number] as number);
    few.length = 0;
    this.#fewIndexes.length = 0;
  }

  enterInstance(instance: Instance, index: number): void {
    if (holder !== this) {
      this.enter(instance, index);
      return;
    }
    Instance.setPlace(instance, this.#instances.push(instance) - 1);
    this.#instanceIndexes.push(index);
  }

  #find(object: readonly unknown[]): number {
    const print = printOfList(object, 1);
    this.#missed = object;
    this.#print = print;
    this.#slot = -1;
    if (print === NO_PRINT) return -1;
    const slots = this.#slots;
    const mask = slots.length - 1;
    const tag = print >>> 24;
    let slot = print & mask;
    let alike = 0;
    for (let search = 0; search < LONGEST_SEARCH; search++) {
      const entry = slots[slot] as number;
      if (entry === 0) {
        this.#slot = slot;
        return -1;
      }
      if ((entry & 0xff) === tag) {
        const number = (entry >>> 8) - 1;
        if (this.#objects[number] === object) return this.#indexes[number] as number;
        if (++alike === MOST_ALIKE) break;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  // False where the object is a Map's.
  #place(object: readonly unknown[], index: number): boolean {
    if (object !== this.#missed) this.#find(object);
    this.#missed = null;
    if (this.#slot < 0) return false;
    const count = this.#objects.push(object);
    if (count * 2 > this.#slots.length) this.#grow();
    this.#indexes.push(index);
    this.#prints[count - 1] = this.#print;
    this.#slots[this.#slot] = (count << 8) | (this.#print >>> 24);
    if (count === MOST_OBJECTS) this.settle();
    return true;
  }

  // Makes room for the object that was entered last, and finds its slot.
  #grow(): void {
    const count = this.#objects.length - 1;
    const slots = new Uint32Array(count === 0 ? FIRST : this.#slots.length * 4);
    const prints = new Int32Array(slots.length / 2);
    prints.set(this.#prints);
    const mask = slots.length - 1;
    for (let number = 0; number < count; number++) {
      const print = prints[number] as number;
      slots[emptySlot(slots, print & mask)] = ((number + 1) << 8) | (print >>> 24);
    }
    this.#slot = emptySlot(slots, this.#print & mask);
    this.#slots = slots;
    this.#prints = prints;
  }
}

// The first empty slot from one on, in a table whose size is a power of two.
function emptySlot(slots: Uint32Array, from: number): number {
  let slot = from;
  while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
  return slot;
}

// --- prints

// Of the length, and of the first, second and last item; of those that are lists, so far as their own items.
function printOfList(list: readonly unknown[], depth: number): number {
  const { length } = list;
  if (length === 0) return NO_PRINT;
  let print = seed;
  const first = printOf(list[0], depth);
  print = Math.imul(print ^ first, 0x01000193);
  if (length === 1) return first === NO_PRINT ? NO_PRINT : mixed(print);
  const second = printOf(list[1], depth);
  print = Math.imul(print ^ second ^ (length << 8), 0x01000193);
  const last = printOf(list[length - 1], depth);
  if ((first | second | last) === NO_PRINT) return NO_PRINT;
  return mixed(Math.imul(print ^ last, 0x01000193));
}

function printOf(value: unknown, depth: number): number {
  switch (typeof value) {
    case "number":
      if ((value | 0) === value) return Math.imul(value, 0x2c1b3c6d) ^ 0x1234567;
      // The bits of a NaN may differ from one look to the next.
      if (value !== value) return 2;
      real[0] = value;
      return (halves[0] as number) ^ (halves[1] as number);
    case "string": {
      const { length } = value;
      if (length === 0) return 1;
      let print = length ^ (value.charCodeAt(0) << 8);
      for (let at = length > 4 ? length - 4 : 0; at < length; at++)
        print = Math.imul(print ^ value.charCodeAt(at), 0x01000193);
      return print;
    }
    case "object":
      return depth > 0 && Array.isArray(value) ? printOfList(value, depth - 1) : NO_PRINT;
    default:
      return NO_PRINT;
  }
}

function mixed(print: number): number {
  let hash = print ^ (print >>> 15);
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 13;
  return hash === NO_PRINT ? 1 : hash;
}
