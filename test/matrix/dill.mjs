/**
 * `brine/dill` in, counts of what held out; the same file runs in every Node of the matrix and in a browser.
 * With `parsers` captured variables are said, as where no inspector is; without, they are seen.
 */

/** @returns {Promise<{ passed: number, failures: string[] }>} */
export async function runDill(dill, { parsers, sees }) {
  const { closure, dumps, loads, FunctionRecord, TravelError } = dill;
  let passed = 0;
  const failures = [];
  const check = async (name, act, expected) => {
    try {
      const found = await act();
      if (JSON.stringify(found) === JSON.stringify(expected)) passed++;
      else
        failures.push(
          `dill, ${name}: ${JSON.stringify(found)} and not ${JSON.stringify(expected)}`,
        );
    } catch (error) {
      failures.push(`dill, ${name}: ${error?.stack ?? error}`);
    }
  };
  const options = parsers === undefined ? {} : { parsers };
  const again = (value) => loads(dumps(value, options), { allowCode: true });
  const refusal = (act) => {
    try {
      act();
    } catch (error) {
      return error instanceof TravelError ? error.reason : String(error);
    }
    return "nothing";
  };

  const n = 5;
  const captured = { n };
  await check("said", () => again(closure((x) => x + n, { captured }))(10), 15);
  await check(
    "a function of itself",
    () =>
      again(function f(i) {
        return i ? i * f(i - 1) : 1;
      })(5),
    120,
  );
  await check(
    "generator",
    () => [
      ...again(function* (k) {
        yield k;
      })(1),
    ],
    [1],
  );
  await check("async", () => again(async (k) => k)(2), 2);
  await check("method and getter", () => {
    const object = again({
      v: 2,
      m() {
        return this.v;
      },
      get twice() {
        return this.v * 2;
      },
    });
    return [object.m(), object.twice];
  }, [2, 4]);
  await check("class and instance", () => {
    class Base {
      constructor(v) {
        this.v = v;
      }
      get() {
        return this.v;
      }
    }
    const Box = closure(
      class Box extends Base {
        static made = 1;
        twice() {
          return super.get() * 2;
        }
      },
      { captured: { Base } },
    );
    const [Again, box] = again([Box, new Box(4)]);
    return [box.twice(), box instanceof Again, Again.made, new Again(1).twice()];
  }, [8, true, 1, 2]);
  await check(
    "shared by what was said",
    () => {
      let count = 0;
      const both = { count: 3 };
      const [add, get] = again([
        closure(() => ++count, { captured: both }),
        closure(() => count, { captured: both }),
      ]);
      add();
      return get();
    },
    4,
  );
  await check("values", () => {
    const value = again({
      m: new Map([[undefined, 1n]]),
      d: new Date(5),
      r: /a/g,
      u: undefined,
      f: new Float64Array(2),
    });
    return [
      value.m.size,
      typeof value.m.get(undefined),
      value.d.getTime(),
      String(value.r),
      "u" in value,
      value.f.length,
    ];
  }, [1, "bigint", 5, "/a/g", true, 2]);
  await check("a record", () => loads(dumps(() => 1, options)) instanceof FunctionRecord, true);
  await check("builtins", () => again([Math.max, JSON])[0] === Math.max, true);
  await check(
    "super",
    () =>
      refusal(() =>
        dumps(
          {
            m() {
              return super.m();
            },
          },
          options,
        ),
      ),
    "super",
  );
  await check("a promise", () => refusal(() => dumps([Promise.resolve()], options)), "live");
  await check(
    "sealed",
    () => {
      const key = "secret";
      return loads(
        dumps(() => 7, { ...options, key }),
        { allowCode: true, key },
      )();
    },
    7,
  );
  if (sees) {
    const make = (m) => (x) => x * m;
    await check("seen", () => again(make(3))(4), 12);
    await check("bound", () => again(make(3).bind(null, 4))(), 12);
    await check(
      "seen and shared",
      () => {
        let count = 1;
        const [add, get] = again([() => ++count, () => count]);
        add();
        return get();
      },
      2,
    );
  } else {
    const m = 3;
    await check("unseen", () => refusal(() => dumps((x) => x * m, options)), "unseen");
  }
  return { passed, failures };
}
