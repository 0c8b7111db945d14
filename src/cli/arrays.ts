/** Files that NumPy saved in, their arrays as objects out; objects that are arrays in, such files out. */
import { DecompressionError } from "../codecs/index.ts";
import { encodeNpy, load, NdArray, NpyError, numpyTypes, savez, ZipError } from "../numpy/index.ts";
import { dumps, loads, type PickleType, PyDict } from "../pickle/index.ts";
import { InputError } from "./command.ts";

/** How {@link savedArrays} reads. */
export interface SavedArraysOptions {
  /** Most bytes of an array. */
  readonly maxBytes: number;
  /** Without NumPy's among them arrays are inert, as they are in pickles. */
  readonly types: readonly PickleType[];
  /** As in `loads`, for arrays of objects; default true. */
  readonly lossless?: boolean;
}

/** The array of a .npy file, or the arrays of a .npz file by name, as one object. */
export async function* savedArrays(
  source: string | AsyncIterable<Uint8Array>,
  { maxBytes, types, lossless = true }: SavedArraysOptions,
): AsyncGenerator<unknown, void, undefined> {
  const inert = !types.some((type) => numpyTypes.includes(type));
  const shown = (value: unknown): unknown =>
    inert ? loads(dumps(value, { types: numpyTypes }), { lossless: true, types }) : value;
  try {
    const saved = await load(source, { maxBytes, types, lossless });
    if (saved instanceof NdArray) {
      yield shown(saved);
      return;
    }
    try {
      const arrays = new PyDict();
      for await (const [name, array] of saved) arrays.set(name, array);
      yield shown(arrays);
    } finally {
      await saved.close();
    }
  } catch (error) {
    throw damaged(error);
  }
}

// Their own errors begin with what they are about; the command's begin with the code.
function damaged(error: unknown): unknown {
  const known =
    error instanceof NpyError || error instanceof ZipError || error instanceof DecompressionError;
  return known ? new InputError(`${error.code}: ${error.message}`, { cause: error }) : error;
}

/** One array as a .npy file. @throws InputError where the objects are anything else */
export async function npyOf(objects: AsyncIterable<unknown>): Promise<Uint8Array> {
  const arrays: NdArray[] = [];
  for await (const object of objects) {
    if (object instanceof NdArray) arrays.push(plain(object));
    else if (
      object instanceof PyDict &&
      object.size === 1 &&
      [...object.values()][0] instanceof NdArray
    ) {
      arrays.push(plain([...object.values()][0] as NdArray));
    } else throw new InputError("it holds something else than one array, which .npy cannot keep");
  }
  const [array] = arrays;
  if (array === undefined || arrays.length !== 1) {
    throw new InputError(
      `it holds ${arrays.length} arrays, and .npy keeps one; --to npz keeps more`,
    );
  }
  return encodeNpy(array);
}

/** Arrays, or a dict of them, as the chunks of a .npz file. @throws InputError where the objects are anything else */
export async function npzOf(objects: AsyncIterable<unknown>): Promise<Uint8Array[]> {
  const named: Record<string, NdArray> = Object.create(null) as Record<string, NdArray>;
  const add = (name: unknown, value: unknown): void => {
    if (typeof name !== "string" || !(value instanceof NdArray)) {
      throw new InputError("it holds something else than arrays by name, which .npz cannot keep");
    }
    if (name in named) throw new InputError(`it holds two arrays named ${JSON.stringify(name)}`);
    named[name] = plain(value);
  };
  let unnamed = 0;
  for await (const object of objects) {
    if (object instanceof PyDict) for (const [name, value] of object) add(name, value);
    else add(`arr_${unnamed++}`, object);
  }
  const chunks: Uint8Array[] = [];
  await savez({ write: (chunk) => chunks.push(chunk) }, named);
  return chunks;
}

function plain(array: NdArray): NdArray {
  if (array.subclass === null || array.subclass === "memmap") return array;
  throw new InputError(
    `it holds a numpy.${array.subclass}, of which .npy and .npz keep only the elements`,
  );
}
