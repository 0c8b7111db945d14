/**
 * `msgpack.ExtType` and `msgpack.Timestamp` inside pickles ↔ the classes of this room.
 *
 * Source: msgpack-python 1.2 msgpack/ext.py: a namedtuple, and a class with two slots.
 */
import type { PickleType } from "../core/registry/index.ts";
import { Global, PyDict, Tuple } from "../core/values/index.ts";
import { ExtType, Timestamp } from "./ext.ts";

const EXT_TYPE = new Global("msgpack.ext", "ExtType");
const TIMESTAMP = new Global("msgpack.ext", "Timestamp");
const RECONSTRUCTOR = new Global("copyreg", "_reconstructor");
const TUPLE = new Global("builtins", "tuple");

function extension(values: readonly unknown[]): ExtType | undefined {
  const [code, data] = values;
  const fits =
    values.length === 2 &&
    typeof code === "number" &&
    Number.isInteger(code) &&
    code >= 0 &&
    code <= 127 &&
    data instanceof Uint8Array;
  return fits ? new ExtType(code, data) : undefined;
}

/**
 * `ExtType` and `Timestamp` in pickles: `loads(data, { types: [msgpackTypes] })`.
 *
 * @example
 * ```ts
 * import { dumps, loads } from "brine";
 * import { msgpackTypes, Timestamp } from "brine/msgpack";
 * const options = { types: [msgpackTypes] };
 * loads(dumps(new Timestamp(1, 2), options), options); //=> Timestamp { seconds: 1, nanoseconds: 2 }
 * ```
 */
export const msgpackTypes: readonly PickleType[] = [
  {
    globals: [EXT_TYPE],
    value: ExtType,
    prototypes: [ExtType.prototype],
    create: (args, kwargs) => (kwargs === undefined ? extension(args) : undefined),
    reconstruct: (base, values) =>
      base.path === TUPLE.path && values instanceof Tuple ? extension(values) : undefined,
    reduce: (value, { protocol }) => {
      const { code, data } = value as ExtType;
      return protocol < 2
        ? { callable: RECONSTRUCTOR, args: [EXT_TYPE, TUPLE, Tuple.of(code, data)] }
        : { form: "new", callable: EXT_TYPE, args: [code, data] };
    },
  },
  {
    globals: [TIMESTAMP],
    value: Timestamp,
    prototypes: [Timestamp.prototype],
    // Its slots come as state, which a readonly object takes once.
    create: (args, kwargs) =>
      args.length === 0 && kwargs === undefined ? new Timestamp(0) : undefined,
    setState: (object, state) => {
      const slots = state instanceof Tuple && state.length === 2 ? state[1] : undefined;
      const of = (name: string): unknown =>
        slots instanceof Map ? slots.get(name) : (slots as Record<string, unknown>)[name];
      if (typeof slots !== "object" || slots === null)
        throw new TypeError("no state of a Timestamp");
      const { seconds, nanoseconds } = new Timestamp(
        of("seconds") as number | bigint,
        of("nanoseconds") as number,
      );
      Object.assign(object as Timestamp, { seconds, nanoseconds });
    },
    reduce: (value) => {
      const { seconds, nanoseconds } = value as Timestamp;
      const slots = new PyDict<unknown, unknown>([
        ["seconds", seconds],
        ["nanoseconds", nanoseconds],
      ]);
      return { form: "new", callable: TIMESTAMP, args: [], state: Tuple.of(null, slots) };
    },
  },
];
