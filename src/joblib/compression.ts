/** joblib's argument `compress` and the ending of a file's name in, how the file is compressed out. */

/** A method that brine can write. */
export type Method = "zlib" | "gzip";

/** As joblib's argument of that name: `true`, a level, a method, a method and a level. */
export type Compress = boolean | number | Method | readonly [method: Method, level: number];

// joblib compressor.py: the level where none is given.
const DEFAULT_LEVEL = 3;

// joblib's compressors by the ending that stands for them.
const ENDINGS: readonly (readonly [ending: string, method: string])[] = [
  [".z", "zlib"],
  [".gz", "gzip"],
  [".bz2", "bz2"],
  [".lzma", "lzma"],
  [".xz", "xz"],
  [".lz4", "lz4"],
];

/**
 * How to compress, `undefined` for not at all. Source: joblib 1.6 numpy_pickle.py dump.
 *
 * @throws TypeError where `compress` is of another kind, or only joblib could write it
 */
export function compressionFor(
  compress: Compress | undefined = 0,
  path: string | undefined,
): { readonly method: Method; readonly level: number } | undefined {
  if (typeof compress === "string") return { method: methodOf(compress), level: DEFAULT_LEVEL };
  if (Array.isArray(compress)) {
    const [method, level] = compress as readonly unknown[];
    if (compress.length !== 2) throw new TypeError("compress must be [method, level]");
    const checked = levelOf(level);
    return checked === 0 ? undefined : { method: methodOf(method), level: checked };
  }
  const given = compress === true ? DEFAULT_LEVEL : compress === false ? 0 : levelOf(compress);
  const ending = path === undefined ? undefined : ENDINGS.find(([end]) => path.endsWith(end));
  if (ending !== undefined)
    return { method: methodOf(ending[1], ending[0]), level: given === 0 ? DEFAULT_LEVEL : given };
  return given === 0 ? undefined : { method: "zlib", level: given };
}

function methodOf(method: unknown, ending?: string): Method {
  if (method === "zlib" || method === "gzip") return method;
  const why = ending === undefined ? "" : ` (the target ends in ${ending})`;
  throw new TypeError(
    `compress: brine writes "zlib" and "gzip", not ${JSON.stringify(method)}${why}`,
  );
}

function levelOf(level: unknown): number {
  if (typeof level !== "number" || !Number.isInteger(level) || level < 0 || level > 9)
    throw new TypeError(`compress: a level is an integer from 0 to 9, not ${String(level)}`);
  return level;
}
