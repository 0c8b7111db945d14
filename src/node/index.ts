/** Paths to bytes and back: what `#files` means where there is Node. */

export { openAccess } from "./access.ts";
export { bufferType, toBuffer } from "./buffer.ts";
export { type DbmSystem, dbmSystem, type PartFile, type SqliteHandle } from "./dbm.ts";
export { type Draft, type FileFacts, type Folder, type OpenFile, openFolder } from "./folder.ts";
export { type Sha256Run, startSha256 } from "./hash.ts";
export { type Hmac, startHmac } from "./hmac.ts";
export { type OpenedInput, openInput, readBeside } from "./input.ts";
export {
  type Bound,
  type FunctionInspector,
  functionInspector,
  type Scope,
} from "./inspector.ts";
export { appendFile, type FileOutput, replaceFile } from "./output.ts";
export { writePipe } from "./pipes.ts";
export { type DeflateFrame, type InflateRun, type NativeZlib, nativeZlib } from "./zlib.ts";
