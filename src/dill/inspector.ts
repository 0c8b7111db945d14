/** What this runtime tells of functions: all that V8 knows in Node, nothing elsewhere. */
import { functionInspector } from "#files";
import type { FunctionInspector } from "../node/index.ts";

/** The inspector, where there is one. */
export const inspector: FunctionInspector | undefined = functionInspector;
