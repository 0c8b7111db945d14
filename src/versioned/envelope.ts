/** What was loaded in, its version and its data out. Source: the Python recipe's dict `{"version": 2, "data": …}`. */

/** The two parts of what a file holds. */
export interface Envelope {
  /** The version as it stands there: whatever value the file gives it. */
  readonly version: unknown;
  readonly data: unknown;
  /** Whether there is a version but no data. */
  readonly isEmpty: boolean;
}

/**
 * Takes `loaded` apart. A dict with the key `version` and at most `data` beside it is an envelope, and so is one with
 * `data` alone, at version 1; anything else was saved before there were versions and is the data of version 1 itself.
 */
export function opened(loaded: unknown): Envelope {
  const entries = entriesOf(loaded);
  if (entries !== undefined && entries.size <= 2) {
    const hasData = entries.has("data");
    const hasVersion = entries.has("version");
    if (entries.size === Number(hasData) + Number(hasVersion) && entries.size > 0) {
      const version = hasVersion ? entries.get("version") : 1;
      return { version, data: entries.get("data"), isEmpty: !hasData };
    }
  }
  return { version: 1, data: loaded, isEmpty: false };
}

// A dict is a Map or a plain object, as the options of the load decide. Only small ones are looked into.
function entriesOf(loaded: unknown): ReadonlyMap<unknown, unknown> | undefined {
  if (loaded instanceof Map) return loaded;
  if (typeof loaded !== "object" || loaded === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(loaded);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const keys = Object.keys(loaded);
  return keys.length <= 2 ? new Map(Object.entries(loaded)) : undefined;
}
