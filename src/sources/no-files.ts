/** What `#files` means where there is no file system: every path is refused with what to pass instead. */
import type { ByteSource } from "../core/bytes/index.ts";
import { PickleError } from "../core/errors/index.ts";

/** An input that was opened: a regular file is read in place, anything else arrives when it arrives. */
export type OpenedInput =
  | { readonly kind: "file"; readonly source: ByteSource; close(): void }
  | { readonly kind: "chunks"; readonly chunks: AsyncIterable<Uint8Array> };

/** A file being written. Exactly one of `commit` and `discard` ends it. */
export interface FileOutput {
  write(chunk: Uint8Array): void;
  commit(): void;
  discard(): void;
}

/** @throws PickleError `no-files` */
export function openInput(_file: string | { readonly href: string }): OpenedInput {
  throw noFiles("pass bytes, a Blob, a Response or a stream");
}

/** @throws PickleError `no-files` */
export function replaceFile(_file: string | { readonly href: string }): FileOutput {
  throw noFiles("pass a WritableStream, or store what dumps() returns");
}

/** @throws PickleError `no-files` */
export function appendFile(_file: string | { readonly href: string }): FileOutput {
  throw noFiles("pass a WritableStream, or store what dumps() returns");
}

/** A signature in the making. */
export interface Hmac {
  update(chunk: Uint8Array): void;
  digest(): Uint8Array;
}

/** There is none here: WebCrypto signs whole messages. */
export const startHmac: ((secret: Uint8Array) => Hmac) | undefined = undefined;

function noFiles(advice: string): PickleError {
  return new PickleError("no-files", `this runtime has no files: ${advice}`);
}
