/**
 * `ipaddress`: `IPv4Address, IPv6Address ↔ IPv4Address, IPv6Address`, networks and interfaces likewise.
 *
 * Source: CPython 3.13 Lib/ipaddress.py: `IPv4Address(int)`, `IPv6Address(text)` (`IPv6Address(int)` up to Python 3.10,
 * without the scope), `…Network(text)`, `…Interface(text)`. Every Python reads the text.
 */

import type { PickleType } from "../core/registry/index.ts";
import { Global, inspectSymbol, keySymbol } from "../core/values/index.ts";
import { integer, safeInteger } from "./arguments.ts";
import { formatIPv4, formatIPv6, parseIPv4, parseIPv6 } from "./ip-text.ts";

abstract class Address {
  /** Python's own spelling. */
  readonly text: string;
  /** Python's name of the class, whatever a minifier makes of ours. */
  abstract readonly kind: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }

  [inspectSymbol](): string {
    return `${this.kind}(${this.text})`;
  }

  [keySymbol](): string {
    return `${this.kind}${this.text}`;
  }
}

/** Python's `IPv4Address`. */
export class IPv4Address extends Address {
  readonly kind = "IPv4Address";
  /** The address as a number of 32 bits. */
  readonly int: number;

  /** @throws SyntaxError when the text is no IPv4 address */
  constructor(text: string) {
    const int = parseIPv4(text);
    if (int === undefined) throw new SyntaxError(`${JSON.stringify(text)} is no IPv4 address`);
    super(text);
    this.int = int;
  }
}

/** Python's `IPv6Address`, with its scope (`fe80::1%eth0`) where it has one. */
export class IPv6Address extends Address {
  readonly kind = "IPv6Address";
  /** The address as a number of 128 bits, without the scope. */
  readonly int: bigint;

  /** @throws SyntaxError when the text is no IPv6 address */
  constructor(text: string) {
    const parsed = parseIPv6(text);
    if (parsed === undefined) throw new SyntaxError(`${JSON.stringify(text)} is no IPv6 address`);
    super(formatIPv6(parsed.int) + (parsed.scope === "" ? "" : `%${parsed.scope}`));
    this.int = parsed.int;
  }
}

abstract class Prefixed extends Address {
  /** Leading bits that name the network. */
  readonly prefixLength: number;

  constructor(text: string, parsed: { canonical: string; prefixLength: number } | undefined) {
    if (parsed === undefined) {
      throw new SyntaxError(`${JSON.stringify(text)} is no address with a prefix length`);
    }
    super(parsed.canonical);
    this.prefixLength = parsed.prefixLength;
  }
}

/** Python's `IPv4Network`, `10.0.0.0/8`. */
export class IPv4Network extends Prefixed {
  readonly kind = "IPv4Network";
  /** @throws SyntaxError when the text is none, or has bits beyond its prefix */
  constructor(text: string) {
    super(text, parsePrefixed(text, 4, true));
  }
}

/** Python's `IPv6Network`. */
export class IPv6Network extends Prefixed {
  readonly kind = "IPv6Network";
  /** @throws SyntaxError when the text is none, or has bits beyond its prefix */
  constructor(text: string) {
    super(text, parsePrefixed(text, 6, true));
  }
}

/** Python's `IPv4Interface`, an address and its network: `10.0.0.1/8`. */
export class IPv4Interface extends Prefixed {
  readonly kind = "IPv4Interface";
  /** @throws SyntaxError when the text is none */
  constructor(text: string) {
    super(text, parsePrefixed(text, 4, false));
  }
}

/** Python's `IPv6Interface`. */
export class IPv6Interface extends Prefixed {
  readonly kind = "IPv6Interface";
  /** @throws SyntaxError when the text is none */
  constructor(text: string) {
    super(text, parsePrefixed(text, 6, false));
  }
}

const PREFIXED = /^([^/]+)\/(\d{1,3})$/;

function parsePrefixed(
  text: string,
  version: 4 | 6,
  isNetwork: boolean,
): { canonical: string; prefixLength: number } | undefined {
  const [, address = "", digits = "0"] = PREFIXED.exec(text) ?? [];
  const width = version === 4 ? 32 : 128;
  const prefixLength = Number(digits);
  if (prefixLength > width || String(prefixLength) !== digits) return undefined;
  let int: bigint;
  let shown = address;
  if (version === 4) {
    const parsed = parseIPv4(address);
    if (parsed === undefined) return undefined;
    int = BigInt(parsed);
  } else {
    const parsed = parseIPv6(address);
    if (parsed === undefined || (isNetwork && parsed.scope !== "")) return undefined;
    int = parsed.int;
    shown = formatIPv6(int) + (parsed.scope === "" ? "" : `%${parsed.scope}`);
  }
  const hostBits = int & ((1n << BigInt(width - prefixLength)) - 1n);
  if (isNetwork && hostBits !== 0n) return undefined;
  return { canonical: `${shown}/${prefixLength}`, prefixLength };
}

function type(
  name: string,
  Class: { new (text: string): Address; readonly prototype: object },
  fromInt?: (value: unknown) => string | undefined,
): PickleType {
  const global = new Global("ipaddress", name);
  return {
    globals: [global],
    prototypes: [Class.prototype],
    call: (args) => {
      const [first] = args;
      const text = typeof first === "string" ? first : fromInt?.(first);
      if (args.length !== 1 || text === undefined || text.length > 200) return undefined;
      try {
        return new Class(text);
      } catch (error) {
        if (error instanceof SyntaxError) return undefined;
        throw error;
      }
    },
    reduce: (value) => {
      const argument =
        value instanceof IPv4Address ? value.int : new String((value as Address).text);
      return { callable: global, args: [argument] };
    },
  };
}

function ipv4OfInt(value: unknown): string | undefined {
  const int = safeInteger(value);
  return int !== undefined && int >= 0 && int < 2 ** 32 ? formatIPv4(int) : undefined;
}

function ipv6OfInt(value: unknown): string | undefined {
  const int = integer(value);
  if (int === undefined || int < 0 || int >= 1n << 128n) return undefined;
  return formatIPv6(BigInt(int));
}

/** `ipaddress`: addresses, networks and interfaces of both versions. */
export const ipaddressTypes: readonly PickleType[] = [
  type("IPv4Address", IPv4Address, ipv4OfInt),
  type("IPv6Address", IPv6Address, ipv6OfInt),
  type("IPv4Network", IPv4Network),
  type("IPv6Network", IPv6Network),
  type("IPv4Interface", IPv4Interface),
  type("IPv6Interface", IPv6Interface),
];
