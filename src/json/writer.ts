/** A value and a rule for one level of it in, JSON text in pieces out: no recursion, whatever the depth. */

/** A value inside another, to be written in its place; `label` says where it stands for messages. */
export class Slot {
  readonly value: unknown;
  readonly label: string | number;

  constructor(value: unknown, label: string | number) {
    this.value = value;
    this.label = label;
  }
}

/** What one value becomes: its whole text, or text with slots in it. */
export type Expansion = string | Iterator<string | Slot>;

/** A walk in progress: one open value on each level. */
export interface Level {
  readonly value: unknown;
  readonly label: string | number;
  readonly pieces: Iterator<string | Slot>;
  /** Whatever the walk counts. */
  total: number;
}

/** Writes `root` as `expand` says. */
export function* written(
  root: unknown,
  expand: (value: unknown) => Expansion,
): Generator<string, void, undefined> {
  const first = expand(root);
  if (typeof first === "string") {
    yield first;
    return;
  }
  const stack = [first];
  for (;;) {
    const top = stack[stack.length - 1];
    if (top === undefined) return;
    const { done, value: piece } = top.next();
    if (done === true) stack.pop();
    else if (typeof piece === "string") yield piece;
    else {
      const expansion = expand(piece.value);
      if (typeof expansion === "string") yield expansion;
      else stack.push(expansion);
    }
  }
}

/** `open item, item, … close`. */
export function list(
  open: string,
  items: Iterable<unknown>,
  close: string,
): Iterator<string | Slot> {
  return new ListPieces(open, Array.isArray(items) ? items : [...items], close);
}

// A generator would do; a million of them open at once weigh 300 MB more.
class ListPieces implements Iterator<string | Slot> {
  readonly #open: string;
  readonly #items: readonly unknown[];
  readonly #close: string;
  // Pieces handed out: open, then an item and a comma in turn, then close.
  #given = 0;

  constructor(open: string, items: readonly unknown[], close: string) {
    this.#open = open;
    this.#items = items;
    this.#close = close;
  }

  next(): IteratorResult<string | Slot> {
    const at = this.#given++;
    const items = this.#items;
    if (at === 0) return { done: false, value: this.#open };
    const end = items.length === 0 ? 1 : 2 * items.length;
    if (at < end) {
      const index = (at - 1) >> 1;
      return { done: false, value: at % 2 === 1 ? new Slot(items[index], index) : "," };
    }
    return at === end ? { done: false, value: this.#close } : { done: true, value: undefined };
  }
}

/** `open "key": value, … close`. */
export function* record(
  open: string,
  entries: Iterable<readonly [string, unknown]>,
  close: string,
): Generator<string | Slot> {
  yield open;
  let first = true;
  for (const [key, value] of entries) {
    yield `${first ? "" : ","}${JSON.stringify(key)}:`;
    first = false;
    yield new Slot(value, key);
  }
  yield close;
}

/** `open [key, value], … close`. */
export function* pairs(
  open: string,
  entries: Iterable<readonly [unknown, unknown]>,
  close: string,
): Generator<string | Slot> {
  yield open;
  let index = 0;
  for (const [key, value] of entries) {
    yield index === 0 ? "[" : ",[";
    yield new Slot(key, index++);
    yield ",";
    yield new Slot(value, index - 1);
    yield "]";
  }
  yield close;
}

// A multiple of three, so that no piece but the last needs padding; small enough for apply.
const BASE64_STEP = 3 * 8192;

/** `open base64 close`, in pieces. */
export function* base64(open: string, bytes: Uint8Array, close: string): Generator<string> {
  yield open;
  for (let at = 0; at < bytes.length; at += BASE64_STEP) {
    const part = bytes.subarray(at, at + BASE64_STEP);
    yield btoa(String.fromCharCode.apply(null, part as unknown as number[]));
  }
  yield close;
}

/**
 * Decimal digits of an integer of any size, or hex ones past 4300 decimal digits: V8's conversion to decimal is
 * quadratic (4 Mbit: 3.2 s on Node 26), and Python refuses to parse more.
 */
export function integerText(value: bigint): { text: string; decimal: boolean } {
  const hex = value.toString(16);
  if (hex.length * 1.2041 <= 4300) return { text: String(value), decimal: true };
  return { text: hex.startsWith("-") ? `-0x${hex.slice(1)}` : `0x${hex}`, decimal: false };
}
