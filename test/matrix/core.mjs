/**
 * The built package in, counts of what held out. Plain JavaScript that names no platform:
 * the same file runs in every Node of the matrix and in a browser.
 */

/**
 * Runs the checks over `brine/pickle` (and `brine`, the same names with more types).
 * @returns {Promise<{ passed: number, failures: string[] }>}
 */
export async function runCore(pickle, brine, { vectors }) {
  let passed = 0;
  const failures = [];
  const check = async (name, act) => {
    try {
      const fault = await act();
      if (fault === undefined) passed++;
      else failures.push(`${name}: ${fault}`);
    } catch (error) {
      failures.push(`${name}: ${error?.stack ?? error}`);
    }
  };

  for (const { name, pickles } of vectors) {
    const protocols = Object.keys(pickles).map(Number);
    for (const from of protocols) {
      for (const to of protocols) {
        await check(`${name}: protocol ${from} to ${to}`, () => {
          const value = pickle.loads(fromBase64(pickles[from]), { lossless: true });
          return sameBytes(pickle.dumps(value, to), fromBase64(pickles[to]));
        });
      }
      await check(`${name}: protocol ${from}, one byte short`, () => {
        const whole = fromBase64(pickles[from]);
        return refusal(() => pickle.loads(whole.subarray(0, whole.length - 1)), "UnpicklingError");
      });
    }
  }

  const of = (name, protocol = 5) =>
    fromBase64(vectors.find((vector) => vector.name === name).pickles[protocol]);
  for (const [mode, { loads, dumps }] of Object.entries({ "brine/pickle": pickle, brine })) {
    const is = (name, found, wanted) =>
      check(`${mode} ${name}`, () =>
        same(found(), wanted) ? undefined : `found ${String(found())}`,
      );

    await is("None", () => loads(of("none")), null);
    await is("true", () => loads(of("true")), true);
    await is("an int", () => loads(of("ints")).at(-1), -(2 ** 53) + 1);
    await is("a bigint", () => loads(of("bigints"))[0], 2n ** 53n);
    await is("a great bigint", () => loads(of("bigints"))[9], 1n << 2048n);
    await is("minus zero", () => loads(of("floats"))[1], -0);
    await is("NaN", () => loads(of("floats"))[13], Number.NaN);
    await is("unicode", () => loads(of("unicode")), "\u0434\u0430\u2028 \u{1f952}");
    await is("half a pair", () => loads(of("surrogate")), "lone \ud800 half");
    await is("bytes", () => loads(of("bytes")).constructor, Uint8Array);
    await is("the 256 bytes", () => loads(of("bytes")).join(), [...Array(256).keys()].join());
    await is("an own __proto__", () => Object.hasOwn(loads(of("str-dict")), "__proto__"), true);
    await is("a mixed dict", () => loads(of("mixed-dict")).get(1), "one");
    await is("a cyclic list", () => ((list) => list[0] === list)(loads(of("cyclic-list"))), true);
    await is("a cyclic dict", () => ((d) => d.self === d)(loads(of("cyclic-dict"))), true);
    await is(
      "sharing",
      () => ((l) => l[0] === l[1] && l[2][0] === l[0])(loads(of("shared"))),
      true,
    );

    const value = { text: "né", list: [1, -1.5, 2n ** 70n, null, true], map: new Map([[1, "x"]]) };
    for (let protocol = 0; protocol <= 5; protocol++) {
      await check(`${mode} round trip at protocol ${protocol}`, () => {
        const back = loads(dumps(value, protocol));
        const held =
          back.text === value.text &&
          back.list.every((item, index) => item === value.list[index]) &&
          back.map.get(1) === "x";
        return held ? undefined : "differs";
      });
    }
    await check(`${mode} deep nesting`, () => {
      let deep = [];
      for (let depth = 0; depth < 100_000; depth++) deep = [deep];
      let back = loads(dumps(deep));
      let depth = 0;
      for (; back.length > 0; depth++) back = back[0];
      return depth === 100_000 ? undefined : `depth ${depth}`;
    });
    await check(`${mode} refuses undefined`, () =>
      refusal(() => dumps({ a: [undefined] }), "PicklingError"),
    );
    await check(`${mode} refuses garbage`, () =>
      refusal(() => loads(Uint8Array.of(0xff, 0x00)), "UnpicklingError"),
    );
    await check(`${mode} refuses an empty input`, () =>
      refusal(() => loads(new Uint8Array(0)), "UnpicklingError"),
    );
  }

  await check("a Date", () => {
    const back = brine.loads(brine.dumps(new Date(86_400_000)));
    // Without Temporal the datetime is inert.
    const held = globalThis.Temporal
      ? back.epochMilliseconds === 86_400_000
      : back.className === "datetime.datetime";
    return held ? undefined : `found ${back}`;
  });
  await check("a Decimal", () => {
    const back = brine.loads(brine.dumps(new brine.Decimal("1.10")));
    return back.toString() === "1.10" ? undefined : `found ${back}`;
  });
  await check("a class of ours", () => {
    class Point {
      x = 1;
    }
    const types = [pickle.classType("shapes.Point", Point)];
    const back = pickle.loads(pickle.dumps(new Point(), { types }), { types });
    return back instanceof Point && back.x === 1 ? undefined : `found ${back}`;
  });

  await check("a stream", async () => {
    const bytes = of("nested-list");
    const stream = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const back = await pickle.load(stream, { lossless: true });
    return sameBytes(pickle.dumps(back, 5), bytes);
  });
  await check("a Blob of two", async () => {
    const found = [];
    for await (const item of pickle.loadAll(new Blob([of("true"), of("ascii")]))) found.push(item);
    return found.length === 2 && found[0] === true ? undefined : `found ${found.length}`;
  });
  await check("a Response", async () => {
    const back = await pickle.load(new Response(of("latin1")));
    return back === "café" ? undefined : `found ${back}`;
  });
  return { passed, failures };
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function same(found, wanted) {
  return Object.is(found, wanted);
}

function sameBytes(found, wanted) {
  const at = wanted.findIndex((byte, index) => byte !== found[index]);
  if (at < 0 && found.length === wanted.length) return undefined;
  return `bytes differ at ${at < 0 ? wanted.length : at}: ${found.length} for ${wanted.length}`;
}

function refusal(act, name) {
  try {
    act();
  } catch (error) {
    return error.name === name ? undefined : `threw ${error.name}: ${error.message}`;
  }
  return "was accepted";
}
