/** What a Python writes today, typed by `brine types`: TypeScript takes code that uses it as the Python class says. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { loads } from "../../src/index.ts";
import { Typing } from "../../src/typing/index.ts";
import { compiled } from "../typing/compile.ts";
import { requirePython } from "./pythons.ts";

const SCRIPT = `
import collections, dataclasses, datetime, decimal, enum, pickle, sys, uuid

class Color(enum.Enum):
    RED = 1

@dataclasses.dataclass
class Line:
    sku: str
    price: decimal.Decimal

@dataclasses.dataclass
class Order:
    id: uuid.UUID
    lines: list
    placed: datetime.datetime
    note: str = None
    color: Color = Color.RED
    first: "Order" = None

Point = collections.namedtuple("Point", "x y")

orders = [Order(uuid.uuid4(), [Line("a", decimal.Decimal("1.5"))] * n, datetime.datetime.now()) for n in range(3)]
orders[1].note = "gift"
orders[2].first = orders[0]
value = {"orders": orders, "by_id": {order.id: order for order in orders}, "origin": Point(1, 2.5)}
sys.stdout.buffer.write(pickle.dumps(value, int(sys.argv[1])))
`;

const USE = `
declare const root: Root;
declare const id: UUID;
for (const { attributes } of root.orders) {
  attributes.lines.map((line) => line.attributes.sku.length + line.attributes.price.toString().length);
  attributes.placed satisfies Temporal.PlainDateTime;
  attributes.note?.toUpperCase();
  attributes.first?.attributes.first?.attributes.lines.at(0);
  attributes.color.args satisfies readonly [number];
  // @ts-expect-error
  attributes.lines.at(0)?.sku;
}
root.by_id.get(id)?.attributes.id satisfies UUID | undefined;
root.origin.args[1] satisfies number;
// @ts-expect-error
root.by_id.get(1);
`;

const python = requirePython("3.13");

describe.runIf(python !== undefined)("dataclasses, enums and named tuples of CPython 3.13", () => {
  it("are used by their types, from protocol 2 on", () => {
    const modules = new Map<string, string>();
    // Below 2 a named tuple is made by a function of copyreg, whose arguments are not told.
    for (const protocol of [2, 3, 4, 5]) {
      const { stdout } = spawnSync(python?.path ?? "", ["-c", SCRIPT, String(protocol)]);
      const typing = new Typing("shop");
      typing.add(loads(stdout));
      const text = typing.text({ name: "Root", about: [] });
      modules.set(`protocol${protocol}.ts`, `${text}${USE}`);
    }
    expect(compiled(modules)).toBe("");
  });
});
