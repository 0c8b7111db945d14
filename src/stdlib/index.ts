/** The standard library's types: each array belongs to one Python module; `stdlibTypes` is all of them. */

import type { PickleType } from "../core/registry/index.ts";
import { arrayTypes } from "./array.ts";
import { datetimeTypes } from "./datetime.ts";
import { decimalTypes } from "./decimal.ts";
import { dequeTypes } from "./deque.ts";
import { dictTypes } from "./dicts.ts";
import { exceptionTypes } from "./exceptions.ts";
import { fractionsTypes } from "./fractions.ts";
import { functoolsTypes } from "./functools.ts";
import { ipaddressTypes } from "./ipaddress.ts";
import { namespaceTypes } from "./namespace.ts";
import { pathlibTypes } from "./pathlib.ts";
import { reTypes } from "./re.ts";
import { zoneinfoTypes } from "./timezones.ts";
import { uuidTypes } from "./uuid.ts";

export { arrayTypes, PyArray } from "./array.ts";
export { datetimeTypes, datetimeTypesOf } from "./datetime.ts";
export { Decimal, decimalTypes } from "./decimal.ts";
export { Deque } from "./deque.ts";
export { Counter, DefaultDict, OrderedDict } from "./dicts.ts";
export { EnumMember, type EnumType, enumType } from "./enum.ts";
export { PyException } from "./exception.ts";
export { exceptionTypes } from "./exceptions.ts";
export { Fraction, fractionsTypes } from "./fractions.ts";
export { functoolsTypes, Partial } from "./functools.ts";
export {
  IPv4Address,
  IPv4Interface,
  IPv4Network,
  IPv6Address,
  IPv6Interface,
  IPv6Network,
  ipaddressTypes,
} from "./ipaddress.ts";
export { type NamedTuple, type NamedTupleType, namedTupleType } from "./namedtuple.ts";
export { namespaceTypes, SimpleNamespace } from "./namespace.ts";
export { Path, type PathKind, pathlibTypes } from "./pathlib.ts";
export { Pattern, reTypes } from "./re.ts";
export type { DurationLike, TemporalLike } from "./temporal.ts";
export { TimeZone, ZoneInfo, zoneinfoTypes } from "./timezones.ts";
export { UUID, uuidTypes } from "./uuid.ts";

/** `collections`: `OrderedDict`, `defaultdict`, `Counter`, `deque`. */
export const collectionsTypes: readonly PickleType[] = [...dictTypes, ...dequeTypes];

/** Every type of this room; `brine` knows them all. */
export const stdlibTypes: readonly PickleType[] = [
  ...datetimeTypes,
  ...zoneinfoTypes,
  ...decimalTypes,
  ...fractionsTypes,
  ...uuidTypes,
  ...pathlibTypes,
  ...collectionsTypes,
  ...arrayTypes,
  ...namespaceTypes,
  ...functoolsTypes,
  ...reTypes,
  ...ipaddressTypes,
  ...exceptionTypes,
];
