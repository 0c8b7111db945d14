/** What bench/dill.ts has piscina do by itself: the same function, from a file. */
export default function primes(limit: number): number {
  let count = 0;
  for (let n = 2; n < limit; n++) {
    let prime = true;
    for (let by = 2; by * by <= n && prime; by++) prime = n % by !== 0;
    if (prime) count++;
  }
  return count;
}
