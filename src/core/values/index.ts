/** Python's values that JavaScript lacks, and Python's equality over them. */

export { FrozenSet, PyDict, PySet, setNumbers } from "./collections.ts";
export {
  Global,
  Inert,
  Instance,
  type InstanceForm,
  type LateChange,
  PersistentId,
} from "./inert.ts";
export { Canonicalizer } from "./keys.ts";
export { oneOfEach } from "./layouts.ts";
export { isPlainObject } from "./objects.ts";
export { beginRecord, endRecord, FEW_PROPERTIES, isRecord } from "./records.ts";
export { isPrintable, reprByteArray, reprBytes, reprCodePoints, reprString } from "./repr.ts";
export { Complex, Ellipsis, Float, formatFloat, NotImplemented } from "./scalars.ts";
export { ByteArray, PickleBuffer, Range, Slice, Tuple } from "./sequences.ts";
export { type Inspect, inspectSymbol, keySymbol, nest, shownParts, visible } from "./symbols.ts";
