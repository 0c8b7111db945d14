/** Data that carries its version, and migrations that bring it to the current one. */

export { type VersionCode, VersionError } from "./error.ts";
export { defineVersions, Versions, type VersionsOptions } from "./versions.ts";
