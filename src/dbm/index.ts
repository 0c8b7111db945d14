/** Databases of bytes under keys of bytes: the files beneath Python's shelves, found by what they hold. */

export type { SqliteHandle } from "../node/index.ts";
export type { Database } from "./database.ts";
export { type DbmCode, DbmError } from "./error.ts";
export { type DbmFiles, type DbmFormat, entries, formatOf } from "./formats.ts";
export {
  type Flag,
  fromSqlite,
  type NewFormat,
  type OpenOptions,
  open,
  whichdb,
} from "./open.ts";
