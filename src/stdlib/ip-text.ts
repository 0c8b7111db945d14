/**
 * The text of IP addresses in, integers out, and back in Python's spelling.
 *
 * Source: CPython 3.13 Lib/ipaddress.py `_ip_int_from_string`, `_compress_hextets`, `_ipv4_mapped_ipv6_to_str`;
 * RFC 4291 section 2.2, RFC 5952 section 4.
 */

/** 32 bits of `1.2.3.4`; leading zeros are refused, as Python refuses them. */
export function parseIPv4(text: string): number | undefined {
  let int = 0;
  let dots = 0;
  let octet = -1;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return undefined;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return undefined;
    } else {
      if (text[index] !== "." || octet < 0 || ++dots > 3) return undefined;
      int = int * 256 + octet;
      octet = -1;
    }
  }
  return dots === 3 && octet >= 0 ? int * 256 + octet : undefined;
}

/** `1.2.3.4` of 32 bits. */
export function formatIPv4(int: number): string {
  return `${int >>> 24}.${(int >>> 16) & 0xff}.${(int >>> 8) & 0xff}.${int & 0xff}`;
}

/** 128 bits and the scope, empty where there is none. */
export function parseIPv6(text: string): { int: bigint; scope: string } | undefined {
  const [address = "", scope = "", ...more] = text.split("%", 3);
  if (more.length > 0 || (scope === "" && text.includes("%"))) return undefined;
  const [left = "", right, ...rest] = address.split("::", 3);
  if (rest.length > 0) return undefined;
  const head = hextets(left, right === undefined);
  const tail = right === undefined ? [] : hextets(right, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return { int: all.reduce((int, hextet) => (int << 16n) | BigInt(hextet), 0n), scope };
}

// The parts of one side of "::"; the last four bytes may be written as IPv4.
function hextets(text: string, isLast: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":", 9);
  const found: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (isLast && index === parts.length - 1 && part.includes(".")) {
      const int = parseIPv4(part);
      if (int === undefined) return undefined;
      found.push(int >>> 16, int & 0xffff);
    } else if (/^[\da-f]{1,4}$/i.test(part)) {
      found.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return found;
}

/** Python's spelling: lower case, the first longest run of two or more zeros as `::`, IPv4-mapped addresses dotted. */
export function formatIPv6(int: bigint): string {
  if (int >> 32n === 0xffffn) return `::ffff:${formatIPv4(Number(int & 0xffffffffn))}`;
  const parts: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) {
    parts.push(((int >> shift) & 0xffffn).toString(16));
  }
  let [best, bestLength] = [0, 1];
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (parts[end] === "0") end++;
    if (end - start > bestLength) [best, bestLength] = [start, end - start];
  }
  if (bestLength === 1) return parts.join(":");
  return `${parts.slice(0, best).join(":")}::${parts.slice(best + bestLength).join(":")}`;
}
