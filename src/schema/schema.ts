/** Checking what was loaded: the Standard Schema interface, which Zod, Valibot, ArkType and others implement. */

import { UnpicklingError } from "../core/errors/index.ts";

/** Standard Schema, version 1 (standardschema.dev): validates a value and names its output type. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema answers: the value, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: ReadonlyArray<SchemaIssue> };

/** One thing that is wrong, and where. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}

/** The output type of a schema. */
export type OutputOf<Schema> =
  Schema extends StandardSchema<infer _Input, infer Output> ? Output : never;

/**
 * The schema's output for `value`, which was read at `offset`.
 *
 * @throws UnpicklingError `schema-mismatch`; a schema that answers with a Promise needs `load`, which waits for it
 */
export function applySchema<Output>(
  schema: StandardSchema<unknown, Output>,
  value: unknown,
  offset: number,
): Output {
  try {
    const result = schema["~standard"].validate(value);
    if ("then" in result) throw mismatch("the schema answers later: use load()", offset);
    return outcome(result, offset);
  } catch (cause) {
    throw failed(cause, offset);
  }
}

/** As {@link applySchema}, for schemas that may answer with a Promise. */
export async function applySchemaAsync<Output>(
  schema: StandardSchema<unknown, Output>,
  value: unknown,
  offset: number,
): Promise<Output> {
  try {
    return outcome(await schema["~standard"].validate(value), offset);
  } catch (cause) {
    throw failed(cause, offset);
  }
}

function failed(cause: unknown, offset: number): UnpicklingError {
  return cause instanceof UnpicklingError
    ? cause
    : mismatch("the schema failed", offset, { cause });
}

function outcome<Output>(result: SchemaResult<Output>, offset: number): Output {
  if (result.issues === undefined) return result.value;
  const shown = result.issues.slice(0, 3).map(({ message, path }) => {
    const keys = (path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
    return keys.length > 0 ? `${keys.join(".")}: ${message}` : message;
  });
  throw mismatch(`the value does not fit the schema: ${shown.join("; ")}`, offset, {
    cause: result.issues,
  });
}

function mismatch(message: string, offset: number, options?: ErrorOptions): UnpicklingError {
  return new UnpicklingError("schema-mismatch", message, offset, undefined, options);
}
