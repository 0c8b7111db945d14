/** The classes of tasks.py that travel, for both programs. */
import { classType, type Decimal, type Tuple, type TypeList } from "brine";

/** Product, count, price. */
export type Line = Tuple<string | number | Decimal>;

/** In Python: the dataclass `tasks.Order`. */
export class Order {
  number: number;
  lines: Tuple<Line>;
  constructor(number: number, lines: Tuple<Line>) {
    this.number = number;
    this.lines = lines;
  }
}

/** In Python: the exception `tasks.OutOfStock`. */
export class OutOfStock extends Error {
  override readonly name = "OutOfStock";
  readonly product: string;
  readonly left: number;
  constructor(product: string, left: number) {
    super(`${product}: ${left} left`);
    this.product = product;
    this.left = left;
  }
}

export const types: TypeList = [
  classType("tasks.Order", Order),
  classType("tasks.OutOfStock", OutOfStock),
];
