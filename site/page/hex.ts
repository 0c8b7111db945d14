/** Bytes in, lines of hexadecimal digits with their offsets and their characters out. */

const MOST_BYTES = 4096;
/** So many fit on the narrowest screen. */
const BYTES_IN_A_LINE = 8;

/** The dump of the first 4096 bytes. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, MOST_BYTES); at += BYTES_IN_A_LINE) {
    const line = bytes.subarray(at, at + BYTES_IN_A_LINE);
    const digits = Array.from(line, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = Array.from(line, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·",
    ).join("");
    lines.push(`${at.toString(16).padStart(4, "0")}  ${digits.padEnd(23)}  ${text}`);
  }
  const left = bytes.length - MOST_BYTES;
  if (left > 0) lines.push(`… ${left.toLocaleString("en")} more bytes`);
  return lines.join("\n");
}
