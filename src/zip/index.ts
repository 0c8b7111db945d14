/** Zip archives: members one by one from anything that can be read anywhere, and archives as Python writes them. */

export { type ZipCode, ZipError } from "./error.ts";
export { ZipArchive, type ZipData, type ZipEntry, type ZipMethod } from "./reader.ts";
export { type ZipMember, zipChunks } from "./writer.ts";
