/**
 * Shapes of functions, classes and values, each with a probe that travels with it: what the probe says here it must say
 * in a process that knows nothing of this file. Then the shapes that cannot travel, with what is said of them.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { basename } from "node:path";
import { bases, type Loose, outside, version } from "./neighbour.ts";

/** A value that travels, and a function that is told what arrives. */
export interface Shape {
  readonly name: string;
  make(): readonly [value: unknown, probe: (value: never) => unknown];
}

/** A value that does not. */
export interface Refused {
  readonly name: string;
  readonly reason: string;
  readonly message: string;
  make(): unknown;
}

const shape = <Value>(
  name: string,
  make: () => readonly [Value, (value: Value) => unknown],
): Shape => ({ name, make: make as Shape["make"] });

// --- what the shapes capture

const GREETING = "hello";
const STATIC_NAME = "computedStatic";
const makeAdder = (n: number) => (x: number) => x + n;

function makeCounter(start: number) {
  let count = start;
  return {
    increment: () => ++count,
    get: () => count,
    reset() {
      count = start;
    },
  };
}

function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

const isEven = (n: number): boolean => n === 0 || isOdd(n - 1);
const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);

class Animal {
  static count = 2;
  static readonly #kinds = "none";
  name: string;
  constructor(name: string) {
    this.name = name;
  }
  speak() {
    return `${this.name} makes a sound`;
  }
  get loud() {
    return this.name.toUpperCase();
  }
  set loud(value: string) {
    this.name = value.toLowerCase();
  }
  static kinds() {
    return Animal.#kinds;
  }
}

class Animal2 {
  legs = 2;
}

class Shape2D {
  static made = 0;
  static names = ["square"];
  readonly tags = new Set<string>();
  sides: number;
  constructor(sides: number) {
    this.sides = sides;
  }
  describe() {
    return `${this.constructor.name} of ${this.sides}`;
  }
  static of(sides: number) {
    return new this(sides);
  }
  get [Symbol.toStringTag]() {
    return "Shape";
  }
  *[Symbol.iterator]() {
    for (let side = 0; side < this.sides; side++) yield side;
  }
}
class Square extends Shape2D {
  width: number;
  constructor(width: number) {
    super(4);
    this.width = width;
  }
  override describe() {
    return `${super.describe()}, ${this.width} wide`;
  }
  static override of(width: number) {
    return Shape2D.of(width);
  }
}
// biome-ignore lint/suspicious/noExplicitAny: a mixin's constructor must take any
const Timed = <Base extends new (...args: any[]) => object>(Base: Base) =>
  class extends Base {
    at = 5;
  };
class Stack<T> extends Array<T> {
  top() {
    return this.at(-1);
  }
}
class Ledger extends Map<string, number> {
  add(name: string, amount: number) {
    return this.set(name, (this.get(name) ?? 0) + amount);
  }
}
class Tags extends Set<string> {
  label = "tags";
}
class HttpError extends Error {
  status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
  override get name() {
    return "HttpError";
  }
}
class FieldError extends TypeError {
  field: string;
  constructor(field: string) {
    super(`the field ${field}`);
    this.field = field;
  }
}
class Secret {
  #value = 3;
  reveal() {
    return this.#value;
  }
  static has(object: object) {
    return #value in object;
  }
}
class Later extends Date {
  days() {
    return Math.round(this.getTime() / 86_400_000);
  }
}

function Point(this: Loose, x: number, y: number) {
  this["x"] = x;
  this["y"] = y;
}
Point.prototype.sum = function (this: { x: number; y: number }) {
  return this.x + this.y;
};
const Points = Point as unknown as new (
  x: number,
  y: number,
) => { x: number; y: number; sum(): number };

/** The shapes. */
export const SHAPES: readonly Shape[] = [
  // arrows
  shape("arrow", () => [(x: number) => x * 2, (f) => f(21)]),
  shape("arrow with a body", () => [
    (x: number) => {
      const y = x * 2;
      return y + 1;
    },
    (f) => f(20),
  ]),
  shape("arrow that returns an object", () => [(x: number) => ({ x }), (f) => f(1)]),
  shape("async arrow", () => [async (x: number) => x + 1, (f) => f(1)]),
  shape("arrow that makes arrows", () => [
    (x: number) => (y: number) => (z: number) => x + y + z,
    (f) => f(1)(2)(3),
  ]),
  // functions
  shape("function", () => [(x: number) => x + 1, (f) => f(1)]),
  shape("function declaration", () => {
    function add(a: number, b: number) {
      return a + b;
    }
    return [add, (f) => [f.name, f.length, f(1, 2)]];
  }),
  shape("async function", () => [
    async function later(x: number) {
      await null;
      return x;
    },
    (f) => f(3),
  ]),
  shape("generator", () => [
    function* (n: number) {
      for (let at = 0; at < n; at++) yield at;
    },
    (f) => [...f(3)],
  ]),
  shape("async generator", () => [
    async function* (n: number) {
      for (let at = 0; at < n; at++) yield at;
    },
    async (f) => {
      const all: number[] = [];
      for await (const item of f(3)) all.push(item);
      return all;
    },
  ]),
  shape("default parameters", () => [
    (a = 1, b = a + 1, { c = 3 } = {}) => [a, b, c],
    (f) => [f.length, f(), f(5)],
  ]),
  shape("default parameters that captured", () => {
    const base = 7;
    let calls = 0;
    return [
      (a = base, { b = a + base } = {}, next = () => ++calls, [c = next()] = []) => [a, b, c],
      (f) => [f(), f(1), f.length],
    ];
  }),
  shape("rest and spread", () => [(...all: number[]) => Math.max(...all), (f) => f(3, 9, 4)]),
  shape("destructuring", () => [
    ({ a, b: [c, ...d] }: { a: number; b: number[] }) => [a, c, d],
    (f) => f({ a: 1, b: [2, 3, 4] }),
  ]),
  shape("own arguments object", () => [
    function (this: unknown) {
      // biome-ignore lint/complexity/noArguments: it is what is tested
      return arguments.length;
    } as (...args: number[]) => number,
    (f) => f(1, 2, 3),
  ]),
  shape("own this", () => [
    function (this: { v: number }) {
      return [1].map((x) => x + this.v);
    },
    (f) => f.call({ v: 4 }),
  ]),
  shape("new.target", () => [
    function (this: unknown) {
      return { made: new.target !== undefined };
    },
    (f) => [(f as () => unknown)(), Reflect.construct(f, [])],
  ]),
  shape("strict", () => [
    function (this: unknown) {
      return this === undefined;
    },
    (f) => (f as () => boolean)(),
  ]),
  shape("sloppy", () => [new Function("return this === undefined") as () => boolean, (f) => f()]),
  shape("constructed from text", () => [
    new Function("a", "b", "return a + b") as (a: number, b: number) => number,
    (f) => f(1, 2),
  ]),
  shape("labels, switch, try", () => [
    (n: number) => {
      outer: for (let at = 0; ; at++) {
        switch (at) {
          case n:
            break outer;
          default:
            try {
              if (at > 5) throw new Error("far");
            } catch (error) {
              return (error as Error).message;
            }
        }
      }
      return "near";
    },
    (f) => [f(3), f(30)],
  ]),
  shape("text that looks like code", () => [
    () => [`\${${GREETING}} // }`, /[/"'`}]+/.source, "*/ ) }"],
    (f) => f(),
  ]),
  shape("comments", () => [
    // before
    (x: number /* ) */) => {
      return x; // }
    },
    (f) => f(1),
  ]),
  shape("odd names", () => {
    const ünïcode = 3;
    const $ = 4;
    const _ = 5;
    const values = 6;
    const set = 7;
    return [() => [ünïcode, $, _, values, set], (f) => f()];
  }),
  shape("names that are reserved elsewhere", () => [
    new Function("var let = 3, static = 4; return () => let + static;")() as () => number,
    (f) => f(),
  ]),
  shape("names of built-ins", () => {
    // biome-ignore lint/suspicious/noShadowRestrictedNames: it is what is tested
    const Reflect = 5;
    // biome-ignore lint/suspicious/noShadowRestrictedNames: it is what is tested
    const Object = 6;
    class Event {
      kept = 7;
    }
    class Listener {
      hear() {
        return new Event().kept;
      }
    }
    const { sum } = {
      sum() {
        return Reflect + Object;
      },
    };
    return [[sum, Listener] as const, ([f, L]) => [f(), new L().hear()]];
  }),
  shape("own properties", () => {
    const fn = Object.assign((x: number) => x, { version: 3, cache: new Map([["a", 1]]) });
    Object.defineProperty(fn, "hidden", { value: 7 });
    Object.defineProperty(fn, "name", { value: "renamed" });
    return [fn, (f) => [f.name, f.version, f.cache, Object.getOwnPropertyDescriptor(f, "hidden")]];
  }),
  // methods and accessors
  shape("method", () => [
    {
      v: 3,
      m(): number {
        return this.v;
      },
    } as { v: number; m(): number },
    (o) => o.m(),
  ]),
  shape("method alone", () => [
    {
      add(a: number, b: number) {
        return a + b;
      },
    }.add,
    (f) => [f.name, f(1, 2)],
  ]),
  shape("method with an odd name", () => [
    {
      "odd name!"(x: number) {
        return x;
      },
      123(x: number) {
        return -x;
      },
      [`${GREETING}!`](x: number) {
        return x * 2;
      },
    },
    (o) => [o["odd name!"](1), o[123](2), o["hello!"](3), Object.keys(o)],
  ]),
  shape("async and generator methods", () => [
    {
      async one() {
        return 1;
      },
      *two() {
        yield 2;
      },
      async *three() {
        yield 3;
      },
    },
    async (o) => [await o.one(), [...o.two()], (await o.three().next()).value],
  ]),
  shape("methods named as words", () => [
    {
      get() {
        return "get";
      },
      set() {
        return "set";
      },
      async() {
        return "async";
      },
      static() {
        return "static";
      },
      function() {
        return "function";
      },
      class() {
        return "class";
      },
    },
    (o) => Object.values(o).map((f) => f()),
  ]),
  shape("getter and setter", () => [
    {
      kept: 1,
      get twice() {
        return this.kept * 2;
      },
      set twice(value: number) {
        this.kept = value / 2;
      },
    },
    (o) => {
      o.twice = 10;
      return [o.kept, o.twice];
    },
  ]),
  shape("accessors that captured", () => {
    let kept = 1;
    const key = "computed";
    return [
      {
        get one() {
          return kept;
        },
        set one(value: number) {
          kept = value;
        },
        get [key]() {
          return kept + 1;
        },
        read: () => kept,
      },
      (o) => {
        o.one = 5;
        return [o.one, o.computed, o.read(), Object.keys(o)];
      },
    ];
  }),
  shape("computed names with brackets and comments", () => [
    {
      ["a]b"]() {
        return 1;
      },
      ["[" /* ] */]() {
        return 2;
      },
      async ["p"]() {
        return 3;
      },
      *[/* [ */ "g"]() {
        yield 4;
      },
      get ["q" /* ]( */]() {
        return 5;
      },
    } as Loose,
    async (o) => {
      const call = (name: string): unknown => (o[name] as () => unknown)();
      return [call("a]b"), call("["), await call("p"), [...(call("g") as number[])], o["q"]];
    },
  ]),
  shape("method under a symbol", () => [
    {
      *[Symbol.iterator]() {
        yield 1;
        yield 2;
      },
    },
    (o) => [...o],
  ]),
  // closures
  shape("closure", () => [makeAdder(5), (f) => f(10)]),
  shape("closure over a closure", () => {
    const add = makeAdder(1);
    const twice = (f: (x: number) => number) => (x: number) => f(f(x));
    return [twice(add), (f) => f(1)];
  }),
  shape("closure over a module's variable", () => [
    (name: string) => `${GREETING}, ${name}`,
    (f) => f("you"),
  ]),
  shape("closure over a block, a loop and a catch", () => {
    const fns: (() => unknown)[] = [];
    for (let at = 0; at < 3; at++) fns.push(() => at);
    {
      const inner = "block";
      fns.push(() => inner);
    }
    try {
      throw new RangeError("thrown");
    } catch (error) {
      fns.push(() => (error as Error).message);
    }
    return [fns, (all) => all.map((f) => f())];
  }),
  shape("closure over a parameter's default", () => {
    const make = (n: number, get = () => n) => get;
    return [make(4), (f) => f()];
  }),
  shape("a name that is shadowed", () => {
    const n = 1;
    return [
      (x: number) => {
        const n = x * 2;
        return ((m: number) => m + n)(1);
      },
      (f) => [f(2), n],
    ];
  }),
  shape("a name in typeof", () => [
    () => [typeof Buffer, typeof notThere === "undefined"],
    (f) => f(),
  ]),
  shape("undefined variable", () => {
    let nothing: number | undefined;
    return [
      () => {
        nothing ??= 4;
        return nothing;
      },
      (f) => [f(), f()],
    ];
  }),
  shape("its own state", () => {
    let calls = 0;
    return [() => ++calls, (f) => [f(), f(), f()]];
  }),
  shape("a shared variable", () => [
    [makeCounter(3), makeCounter(3)],
    ([one, two]) => {
      one?.increment();
      one?.increment();
      two?.increment();
      const before = [one?.get(), two?.get()];
      one?.reset();
      return [before, one?.get(), two?.get()];
    },
  ]),
  shape("shared variables of blocks, loops and catches", () => {
    const pairs: { add(): unknown; get(): unknown }[] = [];
    for (let at = 0; at < 2; at++) {
      let count = 0;
      {
        let list: number[] | number = 0;
        pairs.push({ add: () => [++count, (list = count), at++], get: () => [count, list, at] });
      }
    }
    try {
      throw 0;
    } catch (error) {
      let seen = error as number;
      pairs.push({ add: () => ++seen, get: () => [seen, error] });
    }
    return [
      pairs,
      (all) => {
        for (const { add } of all) add();
        all[0]?.add();
        return all.map(({ get }) => get());
      },
    ];
  }),
  shape("a shared variable without a value", () => {
    let last: string | undefined;
    return [
      [
        () => {
          last ??= "set";
        },
        () => last,
      ] as const,
      ([set, get]) => [set(), get()],
    ];
  }),
  shape("a shared variable around a class", () => {
    let count = 0;
    class Counted {
      #own = 1;
      add() {
        count += this.#own;
        return () => count;
      }
    }
    return [
      [Counted, () => count] as const,
      ([C, get]) => {
        new C().add();
        return [get(), new C().add()()];
      },
    ];
  }),
  shape("a shared object", () => {
    const box = { n: 1 };
    return [
      [() => box, () => box.n++, box] as const,
      ([get, add, same]) => {
        add();
        return [get() === same, same.n];
      },
    ];
  }),
  shape("recursion", () => [fibonacci, (f) => f(15)]),
  shape("recursion through a variable", () => {
    const down = (n: number): number => (n === 0 ? 0 : down(n - 1));
    return [down, (f) => f(10)];
  }),
  shape("recursion by its own name", () => [
    function factorial(n: number): number {
      return n < 2 ? 1 : n * factorial(n - 1);
    },
    (f) => f(6),
  ]),
  shape("mutual recursion", () => [
    [isEven, isOdd] as const,
    ([even, odd]) => [even(10), odd(7), even(3)],
  ]),
  shape("a closure that captured itself in an object", () => {
    const node: { self?: unknown; get: () => unknown } = { get: () => node };
    node.self = node;
    return [node, (o) => [o.get() === o, o.self === o]];
  }),
  shape("bound", () => [makeAdder(1).bind(null, 41), (f) => [f.name, (f as () => number)()]]),
  shape("bound again, with properties", () => {
    const first = function (this: { v: number }, ...all: number[]) {
      return [this.v, ...all];
    }.bind({ v: 1 }, 1);
    const second = Object.assign(first.bind(null, 2), { label: "second" });
    Object.defineProperty(second, "name", { value: "renamed" });
    return [Object.freeze(second), (f) => [f(3), f.label, f.name, f.length, Object.isFrozen(f)]];
  }),
  shape("bound this", () => {
    const o = { v: 2 };
    return [
      function (this: { v: number }, a: number, b: number) {
        return this.v + a + b;
      }.bind(o, 10),
      (f) => f(30),
    ];
  }),
  shape("bound to no object", () => [
    (
      function (this: unknown) {
        return [typeof this, String(this)];
      } as (this: unknown) => unknown
    ).bind(12n),
    (f) => (f as () => unknown)(),
  ]),
  shape("curry, compose, memoize", () => {
    const compose =
      (...fns: ((x: number) => number)[]) =>
      (x: number) =>
        fns.reduceRight((value, fn) => fn(value), x);
    const memoize = (fn: (x: number) => number) => {
      const cache = new Map<number, number>();
      return (x: number) => {
        if (!cache.has(x)) cache.set(x, fn(x));
        return [cache.get(x), cache.size];
      };
    };
    return [memoize(compose(makeAdder(1), (x) => x * 2)), (f) => [f(3), f(3), f(4)]];
  }),
  shape("Y combinator", () => {
    type Fn = (n: number) => number;
    type Self = (self: Self) => Fn;
    const y = (make: (fn: Fn) => Fn) => ((x: Self) => x(x))((x) => make((n) => x(x)(n)));
    return [y((fn) => (n) => (n < 2 ? 1 : n * fn(n - 1))), (f) => f(5)];
  }),
  // by reference
  shape("built-in functions", () => [
    [Math.max, parseInt, JSON.stringify, Array.prototype.map, console, globalThis, Symbol] as const,
    (all) =>
      all.map(
        (one, at) =>
          one ===
          [Math.max, parseInt, JSON.stringify, Array.prototype.map, console, globalThis, Symbol][
            at
          ],
      ),
  ]),
  shape("global names", () => [
    () => [
      new URL("http://a/b").pathname,
      structuredClone([1]),
      typeof setTimeout,
      [3, 1].toSorted(),
    ],
    (f) => f(),
  ]),
  shape("modules of Node", () => [
    () => [
      basename("/a/b"),
      path.join("a", "b"),
      createHash("sha1").update("a").digest("hex").length,
    ],
    (f) => f(),
  ]),
  shape("another module's function", () => [() => outside(3) + bases.length, (f) => f()]),
  shape("another module's value", () => [() => version.major, (f) => f()]),
  shape("import() in a function", () => [async () => (await import("node:os")).EOL, (f) => f()]),
  // classes
  shape("class", () => [
    class Plain {
      v = 1;
      get() {
        return this.v;
      }
    },
    (C) => [C.name, new C().get()],
  ]),
  shape("class with statics, accessors, private names", () => [
    Secret,
    (C) => [new C().reveal(), C.has(new C()), C.has({})],
  ]),
  shape("static values", () => {
    // biome-ignore lint/complexity/noStaticOnlyClass: it is what is tested
    class Config {
      static made = new Date(0);
      static list = [1, 2];
      static self = Config;
      static {
        Config.list.push(3);
      }
      static get size() {
        return Config.list.length;
      }
    }
    Config.list.push(4);
    return [Config, (C) => [C.made, C.list, C.self === C, C.size]];
  }),
  shape("static blocks that captured", () => {
    // biome-ignore lint/complexity/noStaticOnlyClass: it is what is tested
    class Counting {
      declare static next: () => number;
      declare static last: () => number;
      static {
        let n = 0;
        Counting.next = () => ++n;
        Counting.last = () => n;
      }
    }
    return [Counting, (C) => [C.next(), C.next(), C.last()]];
  }),
  shape("private methods", () => [
    class {
      #three() {
        return 3;
      }
      get #four() {
        return 4;
      }
      static #five() {
        return 5;
      }
      sum() {
        return this.#three() + this.#four;
      }
      static five() {
        // biome-ignore lint/complexity/noThisInStatic: the class has no name
        return this.#five();
      }
    },
    (C) => [new C().sum(), C.five()],
  ]),
  shape("a static member called name", () => [
    // biome-ignore lint/complexity/noStaticOnlyClass: it is what is tested
    class {
      static name() {
        return "called";
      }
    } as unknown as { name(): string },
    (C) => C.name(),
  ]),
  shape("inheritance", () => [
    Square,
    (C) => {
      const square = C.of(3);
      return [
        square.describe(),
        [...square],
        String(square),
        C.names,
        Object.getPrototypeOf(C).name,
      ];
    },
  ]),
  shape("mixin", () => [
    class extends Timed(Square) {},
    (C) => [new C(1 as never).at, new C(2 as never).describe()],
  ]),
  shape("class that extends what a call returns", () => {
    const pick = (first: boolean) => (first ? Shape2D : Square);
    class Picked extends pick(true) {
      picked = true;
    }
    return [Picked, (C) => [new C(5).describe(), new C(1).picked]];
  }),
  shape("class that extends a built-in", () => [
    [Stack, Ledger, Tags, HttpError] as const,
    ([S, L, T, E]) => {
      const stack = new S<number>();
      stack.push(1, 2);
      const error = new E(404, "gone");
      return [
        stack.top(),
        new L().add("a", 1).get("a"),
        new T().label,
        error.message,
        error.status,
        error instanceof Error,
      ];
    },
  ]),
  shape("class with computed names", () => {
    const key = "computed";
    class Computed {
      [key]() {
        return 1;
      }
      static readonly [STATIC_NAME] = 2;
      [Symbol.toPrimitive]() {
        return 3;
      }
    }
    return [Computed, (C) => [new C().computed(), C.computedStatic, +new C()]];
  }),
  shape("class whose source has names of brine's", () => {
    const brine_superclass = 1;
    const brine_key_0 = 2;
    const key = "computed";
    class Named extends Timed(Animal2) {
      [key]() {
        return brine_superclass + brine_key_0;
      }
    }
    return [Named, (C) => [new C().computed(), new C().legs]];
  }),
  shape("class that is changed afterwards", () => {
    class Open {
      a() {
        return "a";
      }
    }
    const open = Open as unknown as { prototype: Loose; extra: unknown };
    open.prototype["b"] = function (this: Open) {
      return `${this.a()}b`;
    };
    open.extra = makeAdder(1);
    return [
      open,
      (C) =>
        new (C as unknown as new () => { b(): string })().b() +
        String((C.extra as (x: number) => number)(1)),
    ];
  }),
  shape("class whose members were exchanged", () => {
    class Mixed {
      a() {
        return "a";
      }
      b() {
        return "b";
      }
      c() {
        return (this.c as unknown as Loose)["calls"];
      }
      static d() {
        return "d";
      }
      static e() {
        return "e";
      }
    }
    [Mixed.prototype.a, Mixed.prototype.b] = [Mixed.prototype.b, Mixed.prototype.a];
    [Mixed.d, Mixed.e] = [Mixed.e, () => "new"];
    Object.assign(Mixed.prototype.c, { calls: 5 });
    Object.defineProperty(Mixed.prototype, "a", { enumerable: true });
    return [
      Mixed,
      (C) => {
        const one = new C();
        const seen: string[] = [];
        for (const key in one) seen.push(key);
        return [one.a(), one.b(), one.c(), C.d(), C.e(), seen];
      },
    ];
  }),
  shape("class that extends a variable that changes", () => {
    let Base: typeof Animal2 | undefined = Animal2;
    class Derived extends Base {
      static forget() {
        Base = undefined;
      }
    }
    return [
      [Derived, () => Base === undefined] as const,
      ([D, isGone]) => [isGone(), D.forget(), isGone(), new D().legs],
    ];
  }),
  shape("frozen functions and classes", () => {
    class Closed {
      static value = 1;
      method() {}
    }
    Object.freeze(Closed.prototype);
    const sealed = Object.seal(Object.assign(() => 1, { x: 1 }));
    return [
      [Object.freeze(Closed), Object.freeze(() => 1), sealed] as const,
      ([C, f, g]) => [
        [C, C.prototype, f].map((one) => Object.isFrozen(one)),
        [Object.isSealed(g), Object.isFrozen(g), C.value],
      ],
    ];
  }),
  shape("class whose fields captured", () => {
    let made = 0;
    const prefix = "n";
    class Numbered {
      id = `${prefix}${++made}`;
    }
    return [Numbered, (C) => [new C().id, new C().id]];
  }),
  shape("classes that know each other", () => {
    class Parent {
      child() {
        return new Child();
      }
    }
    class Child extends Parent {
      static parent = Parent;
    }
    return [Child, (C) => [new C().child() instanceof C, C.parent === Object.getPrototypeOf(C)]];
  }),
  shape("function with a prototype", () => [
    Points,
    (P) => [new P(1, 2).sum(), new P(1, 2) instanceof P],
  ]),
  shape("a prototype of its own making", () => {
    function Made(this: Loose) {
      this["made"] = true;
    }
    Made.prototype = {
      constructor: Made,
      hello() {
        return "hello";
      },
    };
    return [
      Made as unknown as new () => { hello(): string },
      (M) => [new M().hello(), Object.keys(M.prototype as object), new M() instanceof M],
    ];
  }),
  shape("functions that inherit", () => {
    function Dot(this: Loose) {
      this["dot"] = true;
    }
    Object.setPrototypeOf(Dot.prototype, Point.prototype);
    Dot.prototype.kind = "dot";
    return [Dot as unknown as new () => Loose, (D) => [new D()["kind"], typeof new D()["sum"]]];
  }),
  // instances
  shape("instance", () => [
    new Square(7),
    (o) => [o.describe(), [...o], o instanceof (o.constructor as never), [...o.tags]],
  ]),
  shape("instances of one class", () => [
    [new Square(1), new Square(2), Square],
    ([a, b, C]) => [(a as object).constructor === C, (b as object).constructor === C],
  ]),
  shape("instance of a function", () => [new Points(3, 4), (o) => [o.sum(), Object.keys(o)]]),
  shape("instances that inherit from built-ins", () => {
    const stack = new Stack<unknown>();
    stack.push(1, undefined, "x");
    const ledger = new Ledger([["a", 1]]);
    const tags = new Tags(["x"]);
    tags.label = "changed";
    const day = new Later(86_400_000 * 3);
    return [
      { stack, ledger, tags, day },
      (o) => [
        o.stack.top(),
        o.stack.length,
        o.ledger.add("a", 2).get("a"),
        [...o.tags],
        o.tags.label,
        o.day.days(),
      ],
    ];
  }),
  shape("instances with iterators of their own", () => {
    class Table extends Map<string, number> {
      override *[Symbol.iterator](): MapIterator<[string, number]> {
        yield ["other", 0];
      }
    }
    class Bag extends Set<string> {
      override *[Symbol.iterator](): SetIterator<string> {
        yield "other";
      }
    }
    class Row extends Array<string> {
      override *[Symbol.iterator](): ArrayIterator<string> {
        yield "other";
      }
    }
    class Day extends Date {
      override getTime() {
        return 0;
      }
    }
    const row = new Row();
    row.push("a", "b");
    return [
      [new Table([["a", 1]]), new Bag(["a"]), row, new Day(5)] as const,
      ([table, bag, list, day]) => [
        [table.get("a"), table.size, ...table],
        [bag.has("a"), bag.size, ...bag],
        [list[1], list.length, ...list],
        [day.valueOf(), day.getTime()],
      ],
    ];
  }),
  shape("error of a class", () => [
    new HttpError(404, "gone"),
    (e) => [e.name, e.message, e.status, e instanceof Error, (e.stack as string).includes("gone")],
  ]),
  shape("error of a class of a kind of errors", () => [
    new FieldError("name"),
    (e) => [String(e), e.field, e instanceof TypeError, e instanceof RangeError, Object.keys(e)],
  ]),
  shape("instance with a function of its own", () => {
    const square = Object.assign(new Square(2), { area: (w: number) => w * w });
    return [square, (o) => o.area(o.width)];
  }),
  shape("instance in a cycle", () => {
    const square = new Square(1) as Square & { self?: unknown; twins?: unknown[] };
    square.self = square;
    square.twins = [square, square];
    return [square, (o) => [o.self === o, o.twins?.every((one) => one === o)]];
  }),
  // values
  shape("map, set, date, expression", () => [
    {
      map: new Map<unknown, unknown>([
        ["a", 1],
        [1, "b"],
        [true, "c"],
        [undefined, null],
      ]),
      set: new Set([1, "1", NaN]),
      date: new Date(5),
      text: /a(b)?/giu,
    },
    (o) => [o.map, o.set, o.date, o.text, "ab".replace(o.text, "x")],
  ]),
  shape("undefined, holes, minus zero, bigints", () => [
    // biome-ignore lint/suspicious/noSparseArray: it is what is tested
    { none: undefined, list: [undefined, , -0, 5n, 2n ** 70n, NaN, -Infinity] },
    (o) => [Object.hasOwn(o, "none"), o.list, Object.is(o.list[2], -0), 1 in o.list],
  ]),
  shape("typed arrays of one buffer", () => {
    const buffer = new ArrayBuffer(32);
    const floats = new Float32Array(buffer, 8, 2);
    const bytes = new Uint8Array(buffer, 12, 4);
    floats[1] = 1.5;
    return [
      [floats, bytes, new BigInt64Array([-1n]), new DataView(buffer, 8, 2)] as const,
      ([f, b, big, view]) => [
        [...f],
        [...b],
        f.buffer === b.buffer,
        view.buffer === b.buffer,
        big[0],
      ],
    ];
  }),
  shape("frozen, sealed, without a prototype", () => [
    [
      Object.freeze({ a: [1] }),
      Object.seal({ b: 1 }),
      Object.assign(Object.create(null), { c: 1 }),
      Object.freeze([1]),
    ],
    (all) =>
      all.map((one) => [
        Object.isFrozen(one),
        Object.isSealed(one),
        Object.getPrototypeOf(one) === null,
      ]),
  ]),
  shape("odd keys", () => [
    JSON.parse('{"__proto__": 1, "constructor": 2, "@@iterator": 3, "": 4}') as Loose,
    (o) => [Object.keys(o), Object.getPrototypeOf(o) === Object.prototype, o["__proto__"]],
  ]),
  shape("the order of keys", () => [
    [
      {
        z: undefined,
        a: 1,
        get m() {
          return 1;
        },
        b: 2,
      },
      Object.assign(() => 1, { z: undefined, a: 1 }),
      Object.freeze({ z: undefined, a: 1 }),
    ] as const,
    (all) => all.map((one) => Object.keys(one)),
  ]),
  shape("errors", () => [
    [
      new TypeError("t", { cause: new RangeError("r") }),
      new AggregateError([new Error("in")], "all"),
    ] as const,
    ([t, a]) => [
      t.name,
      t.message,
      (t.cause as Error).message,
      a.errors.length,
      t instanceof TypeError,
    ],
  ]),
  shape("symbols, boxes, addresses", () => [
    [
      Symbol.iterator,
      Symbol.for("brine"),
      Object(1),
      Object("x"),
      new URL("http://a/b?c=1"),
      new URLSearchParams("a=1"),
    ] as const,
    (all) => [
      all[0] === Symbol.iterator,
      all[1] === Symbol.for("brine"),
      typeof all[2],
      all[3].length,
      all[4].search,
      all[5].get("a"),
    ],
  ]),
];

declare const notThere: unknown;

/** What cannot travel. */
export const REFUSED: readonly Refused[] = [
  {
    name: "an arrow that uses the this around it",
    reason: "lexical-this",
    message: "an arrow function uses `this` at $.arrow",
    make: () => ({ arrow: new Animal("a").name && arrowOf.call({ v: 1 }) }),
  },
  {
    name: "an arrow that uses new.target",
    reason: "lexical-this",
    message: "an arrow function uses `new.target` at $",
    make: () =>
      Reflect.construct(function (this: unknown) {
        return () => new.target;
      }, []),
  },
  {
    name: "an arrow that uses the arguments around it",
    reason: "lexical-this",
    message: "it uses the `arguments` of the function around it at $",
    make: () =>
      (function (..._all: number[]) {
        // biome-ignore lint/complexity/noArguments: it is what is tested
        return () => arguments.length;
      })(1),
  },
  {
    name: "a method that uses super, taken out of its class",
    reason: "super",
    message: "it uses `super`, which belongs to the object it was defined in at $[0]",
    make: () => [Square.prototype.describe],
  },
  {
    name: "a method that uses a private name, taken out of its class",
    reason: "private",
    message: "it uses #value, which belongs to its class alone at $",
    make: () => Secret.prototype.reveal,
  },
  {
    name: "an instance with private values",
    reason: "private",
    message: "a Secret has private values, which nobody can read at $.secret",
    make: () => ({ secret: new Secret() }),
  },
  {
    name: "a class with a static private value",
    reason: "private",
    message: "its class has a static private value, which cannot be read at $",
    make: () => Animal,
  },
  {
    name: "native code",
    reason: "native",
    message: "resolve is native code at $.go",
    make: () => {
      let go: unknown;
      void new Promise((resolve) => {
        go = Object.defineProperty(resolve, "name", { value: "resolve" });
      });
      return { go };
    },
  },
  {
    name: "a captured promise",
    reason: "live",
    message: "a Promise belongs to this process at $.<captured>.promise",
    make: () => {
      const promise = Promise.resolve(1);
      return () => promise;
    },
  },
  {
    name: "a captured generator at work",
    reason: "live",
    message: "a Generator belongs to this process at $.<captured>.steps",
    make: () => {
      const steps = (function* () {
        yield 1;
      })();
      return () => steps.next();
    },
  },
  {
    name: "a captured stream",
    reason: "live",
    message: "a WriteStream belongs to this process at $.log.<captured>.stream",
    make: () => {
      const stream = fs.createWriteStream("/dev/null", { flags: "a" });
      stream.on("error", () => undefined);
      stream.destroy();
      return { log: (line: string) => stream.write(line) };
    },
  },
  {
    name: "a captured weak map",
    reason: "live",
    message: "a WeakMap belongs to this process at $.<captured>.seen",
    make: () => {
      const seen = new WeakMap<object, number>();
      return (key: object) => seen.get(key);
    },
  },
  {
    name: "a symbol of this process",
    reason: "live",
    message: "Symbol(own) is a symbol of this process alone at $[1]",
    make: () => [1, Symbol("own")],
  },
  {
    name: "shared memory",
    reason: "live",
    message: "its memory is shared with other threads at $",
    make: () => new Uint8Array(new SharedArrayBuffer(8)),
  },
  {
    name: "a proxy",
    reason: "proxy",
    message: "a Proxy cannot travel at $.p",
    make: () => ({ p: new Proxy({}, {}) }),
  },
  {
    name: "a proxy of a function",
    reason: "proxy",
    message: "a Proxy cannot travel at $",
    make: () => new Proxy(() => 1, {}),
  },
  {
    name: "a variable without a value",
    reason: "uninitialised",
    message: "its variable later has no value yet at $",
    make: () => {
      const reads: (() => number)[] = [];
      for (const at of [0, 1]) {
        if (at === 1) break;
        reads.push(() => later);
        // What is thrown here leaves the variable without a value.
        try {
          JSON.parse("{");
        } catch {
          continue;
        }
        const later = at;
        reads.push(() => later);
      }
      return reads[0];
    },
  },
  {
    name: "eval",
    reason: "dynamic",
    message: "it calls `eval`, so its names cannot be known at $",
    // biome-ignore lint/security/noGlobalEval: it is what is tested
    make: () => (text: string) => eval(text),
  },
  {
    name: "import.meta",
    reason: "dynamic",
    message: "it uses `import.meta` at $",
    make: () => () => import.meta.url,
  },
  {
    name: "import() of a file beside it",
    reason: "dynamic",
    message: 'it imports "./neighbour.ts", which is another file elsewhere at $',
    make: () => () => import("./neighbour.ts"),
  },
  {
    name: "import() of a name that is not known",
    reason: "dynamic",
    message: "it imports a module whose name is known only when it runs at $",
    make: () => (name: string) => import(name),
  },
  {
    name: "with",
    reason: "dynamic",
    message: "it uses `with`, so its names cannot be known at $",
    make: () => new Function("o", "with (o) return x;"),
  },
  {
    name: "a name that means another value outside",
    reason: "ambiguous",
    message: "its own name again is another value outside of it at $",
    make: () => {
      let again: unknown = function again(n: number): unknown {
        return n === 0 ? 0 : again;
      };
      const first = again;
      again = 5;
      void (() => again);
      return first;
    },
  },
  {
    name: "a function that puts another in its place",
    reason: "ambiguous",
    message: "it writes to its own name lazy at $",
    make: () =>
      new Function("function lazy() { lazy = () => 2; return lazy; } return lazy;")() as unknown,
  },
  {
    name: "a function that calls itself, and is replaced",
    reason: "ambiguous",
    message: "down calls itself, and is written to at $",
    make: () =>
      new Function(
        "function down(n) { return n === 0 ? 0 : down(n - 1); } return [down, () => { down = null; }];",
      )() as unknown,
  },
  {
    name: "a class without one of its members",
    reason: "shape",
    message: "a member of its class was deleted or replaced at $",
    make: () => {
      class Less {
        gone() {}
      }
      delete (Less.prototype as Partial<Less>).gone;
      return Less;
    },
  },
  {
    name: "a class whose instances inherit from something else",
    reason: "shape",
    message: "its instances inherit from what its source does not name at $",
    make: () => {
      class Odd {}
      Object.setPrototypeOf(Odd.prototype, Shape2D.prototype);
      return Odd;
    },
  },
  {
    name: "a class with a field under a computed name",
    reason: "shape",
    message: "a field of its class has a computed name, which nobody can read at $",
    make: () => {
      const name = GREETING.slice(1);
      return class {
        [name] = 1;
      };
    },
  },
  {
    name: "a function without its name",
    reason: "shape",
    message: "its `name` or its `length` was deleted at $",
    make: () => {
      const fn = () => 1;
      Reflect.deleteProperty(fn, "name");
      return fn;
    },
  },
  {
    name: "a generator of another prototype",
    reason: "shape",
    message: "its `prototype` inherits from what no generator has at $",
    make: () => {
      function* steps() {
        yield 1;
      }
      return Object.assign(steps, { prototype: { more: 1 } });
    },
  },
  {
    name: "what only looks like an array",
    reason: "shape",
    message: "it inherits from Array and is none, or the other way round at $",
    make: () => Object.create(Stack.prototype) as unknown,
  },
  {
    name: "a typed array with properties",
    reason: "shape",
    message: "it has properties of its own, and only its value travels at $",
    make: () => Object.assign(new Uint8Array(2), { label: "x" }),
  },
  {
    name: "an address that takes no properties",
    reason: "shape",
    message: "it takes no properties, and only its value travels at $",
    make: () => Object.freeze(new URL("http://a/b")),
  },
  {
    name: "memory that can be resized",
    reason: "shape",
    message: "its memory can be resized at $",
    make: () => new (ArrayBuffer as unknown as Resizable)(2, { maxByteLength: 4 }),
  },
  {
    name: "an array of another prototype",
    reason: "shape",
    message: "an array's prototype was replaced at $",
    make: () => Object.setPrototypeOf([1], Object.prototype) as unknown,
  },
  {
    name: "an array of a fixed length",
    reason: "shape",
    message: "the length of an array cannot be changed at $",
    make: () => Object.defineProperty([1], "length", { writable: false }),
  },
  {
    name: "an array of holes",
    reason: "shape",
    message: "an array with more than 1000000 holes at $",
    make: () => {
      const list: number[] = [];
      list[2 ** 31] = 1;
      return list;
    },
  },
  {
    name: "an object of no class",
    reason: "shape",
    message: "it inherits from an object that no class makes at $",
    make: () => Object.create({ inherited: 1 }),
  },
  {
    name: "a property under a symbol of this process",
    reason: "shape",
    message: "it has a property under Symbol(own), which no other process has at $",
    make: () => ({ [Symbol("own")]: 1 }),
  },
];

type Resizable = new (length: number, options: { maxByteLength: number }) => ArrayBuffer;

function arrowOf(this: { v: number }) {
  return () => this.v;
}
