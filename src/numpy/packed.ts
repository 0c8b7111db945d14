/** Elements that are scattered in memory in, one segment of them out. */

import { eachOffset, type Layout, type Order } from "./layout.ts";

/** A copy of the elements, one after another in an order. */
export function packed(
  bytes: Uint8Array,
  layout: Layout,
  itemsize: number,
  order: Order,
): Uint8Array {
  const { shape, strides, offset } = layout;
  const walk: Layout =
    order === "C"
      ? layout
      : { shape: [...shape].reverse(), strides: [...strides].reverse(), offset };
  const size = shape.reduce((product, length) => product * length, 1);
  const target = new Uint8Array(size * itemsize);
  if (size === 0 || itemsize === 0) return target;
  // In words of four bytes where everything is a multiple of them; doubles would lose the payload of NaNs.
  const places = [itemsize, offset, bytes.byteOffset, ...strides];
  const word = places.every((place) => place % 4 === 0) ? 4 : 1;
  const from =
    word === 4 ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2) : bytes;
  const to = word === 4 ? new Uint32Array(target.buffer) : target;
  const count = itemsize / word;
  let place = 0;
  eachOffset(walk, (at) => {
    const start = at / word;
    for (let index = 0; index < count; index++) to[place++] = from[start + index] as number;
  });
  return target;
}
