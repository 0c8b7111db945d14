/** The instances that numpy's arrays, scalars and dtypes are pickled as in, one line about each out. Source: numpy `ndarray.__reduce__`. */
import { formatFloat, Global, Instance, Tuple } from "../core/values/index.ts";
import { printable, reprString } from "./text.ts";

const ARRAY = /^numpy\.(_?core|ma)\.(multiarray\._reconstruct|core\._mareconstruct)$/;
const BUFFER = /^numpy\.(_?core)\.numeric\._frombuffer$/;
const SCALAR = /^numpy\.(_?core)\.multiarray\.scalar$/;

/** `"numpy.ndarray float64 (3, 4): 1.0, 2.0, …"` for what numpy wrote, else `undefined`. */
export function numpyText(value: unknown, width: number): string | undefined {
  if (!(value instanceof Instance) || !(value.callable instanceof Global)) return undefined;
  const { path } = value.callable;
  if (!path.startsWith("numpy.")) return undefined;
  if (path === "numpy.dtype") return dtypeLine(value);
  if (SCALAR.test(path)) {
    const [dtype, raw] = value.args;
    return arrayLine("numpy", dtype, undefined, raw, width);
  }
  if (BUFFER.test(path)) {
    const [raw, dtype, shape] = value.args;
    return arrayLine("numpy.ndarray", dtype, shape, raw, width);
  }
  if (!ARRAY.test(path) || !(value.state instanceof Tuple)) return undefined;
  const [subtype] = value.args;
  const name = subtype instanceof Global ? subtype.path : "numpy.ndarray";
  const [shape, dtype, , raw] = value.state.slice(-4);
  return arrayLine(name, dtype, shape, raw, width);
}

function dtypeLine(value: Instance): string | undefined {
  const dtype = dtypeOf(value);
  return dtype === undefined ? undefined : `numpy.dtype ${dtype.name}`;
}

function arrayLine(
  name: string,
  dtypeValue: unknown,
  shape: unknown,
  raw: unknown,
  width: number,
): string | undefined {
  const dtype = dtypeOf(dtypeValue);
  if (dtype === undefined || !(raw instanceof Uint8Array)) return undefined;
  if (shape === undefined) return `${name}.${dtype.name} ${preview(dtype, raw, width)}`;
  if (!(shape instanceof Tuple)) return undefined;
  const sizes = shape.map(String).join(", ");
  const text = `${printable(name)} ${dtype.name} (${sizes}${shape.length === 1 ? "," : ""})`;
  const values = preview(dtype, raw, width - text.length - 5);
  return values === "" ? text : `${text}: ${values}`;
}

interface Dtype {
  readonly name: string;
  readonly kind: string;
  readonly size: number;
  readonly little: boolean;
}

const NAMES: Readonly<Record<string, string>> = {
  b: "bool",
  f: "float",
  i: "int",
  u: "uint",
  c: "complex",
  U: "str",
  S: "bytes",
  O: "object",
  M: "datetime64",
  m: "timedelta64",
  V: "void",
};

function dtypeOf(value: unknown): Dtype | undefined {
  if (!(value instanceof Instance) || !(value.callable instanceof Global)) return undefined;
  if (value.callable.path !== "numpy.dtype") return undefined;
  const match = /^([bfiucUSOMmV])(\d+)$/.exec(String(value.args[0]));
  const [, kind, digits] = match ?? [];
  if (kind === undefined || digits === undefined) return undefined;
  const size = Number(digits);
  const order: unknown = value.state instanceof Tuple ? value.state[1] : "<";
  const bits = "fiuc".includes(kind) ? size * 8 : "US".includes(kind) ? size : "";
  return { name: `${NAMES[kind]}${bits}`, kind, size, little: order !== ">" };
}

// The first values, as many as fit; none of kinds that need more than this to be read.
function preview(dtype: Dtype, raw: Uint8Array, width: number): string {
  const step = dtype.kind === "U" ? dtype.size * 4 : dtype.size;
  if (step === 0) return "";
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const texts: string[] = [];
  let room = width;
  for (let at = 0; at + step <= raw.length; at += step) {
    const text = element(dtype, view, at);
    if (text === undefined) return "";
    room -= text.length + 2;
    if (room < 0 && texts.length > 0) {
      texts.push("…");
      break;
    }
    texts.push(text);
  }
  return texts.join(", ");
}

function element({ kind, size, little }: Dtype, view: DataView, at: number): string | undefined {
  switch (kind + size) {
    case "b1":
      return view.getUint8(at) === 0 ? "False" : "True";
    case "f8":
      return formatFloat(view.getFloat64(at, little));
    case "f4":
      return formatFloat(Number(view.getFloat32(at, little).toPrecision(7)));
    case "i1":
      return String(view.getInt8(at));
    case "u1":
      return String(view.getUint8(at));
    case "i2":
      return String(view.getInt16(at, little));
    case "u2":
      return String(view.getUint16(at, little));
    case "i4":
      return String(view.getInt32(at, little));
    case "u4":
      return String(view.getUint32(at, little));
    case "i8":
      return String(view.getBigInt64(at, little));
    case "u8":
      return String(view.getBigUint64(at, little));
    default:
      return kind === "U" ? characters(view, at, size, little) : undefined;
  }
}

function characters(view: DataView, at: number, size: number, little: boolean): string {
  let text = "";
  for (let index = 0; index < Math.min(size, 40); index++) {
    const code = view.getUint32(at + 4 * index, little);
    if (code === 0 || code > 0x10ffff) break;
    text += String.fromCodePoint(code);
  }
  return reprString(text, 40);
}
