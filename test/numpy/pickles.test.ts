/** Arrays in pickles: what they share, where they go out of band, and what no NumPy wrote, each refused at its place. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ByteArray,
  dumps,
  Global,
  Instance,
  loads,
  type PickleBuffer,
  PickleError,
  Tuple,
  UnpicklingError,
} from "../../src/index.ts";
import {
  Datetime64,
  type DType,
  dtype,
  MaskedArray,
  masked,
  NdArray,
  NumpyScalar,
  ndarray,
  numpyTypesOf,
} from "../../src/numpy/index.ts";
import { dumps as bareDumps } from "../../src/pickle/index.ts";
import { leadsBack } from "../leads-back.ts";

const RECONSTRUCT = new Global("numpy.core.multiarray", "_reconstruct");
const FROMBUFFER = new Global("numpy._core.numeric", "_frombuffer");
const NDARRAY = new Global("numpy", "ndarray");
const DTYPE = new Global("numpy", "dtype");

const call = (callable: Global, args: readonly unknown[], state?: unknown): Instance => {
  const made = new Instance("call", callable, Tuple.from(args) as Tuple);
  if (state !== undefined) made.state = state;
  return made;
};
const f8 = (): Instance =>
  call(DTYPE, ["f8", false, true], Tuple.of(3, "<", null, null, null, -1, -1, 0));
const array = (state: readonly unknown[]): Uint8Array =>
  bareDumps(call(RECONSTRUCT, [NDARRAY, Tuple.of(0), Uint8Array.of(98)], Tuple.from(state)));
const zeros = (count: number): Uint8Array => new Uint8Array(count);

function refusal(data: Uint8Array): UnpicklingError {
  for (const lossless of [false, true]) {
    try {
      loads(data, { lossless });
    } catch (error) {
      if (!(error instanceof UnpicklingError)) throw error;
      if (lossless) return error;
      continue;
    }
    throw new Error("it was read");
  }
  throw new Error("it was read losslessly");
}

describe("arrays that no NumPy wrote", () => {
  // The state's BUILD is the last opcode but one.
  const states: [name: string, state: readonly unknown[], message: RegExp][] = [
    ["too few bytes", [1, Tuple.of(3), f8(), false, zeros(23)], /24 bytes/],
    ["too many bytes", [1, Tuple.of(3), f8(), false, zeros(25)], /24 bytes/],
    ["a negative dimension", [1, Tuple.of(-1), f8(), false, zeros(0)], /impossible dimension/],
    ["a dimension of 2^63", [1, Tuple.of(2n ** 63n), f8(), false, zeros(0)], /tuple of integers/],
    [
      "dimensions that overflow",
      [1, Tuple.of(2 ** 40, 2 ** 40), f8(), false, zeros(0)],
      /too many/,
    ],
    ["65 axes", [1, Tuple.from({ length: 65 }, () => 1), f8(), false, zeros(8)], /axes/],
    ["a shape of text", [1, Tuple.of("3"), f8(), false, zeros(24)], /integers/],
    ["no dtype", [1, Tuple.of(3), null, false, zeros(24)], /dtype/],
    ["a bytearray", [1, Tuple.of(3), f8(), false, new ByteArray(24)], /not returning string/],
    ["a list for bytes", [1, Tuple.of(1), f8(), false, [1]], /not returning string/],
    ["version 2", [2, Tuple.of(1), f8(), false, zeros(8)], /version 2/],
    ["three items", [Tuple.of(1), f8(), false], /version/],
    [
      "bytes for objects",
      [1, Tuple.of(1), call(DTYPE, ["O8", false, true]), false, zeros(8)],
      /not returning list/,
    ],
    [
      "too few objects",
      [1, Tuple.of(2), call(DTYPE, ["O8", false, true]), false, [1]],
      /needs 2 items/,
    ],
    [
      "a name beyond latin-1",
      [1, Tuple.of(1), call(DTYPE, ["S3", false, true]), false, "a€b"],
      /string|latin/i,
    ],
  ];
  it.each(states)("%s", (_name, state, message) => {
    const data = array(state);
    const error = refusal(data);
    expect([error.code, error.offset, error.opcode]).toEqual([
      "construct-failed",
      data.length - 2,
      0x62,
    ]);
    expect(error.message).toMatch(message);
  });

  const buffers: [name: string, args: readonly unknown[]][] = [
    ["too few bytes", [new ByteArray(23), f8(), Tuple.of(3), "C"]],
    ["too many bytes", [zeros(25), f8(), Tuple.of(3), "F"]],
    ["a negative dimension", [zeros(0), f8(), Tuple.of(-3), "C"]],
    ["axes that are none", [zeros(48), f8(), Tuple.of(2, 3), "K", Tuple.of(0, 2)]],
    ["objects in bytes", [zeros(8), call(DTYPE, ["O8", false, true]), Tuple.of(1), "C"]],
  ];
  it.each(buffers)("in a buffer: %s", (_name, args) => {
    const data = bareDumps(call(FROMBUFFER, args));
    const { code, offset } = refusal(data);
    expect([code, offset]).toEqual(["construct-failed", data.length - 3]);
  });

  const dtypes: [name: string, args: readonly unknown[], state: readonly unknown[] | undefined][] =
    [
      ["from nowhere", ["q9", false, true], undefined],
      ["of a size beyond a C int", ["V99999999999", false, true], undefined],
      ["of a foreign byte order", ["f8", false, true], [3, "!", null, null, null, -1, -1, 0]],
      ["of version 5", ["f8", false, true], [5, "<", null, null, null, -1, -1, 0]],
      ["of ten items", ["f8", false, true], [3, "<", null, null, null, -1, -1, 0, 0, 0]],
      ["of a negative size", ["V8", false, true], [3, "|", null, null, null, -8, 1, 0]],
      [
        "of a sub-array of negative lengths",
        ["V8", false, true],
        [3, "|", Tuple.of(f8(), Tuple.of(-1, -1)), null, null, 8, 8, 0],
      ],
      ["with a field outside", ["V8", false, true], structState({ a: Tuple.of(f8(), 1) })],
      ["with a field before", ["V8", false, true], structState({ a: Tuple.of(f8(), -1) })],
      ["with a field of text", ["V8", false, true], structState({ a: Tuple.of("f8", 0) })],
      ["with a name twice", ["V8", false, true], structState({ a: Tuple.of(f8(), 0) }, ["a", "a"])],
      ["with a name alone", ["V8", false, true], structState({ a: Tuple.of(f8(), 0) }, ["b"])],
      [
        "with a subarray of another size",
        ["V8", false, true],
        [3, "|", Tuple.of(f8(), Tuple.of(2)), null, null, 8, 8, 0],
      ],
      ["of half a character", ["U1", false, true], [3, "<", null, null, null, 3, 4, 8]],
      [
        "of a unit from nowhere",
        ["M8", false, true],
        [
          4,
          "<",
          null,
          null,
          null,
          -1,
          -1,
          0,
          Tuple.of(null, Tuple.of(Uint8Array.of(113), 1, 1, 1)),
        ],
      ],
    ];
  it.each(dtypes)("a dtype %s", (_name, args, state) => {
    const data = bareDumps(call(DTYPE, args, state && Tuple.from(state)));
    const { code, offset } = refusal(data);
    // REDUCE, MEMOIZE and STOP, or BUILD and STOP.
    expect([code, offset]).toEqual(["construct-failed", data.length - (state ? 2 : 3)]);
  });

  it("a dtype that contains itself, or changes while it is in use", () => {
    const own = call(DTYPE, ["V8", false, true]);
    own.state = Tuple.from(structState({ a: Tuple.of(own, 0) }));
    expect(refusal(bareDumps(own)).code).toBe("construct-failed");
    const used = f8();
    used.late = [{ kind: "state", state: Tuple.of(3, ">", null, null, null, -1, -1, 0) }];
    expect(refusal(bareDumps(used)).code).toBe("construct-failed");
  });

  it("a dtype that doubles with each level", () => {
    let inner: Instance = call(DTYPE, ["V0", false, true]);
    for (let level = 0; level < 40; level++) {
      const outer = call(DTYPE, ["V0", false, true]);
      const fields = { a: Tuple.of(inner, 0), b: Tuple.of(inner, 0) };
      outer.state = Tuple.from(structState(fields, ["a", "b"], 0));
      inner = outer;
    }
    expect(refusal(bareDumps(inner)).code).toBe("construct-failed");
  });

  it("scalars of objects and of too few bytes", () => {
    const scalar = new Global("numpy.core.multiarray", "scalar");
    for (const args of [
      [call(DTYPE, ["O8", false, true]), zeros(8)],
      [f8(), zeros(7)],
      [f8(), [1]],
    ]) {
      const data = bareDumps(call(scalar, args));
      expect([refusal(data).code, refusal(data).offset]).toEqual([
        "construct-failed",
        data.length - 3,
      ]);
    }
  });

  it("masks of another size", () => {
    const own = call(new Global("numpy.ma.core", "_mareconstruct"), [
      new Global("numpy.ma", "MaskedArray"),
      NDARRAY,
      Tuple.of(0),
      "b",
    ]);
    own.state = Tuple.of(1, Tuple.of(2), f8(), false, zeros(16), zeros(3), null);
    expect(refusal(bareDumps(own)).code).toBe("construct-failed");
  });
});

function structState(
  fields: Record<string, Tuple>,
  names: readonly string[] = ["a"],
  itemsize = 8,
): unknown[] {
  return [3, "|", null, Tuple.from(names), fields, itemsize, 1, 16];
}

describe("arrays in a graph", () => {
  it("stay one where they are one, and may contain themselves", () => {
    const one = ndarray([1, 2, 3]);
    const loop = ndarray([null, 1], { dtype: "O" });
    loop.set(loop, 0);
    const back = loads<[NdArray, NdArray, NdArray]>(dumps([one, one, loop]));
    expect(back[0]).toBe(back[1]);
    expect(back[2].at(0)).toBe(back[2]);
    expect(String(back[2])).toContain("array(");
  });

  it("hold dicts that become PyDicts afterwards", () => {
    // {"a": 1} is a plain object until the key 2 comes.
    const data = dumps([ndarray([{ a: 1 }], { dtype: "O" })]);
    const text = Buffer.from(data).toString("latin1");
    const at = text.indexOf("K\x01s") + 3;
    const longer = Uint8Array.from(`${text.slice(0, at)}K\x02K\x03s${text.slice(at)}`, (c) =>
      c.charCodeAt(0),
    );
    // The frame is longer than its header says; its length stands at byte 3.
    longer[3] = (longer[3] as number) + 5;
    const [array] = loads<[NdArray]>(longer);
    expect([...(array.at(0) as Map<unknown, unknown>)]).toEqual([
      ["a", 1],
      [2, 3],
    ]);
  });

  it("keep dtypes of other packages", () => {
    const bfloat = call(DTYPE, [new Global("ml_dtypes", "bfloat16"), false, true]);
    const data = array([1, Tuple.of(2), bfloat, false, zeros(4)]);
    const value = loads<NdArray>(data, { lossless: true });
    expect([value.dtype.itemsize, value.dtype.custom]).toEqual([2, expect.any(Instance)]);
    expect(dumps(value, { types: [numpyTypesOf({ numpy: 1 })] })).toEqual(dumps(value));
    const again = loads<NdArray>(dumps(value), { lossless: true });
    expect(String((again.dtype.custom as Instance).args[0])).toContain("ml_dtypes.bfloat16");
  });

  it("leave subclasses of other packages inert", () => {
    const own = call(
      RECONSTRUCT,
      [new Global("astropy.units", "Quantity"), Tuple.of(0), Uint8Array.of(98)],
      Tuple.of(1, Tuple.of(1), f8(), false, zeros(8)),
    );
    expect(loads(bareDumps(own))).toBeInstanceOf(Instance);
  });
});

describe("buffers", () => {
  const values = (): NdArray<Float64Array> =>
    ndarray<Float64Array>(Float64Array.from({ length: 100 }, (_, index) => index));

  it("leave the pickle and come back without a copy", () => {
    const types = [numpyTypesOf({ numpy: 2 })];
    for (const options of [{}, { types }]) {
      const buffers: PickleBuffer[] = [];
      const bufferCallback = (buffer: PickleBuffer): void => void buffers.push(buffer);
      const array = values();
      const data = dumps(array, { ...options, bufferCallback });
      expect([data.length < 400, buffers.length, buffers[0]?.readonly]).toEqual([true, 1, false]);
      expect(buffers[0]?.data.buffer).toBe(array.data.buffer);
      const given = (buffers[0] as PickleBuffer).data;
      const back = loads<NdArray<Float64Array>>(data, { buffers: [given] });
      expect(back.flags.writeable).toBe(true);
      expect(back.data.buffer).toBe(given.buffer);
      expect(back.toArray()).toEqual(array.toArray());
    }
  });

  it("keep what is read-only, in the pickle and out of it", () => {
    const fixed = NdArray.fromBytes(zeros(16), "f8", [2], { writeable: false });
    for (let protocol = 0; protocol <= 5; protocol++)
      expect(loads<NdArray>(dumps(fixed, protocol)).flags.writeable).toBe(false);
    const buffers: PickleBuffer[] = [];
    const data = dumps(fixed, { bufferCallback: (buffer) => void buffers.push(buffer) });
    expect(buffers[0]?.readonly).toBe(true);
    expect(loads<NdArray>(data, { buffers: [zeros(16)] }).flags.writeable).toBe(false);
  });

  it("of many bytes are a part of the input, of few bytes are not", () => {
    const large = ndarray(new Uint8Array(100_000), {});
    const data = dumps(large);
    const array = loads<NdArray<Uint8Array>>(data);
    expect(array.data.buffer).toBe(data.buffer);
    const small = loads<NdArray<Uint8Array>>(dumps(ndarray(new Uint8Array(1000))));
    expect(small.data.buffer.byteLength).toBeLessThan(5000);
    // From a source there is nothing to be a part of.
    const plain = loads<Uint8Array>(dumps(new Uint8Array(100_000)));
    expect(plain.buffer.byteLength).toBe(100_000);
  });

  it("are refused where there are none", () => {
    const data = dumps(values(), { bufferCallback: () => false });
    expect(() => loads(data)).toThrow(UnpicklingError);
    expect(() => loads(data, { buffers: [zeros(8)] })).toThrow(/bytes/);
  });
});

describe("scalars", () => {
  it("are JavaScript's values, and boxes in a lossless load", () => {
    const boxes: [NumpyScalar, unknown][] = [
      [NumpyScalar.from(1.5, "f8"), 1.5],
      [NumpyScalar.from(2, "f4"), 2],
      [NumpyScalar.from(2n ** 63n, "u8"), 2n ** 63n],
      [NumpyScalar.from(true, "?"), true],
      [NumpyScalar.from("aé", "U2"), "aé"],
      [NumpyScalar.from({ a: 1 }, [["a", "i4"]]), { a: 1 }],
    ];
    for (const [box, value] of boxes) {
      const data = dumps(box);
      expect(loads(data)).toEqual(value);
      const back = loads<NumpyScalar>(data, { lossless: true });
      expect(back).toBeInstanceOf(NumpyScalar);
      expect(dumps(back)).toEqual(data);
      expect(String(back)).toBe(String(box));
    }
    const long = loads(dumps(new NumpyScalar(dtype("f16"), zeros(16))));
    expect(long).toBeInstanceOf(NumpyScalar);
  });

  it("are the keys that they equal", () => {
    const data = dumps(new Map<unknown, unknown>([[NumpyScalar.from(1, "i8"), "one"]]));
    expect(loads<Map<unknown, string>>(data, { lossless: true }).get(1)).toBe("one");
  });

  it("of time are values in both modes", () => {
    const moment = new Datetime64(5n, { unit: "us", step: 25 });
    for (const lossless of [false, true])
      expect(loads(dumps(moment), { lossless })).toEqual(moment);
    expect(loads(dumps(masked))).toBe(masked);
  });

  it("and dtypes come back equal", () => {
    const struct = dtype([
      ["a", ">f4"],
      ["b", "M8[ms]"],
      ["c", "(2,)U3"],
    ]);
    for (let protocol = 0; protocol <= 5; protocol++)
      expect(loads<DType>(dumps(struct, protocol)).equals(struct)).toBe(true);
    const back = loads<MaskedArray>(
      dumps(new MaskedArray(ndarray([1, 2]), ndarray([true, false]))),
    );
    expect(back.toArray()).toEqual([null, 2]);
  });
});

describe("damaged arrays", () => {
  const samples = [
    dumps(
      ndarray([
        [1.5, 2],
        [3, 4],
      ]),
      5,
    ),
    dumps(
      ndarray(
        [
          [1.5, 2],
          [3, 4],
        ],
        { order: "F" },
      ),
      { types: [numpyTypesOf({ numpy: 2 })] },
    ),
    dumps(
      ndarray([{ a: 1, b: "x", c: [1, 2] }], {
        dtype: [
          ["a", "i4"],
          ["b", "U2"],
          ["c", "f4", 2],
        ],
      }),
      4,
    ),
    dumps([ndarray([null, [1]], { dtype: "O" }), NumpyScalar.from(1, "f8")], 2),
    dumps(new MaskedArray(ndarray([1, 2]), ndarray([true, false])), 3),
    dumps(ndarray([new Datetime64(1, "s")]), 1),
  ];

  it("raise our errors only, and what they are read as can be shown", () => {
    const place = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(place, { minLength: 1, maxLength: 4 }),
        (sample, changes) => {
          const data = Uint8Array.from(sample);
          for (const [at, byte] of changes) data[at % data.length] = byte;
          let value: unknown;
          try {
            value = loads(data);
          } catch (error) {
            expect(error).toBeInstanceOf(PickleError);
            return;
          }
          for (const one of Array.isArray(value) ? value : [value]) {
            if (!(one instanceof NdArray)) continue;
            String(one);
            if (one.size < 1e5 && !leadsBack(one)) JSON.stringify(one);
            Array.from(one.data.slice(0, 10));
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

// What NumPy writes seldom: found by pickling arrays of random dtypes.
describe("odd arrays", () => {
  const state = (...items: readonly unknown[]): Tuple => Tuple.from(items) as Tuple;
  const objects = (): Instance =>
    call(DTYPE, ["O8", false, true], state(3, "|", null, null, null, -1, -1, 63));
  const record = (fields: Readonly<Record<string, unknown>>, size: number): Instance =>
    call(
      DTYPE,
      [`V${size}`, false, true],
      state(3, "|", null, Tuple.from(Object.keys(fields)), fields, size, 1, 27),
    );
  const of = (dtype: Instance, shape: readonly number[], raw: unknown): Instance =>
    call(
      RECONSTRUCT,
      [NDARRAY, Tuple.of(0), Uint8Array.of(98)],
      state(1, Tuple.from(shape), dtype, false, raw),
    );
  const mixed = (): Instance =>
    record({ when: Tuple.of(f8(), 0), what: Tuple.of(objects(), 8) }, 16);

  it("structs without fields, which NumPy 1 aligns to 0", () => {
    const bare = call(DTYPE, ["V0", false, true], state(3, "|", null, Tuple.of(), {}, 0, 0, -112));
    const found = loads<NdArray>(bareDumps(of(bare, [2], zeros(0))));
    expect([found.shape, found.dtype.names, found.dtype.alignment]).toEqual([[2], [], 1]);
  });

  it("a record that holds objects, which NumPy pickles as an array without axes", () => {
    const SCALAR = new Global("numpy._core.multiarray", "scalar");
    const one = of(mixed(), [], [Tuple.of(1.5, ["x"])]);
    const data = bareDumps(call(SCALAR, [mixed(), one]));
    expect(loads(data)).toEqual({ when: 1.5, what: ["x"] });
    const back = loads<Instance>(dumps(loads(data, { lossless: true })), { lossless: true });
    expect(back).toBeInstanceOf(Instance);
    expect((back.args?.[1] as NdArray).at()).toEqual({ when: 1.5, what: ["x"] });
    for (const wrong of [zeros(16), of(mixed(), [1], [Tuple.of(1.5, 1)]), of(f8(), [], zeros(8))])
      expect(refusal(bareDumps(call(SCALAR, [mixed(), wrong]))).message).toMatch(/without axes/);
  });

  it("records of no bytes that could hold objects", () => {
    const inner = call(
      DTYPE,
      ["V0", false, true],
      state(3, "|", Tuple.of(objects(), Tuple.of(2, 0)), null, null, 0, 8, 27),
    );
    const bare = record({ o: Tuple.of(inner, 0) }, 0);
    const items = [Tuple.of([]), Tuple.of([])];
    const found = loads<NdArray>(bareDumps(of(bare, [2], items)));
    expect(found.at(1)).toEqual({ o: [] });
    expect(loads<NdArray>(dumps(found)).toItems()).toEqual([Tuple.of([]), Tuple.of([])]);
  });

  it("chararrays go by a name that NumPy 1 and 2.5 have", () => {
    const chars = NdArray.fromBytes(zeros(3), "S1", [3], { subclass: "chararray" });
    const text = new TextDecoder("latin1").decode(dumps(chars, 2));
    expect(text).toContain("cnumpy.core.defchararray\nchararray\n");
    expect(loads<NdArray>(dumps(chars)).subclass).toBe("chararray");
  });

  it("arrays of no bytes stay contiguous in both orders out of band", () => {
    const bare = NdArray.fromBytes(zeros(0), "V0", [2, 3]);
    const text = new TextDecoder("latin1").decode(
      dumps(bare, { protocol: 5, bufferCallback: () => {} }),
    );
    expect(text).toContain("_reconstruct");
  });
});
