/** What `#files` means where there is no file system: every path is refused with what to pass instead. */
import type { ByteSource, RandomAccess } from "../core/bytes/index.ts";
import { PickleError } from "../core/errors/index.ts";

/** An input that was opened: a regular file is read in place, anything else arrives when it arrives. */
export type OpenedInput =
  | { readonly kind: "file"; readonly source: ByteSource; close(): void }
  | { readonly kind: "chunks"; readonly chunks: ChunkStream };

/** Chunks that arrive when they arrive; `destroy` closes the file, also while one is waited for. */
export interface ChunkStream extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

/** A file being written. Exactly one of `commit` and `discard` ends it. */
export interface FileOutput {
  write(chunk: Uint8Array): void;
  commit(): void;
  discard(): void;
}

/** zlib, as far as it is used here: see node/zlib.ts. */
export interface NativeZlib {
  inflateWhole(
    frame: "zlib" | "gzip" | "deflate",
    bytes: Uint8Array,
    limit: number,
  ): Uint8Array | undefined;
  inflate(
    frame: "zlib" | "gzip" | "deflate",
    chunks: AsyncIterator<Uint8Array>,
  ): {
    readonly pieces: AsyncIterable<Uint8Array>;
    readonly taken: number;
    rest(): Promise<readonly Uint8Array[]>;
  };
  deflate(
    frame: "zlib" | "gzip" | "deflate",
    chunks: AsyncIterator<Uint8Array>,
    level: number,
  ): AsyncIterable<Uint8Array>;
}

/** Without Node, what inflates is in codecs/. */
export const nativeZlib: NativeZlib | undefined = undefined;

/** @throws PickleError `no-files` */
export function openAccess(_file: string | { readonly href: string }): RandomAccess {
  throw noFiles("pass bytes, a Blob or httpAccess(url)");
}

/** @throws PickleError `no-files` */
export function openInput(
  _file: string | { readonly href: string },
  _options?: { readonly hugePages?: boolean | undefined },
): OpenedInput {
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

/** @throws PickleError `no-files` */
export function writePipe(
  _file: string | { readonly href: string },
  _signal?: AbortSignal | undefined,
): Promise<PipeOutput | undefined> {
  throw noFiles("pass a WritableStream, or store what dumps() returns");
}

/** A FIFO that was opened for writing. */
export interface PipeOutput {
  write(chunk: Uint8Array): unknown;
  destroy(): unknown;
}

/** A folder, as far as it is used here: see node/folder.ts. */
export interface Folder {
  readonly path: string;
  make(): void;
  names(): readonly string[];
  facts(name: string): FileFacts | undefined;
  open(name: string): OpenFile | undefined;
  draft(): Draft;
  rename(from: string, to: string): void;
  remove(name: string): boolean;
  use(name: string): void;
  sync(): void;
  lock(name: string, milliseconds: number): Promise<(() => void) | undefined>;
  sweep(): void;
}

/** What the file system knows of a file. */
export interface FileFacts {
  readonly size: number;
  readonly modified: number;
  readonly used: number;
}

/** A file that was opened. */
export interface OpenFile {
  readonly size: number;
  stamp(): string;
  read(start: number, target: Uint8Array): number;
  close(): void;
}

/** A file in the making. */
export interface Draft {
  write(chunk: Uint8Array): void;
  seal(durable?: boolean): Promise<void>;
  publish(name: string): void;
  discard(): void;
}

/** @throws PickleError `no-files` */
export function openFolder(_path: string | { readonly href: string }): Folder {
  throw noFiles("pass a store");
}

/** There is no class of bytes but Uint8Array here. */
export const bufferType: unknown = undefined;

/** The bytes as they are. */
export function toBuffer(bytes: Uint8Array): Uint8Array {
  return bytes;
}

/** A digest in the making. */
export interface Sha256Run {
  update(chunk: Uint8Array): void;
  digest(): Uint8Array;
}

/** There is none here: codecs/ has one in TypeScript. */
export const startSha256: (() => Sha256Run) | undefined = undefined;

/** A signature in the making. */
export interface Hmac {
  update(chunk: Uint8Array): void;
  digest(): Uint8Array;
}

/** There is none here: WebCrypto signs whole messages. */
export const startHmac: ((secret: Uint8Array) => Hmac) | undefined = undefined;

/** @throws PickleError `no-files` */
export function readBeside(_file: string | { readonly href: string }, _name: string): Uint8Array {
  throw noFiles("pass the option companions");
}

function noFiles(advice: string): PickleError {
  return new PickleError("no-files", `this runtime has no files: ${advice}`);
}

/** Databases in files need files; one in memory is read by `entries` of brine/dbm. */
export const dbmSystem: undefined = undefined;

/** What can be asked of the engine about functions: see node/inspector.ts. Here, nothing: `closure` says it. */
export const functionInspector: undefined = undefined;
