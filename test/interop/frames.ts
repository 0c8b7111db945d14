/** A JSON header and binary parts in, one frame out, and back: the wire format that brine_client.py also speaks. */

/** What one frame carries. */
export interface Frame {
  readonly header: unknown;
  readonly parts: readonly Uint8Array[];
}

/** The frame with its own length before it. */
export function encodeFrame(header: object, parts: readonly Uint8Array[]): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify(header));
  let length = 8 + head.length;
  for (const part of parts) length += 4 + part.length;
  const frame = new Uint8Array(4 + length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, length, true);
  view.setUint32(4, head.length, true);
  frame.set(head, 8);
  let at = 8 + head.length;
  view.setUint32(at, parts.length, true);
  at += 4;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    frame.set(part, at + 4);
    at += 4 + part.length;
  }
  return frame;
}

/** Takes apart the body of a frame, what follows its length. The parts are copies: brine may keep views of them. */
export function decodeFrame(body: Uint8Array): Frame {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const headLength = view.getUint32(0, true);
  const header: unknown = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + headLength)));
  let at = 4 + headLength;
  const count = view.getUint32(at, true);
  at += 4;
  const parts: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const length = view.getUint32(at, true);
    parts.push(body.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return { header, parts };
}
