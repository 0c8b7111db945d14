/** The builtins that pickles call by name to make plain data: sets and bytes of old protocols, complex, range, slice. */

import { asBytes, decodeLatin1, encodeLatin1 } from "../bytes/index.ts";
import type { TypeList } from "../registry/index.ts";
import {
  ByteArray,
  Complex,
  Ellipsis,
  Float,
  FrozenSet,
  Global,
  NotImplemented,
  PySet,
  Range,
  Slice,
  Tuple,
} from "../values/index.ts";
import { allApart, isHashable } from "./hashable.ts";

const builtin = (name: string): readonly Global[] => [new Global("builtins", name)];

function number(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return value instanceof Float && value.bits === undefined ? value.value : undefined;
}

function integer(value: unknown): number | bigint | undefined {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

// set([...]) and frozenset([...]) of protocols below 4; C calls the class with one list.
function members(args: readonly unknown[]): readonly unknown[] | undefined {
  if (args.length === 0) return [];
  const [items] = args;
  return args.length === 1 && Array.isArray(items) && items.every(isHashable) ? items : undefined;
}

/** Made by BUILD-less calls alone: what each does is data in, data out. */
export const readBuiltins: TypeList = [
  {
    globals: builtin("set"),
    call: (args) => {
      const items = members(args);
      return items && new PySet(allApart(items));
    },
  },
  {
    globals: builtin("frozenset"),
    call: (args) => {
      const items = members(args);
      return items && new FrozenSet(allApart(items));
    },
  },
  {
    globals: builtin("bytes"),
    // Empty bytes at protocols below 3; Python 3.0 wrote bytes([1, 2, 3]) at protocol 2.
    call: (args) => {
      if (args.length === 0) return new Uint8Array(0);
      return args.length === 1 && Array.isArray(args[0]) ? byteList(args[0]) : undefined;
    },
  },
  {
    globals: [new Global("_codecs", "encode")],
    // Bytes at protocols below 3: characters 0 to 255 under the name of latin1 (CPython save_bytes).
    call: ([text, encoding, ...rest]) => {
      if (typeof text !== "string" || rest.length > 0) return undefined;
      if (encoding !== "latin1" && encoding !== "latin-1" && encoding !== "iso-8859-1")
        return undefined;
      return encodeLatin1(text);
    },
  },
  {
    globals: builtin("bytearray"),
    call: (args) => {
      if (args.length === 0) return new ByteArray(0);
      const [first, encoding] = args;
      if (args.length === 1) {
        const bytes = Array.isArray(first) ? byteList(first) : asBytes(first);
        return bytes && new ByteArray(bytes);
      }
      // bytearray(str, "latin-1"): protocols below 3 of CPython 2.7 and 3.x.
      if (args.length !== 2 || !isLatin1Name(encoding)) return undefined;
      const bytes = typeof first === "string" ? encodeLatin1(first) : asBytes(first);
      return bytes && new ByteArray(bytes);
    },
  },
  {
    globals: builtin("complex"),
    call: (args) => {
      const real = number(args[0]);
      const imag = number(args[1]);
      return args.length === 2 && real !== undefined && imag !== undefined
        ? new Complex(real, imag)
        : undefined;
    },
  },
  {
    globals: [new Global("builtins", "range"), new Global("builtins", "xrange")],
    call: (args) => {
      const start = integer(args[0]);
      const stop = integer(args[1]);
      const step = integer(args[2]);
      if (args.length !== 3 || start === undefined || stop === undefined || step === undefined)
        return undefined;
      return BigInt(step) === 0n ? undefined : new Range(start, stop, step);
    },
  },
  {
    globals: builtin("slice"),
    call: (args) => (args.length === 3 ? new Slice(args[0], args[1], args[2]) : undefined),
  },
  { globals: builtin("Ellipsis"), value: Ellipsis },
  { globals: builtin("NotImplemented"), value: NotImplemented },
];

// "latin-1", also as the bytes that Python 2's strings are under encoding: "bytes".
function isLatin1Name(encoding: unknown): boolean {
  return (
    encoding === "latin-1" ||
    (encoding instanceof Uint8Array && decodeLatin1(encoding) === "latin-1")
  );
}

function byteList(items: readonly unknown[]): Uint8Array | undefined {
  const bytes = new Uint8Array(items.length);
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (typeof item !== "number" || (item & 0xff) !== item) return undefined;
    bytes[index] = item;
  }
  return bytes;
}

/** `functools.partial(cls.__new__, cls, …)()` stands for NEWOBJ_EX in protocols 2 and 3. */
export const PARTIAL = "functools.partial";

/** `builtins.getattr(owner, name)` names what is nested in a class; the machine folds it into a dotted Global. */
export const GETATTR = "builtins.getattr";

/** `copyreg._reconstructor(cls, object, None)` makes a bare instance at protocols below 2. */
export const RECONSTRUCTOR = "copyreg._reconstructor";

/** Key of the function that protocols below 2 call for a class that is made with arguments. */
export const NEWOBJ = "copyreg.__newobj__";

/** Whether `value` is the Global of Python's `object`. */
export function isObjectClass(value: unknown): boolean {
  return value instanceof Global && value.name === "object" && value.module === "builtins";
}

/** Whether `args` is what Python's own pickler hands to `_reconstructor` for a plain class. */
export function isPlainReconstruction(args: readonly unknown[]): boolean {
  return args instanceof Tuple && args.length === 3 && isObjectClass(args[1]) && args[2] === null;
}
