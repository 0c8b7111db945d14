/** How time grows with the size of an input, measured so that a busy machine does not change the answer. */

const FACTOR = 8;

/** Milliseconds of processor time, which a busy machine disturbs less than the clock. */
export function timeOf(run: () => void): number {
  const started = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

/**
 * The exponent of time against size: 1 is linear, 2 quadratic. `prepare` makes an input of a size and gives what is timed
 * with it. Under a millisecond all is noise, and fast enough.
 */
export function exponent(prepare: (size: number) => () => void, smallest: number): number {
  const small = prepare(smallest);
  const large = prepare(smallest * FACTOR);
  let [leastSmall, leastLarge] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let found = Number.POSITIVE_INFINITY;
  // A busy machine only ever adds time: the least of many runs is near the truth, and most need few.
  for (let attempt = 0; attempt < 20 && found > 1.3; attempt++) {
    leastSmall = Math.min(leastSmall, timeOf(small), timeOf(small));
    leastLarge = Math.min(leastLarge, timeOf(large));
    found = Math.log(Math.max(leastLarge, 1) / Math.max(leastSmall, 1)) / Math.log(FACTOR);
  }
  return found;
}
