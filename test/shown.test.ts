/** What shows itself in a console ends, also where it leads back to itself and no limit was set. */
import { inspect } from "node:util";
import { expect, it } from "vitest";
import {
  dumps,
  FrozenSet,
  Global,
  Instance,
  loads,
  Partial,
  PersistentId,
  PyDict,
  PyException,
  PySet,
  Slice,
  Tuple,
} from "../src/index.ts";

const circles: [name: string, make: () => unknown][] = [
  [
    "an instance",
    () => {
      const made = new Instance("new", new Global("m", "A"), []);
      made.state = { self: made, again: made };
      return made;
    },
  ],
  [
    "an exception",
    () => {
      const made = new PyException(new Global("builtins", "ValueError"), new Tuple());
      made.attributes.set("self", made);
      made.attributes.set("again", [made]);
      return made;
    },
  ],
  [
    "a dict",
    () => {
      const made = new PyDict<unknown, unknown>();
      return made.set("self", made).set("again", made);
    },
  ],
  [
    "a set in a list",
    () => {
      const list: unknown[] = [];
      list.push(new PySet([list]), new FrozenSet([list]));
      return list;
    },
  ],
  [
    "a slice",
    () => {
      const list: unknown[] = [];
      list.push(new Slice(list, list, null));
      return list;
    },
  ],
  [
    "a persistent id",
    () => {
      const list: unknown[] = [];
      list.push(new PersistentId(list), new PersistentId(list));
      return list;
    },
  ],
  [
    "a partial",
    () => {
      const list: unknown[] = [];
      const made = new Partial(new Global("m", "f"), [list, list]);
      list.push(made);
      return made;
    },
  ],
];

it.each(circles)("%s", (_name, make) => {
  const value = make();
  for (const depth of [0, 2, 5, null, Number.POSITIVE_INFINITY]) {
    const text = inspect(value, { depth });
    expect(text.length).toBeGreaterThan(2);
    expect(text.length).toBeLessThan(2_000_000);
  }
});

it("a circle that bytes made", () => {
  // an exception whose attribute is itself
  const bytes = Buffer.from("cbuiltins\nValueError\n)R\x94}\x8c\x04selfh\x00sb.", "latin1");
  const value = loads(bytes);
  expect(inspect(value, { depth: null })).toContain("self: [ValueError");
});

it("lets nothing that a pickle names write to the terminal", () => {
  const bad = "\x1b[31m\x9b2J\x07";
  const values = [new Global(`m${bad}`, `A${bad}`), new PersistentId(bad)].flatMap((value) => [
    value,
    new Instance("call", value, [bad]),
  ]);
  const named = new Instance("new", new Global(`sklearn.${bad}`, `A${bad}`), []);
  named.state = { [bad]: bad, inner: values };
  const error = new PyException(new Global("builtins", "ValueError"), Tuple.of(`no ${bad}`));
  error.attributes.set(bad, bad);
  for (const value of [
    ...values,
    named,
    loads(dumps(named), { persistentLoad: () => values[0] }),
    error,
  ]) {
    for (const shown of [value, [value], { value }, [[[[value]]]]])
      expect(inspect(shown)).not.toMatch(CONTROLS);
  }
  expect(inspect(values[0])).toBe("<global m\\x1B[31m\\x9B2J\\x07.A\\x1B[31m\\x9B2J\\x07>");
  expect(inspect(new Global("m", "plain"))).toBe("<global m.plain>");
});

const CONTROLS = /[\0-\x09\x0b-\x1f\x7f-\x9f]/;
