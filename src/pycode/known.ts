/** The types that make records of what dill and cloudpickle write: values to pass to `loads` and `dumps`. */

import type { InertClass, PickleType } from "../core/registry/index.ts";
import { Ellipsis, Global, NotImplemented, Range } from "../core/values/index.ts";
import { PyCell, takesAttributes } from "./cell.ts";
import { PyBuiltinType, PyClass, PyModule } from "./class.ts";
import { PyCode } from "./code.ts";
import { PyFunction } from "./function.ts";

// What both libraries call to make things; private names, stable since dill 0.3 and cloudpickle 1.
const RECORDS: Readonly<Record<string, InertClass>> = {
  _create_code: PyCode,
  _create_function: PyFunction,
  _make_function: PyFunction,
  _create_cell: PyCell,
  _make_cell: PyCell,
  _make_empty_cell: PyCell,
  _create_type: PyClass,
  _create_namedtuple: PyClass,
  _make_skeleton_class: PyClass,
  _make_skeleton_enum: PyClass,
  _import_module: PyModule,
  subimport: PyModule,
  dynamic_subimport: PyModule,
};

// What `_builtin_type(name)` and `_load_type(name)` give is called in its turn.
const RETURNED: ReadonlyMap<string, PickleType> = new Map(
  (
    [
      ["CodeType", PyCode],
      ["FunctionType", PyFunction],
      ["LambdaType", PyFunction],
      ["CellType", PyCell],
      ["TypeType", PyClass],
      ["type", PyClass],
    ] as const
  ).map(([name, inert]): [string, PickleType] => [name, { globals: [], inert, exactFloats: true }]),
);

const NUMBER = /^range\((-?\d{1,400}), (-?\d{1,400})(?:, (-?\d{1,400}))?\)$/;

function integer(text: string): number | bigint {
  const value = BigInt(text);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** What dill asks Python to evaluate, where it is one of the three reprs that dill writes; nothing is evaluated here. */
export function reprValue(text: unknown): unknown {
  if (text === "Ellipsis") return Ellipsis;
  if (text === "NotImplemented") return NotImplemented;
  const [, start, stop, step = "1"] = (typeof text === "string" && NUMBER.exec(text)) || [];
  if (start === undefined || stop === undefined || BigInt(step) === 0n) return undefined;
  return new Range(integer(start), integer(stop), integer(step));
}

function typeOf(module: string, name: string): PickleType | undefined {
  const globals = [new Global(module, name)];
  const last = name.slice(name.lastIndexOf(".") + 1);
  if (Object.hasOwn(RECORDS, last)) {
    return { globals, inert: RECORDS[last] as InertClass, exactFloats: true };
  }
  switch (last) {
    case "_load_type":
    case "_builtin_type":
      return {
        globals,
        inert: PyBuiltinType,
        exactFloats: true,
        returns: ([type]) => (typeof type === "string" ? RETURNED.get(type) : undefined),
      };
    case "_eval_repr":
      // A lossless load keeps the call; else the value stands for it and is written as Python writes it today.
      return {
        globals,
        call: ([text], { lossless }) => (lossless ? undefined : reprValue(text)),
      };
    case "_setattr":
      return {
        globals,
        call: ([object, attribute, value]) => {
          if (takesAttributes(object) && typeof attribute === "string") {
            object.noteAttribute(attribute, value);
          }
          return undefined;
        },
      };
    case "_delattr":
      return {
        globals,
        call: ([object, attribute]) => {
          if (takesAttributes(object) && typeof attribute === "string")
            object.noteDeleted(attribute);
          return undefined;
        },
      };
    default:
      return undefined;
  }
}

// cloudpickle inside other packages.
const VENDORED = [
  "joblib.externals.cloudpickle.cloudpickle",
  "joblib.externals.cloudpickle.cloudpickle_fast",
  "pyspark.cloudpickle.cloudpickle",
  "pyspark.cloudpickle.cloudpickle_fast",
  "pyspark.cloudpickle",
  "ray.cloudpickle.cloudpickle",
  "ray.cloudpickle.cloudpickle_fast",
];

const VENDORED_NAMES = [...Object.keys(RECORDS), "_builtin_type"];

/**
 * The types of what dill (0.3.6 and later) and cloudpickle (1 to 3) write of functions, classes and modules. With them
 * `loads` gives {@link PyFunction}, {@link PyCode}, {@link PyClass}, {@link PyModule} and {@link PyCell}, which go back
 * unchanged; without them the same objects are nameless instances.
 *
 * In a pickle that holds such an object, an integral float that comes after it stays a `Float`: the constants of a
 * function would not be the function's otherwise.
 */
export const pycodeTypes: readonly PickleType[] = [
  { globals: [], package: { name: "dill", typeOf } },
  { globals: [], package: { name: "cloudpickle", typeOf } },
  ...VENDORED.flatMap((module) => VENDORED_NAMES.map((name) => typeOf(module, name) as PickleType)),
];
