/** Every way in which a zip archive can be refused: a closed set of codes, each with the place in the archive. */

/** What went wrong. */
export type ZipCode =
  | "not-zip"
  | "truncated"
  | "corrupt"
  | "overlap"
  | "duplicate-name"
  | "encrypted"
  | "unsupported"
  | "checksum"
  | "limit-exceeded";

/** A zip archive, or a member of one, could not be read. */
export class ZipError extends Error {
  override readonly name: string = "ZipError";
  /** The kind of failure, a stable kebab word for programs. */
  readonly code: ZipCode;
  /** Byte offset in the archive of what was refused. */
  readonly offset: number;
  /** The member it is about, where it is about one. */
  readonly member: string | undefined;

  constructor(
    code: ZipCode,
    message: string,
    offset: number,
    member?: string | undefined,
    options?: ErrorOptions,
  ) {
    const about = member === undefined ? "zip archive" : `member ${JSON.stringify(member)}`;
    super(`${about}: ${message} at byte ${offset}`, options);
    this.code = code;
    this.offset = offset;
    this.member = member;
  }
}
