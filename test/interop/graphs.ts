/** fast-check recipes in, graphs of brine's value classes out: shared references and cycles of every kind. */
import fc from "fast-check";
import {
  ByteArray,
  Complex,
  Ellipsis,
  Float,
  FrozenSet,
  Global,
  Instance,
  NotImplemented,
  PyDict,
  PySet,
  Range,
  Slice,
  Tuple,
} from "../../src/pickle/index.ts";

/** What a series of Python can hold: Python 2 pickles neither Ellipsis nor NotImplemented. */
export interface GraphOptions {
  readonly singletons: boolean;
}

/** Everything but a container; what comes back from Python is equal by value. */
function scalar({ singletons }: GraphOptions): fc.Arbitrary<unknown> {
  const bits = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n });
  const big = fc.oneof(bits, fc.bigInt({ min: -(2n ** 3000n), max: 2n ** 3000n }));
  const edges = [7n, 8n, 15n, 16n, 31n, 32n, 53n, 63n, 64n, 127n].flatMap((power) =>
    [-1n, 0n, 1n].flatMap((delta) => [2n ** power + delta, -(2n ** power) + delta]),
  );
  return fc.oneof(
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.oneof(big, fc.constantFrom(...edges)).map(normalInt),
    fc.double().map(normalFloat),
    fc.integer().map((value) => new Float(value)),
    fc.constantFrom(new Float(0), new Float(2 ** 53), new Float(-1e22), -0, Number.NaN),
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
      .map((units) => String.fromCharCode(...units)),
    fc.constantFrom(
      "__proto__",
      "constructor",
      "\0",
      "\n",
      "\\u0041",
      "'",
      "s".repeat(256),
      "€".repeat(90),
    ),
    fc.uint8Array({ maxLength: 300 }),
    fc.tuple(fc.double(), fc.double()).map(([real, imag]) => new Complex(real, imag)),
    fc.constantFrom(new Global("builtins", "len"), new Global("collections", "OrderedDict")),
    singletons ? fc.constantFrom(Ellipsis, NotImplemented) : fc.constant(null),
  );
}

// A lossless load gives an int as a number where that is safe, and an integral float as a box.
function normalInt(value: bigint): unknown {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function normalFloat(value: number): unknown {
  return Number.isInteger(value) && !Object.is(value, -0) ? new Float(value) : value;
}

const KINDS = [
  "list",
  "tuple",
  "dict",
  "set",
  "frozenset",
  "bytearray",
  "range",
  "slice",
  "instance",
  "appended",
] as const;

interface Node {
  readonly kind: (typeof KINDS)[number];
  readonly scalars: readonly unknown[];
  readonly links: readonly number[];
}

/** Graphs of up to twenty containers over those scalars. */
export function graph(options: GraphOptions): fc.Arbitrary<unknown> {
  const node: fc.Arbitrary<Node> = fc.record({
    kind: fc.constantFrom(...KINDS),
    scalars: fc.array(scalar(options), { maxLength: 5 }),
    links: fc.array(fc.nat(40), { maxLength: 4 }),
  });
  return fc.oneof(
    { weight: 1, arbitrary: scalar(options) },
    { weight: 4, arbitrary: fc.array(node, { minLength: 1, maxLength: 20 }).map(build) },
  );
}

/**
 * Makes every node, then links them: mutable containers to any node, immutable ones to nodes before them only, as in
 * Python. The root lists them all, the last first.
 */
function build(nodes: readonly Node[]): unknown {
  const made: unknown[] = [];
  nodes.forEach((node, index) => {
    const before = node.links.filter(() => index > 0).map((link) => made[link % index]);
    made.push(make(node, before));
  });
  for (const [index, node] of nodes.entries()) link(made[index], node, made);
  return made.length === 1 ? made[0] : made.toReversed();
}

function make({ kind, scalars }: Node, before: readonly unknown[]): unknown {
  switch (kind) {
    case "tuple":
      return Tuple.of(...scalars, ...before);
    case "set":
      return new PySet([...scalars, ...before].filter(isHashable));
    case "frozenset":
      return new FrozenSet([...scalars, ...before].filter(isHashable));
    case "bytearray":
      return new ByteArray(scalars.length * 3).fill(scalars.length);
    case "range":
      // Python 2 keeps the number of steps, not the stop: this one ends on a step
      return new Range(
        scalars.length,
        scalars.length + 3 * (1 + scalars.length),
        1 + scalars.length,
      );
    case "slice":
      return new Slice(scalars.length, null, "x");
    case "dict":
      return new PyDict(scalars.filter(isHashable).map((key, index) => [key, index]));
    case "instance":
      return new Instance("new", new Global("interop_samples", "Plain"), []);
    case "appended":
      return new Instance("call", new Global("interop_samples", "make"), [
        new Global("interop_samples", "Reduce4"),
      ]);
    default:
      return [...scalars];
  }
}

function link(made: unknown, { kind, links, scalars }: Node, all: readonly unknown[]): void {
  const targets = links.map((index) => all[index % all.length]);
  if (Array.isArray(made) && kind === "list") {
    made.push(...targets);
  } else if (made instanceof PyDict) {
    targets.forEach((target, index) => {
      made.set(`k${index}`, target);
      if (isHashable(target)) made.set(target, index);
    });
  } else if (made instanceof Instance) {
    if (kind === "appended") made.items = [...scalars, ...targets];
    else {
      // never empty: Python 2 writes the empty state of an instance too
      const attributes = targets.map((target, index): [string, unknown] => [`k${index}`, target]);
      made.state = new PyDict([["count", scalars.length], ...attributes]);
    }
  }
}

/** Whether Python hashes it, and by value: nan is left out, since it is equal to nothing. */
function isHashable(value: unknown): boolean {
  if (value === null || typeof value !== "object") return !Number.isNaN(value);
  if (value instanceof Float || value instanceof Global) return true;
  if (value instanceof Uint8Array) return !(value instanceof ByteArray);
  if (value instanceof FrozenSet) return true;
  return value instanceof Tuple && value.every(isHashable);
}
