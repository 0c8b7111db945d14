/** Why versioned data was refused, with both version numbers. */

/** What went wrong; a stable kebab word for programs. */
export type VersionCode =
  /** The data was written by a newer program. */
  | "future-version"
  /** The data is older than the first version that a migration is known for. */
  | "missing-migration"
  /** The version is no whole number from 1 on. */
  | "bad-version"
  /** There is a version, but no data. */
  | "no-data"
  /** A migration threw, or answered with a Promise where nobody waits. */
  | "migration-failed";

/** Versioned data could not be brought to the current version. */
export class VersionError extends Error {
  override readonly name: string = "VersionError";
  /** The kind of failure. */
  readonly code: VersionCode;
  /** The version of the data; of a failed migration, the version that it starts from. */
  readonly found: unknown;
  /** The version that this program works with. */
  readonly current: number;

  constructor(
    code: VersionCode,
    message: string,
    found: unknown,
    current: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.found = found;
    this.current = current;
  }
}
