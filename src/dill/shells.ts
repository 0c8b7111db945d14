/** Any value in, what stands for it out: by what kind of value it is. */
import { Tuple } from "../core/values/index.ts";
import { Refusal } from "./error.ts";
import { codeOf } from "./functions.ts";
import { inspector } from "./inspector.ts";
import { describeObject } from "./objects.ts";
import type { Shell, Travel } from "./travel.ts";

/** @throws Refusal */
export function shellOf(value: unknown, travel: Travel): Shell {
  if ((typeof value !== "object" && typeof value !== "function") || value === null)
    return describeObject(value, travel);
  if (inspector?.isProxy(value) === true) throw new Refusal("proxy", "a Proxy cannot travel");
  const list = plainList(value);
  if (list !== undefined) return list;
  if (travel.isNamed(value)) return { value };
  const reference = travel.references.find(value);
  if (reference !== undefined) return { value: reference };
  return typeof value === "function" ? codeOf(value, travel) : describeObject(value, travel);
}

// Lists and tuples as they are, where nothing about them is unusual.
function plainList(value: object): Shell | undefined {
  if (!Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isTuple = prototype === Tuple.prototype;
  if (!isTuple && (prototype !== Array.prototype || !isOrdinaryList(value))) return undefined;
  const list = isTuple ? new Tuple() : [];
  return {
    value: list,
    fill(travel, path) {
      if (isTuple && value.includes(undefined))
        throw new Refusal("shape", "a Tuple holds undefined");
      for (let at = 0; at < value.length; at++)
        list.push(travel.at(path, `[${at}]`, value[at] as unknown));
    },
  };
}

function isOrdinaryList(list: readonly unknown[]): boolean {
  if (!Object.isExtensible(list)) return false;
  if (Object.getOwnPropertyDescriptor(list, "length")?.writable === false) return false;
  for (let at = 0; at < list.length; at++) if (list[at] === undefined) return false;
  // The indexes, and `length`.
  return Reflect.ownKeys(list).length === list.length + 1;
}
