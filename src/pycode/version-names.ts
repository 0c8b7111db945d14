/** The Pythons whose bytecode is known here. */

/** A series of CPython. */
export type PythonVersion = "3.8" | "3.9" | "3.10" | "3.11" | "3.12" | "3.13";

/** Newest first. */
export const PYTHON_VERSIONS: readonly PythonVersion[] = [
  "3.13",
  "3.12",
  "3.11",
  "3.10",
  "3.9",
  "3.8",
];
