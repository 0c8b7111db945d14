/**
 * Objects, strings and names in, memo opcodes out: what was written before is fetched, what is new is put.
 *
 * Source: CPython 3.13 Modules/_pickle.c memo_get, memo_put. CPython knows objects by identity; where JavaScript has
 * none, or Python has one object only, the value counts.
 */

import type { Instance } from "../values/index.ts";
import { ObjectMemo } from "./object-memo.ts";
import { MOST_SHORT, type Output } from "./output.ts";
import { hashOf, StringMemo } from "./string-memo.ts";

// Places for which the last key is remembered: beyond, objects are tables that no second one is like.
const MOST_PLACES = 1024;

// Memo indexes on their way from one loop to the next.
const found = new Uint32Array(256);

/** The memo of a pickler, which writes what concerns it. */
export class Memo {
  // Objects by identity; strings by value; globals by name and one-byte bytes by value in #names.
  readonly #objects = new ObjectMemo();
  readonly #strings = new StringMemo();
  #names: Map<string, number> | null = null;
  #size = 0;
  // The keys that plain objects had at each place last, and their memo indexes: records of one shape need no look-up.
  readonly #lastKeys: string[] = [];
  readonly #lastIndexes: number[] = [];
  // The keys of an object, while the only strings are some of them.
  #firstKeys: readonly unknown[] | null = null;
  // The bytes of the bytearray at work.
  #temporary: object | null = null;
  readonly #out: Output;

  constructor(out: Output) {
    this.#out = out;
  }

  /** There is one dump, until `close`. */
  open(): void {
    this.#objects.open();
  }

  close(): void {
    this.#objects.close();
  }

  clear(): void {
    this.#objects.clear();
    this.#strings.clear();
    this.#names = null;
    this.#size = 0;
    this.#lastKeys.length = 0;
    this.#lastIndexes.length = 0;
    this.#firstKeys = null;
    this.#temporary = null;
  }

  /** Forgets all from entry `size` on: what a dump wrote that has failed, no reader has. */
  forget(size: number): void {
    if (size === 0) {
      this.clear();
      return;
    }
    this.#objects.forget(size);
    this.#strings.forget(size);
    for (const [name, index] of this.#names ?? []) if (index >= size) this.#names?.delete(name);
    this.#size = size;
    this.#lastKeys.length = 0;
    this.#lastIndexes.length = 0;
    this.#firstKeys = null;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#size;
  }

  // --- objects

  /** Objects may change from now on. */
  settle(): void {
    this.#objects.settle();
  }

  has(object: unknown): boolean {
    return this.#objects.find(object) >= 0;
  }

  /** Fetches an object that was written before; false where it was not. */
  fetch(object: unknown): boolean {
    const index = this.#objects.find(object);
    if (index < 0) return false;
    this.#out.get(index);
    return true;
  }

  /** Fetches objects for as long as ones come that were written before; returns the index of the first that is none. */
  fetchAll(items: readonly unknown[], from: number, to: number): number {
    const count = this.#objects.findAll(items, from, Math.min(to, from + found.length), found);
    if (count > 0) this.#out.gets(found, count);
    return from + count;
  }

  /** Puts the object that was just written. */
  enter(object: unknown): void {
    this.#objects.enter(object, this.#size);
    this.#out.put(this.#size++);
  }

  /** Puts an inert instance that was just made. */
  enterInstance(instance: Instance): void {
    this.#objects.enterInstance(instance, this.#size);
    this.#out.put(this.#size++);
  }

  /** Puts what nothing will ever refer to, but CPython memoises. */
  enterNothing(): void {
    this.#out.put(this.#size++);
  }

  // --- names

  /** Fetches the class or function of that name, if it was written before. */
  fetchName(name: string): boolean {
    const index = this.#names?.get(name);
    if (index === undefined) return false;
    this.#out.get(index);
    return true;
  }

  /** Puts the class or function of that name; `object` is what stands for it. */
  enterName(name: string, object: unknown): void {
    (this.#names ??= new Map()).set(name, this.#size);
    this.enter(object);
  }

  // --- bytes: Python has one object for each of 256 single bytes and for none at all

  /** Fetches bytes of length 0 or 1 by value, if they were written before. */
  fetchBytes(data: Uint8Array, object: object): boolean {
    return data.length <= 1 && this.#temporary !== object && this.fetchName(shortBytesKey(data));
  }

  /** Puts the bytes that were just written. */
  enterBytes(data: Uint8Array, object: object): void {
    if (data.length <= 1 && this.#temporary !== object)
      (this.#names ??= new Map()).set(shortBytesKey(data), this.#size);
    this.enter(object);
  }

  /** Makes bytes an object of their own, even a single one: CPython has just made them, or they are a buffer. */
  setApart(object: object): void {
    this.#temporary = object;
  }

  // --- strings

  /**
   * Writes a string or fetches it, and returns its index.
   *
   * Strings are shared by value: JavaScript cannot tell two equal strings apart, and Python's are mostly one object.
   * What is spelled stands for a string that CPython makes for the moment: it is written out, takes its place in the
   * memo, and nothing ever refers to it.
   */
  string(text: string, spelled = false): number {
    const out = this.#out;
    if (!spelled && text.length <= MOST_SHORT && out.protocol >= 1) {
      // It is written at once, since that is as fast as to look at it for its hash, and taken back where it was known.
      const start = out.pos;
      const hash = out.shortText(text);
      const known = this.#strings.find(text, hash);
      if (known >= 0) {
        out.pos = start;
        out.get(known);
        return known;
      }
      this.#firstKeys = null;
      this.#strings.enter(text, this.#size);
      out.put(this.#size);
      return this.#size++;
    }
    const index = spelled ? -1 : this.#strings.find(text, hashOf(text));
    if (index >= 0) {
      out.get(index);
      return index;
    }
    out.text(text);
    if (!spelled) {
      this.#firstKeys = null;
      this.#strings.enter(text, this.#size);
    }
    this.#out.put(this.#size);
    return this.#size++;
  }

  /** Fetches keys as `key` does, with the numbers behind them, for as long as both come; returns the first other place. */
  numbersByKey(
    keys: readonly unknown[],
    values: readonly unknown[],
    from: number,
    to: number,
  ): number {
    return this.#out.numbersByKey(keys, values, this.#lastKeys, this.#lastIndexes, from, to);
  }

  /** Writes or fetches the key that a plain object has at a place, from protocol 1 on. */
  key(keys: readonly unknown[], place: number): void {
    const out = this.#out;
    out.passBoundary();
    const text = keys[place] as string;
    if (place < this.#lastKeys.length && this.#lastKeys[place] === text) {
      out.get(this.#lastIndexes[place] as number);
      return;
    }
    let index = this.#size;
    const isFirst = this.#firstKeys === keys || this.#strings.isEmpty;
    if (isFirst && text.length <= MOST_SHORT) {
      // All keys of an object differ, so that none need be looked for.
      this.#firstKeys = keys;
      this.#strings.add(text, out.shortText(text), index);
      out.put(this.#size++);
    } else {
      index = this.string(text);
    }
    if (place > this.#lastKeys.length || place >= MOST_PLACES) return;
    this.#lastKeys[place] = text;
    this.#lastIndexes[place] = index;
  }
}

function shortBytesKey(data: Uint8Array): string {
  return `b${data.length === 1 ? data[0] : ""}`;
}
