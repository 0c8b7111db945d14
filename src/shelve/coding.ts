/** Values in, the pickles of a shelf out, and back. */
import { type DumpOptions, dumps, type LoadOptions, loads, type StandardSchema } from "../index.ts";

/** How values become pickles: the options of `dumps` and `loads`, and a schema that gives values their type. */
export interface CodingOptions<T = unknown>
  extends Omit<LoadOptions, "schema" | "buffers">,
    Omit<DumpOptions, "bufferCallback"> {
  /** Judges each value that is read, and gives it its type. */
  readonly schema?: StandardSchema<unknown, T> | undefined;
}

// As in the shelves of Python 3.10 to 3.13; from 3.4 on Python reads it.
const PROTOCOL = 4;

/** Writes and reads the values of one shelf, each a pickle of its own. */
export class Coding<T> {
  readonly #options: CodingOptions<T>;

  constructor(options: CodingOptions<T>) {
    this.#options = { ...options, protocol: options.protocol ?? PROTOCOL };
  }

  /** @throws PicklingError as `dumps` */
  dump(value: T): Uint8Array {
    return dumps(value, this.#options);
  }

  /** @throws UnpicklingError as `loads`, also where the schema refuses */
  load(bytes: Uint8Array): T {
    // Without a schema the caller's type is the caller's word, as with loads<T>().
    return loads(bytes, this.#options as LoadOptions) as T;
  }
}
