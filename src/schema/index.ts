/** A caller's schema over what was loaded, in any room that loads. */

export {
  applySchema,
  applySchemaAsync,
  type OutputOf,
  type SchemaIssue,
  type SchemaResult,
  type StandardSchema,
} from "./schema.ts";
