/** IEEE 754 half-precision bits to numbers and back. Source: CPython 3.13 Objects/floatobject.c `PyFloat_Pack2`. */

const MOST = 65520; // the first number that rounds beyond 65504, the greatest half

/** The 16 bits nearest to `value`, ties to even; -1 where it rounds beyond the greatest half. NaN is 7e00. */
export function halfBits(value: number): number {
  if (value !== value) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (magnitude >= MOST) return -1;
  // Scaled so that one unit is the last place: by a power of two, which is exact.
  if (magnitude < 2 ** -14) return sign | nearestEven(magnitude * 2 ** 24);
  let exponent = 15;
  while (magnitude < 2 ** exponent) exponent--;
  // 1024..2048 units; 2048 carries into the exponent by itself.
  return sign | (((exponent + 14) << 10) + nearestEven(magnitude * 2 ** (10 - exponent)));
}

function nearestEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** The number that 16 bits stand for. */
export function halfValue(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
